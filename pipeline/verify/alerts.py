"""SOS calls and drills: every row is what the audit chain tells of alerts, of who was told and who answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.desk.alert_sending import AFTER_RUN, last_without_alerts
from pipeline.desk.numbers import shown_report
from pipeline.store.alert_tables import alert, alert_told
from pipeline.store.audit import COMMITTED
from pipeline.store.schema import meta, run
from pipeline.verify.chained import (
    ALERT_ACKNOWLEDGED,
    ALERT_CLAIMED,
    ALERT_ENDED,
    ALERT_NOT_SENT,
    ALERT_RAISED,
    ALERT_SENT,
    Acted,
    Chained,
)
from pipeline.verify.finding import Findings
from triage.alerting import Told

_EVENTS = (ALERT_RAISED, ALERT_CLAIMED, ALERT_SENT, ALERT_NOT_SENT, ALERT_ACKNOWLEDGED, ALERT_ENDED)


@dataclass(frozen=True, slots=True)
class _Alert:
    """When it was raised, by whom if a drill (-1: by the machine), from where; and how a person ended it."""

    at: int
    drill: bool
    person: int
    area: str
    called: int
    ended_at: int = -1
    ended_by: int = -1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Telling:
    """One organisation told: when, until when, with which key, how far it came, and its acknowledgement."""

    at: int
    due: int
    fingerprint: str
    turn: int
    state: str = Told.CLAIMED
    digest: str = ""
    acknowledged_at: int = -1
    acknowledged_by: int = -1
    how: str = ""


_Tellings = dict[tuple[int, str], _Telling]


def check_alerts(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Hold every alert and every organisation told against the chain, both ways."""
    alerts, tellings = _replayed(chained)
    rows = {row.alert_id: _alert(row) for row in connection.execute(select(alert))}
    told = {(row.alert_id, row.partner): _telling(row) for row in connection.execute(select(alert_told))}
    _compare("alert", rows, alerts, {number: f"A{number}" for number in (*rows, *alerts)}, findings)
    named = {key: f"A{key[0]}" for key in (*told, *tellings)}
    _compare("telling of an organisation", told, tellings, named, findings)
    _check_calls(connection, chained, findings)
    said = connection.execute(select(meta.c.value).where(meta.c.name == AFTER_RUN)).scalar_one_or_none()
    if said != str(last_without_alerts(connection)) or (said != "0" and _born_with_alerts(connection, chained)):
        findings.add("alert", AFTER_RUN, "the run it names cannot be the last one without alerts")


def _born_with_alerts(connection: Connection, chained: Chained) -> bool:
    """Whether its first run is of a version that knew alerts: those that came later keep imprints of their reports."""
    first = connection.execute(select(run.c.run_id).order_by(run.c.run_no).limit(1)).scalar_one_or_none()
    return any("imprints" in one.details for one in chained.of(COMMITTED) if one.subject == first)


def _check_calls(connection: Connection, chained: Chained, findings: Findings) -> None:
    """A drill has no report and an SOS call has the one its event names; events of an older version name none."""
    named = {_whole(one, "alert"): one.word("report") for one in chained.of(ALERT_RAISED)}
    for row in connection.execute(select(alert.c.alert_id, alert.c.report_id, alert.c.drill)):
        report = "" if row.report_id is None else shown_report(row.report_id)
        if bool(row.drill) == bool(report) or named.get(row.alert_id, "") not in ("", report):
            findings.add("alert", f"A{row.alert_id}", "its report is gone or another: a call passes for a drill so")


def _compare(
    what: str, rows: Mapping[Any, object], told: Mapping[Any, object], named: Mapping[Any, str], findings: Findings
) -> None:
    for key in sorted(told.keys() - rows.keys()):
        findings.add("alert", named[key], f"the audit chain tells of an {what} that is not there")
    for key in sorted(rows.keys() - told.keys()):
        findings.add("alert", named[key], f"an {what} stands there that the audit chain does not tell of")
    for key in sorted(rows.keys() & told.keys()):
        if rows[key] != told[key]:
            findings.add("alert", named[key], f"its {what} is not as the audit chain wrote it down")


def _replayed(chained: Chained) -> tuple[dict[int, _Alert], _Tellings]:
    alerts: dict[int, _Alert] = {}
    tellings: _Tellings = {}
    names = {one.seq: event for event in _EVENTS for one in chained.of(event)}
    for one in sorted((one for event in _EVENTS for one in chained.of(event)), key=lambda each: each.seq):
        number, event = _whole(one, "alert"), names[one.seq]
        if event == ALERT_RAISED:
            drill = bool(one.details.get("drill"))
            alerts[number] = _Alert(one.at, drill, one.person if drill else -1, one.word("area"), _whole(one, "called"))
        elif event == ALERT_ENDED and number in alerts:
            alerts[number] = replace(alerts[number], ended_at=one.at, ended_by=one.person, reason=one.word("reason"))
        elif event != ALERT_ENDED:
            _replay(tellings, (number, one.word("partner")), event, one)
    return alerts, tellings


def _replay(tellings: _Tellings, key: tuple[int, str], event: str, one: Acted) -> None:
    """What one event does to what is known of one organisation and alert."""
    if event == ALERT_CLAIMED:
        tellings[key] = _Telling(one.at, _whole(one, "due"), one.word("fingerprint"), _whole(one, "turn"))
    elif key not in tellings:
        return
    elif event == ALERT_ACKNOWLEDGED:
        tellings[key] = replace(
            tellings[key], acknowledged_at=_whole(one, "told_at"), acknowledged_by=one.person, how=one.word("how")
        )
    else:
        tellings[key] = replace(
            tellings[key], state=one.word("state"), digest=one.word("sha256"), due=_whole(one, "due"),
            **_as_before(one),
        )  # fmt: skip


def _as_before(one: Acted) -> dict[str, Any]:
    """Of who was told before a try that failed: when, and with which key."""
    if "told_at" not in one.details:
        return {}
    return {"at": _whole(one, "told_at"), "fingerprint": one.word("fingerprint")}


def _alert(row: Row[Any]) -> _Alert:
    return _Alert(
        row.raised_at, bool(row.drill), _or_none(row.raised_by), row.area, row.called_at,
        _or_none(row.ended_at), _or_none(row.ended_by), row.ended_reason or "",
    )  # fmt: skip


def _telling(row: Row[Any]) -> _Telling:
    return _Telling(
        row.told_at, row.due_at, row.fingerprint, row.turn, row.state, row.digest or "", _or_none(row.acknowledged_at),
        _or_none(row.acknowledged_by), row.acknowledged_how or "",
    )  # fmt: skip


def _or_none(value: int | None) -> int:
    return -1 if value is None else value


def _whole(one: Acted, name: str) -> int:
    value = one.details.get(name)
    return value if isinstance(value, int) else -1
