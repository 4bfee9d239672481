"""No suspect and no case that may be a child in danger is put away unseen, however sure a word like `spam` looked.

A machine only suspects, and it is a person who says that there is nothing: by an assessment, or by having read what
every reporter of the case wrote. Another person's reading does not count, nor one before the last report came.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Row, and_, or_, select

from pipeline.desk.links import all_links, links_of
from pipeline.desk.people import actor
from pipeline.desk.records import assessments_of
from pipeline.store.schema import audit, case_reports, run
from triage.errors import RuleBroken
from triage.grouping import NewFact
from triage.people import Person
from triage.verdict import Escalation, Label

READ_AT_ONCE = 12
"""Reports whose texts `cases show --text` shows without `--all`: the newest."""
_READ, _ASSESSED, _JOINED, _COMMITTED = "text_read", "case_assessed", "cases_joined", "batch_committed"
_BROUGHT = (
    NewFact.CONTACT | NewFact.DANGER | NewFact.UNLIKE_TEXT | NewFact.MORE_SEVERE | NewFact.AGAIN_AFTER_REMOVAL
    | NewFact.JOINED
)  # fmt: skip
"""What reports brought that an assessment made before did not know."""


def check_was_seen(connection: Connection, row: Row[Any], by: Person) -> None:
    """Raises RuleBroken where the machine suspects or escalates the case and it is neither assessed nor read by `by`.

    Of a case that is back for what later reports brought, only what was said since counts.
    """
    if row.label != Label.CSAM_SUSPECT and not row.escalate:
        return
    new, assessed = bool(NewFact(row.new_facts) & _BROUGHT), bool(assessments_of(connection, row.case_id))
    if assessed and not new:
        return
    told = connection.execute(_events(row.case_id)).all()
    came = max((one.seq for one in told if one.event in (_COMMITTED, _JOINED)), default=0)
    if any(one.event == _ASSESSED and one.seq > came for one in told):
        return
    mine = [one for one in told if one.event == _READ and one.actor == actor(by)]
    reports = len({report_id for report_id, *_ in all_links(links_of(connection, row.case_id)).tolist()})
    if any(one.seq > came and json.loads(one.details)["reports"] >= reports for one in mine):
        return
    what = "may be a child in danger" if row.escalate != Escalation.NONE else "is a suspect"
    unsaid = "nobody assessed it since new information came" if assessed else "nobody assessed it"
    unread = "you have not read it since its last report came" if mine else "you have not read it"
    if any(one.seq > came for one in mine):
        unread = f"you have not read all of its {reports} reports"
    every = " --all" if reports > READ_AT_ONCE else ""
    raise RuleBroken(
        f"C{row.case_id} {what}, {unsaid} and {unread}: first `hotline cases show C{row.case_id} --text{every}`, or"
        f" `hotline assess C{row.case_id}`"
    )


def _events(case_id: int) -> Any:
    """What says when the case's reports came, and who read or assessed it."""
    runs = select(case_reports.c.run_no).where(case_reports.c.case_id == case_id)
    names = select(run.c.run_id).where(run.c.run_no.in_(runs))
    return select(audit.c.seq, audit.c.event, audit.c.actor, audit.c.details).where(
        or_(
            and_(audit.c.subject == f"C{case_id}", audit.c.event.in_((_READ, _ASSESSED, _JOINED))),
            and_(audit.c.event == _COMMITTED, audit.c.subject.in_(names)),
        )
    )
