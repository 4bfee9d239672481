"""Words of labelled sentences as they are counted: where each stands, whose it is, and whether anything hides it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from triage.redacting.spans import Span

if TYPE_CHECKING:
    from pipeline.training.names.sentences import Sentence


class Placed(NamedTuple):
    """A word, its character offsets, and the kind of the entity it belongs to ("" for none)."""

    word: str
    start: int
    end: int
    kind: str


def placed(sentence: Sentence) -> Iterator[Placed]:
    """Every word of a sentence, in order."""
    start = 0
    for word, blank, label in zip(sentence.words, sentence.blanks, sentence.labels, strict=True):
        end = start + len(word)
        yield Placed(word, start, end, label[2:])
        start = end + blank


def touched(one: Placed, spans: Iterable[Span]) -> bool:
    """Whether a span hides any of it."""
    return any(span.start < one.end and one.start < span.end for span in spans)
