"""Answers to reporters: every row is what the audit chain tells, replayed in order: claims and how each ended (sent,
refused, called), and what was read out to somebody with a receipt code. So is who wants no contact any more."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from pipeline.desk.answer_rows import PURPOSES, TAKEN_BACK
from pipeline.desk.answers import CLAIMED, NO_EMAIL, NO_TELEPHONE, REFUSED, SENT
from pipeline.desk.numbers import shown_report
from pipeline.store.answer_tables import answer_sent, contact_withdrawn
from pipeline.verify.chained import (
    ANSWER_CALLED,
    ANSWER_NOT_SENT,
    ANSWER_SENT,
    ANSWER_TOLD,
    CONTACT_OPENED,
    CONTACT_WITHDRAWN,
    Acted,
    Chained,
)
from pipeline.verify.finding import Findings

_CLAIMS = {purpose: state for state, purpose in PURPOSES.items()}
"""What `contact_opened` says it was for, to the state that claim brought."""
_EVENTS = (CONTACT_OPENED, ANSWER_SENT, ANSWER_NOT_SENT, ANSWER_CALLED, ANSWER_TOLD)
_NOBODY_TO_REACH = frozenset({NO_EMAIL, NO_TELEPHONE})
_PERHAPS_THERE = frozenset({SENT, CLAIMED})


@dataclass(frozen=True, slots=True)
class _Stands:
    """One answer to one report: who claimed it when, in which language, and how far it came."""

    person: int
    at: int
    language: str
    state: str


def check_answers(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Hold every answer against the chain, both ways; they meet by report and template, since each goes once."""
    rows = {
        (shown_report(row.report_id), row.template): _Stands(row.person_id, row.made_at, row.language, row.state)
        for row in connection.execute(select(answer_sent))
    }
    told = _told(chained)
    for key in sorted(told.keys() - rows.keys()):
        findings.add("answer", key[0], "the audit chain tells of an answer that is not there")
    for key in sorted(rows.keys() - told.keys()):
        findings.add("answer", key[0], "an answer stands there that the audit chain does not tell of")
    for key in sorted(rows.keys() & told.keys()):
        if rows[key] != told[key]:
            findings.add("answer", key[0], "its answer is not as the audit chain wrote it down")
    _check_withdrawn(connection, chained, findings)


def _check_withdrawn(connection: Connection, chained: Chained, findings: Findings) -> None:
    rows = {
        (shown_report(row.report_id), row.person_id, row.made_at)
        for row in connection.execute(select(contact_withdrawn))
    }
    told = {(one.word("report"), one.person, one.at) for one in chained.of(CONTACT_WITHDRAWN)}
    for report, *_ in sorted(rows ^ told):
        findings.add("answer", report, "that its reporter wants no contact stands in the store or the chain alone")


def _told(chained: Chained) -> dict[tuple[str, str], _Stands]:
    found: dict[tuple[str, str], _Stands] = {}
    before: dict[tuple[str, str], str] = {}
    steps = [(event, one) for event in _EVENTS for one in chained.of(event)]
    for event, one in sorted(steps, key=lambda step: step[1].seq):
        key = one.word("report"), one.word("template")
        if event == CONTACT_OPENED:
            if (state := _CLAIMS.get(one.word("for"))) is not None:
                before[key] = found[key].state if key in found else ""
                found[key] = _Stands(one.person, one.at, one.word("language"), state)
        elif event == ANSWER_TOLD:
            if one.details.get("answered") is True and (key not in found or found[key].state != SENT):
                found[key] = _Stands(one.person, one.at, one.word("language"), SENT)
        elif key in found:
            found[key] = replace(found[key], state=_ended(event, one, before.get(key, "")))
    return found


def _ended(event: str, one: Acted, before: str) -> str:
    """How a claim ended. Where nothing went now, what may have gone before is not forgotten, unless it was taken back:
    nobody writes there any more."""
    if event == ANSWER_CALLED:
        return SENT if one.details.get("reached") is True else NO_EMAIL
    if event == ANSWER_SENT:
        return SENT
    if one.word("result") in _NOBODY_TO_REACH:
        return one.word("result")
    return before if before in _PERHAPS_THERE and one.word("result") != TAKEN_BACK else REFUSED
