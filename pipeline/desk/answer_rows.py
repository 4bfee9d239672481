"""The rows of `answer_sent`: each is written together with the event that tells of it, in one transaction.

`pipeline/verify/answers.py` replays these events, so a new way to answer needs both.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, Connection, delete, select, update

from pipeline.bootstrap import App
from pipeline.desk.answers import CALLING, CLAIMED, Owed
from pipeline.desk.numbers import shown_report
from pipeline.desk.people import actor
from pipeline.store.answer_tables import answer_sent
from pipeline.store.engine import writing
from triage.people import Person

OPENED, WENT, NOT_SENT = "contact_opened", "answer_sent", "answer_not_sent"
OVERTAKEN = "answer_overtaken"
"""Audit events; their subject is the case, their details numbers and codes. Overtaken: what became of a sending after
another one of the same answer had been begun."""
TAKEN_BACK = "taken_back"
"""What became of a letter that was taken out of the outbox again."""
PURPOSES = {CLAIMED: "answer", CALLING: "answer_call"}
"""State a claim brings to what its `contact_opened` says it was for."""


class Answer(Protocol):
    """What names one answer: its report and its template."""

    @property
    def report_id(self) -> int:
        """Its report."""

    @property
    def template(self) -> str:
        """Its template's code."""


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers in which workspace, and when."""

    app: App
    by: Person
    now: datetime

    def record(self, connection: Connection, event: str, case_id: int, said: dict[str, object]) -> None:
        """Write down an event about a case."""
        self.app.store.record(connection, self.now, actor(self.by), event, f"C{case_id}", said)


def claim(
    connection: Connection, answering: Answering, case_id: int, one: Owed, state: str, over: Collection[str]
) -> str | None:
    """Write down that this answer is about to go (`state`: CLAIMED or CALLING) and that its contact is opened.

    Answers the state it had before, "" if none; None, and nothing is written, where that is not among `over`.
    """
    before = state_of(connection, one)
    if before not in over:
        return None
    put(connection, answering, one, state)
    said = {
        "for": PURPOSES[state], "report": shown_report(one.report_id), "again": before != "",
        "template": str(one.template), "language": one.language,
    }  # fmt: skip
    answering.record(connection, OPENED, case_id, said)
    return before


def mark(
    answering: Answering, case_id: int, one: Answer, state: str, event: str, said: dict[str, object], *,
    claim: Answering | None = None,
) -> None:  # fmt: skip
    """Bring an answer to `state`, and write down why, in a transaction of its own.

    With `claim`, who claimed it and when, only that claim's: an answer that another sending claimed meanwhile stays as
    that one left it. What it wrote down may be that it went.
    """
    named = {"report": shown_report(one.report_id), "template": str(one.template)}
    mine = _mine(one)
    if claim is not None:
        mine &= answer_sent.c.made_at == int(claim.now.timestamp())
        mine &= (answer_sent.c.person_id == claim.by.person_id) & answer_sent.c.state.in_(PURPOSES)
    with writing(answering.app.store.engine) as connection:
        is_mine = connection.execute(update(answer_sent).where(mine).values(state=state)).rowcount == 1
        answering.record(connection, event if is_mine or claim is None else OVERTAKEN, case_id, named | said)


def state_of(connection: Connection, one: Owed) -> str:
    """The state of this answer, "" if it was never begun."""
    state = connection.execute(select(answer_sent.c.state).where(_mine(one))).scalar_one_or_none()
    return str(state or "")


def claimed_at(connection: Connection, one: Owed) -> int | None:
    """When (seconds) this answer was begun, if nobody wrote down yet how it went; else None."""
    query = select(answer_sent.c.made_at).where(_mine(one), answer_sent.c.state == CLAIMED)
    return connection.execute(query).scalar_one_or_none()


def put(connection: Connection, answering: Answering, one: Owed, state: str) -> None:
    """Write this answer's one row anew."""
    connection.execute(delete(answer_sent).where(_mine(one)))
    connection.execute(
        answer_sent.insert().values(
            report_id=one.report_id, template=str(one.template), language=one.language,
            made_at=int(answering.now.timestamp()), person_id=answering.by.person_id, state=state,
        )
    )  # fmt: skip


def _mine(one: Answer) -> ColumnElement[bool]:
    return (answer_sent.c.report_id == one.report_id) & (answer_sent.c.template == str(one.template))
