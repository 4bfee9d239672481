"""Numbers that name one person, account or report: JMBG, OIB, PIB, IBAN, cards, receipt codes, by their check digits.

Formats: JMBG 13 digits (the same check as the Slovenian EMŠO), OIB 11 and PIB 9 digits (ISO 7064, 11-10), IBAN ISO
13616, cards ISO/IEC 7812 (Luhn), by python-stdnum; receipt codes as `triage/receipts.py` makes them (who has one can
ask with it). A wrong check digit is often a typing error of a true number: with a naming word before it ("JMBG 123…"),
an IBAN's shape or a receipt's groups it is masked all the same. Which words name a number is data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from triage.receipts import secret_of
from triage.redacting.digits import DASHES, Run, runs
from triage.redacting.spans import Span, Text
from triage.redacting.wording import pattern

_CARD_LENGTHS = frozenset(range(13, 20))
_LENGTHS = frozenset({9, 11}) | _CARD_LENGTHS
_IBAN_LONGEST = 34
IBAN_CHARS = {
    "AL": 28, "AT": 20, "BA": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IT": 27, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22,
    "SE": 24, "SI": 19, "SK": 24, "TR": 26, "XK": 20,
}  # fmt: skip
"""Length by country (IBAN registry, SWIFT); of other countries only the shape is known."""
_IBAN_START = re.compile(
    rf"(?<![^\W_])[A-Za-z]{{2}}[ {DASHES}]?\d\d(?=(?:[\s.{DASHES}]{{0,3}}[A-Za-z0-9]){{4}}[\s.{DASHES}]{{0,3}}\d)"
)
_IBAN_REST_CHARS = 3 * _IBAN_LONGEST
_IBAN_SHAPE = re.compile(rf"(?:[\s.{DASHES}]{{0,3}}\d){{10,26}}")
_ALNUM = re.compile(r"[A-Za-z0-9]")
_RECEIPT = re.compile(
    rf"(?<![^\W_])(?=[0-7OIL])(?:[0-9A-Z]{{4}}[\s.,_{DASHES}]{{0,3}}){{6}}[0-9A-Z]{{4}}(?![^\W_])", re.IGNORECASE
)
"""Seven groups of four, with or without marks between; the first digit holds three bits."""
_MISTYPED_RECEIPT = re.compile(rf"(?=(?:\D*\d){{4}})[0-9A-Z]{{4}}(?:[{DASHES}][0-9A-Z]{{4}}){{6}}", re.IGNORECASE)
_PARTED = re.compile(
    r"(?<![\d.,])\d+(?P<sign> ?[+|=] ?)\d+(?:(?P=sign)\d+)+(?![\d.,]\d)|[(\[]\d+(?:[)\]][(\[]?\d+|[(\[]\d+)+[)\]]?"
)
"""Digits parted by one sign no number is written with, or in brackets of their own."""
_LOCAL_ACCOUNT = re.compile(
    rf"(?<![\d+{DASHES}])[1-9]\d\d[{DASHES}](?:\d{{3,4}}[{DASHES}]\d{{4,8}}|\d{{4,13}})[{DASHES}]\d\d(?!\d|[{DASHES}]\d)"
)
"""Account numbers as banks of Bosnia and Herzegovina (16 digits) and of Serbia (up to 18) print them."""
_NAMED_NUMBER = re.compile(
    rf"[^\w\n]{{0,6}}(?:(?:je|br|broj|no|nr|is|ist|eshte|glasi|mi|mu|joj|my|mein|im)\b[^\w\n]{{0,4}}){{0,3}}"
    rf"(?P<value>(?=(?:[^\d\n]{{0,6}}\d){{5}})[a-z]{{0,3}}\d[\w]*(?:[ .\n/{DASHES}]{{1,3}}\w*\d\w*)*)"
)
_COUNTRY_CODES = ("387", "385", "381", "382", "355", "383", "389", "386", "49", "43", "41", "00", "0")
"""A number of eleven digits that starts so is rather a telephone number than an OIB, unless it is named."""


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The layer; `naming` holds the phrases that name a number, by kind (id_number, account, card)."""

    naming: Mapping[str, Sequence[str]]
    name: str = "identifiers"
    version: str = "4"
    _named: tuple[tuple[str, re.Pattern[str]], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        compiled = tuple((kind, re.compile(pattern(phrases))) for kind, phrases in self.naming.items())
        object.__setattr__(self, "_named", compiled)

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of every identifier; nothing is looked for where there is no digit."""
        latin = text.latin
        for start, end in _ibans(latin):
            yield text.from_latin(start, end, "account", "iban")
        for match in _RECEIPT.finditer(latin):
            if _is_receipt(match.group()) or _MISTYPED_RECEIPT.fullmatch(match.group()):
                yield text.from_latin(*match.span(), "id_number", "receipt")
        for match in _LOCAL_ACCOUNT.finditer(latin):
            yield text.from_latin(*match.span(), "account", "local_account")
        for run in runs(latin, 9):
            for start, end, kind, rule in _checked(run, signed=latin[run.start - 1 : run.start] == "+"):
                yield text.from_latin(start, end, kind, rule)
        for match in _PARTED.finditer(latin):
            if (said := _disguised("".join(filter(str.isdigit, match.group())))) is not None:
                yield text.from_latin(*match.span(), *said)
        for kind, words in self._named:
            for match in words.finditer(text.shadow):
                value = _NAMED_NUMBER.match(text.shadow, match.end())
                if value is not None:
                    yield text.from_shadow(*value.span("value"), kind, f"named_{kind}")


def _checked(run: Run, *, signed: bool) -> Iterator[tuple[int, int, str, str]]:
    from stdnum import luhn
    from stdnum.hr import oib
    from stdnum.rs import pib
    from stdnum.si import emso

    checks: Mapping[int, tuple[Callable[[str], bool], str]] = {
        13: (emso.is_valid, "jmbg"), 11: (oib.is_valid, "oib"), 9: (pib.is_valid, "pib"),
    }  # fmt: skip
    for start, end, digits in run.windows(_LENGTHS):
        abroad = start == run.start and signed
        check, rule = checks.get(len(digits), (None, ""))
        spaced = end - start != len(digits)
        if rule in ("oib", "pib") and (spaced or digits.startswith(_COUNTRY_CODES)):
            continue
        if check is not None and check(digits):
            yield start, end, "id_number", rule
        elif not abroad and len(digits) in _CARD_LENGTHS and digits[0] in "23456" and luhn.is_valid(digits):
            yield start, end, "card", "luhn"


def _disguised(digits: str) -> tuple[str, str] | None:
    """Kind and rule of digits that are, all together, a JMBG, an OIB or a card by their check digit."""
    from stdnum import luhn
    from stdnum.hr import oib
    from stdnum.si import emso

    if emso.is_valid(digits) or oib.is_valid(digits):
        return "id_number", "parted"
    if len(digits) in _CARD_LENGTHS and digits[0] in "23456" and luhn.is_valid(digits):
        return "card", "parted"
    return None


def _is_receipt(written: str) -> bool:
    try:
        secret_of("".join(_ALNUM.findall(written)))
    except ValueError:
        return False
    return True


def _ibans(latin: str) -> Iterator[tuple[int, int]]:
    """A valid IBAN, else what has the shape of one: two letters and at least twelve digits."""
    from stdnum import iban

    for match in _IBAN_START.finditer(latin):
        rest = latin[match.start() : match.start() + _IBAN_REST_CHARS]
        places = [found.start() for found in _ALNUM.finditer(rest)][:_IBAN_LONGEST]
        compact = "".join(rest[place] for place in places).upper()
        length = IBAN_CHARS.get(compact[:2], 0)
        if length and iban.is_valid(compact[:length]):
            yield match.start(), match.start() + places[length - 1] + 1
        else:
            shape = _IBAN_SHAPE.match(latin, match.end())
            if shape is not None and match.group().isalnum():
                yield match.start(), shape.end()
