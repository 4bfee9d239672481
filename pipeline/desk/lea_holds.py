"""The police hold of cases as the store knows it, and what people write down about it.

What police were told is a decision for them and the package it left in; what they say is their signed feedback or a
word a person wrote down. What holds a case holds what is split off it later, too, and the case it is joined into,
however often (`pipeline/desk/case_moves.py`); whether police were told is asked of each address a case holds
(`pipeline/desk/told_to_police.py`). What lets go counts for its own case only: an answer for the very case
police were told of, a word for what lay in its case when it was written, and for what is split off that later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from pipeline.bootstrap import App
from pipeline.desk.case_moves import ALWAYS, Decided, Moves, moves_in, origins
from pipeline.desk.caseview import record_of
from pipeline.desk.holding import check_here
from pipeline.desk.people import actor
from pipeline.desk.records import assessments_of_each
from pipeline.desk.sent_packages import police_agencies
from pipeline.desk.times import clocks
from pipeline.desk.told_danger import dangers_in
from pipeline.desk.told_to_police import Decision, Heard, heard_in
from pipeline.resources import text
from pipeline.routes import routes
from pipeline.store import bulk
from pipeline.store.delivery_tables import police_feedback, urgent_call
from pipeline.store.engine import writing
from pipeline.store.notice_tables import hold_word
from pipeline.store.schema import assessment, case_record, disposition, package
from triage.disposition import Kind
from triage.errors import BadConfiguration, RuleBroken, UsageError
from triage.lea_hold import (
    OVERRIDE_REASONS,
    WAYS,
    Hold,
    HoldProtocol,
    Part,
    PoliceFacts,
    Said,
    Told,
    Word,
    WordKind,
    check_grant,
    grave_items,
    holds,
)
from triage.people import Act, Person, require
from triage.police_feedback import FeedbackState
from triage.verdict import Escalation

HELD, RELEASED, ASKED, GRANTED = (
    "police_hold", "police_hold_released", "hold_override_asked", "hold_override_granted",
)  # fmt: skip
"""Audit events; their subject is the case."""
PROTOCOL_FILE = "notices/protocol.toml"
_FOREVER = datetime.max.replace(tzinfo=UTC)
_EVENT = {WordKind.HOLD: HELD, WordKind.RELEASE: RELEASED, WordKind.OVERRIDE: ASKED}


@cache
def hold_protocol() -> HoldProtocol:
    """The protocol of this installation. Raises BadConfiguration if it names a unit nobody knows."""
    protocol = HoldProtocol.from_toml(text(PROTOCOL_FILE))
    if not set(protocol.hours_of) <= set(routes().recipients):
        raise BadConfiguration(f"data/{PROTOCOL_FILE}: hours_of names a recipient that is not in data/routes")
    return protocol


def holds_in(connection: Connection, case_ids: Collection[int], now: datetime) -> dict[int, tuple[Hold, ...]]:
    """What keeps notices about each of these cases back now; a case nothing holds has an empty tuple."""
    facts = police_facts(connection, case_ids)
    return {case_id: holds(one, hold_protocol(), now) for case_id, one in facts.items()}


def police_facts(connection: Connection, case_ids: Collection[int]) -> dict[int, PoliceFacts]:
    """All a hold is worked out from, by case; times in the hotline's zone."""
    ids = sorted(set(case_ids))
    past = _past(connection, ids)
    assessed, grave = _assessed(connection, ids)
    rows = bulk.lookup(connection, case_record, "case_id", ids, ("escalate", "first_received"))
    return {
        case_id: _facts(past, case_id, PoliceFacts(
            Escalation(escalate), _at(received or 0), assessed.get(case_id), min(grave[case_id].values(), default=None)
        ), grave[case_id]) for case_id, escalate, received in rows
    }  # fmt: skip


def first_told(connection: Connection, case_ids: Collection[int]) -> dict[int, datetime | None]:
    """When police that act on cases first heard of each, by a package that went or a call; None: they did not.

    Of a case that was split off or took one in: since when they have heard of each of its addresses.
    """
    moves, acting = moves_in(connection), police_agencies()
    heard = heard_in(connection, moves, case_ids)
    found: dict[int, datetime | None] = {}
    for case_id, one in heard.items():
        told = one.first_told(acting)
        found[case_id] = max(told.values(), default=None) if one.holds <= told.keys() else None
    still = [case_id for case_id in case_ids if case_id not in heard]
    packed: defaultdict[int, list[datetime]] = defaultdict(list)
    for case_id, made in _told(connection, moves, still).items():
        packed[case_id] += [each.told.gone_at for each in made
                            if each.told.recipient in acting and each.told.gone_at is not None]  # fmt: skip
    for (case_id, _), times in _called(connection, still).items():
        packed[case_id] += times
    return found | {case_id: min(packed[case_id], default=None) for case_id in still}


def write_word(
    app: App, by: Person, case_id: int, kind: WordKind, agency: str | None, reason: str, now: datetime
) -> int:
    """Write down that police asked to wait, let go, or that the hold shall be overridden; answers its number.

    Raises RuleBroken, UsageError naming what does not fit.
    """
    require(by, Act.DISPOSE if kind is WordKind.OVERRIDE else Act.CALL_POLICE)
    allowed = OVERRIDE_REASONS if kind is WordKind.OVERRIDE else WAYS
    if reason not in allowed:
        raise UsageError(f"the reason is one of: {', '.join(allowed)}")
    police = [one.code for one in routes().recipients.values() if one.kind is Kind.POLICE]
    if (agency is None) != (kind is WordKind.OVERRIDE) or agency not in (None, *police):
        raise UsageError(f"police agencies are: {', '.join(police)}")
    with writing(app.store.engine) as connection:
        row = record_of(connection, case_id)
        check_here(row)
        _check_word(connection, case_id, kind, agency, now)
        values = {
            "case_id": case_id, "kind": str(kind), "recipient": agency, "reason": reason,
            "escalate": row.escalate, "person_id": by.person_id, "made_at": int(now.timestamp()),
        }  # fmt: skip
        word = connection.execute(hold_word.insert().values(values).returning(hold_word.c.word_id)).scalar_one()
        said = {"word": word, "reason": reason, "escalate": row.escalate} | ({"recipient": agency} if agency else {})
        app.store.record(connection, now, actor(by), _EVENT[kind], f"C{case_id}", said)
    return int(word)


def grant(app: App, by: Person, case_id: int, now: datetime) -> str:
    """Another person's word on the last override asked for; answers its reason. Raises RuleBroken."""
    require(by, Act.RELEASE, "let a notice go before police do")
    with writing(app.store.engine) as connection:
        check_here(record_of(connection, case_id))
        row = _asked(connection, case_id)
        if row is None:
            raise RuleBroken(f"nobody asked to override the police hold of C{case_id}: `hotline notices override`")
        check_grant(row.person_id, by.person_id)
        last = connection.execute(
            select(func.max(assessment.c.made_at)).where(assessment.c.case_id == case_id)
        ).scalar_one_or_none()
        if last is not None and last > row.made_at:
            raise RuleBroken(f"C{case_id} was assessed again since the override was asked for: ask for it anew")
        joined = moves_in(connection).joined_at(case_id)
        if joined is not None and joined >= row.made_at:
            raise RuleBroken(f"a case was joined into C{case_id} since the override was asked for: ask for it anew")
        connection.execute(
            update(hold_word).where(hold_word.c.word_id == row.word_id)
            .values(granted_by=by.person_id, granted_at=int(now.timestamp()))
        )  # fmt: skip
        said = {"word": row.word_id, "reason": row.reason}
        app.store.record(connection, now, actor(by), GRANTED, f"C{case_id}", said)
    return str(row.reason)


def overrides_asked(connection: Connection) -> tuple[int, ...]:
    """Cases with an override another person has not granted yet, oldest first."""
    rows = connection.execute(
        select(hold_word.c.case_id)
        .where(hold_word.c.kind == str(WordKind.OVERRIDE), hold_word.c.granted_at.is_(None))
        .order_by(hold_word.c.word_id)
    ).scalars()  # fmt: skip
    return tuple(case_id for case_id in dict.fromkeys(rows) if _asked(connection, case_id) is not None)


def _check_word(connection: Connection, case_id: int, kind: WordKind, agency: str | None, now: datetime) -> None:
    """Raises RuleBroken where the word could change nothing, or where one person would let go what takes two."""
    if kind is WordKind.HOLD:
        return
    facts = police_facts(connection, [case_id])[case_id]
    standing = holds(facts, hold_protocol(), now)
    if kind is WordKind.OVERRIDE:
        if not standing:
            raise RuleBroken(f"nothing holds notices about C{case_id} back: there is nothing to override")
        return
    if not any(one.recipient == agency for one in standing):
        raise RuleBroken(f"nothing this agency was told or asked for holds notices about C{case_id} back")
    word = Word(WordKind.RELEASE, _at(int(now.timestamp())), agency, facts.escalate)
    parts = tuple(replace(one, words=(*one.words, word))
                  for one in (Part(facts.told, facts.said, facts.words), *facts.parts))  # fmt: skip
    after = replace(facts, words=parts[0].words, parts=parts[1:])
    if len(holds(after, hold_protocol(), now)) == len(standing):
        raise RuleBroken(
            f"this agency has no package about C{case_id} yet, was not called and did not ask to wait, so it cannot "
            "let go: two people can, with `hotline notices override` and `grant`"
        )


def _asked(connection: Connection, case_id: int) -> Row[Any] | None:
    """The last override asked for, if nobody granted it yet."""
    row = connection.execute(
        select(hold_word).where(hold_word.c.case_id == case_id, hold_word.c.kind == str(WordKind.OVERRIDE))
        .order_by(hold_word.c.word_id.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    return row if row is not None and row.granted_at is None else None


def _assessed(
    connection: Connection, ids: Collection[int]
) -> tuple[dict[int, datetime], defaultdict[int, dict[int | None, datetime]]]:
    """When each case was assessed last; and since when each item stands as grave that police here must hear of."""
    said, home, zone = assessments_of_each(connection, ids), routes().home_country, clocks().zone
    grave = defaultdict[int, dict[int | None, datetime]](dict)
    for case_id, every in said.items():
        grave[case_id] = {item: at.astimezone(zone) for item, at in grave_items(every, home).items()}
    return {case_id: max(one.at for one in every).astimezone(zone) for case_id, every in said.items()}, grave


@dataclass(frozen=True, slots=True)
class _Past:
    """Rows about the hold by the case they were written about, and how cases were split and joined."""

    moves: Moves
    told: Mapping[int, list[Decision]]
    said: Mapping[int, list[Said]]
    words: Mapping[int, list[Word]]
    heard: Mapping[int, Heard]
    """Of cases that were split off or took one in."""


def _past(connection: Connection, ids: Collection[int]) -> _Past:
    moves = moves_in(connection)
    every = sorted({one for case_id in ids for one in moves.sources(case_id)})
    return _Past(
        moves, _told(connection, moves, every), _said(connection, every), _words(connection, every),
        heard_in(connection, moves, ids),
    )  # fmt: skip


def _facts(past: _Past, case_id: int, facts: PoliceFacts, grave: Collection[int | None]) -> PoliceFacts:
    sources = past.moves.sources(case_id)
    own, *others = (_part(past, case_id, one) for one in sources)
    overrides = tuple(one for one in past.words.get(case_id, ()) if one.kind is WordKind.OVERRIDE)
    joined_at = past.moves.joined_at(case_id)
    return replace(
        facts, told=own.told, said=own.said, words=(*own.words, *overrides), parts=tuple(others),
        joined_at=None if joined_at is None else _at(joined_at), of_each=_of_each(past, case_id, facts, grave),
    )  # fmt: skip


def _part(past: _Past, home: int, case_id: int) -> Part:
    """One case that lies in another (`home`), with the words that count for it there.

    A word counts for what lay in its case by then, as far as it lay in it: one about what was split off a case says
    nothing of the rest, also where both are joined again.
    """
    sources, heard = past.moves.sources(home), past.heard.get(home)
    until = _until(sources[case_id])
    words = [one for one in past.words.get(case_id, ()) if one.kind is WordKind.HOLD and one.at <= until]
    for about, end in sources.items():
        for one in past.words.get(about, ()):
            if one.kind is WordKind.RELEASE and one.at <= _until(end):
                lay = past.moves.sources(about, seen=int(one.at.timestamp()) - 1)
                words += [one] if lay.get(case_id, -1) >= sources[case_id] else []
    mine = [one for one in past.told.get(case_id, ()) if one.told.decided_at <= until]
    every = _decisions(past, home)
    told = tuple(told for one in mine if (told := one.told if heard is None else heard.of(one, every)) is not None)
    return Part(told, tuple(past.said.get(case_id, ())), tuple(words))


def _decisions(past: _Past, case_id: int) -> list[Decision]:
    """Every decision for police that counts for the case."""
    sources = past.moves.sources(case_id)
    return [each for one, end in sources.items() for each in past.told.get(one, ())
            if each.told.decided_at <= _until(end)]  # fmt: skip


def _of_each(
    past: _Past, case_id: int, facts: PoliceFacts, grave: Collection[int | None]
) -> tuple[tuple[Told, ...], ...] | None:
    """What police were told of each address that needs them: all where there is danger, or what stands as grave."""
    heard = past.heard.get(case_id)
    if heard is None:
        return None
    every = facts.escalate is not Escalation.NONE or None in grave
    wanted = [one for one in sorted(heard.holds) if every or one[1] in grave]
    return heard.in_hand(wanted, _decisions(past, case_id)) if wanted else ((),)


def _told(connection: Connection, moves: Moves, case_ids: Collection[int]) -> defaultdict[int, list[Decision]]:
    """Decisions for police by the case they were made about, when the package of each went, and calls before it."""
    homes = sorted({moves.home(case_id) for case_id in case_ids})
    columns = ("kind", "recipient", "made_at", "package_id", "disposition_id", "person_id")
    every = bulk.lookup(connection, disposition, "case_id", homes, columns)
    rows = [row for row in every if row[1] == str(Kind.POLICE)]
    made_about = origins(connection, moves, [Decided(row[5], row[0], row[6], row[3], row[2]) for row in rows])
    called, dangers = _called(connection, case_ids), dangers_in(connection, {*case_ids, *homes} if rows else ())
    numbers = [row[4] for row in rows if row[4] is not None]
    gone = dict(bulk.lookup(connection, package, "package_id", {*numbers, *dangers.repeats.values()}, ("made_at",)))
    found: defaultdict[int, list[Decision]] = defaultdict(list)
    for _, _, recipient, made_at, number, decision, person in rows:
        case_id = made_about[decision]
        went = _at(_went(gone, number, dangers.first(number, moves.path(case_id)), made_at)) if number in gone else None
        danger = dangers.told(recipient, number, moves.path(case_id))
        calls, at = called.get((case_id, recipient), []), _at(made_at)
        since = min((one for one in calls if one >= at), default=None)
        told = Told(recipient, at, went, min(calls, default=None), danger, since)
        found[case_id].append(Decision(case_id, told, person, number))
    return found


def _went(gone: Mapping[int, int], number: int, first: int, decided_at: int) -> int:
    """When police were told what was decided: sending the same again does not tell it, a decision since is one anew."""
    return gone[first] if gone.get(first, -1) >= decided_at else gone[number]


def _called(connection: Connection, case_ids: Collection[int]) -> dict[tuple[int, str], list[datetime]]:
    """When each unit was spoken with about a case; a call that reached nobody told nobody, nor does one that has no
    time (`verify` names it)."""
    rows = bulk.lookup(connection, urgent_call, "case_id", case_ids, ("recipient", "spoken_at", "reached"))
    found: defaultdict[tuple[int, str], list[datetime]] = defaultdict(list)
    for case_id, recipient, spoken_at, reached in rows:
        if reached and spoken_at is not None:
            found[case_id, recipient].append(_at(spoken_at))
    return found


def _said(connection: Connection, case_ids: Collection[int]) -> defaultdict[int, list[Said]]:
    """What police answered about each case over their signature; what was taken in without one lets nothing go.

    What helplines answered lies in the same table and is no word of police.
    """
    police = {one.code for one in routes().recipients.values() if one.kind is Kind.POLICE}
    found: defaultdict[int, list[Said]] = defaultdict(list)
    for case_id, recipient, state, at, signed in bulk.lookup(
        connection, police_feedback, "case_id", case_ids, ("recipient", "state", "said_at", "signed")
    ):
        if signed and recipient in police:
            found[case_id].append(Said(recipient, FeedbackState(state), _at(at)))
    return found


def _words(connection: Connection, case_ids: Collection[int]) -> defaultdict[int, list[Word]]:
    found: defaultdict[int, list[Word]] = defaultdict(list)
    columns = ("word_id", "kind", "recipient", "made_at", "escalate", "granted_at")
    for row in sorted(bulk.lookup(connection, hold_word, "case_id", case_ids, columns), key=lambda row: row[1]):
        case_id, _, kind, recipient, made_at, escalate, granted_at = row
        granted = None if granted_at is None else _at(granted_at)
        found[case_id].append(Word(WordKind(kind), _at(made_at), recipient, Escalation(escalate), granted))
    return found


def _until(seconds: int) -> datetime:
    return _FOREVER if seconds == ALWAYS else _at(seconds)


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, clocks().zone)
