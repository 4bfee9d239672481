"""Tell the organisation in charge of an SOS call, then the next in line: at once, by the machine, each exactly once.

For each alert: claim its row and write the event, both in one transaction that looks again at what the alert needs;
seal; send; mark the row. Two of these at once, or one that is killed, tell nobody twice: what breaks between claim and
mark is in doubt, its time runs, and it goes to the same organisation again only where a person says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, select, update

from exporters.sealing import SigningKey, normal_fingerprint
from pipeline.bootstrap import App
from pipeline.delivery.alert_mail import AlertLine
from pipeline.delivery.answer_mail import Delivery
from pipeline.delivery.own_key import own_key
from pipeline.delivery.packing import Agency
from pipeline.desk.alert_package import cover_of, sealed_alert
from pipeline.desk.alerts import Alert, Standing, alert_in, alerts_in, standing_in, usable_in
from pipeline.desk.people import actor
from pipeline.desk.recipients import check_own
from pipeline.routes import routes
from pipeline.store.alert_tables import alert, alert_told
from pipeline.store.audit import MACHINE
from pipeline.store.engine import reading, writing
from pipeline.store.schema import meta, report, source
from triage.alerting import EndReason, Move, Told
from triage.errors import KeyProblem, RuleBroken, UsageError
from triage.people import Act, Person, require
from triage.report import run_range

RAISED, CLAIMED, WENT, NOT_SENT = "alert_raised", "alert_claimed", "alert_sent", "alert_not_sent"
"""Audit events; their subject is the case (of a drill the alert), their details numbers and codes."""
NOT_SEALED = "not_sealed"
"""The key that was good when the alert was claimed could not be sealed to."""
_AFTER_RUN = "alerts_after_run"
_MOST_PLACES = 12
"""No line is longer: whatever is refused one after the other ends."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one alert to one organisation: `sent`, `refused`, `in_doubt` or `not_sealed`."""

    alert_id: int
    partner: str
    result: str


@dataclass(frozen=True, slots=True)
class Ticked:
    """One look at all alerts: how many SOS calls were new, what was sent, and how the open ones stand after it."""

    raised: int
    sent: tuple[Outcome, ...]
    standing: tuple[Standing, ...]

    @property
    def for_a_person(self) -> tuple[Alert, ...]:
        """Alerts nobody is left to be told of."""
        return tuple(one.alert for one in self.standing if one.needs_a_person)


@dataclass(frozen=True, slots=True)
class _Round:
    """One command's sending."""

    app: App
    now: datetime
    line: AlertLine
    own: SigningKey
    who: str


def tick(app: App, now: datetime) -> Ticked:
    """Make an alert of every SOS call that has none, and send what is due. Safe to repeat, and from two at once.

    Raises KeyProblem without the hotline's own signing key, ServiceFailed where the mail server cannot be used; then
    what was new is an alert, nothing was claimed, and the next look goes on.
    """
    raised = raise_new(app, now)
    sent = _send_due(app, now)
    with reading(app.store.engine) as connection:
        return Ticked(raised, sent, standing_in(app, connection, now))


def raise_new(app: App, now: datetime) -> int:
    """Write down an alert for every committed SOS call without one; how many. Nothing is sent yet."""
    with reading(app.store.engine) as connection:
        if not _without_alert(connection):
            return 0
    with writing(app.store.engine) as connection:
        rows = _without_alert(connection)
        for row in rows:
            values = {
                "report_id": row.report_id, "area": routes().area_named(row.area or ""), "called_at": row.received_at,
                "drill": False,
            }  # fmt: skip
            raise_one(app, connection, MACHINE, values, f"C{row.case_id}", now)
    return len(rows)


def raise_one(
    app: App, connection: Connection, who: str, values: dict[str, Any], subject: str, now: datetime
) -> int:
    """Insert one alert with its event; its number. `subject` "" stands for the alert itself (a drill)."""
    inserted = alert.insert().values(values | {"raised_at": int(now.timestamp())}).returning(alert.c.alert_id)
    number = int(connection.execute(inserted).scalar_one())
    said = {"alert": number, "drill": values["drill"], "area": values["area"]}
    app.store.record(connection, now, who, RAISED, subject or f"alert:{number}", said)
    return number


def begin_drill(app: App, by: Person, area: str, now: datetime) -> int:
    """A marked alert as if from this area ("" for an unknown one); its number. No report stands behind it.

    Raises UsageError for an area nobody knows.
    """
    require(by, Act.HANDLE_ALERTS)
    named = routes().area_named(area)
    if area.strip() and not named:
        raise UsageError("this area is not known: write it as BA-RS, as BA-RS-Banja Luka or as a place alone")
    values = {
        "report_id": None, "area": named, "called_at": int(now.timestamp()), "drill": True, "raised_by": by.person_id,
    }  # fmt: skip
    with writing(app.store.engine) as connection:
        return raise_one(app, connection, actor(by), values, "", now)


def send_again(app: App, by: Person, alert_id: int, partner: str, now: datetime) -> Outcome:
    """Tell an organisation once more, or out of its turn, since a person says so. Raises RuleBroken, UsageError."""
    require(by, Act.HANDLE_ALERTS)
    if partner not in routes().network.partners:
        raise UsageError(f"organisations of the network are: {', '.join(routes().network.partners)}")
    with reading(app.store.engine) as connection:
        if alert_in(connection, alert_id).is_over:
            raise RuleBroken("this alert is over: nobody needs to be told")
        if partner not in usable_in(app, connection, now):
            raise RuleBroken("this organisation cannot be told: see `hotline alerts partners`")
    with AlertLine(app) as line:
        outcome = _tell(_Round(app, now, line, _own(app), actor(by)), alert_id, partner)
    if outcome is None:
        raise RuleBroken("this alert was ended or acknowledged a moment ago: nobody needs to be told")
    return outcome


def end(app: App, by: Person, alert_id: int, reason: EndReason, now: datetime) -> None:
    """A person saw to it: nobody further is told. Raises RuleBroken if it is over, UsageError."""
    require(by, Act.HANDLE_ALERTS)
    with writing(app.store.engine) as connection:
        one = alert_in(connection, alert_id)
        if one.is_over:
            raise RuleBroken("this alert is over already: see `hotline alerts list --all`")
        values = {"ended_at": int(now.timestamp()), "ended_by": by.person_id, "ended_reason": str(reason)}
        connection.execute(update(alert).where(alert.c.alert_id == alert_id).values(values))
        said = {"alert": alert_id, "reason": str(reason)}
        app.store.record(connection, now, actor(by), "alert_ended", subject_of(one), said)


def subject_of(one: Alert) -> str:
    """What the audit chain names an alert by: its case, so that it stands in the case's history; a drill by itself."""
    return f"alert:{one.alert_id}" if one.case_id is None else f"C{one.case_id}"


def _without_alert(connection: Connection) -> list[Any]:
    after = connection.execute(select(meta.c.value).where(meta.c.name == _AFTER_RUN)).scalar_one_or_none()
    first, _ = run_range(int(after or 0) + 1)
    query = (
        select(report.c.report_id, report.c.area, report.c.received_at, report.c.case_id)
        .join(source, source.c.source_no == report.c.source_no)
        .where(
            source.c.channel == "sos", report.c.report_id >= first,
            ~exists().where(alert.c.report_id == report.c.report_id),
        )
        .order_by(report.c.report_id)
    )  # fmt: skip
    return list(connection.execute(query).all())


def _send_due(app: App, now: datetime) -> tuple[Outcome, ...]:
    with reading(app.store.engine) as connection:
        there = usable_in(app, connection, now)
        due = [one.alert_id for one in alerts_in(connection) if one.step(there, now).move is Move.SEND]
    if not due:
        return ()
    with AlertLine(app) as line:
        post = _Round(app, now, line, _own(app), MACHINE)
        return tuple(outcome for alert_id in due for outcome in _down_the_line(post, alert_id))


def _down_the_line(post: _Round, alert_id: int) -> Iterable[Outcome]:
    """Tell the next in line; where nothing left us, the one after it at once."""
    for _ in range(_MOST_PLACES):
        outcome = _tell(post, alert_id, None)
        if outcome is None:
            return
        yield outcome


def _tell(post: _Round, alert_id: int, chosen: str | None) -> Outcome | None:
    """Claim, seal, send, mark; None if there is nobody to tell now. `chosen`: this organisation, whatever its turn."""
    claimed = _claimed(post, alert_id, chosen)
    if claimed is None:
        return None
    one, partner, agency, due = claimed
    try:
        sealed = sealed_alert(post.app, one, partner, agency, post.own, due, post.now)
    except KeyProblem:
        _mark(post, one, partner, Told.REFUSED, NOT_SEALED, None)
        return Outcome(alert_id, partner, NOT_SEALED)
    result = post.line.deliver(partner, sealed, cover_of(post.app, one, partner), post.now)
    if result is not Delivery.IN_DOUBT:
        _mark(post, one, partner, Told.SENT if result is Delivery.SENT else Told.REFUSED, str(result), sealed.digest)
    return Outcome(alert_id, partner, str(result))


def _claimed(post: _Round, alert_id: int, chosen: str | None) -> tuple[Alert, str, Agency, datetime] | None:
    """Write down that this organisation is about to be told, if it still is its turn."""
    with writing(post.app.store.engine) as connection:
        there = usable_in(post.app, connection, post.now)
        one = alert_in(connection, alert_id)
        step = one.step(there, post.now)
        partner = chosen or step.partner
        if step.move is Move.OVER or (chosen is None and step.move is not Move.SEND) or partner not in there:
            return None
        due = post.now + routes().network.time_for(partner)
        mine = (alert_told.c.alert_id == alert_id) & (alert_told.c.partner == partner)
        turns = {each.partner: each.turn for each in one.told}
        connection.execute(delete(alert_told).where(mine))
        connection.execute(alert_told.insert().values(
            alert_id=alert_id, partner=partner, turn=turns.get(partner, max(turns.values(), default=0) + 1),
            state=str(Told.CLAIMED), told_at=int(post.now.timestamp()), due_at=int(due.timestamp()),
            fingerprint=normal_fingerprint(there[partner].pinned),
        ))  # fmt: skip
        passed = [code for code in routes().partners_for(one.area) if code not in there]
        said = {
            "alert": alert_id, "partner": partner, "again": partner in turns, "passed_over": ", ".join(passed),
            "due": int(due.timestamp()), "fingerprint": normal_fingerprint(there[partner].pinned),
        }  # fmt: skip
        post.app.store.record(connection, post.now, post.who, CLAIMED, subject_of(one), said)
        return one, partner, there[partner], due


def _mark(post: _Round, one: Alert, partner: str, state: Told, result: str, digest: str | None) -> None:
    mine = (alert_told.c.alert_id == one.alert_id) & (alert_told.c.partner == partner)
    said = {"alert": one.alert_id, "partner": partner, "by": post.line.way, "result": result, "sha256": digest or ""}
    with writing(post.app.store.engine) as connection:
        connection.execute(update(alert_told).where(mine).values(state=str(state), digest=digest))
        event = WENT if state is Told.SENT else NOT_SENT
        post.app.store.record(connection, post.now, post.who, event, subject_of(one), said)


def _own(app: App) -> SigningKey:
    own = own_key(app.workspace)
    check_own(app, own.certificate)
    return own
