"""Notices in counts and codes, without opening an address: what waits, what police hold until when, what is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from pipeline.desk.lea_holds import holds_in, overrides_asked
from pipeline.desk.notice_answers import locators_of
from pipeline.desk.notice_past import Letter, past_letters
from pipeline.desk.notices import decided_in, protocol
from pipeline.store.notice_tables import abuse_contact, notice_item
from pipeline.store.schema import disposition
from triage.disposition import Kind
from triage.lea_hold import Hold
from triage.notices import Standing, reminder_due


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case whose notices wait for police."""

    case_id: int
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True)
class NoticesToday:
    """`waiting`: cases whose notice can be sent; `doubtful`, `due`, `unanswered`: contacts with a letter in doubt, a
    reminder that is due, and addresses nobody will be reminded of any more; `overrides`: cases with an override that
    waits for another person."""

    waiting: tuple[int, ...] = ()
    held: tuple[HeldCase, ...] = ()
    doubtful: tuple[int, ...] = ()
    due: tuple[int, ...] = ()
    unanswered: tuple[int, ...] = ()
    overrides: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return any((self.waiting, self.held, self.doubtful, self.due, self.unanswered, self.overrides))


@dataclass(frozen=True, slots=True)
class CaseNotices:
    """Of one case: what keeps its notices back, and the last letter to each contact about each address."""

    decided: bool
    holds: tuple[Hold, ...]
    letters: tuple[tuple[int, int, Letter], ...]
    """Contact, address, letter."""


def notices_today(connection: Connection, now: datetime) -> NoticesToday:
    """Read what waits. Memory follows the number of undone decisions and of letters."""
    decided = set(decided_in(connection))
    rows = connection.execute(
        select(disposition.c.case_id)
        .where(disposition.c.kind == str(Kind.NOTICE), disposition.c.package_id.is_(None))
        .order_by(disposition.c.made_at, disposition.c.disposition_id)
    ).scalars()  # fmt: skip
    undone = [case_id for case_id in dict.fromkeys(rows) if case_id in decided]
    held = holds_in(connection, undone, now)
    contacts = set(
        connection.execute(select(abuse_contact.c.contact_id).where(abuse_contact.c.retired_at.is_(None))).scalars()
    )
    numbers = set(connection.execute(select(notice_item.c.locator_id).distinct()).scalars())
    last = {key: letters[-1] for key, letters in past_letters(connection, numbers).items()
            if letters[-1].case_id in decided}  # fmt: skip
    doubtful = {key[0] for key, letter in last.items() if letter.standing is Standing.IN_DOUBT}
    open_ = {key: due_at(letter) for key, letter in last.items()
             if letter.standing is Standing.SENT and key[0] in contacts}  # fmt: skip
    longest = timedelta(days=max(protocol().reminder_days, default=0))
    return NoticesToday(
        tuple(one for one in undone if not held[one]),
        tuple(HeldCase(one, held[one]) for one in undone if held[one]),
        tuple(sorted(doubtful)),
        tuple(sorted({key[0] for key, at in open_.items() if at is not None and at <= now})),
        tuple(sorted({key[0] for key, at in open_.items() if at is None and last[key].made_at + longest <= now})),
        overrides_asked(connection),
    )  # fmt: skip


def due_at(letter: Letter) -> datetime | None:
    """When the next letter after this one is due; None: no further one."""
    return reminder_due(letter.made_at, letter.reminder + 1, protocol())


def case_notices(connection: Connection, case_id: int, now: datetime) -> CaseNotices:
    """What a person is told of one case."""
    decided = connection.execute(
        select(disposition.c.disposition_id)
        .where(disposition.c.case_id == case_id, disposition.c.kind == str(Kind.NOTICE)).limit(1)
    ).first()  # fmt: skip
    past = past_letters(connection, locators_of(connection, case_id))
    letters = tuple((contact, locator, past[contact, locator][-1]) for contact, locator in sorted(past))
    held = holds_in(connection, [case_id], now).get(case_id, ())
    return CaseNotices(decided is not None, held, letters)
