"""What happened to cases that matters for ICCAM, in the order of the audit chain, and what INHOPE assigned to us.

The chain's numbers say exactly what came before what, where times in seconds would not.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, select

from pipeline.store.schema import audit, report, source
from triage.disposition import Kind
from triage.report import Fact

ICCAM, ICCAM_V2, POLICE = "iccam", "iccam-v2", "lea"
"""Kinds of packages: reports for ICCAM, the same as version 2 (which no push sends), police packages with addresses."""
_ASSESSED, _DISPOSED, _EXPORTED, _SPLIT = "case_assessed", "case_disposed", "exported", "case_split"
_REOPENED = "case_reopened"
_READ = (_ASSESSED, _DISPOSED, _EXPORTED, _SPLIT, _REOPENED)
_CONTENT_ID = re.compile(r"[0-9]{1,15}")


@dataclass(slots=True)
class Past:
    """Audit numbers of the last of each (0: never), and packages: the last for ICCAM, the first for police.

    A closing that was taken back is none.
    """

    assessed: int = 0
    split: int = 0
    closed: int = 0
    exported: int = 0
    last: int = 0
    package_id: int | None = None
    police_package: int | None = None
    as_version_2: bool = False
    again: bool = False
    """Whether a person asked for the last export for ICCAM with --again."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """Content INHOPE assigned to us: ICCAM's number, our case and, where it has one, the address it is known by."""

    content_id: int
    case_id: int
    locator_id: int | None = field(default=None)


def pasts(connection: Connection) -> dict[int, Past]:
    """Every case a person assessed, decided, split or exported."""
    return _pasts(connection, audit.c.event.in_(_READ))


def past_since(connection: Connection, case_id: int, seq: int) -> Past:
    """What happened to one case from this number of the chain on, as if nothing had before."""
    mine = (audit.c.seq >= seq) & (audit.c.subject == f"C{case_id}") & audit.c.event.in_(_READ)
    return _pasts(connection, mine).get(case_id, Past())


def _pasts(connection: Connection, wanted: ColumnElement[bool]) -> dict[int, Past]:
    found: dict[int, Past] = {}
    rows = connection.execute(
        select(audit.c.seq, audit.c.event, audit.c.subject, audit.c.details).where(wanted).order_by(audit.c.seq)
    )
    for row in rows:
        past = found.setdefault(int(row.subject.removeprefix("C")), Past())
        past.last = row.seq
        if row.event == _ASSESSED:
            past.assessed = row.seq
            continue
        if row.event == _SPLIT:
            past.split = row.seq
            continue
        if row.event == _REOPENED:
            past.closed = 0
            continue
        said = json.loads(row.details)
        if row.event == _DISPOSED:
            past.closed = row.seq if said["kind"] == Kind.CLOSE else past.closed
        elif said["kind"] == ICCAM:
            past.exported, past.package_id, past.again = row.seq, said["package"], said.get("again") is True
        elif said["kind"] == ICCAM_V2:
            past.as_version_2 = True
        elif said["kind"] == POLICE and past.police_package is None:
            past.police_package = said["package"]
    return found


def assigned_contents(connection: Connection, case_id: int | None = None) -> tuple[Assigned, ...]:
    """What was taken in from ICCAM's work lists, in the order it came in; with a number, of that case."""
    query = (
        select(report.c.external_id, report.c.case_id, report.c.locator_id, report.c.facts)
        .join(source, source.c.source_no == report.c.source_no)
        .where(source.c.channel == "iccam", source.c.source == "ICCAM")
        .order_by(report.c.report_id)
    )
    rows = connection.execute(query if case_id is None else query.where(report.c.case_id == case_id))
    return tuple(
        Assigned(int(row.external_id), row.case_id, row.locator_id)
        for row in rows
        if row.facts & Fact.ASSIGNED and _CONTENT_ID.fullmatch(row.external_id)
    )
