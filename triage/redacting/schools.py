"""Schools called by a number or name before the word ("Druga osnovna škola", "Goethe-Schule"), and classes ("4a").

A school and a class beside a child are the child. Names behind the word ("škola X") are rules of `context.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from triage.redacting.spans import Span, Text

_NUMBERED = re.compile(
    r"(?<!\w)(?:(?:prv|drug|trec|cetvrt|pet|sest|sedm|osm|devet|deset)(?:a|e|oj|u|om) "
    r"(?:(?:osnovn|srednj|medicinsk|tehnick|ekonomsk)(?:a|e|oj|u|om) skol(?:a|e|i|u|om)|gimnazij(?:a|e|i|u|om))"
    r"|(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth) (?:primary|elementary|secondary|high) "
    r"school)(?!\w)"
)
_CLASS = re.compile(
    r"(?<!\w)(?:(?:razred|razreda|razredu|odjeljenj[eua]|odeljenj[eua]|class|klasse|grade|klasa|klasen) "
    r"(?P<behind>\d{1,2}[ ./-]?[a-h])|(?P<before>\d{1,2}[ ./-]?[a-h]) (?:razred[au]?|klasse|grade))(?!\w)"
)
_SCHOOL = r"(?:skol|razred|odjeljenj|odeljenj|gimnazij|ucenik|ucenic|school|class|schule|klasse|shkoll|klas)\w{0,5}"
_ROOM = r"(?<![\w/.-])(?P<value>[ivx]{1,4}[-/.][a-h1-9]|\d{1,2}-[a-h])(?![\w/-])"
_NEAR_SCHOOL = (
    re.compile(rf"(?<!\w){_SCHOOL}[^\n!?]{{0,30}}?{_ROOM}"),
    re.compile(rf"{_ROOM}[^\n!?]{{1,30}}?(?<!\w){_SCHOOL}(?!\w)"),
)
"""A class by its room's sign ("II-3", "7-c"), where a school or class stands near."""
_GERMAN = re.compile(
    r"(?<![\w-])(?:[A-ZÄÖÜ][\wäöüß]+-){1,3}(?:Schule|(?:Grund|Real|Ober|Haupt|Mittel)schule|Gymnasium)(?![\w-])"
)


def schools(text: Text) -> Iterator[Span]:
    """Spans of the schools and classes called so; pure."""
    for match in _NUMBERED.finditer(text.shadow):
        yield text.from_shadow(*match.span(), "organisation", "school")
    for match in _CLASS.finditer(text.shadow):
        yield text.from_shadow(*match.span(str(match.lastgroup)), "organisation", "class")
    for shape in _NEAR_SCHOOL:
        for match in shape.finditer(text.shadow):
            yield text.from_shadow(*match.span("value"), "organisation", "class")
    for match in _GERMAN.finditer(text.latin):
        yield text.from_latin(*match.span(), "organisation", "school")
