"""Tables: CSV with comma, semicolon, tab or bar, in UTF-8, UTF-16 or Windows-1250, with headings in three languages.

Built for a million rows: a chunk of lines goes through `csv.reader` and `zip` as a whole, and only a chunk in which
something is wrong (another number of cells, an open quotation mark, a NUL, bytes that are no text) is read row by row.
Blank lines and rows of nothing but separators are no rows: they are neither counted nor rejected.
A file without headings that is no list of addresses becomes pieces that wait for one: see `csv_pieces`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

from pipeline.channels._csv_cuts import cuts_of
from pipeline.channels._csv_layout import Layout, is_too_wide, is_unclear, layout_of
from pipeline.channels._csv_lines import LineSource
from pipeline.channels._csv_literal import cells_as_written
from pipeline.channels._csv_records import END, Record, RecordCutter
from pipeline.channels._encoding import BAD_BYTES, bytes_as_text, is_binary, plain_head, survey
from pipeline.channels._rejects import is_text, readable, reject, trouble_with
from pipeline.channels.base import HEAD_BYTES, MAX_FIELD_CHARS, Channel, Cut, RawRows, RowReject
from pipeline.channels.csv_pieces import pieces, title, too_wide

_SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".txt"})
_HEAD_LINES = 100
_SLICE_LINES = 2_000
"""Lines parsed at a time: rows that fit the processor's cache are turned into columns twice as fast (measured)."""


class CsvTable(Channel):
    """Exports of web forms and of other hotlines, SCART's import lists, and plain lists of addresses."""

    name = "csv"
    rank = 2

    def recognises(self, path: Path, head: bytes) -> bool:
        """Any text by a table's file name, or whose first line is a heading."""
        if is_binary(head):
            return False
        if path.suffix.lower() in _SUFFIXES:
            return True
        layout = layout_of(_lines(plain_head(head), "utf-8")[:5])
        return layout is not None and layout.heading_lines > 0 and layout.width > 1 and not layout.title_lines

    def read(self, path: Path) -> Iterator[RawRows]:
        """Chunks of at most `CHUNK_ROWS` rows; see the module for what becomes a reject. Raises OSError."""
        found = survey(path)
        if found.endless_line:
            yield RawRows((), {}, rejects=[reject(1, "line_too_long", {})])
            return
        with path.open("rb") as binary:
            binary.seek(found.bom_bytes)
            with io.TextIOWrapper(binary, found.encoding, BAD_BYTES, newline="") as text:
                yield from _read(LineSource(text), found.encoding)

    def cuts(self, path: Path) -> tuple[Cut, ...]:
        """Stretches of about `CUT_BYTES` for a large file in which every line is one row; see `_csv_cuts`."""
        found = survey(path)
        if found.endless_line or found.bom_bytes or found.encoding != "utf-8":
            return ()
        layout = _layout_at(path, found.encoding)
        if layout and layout.title_lines:
            return ()
        with path.open(encoding=found.encoding, errors=BAD_BYTES, newline="") as text:
            lines = LineSource(text).take([])
            if is_too_wide(lines) or layout_of(lines) != layout:  # a heading further down, or longer, than is looked at
                return ()
        return cuts_of(path, found.encoding, None if layout is None else layout.delimiter)

    def read_cut(self, path: Path, cut: Cut) -> Iterator[RawRows]:
        """The rows of one stretch, with the layout the file's first lines speak for."""
        layout = _layout_at(path, cut.encoding)
        with path.open("rb") as binary:
            binary.seek(cut.start)
            stretch = io.BytesIO(binary.read(cut.end - cut.start))
        with io.TextIOWrapper(stretch, cut.encoding, BAD_BYTES, newline="") as text:
            source = LineSource(text)
            lines = source.take([])
            if layout is None:
                yield from pieces(source, lines, cut.encoding, cut.first_row + 1)
                return
            if cut.start == 0:
                del lines[: layout.heading_lines]
            yield from _rows(source, lines, _Table(layout, cut.encoding, max(cut.first_row - layout.heading_lines, 0)))


def _layout_at(path: Path, encoding: str) -> Layout | None:
    with path.open("rb") as binary:
        return layout_of(_lines(binary.read(HEAD_BYTES), encoding)[:_HEAD_LINES])


def _lines(head: bytes, encoding: str) -> list[str]:
    """Lines as files are read by: only line feeds and carriage returns end one, not all that `str.splitlines` takes."""
    with io.TextIOWrapper(io.BytesIO(head), encoding, BAD_BYTES, newline="") as text:
        return text.readlines()


def _read(source: LineSource, encoding: str) -> Iterator[RawRows]:
    lines = source.take([])
    if is_too_wide(lines):
        yield from too_wide(source, lines, encoding)
        return
    layout = layout_of(lines)
    if layout is None:
        yield from pieces(source, lines, encoding)
        return
    if layout.title_lines:
        yield title(lines[: layout.title_lines], encoding)
    del lines[: layout.heading_lines]
    yield from _rows(source, lines, _Table(layout, encoding, 1 if layout.title_lines else 0))


def _rows(source: LineSource, lines: list[str], table: _Table) -> Iterator[RawRows]:
    while lines or not source.exhausted:
        rows, kept = table.rows_of(lines, source.exhausted or not _ends_line(lines))
        if rows is not None:
            yield rows
        lines = source.take(kept)
        del kept


class _Table:
    """Reads the chunks of one file; keeps the number of rows seen so far."""

    def __init__(self, layout: Layout, encoding: str, seen: int = 0) -> None:
        self._layout = layout
        self._encoding = encoding
        self._cutter = RecordCutter(layout.delimiter, layout.width)
        self._seen = seen

    def rows_of(self, lines: list[str], at_end: bool) -> tuple[RawRows | None, list[str]]:
        """The rows of these lines (None if there are none) and the lines to be seen again with the next chunk."""
        columns = self._at_once(lines) if _ends_line(lines) else None
        if columns is not None:
            numbers = range(self._seen + 1, self._seen + 1 + len(lines))
            self._seen += len(lines)
            return self._raw_rows(numbers, columns, ()), []
        records, after = self._cutter.cut(lines, at_end)
        rows: list[list[str]] = []
        row_numbers: list[int] = []
        rejects: list[RowReject] = []
        for record in records:
            outcome = self._judge(record, lines, at_end)
            if isinstance(outcome, RowReject):
                rejects.append(outcome)
            elif outcome:
                row_numbers.append(self._seen)
                rows.append(outcome)
        found = self._raw_rows(row_numbers, list(zip(*rows, strict=True)), rejects) if rows or rejects else None
        return found, lines[after:]

    def _at_once(self, lines: list[str]) -> list[list[str]] | None:
        """The columns if every line is one faultless row, else None."""
        if not lines:
            return None
        columns: list[list[str]] = [[] for _ in range(self._layout.width)]
        for start in range(0, len(lines), _SLICE_LINES):
            part = self._slice(lines[start : start + _SLICE_LINES])
            if part is None:
                return None
            for column, cells in zip(columns, part, strict=True):
                column += cells
        return columns

    def _slice(self, lines: list[str]) -> list[tuple[str, ...]] | None:
        try:
            rows = list(csv.reader(chain(lines, (END,)), delimiter=self._layout.delimiter, strict=True))
        except csv.Error:  # text behind a closing quotation mark
            return None
        if rows.pop() != [END] or len(rows) != len(lines) or set(map(len, rows)) != {self._layout.width}:
            return None
        if self._layout.bare and any(is_unclear(self._layout, row) for row in rows):
            return None
        columns = list(zip(*rows, strict=True))
        if all("" in column for column in columns) or not all(map(_is_sound, columns)):
            return None
        return columns

    def _judge(self, record: Record, lines: list[str], at_end: bool) -> list[str] | RowReject | None:
        """The row's cells, one for each column; or why it is none; or None for a blank line."""
        text = "".join(lines[record.first : record.after])
        cells = record.cells
        if cells is not None and not any(cell.strip() for cell in cells):
            return None
        self._seen += 1
        if cells is not None and record.after - record.first == 1:
            cells = cells_as_written(text, cells, self._layout.delimiter)
        if cells is None:
            return self._unclosed(text)
        width = self._layout.width
        while len(cells) > width and not cells[-1].strip():
            cells.pop()
        if len(cells) > width:
            return reject(self._seen, "too_many_cells", self._values(cells, text))
        cut_off = at_end and record.after == len(lines) and not text.endswith(("\n", "\r"))
        if len(cells) < width and cut_off:
            return reject(self._seen, "truncated_row", self._values(cells, text))
        if is_unclear(self._layout, cells):
            return reject(self._seen, "words_beside_address", self._values(cells, text), "location")
        for index, cell in enumerate(cells):
            trouble = trouble_with(cell)
            if trouble:
                return reject(self._seen, trouble, self._values(cells, text), self._layout.places.fields[index] or "")
        return cells + [""] * (width - len(cells))

    def _unclosed(self, line: str) -> RowReject:
        """With its cells where the line has one for each column, marks and all: only one of them is to be mended."""
        cells = next(csv.reader([line], delimiter=self._layout.delimiter, quoting=csv.QUOTE_NONE), [])
        if len(cells) != self._layout.width:
            return reject(self._seen, "unclosed_quote", self._as_raw(line))
        opening = next(index for index, cell in enumerate(cells) if '"' in cell)
        field = self._layout.places.fields[opening] or ""
        return reject(self._seen, "unclosed_quote", self._named(cells) | self._as_raw(line), field)

    def _as_raw(self, text: str) -> dict[str, str]:
        return {"raw": text if is_text(text) else bytes_as_text(text, self._encoding)}

    def _values(self, cells: list[str], text: str) -> dict[str, str]:
        """The cells by name; with the row byte for byte beside them if some of its bytes are no text."""
        return self._named(cells) if is_text(text) else self._named(cells) | self._as_raw(text)

    def _named(self, cells: list[str]) -> dict[str, str]:
        return {self._layout.places.name(index): readable(cell) for index, cell in enumerate(cells)}

    def _raw_rows(
        self, numbers: Sequence[int], columns: Sequence[Sequence[str]], rejects: Sequence[RowReject]
    ) -> RawRows:
        fields: dict[str, Sequence[str | None]] = {}
        extra: dict[str, Sequence[str | None]] = {}
        for index, column in enumerate(columns):
            said = [cell or None for cell in column] if "" in column else column
            field = self._layout.places.fields[index]
            if field:
                fields[field] = said
            else:
                extra[self._layout.places.extra[index]] = said
        return RawRows(numbers, fields, extra, rejects=rejects)


def _ends_line(lines: list[str]) -> bool:
    return not lines or lines[-1].endswith(("\n", "\r"))


def _is_sound(column: Sequence[str]) -> bool:
    """Whether no cell of the column has trouble, asked of all its text at once."""
    text = "".join(column)
    if "\0" in text or (len(text) > MAX_FIELD_CHARS and max(map(len, column)) > MAX_FIELD_CHARS):
        return False
    if text.isascii():
        return True
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
