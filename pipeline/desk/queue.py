"""The queue: how much waits in every lane and since when, and which case is next. Counts and times, never text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from pipeline.bootstrap import App
from pipeline.desk.alert_sending import calls_without_alert
from pipeline.desk.alerts import Standing, left_lying, standing_in
from pipeline.desk.answer_taken_back import lying_unwanted
from pipeline.desk.disclosures import Asked, disclosures_in
from pipeline.desk.feedback_lists import Unanswered, overdue_in
from pipeline.desk.holding import held_by, take_row
from pipeline.desk.notices_today import NoticesToday, notices_today
from pipeline.desk.outstanding import Outstanding, outstanding
from pipeline.desk.replaced_keys import Replaced, waiting_keys
from pipeline.desk.sent_packages import police_agencies
from pipeline.desk.supplements_due import Due, supplements_due
from pipeline.desk.times import clocks
from pipeline.desk.urgent_calls import Call, calls_in
from pipeline.desk.vaultroom import Vaultroom
from pipeline.lists.flood import Quarantined, waiting
from pipeline.mending.listing import unread_calls, unread_rows
from pipeline.store.engine import reading, writing
from pipeline.store.schema import case_record
from triage.clocks import Clocks, Lane, Target, due_at
from triage.errors import UsageError
from triage.grouping import LANES
from triage.people import Act, Person, require
from triage.verdict import Escalation

_ARTICLES = frozenset({"a", "an"})
_LIFE = case_record.c.escalate == int(Escalation.RISK_TO_LIFE)


@dataclass(frozen=True, slots=True)
class LaneCount:
    """One lane today. `oldest` is since when the longest waiting case waits, `due` when it is or was due."""

    lane: Lane
    count: int
    held: int
    overdue: int
    oldest: datetime | None
    due: datetime | None
    target: Target | None


@dataclass(frozen=True, slots=True)
class Today:
    """The whole queue: lanes in order, `overdue` last, and what was decided and waits to be released or carried out."""

    lanes: tuple[LaneCount, ...]
    outstanding: Outstanding
    mine: tuple[tuple[int, datetime], ...]
    """Cases the asking person holds, with until when."""
    set_aside: tuple[Quarantined, ...] = ()
    """Lists with entries that matched too much and wait for a person's word."""
    calls: tuple[Call, ...] = ()
    """Urgent calls that wait for their log or their review, oldest first."""
    disclosures: tuple[Asked, ...] = ()
    """Reporters' contacts somebody asked for, for police, that wait for another person or are in doubt."""
    alerts: tuple[Standing, ...] = ()
    """SOS calls, then drills, nobody acknowledged; those nobody was told of come first."""
    unread_calls: tuple[str, ...] = ()
    """Rejects that were to be SOS calls: nobody is told of them."""
    untold_calls: tuple[int, ...] = ()
    """Cases of SOS calls no alert was raised of: a run was ended before it could."""
    notices: NoticesToday = field(default_factory=NoticesToday)
    """What hosts are to be told of, what police hold back, and what hosts owe an answer to."""
    unanswered: tuple[Unanswered, ...] = ()
    """Packages police have not acknowledged in the protocol's time, oldest first."""
    unread_rows: int = 0
    """Rejects beside those of SOS calls: what they say is in no lane until somebody mends them."""
    unwanted: tuple[str, ...] = ()
    """Files of the outbox: letters to reporters who want no contact any more."""
    lives: int = 0
    """Children at risk whose life is: they come first in their lane."""
    keys: tuple[Replaced, ...] = ()
    """Recipients' keys that replaced another one and wait for a second person."""
    supplements: tuple[Due, ...] = ()
    """Police agencies whose package of a decided case was overtaken, by graver danger first."""
    over: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Alerts that are over to the letters of them that still lie in the outbox, by organisation."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A case that was just taken, and until when it is held."""

    case_id: int
    until: datetime


def today(app: App, by: Person, now: datetime) -> Today:
    """Count the queue as it is `now`."""
    require(by, Act.SEE_QUEUE)
    working = clocks()
    with reading(app.store.engine) as connection:
        lanes = [_count(connection, lane, now, working) for lane in LANES if lane is not Lane.OVERDUE]
        decided = outstanding(connection, Vaultroom(app))
        set_aside = tuple(waiting(connection))
        calls = calls_in(connection)
        alerts, over = standing_in(app, connection, now), left_lying(app, connection)
        unread, untold = unread_calls(connection), calls_without_alert(connection)
        rows = unread_rows(connection)
        asked = disclosures_in(connection)
        lives = _lives(connection)
        unwanted = tuple(one.name for one in lying_unwanted(app, connection))
        told = notices_today(connection, now, Vaultroom(app))
        silent = overdue_in(app, connection, police_agencies(), now)
        held = held_by(connection, by, now)
        keys = waiting_keys(connection)
        due = supplements_due(connection)
    late = [one for one in lanes if one.overdue]
    total = LaneCount(
        Lane.OVERDUE, sum(one.overdue for one in late), 0, sum(one.overdue for one in late),
        min((one.oldest for one in late if one.oldest), default=None),
        min((one.due for one in late if one.due), default=None), None,
    )  # fmt: skip
    return Today(
        (*lanes, total), decided, held, set_aside, calls, asked, alerts, unread, untold, told, silent, rows, unwanted,
        lives, keys, due, over,
    )  # fmt: skip


def take_next(app: App, by: Person, now: datetime, lane: Lane | None = None) -> Taken | None:
    """Hold the case that comes next, or None if none waits free.

    In `lane`, else over all lanes, danger first. In a lane who waits longest comes first; among children at risk those
    whose life is, whoever waited longer: an hour may be too late for them.
    """
    require(by, Act.TAKE_CASE)
    with writing(app.store.engine) as connection:
        for each in (lane,) if lane not in (None, Lane.OVERDUE) else LANES:
            if each is None or each is Lane.OVERDUE:
                continue
            before = _last_overdue(connection, each, now, clocks()) if lane is Lane.OVERDUE else None
            if lane is Lane.OVERDUE and before is None:
                continue
            free = [*_waiting(each, before), _free(now)]
            row = (each is Lane.CHILDREN_AT_RISK and _longest(connection, [*free, _LIFE])) or _longest(connection, free)
            if row:
                return Taken(row.case_id, take_row(app, connection, by, row, now))
    return None


def _longest(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> Row[Any] | None:
    """Of the cases that meet the conditions the one that waits longest."""
    oldest = select(case_record).where(*conditions).order_by(case_record.c.waiting_since, case_record.c.case_id)
    return connection.execute(oldest.limit(1)).one_or_none()


def _lives(connection: Connection) -> int:
    at_risk = _waiting(Lane.CHILDREN_AT_RISK, None)
    return connection.execute(select(func.count()).select_from(case_record).where(*at_risk, _LIFE)).scalar_one()


def lane_named(given: str) -> Lane:
    """The lane a person means, as `danger-now`, `danger_now` or in the words of a screen (`danger now`).

    Raises UsageError listing the lanes.
    """
    words = given.lower().replace("-", " ").replace("_", " ").split()
    try:
        return Lane("_".join(word for word in words if word not in _ARTICLES))
    except ValueError:
        raise UsageError(f"a lane is one of: {', '.join(lane.replace('_', '-') for lane in Lane)}") from None


def _count(connection: Connection, lane: Lane, now: datetime, working: Clocks) -> LaneCount:
    waiting = _waiting(lane, None)
    count, oldest = connection.execute(
        select(func.count(), func.min(case_record.c.waiting_since)).where(*waiting)
    ).one()
    held = connection.execute(select(func.count()).select_from(case_record).where(*waiting, ~_free(now))).scalar_one()
    before = _last_overdue(connection, lane, now, working) if count else None
    late = 0
    if before is not None:
        late = connection.execute(
            select(func.count()).select_from(case_record).where(*_waiting(lane, before))
        ).scalar_one()
    since = _utc(oldest)
    due = due_at(lane, since, working) if since else None
    return LaneCount(lane, count, held, late, since, due, working.targets[lane])


def _last_overdue(connection: Connection, lane: Lane, now: datetime, working: Clocks) -> int | None:
    """The latest second since which a case must have waited to be overdue; None if the oldest is not.

    Due times never fall when the start rises, so the second is found by halving instead of asking every case.
    """
    oldest = connection.execute(
        select(func.min(case_record.c.waiting_since)).where(*_waiting(lane, None))
    ).scalar_one_or_none()
    if oldest is None or not _late(lane, oldest, now, working):
        return None
    late, fine = int(oldest), max(int(oldest), int(now.timestamp())) + 1
    while fine - late > 1:
        middle = (late + fine) // 2
        late, fine = (middle, fine) if _late(lane, middle, now, working) else (late, middle)
    return late


def _late(lane: Lane, since: int, now: datetime, working: Clocks) -> bool:
    start = max(datetime.fromtimestamp(since, UTC), now - timedelta(days=3650))
    return now > due_at(lane, start, working)


def _waiting(lane: Lane, before: int | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [case_record.c.lane == LANES.index(lane)]
    if before is not None:
        conditions.append(case_record.c.waiting_since <= before)
    return conditions


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(case_record.c.held_until.is_(None), case_record.c.held_until <= int(now.timestamp()))


def _utc(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
