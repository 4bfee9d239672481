"""Read what an agency sends back: lines of reference, state, their number and time, as CSV or JSON, told by content.

A bad line is named by its row, field and what to do, never by what it says; the others count. docs/police.md describes
the file for liaisons.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from exporters.plain_csv import restore
from pipeline.desk.told_times import EXAMPLE, told_time
from triage.errors import UnusableInput
from triage.police_feedback import MOST_NUMBER_CHARS, FeedbackState, is_file_number

MOST_FILE_BYTES, MOST_LINES = 4 << 20, 2_000
"""A file goes in as one transaction; 1,000 lines hold the store for 0.8 s (measured, SQLite)."""
REFERENCE, STATE, THEIR_NUMBER, AT = FIELDS = ("reference", "state", "their_number", "at")
_WHOLE_ROW = "row"
_SEPARATORS = ",;\t"
_EARLY_CLOCK = timedelta(minutes=10)
"""How far an agency's clock may be ahead of ours."""
_UNREADABLE = "the feedback cannot be read: send CSV with the columns {}, or JSON, in UTF-8 (docs/police.md)"
_TOO_LONG = f"the feedback has more than {MOST_LINES} lines or {MOST_FILE_BYTES >> 20} MiB: split it"


@dataclass(frozen=True, slots=True)
class Line:
    """One answer as given. `row` counts from 1 with a CSV's heading, as a spreadsheet does; `at` is in UTC."""

    row: int
    reference: str
    state: StrEnum
    their_number: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was not taken in: where, and what to do; never what it says."""

    row: int
    field: str
    advice: str


class _BadFieldError(Exception):
    """Field and advice, on their way to a BadLine."""


def read_lines(
    body: bytes, zone: tzinfo, now: datetime, states: type[StrEnum] = FeedbackState
) -> tuple[list[Line], list[BadLine]]:
    """Every line, good or bad; times without an offset are in `zone`, `states` is what can be said.

    Raises UnusableInput if it is no such file.
    """
    if len(body) > MOST_FILE_BYTES:
        raise UnusableInput(_TOO_LONG)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableInput(_UNREADABLE.format(", ".join(FIELDS))) from None
    good: list[Line] = []
    bad: list[BadLine] = []
    rows = list(_json(text) if text.lstrip()[:1] in ("[", "{") else _csv(text))
    if len(rows) > MOST_LINES:
        raise UnusableInput(_TOO_LONG)
    for row, cells in rows:
        try:
            good.append(_line(row, cells, zone, now, states))
        except _BadFieldError as wrong:
            bad.append(BadLine(row, *wrong.args))
    return good, bad


def _line(
    row: int, cells: Mapping[str, str] | None, zone: tzinfo, now: datetime, states: type[StrEnum]
) -> Line:
    """Raises _BadFieldError."""
    if cells is None:
        raise _BadFieldError(_WHOLE_ROW, f"it has not the fields {', '.join(FIELDS)}: write it as the others")
    if not cells[REFERENCE]:
        raise _BadFieldError(REFERENCE, "it is empty: copy it from the package or the reconciliation sheet")
    try:
        state = states(cells[STATE].lower())
    except ValueError:
        raise _BadFieldError(STATE, f"it is one of: {', '.join(states)}") from None
    number = cells[THEIR_NUMBER] or None
    if number is not None and not is_file_number(number):
        advice = f"a file number only: at most {MOST_NUMBER_CHARS} letters, digits and . / _ - with a digit in it"
        raise _BadFieldError(THEIR_NUMBER, advice)
    try:
        at = told_time(cells[AT], zone)
    except ValueError:
        raise _BadFieldError(AT, f"it is a time like {EXAMPLE}") from None
    if at > now + _EARLY_CLOCK:
        raise _BadFieldError(AT, "it lies in the future: give the time when this was so")
    return Line(row, cells[REFERENCE], state, number, at)


def _csv(text: str) -> Iterable[tuple[int, Mapping[str, str] | None]]:
    """Rows below a heading of the fields in any order; the column of their number may be left out."""
    heading = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=heading.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        raise UnusableInput(_UNREADABLE.format(", ".join(FIELDS))) from None
    names = [name.strip().lower() for name in rows[0]] if rows else []
    if any(names.count(name) != 1 for name in FIELDS if name != THEIR_NUMBER) or names.count(THEIR_NUMBER) > 1:
        raise UnusableInput(_UNREADABLE.format(", ".join(FIELDS)))
    for number, cells in enumerate(rows[1:], start=2):
        if any(cell.strip() for cell in cells):
            whole = len(cells) == len(names)
            given = {name: restore(cell).strip() for name, cell in zip(names, cells, strict=False) if name in FIELDS}
            yield number, {THEIR_NUMBER: "", **given} if whole else None


def _json(text: str) -> Iterable[tuple[int, Mapping[str, str] | None]]:
    """A list of objects, or one object a line."""
    if text.lstrip().startswith("["):
        entries = _parsed(text)
        if not isinstance(entries, list):
            raise UnusableInput(_UNREADABLE.format(", ".join(FIELDS)))
        yield from ((number, _cells(entry)) for number, entry in enumerate(entries, start=1))
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, _cells(_parsed(line, {}))


def _parsed(text: str, otherwise: object = None) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return otherwise


def _cells(entry: object) -> Mapping[str, str] | None:
    """The fields as text; None unless it is an object with text in every field there is, and only a number missing."""
    if not isinstance(entry, dict):
        return None
    values = {name: entry.get(name) for name in FIELDS}
    values[THEIR_NUMBER] = values[THEIR_NUMBER] or ""
    if not all(isinstance(value, str) for value in values.values()):
        return None
    return {name: str(value).strip() for name, value in values.items()}
