"""Which reporters allow police to make contact, whom we may reach safely, who wants no contact any more. Opens none."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from pipeline.store import bulk
from pipeline.store.answer_tables import contact_withdrawn
from pipeline.store.schema import report
from triage.disclosure import allows_police
from triage.report import Fact

_SAFE = int(Fact.HAS_CONTACT | Fact.CONTACT_IS_SAFE)


def consenting(connection: Connection, report_ids: Iterable[int]) -> tuple[int, ...]:
    """Those of the reports whose reporter left a contact, allows police to use it, and was not erased; by number."""
    return _with_contact(connection, report_ids, allows_police)


def reachable(connection: Connection, report_ids: Iterable[int]) -> tuple[int, ...]:
    """Those of the reports whose reporter left a contact we may write to or call safely, and was not erased."""
    return _with_contact(connection, report_ids, lambda facts: facts & _SAFE == _SAFE)


def _with_contact(
    connection: Connection, report_ids: Iterable[int], fits: Callable[[int], bool]
) -> tuple[int, ...]:
    rows = bulk.lookup(connection, report, "report_id", report_ids, ("facts", "salt"))
    found = {int(number) for number, facts, salt in rows if fits(facts) and salt is not None}
    return tuple(sorted(found - withdrawn_among(connection, found))) if found else ()


def withdrawn_among(connection: Connection, report_ids: Iterable[int]) -> frozenset[int]:
    """Those of the reports whose reporter wants no contact any more (`answer_withdrawn.py`)."""
    rows = bulk.lookup(connection, contact_withdrawn, "report_id", report_ids, ())
    return frozenset(int(number) for (number,) in rows)
