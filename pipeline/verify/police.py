"""Urgent calls and police answers: every row has its events in the audit chain, and nobody reviewed their own call."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.desk.feedback import ABOUT, feedback_digests
from pipeline.store.delivery_tables import police_feedback, urgent_call
from pipeline.verify.chained import (
    CALL_LOGGED,
    CALL_MADE,
    CALL_REVIEWED,
    HELPLINE_SAID,
    POLICE_SAID,
    Acted,
    Chained,
    number_of,
)
from pipeline.verify.decisions import compare
from pipeline.verify.finding import Findings
from pipeline.verify.world import World


def check_calls(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Hold the making, the log and the review of every call against its event, and the other way round."""
    rows = connection.execute(select(urgent_call).order_by(urgent_call.c.call_id)).all()
    logged = [row for row in rows if row.spoken_at is not None or row.reached is not None]
    reviewed = [row for row in rows if row.reviewed_at is not None or row.review is not None]
    steps: tuple[tuple[str, str, list[tuple[Hashable, str]], tuple[str, ...]], ...] = (
        ("urgent call", CALL_MADE, [_step(row, row.person_id, row.made_at, row.reason, row.recipient) for row in rows],
         ("reason", "recipient")),
        ("call log", CALL_LOGGED, [_step(row, row.logged_by, row.logged_at, row.recipient) for row in logged],
         ("recipient",)),
        ("call review", CALL_REVIEWED, [_step(row, row.reviewed_by, row.reviewed_at, row.review) for row in reviewed],
         ("outcome",)),
    )  # fmt: skip
    for what, event, there, words in steps:
        told = [
            ((one.person, one.at, one.number, one.details.get("call"), *map(one.word, words)), one.subject)
            for one in chained.of(event)
        ]
        compare(what, there, told, findings, code=event)
    logs = {one.details.get("call"): one for one in chained.of(CALL_LOGGED)}
    for row in rows:
        _check_log(row, logs.get(row.call_id), findings)
        if row.reviewed_by is not None and row.reviewed_by in (row.person_id, row.logged_by):
            findings.add("four_eyes", f"C{row.case_id}", "its urgent call was reviewed by somebody who had made it")


def _check_log(row: Row[Any], told: Acted | None, findings: Findings) -> None:
    """A log is there whole or not at all, and says what the chain tells of when and whether somebody was reached.

    Events of an older version do not say when.
    """
    log = (row.spoken_at, row.reached, row.logged_by, row.logged_at, row.envelope_id, row.salt, row.sealed)
    if len({one is None for one in log}) > 1:
        findings.add("call_log", f"C{row.case_id}", "the log of its urgent call is missing, or stands there half")
    reached = told is not None and told.details.get("reached") is True
    if bool(row.reached) != reached:
        findings.add("call_log", f"C{row.case_id}", "its log and the chain disagree on whether police were reached")
    if told is not None and told.details.get("spoken", row.spoken_at) != row.spoken_at:
        findings.add("call_log", f"C{row.case_id}", "its log and the chain disagree on when police were spoken with")


def check_feedback(
    connection: Connection, world: World, chained: Chained, index_key: bytes, findings: Findings
) -> None:
    """Hold every answer of an agency against its event, and the other way round; what else it says (their number, when
    they said it, in which file) against the digest there, which events of an older version have not. One that reached
    several cases has an event in each."""
    rows = connection.execute(select(police_feedback).order_by(police_feedback.c.feedback_id)).all()
    there: list[tuple[Hashable, str]] = [
        ((row.person_id, row.imported_at, world.end_of(row.case_id), row.recipient, row.state, bool(row.signed)),
         f"C{row.case_id}")
        for row in rows
    ]  # fmt: skip
    events = _in_force(_once([one for event in (POLICE_SAID, HELPLINE_SAID) for one in chained.of(event)]), world)
    told: list[tuple[Hashable, str]] = [
        ((one.person, one.at, world.end_of(_about(one)), one.word("recipient"), one.word("state"),
          bool(one.details.get("signed"))), one.subject)
        for one in events
    ]  # fmt: skip
    compare("police answer", there, told, findings, code=POLICE_SAID)
    digests = feedback_digests([row._mapping for row in rows], index_key)
    says = {(key, digest) for (key, _), digest in zip(there, digests, strict=True)}
    keys = {key for key, _ in there}
    for (key, subject), one in zip(told, events, strict=True):
        if "digest" in one.details and key in keys and (key, one.word("digest")) not in says:
            findings.add(POLICE_SAID, subject, "an answer has another number, time or file than when it was taken in")


def _about(one: Acted) -> int:
    """The case an answer's reference was made for: its row stands under that, wherever the answer reached."""
    return number_of(one.word(ABOUT)) if one.word(ABOUT) else one.number


def _once(events: Iterable[Acted]) -> list[Acted]:
    """Of an answer that reached several cases the first event alone."""
    found: dict[Hashable, Acted] = {}
    for one in events:
        said = tuple(one.word(name) for name in ("recipient", "state", "digest", "signed"))
        found.setdefault((one.at, one.word(ABOUT), *said) if one.word(ABOUT) else one.seq, one)
    return list(found.values())


def _in_force(events: Iterable[Acted], world: World) -> list[Acted]:
    """Answers without those a signed one took the place of: the last unsigned one about it that is not replaced yet."""
    found: list[Acted] = []
    for one in sorted(events, key=lambda one: one.seq):
        if one.word("instead_of"):
            gone = next((early for early in reversed(found) if _is_replaced(early, one, world)), None)
            if gone is not None:
                found.remove(gone)
        found.append(one)
    return found


def _is_replaced(early: Acted, by: Acted, world: World) -> bool:
    """Whether `by` stands in the place of an earlier answer; events of an older version have no digest."""
    same = all(early.word(name) == by.word(name) for name in ("recipient", "state"))
    known = early.word("digest") in ("", by.word("instead_of"))
    of_same = world.end_of(_about(early)) == world.end_of(_about(by))
    return same and known and of_same and not early.details.get("signed")


def _step(row: Row[Any], person: int, at: int, *words: str) -> tuple[Hashable, str]:
    return (person, at, row.case_id, row.call_id, *words), f"C{row.case_id}"
