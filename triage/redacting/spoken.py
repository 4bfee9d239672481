"""What is written to slip past a machine: mail with blanks between, numbers, dates and signs in words, "gmail kom".

Digits said in words are a telephone number where they begin with a zero or a plus and four follow; where five stand
behind a word for a telephone or before "is my number", or fewer there that are worth six digits; where seven stand one
after the other near such a word, eight without a comma anywhere; anywhere where three or more are worth seven, are read
aloud in tens and hundreds and count nothing. Digits and words mixed are one where they are as many as a telephone
number has; a date in words is a date of birth behind a word of birth.
Limits: one spelling of each number word; thousands only in years.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from triage.redacting.evened import is_list
from triage.redacting.said_numbers import said
from triage.redacting.spans import Span, Text
from triage.redacting.wording import WORD, pattern

_LEAST_NUMBERS, _LEAST_SAID = 4, 3
"""Behind a zero or a plus, behind the first of a named telephone; behind digits. Fewer are a result or a count."""
_ZERO = r"(?:nul[aue]|zero|oh|null)"
_NUMBER = (
    r"(?:nul[aue]|jedan|jedna|dva|dvije|dve|tri|cetiri|pet|sest|sedam|osam|devet|deset|jedanaest|\w{3,7}naest|\w{2,6}deset"
    r"|sto|sesto|stotin[aeu]|(?:dvj?e|tri|cetiri|pet|sest|sedam|osam|devet)st[oa]|zero|oh?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|\w{3,5}teen|\w{3,5}ty|hundred|double|null|eins|ein|zwei|zwo|drei|vier|funf|fuenf|sechs|sieben|acht|neun|zehn|elf"
    r"|zwolf|zwoelf|(?:\w{3,6}und)?\w{3,6}(?:zig|ssig)|nje|dy|tre|kater|pese|gjashte|shtate|tete|nente|dhjete"
    r"|\w{2,8}mbedhjete|njezet|dyzet|\w{3,8}dhjete|\w{2,6}qind|\w{0,6}hundert\w{0,15}|\d{1,3})"
)
_JOINERS = ("i", "pa", "te", "onda", "zatim", "and", "then", "und", "dann", "dhe", "e")
_GAP = rf"[\s,.-]{{1,3}}(?:(?:{'|'.join(_JOINERS)})\s{{1,2}})?"
_SAID_PHONE = re.compile(rf"(?<!\w)(?:{_ZERO}|plus)(?:{_GAP}{_NUMBER}){{{_LEAST_NUMBERS},20}}(?!\w)")
_NUMBERS = rf"(?<!\w){_NUMBER}(?:{_GAP}{_NUMBER}){{{_LEAST_NUMBERS},20}}(?!\w)"
_HALF_SAID = re.compile(rf"(?<!\w)[o0]\d{{1,2}}(?=\D{{1,3}}[^\W\d])(?:{_GAP}{_NUMBER}){{{_LEAST_SAID},20}}(?!\w)")
"""Begun in digits, an O for the zero too, and gone on in words ("o61 tri četiri …")."""
_PARTLY_SAID = re.compile(
    rf"(?<![\w.,:/-])(?:(?P<lead>[+o0]\d{{1,3}}|0(?=\W))(?:{_GAP}(?:{_NUMBER}|\d{{4,6}})){{2,20}}"
    rf"|{_NUMBER}(?:(?!,){_GAP}{_NUMBER}){{3,20}})(?!\w)"
)
"""Digits and words mixed, or joined by words ("061 i 123 i 456"), or one digit after the other with commas; without a
zero or plus before them no commas, which make a list ("pet, deset, 15")."""
_ANY_DIGITS = re.compile(r"\d(?:\D{0,30}?\d){2}")
_GROUPS = re.compile(r"\d+")
_LEAST_LED, _LEAST_LED_DIGITS, _LEAST_DIGITS = 8, 3, 6
"""Digits and words together, digits alone behind a zero or plus; digits alone elsewhere."""
_FEW_NUMBERS = rf"(?<!\w){_NUMBER}(?:{_GAP}{_NUMBER}){{2,20}}(?!\w)"
_READ_ALOUD = re.compile(_FEW_NUMBERS)
_TENS = re.compile(r"deset|naest|st[oa]\b|stotin|hundred|hundert|ty\b|teen|(?:z|ss)ig\b|dhjet|qind|zet\b")
"""Some number worth more than one digit: what the telephones read aloud are looked for by."""
_LEAST_WORTH, _LEAST_NAMED_WORTH = 7, 6
_NAMED = re.compile(
    r"(?<!\w)(?:broj|tel|telefon|mob|mobitel|mobilni|viber|vocap|whatsapp|(?:na|po)?zov(?:i|ite|ati)|nazvati|dobiti|kontakt(?:irajte)?|javi(?:te)?|pitanja|informacij[ae]|number|phone|mobile|call"
    rf"|contact|reach|questions|erreichen|erreichbar|fragen|kontaktoni|telefononi|nummer|handynummer|telefonnummer|numri)(?:\s(?:mi|me|mene|se|na|je|is|ist|eshte|im|at|on|unter|mich|ne|broj)){{0,4}}[\s:.,]{{1,3}}"
    rf"(?P<value>{_FEW_NUMBERS})"
)
_MINE = re.compile(
    r"\s(?:je|is|ist|eshte)\s(?:(?:moj|my|meine?)\s(?:broj|telefon|tel|mobitel|mob|number|phone|mobile|nummer|telefonnummer"
    r"|handynummer)|numri\sim)(?!\w)"
)
_DIGIT = (
    r"(?:nul[aue]|jedan|jedna|dva|dvije|dve|tri|cetiri|pet|sest|sedam|osam|devet|zero|oh?|one|two|three|four|five|six"
    r"|seven|eight|nine|null|eins|ein|zwei|zwo|drei|vier|funf|fuenf|sechs|sieben|acht|neun|nje|dy|tre|kater|pese|gjashte"
    r"|shtate|tete|nente)"
)
_DIGITS_SAID = re.compile(rf"(?<!\w){_DIGIT}(?:[ \t,-]{{1,3}}{_DIGIT}){{6,20}}(?!\w)")
"""One digit after the other: seven near a word for a telephone, anywhere eight without a comma (`_phones`)."""
_NEAR = re.compile(
    r"(?<!\w)(?:broj(?:a|u|em)?|tel|telefon\w{0,3}|mob|mob(?:itel|iln)\w{0,3}|viber\w?|vocap|whatsapp"
    r"|(?:na|po)?zov(?:i|ite|ati|em)|nazvati|javi(?:te)?|kontakt\w{0,6}|number|phone|mobile|call|ring|dial|text"
    r"|\w{0,7}nummer|handy|anruf\w{0,3}|ruf\w{0,3}|erreich\w{1,4}|numri\w{0,2}|telefono\w{0,2}|thirr\w{0,4})(?!\w)"
)
_NEAR_CHARS, _LEAST_DIGITS_SAID = 40, 8
_BEFORE_CHARS = 200
_MANY = re.compile(_NUMBERS)
_LAST_NUMBERS = re.compile(rf"{_NUMBERS}\Z")
_MAIL_BY_LETTERS = re.compile(
    r"(?<!\w)(?:gmail|hotmail|yahoo|outlook|icloud|protonmail|e?-?mail|mejl|imejl)(?:\s(?:mi|je|is|ist|moj|my|adresa)){0,3}"
    r"[\s:]{1,3}(?P<value>(?=(?:[^\W_][\s._-]{1,2}){0,39}[^\W_aikosu][\s._-])(?:[^\W_][\s._-]{1,2}){3,40}[^\W_]{1,8})(?!\w)",
    re.IGNORECASE,
)
"""At least three letters one by one behind a word for mail ("gmail mi je j k o s 84"), one of them that is no word."""
_LINE = r"(?:donja\s(?:crta|crtica)|podvlaka|underscore|under\sscore|unterstrich|nenvize)"
_DOT = r"(?:ta[cč]k[au]|to[cč]k[au]|dot|punkt|pike)"
_JOINED = rf"(?:\s{{1,2}}(?:{_LINE}|{_DOT})\s{{1,2}}\w{{1,40}}){{0,3}}"
_SAID_HANDLE = re.compile(
    rf"(?<!\w)(?:\w{{1,40}}{_JOINED}?\s{{1,2}}{_LINE}\s{{1,2}}\w{{1,40}}{_JOINED}|[^\W\d_]{{3,40}}\s{_DOT}\s\d{{2,4}})(?!\w)"
)
"""A chosen name said aloud: "ime donja crta 88", "ime tačka 88"."""
_SIGNS_SAID = re.compile(rf"(?<!\w)(?:{_LINE}|{_DOT})(?!\w)")
_SPACED_MAIL = re.compile(r"(?<!\S)(?:[\w.+-] ){2,64}@(?: [\w.-]){3,80}(?!\w)")
_PROVIDER_MAIL = re.compile(
    rf"(?<![\w.+-])(?:\w{{1,40}}\s{_DOT}\s)?[\w.+-]{{1,64}}(?:\s?@\s?|\s(?:(?:at|et|majmun|afna|manki|monkey)\s)?)"
    rf"(?:g(?:mail|mejl)|hot(?:mail|mejl)|yahoo|jahu|outlook|icloud|proton|protonmail)(?:[\s.,]{{1,2}}|\s{_DOT}\s)"
    r"(?:com|kom|ba|hr|rs|de|al)(?!\w)",
    re.IGNORECASE,
)
_PROVIDERS = re.compile(r"mail|mejl|jahu|yahoo|outlook|icloud|proton", re.IGNORECASE)
_DAY_OR_YEAR = (
    rf"(?:{_NUMBER}|(?:prv|drug|trec|cetvrt|pet|sest|sedm|osm|devet|deset|\w{{3,7}}naest|\w{{2,6}}deset)\w{{1,3}}"
    r"|first|second|third|\w{3,10}th|\w{3,14}ten|\w{5,18}sten|hiljad\w{0,3}|tisuc\w{0,3}|thousand|\w{0,6}tausend\w{0,20}|mije)"
)
_ORDINAL = r"(?:prv|drug|trec|cetvrt|pet|sest|sedm|osm|devet|deset|\w{3,7}naest|\w{2,6}deset)(?:oga?|ega?)"
_DAY_AND_MONTH = rf"(?:(?:dvadeset|trideset)\s(?:i\s)?)?{_ORDINAL}\s{_ORDINAL}(?:,?\s{_DAY_OR_YEAR}){{0,7}}"
""""Petog šestog": a month said by its number."""
_YEAR = (
    r"(?:dvi?j?e\s(?:hiljad|tisuc)\w{0,3}|two\sthousand|zweitausend\w{0,20})"
    rf"(?:\s(?:i\s|and\s)?{_DAY_OR_YEAR}){{0,3}}"
)
"""A year alone, in words."""
_BETWEEN_CHARS = 40


@dataclass(frozen=True, slots=True)
class Spoken:
    """The layer; `births` are words of birth, `months` the names of months, `counted` words for what is counted."""

    births: Sequence[str]
    months: Sequence[str]
    counted: Sequence[str]
    name: str = "spoken"
    version: str = "7"
    _counted: re.Pattern[str] = field(init=False, repr=False)
    _birth: re.Pattern[str] = field(init=False, repr=False)
    _born: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        date = rf"{_DAY_OR_YEAR}\.?(?:\s{_DAY_OR_YEAR})?\s(?:of\s)?{pattern(self.months)}(?:,?\s{_DAY_OR_YEAR}){{0,7}}"
        between = rf"[^\n!?]{{0,{_BETWEEN_CHARS}}}?(?<!\w)"
        said = rf"{pattern(self.births)}{between}(?P<value>{date}|{_DAY_AND_MONTH}|{_YEAR})(?!\w)"
        object.__setattr__(self, "_birth", re.compile(said))
        object.__setattr__(self, "_counted", re.compile(rf"[\s,]{{1,2}}{pattern(self.counted)}"))
        object.__setattr__(self, "_born", re.compile(pattern(self.births)))

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of every address, number and date told so."""
        if "@" in text.latin:
            for match in _SPACED_MAIL.finditer(text.latin):
                yield text.from_latin(*match.span(), "email", "spaced_mail")
        if _PROVIDERS.search(text.latin) is not None:
            for match in _PROVIDER_MAIL.finditer(text.latin):
                yield text.from_latin(*match.span(), "email", "provider_mail")
            for match in _MAIL_BY_LETTERS.finditer(text.latin):
                yield text.from_latin(*match.span("value"), "email", "mail_by_letters")
        if _SIGNS_SAID.search(text.shadow) is not None:
            for match in _SAID_HANDLE.finditer(text.shadow):
                yield text.from_shadow(*match.span(), "handle", "said_handle")
        for start, end in (*_phones(text.shadow), *self._read_aloud(text.shadow)):
            if _is_listed(text.shadow[start:end]):
                continue
            yield text.from_shadow(start, end, "phone", "said_phone")
        if self._born.search(text.shadow) is not None:
            for match in self._birth.finditer(text.shadow):
                yield text.from_shadow(*match.span("value"), "birth_date", "said_birth_date")

    def _read_aloud(self, folded: str) -> Iterator[tuple[int, int]]:
        """Where numbers are long and made of tens and hundreds as telephones are, and count nothing."""
        for match in _READ_ALOUD.finditer(folded) if _TENS.search(folded) is not None else ():
            worth = said(match.group())
            if worth.compound and worth.digits >= _LEAST_WORTH and self._counted.match(folded, match.end()) is None:
                yield match.span()


def _phones(folded: str) -> Iterator[tuple[int, int]]:
    """Where telephone numbers said in words stand in a shadow."""
    for shape in (_SAID_PHONE, _HALF_SAID):
        for match in shape.finditer(folded):
            yield match.span()
    for match in _DIGITS_SAID.finditer(folded):
        near = folded[max(0, match.start() - _NEAR_CHARS) : match.end() + _NEAR_CHARS]
        many = "," not in match.group() and len(WORD.findall(match.group())) >= _LEAST_DIGITS_SAID
        if many or _NEAR.search(near) is not None:
            yield match.span()
    if _ANY_DIGITS.search(folded) is not None:
        for match in _PARTLY_SAID.finditer(folded):
            if _is_phone(match):
                yield match.span()
    for match in _NAMED.finditer(folded):
        many = _MANY.fullmatch(match["value"]) is not None
        if many or said(match["value"]).digits >= _LEAST_NAMED_WORTH:
            yield match.span("value")
    for mine in _MINE.finditer(folded):
        last = _LAST_NUMBERS.search(folded, max(0, mine.start() - _BEFORE_CHARS), mine.start())
        if last is not None:
            yield last.span()


def _is_listed(said_so: str) -> bool:
    """Whether it is digits alone that make a list by their steps ("5, 10, 15 i 20")."""
    return set(WORD.findall(said_so)) <= {"i", "and", "und", "dhe", "e"} and is_list(_GROUPS.findall(said_so))


def _is_phone(match: re.Match[str]) -> bool:
    """Whether digits and words together are long enough; digits alone are only where each stands by itself."""
    digits, words = sum(map(str.isdigit, match.group())), WORD.findall(match.group())
    if match["lead"] is None:
        return digits >= _LEAST_DIGITS and bool(words)
    alone = all(len(group) == 1 for group in _GROUPS.findall(match.group()))
    numbers = sum(word not in _JOINERS for word in words)
    return digits >= _LEAST_LED_DIGITS and digits + numbers >= _LEAST_LED and (bool(words) or alone)
