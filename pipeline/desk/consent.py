"""Which reporters allowed police to make contact. Reads codes only and opens no contact."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from pipeline.store import bulk
from pipeline.store.schema import report
from triage.disclosure import allows_police


def consenting(connection: Connection, report_ids: Iterable[int]) -> tuple[int, ...]:
    """Those of the reports whose reporter left a contact, allowed police to use it, and was not erased; by number."""
    rows = bulk.lookup(connection, report, "report_id", report_ids, ("facts", "salt"))
    return tuple(sorted(int(number) for number, facts, salt in rows if allows_police(facts) and salt is not None))
