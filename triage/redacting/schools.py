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
_GERMAN = re.compile(
    r"(?<![\w-])(?:[A-ZÄÖÜ][\wäöüß]+-){1,3}(?:Schule|(?:Grund|Real|Ober|Haupt|Mittel)schule|Gymnasium)(?![\w-])"
)


def schools(text: Text) -> Iterator[Span]:
    """Spans of the schools and classes called so; pure."""
    for match in _NUMBERED.finditer(text.shadow):
        yield text.from_shadow(*match.span(), "organisation", "school")
    for match in _CLASS.finditer(text.shadow):
        yield text.from_shadow(*match.span(str(match.lastgroup)), "organisation", "class")
    for match in _GERMAN.finditer(text.latin):
        yield text.from_latin(*match.span(), "organisation", "school")
