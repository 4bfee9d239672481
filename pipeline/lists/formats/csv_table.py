"""Tables: a `type` (or `algorithm`) and a `value` (or `hash`) column, or a column per type (`MD5`, `SHA-256`, `PDQ`).

Also read: opinion, threshold, tags, id, quality. Comma, semicolon, tab or bar; UTF-8 with or without byte-order mark.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from pipeline.lists.formats._cells import field_of, row_of
from pipeline.lists.formats.base import ListFormat, Row

_DELIMITERS = ",;\t|"


class CsvTable(ListFormat):
    """What can be written by hand and what most sources offer."""

    name = "csv"
    rank = 2

    def recognises(self, head: bytes) -> bool:
        """By a first line with a column of values."""
        line = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
        return _has_values([field_of(name) for name in _split(line)])

    def rows(self, path: Path) -> Iterator[Row]:
        """Every row below the headings; numbers count the headings as 1, as a spreadsheet does. Raises OSError."""
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            headings = file.readline()
            fields = [field_of(name) for name in _split(headings)]
            table = csv.reader(file, delimiter=_delimiter(headings))
            number = 1
            while True:
                number += 1
                try:
                    cells = next(table)
                except StopIteration:
                    return
                except csv.Error:
                    yield Row(number, problem=("", "unreadable_row"))
                    continue
                if cells:
                    yield row_of(number, zip(fields, cells, strict=False))


def _has_values(fields: list[str]) -> bool:
    return "value" in fields or any(field.startswith("value:") for field in fields)


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _split(line: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=_delimiter(line)), [])
    except csv.Error:
        return []
