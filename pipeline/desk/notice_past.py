"""Letters that went about addresses, and what hosts did: rows of the store, by contact and address."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from pipeline.store import bulk
from pipeline.store.notice_tables import notice, notice_answer, notice_item
from triage.notices import HostSaid, Standing

CLAIMED, SENT, REFUSED = "claimed", "sent", "refused"
"""States of `notice`."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a host did about one address, and when (`at`); `noted_at` is when a person wrote it down."""

    said: HostSaid
    at: datetime
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter about one address to one contact. `turn` counts all of them, `reminder` those before it that asked
    the same; `answer` is what the host did since."""

    notice_id: int
    turn: int
    reminder: int
    made_at: datetime
    state: str
    case_id: int
    answer: Answered | None = None

    @property
    def standing(self) -> Standing:
        """Where the address stands after this letter."""
        if self.answer is not None:
            return Standing.ANSWERED
        return Standing.IN_DOUBT if self.state == CLAIMED else Standing.SENT

    def over(self, decided_at: datetime) -> bool:
        """Whether a decision is newer than the answer to this letter: then the address is told of afresh."""
        return self.answer is not None and decided_at > self.answer.noted_at


def past_letters(
    connection: Connection, locator_ids: Collection[int]
) -> dict[tuple[int, int], tuple[Letter, ...]]:
    """By contact and address, oldest first; refused letters left no rows here."""
    rows = bulk.lookup(
        connection, notice_item, "locator_id", sorted(locator_ids), ("contact_id", "turn", "notice_id", "case_id")
    )
    made = {
        number: (reminder, made_at, state)
        for number, reminder, made_at, state in bulk.lookup(
            connection, notice, "notice_id", {row[3] for row in rows}, ("reminder", "made_at", "state")
        )
    }
    answers = _answers(connection, {row[0] for row in rows})
    found: defaultdict[tuple[int, int], list[Letter]] = defaultdict(list)
    for locator_id, contact_id, turn, number, case_id in sorted(rows, key=lambda row: (row[0], row[1], row[2])):
        reminder, made_at, state = made[number]
        at = datetime.fromtimestamp(made_at, UTC)
        answer = next((one for one in answers[contact_id, locator_id] if one.noted_at >= at), None)
        found[contact_id, locator_id].append(Letter(number, turn, reminder, at, state, case_id, answer))
    return {key: tuple(letters) for key, letters in found.items()}


def doubtful_in(connection: Connection) -> dict[int, int]:
    """Letters nobody knows of whether they arrived, and how many addresses each names."""
    rows = connection.execute(
        select(notice_item.c.notice_id, func.count())
        .where(notice_item.c.notice_id.in_(select(notice.c.notice_id).where(notice.c.state == CLAIMED)))
        .group_by(notice_item.c.notice_id)
    )  # fmt: skip
    return {int(number): int(count) for number, count in rows}


def _answers(connection: Connection, locator_ids: Collection[int]) -> defaultdict[tuple[int, int], list[Answered]]:
    """By contact and address, in the order they were written down."""
    rows = bulk.lookup(
        connection, notice_answer, "locator_id", sorted(locator_ids),
        ("contact_id", "said", "said_at", "made_at", "answer_id"),
    )  # fmt: skip
    found: defaultdict[tuple[int, int], list[Answered]] = defaultdict(list)
    for locator_id, contact_id, said, said_at, made_at, _ in sorted(rows, key=lambda row: row[5]):
        one = Answered(
            HostSaid(said), datetime.fromtimestamp(said_at, UTC), datetime.fromtimestamp(made_at, UTC)
        )
        found[contact_id, locator_id].append(one)
    return found
