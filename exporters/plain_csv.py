"""CSV that no spreadsheet executes, and its exact reading back.

A spreadsheet runs a cell that begins with = + - @ (or their full-width forms), and, where its separator is not ours,
a cell that begins so after any `;`, tab, `|` or line break. Before such a character, and before an apostrophe that
would be mistaken for ours, an apostrophe is put; `read` takes exactly those away again. Every cell is quoted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

_DANGEROUS = frozenset("=+-@\t\r" + "＝＋－＠" + "﹦﹢﹣﹫" + "−")
_SEPARATORS = frozenset(",;|\t\r\n")
_MARK = "'"


def neutralise(cell: str) -> str:
    """The cell with an apostrophe before everything a spreadsheet might run."""
    made: list[str] = []
    at_start = True
    for char in cell:
        if at_start and (char in _DANGEROUS or char == _MARK):
            made.append(_MARK)
            at_start = False
        made.append(char)
        at_start = _starts_cell(char, at_start)
    return "".join(made)


def restore(cell: str) -> str:
    """The reverse of `neutralise`, exact for every text."""
    made: list[str] = []
    at_start, after_mark = True, False
    for char in cell:
        if at_start and char == _MARK and not after_mark:
            after_mark = True
            continue
        made.append(char)
        at_start = _starts_cell(char, at_start and not after_mark)
        after_mark = False
    return "".join(made)


def write(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """UTF-8 CSV with CRLF lines (RFC 4180); None is an empty cell, times are ISO 8601, lists are joined by blanks."""
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([neutralise(cell_text(cell)) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", errors="backslashreplace")


def read(body: bytes) -> list[dict[str, str]]:
    """The rows `write` was given, as text, by header name. Raises ValueError on rows of another length."""
    header, *rows = csv.reader(io.StringIO(body.decode("utf-8"), newline=""))
    return [dict(zip(header, map(restore, row), strict=True)) for row in rows]


def cell_text(value: object) -> str:
    """A value as the text of a cell: yes/no for truth, ISO 8601 for times, blanks between several codes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple | list):
        return " ".join(str(each) for each in value)
    isoformat = getattr(value, "isoformat", None)
    return str(isoformat()) if callable(isoformat) else str(value)


def _starts_cell(char: str, before: bool) -> bool:
    """Whether what follows `char` may stand at the start of a cell: after separators, and still after blanks."""
    return char in _SEPARATORS or (before and (char == '"' or char.isspace() or not char.isprintable()))
