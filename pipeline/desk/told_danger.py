"""Which danger police were told of with each package and call, and which package repeats another, as the chain has it.

A package tells the danger its case stood at when it was made, a call sheet that of its making; a call counts once
somebody wrote down that it reached them. Older packages and calls did not write it down and say nothing here.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from pipeline.store import bulk
from pipeline.store.delivery_tables import urgent_call
from pipeline.store.schema import audit
from triage.verdict import Escalation

EXPORTED, CALLED = "exported", "urgent_call_made"
"""Audit events that carry `escalate`; their subject is the case."""


@dataclass(frozen=True, slots=True)
class Dangers:
    """Dangers by package and case, and of calls by recipient and case."""

    packages: Mapping[tuple[int, int], Escalation]
    calls: Mapping[tuple[str, int], Escalation]
    repeats: Mapping[tuple[int, int], int]
    """Package and case to the package that told the agency the same of it first."""

    def told(self, recipient: str, package_id: int | None, cases: Collection[int]) -> Escalation | None:
        """The gravest this unit was told of under one of these cases' numbers; None: nothing is written down."""
        by_package = [self.packages.get((package_id, one)) for one in cases if package_id is not None]
        known = [*by_package, *(self.calls.get((recipient, one)) for one in cases)]
        return max((one for one in known if one is not None), default=None)


    def first(self, package_id: int, cases: Collection[int]) -> int:
        """The package that told all this one tells of these cases; itself where it told anything new."""
        return min((self.repeats.get((package_id, one), package_id) for one in cases), default=package_id)


def dangers_in(connection: Connection, case_ids: Collection[int]) -> Dangers:
    """Read what was told of these cases. One pass over the events of packages and calls."""
    if not case_ids:
        return Dangers({}, {}, {})
    subjects = {f"C{case_id}": case_id for case_id in case_ids}
    rows = bulk.lookup(connection, urgent_call, "case_id", case_ids, ("call_id", "reached"))
    spoken = {call_id for _, call_id, reached in rows if reached}
    packages: dict[tuple[int, int], Escalation] = {}
    calls: dict[tuple[str, int], Escalation] = {}
    repeats: dict[tuple[int, int], int] = {}
    last: dict[tuple[str, int], int] = {}
    query = select(audit.c.event, audit.c.subject, audit.c.details).where(audit.c.event.in_((EXPORTED, CALLED)))
    for event, subject, details in connection.execute(query.order_by(audit.c.seq)):
        said = json.loads(details) if subject in subjects else {}
        if "escalate" not in said:
            continue
        case_id, danger = subjects[subject], Escalation[said["escalate"].upper()]
        if event == EXPORTED:
            number, key = int(said["package"]), (str(said["recipient"]), case_id)
            packages[number, case_id] = danger
            if said.get("repeated") and key in last:
                repeats[number, case_id] = last[key]
            else:
                last[key] = number
        elif said["call"] in spoken:
            key = (str(said["recipient"]), case_id)
            calls[key] = max(danger, calls.get(key, danger))
    return Dangers(packages, calls, repeats)
