"""Take in what police and helplines answered: signed by their pinned key, each line once, to a person if they ask.

References are keyed digests, so a line is resolved by computing them again for what this very recipient was sent: an
agency cannot speak of another's cases. The chain says who took which file in and whether it was signed. An answer is
kept under the case its reference was made for, and reaches every case that holds what was told under it today
(`pipeline/desk/told_now.py`): it stands in the history of each, and brings each back if they ask.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select, update

from exporters.sealing import is_signature_of
from pipeline.bootstrap import App
from pipeline.desk.caseview import record_of
from pipeline.desk.feedback_file import AT, REFERENCE, THEIR_NUMBER, BadLine, Line, read_lines
from pipeline.desk.people import actor
from pipeline.desk.recipients import usable
from pipeline.desk.returning import bring_back
from pipeline.desk.sent_packages import as_compared, check_who_answers, is_helpline, known_references, states_of
from pipeline.desk.times import clocks
from pipeline.desk.told_now import cases_now
from pipeline.identity import text_digests
from pipeline.store.delivery_tables import police_feedback
from pipeline.store.engine import reading, writing
from triage.errors import KeyProblem, RuleBroken, UsageError
from triage.grouping import NO_FACTS, NewFact
from triage.helpline_feedback import BRINGS_BACK as HELPLINE_BRINGS_BACK
from triage.lifecycle import Event
from triage.people import Act, Person, require
from triage.police_feedback import BRINGS_BACK, FeedbackState

ABOUT = "about"
"""Detail of an answer that reached another case than the one its reference was made for, or several: that one."""
IMPORTED, SAID, HELPLINE_SAID = "feedback_imported", "police_feedback", "helpline_feedback"
"""Audit events: one for the file (subject `recipient:…`), one in the history of every case a line is about."""
_BRINGS_BACK = frozenset({*BRINGS_BACK, *HELPLINE_BRINGS_BACK})
_ROUNDED = timedelta(hours=1)
"""How roughly people write down a time."""
_EARLY = (
    "it lies before we told of the case: check day, month and hour (without an offset it is our time), and send the "
    "line again"
)
_UNKNOWN = "this recipient was told of no case under it: compare with the reconciliation sheet"


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: lines taken in, lines known already, cases back in the queue, lines not taken in.

    `confirmed`: lines known without a signature before, which stand there signed now. `why`: of each case that is back,
    what was said of it that brings one back.
    """

    new: int
    known: int
    brought_back: tuple[int, ...]
    bad: tuple[BadLine, ...]
    confirmed: int = 0
    why: Mapping[int, tuple[StrEnum, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Stored:
    """What came of the lines that have a case."""

    new: list[tuple[int, Line]]
    confirmed: list[tuple[int, Line]]
    bad: list[BadLine]
    known: int


@dataclass(frozen=True, slots=True)
class _Source:
    recipient: str
    by: Person
    signed: bool
    sha256: str
    now: datetime
    reached: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    """The case of a reference to those that hold today what was told under it."""


def take_in_feedback(
    app: App, by: Person, recipient: str, body: bytes, signature: bytes | None, now: datetime
) -> Taken:
    """Store the good lines of a file; with `signature` None the caller settled that an unsigned one is taken.

    Raises UsageError, RuleBroken for a signature that is not the agency's over this very file, KeyProblem where its
    key cannot be used, UnusableInput; then nothing was taken in.
    """
    require(by, Act.EXPORT, "take in what an agency answered")
    check_who_answers(recipient)
    if signature is not None:
        check_signature(app, recipient, body, signature, now)
    lines, bad = read_lines(body, clocks().zone, now, states_of(recipient))
    source = _Source(recipient, by, signature is not None, hashlib.sha256(body).hexdigest(), now)
    with writing(app.store.engine) as connection:
        resolved, unresolved = _resolved(app, connection, recipient, lines)
        now_in = cases_now(connection, {(case_id, recipient) for case_id, _ in resolved})
        source = replace(source, reached={case_id: cases for (case_id, _), cases in now_in.items()})
        stored = _stored(app, connection, resolved, source)
        asked: dict[int, NewFact] = {}
        why: dict[int, tuple[StrEnum, ...]] = {}
        for case_id, line in (*stored.new, *stored.confirmed):
            for here in source.reached[case_id] if line.state in _BRINGS_BACK else ():
                asked[here] = asked.get(here, NO_FACTS) | _fact(recipient, line.state)
                why[here] = tuple(dict.fromkeys((*why.get(here, ()), line.state)))
        for case_id, fact in asked.items():
            bring_back(connection, record_of(connection, case_id), Event.NEW_INFORMATION, fact, now)
        wrong = tuple(sorted((*bad, *unresolved, *stored.bad), key=lambda one: (one.row, one.field)))
        said = {
            "file": source.sha256, "signed": source.signed, "new": len(stored.new), "known": stored.known,
            "bad": len(wrong), "confirmed": len(stored.confirmed),
        }  # fmt: skip
        app.store.record(connection, now, actor(by), IMPORTED, f"recipient:{recipient}", said)
    return Taken(len(stored.new), stored.known, tuple(asked), wrong, len(stored.confirmed), why)


def _fact(recipient: str, state: StrEnum) -> NewFact:
    if is_helpline(recipient):
        return NewFact.HELPLINE_ASKED
    return NewFact.POLICE_NO_OFFENCE if state == FeedbackState.NO_OFFENCE else NewFact.POLICE_ASKED


def check_signature(app: App, recipient: str, body: bytes, signature: bytes, now: datetime) -> None:
    """Raises RuleBroken unless it is the recipient's over this very file, KeyProblem where its key cannot be used."""
    with reading(app.store.engine) as connection:
        agency = usable(app, connection, recipient, now)
    if agency is None:
        raise KeyProblem("no key is pinned for this recipient, so nothing it signs can be checked: pin one first")
    if not is_signature_of(signature, body, agency.certificate):
        raise RuleBroken(
            "this is no valid signature of the agency's pinned key over this very file: nothing was taken in; ask the "
            "agency to sign the file as it is and to send both again"
        )


def _resolved(
    app: App, connection: Connection, recipient: str, lines: Iterable[Line]
) -> tuple[list[tuple[int, Line]], list[BadLine]]:
    """Lines with the case their reference stands for, and those that stand for none."""
    zone, references = clocks().zone, known_references(app, connection, recipient)
    found: list[tuple[int, Line]] = []
    bad: list[BadLine] = []
    for line in lines:
        known = references.get(as_compared(line.reference))
        if known is None:
            bad.append(BadLine(line.row, REFERENCE, _UNKNOWN))
        elif _too_early(line.at, known[1], zone):
            bad.append(BadLine(line.row, AT, _EARLY))
        else:
            found.append((known[0], line))
    return found, bad


def _too_early(said: datetime, told: datetime, zone: tzinfo) -> bool:
    """Whether an answer lies before we told of the case; a day alone is good from the day of the telling on."""
    there = said.astimezone(zone)
    if there.time() == time():
        return there.date() < told.astimezone(zone).date()
    return said < told - _ROUNDED


def _stored(
    app: App, connection: Connection, resolved: Sequence[tuple[int, Line]], source: _Source
) -> _Stored:
    """Keep what is new; a signed line takes the place of the same one taken in without a signature, with its number."""
    table = police_feedback.c
    rows = connection.execute(select(police_feedback).where(table.recipient == source.recipient)).all()
    unsigned = {(row.case_id, row.state, row.said_at): row for row in rows if not row.signed}
    numbers: dict[tuple[int, str, int], str | None] = {
        (row.case_id, row.state, row.said_at): row.their_number for row in rows
    }
    found = _Stored([], [], [], 0)
    for case_id, line in resolved:
        key = (case_id, str(line.state), int(line.at.timestamp()))
        before = unsigned.pop(key, None) if source.signed else None
        if key not in numbers or before is not None:
            numbers[key] = line.their_number
            (found.new if before is None else found.confirmed).append((case_id, line))
            _write(app, connection, case_id, line, source, before)
        elif line.their_number not in (None, numbers[key]):
            advice = "this was said before with another number or none: send it as a new line with its own time"
            found.bad.append(BadLine(line.row, THEIR_NUMBER, advice))
    return replace(found, known=len(resolved) - len(found.new) - len(found.confirmed) - len(found.bad))


def _write(
    app: App, connection: Connection, case_id: int, line: Line, source: _Source, before: Row[Any] | None
) -> None:
    """One answer; `before` is the unsigned row it takes the place of."""
    values = {
        "case_id": case_id, "recipient": source.recipient, "state": str(line.state), "their_number": line.their_number,
        "said_at": int(line.at.timestamp()), "signed": source.signed, "file_sha256": source.sha256,
        "person_id": source.by.person_id, "imported_at": int(source.now.timestamp()),
    }  # fmt: skip
    (digest,) = feedback_digests([values], app.store.index_key)
    said = {"recipient": source.recipient, "state": str(line.state), "signed": source.signed, "digest": digest}
    if before is None:
        connection.execute(police_feedback.insert().values(values))
    else:
        this = police_feedback.c.feedback_id == before.feedback_id
        connection.execute(update(police_feedback).where(this).values(values))
        (said["instead_of"],) = feedback_digests([before._mapping], app.store.index_key)
    event = HELPLINE_SAID if is_helpline(source.recipient) else SAID
    reached = source.reached[case_id]
    about = {} if reached == (case_id,) else {ABOUT: f"C{case_id}"}
    for here in reached:
        app.store.record(connection, source.now, actor(source.by), event, f"C{here}", said | about)


def feedback_digests(rows: Iterable[Mapping[Any, Any]], index_key: bytes) -> list[str]:
    """Keyed digests of what answers say beside their state: the chain holds them, so an edit shows."""
    said = [json.dumps([row[name] for name in ("their_number", "said_at", "file_sha256")]) for row in rows]
    return [one.hex() for one in text_digests(said, index_key)]


def check_signed(signature: bytes | None, unsigned: bool) -> None:
    """Raises UsageError unless there is either a signature or the plain word that there is none."""
    if unsigned == (signature is not None):
        raise UsageError(
            "the file needs the agency's signature: --signature FILE; --unsigned alone takes it without one, and that "
            "is written down"
        )
