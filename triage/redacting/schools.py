"""Schools called by a number or name before the word ("Druga osnovna škola", "Goethe-Schule"), and classes ("4a").

A school and a class beside a child are the child. Names behind the word ("škola X") are rules of `context.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from triage.redacting.spans import Span, Text

CLASS = "class"
"""Rule of a class's sign."""
_PERHAPS_CLASS = "perhaps_class"
"""Rule of such a sign behind a word in small letters: a class's only if that word turns out to be a name."""
_MOST_BETWEEN_CHARS = len(" aus der ")
_NUMBERED = re.compile(
    r"(?<!\w)(?:(?:prv|drug|trec|cetvrt|pet|sest|sedm|osm|devet|deset)(?:a|e|oj|u|om) "
    r"(?:(?:osnovn|srednj|medicinsk|tehnick|ekonomsk)(?:a|e|oj|u|om) skol(?:a|e|i|u|om)|gimnazij(?:a|e|i|u|om))"
    r"|(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth) (?:primary|elementary|secondary|high) "
    r"school)(?!\w)"
)
_GRADE = r"(?:[1-9]|1[0-3])"
_SIGN = rf"(?:{_GRADE}[./-]?[a-g](?![\w.-]\w)|[ivx]{{1,4}}[-/.][a-h1-9]|{_GRADE}-[a-h1-9])(?![\w/-])"
"""A class by its sign: "3c", "7-b", "V-2", "5-1"."""
_CLASS = re.compile(
    r"(?<!\w)(?:(?:razred|razreda|razredu|odjeljenj[eua]|odeljenj[eua]|class|klasse|grade|klas[aeu]|klasen) "
    rf"(?P<behind>\d{{1,2}}[ ./-]?[a-h](?!\w)|{_SIGN})"
    r"|(?P<before>\d{1,2}(?:[ ./-]|\. )?[a-h]) (?:razred[au]?|klasse|grade)(?!\w))"
)
_CHILD = (
    r"(?:djevojcic|devojcic|djecak|decak|dijete|djetet|dete|djec|deca|deci|decu|cur[aeiu]|curic|kcer|cerk|sin|ucenik|ucenic"
    r"|girl|boy|child|kid|son|daughter|pupil|student|madchen|jungen?|kind|tochter|sohn|schuler|vajz|djal|femij|nxenes)"
)
_ATTENDS = (
    r"(?:(?:ide|idem|idu|isla|isao|krenula|krenuo) u|pohad[a-z]{1,3}|uci u|is in|goes to|goes into|geht in (?:die|eine)"
    r"|gehe in die|ist in der|shkon ne|eshte ne|(?:sam|smo) (?:iz|u)|predajem? u|am from|am in"
    r"|bin aus der|bin in der|jam nga)"
)
_SIGNED = (
    re.compile(rf"(?<!\w){_ATTENDS} (?P<value>{_SIGN})"),
    re.compile(
        rf"(?<!\w){_CHILD}\w{{0,4}}(?: [^\W\d_]+){{0,2}} (?:iz|u|from|in|aus der|aus|in der|nga|ne) "
        rf"(?P<value>{_SIGN}|{_GRADE} [b-g](?!\w))"
    ),
)
"""A class by nothing but its sign, behind who attends it."""
_FROM = re.compile(rf"(?<!\w)(?P<who>[^\W\d_]+) (?:iz|from|aus der|nga) (?P<value>{_SIGN})")
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
        yield text.from_shadow(*match.span(str(match.lastgroup)), "organisation", CLASS)
    for match in _FROM.finditer(text.shadow):
        capital = text.original[text.back[match.start("who")]].isupper()
        yield text.from_shadow(*match.span("value"), "organisation", CLASS if capital else _PERHAPS_CLASS)
    for shape in (*_SIGNED, *_NEAR_SCHOOL):
        for match in shape.finditer(text.shadow):
            yield text.from_shadow(*match.span("value"), "organisation", CLASS)
    for match in _GERMAN.finditer(text.latin):
        yield text.from_latin(*match.span(), "organisation", "school")


def clear_of_classes(spans: Sequence[Span]) -> list[Span]:
    """The spans without those that lie inside a class's sign ("V-2" is nobody's name and no place).

    A sign behind a word in small letters stays where that word is a name ("ana i marko iz 8b").
    """
    if any(one.rule == _PERHAPS_CLASS for one in spans):
        ends = [one.end for one in spans if one.kind == "name"]
        spans = [
            replace(one, rule=CLASS) if one.rule == _PERHAPS_CLASS else one
            for one in spans
            if one.rule != _PERHAPS_CLASS or any(0 < one.start - end <= _MOST_BETWEEN_CHARS for end in ends)
        ]
    signs = [one for one in spans if one.rule == CLASS]
    return [
        one for one in spans
        if one.rule == CLASS or not any(sign.start <= one.start and one.end <= sign.end for sign in signs)
    ] if signs else list(spans)  # fmt: skip
