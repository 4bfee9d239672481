"""Many decisions from a CSV or JSON Lines file: each row happens wholly or not at all, and every refusal is told.

Columns are `pipeline.desk.words.COLUMNS`; `act` may be left out where the command says it. A file of more than one
assessment may not call anything national or baseline: that is one person's word on one item they saw.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.desk.words import ASSESS, COLUMNS, Applied, Desk, apply, is_grave
from triage.errors import CaseTaken, RuleBroken, UnusableInput, UsageError

MAX_BYTES = 16 * 1024 * 1024
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number (CSV: the heading is row 1) and its words, or why it cannot be read."""

    number: int
    words: dict[str, str]
    problem: str = ""

    def __repr__(self) -> str:
        return f"Row({self.number})"


@dataclass(frozen=True, slots=True)
class Refused:
    """A row nothing was done for, and why; the reason never holds a value."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file came to."""

    applied: tuple[Applied, ...]
    refused: tuple[Refused, ...]


def read(path: Path) -> list[Row]:
    """The rows of a file; `.jsonl` and `.json` are JSON Lines, anything else CSV. Raises UnusableInput."""
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            raise UnusableInput("a file of decisions holds at most 16 MiB: give it in pieces")
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UnusableInput("the file of decisions cannot be read: is it there, and is it UTF-8?") from None
    rows = _json_rows(text) if path.suffix.lower() in (".jsonl", ".json", ".ndjson") else _csv_rows(text)
    if not rows:
        raise UnusableInput(f"the file holds no decisions; its columns are: {', '.join(COLUMNS)}")
    return rows


def apply_file(desk: Desk, rows: Sequence[Row], act: str) -> Outcome:
    """Do every row, `act` where a row names none. What one row's refusal says about another is nothing."""
    filled = [Row(row.number, {"act": act} | {k: v for k, v in row.words.items() if v}, row.problem) for row in rows]
    bulk = sum(row.words.get("act") == ASSESS for row in filled) > 1
    applied: list[Applied] = []
    refused: list[Refused] = []
    for row in filled:
        try:
            applied.append(_apply(desk, row, bulk))
        except (UsageError, CaseTaken) as error:
            refused.append(Refused(row.number, str(error)))
    return Outcome(tuple(applied), tuple(refused))


def _apply(desk: Desk, row: Row, bulk: bool) -> Applied:
    if row.problem:
        raise UsageError(row.problem)
    if bulk and is_grave(row.words):
        raise RuleBroken("national and baseline cannot be set in bulk: assess this item by itself")
    return apply(desk, row.words)


def _csv_rows(text: str) -> list[Row]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise UnusableInput("the file of decisions is no readable CSV: check its quotation marks") from None
    if not lines:
        return []
    heading = [name.strip().lower() for name in lines[0]]
    for place, name in enumerate(heading, start=1):
        if name not in COLUMNS or heading.count(name) > 1:
            raise UnusableInput(f"column {place} has an unknown or repeated heading; known are: {', '.join(COLUMNS)}")
    rows = []
    for number, cells in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in cells):
            fits = len(cells) == len(heading)
            words = dict(zip(heading, cells, strict=True)) if fits else {}
            rows.append(Row(number, words, "" if fits else "this row has more or fewer cells than the heading"))
    return rows


def _json_rows(text: str) -> list[Row]:
    return [_json_row(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


def _json_row(number: int, line: str) -> Row:
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        return Row(number, {}, "this line is no JSON object")
    if not isinstance(given, dict):
        return Row(number, {}, "this line is no JSON object")
    words: dict[str, str] = {}
    for name, value in given.items():
        if name not in COLUMNS:
            return Row(number, {}, f"this line has an unknown name; known are: {', '.join(COLUMNS)}")
        word = _word(value)
        if word is None:
            return Row(number, {}, f"{name} is no word, number, yes or no, or list of words")
        words[name] = word
    return Row(number, words)


def _word(value: object) -> str | None:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return " ".join(value)
    return None
