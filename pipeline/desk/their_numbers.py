"""Under which number an agency keeps a case: what a person says on the telephone when they ask how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from pipeline.desk.case_moves import moves_in
from pipeline.desk.times import utc
from pipeline.store.delivery_tables import police_feedback


@dataclass(frozen=True, slots=True)
class TheirNumber:
    """One number of an agency for this case or one that was joined into it, and when they last said it (UTC)."""

    recipient: str
    number: str
    said_at: datetime


def their_numbers(connection: Connection, case_id: int) -> tuple[TheirNumber, ...]:
    """Every number of every agency, by agency, the one said last first."""
    members = (case_id, *moves_in(connection).members(case_id))
    table = police_feedback.c
    rows = connection.execute(
        select(table.recipient, table.their_number, table.said_at)
        .where(table.case_id.in_(members), table.their_number.is_not(None))
        .order_by(table.recipient, table.said_at.desc(), table.feedback_id.desc())
    ).all()  # fmt: skip
    found: dict[tuple[str, str], TheirNumber] = {}
    for row in rows:
        one = TheirNumber(row.recipient, row.their_number, utc(row.said_at))
        found.setdefault((one.recipient, one.number), one)
    return tuple(found.values())
