"""No case that may be a child in danger is put away unread, however sure a word like `spam` looked from outside."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.desk.links import all_links, links_of, reports_in
from pipeline.desk.records import assessments_of
from pipeline.store.schema import audit
from triage.errors import RuleBroken
from triage.report import Fact

_READ = "text_read"
_WORDS = Fact.HAS_TEXT | Fact.UNHEARD


def check_was_read(connection: Connection, row: Row[Any]) -> None:
    """Raises RuleBroken where an escalated case has words nobody opened, and nobody assessed it either."""
    if not row.escalate or assessments_of(connection, row.case_id):
        return
    events = select(audit.c.seq).where(audit.c.subject == f"C{row.case_id}", audit.c.event == _READ).limit(1)
    if connection.execute(events).first() is not None:
        return
    links = all_links(links_of(connection, row.case_id))
    if any(one.facts & _WORDS for one in reports_in(connection, links[:, 0].tolist())):
        raise RuleBroken(
            f"C{row.case_id} may be a child in danger and nobody has read it: first `hotline cases show C{row.case_id}"
            " --text`, or assess it"
        )
