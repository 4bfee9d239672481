"""The same word twice: what a person said just so of a case that still stands as they left it is not written again.

Entered three times at once, or by hand after a lost answer, a decision stands once. It may be said again once something
was done about the case, or new information brought it back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.desk.people import actor
from pipeline.desk.records import assessment_values, assessments_of
from pipeline.store.schema import audit
from triage.assessment import Assessment
from triage.errors import RuleBroken
from triage.lifecycle import Status
from triage.people import Person


def refuse_assessed_again(connection: Connection, row: Row[Any], given: Assessment) -> None:
    """Inside the writing transaction. Raises RuleBroken where the last word on the item, or the case, is this one."""
    if row.status != Status.ASSESSED or not _still_stands(connection, given):
        return
    last = [one for one in assessments_of(connection, given.case_no) if one.locator_no == given.locator_no][-1:]
    if any(_values(one) == _values(given) for one in last):
        raise RuleBroken(f"C{given.case_no} was assessed just so by you already: nothing was written again")


def refuse_disposed_again(connection: Connection, row: Row[Any], by: Person, details: Mapping[str, object]) -> None:
    """Inside the writing transaction. Raises RuleBroken where this decision, whose event has these `details`, is among
    the last things done about the case, with nothing but other decisions since."""
    if row.status != Status.DECIDED:
        return
    query = select(audit.c.event, audit.c.actor, audit.c.details).where(audit.c.subject == f"C{row.case_id}")
    for one in connection.execute(query.order_by(audit.c.seq.desc())):
        if one.event != "case_disposed":
            return
        if one.actor == actor(by) and json.loads(one.details) == details:
            raise RuleBroken(f"C{row.case_id} was decided just so by you already: nothing was written again")


def _still_stands(connection: Connection, given: Assessment) -> bool:
    """Whether nothing but assessments was done about the case since the last one of this item, or of the case."""
    item = None if given.locator_no is None else f"L{given.locator_no}"
    query = select(audit.c.event, audit.c.details).where(audit.c.subject == f"C{given.case_no}")
    for one in connection.execute(query.order_by(audit.c.seq.desc())):
        if one.event != "case_assessed":
            return False
        if json.loads(one.details).get("item") == item:
            return True
    return False


def _values(said: Assessment) -> dict[str, Any]:
    return {name: value for name, value in assessment_values(said).items() if name != "made_at"}
