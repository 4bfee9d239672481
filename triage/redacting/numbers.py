"""Telephone numbers as people write them, and every other long number that is left.

A run of digits is a telephone number when it starts like one (`+`, `00`, `0`, a country of the region), when a word
names it ("mob", "zovi"), or when libphonenumber holds it for a number of one of the regions. What is neither a date, a
span of years nor an amount of money and has six digits or more is masked as a number: to mask one count too many costs
little, to leave one telephone number costs a person's safety.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from triage.redacting.coordinates import points
from triage.redacting.digits import DASHES, Run, runs
from triage.redacting.spans import Span, Text
from triage.redacting.wording import pattern

REGIONS = ("BA", "HR", "RS", "ME", "AL", "XK", "SI", "MK", "DE", "AT", "CH")
_LEAST_DIGITS, _LEAST_SPACED_DIGITS, _LONGEST_PHONE = 6, 7, 15
_SCREEN = re.compile(r"\d(?:[\W_]{0,3}\d){4}")
"""Five digits close together: the least a number after a naming word has."""
_COUNTRY_CODES = ("387", "385", "381", "382", "383", "355", "389", "386", "49", "43", "41")
_LEAST_ABROAD_DIGITS = 10
_YEAR = r"(?:1[89]|20)\d\d"
_NOT_NUMBERS = re.compile(
    rf"(?<![\d./+{DASHES}])(?<!\d )(?:"
    rf"\d{{1,2}}[./{DASHES}] {{0,2}}\d{{1,2}}[./{DASHES}] {{0,2}}(?:{_YEAR}|\d\d)(?!\d| ?[./{DASHES}]? ?\d{{3}})"
    rf"|{_YEAR}[./{DASHES}] {{0,2}}\d{{1,2}}[./{DASHES}] {{0,2}}\d{{1,2}}(?!\d| ?[./{DASHES}] ?\d)"
    rf"|{_YEAR}\.? ?[/{DASHES}] ?{_YEAR}(?!\d| ?[/{DASHES}] ?\d| \d{{3}}))"
)
"""Dates, spans of years."""
_AMOUNT = re.compile(
    r"(?<![\d+./-])(?<!\d )[1-9]\d{0,2}(?:([. ])\d{3})(?:\1\d{3}){0,3}(?:,\d{1,2})?"
    r"(?=\s?(?P<unit>[^\W\d_]{1,12}|[€$£%]))?(?![\d/-]| \d)"
)
_MILLION_DIGITS = 7
_LOCAL = re.compile(rf"(?<![\d./{DASHES}])\d{{2,3}} ?[{DASHES}/] ?\d{{3}}(?![\d./]|[{DASHES}]\d)")

_ODD = re.compile(r"(?<!\w)(?:\+[^\w\n]{0,2}\d|0\d)\d{1,2}(?:(?:(?!,\s)[^\w\n]){0,3}\d){5,11}(?!\d)")
"""A start that no count has, then digits with whatever signs between them ("061,123,456", "[061] 123 456")."""

_FILE_NUMBER = re.compile(
    r"(?<!\w)(?:prijav|predmet|slu[cč]aj|report|case|ticket|aktenzeichen)\w{0,3}(?: (?:broj|br|no|number|nr)\.?)?"
    r"[ :.]{1,3}20\d\d ?[/-] ?\d{1,5}(?!\d| ?[/-]? ?\d)",
    re.IGNORECASE,
)
"""The number of an earlier report: a year and a count ("broj prijave 2025/118")."""
_COMMAS = re.compile(r"(?<![\w,])(?:\+387|00387|0)[ ,]{0,2}\d{1,2}(?:, ?\d{3}){2}(?!\w)")
"""A telephone in groups with commas; no count begins with a zero."""
_LOOK_ALIKE = re.compile(
    r"(?<![\w.,])(?:(?P<phone>[0O][\dOoIl]{1,2}(?:[^\w\n]{0,2}[\dOoIl]{3}){2}[\dOoIl]?)|(?P<id_number>(?=\d*[OoIl])[\dOoIl]{13}))(?!\w)"
)
"""Letters in place of the digits they look like; enough of the others are digits (`_LEAST_REAL_DIGITS`)."""
_DISGUISED = re.compile(
    r"(?<![\w.,])\+?(?:[0Oo]|3[8B]7[^\w\n]{0,2})[\dOoIlSBZ]{1,2}(?:[^\w\n]{0,2}[\dOoIlSBZ]){6,8}(?!\w)"
)
_BESIDE_A_DIGIT = re.compile(r"\d[OoIlSBZ]|[OoIlSBZ]\d")
"""A letter that touches a digit is one of the number; one that stands alone is a word ("01.12.2023 I")."""
_LEAST_REAL_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Numbers:
    """The layer; `naming` are phrases before a telephone number, `units` words after an amount that is no number."""

    naming: Sequence[str]
    units: Sequence[str]
    name: str = "numbers"
    version: str = "4"
    _named: re.Pattern[str] = field(init=False, repr=False)
    _unit: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        value = r"[^\w\n+]{0,6}(?:[a-z]{1,8}[^\w\n+]{1,3}){0,3}[(+]{0,2}(?P<value>\d(?:[\s./()\-]{0,3}\d){4,14})(?!\d)"
        object.__setattr__(self, "_named", re.compile(pattern(self.naming) + value))
        object.__setattr__(self, "_unit", re.compile(pattern(self.units)))

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of every telephone number and every other long number."""
        latin = text.latin
        for match in _LOOK_ALIKE.finditer(latin):
            if sum(sign.isdigit() for sign in match.group()) >= _LEAST_REAL_DIGITS and match.lastgroup is not None:
                yield text.from_latin(*match.span(), match.lastgroup, "look_alike")
        for match in _DISGUISED.finditer(latin):
            real = sum(sign.isdigit() for sign in match.group())
            if real >= _LEAST_REAL_DIGITS and _BESIDE_A_DIGIT.search(match.group()) is not None:
                yield text.from_latin(*match.span(), "phone", "look_alike")
        if _SCREEN.search(latin) is None:
            return
        filed = {match.end() for match in _FILE_NUMBER.finditer(text.shadow)}
        for match in self._named.finditer(text.shadow):
            if match.end("value") not in filed:
                yield text.from_shadow(*match.span("value"), "phone", "named_phone")
        numbers = self._without_amounts(_NOT_NUMBERS.sub(_blank, _FILE_NUMBER.sub(_blank, latin)))
        for start, end in points(latin):
            numbers = numbers[:start] + "," * (end - start) + numbers[end:]
        for shape, rule in ((_LOCAL, "local_phone"), (_ODD, "odd_phone"), (_COMMAS, "odd_phone")):
            for match in shape.finditer(numbers):
                yield text.from_latin(*match.span(), "phone", rule)
        for run in runs(numbers, _LEAST_DIGITS):
            for start, end, kind, rule in _said(numbers, run):
                yield text.from_latin(start, end, kind, rule)

    def _without_amounts(self, latin: str) -> str:
        """With amounts blanked out: up to six digits, or with the word that says of what."""

        def blank(match: re.Match[str]) -> str:
            digits = sum(character.isdigit() for character in match.group().partition(",")[0])
            unit = match["unit"] or ""
            counted = unit in ("€", "$", "£", "%") or self._unit.fullmatch(unit.lower()) is not None
            return _blank(match) if counted or (digits < _MILLION_DIGITS and match[1] == ".") else match.group()

        return _AMOUNT.sub(blank, latin)


def _blank(match: re.Match[str]) -> str:
    return "," * (match.end() - match.start())


def _said(text: str, run: Run) -> Iterator[tuple[int, int, str, str]]:
    """What one run is; its sign in front belongs to it."""
    start = run.start
    written = text[run.start : run.end]
    if text[start - 1 : start] == "+":
        start -= 1
    if text[start - 1 : start] == "(" and written.count(")") > written.count("("):
        start -= 1
    signed = "+" in text[start : run.start]
    if signed or run.digits.startswith("00") or (run.digits.startswith("0") and len(run.digits) > _LEAST_DIGITS):
        yield start, run.end, "phone", "written_phone"
    elif _is_phone(run):
        yield start, run.end, "phone", "phone"
    elif len(run.digits) >= _LEAST_SPACED_DIGITS or any(end - at >= _LEAST_DIGITS for at, end in run.groups):
        yield start, run.end, "number", "long_number"


def _is_phone(run: Run) -> bool:
    if not _LEAST_SPACED_DIGITS <= len(run.digits) <= _LONGEST_PHONE:
        return False
    if len(run.digits) >= _LEAST_ABROAD_DIGITS and run.digits.startswith(_COUNTRY_CODES):
        return True
    import phonenumbers

    for region in REGIONS:
        try:
            number = phonenumbers.parse(run.digits, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number_for_region(number, region):
            return True
    return False
