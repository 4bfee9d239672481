"""Alerts and the organisations of the SOS network, on a screen and for a program: codes and times."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime

from pipeline.cli.plain_words import counted
from pipeline.cli.screens import table
from pipeline.desk.alerts import Alert, Partner, Spoken, Standing, to_carry
from pipeline.desk.times import ago, clock_time, local
from triage.alerting import NOT_TOLD, Move, Told

MOST_SHOWN = 10
_NO_REFERENCES: Mapping[str, str] = {}
NOBODY_KNOWS = "NOBODY KNOWS OF IT YET"
NO_CASE = "CASE NOT KNOWN (see `hotline verify`)"
ALONE = "NOBODY IS LEFT TO BE TOLD: act now, then `hotline alerts end`"


def lines(found: Iterable[Standing], now: datetime) -> list[str]:
    """One line for each alert and one for each organisation told; those that need a person come first."""
    said = []
    for one in found:
        alert = one.alert
        where = f"C{alert.case_id}" if alert.case_id else "DRILL" if alert.drill else NO_CASE
        said.append(f"A{alert.alert_id}  {where}  {alert.area or 'area unknown'}  {_when(alert, now)}: {_stands(one)}")
        said += _told(alert, now, one.lying, one.left, one.references)
        bare = ", ".join(one.passed_over)
        said += [f"  PASSED OVER: {bare}; see `hotline alerts partners`"] if bare else []
    return said


def untold_lines(cases: Sequence[int]) -> list[str]:
    """Before everything else: SOS calls a run took in and was ended before it told anybody."""
    if not cases:
        return []
    more = f" and {len(cases) - MOST_SHOWN} more" if len(cases) > MOST_SHOWN else ""
    named = ", ".join(f"C{case}" for case in cases[:MOST_SHOWN])
    calls = counted(len(cases), "call").upper()
    return [f"SOS: NOBODY WAS TOLD OF {calls}: {named}{more}: do it now, `hotline alerts tick`", ""]


def unread_lines(rejects: Sequence[str]) -> list[str]:
    """Before everything else: SOS calls nobody could read, and how to mend one."""
    if not rejects:
        return []
    more = f" and {len(rejects) - MOST_SHOWN} more" if len(rejects) > MOST_SHOWN else ""
    calls = counted(len(rejects), "call").upper()
    return [
        f"SOS: {calls} NOBODY COULD READ, AND NOBODY IS TOLD OF: {', '.join(rejects[:MOST_SHOWN])}{more}",
        f"  look now: `hotline rejects show {rejects[0]}`, or ring the sender",
        f"  then `hotline rejects mend {rejects[0]} --set area=BA-RS` and `hotline alerts tick`", "",
    ]  # fmt: skip


def today_lines(found: Sequence[Standing], now: datetime) -> list[str]:
    """The first thing of the day: alerts nobody acknowledged."""
    if not found:
        return []
    drills = sum(one.alert.drill for one in found)
    left = len(found) - MOST_SHOWN
    counts = [counted(number, word) for number, word in ((len(found) - drills, "alert"), (drills, "drill")) if number]
    said = [f"SOS: {' and '.join(counts)} nobody acknowledged"]
    said += [f"  {line}" for line in lines(found[:MOST_SHOWN], now)]
    return [*said, *([f"  and {left} more: `hotline alerts list`"] if left > 0 else []), ""]


def about_case(
    found: Sequence[tuple[Alert, Mapping[str, str]]], left: Container[str], now: datetime
) -> list[str]:
    """What a case's screen says of alerts about it, each with the files of it that still lie in the outbox.

    `left`: organisations without a usable key.
    """
    said = ["", "Alerts"] if found else []
    for alert, lying in found:
        over = f"acknowledged by {alert.acknowledged_by}" if alert.acknowledged_by else alert.ended.replace("_", " ")
        said.append(f"  A{alert.alert_id}  {over or 'NOT ACKNOWLEDGED'}")
        said += [f"  {line}" for line in _told(alert, now, lying, left)]
    return said


def as_object(one: Standing) -> dict[str, object]:
    """An alert for a program."""
    alert = one.alert
    return alert_object(alert) | {
        "needs": str(one.step.move), "next": one.step.partner or None,
        "until": one.step.until.isoformat() if one.step.until else None, "passed_over": list(one.passed_over),
        "nobody_knows": one.nobody_knows,
        "told": [
            each | {"reference": one.references.get(told.partner), "outbox": one.lying.get(told.partner)}
            for each, told in zip(_told_objects(alert), alert.told, strict=True)
        ],
    }  # fmt: skip


def alert_object(alert: Alert) -> dict[str, object]:
    """The same without its next move, which depends on keys."""
    return {
        "alert": f"A{alert.alert_id}", "case": f"C{alert.case_id}" if alert.case_id else None, "drill": alert.drill,
        "area": alert.area or None, "called_at": alert.called_at.isoformat(), "raised_at": alert.raised_at.isoformat(),
        "received_assumed": alert.time_assumed,
        "acknowledged_by": alert.acknowledged_by or None, "ended": alert.ended or None,
        "told": _told_objects(alert),
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


def _told_objects(alert: Alert) -> list[dict[str, object]]:
    return [
        {
            "partner": each.partner, "state": str(each.state), "told_at": each.told_at.isoformat(),
            "due": each.due.isoformat(), "late": each.late, "how": each.how or None,
            "acknowledged_at": each.acknowledged_at.isoformat() if each.acknowledged_at else None,
        }
        for each in alert.told
    ]  # fmt: skip


def _when(alert: Alert, now: datetime) -> str:
    """When it was called and how long ago; a time nobody can read is not made up."""
    at = f"{local(alert.called_at, now)} ({ago(alert.called_at, now)} ago)"
    return f"read {at}, the call's own time is not readable" if alert.time_assumed else f"called {at}"


def _stands(one: Standing) -> str:
    if one.step.move is Move.PERSON:
        return f"{NOBODY_KNOWS}; {ALONE}" if one.nobody_knows else ALONE
    return f"{NOBODY_KNOWS}; {_next(one)}" if one.nobody_knows else _next(one)


def _next(one: Standing) -> str:
    if one.step.move is Move.SEND:
        return f"due to {one.step.partner}: `hotline alerts tick`"
    if one.step.move is Move.WAIT and one.step.until is not None:
        return f"waits until {clock_time(one.step.until)}"
    by = one.alert.acknowledged_by
    return f"acknowledged by {by}" if by else f"ended: {one.alert.ended.replace('_', ' ')}"


def _told(
    alert: Alert, now: datetime, lying: Mapping[str, str], left: Container[str],
    references: Mapping[str, str] = _NO_REFERENCES,
) -> list[str]:  # fmt: skip
    """Each organisation on a line; `lying`, by organisation: the file that still lies here."""
    said = []
    for each in alert.told:
        reference = references.get(each.partner, "")
        head = f"  {each.turn}. {each.partner}  {reference}{'  ' if reference else ''}{local(each.told_at, now)}"
        word = _word(alert, each, now, lying.get(each.partner, ""), left)
        said.append(f"{head}  {word}")
    return said


def left_lying_lines(found: Mapping[int, Mapping[str, str]]) -> list[str]:
    """Letters of alerts that are over, which still look as if they were to be carried."""
    told = [f"A{number} is over; {code} {not_needed(name)}" for number, files in found.items()
            for code, name in files.items()]  # fmt: skip
    more = len(told) - MOST_SHOWN
    return [*told[:MOST_SHOWN], *([f"and {more} more: `hotline alerts list --all`"] if more > 0 else [])]


def not_needed(lies: str) -> str:
    """What is said of a letter nobody carried before the alert was over."""
    return f"not told, and need not be: delete {lies}"


def _word(alert: Alert, told: Spoken, now: datetime, lies: str, left: Container[str]) -> str:
    if told.acknowledged_at is not None:
        return f"acknowledged {clock_time(told.acknowledged_at)}{', after its time' if told.late else ''} ({told.how})"
    if told.state in NOT_TOLD:
        return "could not be told" + (" yet: tried again" if told.state is Told.PUT_OFF and not alert.is_over else "")
    if lies:
        return not_needed(lies) if alert.is_over else to_carry(lies, left=told.partner in left)
    state = "in doubt: perhaps told" if told.state is Told.CLAIMED else "told"
    lapsed = f"{state}, did not acknowledge by {clock_time(told.due)}"
    if not alert.is_over:
        return f"{state}, has until {clock_time(told.due)}" if now < told.due else lapsed
    answered = min((each.acknowledged_at for each in alert.told if each.acknowledged_at), default=None)
    return f"{lapsed if answered is not None and answered >= told.due else state}; call it off"
