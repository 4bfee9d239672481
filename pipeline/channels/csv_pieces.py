"""A table without headings: kept as pieces, and read as a table once a person names its columns.

Each piece is one reject `no_header` of about a megabyte that holds its lines, so that nothing of a file is lost though
it goes when its run ends. What a person gives is the heading; the separator is looked for in the lines themselves.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import dropwhile, islice

from pipeline.channels._csv_layout import DELIMITERS, NEEDED, Layout, layout_of, separator_given
from pipeline.channels._csv_lines import LineSource
from pipeline.channels._encoding import BAD_BYTES, bytes_as_text
from pipeline.channels._rejects import ADVICE, is_text, reject
from pipeline.channels.base import RawRows
from triage.errors import UsageError

NO_HEADER = "no_header"
_PIECE_CHARS = 1024 * 1024
_RAW, _ENCODING = "raw", "encoding"
_SAMPLE_LINES = 200
_NO_DELIMITER = "\x1f"
"""Of a table of one column: no line holds it."""


def pieces(source: LineSource, lines: list[str], encoding: str, first_row: int = 1) -> Iterator[RawRows]:
    """The whole file, or one cut of it, as rejects of about a megabyte; `first_row` is the number of its first line."""
    row, seen, chars = first_row, first_row - 1, 0
    block: list[str] = []
    while lines:
        for line in lines:
            block.append(line)
            seen, chars = seen + 1, chars + len(line)
            if chars > _PIECE_CHARS:
                yield _piece(row, block, encoding)
                row, chars, block = seen + 1, 0, []
        lines = source.take([])
    if any(line.strip() for line in block):
        yield _piece(row, block, encoding)


def too_wide(source: LineSource, lines: list[str], encoding: str) -> Iterator[RawRows]:
    """The file's lines as rejects of about a megabyte; its heading, which is no row, is with the first line below."""
    row, seen, chars = 1, 0, 0
    block: list[str] = []
    while lines:
        for line in lines:
            block.append(line)
            seen, chars = seen + 1, chars + len(line)
            if chars > _PIECE_CHARS and (row > 1 or sum(map(bool, map(str.strip, block))) > 1):
                yield _wide(row, block, encoding)
                row, chars, block = seen + 1, 0, []
        lines = source.take([])
    if any(line.strip() for line in block):
        yield _wide(row, block, encoding)


def _wide(row: int, block: list[str], encoding: str) -> RawRows:
    (one,) = _piece(row, block, encoding).rejects
    return RawRows((), {}, rejects=[reject(row, "too_many_columns", one.values)])


def title(lines: list[str], encoding: str) -> RawRows:
    """The lines before a table's heading, as row 1, for a person to look at: they may be more than a title."""
    (one,) = _piece(1, lines, encoding).rejects
    advice = f"{_lines_said(len(lines))} before the heading, close it if a title only: {ADVICE[NO_HEADER]}"
    return RawRows((), {}, rejects=[replace(one, advice=advice)])


def lines_of(values: Mapping[str, str]) -> list[str]:
    """The lines a piece's values hold; bytes that are no text are as the reader met them."""
    raw, encoding = values.get(_RAW, ""), values.get(_ENCODING)
    text = raw if encoding is None else raw.encode("latin-1").decode(encoding, BAD_BYTES)
    return io.StringIO(text, newline="").readlines()


def table(lines: Sequence[str], heading: str, *, first_line_goes: bool) -> bytes:
    """A file of these lines under this heading; without their first if that is a heading no word of which is known.

    Raises UsageError where the heading names no column that makes a report, or most lines do not fit it.
    """
    layout = None if {"\n", "\r"} & set(heading) else layout_of([heading])
    if layout is None or not layout.heading_lines or not NEEDED & set(layout.places.fields):
        raise UsageError("the heading names no location and no description: docs/channels.md has the names of columns")
    given, rest = _without_first(lines, first_line_goes)
    delimiter = _delimiter(rest, layout, given)
    names = next(csv.reader([heading], delimiter=layout.delimiter))
    head = io.StringIO()
    csv.writer(head, delimiter=delimiter, lineterminator="\n").writerow(names)
    text = f"sep={delimiter}\n{head.getvalue()}{''.join(rest)}"
    return codecs.BOM_UTF8 + text.encode("utf-8", BAD_BYTES)


def _piece(row: int, block: list[str], encoding: str) -> RawRows:
    text = "".join(block)
    values = {_RAW: text} if is_text(text) else {_RAW: bytes_as_text(text, encoding)} | _read_as(encoding)
    one = reject(row, NO_HEADER, values)
    return RawRows((), {}, rejects=[replace(one, advice=f"{_lines_said(len(block))}: {one.advice}")])


def _lines_said(count: int) -> str:
    return "1 line" if count == 1 else f"{count:,} lines"


def _read_as(encoding: str) -> dict[str, str]:
    """How to read the bytes again; UTF-16 is kept as text, see `bytes_as_text`."""
    return {} if encoding.startswith("utf-16") else {_ENCODING: encoding}


def _without_first(lines: Sequence[str], first_line_goes: bool) -> tuple[str | None, Sequence[str]]:
    """The separator a line `sep=;` gives, and the lines after it and after the heading that goes."""
    said = list(dropwhile(str.isspace, lines))
    given = separator_given(said[0]) if said else None
    rest = said if given is None else list(dropwhile(str.isspace, said[1:]))
    return given, rest[1:] if first_line_goes else rest


def _delimiter(lines: Sequence[str], layout: Layout, given: str | None) -> str:
    """The separator with which the lines fit the heading best, its own first. Raises UsageError if none does."""
    if layout.width == 1:
        return _NO_DELIMITER
    candidates = [given] if given else sorted(DELIMITERS, key=lambda one: one != layout.delimiter)
    sample = list(islice((line for line in lines if line.strip()), _SAMPLE_LINES))
    counts = {one: [_cells(row) for row in csv.reader(sample, delimiter=one)] for one in candidates}
    best = max(candidates, key=lambda one: sum(count == layout.width for count in counts[one]))
    if 2 * sum(1 < count <= layout.width for count in counts[best]) < len(counts[best]):
        raise UsageError(
            f"the heading has {layout.width} columns, and most of the lines have not: see `hotline rejects show`"
        )
    return best


def _cells(row: Sequence[str]) -> int:
    """How many cells a row has, without empty ones at its end."""
    return next((number for number in range(len(row), 0, -1) if row[number - 1].strip()), 0)
