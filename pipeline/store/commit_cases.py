"""Tell every case of a batch what its new reports brought: counts, the graver opinion, new facts, its lane.

The clock of a lane begins with the first report that alone puts a case there, not with one before it that was harmless.

Each chunk of cases and its marker are one transaction. A case without a row is a new one and gets its row here.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, text

from pipeline.store import bulk
from pipeline.store.commit_reports import mark_step, step_done
from pipeline.store.engine import breathe, writing
from pipeline.store.linked import Linked
from pipeline.store.schema import case_record, case_reports
from pipeline.store.store import Store
from triage.grouping import LANES, Brought, NewFact, Standing, bring, lane_alone
from triage.lifecycle import Status
from triage.report import Fact
from triage.verdict import Escalation, Label

CHUNK_CASES = 10_000
STEP = "cases"
CASE_COLUMNS = (
    "case_id", "status", "status_before", "lane", "label", "escalate", "assigned", "question", "unread", "reports",
    "first_received", "last_received", "waiting_since", "new_facts", "opened_run", "version",
)  # fmt: skip
_CURRENT = (
    "status", "status_before", "label", "escalate", "assigned", "question", "unread", "new_facts", "reports",
    "first_received", "last_received", "waiting_since", "lane",
)  # fmt: skip
_UPDATE = """
UPDATE case_record SET status = ?, status_before = ?, lane = ?, label = ?, escalate = ?, assigned = ?, question = ?,
  unread = ?, reports = ?, first_received = ?, last_received = ?, waiting_since = ?, new_facts = ? WHERE case_id = ?
"""
_NEW = (Status.NEW, Status.NEW, 0, 0, False, True, False, 0)
_LINK_BYTES = 24
"""Report, locator and sequence number, eight bytes each."""
Ints = npt.NDArray[np.int64]


def commit_cases(store: Store, run_no: int, stretch: int, linked: Linked) -> None:
    """Count the links of one stretch of a run into their cases, once."""
    order = np.lexsort((linked.seq, linked.report, linked.case))
    cases, starts = np.unique(linked.case[order], return_index=True)
    if not len(cases):
        return
    links = np.stack([linked.report, linked.locator, linked.seq], axis=1)[order].astype("<i8").tobytes()
    counted = _counted(linked, order, starts)
    ends = np.append(starts[1:], len(order))
    for number, start in enumerate(range(0, len(cases), CHUNK_CASES)):
        chunk = slice(start, start + CHUNK_CASES)
        ids = cases[chunk].tolist()
        packs = [
            (case_id, run_no, stretch, links[first * _LINK_BYTES : end * _LINK_BYTES])
            for case_id, first, end in zip(ids, starts[chunk].tolist(), ends[chunk].tolist(), strict=True)
        ]
        step = f"{STEP}-{stretch}"
        with writing(store.engine, bulk=True) as connection:
            if not step_done(connection, run_no, step, number):
                opened = _write(connection, run_no, ids, [column[chunk].tolist() for column in counted])
                bulk.insert(connection, case_reports, ("case_id", "run_no", "stretch", "links"), packs)
                mark_step(connection, run_no, step, number, opened=opened)
        breathe()


def _counted(linked: Linked, order: Ints, starts: Ints) -> list[Ints]:
    """Per case: reports, first, last, lane and since when, label, escalate, contact, assigned, question, unread."""
    received, facts = linked.received[order], linked.facts[order]
    most, least = np.maximum.reduceat, np.minimum.reduceat
    reports = np.diff(np.append(starts, len(order)))
    assigned = facts & int(Fact.ASSIGNED) != 0
    alone = _lanes_alone()[
        linked.label[order], linked.escalate[order], assigned.astype(int), linked.question[order], linked.unread[order]
    ]
    lanes = least(alone, starts)
    carries = alone == np.repeat(lanes, reports)
    return [
        reports, least(received, starts), most(received, starts),
        lanes, least(np.where(carries, received, np.iinfo(np.int64).max), starts),
        most(linked.label[order], starts), most(linked.escalate[order], starts),
        most(facts & int(Fact.HAS_CONTACT), starts), most(facts & int(Fact.ASSIGNED), starts),
        least(linked.question[order], starts), most(linked.unread[order], starts),
    ]  # fmt: skip


@cache
def _lanes_alone() -> Ints:
    """By label, danger, assigned, question and unread: the number of the lane such a report alone puts a case in."""
    shape = (len(Label), len(Escalation), 2, 2, 2)
    lanes = [
        LANES.index(lane_alone(Label(label), Escalation(escalate), bool(assigned), bool(question), bool(unread)))
        for label, escalate, assigned, question, unread in np.ndindex(shape)
    ]
    return np.array(lanes, dtype=np.int64).reshape(shape)


def _write(connection: Connection, run_no: int, ids: list[int], counted: list[list[int]]) -> int:
    """Insert the rows of new cases and update the others; answers how many are new."""
    current = {row[0]: row[1:] for row in bulk.lookup(connection, case_record, "case_id", ids, _CURRENT)}
    unlike = _unlike_texts(connection, run_no, [one for one, row in current.items() if row[0] != Status.NEW])
    new: list[tuple[Any, ...]] = []
    known: list[tuple[Any, ...]] = []
    for case_id, reports, first, last, lane, since, *brought in zip(ids, *counted, strict=True):
        row = current.get(case_id)
        after = _after(*(row[:8] if row else _NEW), *brought, case_id in unlike)
        if row is None:
            new.append((case_id, *after[:8], reports, first, last, since, after[8], run_no, 0))
        else:
            waits = _since(row, after, first, lane, since)
            known.append(_merged(case_id, row, after, reports, first, last, waits))
    bulk.update(connection, _UPDATE, known)
    return bulk.insert(connection, case_record, CASE_COLUMNS, new)


def _since(row: tuple[Any, ...], after: tuple[Any, ...], first: int, lane: int, since: int) -> int | None:
    """Since when the case waits in its lane: since the first report after the last decision that carries what put it
    there; where older opinions put it back, since the first report that brought it back."""
    waiting, before, now = row[11], row[12], after[2]
    if now is None:
        return cast("int | None", waiting)
    if before is None:
        return since if lane == now else first
    if now != lane:
        return cast("int | None", waiting)
    if now != before:
        return since
    return min(waiting, since) if after[0] == Status.NEW else cast("int | None", waiting)


def _merged(
    case_id: int, row: tuple[Any, ...], after: tuple[Any, ...], reports: int, first: int, last: int, since: int | None
) -> tuple[Any, ...]:
    before_reports, before_first, before_last = row[8:11]
    return (
        *after[:8], before_reports + reports, min(before_first, first), max(before_last, last), since, after[8],
        case_id,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def _after(
    status: str, before: str, label: int, escalate: int, assigned: bool, question: bool, unread: bool, new_facts: int,
    new_label: int, new_escalate: int, contact: int, new_assigned: int, new_question: int, new_unread: int,
    unlike: bool,
) -> tuple[Any, ...]:  # fmt: skip
    """Status, status before, lane, label, escalate, assigned, question, unread, new facts after a batch."""
    after = bring(
        Standing(
            Status(status), Status(before), Label(label), Escalation(escalate), bool(assigned), bool(question),
            NewFact(new_facts), bool(unread),
        ),
        Brought(
            Label(new_label), Escalation(new_escalate), bool(new_assigned), bool(new_question), bool(contact), unlike,
            bool(new_unread),
        ),
    )  # fmt: skip
    lane = after.lane
    return (
        str(after.status), str(after.before), None if lane is None else LANES.index(lane), int(after.label),
        int(after.escalate), after.assigned, after.question, after.unread,
        int(after.new_facts),
    )  # fmt: skip


def _unlike_texts(connection: Connection, run_no: int, cases: list[int]) -> set[int]:
    """Those of the given cases that this run brought a text they had not seen."""
    statement = text("SELECT 1 FROM case_fact WHERE case_id = :case AND run_no = :run LIMIT 1")
    return {one for one in cases if connection.execute(statement, {"case": one, "run": run_no}).first() is not None}
