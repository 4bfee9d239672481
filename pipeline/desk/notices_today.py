"""Notices in counts and codes: what waits, what police hold until when, what is late.

Addresses of what waits are opened only to know which tell who reported them, and only where the vault's key is here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, select

from pipeline.desk.case_moves import moves_in
from pipeline.desk.lea_holds import holds_in, overrides_asked
from pipeline.desk.links import links_of_each
from pipeline.desk.notice_answers import locators_of
from pipeline.desk.notice_contacts import recipients_in
from pipeline.desk.notice_grounds import changed_since, ground, no_offence_in, words_on
from pipeline.desk.notice_past import Letter, past_letters
from pipeline.desk.notices import HOST, decided_in, protocol
from pipeline.desk.records import assessments_of_each, dispositions_of_each
from pipeline.desk.telling import telling_among
from pipeline.desk.vaultroom import Vaultroom
from pipeline.store import bulk
from pipeline.store.notice_tables import abuse_contact, notice_item
from pipeline.store.schema import case_record, disposition
from triage.assessment import Assessment, word_on
from triage.disposition import Disposition, Kind
from triage.errors import KeyProblem
from triage.grouping import NewFact
from triage.lea_hold import Hold
from triage.notices import Standing, reminder_due

_GOES, _NOTHING = Standing.READY, Standing.NOT_ASSESSED


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case whose notices wait for police."""

    case_id: int
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True)
class NoticesToday:
    """`waiting`: cases whose notice can be sent, once a contact is known; `decide_again`: cases joined with others
    since, of which police saw no offence since, or whose decision no longer fits; `doubtful`, `due`, `unanswered`:
    contacts with a letter in doubt, a reminder that is due, and addresses nobody will be reminded of any more;
    `overrides`: cases with an override that waits for another person; `telling`, `unviewed`: cases no notice of goes,
    since their addresses tell who reported them, or nobody viewed what is there."""

    waiting: tuple[int, ...] = ()
    held: tuple[HeldCase, ...] = ()
    doubtful: tuple[int, ...] = ()
    due: tuple[int, ...] = ()
    unanswered: tuple[int, ...] = ()
    overrides: tuple[int, ...] = ()
    decide_again: tuple[int, ...] = ()
    telling: tuple[int, ...] = ()
    unviewed: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return any((
            self.waiting, self.held, self.doubtful, self.due, self.unanswered, self.overrides, self.decide_again,
            self.telling, self.unviewed,
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaseNotices:
    """Of one case: what keeps its notices back, and the last letter to each contact about each address."""

    decided: bool
    holds: tuple[Hold, ...]
    letters: tuple[tuple[int, int, Letter], ...]
    """Contact, address, letter."""


def notices_today(connection: Connection, now: datetime, vault: Vaultroom | None = None) -> NoticesToday:
    """Read what waits; without `vault`, or its key, what tells who reported it waits too, and no sending takes it.

    Memory follows the number of undone decisions and of letters.
    """
    decided = set(decided_in(connection))
    rows = connection.execute(
        select(disposition.c.case_id)
        .where(disposition.c.kind == str(Kind.NOTICE), disposition.c.package_id.is_(None))
        .order_by(disposition.c.made_at, disposition.c.disposition_id)
    ).scalars()  # fmt: skip
    contacts = set(
        connection.execute(select(abuse_contact.c.contact_id).where(abuse_contact.c.retired_at.is_(None))).scalars()
    )
    numbers = set(connection.execute(select(notice_item.c.locator_id).distinct()).scalars())
    past = {key: letters[-1] for key, letters in past_letters(connection, numbers).items()}
    stands = _stands(connection, [one for one in dict.fromkeys(rows) if one in decided], contacts, past, vault)
    undone = [case_id for case_id, stand in stands.items() if stand is Standing.READY]
    held = holds_in(connection, undone, now)
    last = {key: letter for key, letter in past.items() if letter.case_id in decided}
    doubtful = {key[0] for key, letter in last.items() if letter.standing is Standing.IN_DOUBT}
    open_ = {key: due_at(letter) for key, letter in last.items()
             if letter.standing is Standing.SENT and key[0] in contacts}  # fmt: skip
    longest = timedelta(days=max(protocol().reminder_days, default=0))
    again = (Standing.DECIDE_AGAIN, Standing.NO_OFFENCE)
    return NoticesToday(
        tuple(one for one in undone if not held[one]),
        tuple(HeldCase(one, held[one]) for one in undone if held[one]),
        tuple(sorted(doubtful)),
        tuple(sorted({key[0] for key, at in open_.items() if at is not None and at <= now})),
        tuple(sorted({key[0] for key, at in open_.items() if at is None and last[key].made_at + longest <= now})),
        overrides_asked(connection),
        *(tuple(case_id for case_id, stand in stands.items() if stand in wanted)
          for wanted in (again, (Standing.TELLS,), (Standing.NOT_VIEWED,))),
    )  # fmt: skip


def _stands(
    connection: Connection, case_ids: Collection[int], contacts: Collection[int],
    past: Mapping[tuple[int, int], Letter], vault: Vaultroom | None,
) -> dict[int, Standing]:  # fmt: skip
    """Of each case the best any of its addresses stands at: `READY` (but for holds and contacts), `DECIDE_AGAIN`,
    `TELLS`, `NOT_VIEWED`, else `NOT_ASSESSED`: nothing of it goes. `past` are the last letters, by contact and
    address."""
    moves, whose = moves_in(connection), recipients_in(connection)
    facts = dict(bulk.lookup(connection, case_record, "case_id", case_ids, ("new_facts",)))
    told = {(whose[to], number): letter for (to, number), letter in sorted(past.items(), key=lambda one: one[1].made_at)
            if to in contacts or letter.standing is Standing.IN_DOUBT}  # fmt: skip
    said, made = assessments_of_each(connection, case_ids), dispositions_of_each(connection, case_ids)
    links, grounds = links_of_each(connection, case_ids), {}
    no_offence = no_offence_in(connection, case_ids, moves)
    for case_id in case_ids:
        decided = [one.made for one in made[case_id] if one.made.kind is Kind.NOTICE]
        since = partial(
            changed_since, joined_at=moves.joined_at(case_id), new_facts=NewFact(facts[case_id]),
            no_offence_at=no_offence.get(case_id),
        )  # fmt: skip
        numbers = {number for number in links[case_id][:, 1].tolist() if number}
        grounds[case_id] = _grounds(said.get(case_id, ()), decided, numbers, told, since)
    going = {case_id: {number for number, why in each if why is None} for case_id, each in grounds.items()}
    tells = _telling(connection, vault, {one: (links[one][:, 0].tolist(), going[one]) for one in going if going[one]})
    return {
        case_id: _best({why or (_GOES, Standing.TELLS)[(case_id, number) in tells] for number, why in each})
        for case_id, each in grounds.items()
    }


def _telling(
    connection: Connection, vault: Vaultroom | None, cases: Mapping[int, tuple[Collection[int], Collection[int]]]
) -> frozenset[tuple[int, int]]:
    if vault is None:
        return frozenset()
    try:
        return telling_among(connection, vault, cases)
    except KeyProblem:
        return frozenset()


def _best(grounds: Collection[Standing]) -> Standing:
    order = (_GOES, Standing.DECIDE_AGAIN, Standing.NO_OFFENCE, Standing.TELLS, Standing.NOT_VIEWED)
    return next((one for one in order if one in grounds), _NOTHING)


def _grounds(
    said: Collection[Assessment], decided: Iterable[Disposition], numbers: Collection[int],
    told: Mapping[tuple[str, int], Letter], changed: Callable[[Disposition], Standing | None],
) -> set[tuple[int, Standing | None]]:  # fmt: skip
    """The case's addresses (of `numbers`) nobody was told of yet, and why each does not go; None: it does."""
    words, last = words_on(said), {one.recipient or HOST: one for one in decided}
    return {
        (number, ground(word_on(words, number), made, said, number, changed=changed(made)))
        for recipient, made in last.items() for number in numbers
        if (letter := told.get((recipient, number))) is None or letter.over(made.at)
    }  # fmt: skip


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
