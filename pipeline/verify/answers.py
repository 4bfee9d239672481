"""Answers to reporters: every row is what the audit chain tells of claims, sendings and refusals, replayed in order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, select

from pipeline.desk.answers import CLAIMED, NO_EMAIL, REFUSED, SENT
from pipeline.desk.numbers import shown_report
from pipeline.store.answer_tables import answer_sent
from pipeline.verify.chained import ANSWER_NOT_SENT, ANSWER_SENT, CONTACT_OPENED, Acted, Chained
from pipeline.verify.finding import Findings

PURPOSE = "answer"
"""What `contact_opened` says it was for (`pipeline/desk/answer_sending.py`)."""
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


def _told(chained: Chained) -> dict[tuple[str, str], _Stands]:
    found: dict[tuple[str, str], _Stands] = {}
    before: dict[tuple[str, str], str] = {}
    opened = [one for one in chained.of(CONTACT_OPENED) if one.word("for") == PURPOSE]
    sent, not_sent = chained.of(ANSWER_SENT), chained.of(ANSWER_NOT_SENT)
    claims = {one.seq for one in opened}
    went = {one.seq for one in sent}
    for one in sorted((*opened, *sent, *not_sent), key=lambda each: each.seq):
        key = one.word("report"), one.word("template")
        if one.seq in claims:
            before[key] = found[key].state if key in found else ""
            found[key] = _Stands(one.person, one.at, one.word("language"), CLAIMED)
        elif key in found:
            state = SENT if one.seq in went else _unsent(one, before[key])
            found[key] = replace(found[key], state=state)
    return found


def _unsent(one: Acted, before: str) -> str:
    """What is left where nothing went now: what may have gone before is not forgotten."""
    if one.word("result") == NO_EMAIL:
        return NO_EMAIL
    return before if before in _PERHAPS_THERE else REFUSED
