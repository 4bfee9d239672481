"""Alerts and the organisations of the SOS network, on a screen and for a program: codes and times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pipeline.cli.screens import table
from pipeline.desk.alerts import Alert, Partner, Spoken, Standing
from pipeline.desk.times import ago, clock_time, local
from triage.alerting import Move, Told

MOST_SHOWN = 10
ALONE = "NOBODY IS LEFT TO BE TOLD: act now, then `hotline alerts end`"


def lines(found: Iterable[Standing], now: datetime) -> list[str]:
    """One line for each alert and one for each organisation told; those that need a person come first."""
    said = []
    for one in found:
        alert = one.alert
        where = f"C{alert.case_id}" if alert.case_id else "DRILL"
        head = f"A{alert.alert_id}  {where}  {alert.area or 'area unknown'}  called {local(alert.called_at, now)}"
        said += [f"{head} ({ago(alert.called_at, now)} ago): {_stands(one)}", *_told(alert, now)]
        bare = ", ".join(one.passed_over)
        said += [f"  PASSED OVER: {bare}; see `hotline alerts partners`"] if bare else []
    return said


def today_lines(found: Sequence[Standing], now: datetime) -> list[str]:
    """The first thing of the day: alerts nobody acknowledged."""
    if not found:
        return []
    word = "alert" if len(found) == 1 else "alerts"
    left = len(found) - MOST_SHOWN
    said = [f"SOS: {len(found)} {word} nobody acknowledged", *(f"  {line}" for line in lines(found[:MOST_SHOWN], now))]
    return [*said, *([f"  and {left} more: `hotline alerts list`"] if left > 0 else []), ""]


def about_case(found: Sequence[Alert], now: datetime) -> list[str]:
    """What a case's screen says of alerts about it."""
    said = ["", "Alerts"] if found else []
    for alert in found:
        over = f"acknowledged by {alert.acknowledged_by}" if alert.acknowledged_by else alert.ended.replace("_", " ")
        said += [f"  A{alert.alert_id}  {over or 'NOT ACKNOWLEDGED'}", *(f"  {line}" for line in _told(alert, now))]
    return said


def as_object(one: Standing) -> dict[str, object]:
    """An alert for a program."""
    alert = one.alert
    return alert_object(alert) | {
        "needs": str(one.step.move), "next": one.step.partner or None,
        "until": one.step.until.isoformat() if one.step.until else None, "passed_over": list(one.passed_over),
    }  # fmt: skip


def alert_object(alert: Alert) -> dict[str, object]:
    """The same without its next move, which depends on keys."""
    return {
        "alert": f"A{alert.alert_id}", "case": f"C{alert.case_id}" if alert.case_id else None, "drill": alert.drill,
        "area": alert.area or None, "called_at": alert.called_at.isoformat(), "raised_at": alert.raised_at.isoformat(),
        "acknowledged_by": alert.acknowledged_by or None, "ended": alert.ended or None,
        "told": [
            {
                "partner": each.partner, "state": str(each.state), "told_at": each.told_at.isoformat(),
                "due": each.due.isoformat(), "late": each.late, "how": each.how or None,
                "acknowledged_at": each.acknowledged_at.isoformat() if each.acknowledged_at else None,
            }
            for each in alert.told
        ],
    }  # fmt: skip


def partner_lines(found: Sequence[Partner]) -> list[str]:
    """The network as a table, then loudly who is passed over."""
    rows = [
        (one.code, f"{one.minutes} min", ", ".join(one.areas), "yes" if one.agency else "NO", one.name) for one in found
    ]
    wrong = [f"PASSED OVER {one.code}: {one.problem}" for one in found if one.problem]
    return [*table(("partner", "time", "first for", "told", "who"), rows), *([""] if wrong else []), *wrong]


def partner_object(one: Partner) -> dict[str, object]:
    """An organisation for a program."""
    return {
        "partner": one.code, "name": one.name, "minutes": one.minutes, "areas": list(one.areas),
        "fingerprint": one.fingerprint or None, "problem": one.problem or None,
    }  # fmt: skip


def _stands(one: Standing) -> str:
    if one.step.move is Move.PERSON:
        return ALONE
    if one.step.move is Move.SEND:
        return f"due to {one.step.partner}: `hotline alerts tick`"
    if one.step.move is Move.WAIT and one.step.until is not None:
        return f"waits until {clock_time(one.step.until)}"
    by = one.alert.acknowledged_by
    return f"acknowledged by {by}" if by else f"ended: {one.alert.ended.replace('_', ' ')}"


def _told(alert: Alert, now: datetime) -> list[str]:
    return [f"  {each.turn}. {each.partner}  {local(each.told_at, now)}  {_word(each)}" for each in alert.told]


def _word(told: Spoken) -> str:
    if told.acknowledged_at is not None:
        return f"acknowledged {clock_time(told.acknowledged_at)}{', after its time' if told.late else ''} ({told.how})"
    state = {Told.CLAIMED: "in doubt: perhaps told", Told.REFUSED: "could not be told"}.get(told.state, "told")
    return f"{state}, has until {clock_time(told.due)}" if told.state is not Told.REFUSED else state
