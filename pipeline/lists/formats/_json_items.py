"""The objects of one large JSON document, read a piece at a time, so that a list of gigabytes needs no gigabytes.

What stands around the arrays is followed only as far as strings and brackets go: enough to find the arrays by name and
to notice that a document breaks off, wherever that is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from triage.errors import UnusableInput

_PIECE_CHARS = 1024 * 1024
_LONGEST_ITEM_CHARS = 16 * 1024 * 1024
_AHEAD_CHARS = 256
"""A name this near the end of a piece may have its bracket in the next one."""
_BETWEEN = re.compile(r"[\s,]*")
_TOKEN = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:\s*\[)?|["\[\]{}]', re.DOTALL)
_DECODER = json.JSONDecoder()
_END = object()


def items(path: Path, *names: str) -> Iterator[object]:
    """Everything in the arrays that are the value of one of these names, in order; without names, in the outermost.

    Raises UnusableInput where the document breaks, OSError.
    """
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        window = _Window(file)
        while window.find(names):
            while (item := window.item()) is not _END:
                yield item


class _Window:
    """The piece of the document in hand: `text` from `at` on is still to be read, inside `depth` brackets."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._at = self._depth = self._count = 0
        self._ended = False

    def find(self, names: tuple[str, ...]) -> bool:
        """Go to the beginning of the next array wanted; False at the end of a whole document."""
        while (token := self._token()) is not None:
            self._at = token.end()
            opens_array = token[0] == "[" or token[2] is not None
            self._depth += -1 if token[0] in ("]", "}") else opens_array or token[0] == "{"
            if opens_array and (token[1] in names if names else self._depth == 1):
                return True
        if self._depth:
            raise self._broken()
        return False

    def item(self) -> object:
        """The next thing in the array, `_END` behind the last."""
        while True:
            between = _BETWEEN.match(self._text, self._at)
            self._at = between.end() if between else self._at
            if self._text.startswith("]", self._at):
                self._at += 1
                self._depth -= 1
                return _END
            try:
                value, self._at = _DECODER.raw_decode(self._text, self._at)
            except RecursionError:
                raise self._broken() from None
            except ValueError:
                self._more()
                if self._ended:
                    raise self._broken() from None
            else:
                self._count += 1
                return value

    def _token(self) -> re.Match[str] | None:
        """The next string or bracket, None at the end of the document."""
        while True:
            token = _TOKEN.search(self._text, self._at)
            if self._ended:
                if token is not None and token[0] == '"':
                    raise self._broken()
                return token
            if token is not None and token[0] != '"' and token.end() <= len(self._text) - _AHEAD_CHARS:
                return token
            self._at = len(self._text) if token is None else token.start()
            self._more()

    def _more(self) -> None:
        if len(self._text) - self._at > _LONGEST_ITEM_CHARS:
            raise self._broken()
        piece = self._file.read(_PIECE_CHARS)
        self._text, self._at, self._ended = self._text[self._at :] + piece, 0, not piece

    def _broken(self) -> UnusableInput:
        return UnusableInput(f"the file breaks off or is damaged after entry {self._count:,}: fetch it again")
