"""An organisation acknowledges an alert: by the code in it, read out on the telephone, or by a file it signed.

Either shows that somebody there opened the alert. The first acknowledgement ends it; a later one, of an organisation
told before or after, is written down all the same. The file is that of police answers with one state, `acknowledged`.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, update

from pipeline.bootstrap import App
from pipeline.desk.alert_sending import subject_of
from pipeline.desk.alerts import Alert, Spoken, alert_in, alert_number, alerts_in, reference_of
from pipeline.desk.feedback import check_signature
from pipeline.desk.feedback_file import AT, REFERENCE, BadLine, read_lines
from pipeline.desk.people import actor
from pipeline.desk.references import acknowledge_code
from pipeline.desk.sent_packages import as_compared
from pipeline.desk.times import clocks
from pipeline.routes import routes
from pipeline.store.alert_tables import alert_told
from pipeline.store.engine import reading, writing
from triage.alerting import NOT_TOLD
from triage.errors import RuleBroken, UsageError
from triage.people import Act, Person, require

ACKNOWLEDGED = "alert_acknowledged"
"""Audit event, as those of `pipeline.desk.alert_sending`."""
BY_CODE, BY_FILE = "code", "file"
_MINUTE = timedelta(minutes=1)
_UNKNOWN = "this organisation was sent no alert under it: copy it from the alert"


class Acknowledgement(StrEnum):
    """All an organisation says of an alert."""

    ACKNOWLEDGED = "acknowledged"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Which alert which organisation acknowledged; `first`: nobody had before; `late`: after its time.

    `others` were told as well and did not acknowledge: whoever is first, somebody calls these off.
    """

    alert_id: int
    partner: str
    first: bool
    late: bool
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of a file: alerts acknowledged, lines known already, lines not taken in."""

    new: tuple[Acknowledged, ...]
    known: int
    bad: tuple[BadLine, ...]


def alert_named(app: App, given: str) -> int:
    """The alert a person means by `A12`, or by the reference an organisation reads out. Raises UsageError."""
    try:
        return alert_number(given)
    except UsageError as neither:
        wanted = as_compared(given.strip())
        with reading(app.store.engine) as connection:
            for one in alerts_in(connection, all_of_them=True):
                if any(as_compared(reference_of(app, told.partner, one.alert_id)) == wanted for told in one.told):
                    return one.alert_id
        raise UsageError(f"{neither}, or by the reference the organisation reads out") from None


def acknowledge(app: App, by: Person, alert_id: int, code: str, now: datetime) -> Acknowledged:
    """Take a code an organisation read out. Raises RuleBroken if nobody told of this alert has it, UsageError."""
    require(by, Act.HANDLE_ALERTS)
    given = as_compared(code.strip()).encode()
    with writing(app.store.engine) as connection:
        one = alert_in(connection, alert_id)
        for told in one.told:
            own = acknowledge_code(app.store.index_key, told.partner, alert_id).encode()
            if hmac.compare_digest(own, given):
                if told.acknowledged_at is not None:
                    raise RuleBroken("this organisation acknowledged before: nothing to do")
                return _written(app, connection, by, one, told, now, BY_CODE, now)
    raise RuleBroken("this is the code of no organisation that was told of this alert: have it read out again")


def take_in(app: App, by: Person, partner: str, body: bytes, signature: bytes, now: datetime) -> TakenIn:
    """Take in a file an organisation signed; bad lines are named, the good ones go in, each once.

    Raises UsageError, RuleBroken for a signature that is not theirs over this very file, KeyProblem, UnusableInput.
    """
    require(by, Act.HANDLE_ALERTS)
    if partner not in routes().network.partners:
        raise UsageError(f"organisations of the network are: {', '.join(routes().network.partners)}")
    check_signature(app, partner, body, signature, now)
    lines, bad = read_lines(body, clocks().zone, now, Acknowledgement)
    new: dict[int, Acknowledged] = {}
    known = 0
    with writing(app.store.engine) as connection:
        told_of = _told_of(app, connection, partner)
        for line in lines:
            found = told_of.get(as_compared(line.reference))
            if found is None:
                bad.append(BadLine(line.row, REFERENCE, _UNKNOWN))
            elif line.at < found[1].told_at - _MINUTE:
                bad.append(BadLine(line.row, AT, "it lies before the time we told of the call: check day and offset"))
            elif found[1].acknowledged_at is not None or found[0].alert_id in new:
                known += 1
            else:
                new[found[0].alert_id] = _written(app, connection, by, *found, line.at, BY_FILE, now)
    return TakenIn(tuple(new.values()), known, tuple(sorted(bad, key=lambda one: (one.row, one.field))))


def _told_of(app: App, connection: Connection, partner: str) -> dict[str, tuple[Alert, Spoken]]:
    """Every alert an organisation was told of, by its reference as it is compared."""
    return {
        as_compared(reference_of(app, partner, one.alert_id)): (one, told)
        for one in alerts_in(connection, all_of_them=True) for told in one.told if told.partner == partner
    }  # fmt: skip


def _written(
    app: App, connection: Connection, by: Person, one: Alert, told: Spoken, at: datetime, how: str, now: datetime
) -> Acknowledged:
    mine = (alert_told.c.alert_id == one.alert_id) & (alert_told.c.partner == told.partner)
    connection.execute(update(alert_told).where(mine).values(
        acknowledged_at=int(at.timestamp()), acknowledged_by=by.person_id, acknowledged_how=how,
    ))  # fmt: skip
    said = {"alert": one.alert_id, "partner": told.partner, "how": how, "told_at": int(at.timestamp())}
    app.store.record(connection, now, actor(by), ACKNOWLEDGED, subject_of(one), said)
    others = tuple(
        each.partner for each in one.told
        if each.partner != told.partner and each.acknowledged_at is None and each.state not in NOT_TOLD
    )  # fmt: skip
    return Acknowledged(one.alert_id, told.partner, not one.acknowledged_by, at > told.due, others)
