"""Which reporters allow police to make contact, and who wants no contact at all any more. Opens no contact."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection

from pipeline.store import bulk
from pipeline.store.answer_tables import contact_withdrawn
from pipeline.store.schema import report
from triage.disclosure import allows_police


def consenting(connection: Connection, report_ids: Iterable[int]) -> tuple[int, ...]:
    """Those of the reports whose reporter left a contact, allows police to use it, and was not erased; by number."""
    rows = bulk.lookup(connection, report, "report_id", report_ids, ("facts", "salt"))
    allowed = {int(number) for number, facts, salt in rows if allows_police(facts) and salt is not None}
    return tuple(sorted(allowed - withdrawn_among(connection, allowed))) if allowed else ()


def withdrawn_among(connection: Connection, report_ids: Iterable[int]) -> frozenset[int]:
    """Those of the reports whose reporter wants no contact any more (`answer_withdrawn.py`)."""
    rows = bulk.lookup(connection, contact_withdrawn, "report_id", report_ids, ())
    return frozenset(int(number) for (number,) in rows)
