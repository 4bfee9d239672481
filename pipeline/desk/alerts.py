"""Which alerts there are, who was told of each, and what each needs now. Reads codes and times; opens nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, select

from exporters.sealing import normal_fingerprint
from pipeline.bootstrap import App
from pipeline.delivery.alert_mail import addresses, by_server, message_id
from pipeline.delivery.answer_mail import OUTBOX, SUFFIX
from pipeline.delivery.packing import SEALED_ENDING, Agency
from pipeline.desk.listing import case_now
from pipeline.desk.recipients import usable
from pipeline.desk.references import alert_reference
from pipeline.desk.times import utc
from pipeline.routes import routes
from pipeline.store.alert_tables import alert, alert_told
from pipeline.store.engine import reading
from pipeline.store.schema import report
from triage.alerting import NOT_TOLD, Move, Step, Telling, Told, next_step
from triage.errors import KeyProblem, UsageError
from triage.people import Act, Person, require
from triage.report import Fact

_MOST_DIGITS = 9
_NO_KEY = "no key is pinned: it is passed over until `hotline recipients add-key` pins one"
_NO_ADDRESS = "setting alerts_to names no address for it: it is passed over"


@dataclass(frozen=True, slots=True)
class Partner:
    """One organisation of the network: `agency` to seal to, or None and the `problem` why it is passed over."""

    code: str
    name: str
    minutes: int
    areas: tuple[str, ...]
    agency: Agency | None
    problem: str

    @property
    def fingerprint(self) -> str:
        """Of its pinned key, "" without a usable one."""
        return "" if self.agency is None else normal_fingerprint(self.agency.pinned)


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one organisation was told and answered; `due` is until when it has to acknowledge."""

    partner: str
    turn: int
    state: Told
    told_at: datetime
    due: datetime
    acknowledged_at: datetime | None
    how: str

    @property
    def late(self) -> bool:
        """Whether it acknowledged after its time."""
        return self.acknowledged_at is not None and self.acknowledged_at > self.due


@dataclass(frozen=True, slots=True)
class Alert:
    """One SOS call or drill. `case_id` is where its report is today, None for a drill; what is not both marked as one
    and without a report is none. `ended` is why a person ended it, "" if nobody did.
    """

    alert_id: int
    report_id: int | None
    case_id: int | None
    area: str
    called_at: datetime
    drill: bool
    raised_at: datetime
    told: tuple[Spoken, ...]
    ended: str
    time_assumed: bool = False
    """Whether the call's own time could not be read: `called_at` is when we read the call."""

    @property
    def acknowledged_by(self) -> str:
        """The organisation that acknowledged first, "" if none did."""
        answered = [(one.acknowledged_at, one.turn, one.partner) for one in self.told if one.acknowledged_at]
        return min(answered)[2] if answered else ""

    @property
    def is_over(self) -> bool:
        """Whether nobody needs to be told any more."""
        return bool(self.acknowledged_by or self.ended)

    def step(self, usable_ones: Container[str], now: datetime, tried: Container[str] = ()) -> Step:
        """What it needs now; `tried` as of `next_step`."""
        told = [Telling(one.partner, one.state, one.due) for one in self.told]
        return next_step(routes().partners_for(self.area), usable_ones, told, now, over=self.is_over, tried=tried)


@dataclass(frozen=True, slots=True)
class Standing:
    """One alert with its next move, for a screen. `passed_over`: organisations of its line that cannot be told.

    By organisation told: `references`, what the alert is called there, and `lying`, the file of it that still lies in
    the outbox, so that nobody there knows of the call yet.
    """

    alert: Alert
    step: Step
    passed_over: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    lying: Mapping[str, str] = field(default_factory=dict)
    left: frozenset[str] = frozenset()
    """Organisations told that have no usable key any more: nothing is carried to them."""

    @property
    def needs_a_person(self) -> bool:
        """Whether nobody is left to be told."""
        return self.step.move is Move.PERSON

    @property
    def nobody_knows(self) -> bool:
        """Whether it waits and no organisation was told: nothing left us, or it lies in the outbox."""
        told = (one for one in self.alert.told if one.state not in NOT_TOLD and one.partner not in self.lying)
        return not self.alert.is_over and next(told, None) is None


def alerts(app: App, by: Person, now: datetime, *, all_of_them: bool = False) -> tuple[Standing, ...]:
    """Alerts nobody acknowledged or ended, or every one; drills come last.

    First those nobody was told of, then those that need a person, then the newest: a list is cut where a screen ends,
    and a call of this minute must not stand below it.
    """
    require(by, Act.SEE_QUEUE)
    with reading(app.store.engine) as connection:
        return standing_in(app, connection, now, all_of_them=all_of_them)


def standing_in(
    app: App, connection: Connection, now: datetime, *, all_of_them: bool = False
) -> tuple[Standing, ...]:
    """`alerts`, inside a transaction the caller holds."""
    there = usable_in(app, connection, now)
    left = without_key(app, connection, now)
    found = [_standing(app, one, there, left, now) for one in alerts_in(connection, all_of_them=all_of_them)]
    order = (Move.PERSON, Move.SEND, Move.WAIT, Move.OVER)
    return tuple(sorted(found, key=lambda one: (
        one.alert.is_over, one.alert.drill, not one.nobody_knows, order.index(one.step.move), -one.alert.alert_id
    )))  # fmt: skip


def alerts_in(connection: Connection, *, all_of_them: bool = False) -> list[Alert]:
    """Alerts in order; by default those nobody acknowledged or ended."""
    answered = exists().where(alert_told.c.alert_id == alert.c.alert_id, alert_told.c.acknowledged_at.is_not(None))
    query = select(alert, report.c.case_id, report.c.facts).outerjoin(report, report.c.report_id == alert.c.report_id)
    if not all_of_them:
        query = query.where(alert.c.ended_at.is_(None), ~answered)
    rows = connection.execute(query.order_by(alert.c.alert_id)).all()
    return _with_told(connection, rows)


def alerts_about(connection: Connection, case_id: int) -> list[Alert]:
    """Every alert of a case's reports, in order."""
    query = select(alert, report.c.case_id, report.c.facts).join(report, report.c.report_id == alert.c.report_id)
    rows = connection.execute(query.where(report.c.case_id == case_id).order_by(alert.c.alert_id)).all()
    return _with_told(connection, rows)


def alert_in(connection: Connection, alert_id: int) -> Alert:
    """One alert. Raises UsageError if there is none."""
    query = select(alert, report.c.case_id, report.c.facts).outerjoin(report, report.c.report_id == alert.c.report_id)
    rows = connection.execute(query.where(alert.c.alert_id == alert_id)).all()
    if not rows:
        raise UsageError("there is no alert with this number: see `hotline alerts list --all`")
    return _with_told(connection, rows)[0]


def alert_number(given: str) -> int:
    """The alert a person means by `A12`, `a12` or `12`. Raises UsageError without repeating what was given."""
    digits = given.strip().upper().removeprefix("A")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        raise UsageError("an alert is given as A12 or 12: see `hotline alerts list`")
    return int(digits)


def partners(app: App, connection: Connection, now: datetime) -> tuple[Partner, ...]:
    """Every organisation of the network, and whether it can be told now."""
    routing = routes()
    network, reachable = routing.network, addresses(app)
    needs_address = by_server(app)
    found = []
    for code in network.partners:
        agency, problem = _agency(app, connection, code, now)
        if agency is not None and needs_address and code not in reachable:
            agency, problem = None, _NO_ADDRESS
        areas = tuple(area for area, line in network.lines.items() if code in line)
        minutes = int(network.time_for(code).total_seconds()) // 60
        found.append(Partner(code, routing.recipients[code].name, minutes, areas, agency, problem))
    return tuple(found)


def usable_in(app: App, connection: Connection, now: datetime) -> dict[str, Agency]:
    """Whom an alert can be sealed and sent to now, by code."""
    return {one.code: one.agency for one in partners(app, connection, now) if one.agency is not None}


def reference_of(app: App, partner: str, alert_id: int) -> str:
    """What an alert is called towards one organisation."""
    return alert_reference(app.store.index_key, routes().home_country, partner, alert_id)


def without_key(app: App, connection: Connection, now: datetime) -> frozenset[str]:
    """Organisations of the network nothing can be sealed to now: no key, a retired or a wrong one."""
    return frozenset(code for code in routes().network.partners if _agency(app, connection, code, now)[0] is None)


def lying_in_outbox(app: App, partner: str, alert_id: int) -> str:
    """The file of an alert to one organisation that nobody carried there yet, as `outbox/…`; "" if there is none."""
    sealed = reference_of(app, partner, alert_id) + SEALED_ENDING
    mail = message_id(app.store.index_key, partner, alert_id) + SUFFIX
    return next((f"{OUTBOX}/{name}" for name in (mail, sealed) if (app.workspace.root / OUTBOX / name).exists()), "")


def lying_of(app: App, one: Alert) -> dict[str, str]:
    """By organisation told, the file that still lies in the outbox."""
    named = ((each.partner, lying_in_outbox(app, each.partner, one.alert_id)) for each in one.told)
    return {partner: name for partner, name in named if name}


def left_lying(app: App, connection: Connection) -> dict[int, dict[str, str]]:
    """Alerts that are over to the files of them nobody carried: whoever carries one now tells of what is no matter."""
    folder = app.workspace.root / OUTBOX
    if not folder.is_dir() or next(folder.iterdir(), None) is None:
        return {}
    over = (one for one in alerts_in(connection, all_of_them=True) if one.is_over)
    return {one.alert_id: lying for one in over if (lying := lying_of(app, one))}


def in_outbox(files: int) -> str:
    """How many letters wait to be carried by hand, "" for none; one alert may have several."""
    if files == 1:
        return "1 letter lies in the outbox: carry it now"
    return f"{files} letters lie in the outbox: carry them now" if files else ""


def to_carry(name: str, *, left: bool = False) -> str:
    """What every screen says of an alert whose file still lies in the outbox; `left`: they have no usable key now."""
    if left:
        return f"NOT TOLD, and has no usable key any more: carry nothing there, delete {name}"
    return f"NOT TOLD YET, it lies in the outbox: carry it there now, then delete it: {name}"


def _standing(app: App, one: Alert, there: Container[str], left: frozenset[str], now: datetime) -> Standing:
    told = [each.partner for each in one.told]
    line = () if one.is_over else routes().partners_for(one.area)
    return Standing(
        one, one.step(there, now), tuple(code for code in line if code not in there and code not in told),
        {code: reference_of(app, code, one.alert_id) for code in told}, lying_of(app, one),
        left.intersection(told),
    )  # fmt: skip


def _agency(app: App, connection: Connection, code: str, now: datetime) -> tuple[Agency | None, str]:
    try:
        agency = usable(app, connection, code, now)
    except KeyProblem as wrong:
        return None, str(wrong)
    return agency, "" if agency else _NO_KEY


def _with_told(connection: Connection, rows: Any) -> list[Alert]:
    """Rows of `alert` with the case of their report, and what each organisation was told."""
    ids = [row.alert_id for row in rows]
    told: defaultdict[int, list[Spoken]] = defaultdict(list)
    if ids:
        query = select(alert_told).where(alert_told.c.alert_id >= min(ids), alert_told.c.alert_id <= max(ids))
        for row in connection.execute(query.order_by(alert_told.c.turn, alert_told.c.partner)):
            told[row.alert_id].append(_spoken(row))
    return [
        Alert(
            row.alert_id, row.report_id, None if row.case_id is None else case_now(connection, row.case_id), row.area,
            utc(row.called_at), bool(row.drill) and row.report_id is None, utc(row.raised_at),
            tuple(told[row.alert_id]), row.ended_reason or "", bool((row.facts or 0) & Fact.TIME_ASSUMED),
        )
        for row in rows
    ]  # fmt: skip


def _spoken(row: Row[Any]) -> Spoken:
    answered = None if row.acknowledged_at is None else utc(row.acknowledged_at)
    return Spoken(
        row.partner, row.turn, Told(row.state), utc(row.told_at), utc(row.due_at), answered,
        row.acknowledged_how or "",
    )  # fmt: skip
