"""Tell every case of a batch what its new reports brought: counts, the graver opinion, new facts, its lane.

Each chunk of cases and its marker are one transaction. A case without a row is a new one and gets its row here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, text

from pipeline.store import bulk
from pipeline.store.commit_reports import mark_step, step_done
from pipeline.store.engine import breathe, writing
from pipeline.store.linked import Linked
from pipeline.store.schema import case_record, case_reports
from pipeline.store.store import Store
from triage.grouping import LANES, Brought, NewFact, Standing, bring
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
    """Per case: reports, first, last, label, escalate, contact, assigned, question, unread."""
    received, facts = linked.received[order], linked.facts[order]
    most = np.maximum.reduceat
    return [
        np.diff(np.append(starts, len(order))),
        np.minimum.reduceat(received, starts), most(received, starts),
        most(linked.label[order], starts), most(linked.escalate[order], starts),
        most(facts & int(Fact.HAS_CONTACT), starts), most(facts & int(Fact.ASSIGNED), starts),
        np.minimum.reduceat(linked.question[order], starts), most(linked.unread[order], starts),
    ]  # fmt: skip


def _write(connection: Connection, run_no: int, ids: list[int], counted: list[list[int]]) -> int:
    """Insert the rows of new cases and update the others; answers how many are new."""
    current = {row[0]: row[1:] for row in bulk.lookup(connection, case_record, "case_id", ids, _CURRENT)}
    unlike = _unlike_texts(connection, run_no, [one for one, row in current.items() if row[0] != Status.NEW])
    new: list[tuple[Any, ...]] = []
    known: list[tuple[Any, ...]] = []
    for case_id, reports, first, last, *brought in zip(ids, *counted, strict=True):
        row = current.get(case_id)
        after = _after(*(row[:8] if row else _NEW), *brought, case_id in unlike)
        if row is None:
            new.append((case_id, *after[:8], reports, first, last, first, after[8], run_no, 0))
        else:
            known.append(_merged(case_id, row, after, reports, first, last))
    bulk.update(connection, _UPDATE, known)
    return bulk.insert(connection, case_record, CASE_COLUMNS, new)


def _merged(
    case_id: int, row: tuple[Any, ...], after: tuple[Any, ...], reports: int, first: int, last: int
) -> tuple[Any, ...]:
    before_reports, before_first, before_last, waiting, before_lane = row[8:]
    since = waiting
    if after[2] is not None:
        since = first if before_lane is None else min(waiting, first) if after[0] == Status.NEW else waiting
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
