"""A reporter wants no contact any more: nobody is written to, called or told to police from then on.

A letter that lies in the outbox is taken out. What they once allowed stays sealed with their contact, which nobody
opens for this; the withdrawal stands beside it, and counts before it wherever a contact would be used. It is not taken
back: who changes their mind reports again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select

from pipeline.bootstrap import App
from pipeline.desk.answer_rows import Answering
from pipeline.desk.answer_taken_back import take_back
from pipeline.desk.consent import withdrawn_among
from pipeline.desk.listing import case_now
from pipeline.desk.numbers import shown_report
from pipeline.receipts import report_of
from pipeline.store.answer_tables import contact_withdrawn
from pipeline.store.disclosure_tables import disclosure
from pipeline.store.engine import writing
from pipeline.store.schema import report
from triage.disclosure import DisclosureState, allows_police
from triage.errors import RuleBroken, UsageError
from triage.people import Act, Person, require
from triage.report import Fact

WITHDRAW = "write down that a reporter wants no contact"
"""The act in words, for who may not do it."""
WITHDRAWN = "contact_withdrawn"
"""Audit event; its subject is the case the report is in today."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Whose, where its report is today, and which agencies have the contact already, or perhaps.

    `taken_back`: how many letters were taken out of the outbox; `left`: files there that a person has to delete.
    """

    report_id: int
    case_id: int
    told: tuple[str, ...]
    taken_back: int = 0
    left: tuple[str, ...] = ()


def withdraw(app: App, by: Person, report_id: int, now: datetime) -> Withdrawal:
    """Write down that the reporter of a report wants no contact any more.

    Raises UsageError for no such report, RuleBroken where there is no contact, or it was withdrawn before.
    """
    require(by, Act.DISPOSE, WITHDRAW)
    answering = Answering(app, by, now)
    with writing(app.store.engine) as connection:
        done = _withdrawn(connection, answering, report_id)
    return _without_letters(answering, done)


def withdraw_by_code(app: App, by: Person, code: str, now: datetime) -> Withdrawal:
    """The same for whoever has the receipt code of a report. The UsageError never repeats the code."""
    require(by, Act.DISPOSE, WITHDRAW)
    answering = Answering(app, by, now)
    with writing(app.store.engine) as connection:
        try:
            report_id = report_of(connection, code, app.store.index_key)
        except ValueError as error:
            raise UsageError(f"{error}; let it be read out once more") from None
        if report_id is None:
            raise UsageError("there is no report with this receipt code")
        done = _withdrawn(connection, answering, report_id)
    return _without_letters(answering, done)


def _without_letters(answering: Answering, done: Withdrawal) -> Withdrawal:
    """After the withdrawal is written down: whatever happens to a file, nothing new goes."""
    count, left = take_back(answering, done.case_id, done.report_id)
    return replace(done, taken_back=count, left=left)


def _withdrawn(connection: Connection, answering: Answering, report_id: int) -> Withdrawal:
    query = select(report.c.case_id, report.c.facts, report.c.salt).where(report.c.report_id == report_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise UsageError("there is no report with this number: see `hotline cases show`")
    if row.salt is None or not row.facts & Fact.HAS_CONTACT:
        raise RuleBroken("this report has no contact: there is nothing to withdraw")
    if withdrawn_among(connection, [report_id]):
        raise RuleBroken("this was written down before: nobody writes to this reporter or calls")
    values = {
        "report_id": report_id, "person_id": answering.by.person_id, "made_at": int(answering.now.timestamp()),
    }  # fmt: skip
    connection.execute(contact_withdrawn.insert().values(values))
    case_id = case_now(connection, row.case_id)
    said: dict[str, object] = {"report": shown_report(report_id), "allowed_police": allows_police(row.facts)}
    answering.record(connection, WITHDRAWN, case_id, said)
    there = select(disclosure.c.recipient).where(
        disclosure.c.report_id == report_id,
        disclosure.c.state.in_([str(DisclosureState.MADE), str(DisclosureState.OPENED)]),
    )  # fmt: skip
    return Withdrawal(report_id, case_id, tuple(sorted(set(connection.execute(there).scalars()))))
