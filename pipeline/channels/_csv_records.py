"""Cuts the lines of a damaged or multi-line CSV chunk into records so that one stray quotation mark costs one line.

`csv.reader` joins lines while a quotation mark is open, so a mark that never closes would swallow every row up to the
next mark or the end of the file. Here a record of several lines counts only if its marks are used as written down in
RFC 4180 (a closing mark is followed by a separator or the line's end). If not, its *first line alone* is set aside as
unclosed and reading goes on with the next line: no other row is lost. A mark that closes by chance exactly where a
later cell ends cannot be told from a cell of several lines.

Limits: a cell may span `_PATIENT_LINES` lines and `OPEN_CHARS` characters; after the first unclosed mark only
`_WARY_LINES`, so that a file full of stray marks costs linear time.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

OPEN_CHARS = 24 * 1024 * 1024
"""A cell of 10 MB must not stop a batch; what is open for longer is taken for a stray mark."""
END = "\x1eend of lines\x1e"
"""A line no file holds: read back as a record of its own, it proves that no quotation mark is open before it."""
_PATIENT_LINES = 20_000
_WARY_LINES = 100

csv.field_size_limit(1 << 30)  # the library's 128 KiB would end a file with an error; `trouble_with` has our limit


@dataclass(frozen=True, slots=True)
class Record:
    """Lines `first` up to but not including `after` of a chunk; `cells` is None if a mark opens and never closes."""

    first: int
    after: int
    cells: list[str] | None


class RecordCutter:
    """Cuts chunk after chunk of one file; remembers only that it has met a stray mark."""

    def __init__(self, delimiter: str, width: int) -> None:
        """`width` is the number of columns the heading has."""
        self._delimiter = delimiter
        self._width = width
        self._patience = _PATIENT_LINES

    def cut(self, lines: list[str], at_end: bool) -> tuple[list[Record], int]:
        """The records of these lines, and the index of the first line to be seen again with the next chunk.

        Every line is in exactly one record or at or after that index; `at_end` says no more lines will come.
        """
        found: list[Record] = []
        position = 0
        while position < len(lines):
            position, waiting = self._run(lines, position, at_end, found)
            if waiting:
                break
        return found, position

    def _run(self, lines: list[str], position: int, at_end: bool, found: list[Record]) -> tuple[int, bool]:
        """Read on from `position` until a stray mark, an open end or the last line; (next position, wait for more)."""
        feed = _Feed(lines, position, self._patience)
        for cells in csv.reader(feed, delimiter=self._delimiter):
            first, after = feed.record_first, feed.at
            if after - first > 1 or after == len(lines):
                part = lines[first:after]
                if self._still_open(part):
                    if not at_end and after == len(lines) and self._may_wait(part):
                        return first, True
                    self._patience = _WARY_LINES
                    found.append(Record(first, first + 1, None))
                    return first + 1, False
                if len(part) > 1 and not self._is_one_record(part, cells):
                    found.append(Record(first, first + 1, None))
                    return first + 1, False
            found.append(Record(first, after, cells))
            feed.record_first = after
        return feed.at, False

    def _may_wait(self, part: list[str]) -> bool:
        return len(part) < self._patience and sum(map(len, part)) < OPEN_CHARS

    def _still_open(self, part: list[str]) -> bool:
        rows = list(csv.reader(chain(part, [END]), delimiter=self._delimiter))
        return rows[-1] != [END]

    def _is_one_record(self, part: list[str], cells: list[str]) -> bool:
        try:
            list(csv.reader(part, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return False
        if len(cells) <= self._width:
            return True
        return all(len(next(csv.reader([line], delimiter=self._delimiter), [])) != self._width for line in part[1:])


class _Feed:
    """Lines for `csv.reader`, which takes only as many as the record it is reading needs; counts them."""

    def __init__(self, lines: list[str], position: int, patience: int) -> None:
        self.at = position
        self.record_first = position
        self._lines = lines
        self._patience = patience

    def __iter__(self) -> Iterator[str]:
        lines, last = self._lines, len(self._lines)
        while self.at < last and self.at < self.record_first + self._patience:
            self.at += 1
            yield lines[self.at - 1]
