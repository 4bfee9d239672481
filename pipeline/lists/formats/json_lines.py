"""JSON Lines: an object per line, named as a table's columns are; `fingerprints` may hold several values by type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pipeline.lists.formats._cells import field_of, row_of, text_of
from pipeline.lists.formats.base import ListFormat, Row

_LONGEST_LINE_CHARS = 1_000_000


class JsonLines(ListFormat):
    """What programs exchange."""

    name = "jsonl"
    rank = 1

    def recognises(self, head: bytes) -> bool:
        """By a first line that is an object with a value in it."""
        line = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 1)[0].decode("utf-8", "replace")
        row = _row(1, line)
        return row.problem is None and bool(row.values)

    def rows(self, path: Path) -> Iterator[Row]:
        """Every line that is not blank, by line number. Raises OSError."""
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            number = 0
            while line := file.readline(_LONGEST_LINE_CHARS):
                number += 1
                too_long = len(line) == _LONGEST_LINE_CHARS and not line.endswith("\n")
                while too_long and (rest := file.readline(_LONGEST_LINE_CHARS)) and not rest.endswith("\n"):
                    pass
                if too_long:
                    yield Row(number, problem=("", "not_json"))
                elif not line.isspace():
                    yield _row(number, line)


def _row(number: int, line: str) -> Row:
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        return Row(number, problem=("", "not_json"))
    if not isinstance(said, dict):
        return Row(number, problem=("", "not_an_object"))
    cells = [(field_of(name), text_of(value)) for name, value in said.items()]
    prints = said.get("fingerprints")
    if isinstance(prints, dict):
        cells += [(f"value:{kind}", text_of(value)) for kind, value in prints.items()]
    return row_of(number, cells)
