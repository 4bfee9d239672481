"""Mend rejects and feed them in again as a run of their own, or close them with a reason."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.channels.sos import usable
from pipeline.cut_entries import end_cut
from pipeline.mending.claims import claim, end, release, settle
from pipeline.mending.listing import CLOSED, CONFLICT, MENDED, shown
from pipeline.mending.opening import RAW, opened, require_open
from pipeline.runs import began
from pipeline.scheduler import must_answer
from pipeline.small_run import alone, take_in
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
    must_answer(app.settings)
    with alone(app.workspace):
        end_cut(app, now)
        before = _mended_before(app, changes)
        if before is None:
            _check_changes(app, changes)
        order = sorted(changes)
        values = opened(app, person, order, now, why="mending")
        rows = [_row(values[number], changes[number]) for number in order]
        run_id = _run_id(order, rows)
        if before == run_id:
            return Mended(run_id, tuple(map(shown, order)), (), 0)
        if before is not None:
            _check_changes(app, changes)
        return _through(app, person, order, rows, run_id, now)


def _through(
    app: App, person: Person, order: Sequence[int], rows: Sequence[Mapping[str, str]], run_id: str, now: datetime
) -> Mended:
    """Claim the rejects, take the rows in, settle; where the store has nothing of it yet, a failure changes nothing."""
    claim(app, person, order, run_id, now)
    try:
        _, summary = take_in(app, rows, run_id, now)
    except BaseException:
        if not began(app.workspace, run_id):
            release(app, run_id)
        raise
    done = settle(app, run_id, now)
    still = tuple(shown(number) for number in order if number not in done)
    return Mended(run_id, tuple(map(shown, done)), still, int(str(summary["already_known"])))


def _mended_before(app: App, changes: Mapping[int, Mapping[str, str]]) -> str | None:
    """The run that mended all of these, if one did: the same command again answers the same."""
    query = select(reject.c.status, reject.c.closed_reason).where(reject.c.reject_id.in_(list(changes)))
    with reading(app.store.engine) as connection:
        found = {(row.status, row.closed_reason) for row in connection.execute(query)}
    (status, run_id) = found.pop() if len(found) == 1 else (None, None)
    return run_id if status == MENDED else None


def close(app: App, person: Person, reject_id: int, reason: str, now: datetime) -> None:
    """Close a reject that cannot or need not become a report. Raises RuleBroken, UsageError."""
    require(person, Act.MEND_REJECT)
    if reason not in CLOSE_REASONS:
        raise UsageError(f"the reason is one of {', '.join(CLOSE_REASONS)}")
    with alone(app.workspace):
        end_cut(app, now)
        with writing(app.store.engine) as connection:
            require_open(connection, reject_id)
            end(app, connection, reject_id, CLOSED, reason, person.person_id, now)


def _check_changes(app: App, changes: Mapping[int, Mapping[str, str]]) -> None:
    with reading(app.store.engine) as connection:
        for number, change in changes.items():
            unknown = sum(name not in FIELDS for name in change)
            if unknown:
                raise UsageError(f"{unknown} given names are no fields; known are {', '.join(FIELDS)}")
            if require_open(connection, number).reason == CONFLICT and not change.get("id"):
                raise UsageError(f"{shown(number)} conflicts with another report: give it an id of its own, --set id=…")


def _row(values: Mapping[str, str], change: Mapping[str, str]) -> dict[str, str]:
    """Fields stay as they were said, for a person to mend; nobody can mend the rest, so it is made fit to be stored."""
    row = {name: text for name, text in values.items() if name in FIELDS}
    row |= usable({_KEPT_RAW if name == RAW else name: text for name, text in values.items() if name not in FIELDS})
    row |= change
    return {name: text for name, text in row.items() if text != ""}


def _run_id(order: Sequence[int], rows: Sequence[Mapping[str, str]]) -> str:
    """The same for the same mended values, so that a command that was cut goes on instead of doubling."""
    digest = hashlib.sha256(json.dumps([dict(row) for row in rows], sort_keys=True).encode()).hexdigest()
    return f"mend-{shown(order[0])}-{digest[:16]}"
