"""Many layers' spans made one sorted row without overlaps, grown so that no part of a word stays visible."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, takewhile

from triage.redacting.lines import within_lines
from triage.redacting.spans import KINDS, PLACEHOLDER, Span
from triage.redacting.wording import WORD

_GRAVITY = {kind: place for place, kind in enumerate(KINDS)}
_MOST_GROWTH_CHARS = 256
"""Longer words than that are masked whole by `pieces.LongWords`; time must not grow with their square."""
_VALUES = frozenset({"handle", "phone", "email", "url"})
_DOTTED, _DOTTED_BEFORE = re.compile(r"(?:[.-]\w{1,40}){1,8}"), re.compile(r"(?<![\w.-])(?:\w{1,40}[.-]){1,8}\Z")
"""A name in small letters with a dot or hyphen and no blank beside it ("lana.mala") is a chosen name as a whole."""
_LABEL = re.compile(r"(?P<label>nic?k(?:name)?)(?:\s(?:mu|joj|mi|im))?\s?(?:je|:|=)?[\s\"'„“@]{0,3}", re.IGNORECASE)
_JOINER = "\u200d"


def merged(original: str, spans: Iterable[Span]) -> list[Span]:
    """Sorted spans that touch no other: overlapping ones are joined, the gravest kind names them.

    A span that begins or ends inside a word grows to the whole word; placeholders of an earlier redaction are left as
    they are; no span ends with a line's break (`lines.py`). Roles that contradict each other become `unknown`. Raises
    ValueError for a span outside the text.
    """
    kept: list[Span] = []
    for span in sorted(_outside_placeholders(original, [_grown(original, span) for span in spans])):
        if kept and span.start < kept[-1].end:
            kept[-1] = _joined(kept[-1], span)
        else:
            kept.append(span)
    return list(within_lines(original, kept))


def clear_of_values(original: str, names: Iterable[Span], found: Sequence[Span]) -> Iterator[Span]:
    """The names; one that runs on into a value ("Lena bekam Nachrichten von @x") ends with its words in capitals.

    Else the words between would be masked with it, and whose the value is could not be told.
    """
    values = [one for one in found if one.kind in _VALUES]
    for name in names:
        value = next((one for one in values if name.start < one.start < name.end <= one.end), None)
        first = WORD.match(original, name.start)
        if value is None or first is None or not first.group()[0].isupper():
            yield name
            continue
        capitals = takewhile(lambda word: word.group()[0].isupper(), WORD.finditer(original, name.start, value.start))
        yield replace(name, end=list(capitals)[-1].end())


def clear_of_labels(original: str, names: Iterable[Span], found: Sequence[Span]) -> Iterator[Span]:
    """The names but "nick" right before a chosen name ("nick mu je x_1"): the word for one, no person called Nick."""
    handles = {one.start for one in found if one.kind == "handle"}
    for name in names:
        label = _LABEL.match(original, name.start) if handles else None
        if label is None or label.end("label") < name.end or label.end() not in handles:
            yield name


def _joined(one: Span, other: Span) -> Span:
    def weight(span: Span) -> tuple[int, int, str]:
        return _GRAVITY[span.kind], span.start - span.end, span.rule

    gravest = min(one, other, key=weight)
    said = {span.role for span in (one, other)} - {"unknown"}
    role = said.pop() if len(said) == 1 else "unknown"
    return Span(one.start, max(one.end, other.end), gravest.kind, gravest.rule, role)


def _grown(original: str, span: Span) -> Span:
    if not 0 <= span.start < span.end <= len(original):
        raise ValueError("a layer found a span outside the text")
    start, end = span.start, span.end
    while start > max(0, span.start - _MOST_GROWTH_CHARS) and _one_word(original[start - 1], original[start]):
        start -= 1
    while end < min(len(original), span.end + _MOST_GROWTH_CHARS) and _one_word(original[end - 1], original[end]):
        end += 1
    if span.kind == "name" and original[start].islower():
        first, last = _dotted(original, start, end)
        if (first, last) != (start, end):
            return replace(span, start=first, end=last, kind="handle")
    return span if (start, end) == (span.start, span.end) else replace(span, start=start, end=end)


def _dotted(original: str, start: int, end: int) -> tuple[int, int]:
    """The stretch with the words that hang on it by a dot or hyphen."""
    before, behind = None, _DOTTED.match(original, end)
    if start and original[start - 1] in ".-":
        before = _DOTTED_BEFORE.search(original, max(0, start - _MOST_GROWTH_CHARS), start)
    return before.start() if before else start, behind.end() if behind else end


def _one_word(before: str, after: str) -> bool:
    """Whether a cut between these two characters would leave half a word or half a character."""
    if _is_extending(after) or before == _JOINER:
        return True
    return (before.isalnum() or before == "_" or _is_extending(before)) and (after.isalnum() or after == "_")


def _is_extending(character: str) -> bool:
    return not character.isascii() and unicodedata.category(character) in ("Mn", "Me", "Mc", "Cf", "Sk")


def _outside_placeholders(original: str, spans: list[Span]) -> list[Span]:
    marks = [match.span() for match in PLACEHOLDER.finditer(original)] if spans and "[" in original else []
    if not marks:
        return spans
    ends = [end for _, end in marks]
    return [piece for span in spans for piece in _pieces(original, span, marks, bisect_right(ends, span.start))]


def _pieces(original: str, span: Span, marks: list[tuple[int, int]], first: int) -> list[Span]:
    """What is left of a span outside the placeholders it meets; punctuation alone is nothing."""
    pieces, start = [], span.start
    for begin, end in islice(marks, first, None):
        if begin >= span.end:
            break
        pieces.append((start, begin))
        start = end
    pieces.append((start, span.end))
    return [replace(span, start=a, end=b) for a, b in pieces if any(sign.isalnum() for sign in original[a:b])]
