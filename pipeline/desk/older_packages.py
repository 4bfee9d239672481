"""Which police agencies have a package of a case that lacks something we know: a person may send a supplement.

Like `pipeline/desk/supplements.py` read from the audit chain, whose order tells what came after a package. A case that
was joined in brings reports from before the package, which the order alone does not tell: so each package wrote down
how many reports of a case it told of, and what is missing is counted from that. An agency that had the case this
one was split off, with something of this one in it, has an older package of this one too; of a case whose things left
again it has none (`pipeline/desk/told_in_moves.py`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from pipeline.desk.case_moves import DISPOSED, JOINED, SPLIT_OFF, moves_in
from pipeline.desk.caseview import CaseFacts
from pipeline.desk.links import all_links, links_of, pairs
from pipeline.desk.told_in_moves import NEVER, Stay, Telling, is_about, reports_told, source_of, stays, told_by
from pipeline.routes import routes
from pipeline.store.audit import COMMITTED
from pipeline.store.schema import audit, package, run
from triage.disposition import Kind
from triage.report import ReportId

_EXPORTED, _ASSESSED = "exported", "case_assessed"


@dataclass(frozen=True, slots=True)
class Older:
    """What an agency's last packages about a case do not tell: one, and those of cases that were joined to it since.

    `names` are theirs, oldest first, "" where one was not sealed; `made_at` is when the last was made. `reason` is why
    the case last went there, or the one it was split off: a supplement goes for the same.
    """

    recipient: str
    names: tuple[str, ...]
    made_at: datetime
    new_reports: int
    new_assessments: int
    reason: str
    exporter: str
    """What `hotline export` calls its package."""


@dataclass(frozen=True, slots=True)
class _Had:
    """What an agency had of a case: how many reports; assessments it lacks; where its last package stands, 0: none; the
    packages that tell it, place in the chain to number."""

    reports: int
    lacks_assessments: int
    since: int
    packages: dict[int, int]


@dataclass(frozen=True, slots=True)
class _Event:
    seq: int
    event: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Past:
    """What happened to a case and those it came from, where its things lay, and the places of its reports' commits."""

    events: Mapping[str, list[_Event]]
    stays: tuple[Stay, ...]
    committed: Mapping[int, int]

    def came(self, event: _Event, other: int) -> bool:
        """Whether the case still has anything that came from the other one by this event."""
        return any((one.case_id, one.until) == (other, event.seq) for one in self.stays)


def older_packages(connection: Connection, case: CaseFacts) -> tuple[Older, ...]:
    """Of agencies for which no newer decision waits, those that lack a report or an assessment; by code."""
    moves = moves_in(connection)
    waits = _waits(case, moves.joined_at(case.case_id))
    police = [one for one in case.dispositions if one.made.kind is Kind.POLICE and one.made.recipient]
    sent = {str(one.made.recipient) for one in police if one.package_id is not None}
    events = _events(connection, moves.sources(case.case_id))
    if any(one.event == SPLIT_OFF for one in events.get(f"C{case.case_id}", ())):
        agencies = {one.code for one in routes().recipients.values() if one.kind is Kind.POLICE}
        sent |= agencies & {str(one.details["recipient"]) for each in events.values() for one in each
                            if one.event == _EXPORTED}  # fmt: skip
    sent -= waits
    if not sent:
        return ()
    links = pairs(all_links(links_of(connection, case.case_id)))
    committed = _commits(connection, case.report_ids)
    past = _Past(events, tuple(stays(events, case.case_id, links)), committed)
    reasons = _reasons(past) | {str(one.made.recipient): one.made.reason for one in police}
    found = []
    for recipient in sorted(sent):
        told = told_by(events, case.case_id, links, committed, partial(_is_package, recipient=recipient))
        had = _had(past, case.case_id, recipient, told)
        packages = [number for seq, number in had.packages.items() if seq in told] or list(had.packages.values())
        lacks = max(len(set(committed).difference(reports_told(told.values()))), len(committed) - had.reports)
        if packages and (lacks > 0 or had.lacks_assessments):
            names, made_at, exporter = _told_by(connection, packages)
            found.append(Older(
                recipient, names, made_at, max(lacks, 0), had.lacks_assessments, reasons.get(recipient, ""), exporter,
            ))  # fmt: skip
    return tuple(found)


def _reasons(past: _Past) -> dict[str, str]:
    """Agency to why anything the case holds was last decided to go there."""
    every = (one for stay in past.stays for one in past.events.get(f"C{stay.case_id}", ()) if stay.has(one.seq))
    decided = sorted((one for one in every if one.event == DISPOSED), key=lambda one: one.seq)
    return {str(one.details["recipient"]): str(one.details["reason"]) for one in decided if one.details.get("reason")}


def _told_by(connection: Connection, packages: Iterable[int]) -> tuple[tuple[str, ...], datetime, str]:
    """The names of these packages, when the last was made, and by which exporter."""
    mine = select(package).where(package.c.package_id.in_(packages)).order_by(package.c.package_id)
    rows = connection.execute(mine).all()
    last = rows[-1]
    return tuple(row.name or "" for row in rows), datetime.fromtimestamp(last.made_at, UTC), str(last.kind)


def _waits(case: CaseFacts, joined_at: int | None) -> set[str | None]:
    """Agencies a newer decision waits for; one from before a joining (seconds) says nothing of what was joined in."""
    return {
        one.made.recipient for one in case.dispositions
        if one.made.kind is Kind.POLICE and one.package_id is None
        and (joined_at is None or max(one.made.at, one.released_at or one.made.at).timestamp() >= joined_at)
    }  # fmt: skip


def _had(
    past: _Past, case_id: int, recipient: str, told: Mapping[int, Telling[_Event]], before: int = NEVER
) -> _Had:
    """What the agency had of the case as it was at `before`: its last package by then, and those of cases joined later
    of which something is in it still. Reports stand in for the count of a package that did not write it down.
    """
    mine = [one for one in past.events.get(f"C{case_id}", ()) if one.seq < before]
    last = max((one.seq for one in mine if _is_package(one, recipient)), default=0)
    counts = (one.details.get("reports") for one in mine if one.seq == last)
    reports = next(counts, 0)
    if reports is None:
        reports = sum(seq <= last for seq in past.committed.values())
    packages = {one.seq: int(one.details["package"]) for one in mine if one.seq == last}
    lacks = sum(one.event == _ASSESSED and one.seq > last and is_about(past.stays, case_id, one) for one in mine)
    for one in mine:
        other = source_of(one)
        if other is None or not past.came(one, other):
            continue
        if one.event == JOINED and one.seq > last:
            joined = _had(past, other, recipient, told, one.seq)
            reports, lacks = reports + joined.reports, lacks + joined.lacks_assessments
            packages |= joined.packages
        if one.event == SPLIT_OFF and not last:
            former = _had(past, other, recipient, told, one.seq)
            there = len(reports_told(each for seq, each in told.items() if seq < one.seq))
            if there:  # else they had the former case when nothing of this one lay there
                reports, packages, last = reports + there, packages | former.packages, former.since
    return _Had(int(reports), lacks, last, packages)


def _is_package(one: _Event, recipient: str) -> bool:
    return one.event == _EXPORTED and one.details.get("recipient") == recipient


def _commits(connection: Connection, report_ids: Iterable[int]) -> dict[int, int]:
    """Of each report the place of its batch's commit in the chain."""
    numbers = {one: ReportId.unpack(one).run_no for one in report_ids}
    runs = select(run.c.run_id, run.c.run_no).where(run.c.run_no.in_(set(numbers.values())))
    names = {row.run_no: row.run_id for row in connection.execute(runs)}
    chosen = select(audit.c.subject, audit.c.seq).where(
        audit.c.subject.in_(list(names.values())), audit.c.event == COMMITTED
    )
    places = {row.subject: int(row.seq) for row in connection.execute(chosen.order_by(audit.c.seq))}
    return {one: places.get(names[number], 0) for one, number in numbers.items()}


def _events(connection: Connection, case_ids: Iterable[int]) -> Mapping[str, list[_Event]]:
    """Packages, assessments, decisions, joinings and splits of these cases, in order."""
    found: defaultdict[str, list[_Event]] = defaultdict(list)
    chosen = select(audit.c.seq, audit.c.event, audit.c.subject, audit.c.details).where(
        audit.c.subject.in_([f"C{one}" for one in case_ids]),
        audit.c.event.in_((_EXPORTED, _ASSESSED, DISPOSED, JOINED, SPLIT_OFF)),
    )
    for row in connection.execute(chosen.order_by(audit.c.seq)):
        found[row.subject].append(_Event(row.seq, row.event, json.loads(row.details)))
    return found
