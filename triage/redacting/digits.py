"""Runs of digits in a text, as people write numbers: with blanks, dots, hyphens and line breaks between the digits.

One reading for every layer that looks at numbers. Only separators that stand between two digits belong to a run; a
comma ends it, so two numbers glued by a comma are two runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

DASHES = "\\-\u2010-\u2015\u2212\u00ad"
"""For a character class: hyphen, non-breaking hyphen, en dash and the like, minus."""
SEPARATOR = rf"[ \t\r\n./\\\u00b7_()*{DASHES}]"
_RUN = re.compile(rf"\d+(?:{SEPARATOR}{{1,3}}\d+)*")
_GROUP = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Run:
    """One run: `text[start:end]`, its digits and its groups as (start, end) in the text."""

    start: int
    end: int
    digits: str
    groups: tuple[tuple[int, int], ...]

    def windows(self, lengths: frozenset[int]) -> Iterator[tuple[int, int, str]]:
        """Each stretch of whole groups with one of these numbers of digits, as (start, end, digits)."""
        longest, sizes = max(lengths), [end - start for start, end in self.groups]
        offset = 0
        for first, size in enumerate(sizes):
            total = 0
            for last in range(first, len(sizes)):
                total += sizes[last]
                if total > longest:
                    break
                if total in lengths:
                    yield self.groups[first][0], self.groups[last][1], self.digits[offset : offset + total]
            offset += size


def runs(text: str, least: int) -> Iterator[Run]:
    """The runs with at least so many digits, in order; linear in the length of the text."""
    for match in _RUN.finditer(text):
        written = match.group()
        if len(written) >= least:
            groups = tuple((match.start() + g.start(), match.start() + g.end()) for g in _GROUP.finditer(written))
            digits = "".join(text[start:end] for start, end in groups)
            if len(digits) >= least:
                yield Run(match.start(), match.end(), digits, groups)
