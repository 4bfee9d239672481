"""Who holds a case: a lock that ends by itself, so a case nobody finishes is free again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select, update

from pipeline.bootstrap import App
from pipeline.desk.caseview import record_of, when
from pipeline.desk.people import actor
from pipeline.desk.times import clock_time
from pipeline.store.engine import writing
from pipeline.store.schema import case_record
from triage.errors import CaseTaken, RuleBroken
from triage.lifecycle import QUEUED, Event, Status, move
from triage.people import Act, Person, require


def held_by_another(row: Row[Any], by: Person, now: datetime) -> bool:
    """Whether somebody else holds the case now."""
    return _active(row, now) and row.held_by != by.person_id


def check_free(row: Row[Any], by: Person, now: datetime) -> None:
    """Raises CaseTaken, saying until when, if somebody else holds the case."""
    if held_by_another(row, by, now):
        until = when(row.held_until)
        shown = clock_time(until) if until else "later"
        raise CaseTaken(f"another person holds C{row.case_id} until {shown}: take another case, or wait")


def check_here(row: Row[Any]) -> None:
    """Raises RuleBroken if the case was joined into another one."""
    if row.joined_into is not None:
        raise RuleBroken(f"C{row.case_id} was joined into C{row.joined_into}: decide there")


def check_seen(row: Row[Any], by: Person, now: datetime, version: int | None) -> None:
    """Raises RuleBroken if the case changed since they looked: by somebody's act, or by new facts while held."""
    if version is not None and version != row.version:
        raise RuleBroken(f"C{row.case_id} changed since you looked: see `hotline cases show C{row.case_id}`")
    if _active(row, now) and row.held_by == by.person_id and row.status == Status.RETURNED:
        raise RuleBroken(
            f"new information came while you held C{row.case_id}: look with `hotline next C{row.case_id}`, then decide"
        )


def held_by(connection: Connection, by: Person, now: datetime) -> tuple[tuple[int, datetime], ...]:
    """The cases somebody holds now, and until when; the one that is free first comes first."""
    rows = connection.execute(
        select(case_record.c.case_id, case_record.c.held_until).where(
            case_record.c.held_by == by.person_id, case_record.c.held_until > int(now.timestamp())
        ).order_by(case_record.c.held_until)
    ).all()  # fmt: skip
    return tuple((row.case_id, until) for row in rows if (until := when(row.held_until)))


def take(app: App, by: Person, case_id: int, now: datetime) -> datetime:
    """Hold one named case; answers until when. Raises CaseTaken, RuleBroken."""
    require(by, Act.TAKE_CASE)
    with writing(app.store.engine) as connection:
        row = record_of(connection, case_id)
        check_here(row)
        check_free(row, by, now)
        return take_row(app, connection, by, row, now)


def take_row(app: App, connection: Connection, by: Person, row: Row[Any], now: datetime) -> datetime:
    """Hold the case of a row just read in this writing transaction; answers until when."""
    status, before = Status(row.status), row.status_before
    if status is not Status.TAKEN:
        before, status = status, move(status, Event.TAKEN)
    until = now + timedelta(minutes=app.settings.lock_minutes)
    connection.execute(
        update(case_record).where(case_record.c.case_id == row.case_id).values(
            status=str(status), status_before=str(before), held_by=by.person_id, held_until=int(until.timestamp())
        )
    )  # fmt: skip
    details = {"minutes": app.settings.lock_minutes}
    app.store.record(connection, now, actor(by), "case_taken", f"C{row.case_id}", details)
    return until


def give_back(app: App, by: Person, case_id: int, now: datetime) -> Status:
    """Let a case go undecided; answers where it stands then. Raises CaseTaken, or RuleBroken if nobody holds it."""
    require(by, Act.TAKE_CASE)
    with writing(app.store.engine) as connection:
        row = record_of(connection, case_id)
        check_free(row, by, now)
        if row.held_by is None or (row.status != Status.TAKEN and row.status not in QUEUED):
            raise RuleBroken(f"nobody holds C{case_id}: there is nothing to give back")
        status = move(Status(row.status), Event.GIVEN_BACK, before=Status(row.status_before))
        connection.execute(
            update(case_record).where(case_record.c.case_id == case_id)
            .values(status=str(status), status_before=str(status), held_by=None, held_until=None)
        )  # fmt: skip
        app.store.record(connection, now, actor(by), "case_given_back", f"C{case_id}", {})
    return status


def _active(row: Row[Any], now: datetime) -> bool:
    return row.held_by is not None and row.held_until is not None and row.held_until > now.timestamp()
