"""Under which number an agency keeps a case: what a person says on the telephone when they ask how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from pipeline.desk.case_moves import moves_in
from pipeline.desk.times import utc
from pipeline.desk.told_now import cases_now
from pipeline.store.delivery_tables import police_feedback


@dataclass(frozen=True, slots=True)
class TheirNumber:
    """One number of an agency for what a case holds, also where they said it of another it lay in, and when they last
    said it (UTC)."""

    recipient: str
    number: str
    said_at: datetime


def their_numbers(connection: Connection, case_id: int) -> tuple[TheirNumber, ...]:
    """Every number of every agency, by agency, the one said last first."""
    table = police_feedback.c
    rows = connection.execute(
        select(table.case_id, table.recipient, table.their_number, table.said_at)
        .where(table.case_id.in_(list(moves_in(connection).sources(case_id))), table.their_number.is_not(None))
        .order_by(table.recipient, table.said_at.desc(), table.feedback_id.desc())
    ).all()  # fmt: skip
    now = cases_now(connection, {(row.case_id, row.recipient) for row in rows})
    found: dict[tuple[str, str], TheirNumber] = {}
    for row in rows:
        if case_id in now[row.case_id, row.recipient]:
            one = TheirNumber(row.recipient, row.their_number, utc(row.said_at))
            found.setdefault((one.recipient, one.number), one)
    return tuple(found.values())


def numbers_said(connection: Connection, recipient: str, case_ids: Iterable[int]) -> tuple[str, ...]:
    """Under which numbers this recipient keeps what it was told of in these cases: of each the one it said last."""
    table = police_feedback.c
    rows = connection.execute(
        select(table.case_id, table.their_number)
        .where(table.recipient == recipient, table.case_id.in_(list(case_ids)), table.their_number.is_not(None))
        .order_by(table.said_at, table.feedback_id)
    ).all()  # fmt: skip
    last = {row.case_id: str(row.their_number) for row in rows}
    return tuple(dict.fromkeys(last[case_id] for case_id in sorted(last)))
