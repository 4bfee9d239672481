"""Notices to hosts: contacts, letters, answers and words about the police hold, each against its event; two people
behind every override that counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable
from typing import Any

from sqlalchemy import Connection, Row, func, select

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
        ((row.person_id, row.added_at, row.contact_id, row.recipient, row.language, row.source),
         f"contact:{row.contact_id}") for row in rows
    ]  # fmt: skip
    told: _Pairs = [
        ((one.person, one.at, one.number, one.word("recipient"), one.word("language"), one.word("source")),
         one.subject) for one in chained.of(CONTACT_ADDED)
    ]  # fmt: skip
    compare("abuse contact", there, told, findings, code=CONTACT_ADDED)
    gone: _Pairs = [
        ((row.contact_id, row.retired_at), f"contact:{row.contact_id}") for row in rows if row.retired_at is not None
    ]
    retired: _Pairs = [((one.number, one.at), one.subject) for one in chained.of(CONTACT_RETIRED)]
    compare("retired contact", gone, retired, findings, code=CONTACT_RETIRED)
    assigned = {(one.number, one.person, one.at) for one in chained.of(CONTACT_ASSIGNED)}
    for row in connection.execute(select(contact_host)):
        if (row.contact_id, row.person_id, row.added_at) not in assigned:
            subject = f"contact:{row.contact_id}"
            findings.add(CONTACT_ASSIGNED, subject, "answers for a host the audit chain does not tell of")


def _check_letters(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Each letter against its last claim, how far it came against what became of it."""
    grouped = select(notice_item.c.notice_id, func.count()).group_by(notice_item.c.notice_id)
    counts = {int(number): int(count) for number, count in connection.execute(grouped)}
    rows = {row.notice_id: row for row in connection.execute(select(notice))}
    claims = {_notice(one): one for one in chained.of(NOTICE_CLAIMED)}
    went = {_notice(one) for one in chained.of(NOTICE_SENT)}
    refused = {_notice(one) for one in chained.of(NOTICE_NOT_SENT)} - went
    for number in sorted(claims.keys() - rows.keys()):
        findings.add("notice", f"notice:{number}", "the audit chain tells of a letter that is not there")
    for number, row in sorted(rows.items()):
        claim = claims.get(number)
        if claim is None or not _fits(row, claim, counts.get(number, 0)):
            findings.add("notice", f"notice:{number}", "this letter is not as the audit chain wrote it down")
        elif (row.state == "sent") != (number in went) or (row.state == "refused" and number not in refused):
            findings.add("notice", f"notice:{number}", "how far it came is not what the audit chain tells")
    for number in sorted(counts.keys() - rows.keys()):
        findings.add("notice", f"notice:{number}", "addresses stand in a letter that is not there")


def _fits(row: Row[Any], claim: Acted, count: int) -> bool:
    kept = claim.details.get("addresses") == count or (row.state == "refused" and count == 0)
    again = bool(claim.details.get("again")) and count >= int(claim.details.get("addresses") or 0)
    said = (claim.number, claim.person, claim.word("digest"), claim.details.get("reminder"))
    return said == (row.contact_id, row.person_id, row.digest, row.reminder) and (kept or again)


def _check_answers(connection: Connection, chained: Chained, findings: Findings) -> None:
    rows = Counter(
        (row.person_id, row.made_at, row.case_id, row.said) for row in connection.execute(select(notice_answer))
    )
    there: _Pairs = [((*key, count), f"C{key[2]}") for key, count in rows.items()]
    events = Counter[tuple[int, int, int, str]]()
    for one in chained.of(NOTICE_ANSWERED):
        events[one.person, one.at, one.number, one.word("said")] += int(one.details.get("addresses") or 0)
    told: _Pairs = [((*key, count), f"C{key[2]}") for key, count in events.items()]
    compare("answer of a host", there, told, findings, code=NOTICE_ANSWERED)


def _check_words(connection: Connection, chained: Chained, findings: Findings) -> None:
    rows = connection.execute(select(hold_word).order_by(hold_word.c.word_id)).all()
    for kind, event in _EVENT.items():
        there: _Pairs = [
            ((row.person_id, row.made_at, row.case_id, row.word_id, row.reason, row.recipient or ""),
             f"C{row.case_id}") for row in rows if row.kind == kind
        ]  # fmt: skip
        told: _Pairs = [
            ((one.person, one.at, one.number, one.details.get("word"), one.word("reason"), one.word("recipient")),
             one.subject) for one in chained.of(event)
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
