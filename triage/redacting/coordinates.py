"""Where somebody lives as a point on a map: "44.5384, 18.6671", degrees and minutes, a plus code, three words.

A pair of coordinates says the house itself, more exactly than a street does. Two decimals of four places or more are
taken for one by themselves, of three places (100 m) only behind a word for a place or with a mark of the direction, for
"12.500, 18.600" are two amounts. Plus codes have their own alphabet (the Open Location Code specification), three words
stand behind "///" or the service's name. A web address with coordinates in it is a locator's matter (`contacts.py`).
Limits: one number alone, degrees in words, whole degrees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from triage.redacting.spans import Span, Text

_WHERE = (
    r"(?:gps|koordinat\w*|coordinates?|lokacij\w*|location|lokacion\w*|vendndodhj\w*|standort|pozicij\w*|position|pin"
    r"|lat(?:itude)?|sirina)"
)
_NAMED = re.compile(
    rf"(?<!\w){_WHERE}(?:\s(?:mu|joj|im|je|su|is|are|ist|sind|eshte|na|at|tacke|point)){{0,3}}[\s:=(]{{0,3}}\Z"
)
_NAMED_CHARS = 40
_NORTH, _EAST = r"(?:[NSns]|lat\w{0,5}\.?)", r"(?:[EWOewo]|lon\w{0,6}\.?|lng)"
_BETWEEN = r"\s{0,2}(?:[,;/|]|(?:i|and|und|dhe)(?=\s))?\s{0,2}"
_PAIR = re.compile(
    rf"(?:(?<!\w){_NORTH}[\s:=]{{0,2}})?(?<![\w.,])(?P<north>[+-]?\d{{1,2}}[.,]\d{{3,10}})(?P<sign>\s?°)?(?:\s?{_NORTH}(?!\w))?"
    rf"{_BETWEEN}"
    rf"(?:(?<!\w){_EAST}[\s:=]{{0,2}})?(?<![\w.])(?P<east>[+-]?\d{{1,3}}[.,]\d{{3,10}})(?!\d)(?:\s?°)?(?:\s?{_EAST}(?!\w))?"
    r"(?![.,]?\d|[^\W\d_])"
)
_DIRECTION = re.compile(r"[^\W\d_]{1,9}")
_COUNTED_BEHIND = re.compile(
    r"\s{0,2}(?:[%€$£]|(?:km|bam|kn|rsd|din|eur|euro?s?|evr[aio]|usd|dolar\w*|chf|btc|eth|mar[ak]\w*|lek\w*|kg|mb|gb|ms?|sek\w*)(?!\w))",
    re.IGNORECASE,
)
_VERSION_BEFORE = re.compile(r"(?<!\w)(?:v|ver|verzij\w*|version\w*|build)[\s.:]{0,2}\Z", re.IGNORECASE)
_PLACES = r"(?:[.,]\d{1,6})?\s?"
_DEGREES = (
    rf"[+-]?\d{{1,3}}\s?[°˚o]\s?\d{{1,2}}{_PLACES}['’‘′´]"
    rf"(?:\s?\d{{1,2}}{_PLACES}(?:[\"”“″]|'{{2}}|’{{2}}|′{{2}}))?"
)
_DEGREE_PAIR = re.compile(
    rf"(?<!\w)(?:{_NORTH}\s?)?(?<!\d){_DEGREES}(?:\s?{_NORTH}(?!\w))?{_BETWEEN}(?:{_EAST}\s?)?{_DEGREES}(?:\s?{_EAST}(?!\w))?"
)
_CODE = "23456789CFGHJMPQRVWX"
_PLUS_CODE = re.compile(
    rf"(?<![\w+/])(?:[{_CODE}]{{4}}){{1,2}}\+[{_CODE}]{{2,7}}(?![\w+])|(?<![\w+/])[{_CODE}]{{6}}\+[{_CODE}]{{2,3}}(?![\w+])",
    re.IGNORECASE,
)
_THREE_WORDS = re.compile(
    r"(?:(?<![\w:/.])/{3}|(?<!\w)(?:what3words|w3w)[\s:]{1,3}/{0,3})(?P<words>[^\W\d_]{2,30}(?:\.[^\W\d_]{2,30}){2})(?![\w./])",
    re.IGNORECASE,
)
_LOCATOR, _LOCATOR_CHARS = re.compile(r"[/?&]"), 200
_SURE_PLACES = 4
_MOST_NORTH, _MOST_EAST = 90, 180


@dataclass(frozen=True, slots=True)
class Coordinates:
    """The layer."""

    name: str = "coordinates"
    version: str = "1"

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of every point on a map."""
        latin = text.latin
        for start, end in (*points(latin), *_plus_codes(latin)):
            if not _in_locator(latin, start):
                yield text.from_latin(start, end, "address", "coordinates")
        for match in _THREE_WORDS.finditer(latin):
            yield text.from_latin(*match.span("words"), "address", "three_words")


def _in_locator(latin: str, start: int) -> bool:
    """Whether what stands without a blank before it makes it a part of a web address."""
    before = latin[max(0, start - _LOCATOR_CHARS) : start]
    return not before[-1:].isspace() and _LOCATOR.search((before.split() or [""])[-1]) is not None


def points(latin: str) -> Iterator[tuple[int, int]]:
    """Where two numbers that may be a latitude and a longitude stand; `numbers.py` reads no telephone in them."""
    for match in _DEGREE_PAIR.finditer(latin):
        yield match.span()
    for match in _PAIR.finditer(latin):
        if not _on_earth(match["north"], match["east"]) or _COUNTED_BEHIND.match(latin, match.end()) is not None:
            continue
        before = latin[max(0, match.start() - _NAMED_CHARS) : match.start()]
        if _VERSION_BEFORE.search(before) is not None:
            continue
        places = min(len(re.split("[.,]", number)[1]) for number in (match["north"], match["east"]))
        marked = match["sign"] is not None or len(_DIRECTION.findall(match.group())) > 1
        if places >= _SURE_PLACES or marked or _NAMED.search(before.lower()) is not None:
            yield match.span()


def _on_earth(north: str, east: str) -> bool:
    return all(
        abs(float(number.replace(",", "."))) <= most for number, most in ((north, _MOST_NORTH), (east, _MOST_EAST))
    )


def _plus_codes(latin: str) -> Iterator[tuple[int, int]]:
    """Plus codes; a sum has no letter, and a word in small letters no digit."""
    for match in _PLUS_CODE.finditer(latin) if "+" in latin else ():
        code = match.group()
        letters, digits = any(map(str.isalpha, code)), any(map(str.isdigit, code))
        if letters and (digits or code.isupper()):
            yield match.span()
