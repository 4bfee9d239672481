"""Which reports of a case a police agency was told of, or is about to be told of, when it was told of the case.

Joining two cases brings reports the agency never heard of, and nothing says afterwards which they were. So only what
happened after the last joining counts: a release whose package is still to be made (it takes every report), a package
or an urgent call (each speaks of the reports whose batch was in by then). Read by the order of the audit chain.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from pipeline.desk.links import all_links, links_of, reports_in
from pipeline.desk.records import dispositions_of
from pipeline.store.audit import COMMITTED
from pipeline.store.schema import audit, run
from triage.disposition import Kind
from triage.report import ReportId

_EXPORTED = "exported"
_CALLED, _LOGGED = "urgent_call_made", "urgent_call_logged"
_RELEASED, _JOINED, _SPLIT = "case_released", "cases_joined", "case_split"
_OF_A_CASE = (_EXPORTED, _CALLED, _LOGGED, _RELEASED, _JOINED, _SPLIT)
_WITH_REPORTS = "lea"
"""The kind of package that numbers the reports of a case."""


@dataclass(frozen=True, slots=True)
class _Event:
    seq: int
    event: str
    person: str
    at: int
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Numbered:
    """How an agency knows the reports of a case: by the last package about it, and report to its number in there."""

    package: str | None = None
    numbers: Mapping[int, int] = field(default_factory=dict)


def reports_of(connection: Connection, case_id: int) -> tuple[int, ...]:
    """Every report that speaks of the case, by packed number."""
    return tuple(sorted({int(link[0]) for link in all_links(links_of(connection, case_id))}))


def reports_told(connection: Connection, case_id: int, recipient: str) -> frozenset[int]:
    """Those of the case's reports this agency (a code of data/routes) was told of, or is: released for it.

    A call sheet tells nobody before somebody wrote down that the call reached them.
    """
    since = _since_joined(connection, case_id)
    reports = reports_of(connection, case_id)
    if _goes(connection, case_id, recipient, since):
        return frozenset(reports)
    spoken = {one.details.get("call") for one in since if one.event == _LOGGED and one.details.get("reached")}
    told = [
        one.seq for one in since
        if one.details.get("recipient") == recipient
        and (one.event == _EXPORTED or (one.event == _CALLED and one.details.get("call") in spoken))
    ]  # fmt: skip
    if not told:
        return frozenset()
    return frozenset(_in_by(connection, reports, max(told)))


def numbers_told(connection: Connection, case_id: int, recipient: str) -> Numbered:
    """The numbers this agency knows reports of the case by; empty where it got no package of the case as it is now.

    A package counts the reports that were in by then, oldest first. What was split off or joined in since left gaps
    nobody can tell, so then no number holds.
    """
    sent = [
        one for one in _since_joined(connection, case_id, also_split=True)
        if (one.event, one.details.get("recipient"), one.details.get("kind")) == (_EXPORTED, recipient, _WITH_REPORTS)
    ]  # fmt: skip
    if not sent:
        return Numbered()
    by_age = [one.report_id for one in reports_in(connection, reports_of(connection, case_id))]
    counted = _in_by(connection, by_age, sent[-1].seq)
    return Numbered(str(sent[-1].details["name"]), {one: number for number, one in enumerate(counted, start=1)})


def places(connection: Connection, reports: Iterable[int]) -> dict[int, int]:
    """Of each report the place of its batch's commit in the chain: acts behind it were done with the report there."""
    committed = _committed(connection)
    runs = {one: ReportId.unpack(one).run_no for one in reports}
    return {one: committed[run_no] for one, run_no in runs.items() if run_no in committed}


def _in_by(connection: Connection, reports: Iterable[int], seq: int) -> list[int]:
    """Those of the reports whose batch was committed before this event, in their order."""
    committed = _committed(connection)
    return [one for one in reports if committed.get(ReportId.unpack(one).run_no, seq) < seq]


def _since_joined(connection: Connection, case_id: int, *, also_split: bool = False) -> list[_Event]:
    """What happened to the case after another one was last joined into it (or split off it), in order."""
    forgets = {_JOINED, _SPLIT} if also_split else {_JOINED}
    found: list[_Event] = []
    rows = connection.execute(
        select(audit).where(audit.c.subject == f"C{case_id}", audit.c.event.in_(_OF_A_CASE)).order_by(audit.c.seq)
    )
    for row in rows:
        if row.event in forgets:
            found = []
        else:
            at = int(datetime.fromisoformat(row.at).timestamp())
            found.append(_Event(row.seq, row.event, row.actor.removeprefix("person:"), at, json.loads(row.details)))
    return found


def _goes(connection: Connection, case_id: int, recipient: str, since: list[_Event]) -> bool:
    """Whether a package for this agency, released after the last joining, is still to be made."""
    releases = {(one.person, one.at) for one in since if one.event == _RELEASED}
    return any(
        one.package_id is None and one.released_by is not None and one.released_at is not None
        and (str(one.released_by), int(one.released_at.timestamp())) in releases
        for one in dispositions_of(connection, case_id)
        if (one.made.kind, one.made.recipient) == (Kind.POLICE, recipient)
    )  # fmt: skip


def _committed(connection: Connection) -> dict[int, int]:
    """Run number to the event of its commit."""
    numbers = {row.run_id: int(row.run_no) for row in connection.execute(select(run.c.run_id, run.c.run_no))}
    rows = connection.execute(select(audit.c.seq, audit.c.subject).where(audit.c.event == COMMITTED))
    return {numbers[row.subject]: int(row.seq) for row in rows if row.subject in numbers}
