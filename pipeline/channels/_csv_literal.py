"""Cells in which text stands behind a closing quotation mark (`"a"b`): kept as they are written, marks and all.

The csv library reads such a cell as `ab`. What was meant nobody knows, so every character the reporter sent stays.
"""

from __future__ import annotations

import csv
import re
from functools import cache


def cells_as_written(line: str, cells: list[str], delimiter: str) -> list[str] | None:
    """The cells of one line, those with text behind a closing mark as they stand in it; None if they do not fit."""
    if '"' not in line or _by_the_book(line, delimiter):
        return cells
    spans = list(_cell(delimiter).finditer(line.rstrip("\r\n")))
    if len(spans) != len(cells):
        return None
    return [
        span[0] if span["quoted"] and span["behind"].strip() else cell for span, cell in zip(spans, cells, strict=True)
    ]


def _by_the_book(line: str, delimiter: str) -> bool:
    try:
        list(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error:
        return False
    return True


@cache
def _cell(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    return re.compile(rf'(?:^|(?<={mark}))(?P<quoted>"[^"]*(?:""[^"]*)*")?(?P<behind>[^{mark}]*)(?={mark}|$)')
