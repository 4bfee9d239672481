"""Which run takes a reject in: claimed before, settled after, so that a cut command never makes two reports of one.

A claimed reject is still open; `closed_reason` names the run, `closed_by` and `closed_at` who claimed it and when.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from pipeline.bootstrap import App
from pipeline.mending.listing import CLOSED, MENDED, OPEN, shown
from pipeline.mending.opening import require_open
from pipeline.runs import began
from pipeline.store.audit import MACHINE
from pipeline.store.engine import reading, writing
from pipeline.store.schema import reject, run
from triage.people import Person

TABLE = "table-"
"""How the id of a run begins that read pieces of a table again, under a heading."""
_UNCLAIMED = {"closed_by": None, "closed_at": None, "closed_reason": None}


def claim(app: App, person: Person, numbers: Sequence[int], run_id: str, now: datetime) -> None:
    """Write down, in one transaction, that these rejects go into that run. Raises UsageError if one is done already."""
    claimed = {"closed_by": person.person_id, "closed_at": int(now.timestamp()), "closed_reason": run_id}
    with writing(app.store.engine) as connection:
        for number in numbers:
            require_open(connection, number)
            connection.execute(update(reject).where(reject.c.reject_id == number).values(claimed))


@contextmanager
def claimed(app: App, person: Person, numbers: Sequence[int], run_id: str, now: datetime) -> Iterator[None]:
    """Claim them for what takes them in; where that fails with nothing in the store, they are as open as before."""
    claim(app, person, numbers, run_id, now)
    try:
        yield
    except BaseException:
        if not began(app.workspace, run_id):
            release(app, run_id)
        raise


def release(app: App, run_id: str) -> None:
    """The run came to nothing: its rejects are as open as before."""
    with writing(app.store.engine) as connection:
        connection.execute(update(reject).where(_claimed(run_id)).values(_UNCLAIMED))


def settle(app: App, run_id: str, now: datetime) -> tuple[int, ...]:
    """Close the rejects a committed run made reports of; answers their numbers. The others are open again.

    Rows stand in the run in the order of their rejects' numbers. What it rejected anew is closed as a duplicate, since
    the old reject stays open. Of a piece that went in as a table, every row is a report or a reject of its own.
    """
    with writing(app.store.engine) as connection:
        waiting = connection.execute(select(reject).where(_claimed(run_id)).order_by(reject.c.reject_id)).all()
        new = connection.execute(
            select(reject).join(run, run.c.run_no == reject.c.run_no).where(run.c.run_id == run_id)
        ).all()
        refused = {row.row for row in new}
        of_table = run_id.startswith(TABLE)
        done = [one for place, one in enumerate(waiting, start=1) if of_table or not refused & {0, place}]
        connection.execute(update(reject).where(_claimed(run_id)).values(_UNCLAIMED))
        for one in done:
            end(app, connection, one.reject_id, MENDED, run_id, one.closed_by, now)
        for row in new:
            if waiting and row.status == OPEN and not of_table:
                end(app, connection, row.reject_id, CLOSED, "duplicate", waiting[0].closed_by, now)
    return tuple(one.reject_id for one in done)


def claiming_runs(app: App) -> tuple[str, ...]:
    """Ids of the runs that claim rejects."""
    claimed = (reject.c.status == OPEN) & reject.c.closed_reason.is_not(None)
    query = select(reject.c.closed_reason).where(claimed).distinct()
    with reading(app.store.engine) as connection:
        return tuple(sorted(connection.execute(query).scalars()))


def end(
    app: App, connection: Connection, number: int, status: str, reason: str, person_id: int | None, now: datetime
) -> None:
    """Close a reject as MENDED (`reason` is the run) or CLOSED (why), with its event; no person: the machine."""
    connection.execute(
        update(reject).where(reject.c.reject_id == number).values(
            status=status, closed_by=person_id, closed_at=int(now.timestamp()), closed_reason=reason
        )
    )  # fmt: skip
    event, name = ("reject_mended", "run") if status == MENDED else ("reject_closed", "reason")
    actor = MACHINE if person_id is None else f"person:{person_id}"
    app.store.record(connection, now, actor, event, shown(number), {name: reason})


def _claimed(run_id: str) -> Any:
    return (reject.c.status == OPEN) & (reject.c.closed_reason == run_id)
