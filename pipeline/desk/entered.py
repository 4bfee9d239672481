"""What became of a report a person just entered: its cases, what the machine suspects, and words it did not understand.

The person still has the caller on the line: they can ask again, or take the case at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from pipeline.categories import words
from pipeline.desk.caseview import records_of
from pipeline.routes import routes
from pipeline.store.schema import further_link, report
from triage.answer_contact import usable_address
from triage.clocks import Lane
from triage.grouping import LANES
from triage.report import ReportId, run_range
from triage.verdict import Escalation, Label

_EMAIL = "contact_email"


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """One case the report belongs to, as the machine sees it now."""

    case_id: int
    label: Label
    escalate: Escalation
    lane: Lane | None = None
    """The lane it waits in, None while it waits for nobody."""


def cases_of(connection: Connection, shown: str) -> tuple[OpenedCase, ...]:
    """The cases of a report given as it is shown (`R3.0.17`): the one of its primary address first."""
    number = ReportId.parse(shown).packed()
    primary = connection.execute(select(report.c.case_id).where(report.c.report_id == number)).scalar_one()
    more = connection.execute(
        select(further_link.c.case_id).where(further_link.c.report_id == number).order_by(further_link.c.seq)
    ).scalars()
    ids = tuple(dict.fromkeys((primary, *more)))
    return tuple(sorted(_opened(connection, ids), key=lambda one: ids.index(one.case_id)))


def cases_of_run(connection: Connection, run_no: int) -> tuple[OpenedCase, ...]:
    """The cases the reports of a small run belong to, the gravest first."""
    first, beyond = run_range(run_no)
    ids: set[int] = set()
    for table in (report, further_link):
        within = (table.c.report_id >= first) & (table.c.report_id < beyond)
        ids.update(connection.execute(select(table.c.case_id).where(within)).scalars())
    return tuple(sorted(_opened(connection, ids), key=lambda one: (-one.escalate, -one.label, one.case_id)))


def _opened(connection: Connection, ids: Collection[int]) -> list[OpenedCase]:
    rows = records_of(connection, sorted(ids)).values()
    return [
        OpenedCase(
            row.case_id, Label(row.label), Escalation(row.escalate), None if row.lane is None else LANES[row.lane]
        )
        for row in rows
    ]


def not_understood(said: Mapping[str, str]) -> tuple[str, ...]:
    """Names of the fields whose words no list knows, in the order they were said; they are kept as they were typed."""
    tables = words()
    known = {
        "category": lambda text: text.lower() in tables.category,
        "language": lambda text: text.lower() in tables.language,
        "reporter_group": lambda text: text.lower() in tables.reporter_group,
        "area": lambda text: bool(routes().area_named(text)),
        _EMAIL: lambda text: usable_address(text) is not None,
    }
    asked = {name: text.strip() for name, text in said.items() if name in known and text.strip()}
    return tuple(name for name, text in asked.items() if not known[name](text))
