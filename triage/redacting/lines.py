"""Masks and the lines of a text: a report numbered line by line keeps its lines and its numbers.

Layers look past a line's end, for names and numbers are broken there. So a span may end with the break, with the
number of the next point ("061 … \\n2."), or hold two telephones on two lines. What is masked stays masked; only where
one mask ends is decided here. A telephone that is whole on each line is one telephone a line, each with its own digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from triage.redacting.spans import Span

_BREAKS = r"\n\r\v\f\x85\u2028\u2029"
_BREAK = re.compile(rf"(\r\n|[{_BREAKS}])")
_BREAKS_BEFORE, _BREAKS_BEHIND = re.compile(rf"\s*[{_BREAKS}]\s*"), re.compile(rf"\s*[{_BREAKS}]\s*\Z")
_LINE = re.compile(rf"[^{_BREAKS}]+")
_POINTS, _NAMED = ("phone", "number"), "named_"
"""Kinds of digits and the rules of others that take digits by a word before them: to both the number of a point looks
like a part. What has check digits is known to its last."""
_POINT_BEHIND = re.compile(r"(?<=\w{3})[^\w\n\r]*[\n\r]\s*\d{1,2}\Z")
_POINTS_SIGN, _COUNTED = re.compile(r"[.)](?=\s|\Z)"), re.compile(r"[ \t]+[^\W\d_]")
"""What follows the number of a point; behind a telephone that is whole a word may be counted by it ("7 djece")."""
_POINT_BEFORE = re.compile(r"[1-9]\d?[.)][ \t]{1,3}(?=\D?\d)")
_LINES_START = re.compile(rf"[{_BREAKS}][ \t]*\Z")
_LEAST_DIGITS, _WHOLE_DIGITS, _MOST_BLANKS = 6, 8, 20
"""Of any long number; of a telephone of the region, of which fewer may be a half; before a line's first sign."""


def within_lines(original: str, spans: Iterable[Span]) -> Iterator[Span]:
    """The spans without breaks at their ends or the numbers of points; telephones on lines of their own apart.

    What is nothing but blanks and breaks hides nothing.
    """
    for span in spans:
        if original[span.start : span.end].isspace():
            continue
        start, end = _trimmed(original, span.start, span.end)
        if span.kind in _POINTS or span.rule.startswith(_NAMED):
            start, end = _without_points(original, start, end, counted=span.kind == "phone")
        whole = span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)
        yield from _apart(original, whole) if span.kind == "phone" else (whole,)


def in_lines(written: str, first: str, other: str) -> str:
    """`first` in the place of what was written, with its line breaks; `other` on its every further line."""
    pieces = _BREAK.split(written)
    if len(pieces) == 1:
        return first
    lines = [place for place in range(0, len(pieces), 2) if any(sign.isalnum() for sign in pieces[place])] or [0]
    shown = dict.fromkeys(lines, other) | {lines[0]: first}
    return "".join(piece if place % 2 else shown.get(place, "") for place, piece in enumerate(pieces))


def _trimmed(original: str, start: int, end: int) -> tuple[int, int]:
    before, behind = _BREAKS_BEFORE.match(original, start, end), _BREAKS_BEHIND.search(original, start, end)
    first, last = before.end() if before else start, behind.start() if behind else end
    return (first, last) if first < last else (start, end)


def _without_points(original: str, start: int, end: int, *, counted: bool) -> tuple[int, int]:
    behind = _POINT_BEHIND.search(original, start, end)
    point = _POINTS_SIGN.match(original, end) or (counted and _COUNTED.match(original, end))
    if behind is not None and point and _digits(original, start, behind.start(), _WHOLE_DIGITS):
        end = behind.start()
    before = _POINT_BEFORE.match(original, start, end)
    if before is None or not _digits(original, before.end(), end):
        return start, end
    lead = _LINES_START.search(original, max(0, start - _MOST_BLANKS), start) if start else True
    return (before.end(), end) if lead else (start, end)


def _apart(original: str, span: Span) -> Iterator[Span]:
    """The span; one a line where every line of it has digits enough for a telephone."""
    lines = [match.span() for match in _LINE.finditer(original, span.start, span.end)]
    if len(lines) > 1 and all(_digits(original, a, b, _WHOLE_DIGITS) for a, b in lines):
        for a, b in lines:
            first, last = _trimmed(original, a, b)
            yield replace(span, start=first, end=last)
    else:
        yield span


def _digits(original: str, start: int, end: int, least: int = _LEAST_DIGITS) -> bool:
    return sum(sign.isdigit() for sign in original[start:end]) >= least
