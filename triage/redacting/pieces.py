"""Long texts cut into pieces that overlap, so that no layer's time grows with the square of a text's length.

Cuts fall at blanks. What lies across a cut is whole in one of the two pieces, as long as it is shorter than half the
overlap; a longer run without a blank is no word of any language and is masked as a whole (`LongWords`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from triage.redacting.spans import Span, Text

PIECE_CHARS, OVERLAP_CHARS = 20_000, 1_000
_LONGEST_WORD_CHARS = OVERLAP_CHARS // 2
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD_CHARS},}}")
_LAST_BLANK = re.compile(r"\s(?=\S*\Z)")
_FIRST_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True)
class LongWords:
    """The layer that masks what is too long to be a word."""

    name: str = "long_words"
    version: str = "1"

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of every run of characters without a blank that is too long to be looked into."""
        if len(text.original) >= _LONGEST_WORD_CHARS:
            for match in _LONG_WORD.finditer(text.original):
                yield Span(*match.span(), "other", "long_word")


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """The text in pieces of at most `PIECE_CHARS`, each with where it starts."""
    start = 0
    while len(text) - start > PIECE_CHARS:
        end = start + PIECE_CHARS
        last = _LAST_BLANK.search(text, end - OVERLAP_CHARS // 2, end)
        end = last.start() + 1 if last is not None else end
        yield start, text[start:end]
        first = _FIRST_BLANK.search(text, end - OVERLAP_CHARS, end - _LONGEST_WORD_CHARS)
        start = first.end() if first is not None else end - OVERLAP_CHARS
    yield start, text[start:]
