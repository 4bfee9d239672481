"""What the first lines of a table say about the rest: separator, headings, where each column goes.

A heading row is known by its names; a line `sep=;` before it, as Excel writes it, gives the separator and is no row.
Without a heading, a list of addresses is accepted (one per line, or SCART's `URL;REFERER;NOTE` without its heading,
also with tabs, or with commas where none of them can be part of an address); anything else has no layout, because
guessing columns would file a reporter's name as an address. A title may stand before the heading: what a person must
see of it is kept as lines without a heading are.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.channels._headings import Places, field_of, is_heading, places

DELIMITERS = (",", ";", "\t", "|")
NEEDED = frozenset({"location", "description", "attachments"})
"""The fields one of which makes a report."""
_NONE_DELIMITER = "\x1f"
_HEADING_LINES = 5
MOST_COLUMNS = 20_000
"""More than any spreadsheet program has (16,384)."""
_SAMPLE_LINES = 100
"""How many lines without a heading are asked whether a comma parts addresses from words."""
_WHITE = re.compile(r"\s")
_PARTED = re.compile(r"[\s;]")
_TITLE_LINES = 20
"""How far down a heading may stand, below a title."""
_SEPARATOR = re.compile(r"\"?sep=([\t\x1f!#-/:-@\[-`{-~])\"?\1*\s*", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\s*\"?\s*(?:[a-z][a-z0-9+.]{2,9}\s*(?::|\[:\])\s*//\S|[\w-]+(?:(?:\.|\[\.\]|\(dot\)|\(\.\))[\w-]+)+(?:[:/?#]\S*)?\s*\"?\s*$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read the rows of one table; `heading_lines` lines at its start are no rows."""

    delimiter: str
    places: Places
    heading_lines: int
    title_lines: int = 0
    """How many of them stand before the heading and may say something."""
    bare: bool = False
    """No heading: addresses, perhaps with referers and words beside them."""

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.places.fields)


def layout_of(lines: Sequence[str]) -> Layout | None:
    """The layout that the first lines of a file speak for, or None if they name no column and are no addresses."""
    first = _first_said(lines, 0)
    if first is None:
        return None
    given = separator_given(lines[first])
    if given is not None:
        first = _first_said(lines, first + 1)
        if first is None:
            return None
    delimiters = DELIMITERS if given is None else (given,)
    found = _headed(lines, first, delimiters) or _addresses_only(lines, first)
    if found is None or (found.heading_lines > first and found.width == 1):
        return _below_title(lines, first, delimiters) or found
    return found


def is_too_wide(lines: Sequence[str]) -> bool:
    """Whether the first line that says something has more cells than a table here may have columns, whatever they are.

    More would cost the memory of a batch, and a name far out would be looked for among them in vain.
    """
    first = _first_said(lines, 0)
    if first is not None and separator_given(lines[first]) is not None:
        first = _first_said(lines, first + 1)
    return first is not None and any(lines[first].count(one) >= MOST_COLUMNS for one in DELIMITERS)


def separator_given(line: str) -> str | None:
    """The separator a line `sep=;` gives, None for any other line."""
    match = _SEPARATOR.fullmatch(line)
    return match and match[1]


def looks_like_address(text: str) -> bool:
    """Whether a cell begins with a scheme or is one dotted name, also defanged: enough to tell a list of addresses."""
    return bool(_ADDRESS.match(text[:2000]))


def _first_said(lines: Sequence[str], start: int) -> int | None:
    return next((number for number in range(start, len(lines)) if lines[number].strip()), None)


def _below_title(lines: Sequence[str], first: int, delimiters: Sequence[str]) -> Layout | None:
    """The first heading further down that names two columns, one of which makes a report."""
    for number in range(first + 1, min(first + _TITLE_LINES, len(lines))):
        found = _headed(lines, number, delimiters) if lines[number].strip() else None
        known = {*found.places.fields} - {None} if found else set()
        if found and len(known) > 1 and NEEDED & known:
            return replace(found, title_lines=number)
    return None


def _headed(lines: Sequence[str], before: int, delimiters: Sequence[str]) -> Layout | None:
    best: tuple[int, int] = (0, 0)
    found: Layout | None = None
    for delimiter in delimiters:
        reader = csv.reader(lines[before : before + _HEADING_LINES], delimiter=delimiter)
        cells = next(reader, [])
        score = (sum(field_of(cell) is not None for cell in cells), len(cells))
        if is_heading(cells) and score > best:
            best, found = score, Layout(delimiter, places(cells), before + reader.line_num)
    return found


def _addresses_only(lines: Sequence[str], first: int) -> Layout | None:
    """By the first line; without tab or `;` in it, the first lines are asked whether commas part words from them."""
    line, sample = lines[first], lines[first : first + _SAMPLE_LINES]
    delimiter = next((char for char in ("\t", ";") if char in line), _NONE_DELIMITER)
    if any(_told_beside(one, ",") for one in (sample if delimiter == _NONE_DELIMITER else [line])):
        return _with_commas(sample, first)
    cells = next(csv.reader([line], delimiter=delimiter), [])
    if not cells or not looks_like_address(cells[0]):
        return None
    if delimiter == _NONE_DELIMITER:
        return Layout(delimiter, places(["location"]), first, bare=True)
    return _of_cells(delimiter, cells, first)


def _with_commas(lines: Sequence[str], first: int) -> Layout | None:
    """None where one of the commas may belong to an address (`/1,2`): what it parts is a person's word."""
    rows = [row for row in csv.reader(lines, delimiter=",") if any(map(str.strip, row))]
    if not all(looks_like_address(row[0]) and all(map(_is_part, row[1:])) for row in rows):
        return None
    layouts = {_of_cells(",", row, first) for row in rows if len(row) == max(map(len, rows))}
    return layouts.pop() if len(layouts) == 1 else None


def _of_cells(delimiter: str, cells: Sequence[str], first: int) -> Layout | None:
    if len(cells) > 3 or any(_speaks(cell) for cell in cells[1:-1]):
        return None
    told_second = len(cells) == 2 and _speaks(cells[1])
    names = ["location", *(() if told_second else ("referer",)), "description"]
    return Layout(delimiter, places(names), first, bare=True)


def is_unclear(layout: Layout, cells: Sequence[str]) -> bool:
    """Whether a row of a bare list is unlike those its layout was told by: words in the address's cell behind another
    separator, or behind a comma what may belong to the address."""
    if not layout.bare or not cells:
        return False
    if layout.delimiter == "," and not all(map(_is_part, cells[1:])):
        return True
    return bool(_WHITE.search(cells[0])) and any(_told_beside(cells[0], one) for one in (",", ";", "\t"))


def _told_beside(line: str, delimiter: str) -> bool:
    if delimiter not in line:
        return False
    cells = next(csv.reader([line], delimiter=delimiter), [])
    address = cells[0].strip() if cells else ""
    return not _PARTED.search(address) and looks_like_address(address) and any(map(_is_words, cells[1:]))


def _is_words(cell: str) -> bool:
    """Whether a cell can be no more of an address: one holds no white space."""
    return _speaks(cell) and bool(_WHITE.search(cell.rstrip()))


def _is_part(cell: str) -> bool:
    return not _speaks(cell) or _is_words(cell) or cell.strip().isalpha()


def _speaks(cell: str) -> bool:
    """Whether a cell says something that is no address: then it is no referer."""
    return bool(cell.strip()) and not looks_like_address(cell)
