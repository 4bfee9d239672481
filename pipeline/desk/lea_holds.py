"""The police hold of cases as the store knows it, and what people write down about it.

What police were told is a decision for them and the package it left in; what they say is their feedback or a word a
person wrote down. What holds a case holds what is split off it later, too, and the case it is joined into; a word of
police that lets go counts for its own case, and for what was split off it after that.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from pipeline.bootstrap import App
from pipeline.desk.caseview import record_of
from pipeline.desk.holding import check_here
from pipeline.desk.listing import case_now
from pipeline.desk.people import actor
from pipeline.desk.times import clocks
from pipeline.resources import text
from pipeline.routes import routes
from pipeline.store import bulk
from pipeline.store.delivery_tables import police_feedback
from pipeline.store.engine import writing
from pipeline.store.notice_tables import hold_word
from pipeline.store.schema import assessment, audit, case_record, disposition, package
from triage.assessment import GRAVE, Classification
from triage.disposition import Kind
from triage.errors import BadConfiguration, RuleBroken, UsageError
from triage.lea_hold import (
    OVERRIDE_REASONS,
    WAYS,
    Hold,
    HoldProtocol,
    PoliceFacts,
    Said,
    Told,
    Word,
    WordKind,
    check_grant,
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
_SPLIT_OFF = "case_split_off"
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
    before = _split_off(connection, ids)
    every = sorted({*ids, *(origin for one in before.values() for origin, _ in one)})
    told, words = _told(connection, every), _words(connection, every)
    said = _said(connection, every)
    assessed, grave = _assessed(connection, ids)
    return {
        case_id: PoliceFacts(
            Escalation(escalate), _at(received or 0), assessed.get(case_id), grave.get(case_id),
            (*told[case_id], *(one for origin, until in before[case_id] for one in told[origin]
                               if one.decided_at <= until)),
            (*said[case_id], *(one for origin, _ in before[case_id] for one in said[origin])),
            (*words[case_id], *(one for origin, until in before[case_id] for one in words[origin]
                                if one.at <= until and one.kind is not WordKind.OVERRIDE)),
        )
        for case_id, escalate, received in bulk.lookup(
            connection, case_record, "case_id", ids, ("escalate", "first_received")
        )
    }  # fmt: skip


def write_word(
    app: App, by: Person, case_id: int, kind: WordKind, agency: str | None, reason: str, now: datetime
) -> int:
    """Write down that police asked to wait, let go, or that the hold shall be overridden; answers its number.

    Raises RuleBroken, UsageError naming what does not fit.
    """
    require(by, Act.DISPOSE)
    allowed = OVERRIDE_REASONS if kind is WordKind.OVERRIDE else WAYS
    if reason not in allowed:
        raise UsageError(f"the reason is one of: {', '.join(allowed)}")
    police = [one.code for one in routes().recipients.values() if one.kind is Kind.POLICE]
    if (agency is None) != (kind is WordKind.OVERRIDE) or agency not in (None, *police):
        raise UsageError(f"police agencies are: {', '.join(police)}")
    with writing(app.store.engine) as connection:
        row = record_of(connection, case_id)
        check_here(row)
        if kind is WordKind.OVERRIDE and not holds_in(connection, [case_id], now)[case_id]:
            raise RuleBroken(f"nothing holds notices about C{case_id} back: there is nothing to override")
        values = {
            "case_id": case_id, "kind": str(kind), "recipient": agency, "reason": reason,
            "escalate": row.escalate, "person_id": by.person_id, "made_at": int(now.timestamp()),
        }  # fmt: skip
        word = connection.execute(hold_word.insert().values(values).returning(hold_word.c.word_id)).scalar_one()
        said = {"word": word, "reason": reason} | ({"recipient": agency} if agency else {})
        app.store.record(connection, now, actor(by), _EVENT[kind], f"C{case_id}", said)
    return int(word)


def grant(app: App, by: Person, case_id: int, now: datetime) -> str:
    """Another person's word on the last override asked for; answers its reason. Raises RuleBroken."""
    require(by, Act.RELEASE)
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


def _asked(connection: Connection, case_id: int) -> Row[Any] | None:
    """The last override asked for, if nobody granted it yet."""
    row = connection.execute(
        select(hold_word).where(hold_word.c.case_id == case_id, hold_word.c.kind == str(WordKind.OVERRIDE))
        .order_by(hold_word.c.word_id.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    return row if row is not None and row.granted_at is None else None


def _assessed(connection: Connection, ids: Collection[int]) -> tuple[dict[int, datetime], dict[int, datetime]]:
    """When each case was assessed last; and since when something grave stands in it that police here must hear of."""
    columns = ("locator_id", "classification", "hosting_country", "made_at", "assessment_id")
    rows = sorted(bulk.lookup(connection, assessment, "case_id", ids, columns), key=lambda row: row[4:])
    standing = {(row[0], row[1]): row for row in rows}
    at_home = (None, routes().home_country)
    grave: dict[int, datetime] = {}
    for case_id, _, classification, country, made_at, _ in standing.values():
        if Classification(classification) in GRAVE and country in at_home:
            grave[case_id] = min(_at(made_at), grave.get(case_id, _at(made_at)))
    return {row[0]: _at(row[4]) for row in sorted(rows, key=lambda row: row[4])}, grave


def _told(connection: Connection, ids: Collection[int]) -> defaultdict[int, list[Told]]:
    """Decisions for police, and when the package of each went."""
    rows = bulk.lookup(
        connection, disposition, "case_id", ids, ("kind", "recipient", "made_at", "package_id")
    )
    police = [row for row in rows if row[1] == str(Kind.POLICE)]
    numbers = [row[4] for row in police if row[4] is not None]
    gone = dict(bulk.lookup(connection, package, "package_id", numbers, ("made_at",)))
    found: defaultdict[int, list[Told]] = defaultdict(list)
    for case_id, _, recipient, made_at, number in police:
        found[case_id].append(Told(recipient, _at(made_at), _at(gone[number]) if number in gone else None))
    return found


def _said(connection: Connection, ids: Collection[int]) -> defaultdict[int, list[Said]]:
    """What police answered about each case."""
    found: defaultdict[int, list[Said]] = defaultdict(list)
    for case_id, recipient, state, at in bulk.lookup(
        connection, police_feedback, "case_id", ids, ("recipient", "state", "said_at")
    ):
        found[case_id].append(Said(recipient, FeedbackState(state), _at(at)))
    return found


def _split_off(connection: Connection, ids: Collection[int]) -> defaultdict[int, list[tuple[int, datetime]]]:
    """By case, the cases it was split off from, directly or by way of others, and when."""
    rows = connection.execute(
        select(audit.c.subject, audit.c.details, audit.c.at).where(audit.c.event == _SPLIT_OFF).order_by(audit.c.seq)
    )
    parents = {
        int(row.subject.removeprefix("C")): (
            int(json.loads(row.details)["from"].removeprefix("C")),
            datetime.fromisoformat(row.at).astimezone(clocks().zone),
        )
        for row in rows
    }  # fmt: skip
    found: defaultdict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for case_id in ids:
        child = case_id
        while child in parents:  # a case is split off once, from one that was there before it
            found[case_id].append(parents[child])
            child = parents[child][0]
    return found


def _words(connection: Connection, ids: Collection[int]) -> defaultdict[int, list[Word]]:
    found: defaultdict[int, list[Word]] = defaultdict(list)
    wanted = set(ids)
    for row in _word_rows(connection, ids):
        kind = WordKind(row.kind)
        case_id = case_now(connection, row.case_id) if kind is WordKind.HOLD else row.case_id
        if case_id in wanted:
            granted = None if row.granted_at is None else _at(row.granted_at)
            found[case_id].append(Word(kind, _at(row.made_at), row.recipient, Escalation(row.escalate), granted))
    return found


def _word_rows(connection: Connection, ids: Collection[int]) -> Iterable[Row[Any]]:
    """Words are few: every one is read where any case was joined, else those of these cases."""
    query = select(hold_word).order_by(hold_word.c.word_id)
    if len(ids) == 1:
        (one,) = ids
        joined = select(case_record.c.case_id).where(case_record.c.joined_into.is_not(None))
        query = query.where((hold_word.c.case_id == one) | hold_word.c.case_id.in_(joined))
    return connection.execute(query).all()


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, clocks().zone)
