"""Pieces of a table nobody could tell the columns of, read again as a table under the heading a person gives.

The pieces of one file go together, so that a row across the border of two is whole. They become a run of their own,
with rejects of its own, and are done with: a piece goes in once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.channels.csv_pieces import NO_HEADER, lines_of, table
from pipeline.cut_entries import end_cut
from pipeline.mending.claims import TABLE, claimed, settle
from pipeline.mending.listing import MENDED, OPEN, shown
from pipeline.mending.opening import opened_whole, require_open
from pipeline.scheduler import must_answer
from pipeline.small_run import alone, take_in_tables
from pipeline.store.commit_run import counts_of
from pipeline.store.engine import reading
from pipeline.store.schema import reject, run
from triage.errors import UsageError
from triage.people import Act, Person, require

MOST_PIECES = 16
"""At once: while they go in nobody else enters a report, and their rows lie in memory."""


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """What became of pieces: their numbers, the run, and what it counted."""

    run: str
    pieces: tuple[str, ...]
    read: int
    accepted: int
    rejected: int
    already_known: int


def read_again(
    app: App, person: Person, numbers: Collection[int], heading: str, now: datetime, *, first_line_goes: bool = False
) -> ReadAgain:
    """Take in pieces of one file under this heading; `first_line_goes` if its first line is a heading, of other words.

    Raises RuleBroken, UsageError (no piece, done already, of several files, a heading that does not fit).
    """
    require(person, Act.MEND_REJECT)
    if not 0 < len(numbers) <= MOST_PIECES:
        raise UsageError(f"give between 1 and {MOST_PIECES} pieces at once")
    must_answer(app.settings)
    with alone(app.workspace):
        end_cut(app, now)
        pieces = _pieces(app, numbers)
        whole = opened_whole(app, person, numbers, now, why="mending")
        lines = {number: lines_of(one.values) for number, one in whole.items()}
        tables = [
            table([line for one in block for line in lines[one.reject_id]], heading,
                  first_line_goes=first_line_goes and block[0].row == 1)
            for block in _blocks(pieces, {one: len(held) for one, held in lines.items()})
        ]  # fmt: skip
        run_id = _run_id(pieces, tables)
        if {(one.status, one.closed_reason) for one in pieces} != {(MENDED, run_id)}:
            folder = whole[pieces[0].reject_id].folder
            _take_in(app, person, [one.reject_id for one in pieces], tables, run_id, now, folder)
    counts = counts_of(app.store, run_id)
    names = tuple(shown(one.reject_id) for one in pieces)
    return ReadAgain(run_id, names, counts.read, counts.accepted, counts.rejected, counts.already_known)


def open_pieces(app: App, number: int) -> tuple[int, ...]:
    """Every open piece of the file this one is of, itself among them. Raises UsageError if it is no open piece."""
    with reading(app.store.engine) as connection:
        one = require_open(connection, number)
        same_file = (reject.c.run_no == one.run_no) & (reject.c.file_no == one.file_no)
        query = select(reject.c.reject_id).where(same_file, reject.c.status == OPEN, reject.c.reason == NO_HEADER)
        found = tuple(connection.execute(query.order_by(reject.c.row)).scalars())
    if number not in found:
        raise UsageError(_no_piece(number))
    return found


def _take_in(
    app: App, person: Person, numbers: Sequence[int], tables: Sequence[bytes], run_id: str, now: datetime,
    folder: Path | None,
) -> None:  # fmt: skip
    with reading(app.store.engine) as connection:
        came = min(require_open(connection, number).registered_at for number in numbers)
    with claimed(app, person, numbers, run_id, now):
        take_in_tables(app, tables, run_id, now, datetime.fromtimestamp(came, UTC), folder)
    settle(app, run_id, now)


def _pieces(app: App, numbers: Collection[int]) -> list[Any]:
    """Their rows, in the order of the file. Raises UsageError naming the first that is no piece or of another file."""
    query = select(reject).join(run, run.c.run_no == reject.c.run_no).where(reject.c.reject_id.in_(list(numbers)))
    with reading(app.store.engine) as connection:
        found = {row.reject_id: row for row in connection.execute(query.order_by(reject.c.row))}
    for number in numbers:
        if number not in found:
            raise UsageError(f"there is no reject {shown(number)}: see `hotline rejects list`")
        if found[number].reason != NO_HEADER:
            raise UsageError(_no_piece(number))
    pieces = list(found.values())
    other = next((one for one in pieces if (one.run_no, one.file_no) != (pieces[0].run_no, pieces[0].file_no)), None)
    if other is not None:
        raise UsageError(f"{shown(other.reject_id)} is of another file: give the pieces of one file at once")
    return pieces


def _no_piece(number: int) -> str:
    return f"{shown(number)} is no piece of a table without headings: correct it with --set, see `hotline rejects list`"


def _blocks(pieces: Sequence[Any], lengths: dict[int, int]) -> Iterator[list[Any]]:
    """Pieces that follow each other in the file, together."""
    block: list[Any] = []
    for one in pieces:
        if block and block[-1].row + lengths[block[-1].reject_id] != one.row:
            yield block
            block = []
        block.append(one)
    yield block


def _run_id(pieces: Sequence[Any], tables: Sequence[bytes]) -> str:
    """The same for the same pieces and heading, so that a command that was cut goes on instead of doubling."""
    digest = hashlib.sha256()
    for one in tables:
        digest.update(hashlib.sha256(one).digest())
    return f"{TABLE}{shown(pieces[0].reject_id)}-{digest.hexdigest()[:16]}"
