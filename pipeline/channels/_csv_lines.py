"""Lines of a text file in chunks bounded both in number and in characters, so that memory stays flat."""

from __future__ import annotations

from typing import TextIO

from pipeline.channels.base import CHUNK_ROWS

_READ_CHARS = 1024 * 1024
_CHUNK_CHARS = 64 * 1024 * 1024


class LineSource:
    """Hands out the lines of an open file (line ends kept, `newline=""`), about as many as a chunk has rows."""

    def __init__(self, file: TextIO) -> None:
        """`file` is read once from where it stands and is not closed here."""
        self._file = file
        self._spare: list[str] = []
        self._at_end = False

    @property
    def exhausted(self) -> bool:
        """Whether `take` will have nothing new."""
        return self._at_end and not self._spare

    def take(self, kept: list[str]) -> list[str]:
        """`kept` (lines of a record still open) followed by new lines: at most `CHUNK_ROWS` lines, about 64 MB."""
        lines = kept + self._spare
        chars = sum(map(len, lines))
        while not self._at_end and len(lines) < CHUNK_ROWS and chars < _CHUNK_CHARS:
            more = self._file.readlines(_READ_CHARS)
            self._at_end = not more
            chars += sum(map(len, more))
            lines += more
        self._spare = lines[CHUNK_ROWS:]
        del lines[CHUNK_ROWS:]
        return lines
