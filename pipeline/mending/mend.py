"""Mend rejects and feed them in again as a run of their own, or close them with a reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from pipeline.bootstrap import App
from pipeline.desk.people import actor
from pipeline.mending.listing import CLOSED, CONFLICT, MENDED, shown
from pipeline.mending.opening import RAW, opened, require_open
from pipeline.small_run import take_in
from pipeline.store.engine import reading, writing
from pipeline.store.schema import reject
from triage.errors import UsageError
from triage.people import Act, Person, require
from triage.report import FIELDS

CLOSE_REASONS = ("unreadable", "duplicate", "spam", "other")
MAX_MENDED_AT_ONCE = 1000
_KEPT_RAW = "rejected_raw"
"""What could not be read stays with the mended report, sealed, under this name."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What came of mending: rejects that are reports now, those that still conflict, and the run."""

    run: str
    mended: tuple[str, ...]
    still_rejected: tuple[str, ...]
    already_known: int


def mend(app: App, person: Person, changes: Mapping[int, Mapping[str, str]], now: datetime) -> Mended:
    """Put new values into rejects and take them in; an empty value removes the field. `changes` by reject number.

    Raises RuleBroken, UsageError (unknown field, done already, still not acceptable, conflict without a new id).
    """
    require(person, Act.MEND_REJECT)
    if not 0 < len(changes) <= MAX_MENDED_AT_ONCE:
        raise UsageError(f"mend between 1 and {MAX_MENDED_AT_ONCE} rejects at once")
    _check_changes(app, changes)
    order = sorted(changes)
    values = opened(app, person, order, now, why="mending")
    rows = [_row(values[number], changes[number]) for number in order]
    run, summary = take_in(app, rows, _run_id(order, rows), now)
    refused = _refused(app, person, run.run_no, now)
    done = [number for index, number in enumerate(order) if index not in refused]
    with writing(app.store.engine) as connection:
        for number in done:
            _settle(app, connection, person, number, MENDED, run.run_id, now, "reject_mended", {"run": run.run_id})
    still = tuple(shown(number) for number in order if number not in done)
    return Mended(run.run_id, tuple(shown(number) for number in done), still, int(str(summary["already_known"])))


def close(app: App, person: Person, reject_id: int, reason: str, now: datetime) -> None:
    """Close a reject that cannot or need not become a report. Raises RuleBroken, UsageError."""
    require(person, Act.MEND_REJECT)
    if reason not in CLOSE_REASONS:
        raise UsageError(f"the reason is one of {', '.join(CLOSE_REASONS)}")
    with writing(app.store.engine) as connection:
        _settle(app, connection, person, reject_id, CLOSED, reason, now, "reject_closed", {"reason": reason})


def _check_changes(app: App, changes: Mapping[int, Mapping[str, str]]) -> None:
    with reading(app.store.engine) as connection:
        for number, change in changes.items():
            unknown = sum(name not in FIELDS for name in change)
            if unknown:
                raise UsageError(f"{unknown} given names are no fields; known are {', '.join(FIELDS)}")
            if require_open(connection, number).reason == CONFLICT and not change.get("id"):
                raise UsageError(f"{shown(number)} conflicts with another report: give it an id of its own, --set id=…")


def _row(values: Mapping[str, str], change: Mapping[str, str]) -> dict[str, str]:
    row = {name: text for name, text in values.items() if name != RAW}
    if RAW in values:
        row[_KEPT_RAW] = values[RAW]
    row |= change
    return {name: text for name, text in row.items() if text != ""}


def _run_id(order: Sequence[int], rows: Sequence[Mapping[str, str]]) -> str:
    """The same for the same mended values, so that a command that was cut goes on instead of doubling."""
    digest = hashlib.sha256(json.dumps([dict(row) for row in rows], sort_keys=True).encode()).hexdigest()
    return f"mend-{shown(order[0])}-{digest[:16]}"


def _refused(app: App, person: Person, run_no: int, now: datetime) -> set[int]:
    """Rows of the run that conflicted again; their new rejects are closed, since the old ones stay open."""
    with reading(app.store.engine) as connection:
        new = connection.execute(
            select(reject.c.reject_id, reject.c.row, reject.c.status).where(reject.c.run_no == run_no)
        ).all()
    for row in new:
        if row.status == "open":
            close(app, person, row.reject_id, "duplicate", now)
    return {row.row - 1 for row in new}


def _settle(
    app: App, connection: Connection, person: Person, number: int, status: str, reason: str, now: datetime, event: str,
    details: Mapping[str, object],
) -> None:  # fmt: skip
    require_open(connection, number)
    connection.execute(
        update(reject).where(reject.c.reject_id == number).values(
            status=status, closed_by=person.person_id, closed_at=int(now.timestamp()), closed_reason=reason
        )
    )  # fmt: skip
    app.store.record(connection, now, actor(person), event, shown(number), details)
