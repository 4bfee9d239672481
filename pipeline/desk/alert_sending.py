"""Tell the organisation in charge of an SOS call, then the next in line: at once, by the machine, each exactly once.

For each alert: claim its row and write the event, both in one transaction that looks again at what the alert needs;
seal; send; mark the row. Two of these at once, or one that is killed, tell nobody twice: what breaks between claim and
mark is in doubt, its time runs, and it goes to the same organisation again only where a person says so. Where nothing
left us and it may work later (a server says "not now", a full disk), the next look tries again. Each marks its own
claim and no other, and where nothing left us by it the row is again what it was: who was told once stays told.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, delete, exists, func, select, update

from exporters.sealing import SigningKey, normal_fingerprint
from pipeline.bootstrap import App
from pipeline.delivery.alert_mail import AlertLine, by_server
from pipeline.delivery.answer_mail import Delivery
from pipeline.delivery.own_key import own_key
from pipeline.delivery.packing import Agency
from pipeline.desk.alert_package import cover_of, sealed_alert
from pipeline.desk.alerts import Alert, Standing, alert_in, alerts_in, standing_in, usable_in
from pipeline.desk.numbers import shown_report
from pipeline.desk.people import actor
from pipeline.desk.recipients import check_own
from pipeline.desk.times import utc
from pipeline.routes import routes
from pipeline.store.alert_tables import alert, alert_told
from pipeline.store.audit import MACHINE
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit, meta, report, run, source
from triage.alerting import NOT_TOLD, EndReason, Move, Told
from triage.errors import KeyProblem, RuleBroken, ServiceFailed, UsageError
from triage.people import Act, Person, require
from triage.report import ReportId, run_range

RAISED, CLAIMED, WENT, NOT_SENT, OVERTAKEN = (
    "alert_raised", "alert_claimed", "alert_sent", "alert_not_sent", "alert_overtaken",
)  # fmt: skip
"""Audit events; their subject is the case (of a drill the alert), their details numbers and codes. Overtaken: what
became of a sending after another one to the same organisation had been begun."""
NOT_SEALED = "not_sealed"
"""The key that was good when the alert was claimed could not be sealed to."""
BROKE, NOBODY = "broke", "nobody"
"""The store or the machine failed: see `hotline doctor`. What had gone is in doubt, all else is due still."""
AFTER_RUN = "alerts_after_run"
"""Row of `meta`: the last run from before the store knew alerts (migration 0007)."""
_MOST_PLACES = 12
"""No line is longer: whatever is refused one after the other ends."""
_STATES = {Delivery.SENT: Told.SENT, Delivery.REFUSED: Told.REFUSED, Delivery.NOT_NOW: Told.PUT_OFF}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one alert to one organisation: `sent`, `refused`, `not_now`, `in_doubt` or `not_sealed`.

    With `broke` the organisation is `nobody`.
    """

    alert_id: int
    partner: str
    result: str


@dataclass(frozen=True, slots=True)
class Ticked:
    """One look at all alerts: how many SOS calls were new, what was sent, and how the open ones stand after it."""

    raised: int
    sent: tuple[Outcome, ...]
    standing: tuple[Standing, ...]
    by_server: bool = False
    """Whether alerts leave by a mail server, so that none should lie in the outbox."""
    problem: str = ""
    """Why no mail could leave at all, "" if some could: what was due is put off then, and its minutes run."""

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """What did not go, or perhaps did not."""
        return tuple(one for one in self.sent if one.result != Delivery.SENT)

    @property
    def in_outbox(self) -> int:
        """How many letters of open alerts lie in the outbox to be carried: nobody they are for knows of a call yet."""
        return sum(len(one.lying.keys() - one.left) for one in self.standing)

    @property
    def needs_somebody(self) -> bool:
        """Whether a person must act: nobody is left to be told, or an alert lies in an outbox nobody looks into."""
        return bool(self.for_a_person or (self.by_server and self.in_outbox))

    @property
    def for_a_person(self) -> tuple[Alert, ...]:
        """Alerts nobody is left to be told of."""
        return tuple(one.alert for one in self.standing if one.needs_a_person)


@dataclass(frozen=True, slots=True)
class _Round:
    """One command's sending. A server may be slow, so the time of each alert is its own."""

    app: App
    begun: datetime
    line: AlertLine
    own: SigningKey
    who: str
    _clock: float = field(default_factory=monotonic)

    @property
    def now(self) -> datetime:
        """The time it is by now."""
        return self.begun + timedelta(seconds=monotonic() - self._clock)


class _Claimed(NamedTuple):
    """One organisation that is about to be told; `one` as it was before, `due` is when it should have acknowledged.

    No two claims on one organisation have the same `told_at`; `before` is its row, if it was told or perhaps was.
    """

    one: Alert
    partner: str
    agency: Agency
    due: datetime
    told_at: int
    before: Row[Any] | None


def tick(app: App, now: datetime) -> Ticked:
    """Make an alert of every SOS call that has none, and send what is due. Safe to repeat, and from two at once.

    Raises KeyProblem without the hotline's own signing key; then what was new is an alert, nothing was claimed, and the
    next look goes on. A mail server that cannot be used is no error: what is due is put off until its minutes are over.
    """
    raised = raise_new(app, now)
    sent, problem = _send_due(app, now)
    with reading(app.store.engine) as connection:
        return Ticked(raised, sent, standing_in(app, connection, now), by_server(app), problem)


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
    said = {"alert": number, "drill": values["drill"], "area": values["area"], "called": values["called_at"]}
    if values["report_id"] is not None:
        said["report"] = shown_report(values["report_id"])
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


def calls_without_alert(connection: Connection) -> tuple[int, ...]:
    """Cases of SOS calls in the store nobody was told of, as where a run was ended before it could."""
    return tuple(row.case_id for row in _without_alert(connection))


def _without_alert(connection: Connection) -> list[Any]:
    first, _ = run_range(last_without_alerts(connection) + 1)
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


def last_without_alerts(connection: Connection) -> int:
    """The last run whose SOS calls are no alerts, 0 if there is none.

    What the store says of it counts only while it can be true: no such run is newer than the newest run, or as new as
    one of an alert. Else it is the run before the first alert; without any, every call is one: rather an old call
    told than a new one lost.
    """
    said = connection.execute(select(meta.c.value).where(meta.c.name == AFTER_RUN)).scalar_one_or_none()
    after = int(said) if said is not None and said.isascii() and said.isdigit() else 0
    newest = connection.execute(select(func.max(run.c.run_no))).scalar_one_or_none() or 0
    alerted = connection.execute(select(func.min(alert.c.report_id))).scalar_one_or_none()
    first = newest + 1 if alerted is None else ReportId.unpack(alerted).run_no
    if after < first:
        return after
    return 0 if alerted is None else first - 1


def _send_due(app: App, now: datetime) -> tuple[tuple[Outcome, ...], str]:
    """What was tried, and why no mail could leave ("" if one could)."""
    with reading(app.store.engine) as connection:
        there = usable_in(app, connection, now)
        due = [one.alert_id for one in alerts_in(connection) if one.step(there, now).partner]
    if not due:
        return (), ""
    with AlertLine(app, puts_off=True) as line:
        post = _Round(app, now, line, _own(app), MACHINE)
        return tuple(outcome for alert_id in due for outcome in _down_the_line(post, alert_id)), line.problem


def _down_the_line(post: _Round, alert_id: int) -> Iterable[Outcome]:
    """Tell the next in line; who cannot be told is followed by the one after it at once. One that broke stops no other.

    Who was put off is not tried twice in one look.
    """
    tried: list[str] = []
    for _ in range(_MOST_PLACES):
        try:
            outcome = _tell(post, alert_id, None, tried)
        except (OSError, ServiceFailed):
            yield Outcome(alert_id, NOBODY, BROKE)
            return
        if outcome is None:
            return
        tried.append(outcome.partner)
        yield outcome


def _tell(post: _Round, alert_id: int, chosen: str | None, tried: Container[str] = ()) -> Outcome | None:
    """Claim, seal, send, mark; None if there is nobody to tell now. `chosen`: this organisation, whatever its turn."""
    now = post.now
    claimed = _claimed(post, alert_id, chosen, tried, now)
    if claimed is None:
        return None
    one, partner, agency, due, *_ = claimed
    try:
        sealed = sealed_alert(post.app, one, partner, agency, post.own, due, now)
    except KeyProblem:
        _mark(post, claimed, Told.REFUSED, NOT_SEALED, None)
        return Outcome(alert_id, partner, NOT_SEALED)
    except OSError:
        _mark(post, claimed, Told.PUT_OFF, str(Delivery.NOT_NOW), None)
        return Outcome(alert_id, partner, str(Delivery.NOT_NOW))
    result = post.line.deliver(partner, sealed, cover_of(post.app, one, partner), now)
    if result in _STATES:
        _mark(post, claimed, _STATES[result], str(result), sealed.digest)
    return Outcome(alert_id, partner, str(result))


def _claimed(
    post: _Round, alert_id: int, chosen: str | None, tried: Container[str], now: datetime
) -> _Claimed | None:
    """Write down that this organisation is about to be told, if it still is its turn."""
    with writing(post.app.store.engine) as connection:
        there = usable_in(post.app, connection, now)
        one = alert_in(connection, alert_id)
        step = one.step(there, now, tried)
        partner = chosen or step.partner
        if step.move is Move.OVER or partner not in there:
            return None
        mine = (alert_told.c.alert_id == alert_id) & (alert_told.c.partner == partner)
        before = connection.execute(select(alert_told).where(mine)).one_or_none()
        if before is not None:
            now = max(now, utc(before.told_at + 1))
        due = now + routes().network.time_for(partner)
        turns = {each.partner: each.turn for each in one.told}
        turn = turns.get(partner, max(turns.values(), default=0) + 1)
        connection.execute(delete(alert_told).where(mine))
        connection.execute(alert_told.insert().values(
            alert_id=alert_id, partner=partner, turn=turn, state=str(Told.CLAIMED), told_at=int(now.timestamp()),
            due_at=int(due.timestamp()), fingerprint=normal_fingerprint(there[partner].pinned),
        ))  # fmt: skip
        passed = [code for code in routes().partners_for(one.area) if code not in there]
        said = {
            "alert": alert_id, "partner": partner, "again": partner in turns, "passed_over": ", ".join(passed),
            "due": int(due.timestamp()), "fingerprint": normal_fingerprint(there[partner].pinned), "turn": turn,
        }  # fmt: skip
        post.app.store.record(connection, now, post.who, CLAIMED, subject_of(one), said)
        perhaps_told = before if before is not None and before.state not in NOT_TOLD else None
        return _Claimed(one, partner, there[partner], due, int(now.timestamp()), perhaps_told)


def _mark(post: _Round, claimed: _Claimed, state: Told, result: str, digest: str | None) -> None:
    """Write down what became of it. Who is put off keeps the time of its first try, so that the next comes in time.

    A row another sending claimed meanwhile stays as it is: it may tell that the organisation was told.
    """
    one, partner, _, due, told_at, _ = claimed
    if state is Told.PUT_OFF:
        due = min((each.due for each in one.told if each.partner == partner and each.state is state), default=due)
    mine = (alert_told.c.alert_id == one.alert_id) & (alert_told.c.partner == partner)
    mine &= (alert_told.c.state == str(Told.CLAIMED)) & (alert_told.c.told_at == told_at)
    values: dict[str, Any] = {"state": str(state), "digest": digest, "due_at": int(due.timestamp())}
    event = WENT if state is Told.SENT else NOT_SENT
    with writing(post.app.store.engine) as connection:
        if state in NOT_TOLD:
            values |= _as_before(connection, claimed)
        if connection.execute(update(alert_told).where(mine).values(values)).rowcount != 1:
            event = OVERTAKEN
        said = {
            "alert": one.alert_id, "partner": partner, "by": post.line.way, "result": result, "claimed_at": told_at,
            "sha256": values["digest"] or "", "state": values["state"], "due": values["due_at"],
        } | {name: values[name] for name in ("told_at", "fingerprint") if name in values}  # fmt: skip
        post.app.store.record(connection, post.now, post.who, event, subject_of(one), said)


def _as_before(connection: Connection, claimed: _Claimed) -> dict[str, Any]:
    """How the row stood before this claim, where its organisation was told by then, or perhaps was; else empty.

    Where that sending ended meanwhile, the row stands as it ended; it is empty if nothing left us by it either.
    """
    one, before = claimed.one, claimed.before
    if before is None:
        return {}
    values = {name: getattr(before, name) for name in ("state", "digest", "due_at", "told_at", "fingerprint")}
    query = select(audit.c.details).where(audit.c.event == OVERTAKEN, audit.c.subject == subject_of(one))
    for said in map(json.loads, connection.execute(query).scalars()):
        if (said["alert"], said["partner"], said["claimed_at"]) == (one.alert_id, claimed.partner, before.told_at):
            if said["state"] in NOT_TOLD:
                return {}
            values |= {"state": said["state"], "digest": said["sha256"]}
    return values


def _own(app: App) -> SigningKey:
    own = own_key(app.workspace, alarm=True)
    check_own(app, own.certificate)
    return own
