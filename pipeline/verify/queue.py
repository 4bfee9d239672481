"""Where cases wait: the lane follows from what a case says of itself, a hold from the moment somebody took it.

A case whose lane is gone, or that is held for ever, is offered to nobody.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select

from pipeline.desk.link_rows import lane_number
from pipeline.store.schema import case_record
from pipeline.verify.chained import CASE_TAKEN, Acted, Chained
from pipeline.verify.finding import Findings
from triage.lifecycle import QUEUED, Status

_SECONDS_A_MINUTE = 60


def check_lanes(connection: Connection, findings: Findings) -> None:
    """Hold the lane of every case against its status, opinion and kind; one finding for all that are wrong alike.

    Raises ValueError for a status, label or danger nobody ever wrote.
    """
    said = case_record.c
    alike = (
        said.status, said.status_before, said.lane, said.label, said.escalate, said.assigned, said.question,
        said.unread,
    )  # fmt: skip
    grouped = select(*alike, func.min(said.case_id).label("first"), func.count().label("cases")).group_by(*alike)
    for row in connection.execute(grouped):
        count = {name: row._mapping[name] for name in ("label", "escalate", "assigned", "question", "unread")}
        if row.lane != lane_number(Status(row.status), Status(row.status_before), count):
            says = f"its lane is not the one its status and opinion put it in ({row.cases} cases so)"
            findings.add("case_lane", f"C{row.first}", says)
        if not (row.status_before in QUEUED if row.status == Status.TAKEN else row.status_before == row.status):
            says = f"its status before is not one it can have had ({row.cases} cases so)"
            findings.add("case_status_before", f"C{row.first}", says)


def check_holds(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Hold who holds a case, and until when, against the last time the chain says somebody took it."""
    taken = {one.subject: one for one in chained.of(CASE_TAKEN)}
    said = case_record.c
    held = select(said.case_id, said.held_by, said.held_until).where(
        or_(said.held_by.is_not(None), said.held_until.is_not(None))
    )
    for row in connection.execute(held):
        one = taken.get(f"C{row.case_id}")
        if one is None or (row.held_by, row.held_until) != (one.person, _until(one)):
            findings.add("case_hold", f"C{row.case_id}", "is held otherwise than the audit chain says it was taken")


def _until(one: Acted) -> int:
    minutes = one.details.get("minutes")
    return one.at + _SECONDS_A_MINUTE * minutes if isinstance(minutes, int) else -1
