"""Urgent calls and police answers: every row has its events in the audit chain, and nobody reviewed their own call."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.store.delivery_tables import police_feedback, urgent_call
from pipeline.verify.chained import CALL_LOGGED, CALL_MADE, CALL_REVIEWED, HELPLINE_SAID, POLICE_SAID, Chained
from pipeline.verify.decisions import compare
from pipeline.verify.finding import Findings
from pipeline.verify.world import World


def check_calls(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Hold the making, the log and the review of every call against its event, and the other way round."""
    rows = connection.execute(select(urgent_call).order_by(urgent_call.c.call_id)).all()
    steps: tuple[tuple[str, str, list[tuple[Hashable, str]], str], ...] = (
        ("urgent call", CALL_MADE, [_step(row, row.person_id, row.made_at, row.reason) for row in rows], "reason"),
        ("call log", CALL_LOGGED,
         [_step(row, row.logged_by, row.logged_at, row.recipient) for row in rows if row.spoken_at is not None],
         "recipient"),
        ("call review", CALL_REVIEWED,
         [_step(row, row.reviewed_by, row.reviewed_at, row.review) for row in rows if row.reviewed_at is not None],
         "outcome"),
    )  # fmt: skip
    for what, event, there, word in steps:
        told = [
            ((one.person, one.at, one.number, one.details.get("call"), one.word(word)), one.subject)
            for one in chained.of(event)
        ]
        compare(what, there, told, findings, code=event)
    reached = {one.details.get("call"): one.details.get("reached") is True for one in chained.of(CALL_LOGGED)}
    for row in rows:
        if row.spoken_at is not None and bool(row.reached) != reached.get(row.call_id, False):
            findings.add("call_log", f"C{row.case_id}", "its log and the chain disagree on whether police were reached")
        if row.reviewed_by is not None and row.reviewed_by in (row.person_id, row.logged_by):
            findings.add("four_eyes", f"C{row.case_id}", "its urgent call was reviewed by somebody who had made it")
        if (row.spoken_at is None) != (row.sealed is None):
            findings.add("call_log", f"C{row.case_id}", "the log of its urgent call is missing, or stands there half")


def check_feedback(connection: Connection, world: World, chained: Chained, findings: Findings) -> None:
    """Hold every answer of an agency against its event, and the other way round."""
    rows = connection.execute(select(police_feedback).order_by(police_feedback.c.feedback_id)).all()
    there: list[tuple[Hashable, str]] = [
        ((row.person_id, row.imported_at, world.end_of(row.case_id), row.recipient, row.state, bool(row.signed)),
         f"C{row.case_id}")
        for row in rows
    ]  # fmt: skip
    told: list[tuple[Hashable, str]] = [
        ((one.person, one.at, world.end_of(one.number), one.word("recipient"), one.word("state"),
          bool(one.details.get("signed"))), one.subject)
        for event in (POLICE_SAID, HELPLINE_SAID) for one in chained.of(event)
    ]  # fmt: skip
    compare("police answer", there, told, findings, code=POLICE_SAID)


def _step(row: Row[Any], person: int, at: int, word: str) -> tuple[Hashable, str]:
    return (person, at, row.case_id, row.call_id, word), f"C{row.case_id}"
