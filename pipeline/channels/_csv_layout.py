"""What the first lines of a table say about the rest: separator, headings, where each column goes.

A heading row is known by its names; a line `sep=;` before it, as Excel writes it, gives the separator and is no row.
Without a heading, a list of addresses is accepted (one per line, or SCART's `URL;REFERER;NOTE` without its heading);
anything else has no layout, because guessing columns would file a reporter's name as an address.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.channels._headings import Places, field_of, is_heading, places

DELIMITERS = (",", ";", "\t", "|")
_NONE_DELIMITER = "\x1f"
_HEADING_LINES = 5
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
    said = list(lines[first : first + _HEADING_LINES])
    return _headed(said, first, DELIMITERS if given is None else (given,)) or _addresses_only(said[0], first)


def separator_given(line: str) -> str | None:
    """The separator a line `sep=;` gives, None for any other line."""
    match = _SEPARATOR.fullmatch(line)
    return match and match[1]


def looks_like_address(text: str) -> bool:
    """Whether a cell begins with a scheme or is one dotted name, also defanged: enough to tell a list of addresses."""
    return bool(_ADDRESS.match(text[:2000]))


def _first_said(lines: Sequence[str], start: int) -> int | None:
    return next((number for number in range(start, len(lines)) if lines[number].strip()), None)


def _headed(lines: Sequence[str], before: int, delimiters: Sequence[str]) -> Layout | None:
    best: tuple[int, int] = (0, 0)
    found: Layout | None = None
    for delimiter in delimiters:
        reader = csv.reader(lines, delimiter=delimiter)
        cells = next(reader, [])
        score = (sum(field_of(cell) is not None for cell in cells), len(cells))
        if is_heading(cells) and score > best:
            best, found = score, Layout(delimiter, places(cells), before + reader.line_num)
    return found


def _addresses_only(line: str, blank: int) -> Layout | None:
    delimiter = next((char for char in ("\t", ";") if char in line), _NONE_DELIMITER)
    cells = next(csv.reader([line], delimiter=delimiter), [])
    if not cells or len(cells) > 3 or not looks_like_address(cells[0]):
        return None
    if delimiter == _NONE_DELIMITER:
        return Layout(delimiter, places(["location"]), blank)
    if any(_speaks(cell) for cell in cells[1:-1]):
        return None
    told_second = len(cells) == 2 and _speaks(cells[1])
    names = ["location", *(() if told_second else ("referer",)), "description"]
    return Layout(delimiter, places(names), blank)


def _speaks(cell: str) -> bool:
    """Whether a cell says something that is no address: then it is no referer."""
    return bool(cell.strip()) and not looks_like_address(cell)
