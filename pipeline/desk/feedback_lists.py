"""What police and helplines have not acknowledged in time, and the monthly sheet two offices compare their books with.

An answer about a case counts for every package about it sent before it (`triage.police_feedback.is_since`): agencies
answer by reference, not by package. Any state says that the package arrived.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Row, select

from exporters import plain_csv
from pipeline.bootstrap import App
from pipeline.desk.people import actor
from pipeline.desk.sent_packages import Sent, check_who_answers, sent_to, sent_to_each, states_of, who_answer
from pipeline.desk.times import clocks
from pipeline.store.delivery_tables import police_feedback
from pipeline.store.engine import reading, writing
from triage.clocks import after_working_days
from triage.errors import UsageError
from triage.people import Act, Person, require
from triage.police_feedback import is_since, receipt_days

SHEET_MADE = "feedback_sheet_made"
"""Audit event; subject `recipient:…`."""
TOTAL = "total"
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
Answers = dict[int, list["_Answer"]]


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A package an agency has not acknowledged in time; `references` are those of its cases without any answer."""

    recipient: str
    name: str
    sent_at: datetime
    due: datetime
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    state: StrEnum
    at: datetime
    their_number: str | None


def overdue(app: App, by: Person, now: datetime, days: int | None = None) -> tuple[Unanswered, ...]:
    """Packages of every agency without an answer after `days` working days (else the protocol's), oldest first."""
    require(by, Act.SEE_QUEUE)
    with reading(app.store.engine) as connection:
        return overdue_in(app, connection, who_answer(), now, days)


def overdue_in(
    app: App, connection: Connection, recipients: Iterable[str], now: datetime, days: int | None = None
) -> tuple[Unanswered, ...]:
    """`overdue` of these recipients, inside a transaction the caller holds."""
    found: list[Unanswered] = []
    for recipient, sent in sent_to_each(app, connection, recipients).items():
        allowed = receipt_days(recipient) if days is None else days
        found += _unanswered(recipient, sent, _answers(connection, recipient) if sent else {}, allowed, now)
    return tuple(sorted(found, key=lambda one: (one.sent_at, one.recipient)))


def sheet(app: App, by: Person, recipient: str, month: str, now: datetime) -> bytes:
    """The CSV of one agency and month (`2026-03`, in the hotline's zone): a row for every case in every package sent.

    Raises UsageError for another agency or month. No internal number and no name is in it; it may go to the agency.
    """
    require(by, Act.EXPORT, "make a reconciliation sheet")
    check_who_answers(recipient)
    if _MONTH.fullmatch(month) is None:
        raise UsageError("a month is given as YYYY-MM")
    with writing(app.store.engine) as connection:
        answers = _answers(connection, recipient)
        sent = sent_to(app, connection, recipient)
        rows = [one for one in sent if f"{one.at.astimezone(clocks().zone):%Y-%m}" == month]
        said = {"month": month, "cases": len(rows)}
        app.store.record(connection, now, actor(by), SHEET_MADE, f"recipient:{recipient}", said)
    rows.sort(key=lambda one: (one.at, one.reference))
    states = tuple(states_of(recipient))
    heading = ("reference", "package", "cases", "sent_at", *map(str, states), "their_number")
    first = _first(sent)
    cells = [_row(one, _about(one, answers, first), states) for one in rows]
    return plain_csv.write(heading, [*cells, _totals(rows, cells, len(states))])


def _unanswered(
    recipient: str, sent: Sequence[Sent], answers: Answers, days: int, now: datetime
) -> Iterable[Unanswered]:
    silent: defaultdict[int, list[Sent]] = defaultdict(list)
    first = _first(sent)
    for one in sent:
        if not _about(one, answers, first):
            silent[one.package_id].append(one)
    for cases in silent.values():
        due = after_working_days(cases[0].at, days, clocks())
        if now > due:
            references = tuple(sorted(one.reference for one in cases))
            yield Unanswered(recipient, cases[0].name, cases[0].at, due, references)


def _answers(connection: Connection, recipient: str) -> Answers:
    found: Answers = defaultdict(list)
    rows: Sequence[Row[tuple[object, ...]]] = connection.execute(
        select(police_feedback).where(police_feedback.c.recipient == recipient)
        .order_by(police_feedback.c.said_at, police_feedback.c.feedback_id)
    ).all()  # fmt: skip
    for row in rows:
        at = datetime.fromtimestamp(row.said_at, clocks().zone)
        found[row.case_id].append(_Answer(states_of(recipient)(row.state), at, row.their_number))
    return found


def _first(sent: Iterable[Sent]) -> dict[int, datetime]:
    """Case to when this recipient was first sent something about it."""
    found: dict[int, datetime] = {}
    for one in sent:
        found[one.case_id] = min(one.at, found.get(one.case_id, one.at))
    return found


def _about(sent: Sent, answers: Answers, first: Mapping[int, datetime]) -> list[_Answer]:
    at, is_first = sent.at.astimezone(clocks().zone), sent.at == first[sent.case_id]
    return [one for one in answers.get(sent.case_id, ()) if is_since(one.at, at, first=is_first)]


def _row(sent: Sent, answers: list[_Answer], states: Sequence[StrEnum]) -> list[object]:
    """Times of a state, oldest first, in its column; every number once."""
    times = [tuple(_shown(one.at) for one in answers if one.state is state) for state in states]
    numbers = dict.fromkeys(one.their_number for one in answers if one.their_number)
    return [sent.reference, sent.name, None, _shown(sent.at), *times, "; ".join(numbers)]


def _totals(rows: list[Sent], cells: list[list[object]], states: int) -> list[object]:
    """How many packages, how many cases in them, and how many of these have something in each further column.

    A case that went in several packages is one.
    """
    counts = [
        len({one.case_id for one, row in zip(rows, cells, strict=True) if row[column]})
        for column in range(4, 5 + states)
    ]  # fmt: skip
    return [TOTAL, len({one.package_id for one in rows}), len({one.case_id for one in rows}), None, *counts]


def _shown(at: datetime) -> str:
    return at.astimezone(clocks().zone).isoformat(timespec="minutes")
