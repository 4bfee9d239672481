"""What hosts did, written down by a person; a case all of whose addresses were removed is moved to `removed`.

`said_at` of an answer is the third clock of a case: when the content was gone. A case that has new facts for a person
stays with them, also where all of it was removed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, update

from pipeline.bootstrap import App
from pipeline.desk.caseview import record_of
from pipeline.desk.holding import check_here
from pipeline.desk.links import all_links, links_of
from pipeline.desk.notice_past import Letter, past_letters
from pipeline.desk.people import actor
from pipeline.store.engine import writing
from pipeline.store.notice_tables import notice_answer
from pipeline.store.schema import case_record
from triage.errors import RuleBroken, UsageError
from triage.lifecycle import Event, Status, move
from triage.notices import HostSaid, Standing
from triage.people import Act, Person, require

ANSWERED = "notice_answered"
"""Audit event; its subject is the case."""
_MAY_MOVE = frozenset({Status.DECIDED, Status.CLOSED})
_OPEN = frozenset({Standing.SENT, Standing.IN_DOUBT})


@dataclass(frozen=True, slots=True)
class Noted:
    """How many addresses an answer was noted for, and whether the case counts as removed now."""

    addresses: int
    removed: bool


def note(
    app: App, by: Person, case_id: int, said: HostSaid, said_at: datetime, now: datetime,
    items: Collection[int] = (), contact_id: int | None = None,
) -> Noted:  # fmt: skip
    """Note what a host did about the addresses of a case it was told of (those in `items`, else all).

    Raises UsageError for addresses nobody was told of, RuleBroken for a time in the future or before the letter.
    """
    require(by, Act.DISPOSE, "write down what a host answered")
    if said_at > now:
        raise RuleBroken("--at is in the future: give the day and time when the host answered")
    with writing(app.store.engine) as connection:
        row = record_of(connection, case_id)
        check_here(row)
        numbers = locators_of(connection, case_id)
        chosen = {
            key: letters for key, letters in past_letters(connection, numbers).items()
            if letters[-1].standing in _OPEN and (not items or key[1] in items) and contact_id in (None, key[0])
        }  # fmt: skip
        if not chosen or not set(items) <= {locator_id for _, locator_id in chosen}:
            raise UsageError(f"no letter about that waits for an answer: see `hotline cases show C{case_id}`")
        _check_time(chosen.values(), said_at)
        _insert(connection, by, case_id, chosen, said, said_at, now)
        details = {
            "said": str(said), "addresses": len(chosen), "at": said_at.isoformat(),
            "items": [list(key) for key in sorted(chosen)],
        }  # fmt: skip
        app.store.record(connection, now, actor(by), ANSWERED, f"C{case_id}", details)
        gone = said is HostSaid.REMOVED and _all_gone(connection, numbers) and Status(row.status) in _MAY_MOVE
        if gone:
            status = str(move(Status(row.status), Event.CONTENT_REMOVED))
            values = {"status": status, "status_before": status, "lane": None, "version": row.version + 1}
            connection.execute(update(case_record).where(case_record.c.case_id == case_id).values(values))
    return Noted(len(chosen), gone)


def locators_of(connection: Connection, case_id: int) -> set[int]:
    """The addresses of a case, by number."""
    return {int(number) for number in all_links(links_of(connection, case_id))[:, 1].tolist() if number}


def _check_time(chosen: Iterable[tuple[Letter, ...]], said_at: datetime) -> None:
    """Raises RuleBroken for an answer from before the first letter it can be an answer to; minutes are compared."""
    for letters in chosen:
        first = max(one.made_at for one in letters if one.reminder == 0)
        if said_at < first.replace(second=0):
            raise RuleBroken("an answer comes after the letter: check --at, or name the items that were told of then")


def _insert(
    connection: Connection, by: Person, case_id: int, chosen: Collection[tuple[int, int]], said: HostSaid,
    said_at: datetime, now: datetime,
) -> None:  # fmt: skip
    connection.execute(
        notice_answer.insert(),
        [{"contact_id": contact_id, "locator_id": locator_id, "case_id": case_id, "said": str(said),
          "said_at": int(said_at.timestamp()), "person_id": by.person_id, "made_at": int(now.timestamp())}
         for contact_id, locator_id in sorted(chosen)],
    )  # fmt: skip


def _all_gone(connection: Connection, numbers: Collection[int]) -> bool:
    """Whether the last letter about every address of the case was answered, and each answer says `removed`."""
    last: dict[int, Letter] = {}
    for (_, locator_id), letters in past_letters(connection, numbers).items():
        known = last.get(locator_id)
        if known is None or letters[-1].notice_id > known.notice_id:
            last[locator_id] = letters[-1]
    answers = [one.answer for one in last.values()]
    return set(last) == set(numbers) and all(one is not None and one.said is HostSaid.REMOVED for one in answers)
