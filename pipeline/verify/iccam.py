"""What the store says of ICCAM: its number, the references tried and the last refusal are what the audit chain tells.

Replayed from the notes of pushes (`pipeline/desk/iccam_notes.py`). For which state of a case nothing was left to send
(`settled`) is not in the chain: a change of it makes the next push ask ICCAM again, or leave out what nobody asked for.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.delivery.iccam.plan import Call
from pipeline.store.delivery_tables import iccam_case
from pipeline.verify.chained import ICCAM_ACCEPTED, ICCAM_FOUND, ICCAM_REFUSED, ICCAM_SENDING, Acted, Chained
from pipeline.verify.finding import Findings

_OF_A_CASE = frozenset(map(str, Call))
"""Calls a push notes in the case's row; telling ICCAM our reference of assigned content is none of them."""


@dataclass(frozen=True, slots=True)
class _Stands:
    """One case. `refused`: the decision, the call, the HTTP status and the fields of the last refusal."""

    number: int | None = None
    attempted: tuple[str, ...] = ()
    refused: tuple[object, ...] | None = None


def check_iccam(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Hold every row against the chain, and the other way round; a row that only says `settled` needs no event."""
    rows = {row.case_id: row for row in connection.execute(select(iccam_case))}
    told = _told(chained)
    for case_id in sorted(told.keys() - rows.keys()):
        findings.add("iccam", f"C{case_id}", "the audit chain tells what ICCAM was sent, the store does not")
    for case_id, row in sorted(rows.items()):
        if _stands(row) != told.get(case_id, _Stands()):
            findings.add("iccam", f"C{case_id}", "what ICCAM was sent or said is not as the audit chain wrote it down")


def _stands(row: Row[Any]) -> _Stands | None:
    """The row as the chain would tell it; None where nobody can read it."""
    try:
        attempted = tuple(json.loads(row.attempted))
        refused = None if row.refused is None else json.loads(row.refused)
        if refused is not None:
            fields = ", ".join(refused["fields"])
            refused = (refused["decided"], refused["call"], refused["status"], fields)
    except (ValueError, KeyError, TypeError):
        return None
    return _Stands(row.report_id, attempted, refused)


def _told(chained: Chained) -> dict[int, _Stands]:
    found: dict[int, _Stands] = {}
    names = (ICCAM_SENDING, ICCAM_ACCEPTED, ICCAM_FOUND, ICCAM_REFUSED)
    steps = sorted(((one.seq, name, one) for name in names for one in chained.of(name)), key=lambda step: step[0])
    for _, name, one in steps:
        if one.word("call") in _OF_A_CASE:
            found[one.number] = _after(name, one, found.get(one.number, _Stands()))
    return found


def _after(name: str, one: Acted, now: _Stands) -> _Stands:
    sent_as, number = one.word("sent_as"), one.details.get("number")
    if name == ICCAM_REFUSED:
        said = one.details
        now = replace(now, refused=(said.get("decided"), one.word("call"), said.get("status"), one.word("fields")))
    if one.word("call") != Call.REPORT:
        return now
    if name == ICCAM_SENDING:
        return replace(now, attempted=tuple(dict.fromkeys((*now.attempted, sent_as))))
    if name != ICCAM_REFUSED:
        return replace(now, number=number if isinstance(number, int) else None, refused=None)
    if number is None:
        return replace(now, attempted=tuple(each for each in now.attempted if each != sent_as))
    return now
