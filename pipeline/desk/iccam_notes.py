"""A case's way to ICCAM as the store knows it; what happened is written as row and audit event in one transaction.

A note is committed before the client goes on, so that a report is never sent without a trace of it (`push.py` in
`pipeline/delivery/iccam`). Rows and events hold references, ICCAM's numbers and codes; no address, no name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from pipeline.bootstrap import App
from pipeline.delivery.iccam.plan import Call
from pipeline.delivery.iccam.push import Happened, Noted
from pipeline.desk.people import actor
from pipeline.store.delivery_tables import iccam_case
from pipeline.store.engine import writing
from pipeline.store.schema import audit
from triage.people import Person


@dataclass(frozen=True, slots=True)
class Known:
    """One row of `iccam_case`: `refused_at` is the decision (audit number) ICCAM refused, `settled` the state of the
    case for which nothing was left to send, `last_at` when it was last tried, in seconds."""

    report_id: int | None = None
    attempted: tuple[str, ...] = ()
    refused_at: int | None = None
    settled: str | None = None
    last_at: int = 0


@dataclass(frozen=True, slots=True)
class Subject:
    """What a note is about: the case, the decision it goes by (audit number), and the reference of its new report."""

    case_id: int
    decided: int
    sent_as: str | None


def known_cases(connection: Connection) -> dict[int, Known]:
    """Every case ICCAM was told of, by its number here."""
    return {
        row.case_id: Known(
            row.report_id, tuple(json.loads(row.attempted)),
            None if row.refused is None else json.loads(row.refused)["decided"], row.settled,
            row.last_at,
        )
        for row in connection.execute(select(iccam_case))
    }  # fmt: skip


def arrived(connection: Connection) -> dict[int, int]:
    """Case to when ICCAM took its report, or was seen to have it, in seconds."""
    noted = select(audit.c.subject, audit.c.at, audit.c.details).where(
        audit.c.event.in_((f"iccam_{Happened.ACCEPTED}", f"iccam_{Happened.FOUND}"))
    )
    return {
        int(row.subject.removeprefix("C")): int(datetime.fromisoformat(row.at).timestamp())
        for row in connection.execute(noted.order_by(audit.c.seq)) if json.loads(row.details)["call"] == Call.REPORT
    }  # fmt: skip


def write_note(
    app: App, by: Person, about: Subject, noted: Noted, now: datetime, check: Callable[[Connection], None]
) -> None:
    """Keep one note; committed when this returns. Raises ServiceFailed if the store cannot be written.

    `check` looks, inside the same transaction, whether the case may still go: before sending begins only. What it
    raises leaves no note.
    """
    said: dict[str, object] = {"call": str(noted.call), "reference": noted.reference}
    said |= {name: value for name in ("item", "number", "status") if (value := getattr(noted, name))}
    if noted.fields:
        said["fields"] = ", ".join(noted.fields)
    if noted.happened is Happened.REFUSED:
        said["decided"] = about.decided
    if noted.call is Call.REPORT and about.sent_as is not None:
        said["sent_as"] = about.sent_as
    with writing(app.store.engine) as connection:
        if noted.happened is Happened.SENDING:
            check(connection)
        _change(connection, about.case_id, now, _values(connection, about, noted))
        app.store.record(connection, now, actor(by), f"iccam_{noted.happened}", f"C{about.case_id}", said)


def settle(app: App, states: Iterable[tuple[int, str]], now: datetime) -> None:
    """Write down for which state (case, state) nothing is left to send, so that later runs need not ask ICCAM."""
    wanted = tuple(states)
    if wanted:
        with writing(app.store.engine) as connection:
            for case_id, state in wanted:
                _change(connection, case_id, now, {"settled": state})


def tried(app: App, case_ids: Iterable[int], now: datetime) -> None:
    """Write down that these were tried in vain, so that they come after the others next time."""
    wanted = tuple(dict.fromkeys(case_ids))
    if wanted:
        with writing(app.store.engine) as connection:
            for case_id in wanted:
                _change(connection, case_id, now, {})


def _values(connection: Connection, about: Subject, noted: Noted) -> dict[str, Any]:
    """The columns a note changes; every note but the one before sending reopens what was settled."""
    values: dict[str, Any] = {"settled": None}
    attempted = _attempted(connection, about.case_id)
    if noted.happened is Happened.REFUSED:
        refused = {"decided": about.decided, "call": str(noted.call), "status": noted.status, "fields": noted.fields}
        values["refused"] = json.dumps(refused, sort_keys=True)
    if noted.call is not Call.REPORT:
        return values
    if noted.happened is Happened.SENDING:
        values["attempted"] = json.dumps(list(dict.fromkeys([*attempted, about.sent_as])))
    elif noted.happened is not Happened.REFUSED:
        values |= {"report_id": noted.number, "refused": None}
    elif noted.number is None:
        values["attempted"] = json.dumps([one for one in attempted if one != about.sent_as])
    return values


def _attempted(connection: Connection, case_id: int) -> list[str]:
    stored = connection.execute(
        select(iccam_case.c.attempted).where(iccam_case.c.case_id == case_id)
    ).scalar_one_or_none()
    return list(json.loads(stored or "[]"))


def _change(connection: Connection, case_id: int, now: datetime, values: dict[str, Any]) -> None:
    values = values | {"last_at": int(now.timestamp())}
    changed = connection.execute(update(iccam_case).where(iccam_case.c.case_id == case_id).values(values))
    if changed.rowcount == 0:
        connection.execute(iccam_case.insert().values({"case_id": case_id, "attempted": "[]"} | values))
