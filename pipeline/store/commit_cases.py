"""Tell every case of a batch what its new reports brought: counts, the graver opinion, new facts, its lane.

Counted from the store, so a restart counts the same; each chunk and its marker are one transaction.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

from pipeline.store import bulk
from pipeline.store.commit_reports import BREATH_SECONDS, mark_step, step_done
from pipeline.store.engine import reading, writing
from pipeline.store.schema import case_record
from pipeline.store.store import Store
from triage.grouping import LANES, Brought, NewFact, Standing, bring
from triage.lifecycle import Status
from triage.report import Fact, run_range
from triage.verdict import Escalation, Label

CHUNK_CASES = 5_000
STEP = "cases"
_COUNTED = """
SELECT {link}.case_id, count(*), min(r.received_at), max(r.received_at), max(v.label), max(v.escalate),
       max(r.facts & {contact}), max(r.facts & {assigned}), min(CASE WHEN v.question THEN 1 ELSE 0 END)
FROM report r JOIN verdict v ON v.verdict_id = r.verdict_id {join}
WHERE r.report_id >= :first AND r.report_id < :beyond GROUP BY {link}.case_id
"""
_CURRENT = (
    "status", "status_before", "label", "escalate", "assigned", "question", "reports", "new_facts",
    "first_received", "last_received", "waiting_since", "lane",
)  # fmt: skip
_UPDATE = """
UPDATE case_record SET status = ?, status_before = ?, lane = ?, label = ?, escalate = ?, assigned = ?, question = ?,
  reports = ?, new_facts = ?, first_received = ?, last_received = ?, waiting_since = ? WHERE case_id = ?
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What one batch's reports, taken together, say of one case."""

    case_id: int
    reports: int
    first: int
    last: int
    label: int
    escalate: int
    contact: bool
    assigned: bool
    question: bool


def commit_cases(store: Store, run_no: int) -> None:
    """Update every case this run's reports are linked to, once."""
    counted = sorted(_counted(store, run_no), key=lambda entry: entry.case_id)
    for number, start in enumerate(range(0, len(counted), CHUNK_CASES)):
        chunk = counted[start : start + CHUNK_CASES]
        with writing(store.engine, bulk=True) as connection:
            if not step_done(connection, run_no, STEP, number):
                _update(connection, run_no, chunk)
                mark_step(connection, run_no, STEP, number)
        time.sleep(BREATH_SECONDS)


def _counted(store: Store, run_no: int) -> Iterable[Counted]:
    first, beyond = run_range(run_no)
    bits = {"contact": int(Fact.HAS_CONTACT), "assigned": int(Fact.ASSIGNED)}
    primary = _COUNTED.format(link="r", join="", **bits)
    further = _COUNTED.format(link="f", join="JOIN further_link f ON f.report_id = r.report_id", **bits)
    merged: dict[int, Counted] = {}
    with reading(store.engine) as connection:
        for statement in (primary, further):
            for row in connection.execute(text(statement), {"first": first, "beyond": beyond}):
                merged[row[0]] = _merge(merged.get(row[0]), Counted(*row[:6], bool(row[6]), bool(row[7]), bool(row[8])))
    return merged.values()


def _merge(one: Counted | None, other: Counted) -> Counted:
    if one is None:
        return other
    return Counted(
        one.case_id, one.reports + other.reports, min(one.first, other.first), max(one.last, other.last),
        max(one.label, other.label), max(one.escalate, other.escalate), one.contact or other.contact,
        one.assigned or other.assigned, one.question and other.question,
    )  # fmt: skip


def _update(connection: Connection, run_no: int, chunk: list[Counted]) -> None:
    ids = [entry.case_id for entry in chunk]
    current = {row[0]: row[1:] for row in bulk.lookup(connection, case_record, "case_id", ids, _CURRENT)}
    worked = [case_id for case_id in ids if current[case_id][0] != Status.NEW]
    unlike = _unlike_texts(connection, run_no, worked)
    rows = [_after(entry, current[entry.case_id], entry.case_id in unlike) for entry in chunk]
    bulk.update(connection, _UPDATE, rows)


def _unlike_texts(connection: Connection, run_no: int, cases: list[int]) -> set[int]:
    """Those of the given cases that this run brought a text they had not seen."""
    found: set[int] = set()
    for case_id in cases:
        row = connection.execute(
            text("SELECT 1 FROM case_fact WHERE case_id = :case AND run_no = :run LIMIT 1"),
            {"case": case_id, "run": run_no},
        ).first()
        if row is not None:
            found.add(case_id)
    return found


def _after(entry: Counted, row: tuple[Any, ...], unlike: bool) -> tuple[Any, ...]:
    status, before, label, escalate, assigned, question, reports, new_facts, first, last, waiting, lane = row
    standing = Standing(
        Status(status), Status(before), Label(label), Escalation(escalate), bool(assigned), bool(question), NewFact(new_facts)
    )
    brought = Brought(
        Label(entry.label), Escalation(entry.escalate), entry.assigned, entry.question, entry.contact, unlike
    )
    after = bring(standing, brought)
    waits = after.lane
    since = waiting
    if waits is not None and (lane is None or waiting is None):
        since = entry.first
    elif waits is not None and after.status is Status.NEW:
        since = min(waiting, entry.first)
    return (
        str(after.status), str(after.before), None if waits is None else LANES.index(waits), int(after.label),
        int(after.escalate), after.assigned, after.question, reports + entry.reports, int(after.new_facts),
        entry.first if first is None else min(first, entry.first),
        entry.last if last is None else max(last, entry.last), since, entry.case_id,
    )  # fmt: skip
