"""Which police agencies have a package of a case that lacks something we know: a person may send a supplement.

Like `pipeline/desk/supplements.py` read from the audit chain, whose order tells what came after a package.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from pipeline.desk.caseview import CaseFacts
from pipeline.store.schema import audit, package, run
from triage.disposition import Kind
from triage.report import ReportId

_MADE, _COMMITTED, _ASSESSED = "package_made", "batch_committed", "case_assessed"


@dataclass(frozen=True, slots=True)
class Older:
    """What an agency's last package about a case does not tell. `name` is "" where it was not sealed."""

    recipient: str
    name: str
    made_at: datetime
    new_reports: int
    new_assessments: int


def older_packages(connection: Connection, case: CaseFacts) -> tuple[Older, ...]:
    """Of agencies for which no newer decision waits, those that lack a report or an assessment; by code."""
    police = [one for one in case.dispositions if one.made.kind is Kind.POLICE and one.made.recipient]
    waits = {one.made.recipient for one in police if one.package_id is None}
    sent = {one.package_id: str(one.made.recipient) for one in police if one.made.recipient not in waits}
    rows = connection.execute(select(package).where(package.c.package_id.in_(sent)).order_by(package.c.package_id))
    last = {sent[row.package_id]: row for row in rows}
    if not last:
        return ()
    made = dict(_events(connection, _MADE, (f"package:{row.package_id}" for row in last.values())))
    committed = _reports(connection, case.report_ids)
    assessed = [seq for _, seq in _events(connection, _ASSESSED, (f"C{case.case_id}",))]
    found = []
    for recipient, row in sorted(last.items()):
        since = made[f"package:{row.package_id}"]
        lacks = (sum(seq > since for seq in happened) for happened in (committed, assessed))
        found.append(Older(recipient, row.name or "", datetime.fromtimestamp(row.made_at, UTC), *lacks))
    return tuple(one for one in found if one.new_reports or one.new_assessments)


def _reports(connection: Connection, report_ids: Iterable[int]) -> list[int]:
    """Of each report the place of its batch's commit in the chain."""
    numbers = [ReportId.unpack(one).run_no for one in report_ids]
    runs = select(run.c.run_id, run.c.run_no).where(run.c.run_no.in_(set(numbers)))
    names = {row.run_no: row.run_id for row in connection.execute(runs)}
    places = dict(_events(connection, _COMMITTED, names.values()))
    return [places.get(names[number], 0) for number in numbers]


def _events(connection: Connection, event: str, subjects: Iterable[str]) -> list[tuple[str, int]]:
    """Subject and place in the chain of every such event, in order."""
    chosen = select(audit.c.subject, audit.c.seq).where(audit.c.subject.in_(list(subjects)), audit.c.event == event)
    return [(row.subject, row.seq) for row in connection.execute(chosen.order_by(audit.c.seq))]
