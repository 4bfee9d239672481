"""Why a case is back: what people, police and helplines brought is replayed from the audit chain, bit by bit.

What new reports brought is not in the chain. It is asked that a batch with reports of that case came since people
looked at the case: a machine's fact that nothing can have brought is found, one somebody took away is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Connection

from pipeline.store import bulk
from pipeline.store.audit import COMMITTED
from pipeline.store.schema import case_reports
from pipeline.verify.chained import (
    ASSESSED,
    CASE_TAKEN,
    DISPOSED,
    HELPLINE_SAID,
    JOINED,
    POLICE_SAID,
    REOPENED,
    Chained,
)
from pipeline.verify.finding import Findings
from pipeline.verify.stream import pieces
from pipeline.verify.world import World
from triage.grouping import NewFact
from triage.helpline_feedback import BRINGS_BACK as HELPLINE_BRINGS_BACK
from triage.police_feedback import BRINGS_BACK, FeedbackState

_TOLD = {
    REOPENED: NewFact.REOPENED, POLICE_SAID: NewFact.POLICE_ASKED, HELPLINE_SAID: NewFact.HELPLINE_ASKED,
}  # fmt: skip
_BRINGS_BACK = frozenset(map(str, (*BRINGS_BACK, *HELPLINE_BRINGS_BACK)))
_OF_REPORTS = (
    NewFact.CONTACT | NewFact.DANGER | NewFact.UNLIKE_TEXT | NewFact.MORE_SEVERE | NewFact.AGAIN_AFTER_REMOVAL
)


def check_new_facts(connection: Connection, world: World, chained: Chained, findings: Findings) -> None:
    """Hold the facts of every case against the chain. Until people decide again, nothing of a joined one leaves."""
    said: dict[int, int] = {}
    for rows in pieces(connection, "SELECT case_id, new_facts FROM case_record WHERE new_facts <> 0"):
        said.update(rows)
    told = _replayed(chained)
    for number in sorted(said.keys() | told.keys()):
        wrong = (said.get(number, 0) & ~int(_OF_REPORTS)) ^ told.get(number, 0)
        if wrong & NewFact.JOINED:
            findings.add("case_joined", f"C{number}", "does not say rightly whether it was joined since it was decided")
        if wrong & ~int(NewFact.JOINED):
            findings.add("case_new_facts", f"C{number}", "is back for another reason than the audit chain tells")
    _check_of_reports(connection, world, chained, said, findings)


def _replayed(chained: Chained) -> dict[int, int]:
    """What people, police and helplines brought to each case since it was decided."""
    facts: defaultdict[int, int] = defaultdict(int)
    steps = [(one.seq, event, one) for event in (*_TOLD, DISPOSED, JOINED) for one in chained.of(event)]
    for _, event, one in sorted(steps, key=lambda step: step[0]):
        if event == DISPOSED:
            facts[one.number] = 0
        elif event == JOINED:
            if (other := one.source) > 0:
                facts[one.number] |= facts[other] | int(NewFact.JOINED)
                facts[other] = 0
        elif event == REOPENED or one.word("state") in _BRINGS_BACK:
            no_offence = event == POLICE_SAID and one.word("state") == FeedbackState.NO_OFFENCE
            facts[one.number] |= int(NewFact.POLICE_NO_OFFENCE if no_offence else _TOLD[event])
    return facts


def _check_of_reports(
    connection: Connection, world: World, chained: Chained, said: Mapping[int, int], findings: Findings
) -> None:
    moved = chained.moved()
    back = [number for number, facts in said.items() if facts & _OF_REPORTS and number not in moved]
    since = _looked_at(chained)
    committed = {one.subject: one.seq for one in chained.of(COMMITTED)}
    came: defaultdict[int, int] = defaultdict(int)
    for number, run_no in bulk.lookup(connection, case_reports, "case_id", back, ("run_no",)):
        row = world.runs.get(run_no)
        under_way = row is not None and row.committed_at is None
        seq = since.get(number, 0) + 1 if under_way else committed.get(row.run_id, 0) if row is not None else 0
        came[number] = max(came[number], seq)
    for number in sorted(back):
        if number not in since or came[number] < since[number]:
            findings.add("case_new_facts", f"C{number}", "is back for what reports brought, and none came since")


def _looked_at(chained: Chained) -> dict[int, int]:
    """Case to the event since which a report can bring it back: its last decision, else the first time people acted."""
    since: dict[int, int] = {}
    for name in (CASE_TAKEN, ASSESSED):
        for one in chained.of(name):
            since[one.number] = min(one.seq, since.get(one.number, one.seq))
    return since | {one.number: one.seq for one in chained.of(DISPOSED)}
