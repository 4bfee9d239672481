"""How a case comes back before a person: new information, or somebody's word that its closing was a mistake.

A closed case has no other way out that a person could take: what was closed must not stay closed for a wrong key.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from pipeline.bootstrap import App
from pipeline.desk.caseview import record_of
from pipeline.desk.holding import check_free, check_here, check_seen
from pipeline.desk.people import actor
from pipeline.store.engine import writing
from pipeline.store.schema import case_record
from triage.disposition import check_reopening
from triage.errors import RuleBroken
from triage.grouping import LANES, NewFact, Standing
from triage.lifecycle import QUEUED, Event, Status, move
from triage.people import Act, Person, require
from triage.verdict import Escalation, Label

REOPENED = "case_reopened"


def reopen(app: App, by: Person, case_id: int, reason: str, now: datetime, version: int | None = None) -> Status:
    """Take a closing back; answers where the case stands then. The closing stays in the history.

    Raises RuleBroken naming the rule, CaseTaken.
    """
    require(by, Act.DISPOSE, "reopen a case")
    check_reopening(reason)
    with writing(app.store.engine) as connection:
        row = record_of(connection, case_id)
        check_here(row)
        check_free(row, by, now)
        check_seen(row, by, now, version)
        if row.status != Status.CLOSED:
            raise RuleBroken(f"C{case_id} is not closed: see `hotline cases show C{case_id}`")
        status = bring_back(connection, row, Event.REOPENED, NewFact.REOPENED, now)
        app.store.record(connection, now, actor(by), REOPENED, f"C{case_id}", {"reason": reason})
    return status


def bring_back(connection: Connection, row: Row[Any], event: Event, fact: NewFact, now: datetime) -> Status:
    """Put the case before a person as new information does (`triage.grouping.bring`): also while somebody holds it."""
    status = move(Status(row.status), event)
    facts = NewFact(row.new_facts) | fact
    standing = Standing(
        status, status if status in QUEUED else Status(row.status_before), Label(row.label), Escalation(row.escalate),
        bool(row.assigned), bool(row.question), facts, bool(row.unread),
    )  # fmt: skip
    values: dict[str, Any] = {
        "status": str(status), "status_before": str(standing.before), "new_facts": int(facts),
        "lane": None if standing.lane is None else LANES.index(standing.lane), "version": row.version + 1,
    }  # fmt: skip
    if row.lane is None:
        values["waiting_since"] = int(now.timestamp())
    connection.execute(update(case_record).where(case_record.c.case_id == row.case_id).values(values))
    return status
