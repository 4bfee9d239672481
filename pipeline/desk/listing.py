"""Lists for people: cases by where they stand, pairs that may be one case, and what happened to one case."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from pipeline.desk.caseview import when
from pipeline.desk.people import names
from pipeline.store.schema import audit, case_record, suggestion
from triage.clocks import Lane
from triage.grouping import LANES
from triage.lifecycle import Status
from triage.verdict import Escalation, Label


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a list."""

    case_id: int
    status: str
    lane: str | None
    label: str
    escalate: str
    reports: int
    last_received: datetime | None
    held_until: datetime | None
    joined_into: int | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two cases that met in one key after a rule change; a person says whether they are one."""

    suggestion_id: int
    first: int
    second: int
    rule_version: str


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a case's history; `who` is a colleague's name or `machine`."""

    at: datetime
    who: str
    event: str
    details: dict[str, Any]


def cases(connection: Connection, lane: Lane | None, status: Status | None, limit: int) -> list[Line]:
    """The newest cases that stand there."""
    conditions: list[ColumnElement[bool]] = []
    if lane is not None:
        conditions.append(case_record.c.lane == LANES.index(lane))
    if status is not None:
        conditions.append(case_record.c.status == str(status))
    rows = connection.execute(
        select(case_record).where(*conditions).order_by(case_record.c.case_id.desc()).limit(limit)
    )
    return [
        Line(
            row.case_id, row.status, None if row.lane is None else str(LANES[row.lane]), str(Label(row.label)),
            str(Escalation(row.escalate)), row.reports, when(row.last_received), when(row.held_until), row.joined_into,
        )
        for row in rows
    ]  # fmt: skip


def open_suggestions(connection: Connection) -> list[Pair]:
    """Pairs nobody answered yet, as the cases are now: what was joined meanwhile is followed, and then left out."""
    rows = connection.execute(
        select(suggestion).where(suggestion.c.answer.is_(None)).order_by(suggestion.c.suggestion_id)
    ).all()
    pairs: dict[tuple[int, int], Pair] = {}
    for row in rows:
        first, second = sorted((case_now(connection, row.case_a), case_now(connection, row.case_b)))
        if first != second:
            pairs.setdefault((first, second), Pair(row.suggestion_id, first, second, row.rule_version))
    return list(pairs.values())


def history(connection: Connection, case_id: int) -> list[Happened]:
    """Who did what with a case and when, oldest first."""
    known = names(connection)
    rows = connection.execute(select(audit).where(audit.c.subject == f"C{case_id}").order_by(audit.c.seq))
    return [
        Happened(datetime.fromisoformat(row.at), _who(row.actor, known), row.event, json.loads(row.details))
        for row in rows
    ]


def case_now(connection: Connection, case_id: int) -> int:
    """The case a joined one belongs to today."""
    seen = set[int]()
    while case_id not in seen:
        seen.add(case_id)
        into = connection.execute(
            select(case_record.c.joined_into).where(case_record.c.case_id == case_id)
        ).scalar_one_or_none()
        if into is None:
            break
        case_id = into
    return case_id


def _who(actor: str, known: dict[int, str]) -> str:
    kind, _, number = actor.partition(":")
    if kind == "person" and number.isdigit():
        return known.get(int(number), "somebody no longer known")
    return actor
