"""Notices to hosts: contacts, letters, answers and words about the police hold, each against its event; two people
behind every override that counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.desk.notice_contacts import shown_digest, who_digest
from pipeline.store.notice_tables import (
    abuse_contact,
    contact_host,
    hold_word,
    notice,
    notice_answer,
    notice_item,
)
from pipeline.verify.chained import (
    CONTACT_ADDED,
    CONTACT_ASSIGNED,
    CONTACT_RETIRED,
    NOTICE_ANSWERED,
    NOTICE_CLAIMED,
    NOTICE_NOT_SENT,
    NOTICE_SENT,
    OVERRIDE_ASKED,
    OVERRIDE_GRANTED,
    POLICE_HOLD,
    POLICE_HOLD_RELEASED,
    Acted,
    Chained,
)
from pipeline.verify.decisions import compare
from pipeline.verify.finding import Findings
from triage.lea_hold import WordKind

_EVENT = {
    str(WordKind.HOLD): POLICE_HOLD, str(WordKind.RELEASE): POLICE_HOLD_RELEASED,
    str(WordKind.OVERRIDE): OVERRIDE_ASKED,
}  # fmt: skip
_Pairs = list[tuple[Hashable, str]]


def check_notices(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Hold every row about notices against the chain, and the other way round."""
    _check_contacts(connection, chained, findings)
    _check_letters(connection, chained, findings)
    _check_answers(connection, chained, findings)
    _check_words(connection, chained, findings)


def _check_contacts(connection: Connection, chained: Chained, findings: Findings) -> None:
    rows = connection.execute(select(abuse_contact)).all()
    there: _Pairs = [
        ((row.person_id, row.added_at, row.contact_id, row.recipient, row.language, row.source,
          who_digest(row.name, row.mail)),
         f"contact:{row.contact_id}") for row in rows
    ]  # fmt: skip
    told: _Pairs = [
        ((one.person, one.at, one.number, one.word("recipient"), one.word("language"), one.word("source"),
          one.word("who")),
         one.subject) for one in chained.of(CONTACT_ADDED)
    ]  # fmt: skip
    compare("abuse contact", there, told, findings, code=CONTACT_ADDED)
    gone: _Pairs = [
        ((row.contact_id, row.retired_at), f"contact:{row.contact_id}") for row in rows if row.retired_at is not None
    ]
    retired: _Pairs = [((one.number, one.at), one.subject) for one in chained.of(CONTACT_RETIRED)]
    compare("retired contact", gone, retired, findings, code=CONTACT_RETIRED)
    there_now: _Pairs = [
        ((row.contact_id, row.person_id, row.added_at, shown_digest(bytes(row.digest))), f"contact:{row.contact_id}")
        for row in connection.execute(select(contact_host))
    ]  # fmt: skip
    compare("host of a contact", there_now, _assigned(chained), findings, code=CONTACT_ASSIGNED)


def _assigned(chained: Chained) -> _Pairs:
    """Which contact answers for which host by the chain: the last word on each, and none of a retired contact's."""
    last: dict[str, Acted] = {}
    for one in sorted([*chained.of(CONTACT_ASSIGNED), *chained.of(CONTACT_RETIRED)], key=lambda one: one.seq):
        if "digests" in one.details:
            last |= dict.fromkeys(map(str, _list(one, "digests")), one)
        else:
            last = {digest: known for digest, known in last.items() if known.number != one.number}
    return [((one.number, one.person, one.at, digest), one.subject) for digest, one in last.items()]


def _check_letters(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Each letter against its last claim, how far it came against what became of it."""
    items: defaultdict[int, list[list[int]]] = defaultdict(list)
    for row in connection.execute(select(notice_item)):
        items[row.notice_id].append([row.contact_id, row.locator_id, row.turn, row.case_id, row.disposition_id])
    rows = {row.notice_id: row for row in connection.execute(select(notice))}
    claims = {_notice(one): one for one in chained.of(NOTICE_CLAIMED)}
    named = {_notice(one): one for one in chained.of(NOTICE_CLAIMED) if not one.details.get("again")}
    went = {_notice(one) for one in chained.of(NOTICE_SENT)}
    refused = {_notice(one) for one in chained.of(NOTICE_NOT_SENT)} - went
    for number in sorted(claims.keys() - rows.keys()):
        findings.add("notice", f"notice:{number}", "the audit chain tells of a letter that is not there")
    for number, row in sorted(rows.items()):
        claim = claims.get(number)
        if claim is None or not _fits(row, claim, items[number], named.get(number)):
            findings.add("notice", f"notice:{number}", "this letter is not as the audit chain wrote it down")
        elif (row.state == "sent") != (number in went) or (row.state == "refused" and number not in refused):
            findings.add("notice", f"notice:{number}", "how far it came is not what the audit chain tells")
    for number in sorted(number for number in items if number not in rows):
        findings.add("notice", f"notice:{number}", "addresses stand in a letter that is not there")


def _fits(row: Row[Any], claim: Acted, items: list[list[int]], first: Acted | None) -> bool:
    """The letter against its last claim, and what it names against the first."""
    reminder, made_at = claim.details.get("reminder"), claim.details.get("made_at")
    said = (claim.number, claim.person, claim.word("digest"), reminder, made_at)
    told = [] if first is None else [[first.number, *_inner(one)] for one in _list(first, "items")]
    kept = sorted(map(repr, items)) == sorted(map(repr, told)) or (row.state == "refused" and not items)
    return kept and said == (row.contact_id, row.person_id, row.digest, row.reminder, row.made_at)


def _check_answers(connection: Connection, chained: Chained, findings: Findings) -> None:
    there: _Pairs = [
        ((row.person_id, row.made_at, row.case_id, row.said, row.said_at,
          repr([row.contact_id, row.locator_id])),
         f"C{row.case_id}") for row in connection.execute(select(notice_answer))
    ]  # fmt: skip
    told: _Pairs = [
        ((one.person, one.at, one.number, one.word("said"), _seconds(one.word("at")), repr(pair)),
         one.subject) for one in chained.of(NOTICE_ANSWERED) for pair in _list(one, "items")
    ]  # fmt: skip
    compare("answer of a host", there, told, findings, code=NOTICE_ANSWERED)


def _check_words(connection: Connection, chained: Chained, findings: Findings) -> None:
    rows = connection.execute(select(hold_word).order_by(hold_word.c.word_id)).all()
    for kind, event in _EVENT.items():
        there: _Pairs = [
            ((row.person_id, row.made_at, row.case_id, row.word_id, row.reason, row.recipient or "", row.escalate),
             f"C{row.case_id}") for row in rows if row.kind == kind
        ]  # fmt: skip
        told: _Pairs = [
            ((one.person, one.at, one.number, one.details.get("word"), one.word("reason"), one.word("recipient"),
              one.details.get("escalate")), one.subject) for one in chained.of(event)
        ]  # fmt: skip
        compare("word on the police hold", there, told, findings, code=event)
    granted = [row for row in rows if row.granted_at is not None or row.granted_by is not None]
    stands: _Pairs = [
        ((row.granted_by, row.granted_at, row.case_id, row.word_id, row.reason), f"C{row.case_id}") for row in granted
    ]
    grants: _Pairs = [
        ((one.person, one.at, one.number, one.details.get("word"), one.word("reason")), one.subject)
        for one in chained.of(OVERRIDE_GRANTED)
    ]
    compare("granted override", stands, grants, findings, code=OVERRIDE_GRANTED)
    for row in granted:
        if row.granted_by == row.person_id:
            findings.add("four_eyes", f"C{row.case_id}", "its police hold was overridden by one person alone")


def _notice(one: Acted) -> int:
    number = one.details.get("notice")
    return number if isinstance(number, int) else -1


def _list(one: Acted, name: str) -> list[Any]:
    """A detail that is a list, empty if it is none: a damaged chain is told of elsewhere."""
    given = one.details.get(name)
    return given if isinstance(given, list) else []


def _inner(given: object) -> list[Any]:
    return given if isinstance(given, list) else []


def _seconds(moment: str) -> int:
    try:
        return int(datetime.fromisoformat(moment).timestamp())
    except ValueError:
        return -1
