"""Disclosures of a reporter's contact: every row is what the audit chain tells step by step; nobody did both halves.

The chain is replayed: asked, opened (which is the release), made or not made, withdrawn. Where the case was joined into
another one, both sides are compared by where it ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.desk.numbers import shown_report
from pipeline.store.disclosure_tables import disclosure
from pipeline.store.schema import report
from pipeline.verify.chained import (
    CONTACT_OPENED,
    DISCLOSURE_ASKED,
    DISCLOSURE_MADE,
    DISCLOSURE_NOT_MADE,
    DISCLOSURE_WITHDRAWN,
    Acted,
    Chained,
)
from pipeline.verify.finding import Findings
from pipeline.verify.world import World
from triage.disclosure import DisclosureState, allows_police

PURPOSE = "disclosure"
"""What `contact_opened` says it was for (`pipeline/desk/disclosing.py`)."""
_IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class _Stands:
    """One disclosure, as its row has it or as the chain tells it."""

    report: str
    case_id: int
    recipient: str
    reason: str
    asked: tuple[int, int]
    state: str = str(DisclosureState.ASKED)
    released: tuple[int | None, int | None] = (None, None)
    package: int | None = None


def check_disclosures(connection: Connection, world: World, chained: Chained, findings: Findings) -> None:
    """Hold rows against the chain both ways; four eyes; and that the reporter had allowed it."""
    rows = {row.disclosure_id: row for row in connection.execute(select(disclosure))}
    told = _told(chained, world, findings)
    for number in sorted(told.keys() - rows.keys()):
        case_id = told[number].case_id
        findings.add("disclosure", f"C{case_id}", "the audit chain tells of a disclosure that is not there")
    for number, row in sorted(rows.items()):
        if number not in told:
            findings.add("disclosure", f"C{row.case_id}", "a disclosure stands there the audit chain does not tell of")
        elif _stands(row, world) != told[number]:
            findings.add("disclosure", f"C{row.case_id}", "a disclosure is not as the audit chain wrote it down")
    _check_allowed(connection, rows, findings)


def _stands(row: Row[Any], world: World) -> _Stands:
    return _Stands(
        shown_report(row.report_id), world.end_of(row.case_id), row.recipient, row.reason,
        (row.asked_by, row.asked_at), row.state, (row.released_by, row.released_at), row.package_id,
    )  # fmt: skip


def _told(chained: Chained, world: World, findings: Findings) -> dict[int, _Stands]:
    """Every disclosure the chain tells of, as its last step left it."""
    found: dict[int, _Stands] = {}
    before: dict[int, _Stands] = {}
    for event, one in _steps(chained):
        number = _number(one)
        if event == DISCLOSURE_ASKED:
            found[number] = _Stands(
                one.word("report"), world.end_of(one.number), one.word("recipient"), one.word("reason"),
                (one.person, one.at),
            )  # fmt: skip
        elif number not in found:
            findings.add("disclosure", one.subject, "the audit chain tells of a disclosure nobody asked for")
        elif event == CONTACT_OPENED:
            before[number] = found[number]
            found[number] = replace(
                found[number], state=str(DisclosureState.OPENED), released=(one.person, one.at)
            )  # fmt: skip
            if one.person == found[number].asked[0]:
                findings.add("four_eyes", one.subject, "a contact was released by the person who had asked for it")
        else:
            found[number] = _after(event, one, found[number], before.get(number, found[number]))
    return found


def _after(event: str, one: Acted, now: _Stands, before: _Stands) -> _Stands:
    if event == DISCLOSURE_MADE:
        package = one.details.get("package")
        return replace(now, state=str(DisclosureState.MADE), package=package if isinstance(package, int) else None)
    if event == DISCLOSURE_WITHDRAWN:
        return replace(now, state=str(DisclosureState.WITHDRAWN))
    released = now.released if before.state == DisclosureState.OPENED else (None, None)
    return replace(now, state=before.state, released=released)


def _steps(chained: Chained) -> Iterable[tuple[str, Acted]]:
    """Every step in the chain's order; of opened contacts only those of disclosures."""
    names = (DISCLOSURE_ASKED, CONTACT_OPENED, DISCLOSURE_MADE, DISCLOSURE_NOT_MADE, DISCLOSURE_WITHDRAWN)
    steps = [(name, one) for name in names for one in chained.of(name)]
    ours = [(name, one) for name, one in steps if name != CONTACT_OPENED or one.word("for") == PURPOSE]
    return sorted(ours, key=lambda step: step[1].seq)


def _number(one: Acted) -> int:
    number = one.details.get("disclosure")
    return number if isinstance(number, int) else -1


def _check_allowed(connection: Connection, rows: Mapping[int, Row[Any]], findings: Findings) -> None:
    ids = [row.report_id for row in rows.values()]
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        facts = connection.execute(select(report.c.report_id, report.c.facts).where(report.c.report_id.in_(some)))
        for row in facts:
            if not allows_police(row.facts):
                says = "its contact was asked for, and its reporter had not allowed police to use it"
                findings.add("disclosure_not_allowed", shown_report(row.report_id), says)
