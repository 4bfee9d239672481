"""The audit chain's word on people's acts, read once, so that decisions, rejects and packages can be held against it.

A move of a case rewrites its number in every row, never in the chain. So a case is compared by where it ended
(`World.cases`), and an assessment of one item, which a split takes along, by where its item lies now.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from pipeline.store.audit import COMMITTED
from pipeline.store.schema import audit

ASSESSED, DISPOSED, RELEASED = "case_assessed", "case_disposed", "case_released"
REOPENED = "case_reopened"
CLOSED, MENDED = "reject_closed", "reject_mended"
MADE, EXPORTED = "package_made", "exported"
TEXT_SHOWN, TEXT_RELEASED = "redacted_text_shown", "text_released"
CALL_MADE, CALL_LOGGED, CALL_REVIEWED = "urgent_call_made", "urgent_call_logged", "urgent_call_reviewed"
POLICE_SAID, HELPLINE_SAID = "police_feedback", "helpline_feedback"
CONTACT_OPENED, ANSWER_SENT, ANSWER_NOT_SENT = "contact_opened", "answer_sent", "answer_not_sent"
ANSWER_CALLED, ANSWER_TOLD, CONTACT_WITHDRAWN = "answer_called", "answer_told", "contact_withdrawn"
DISCLOSURE_ASKED, DISCLOSURE_WITHDRAWN = "disclosure_asked", "disclosure_withdrawn"
DISCLOSURE_MADE, DISCLOSURE_NOT_MADE = "disclosure_made", "disclosure_not_made"
ICCAM_SENDING, ICCAM_ACCEPTED = "iccam_sending", "iccam_accepted"
ICCAM_FOUND, ICCAM_REFUSED = "iccam_found", "iccam_refused"
ALERT_RAISED, ALERT_CLAIMED, ALERT_SENT = "alert_raised", "alert_claimed", "alert_sent"
ALERT_NOT_SENT, ALERT_ACKNOWLEDGED, ALERT_ENDED = "alert_not_sent", "alert_acknowledged", "alert_ended"
CONTACT_ADDED, CONTACT_RETIRED, CONTACT_ASSIGNED = (
    "abuse_contact_added", "abuse_contact_retired", "abuse_contact_assigned",
)  # fmt: skip
NOTICE_CLAIMED, NOTICE_SENT, NOTICE_NOT_SENT = "notice_claimed", "notice_sent", "notice_not_sent"
NOTICE_ANSWERED = "notice_answered"
POLICE_HOLD, POLICE_HOLD_RELEASED = "police_hold", "police_hold_released"
OVERRIDE_ASKED, OVERRIDE_GRANTED = "hold_override_asked", "hold_override_granted"
KEY_ADDED, KEY_RETIRED, OWN_KEY_MADE = "recipient_key_added", "recipient_key_retired", "own_key_made"
PERSON_ADDED, VAULT_KEY_ADDED = "person_added", "vault_key_added"
CASE_TAKEN, REPORT_ENTERED = "case_taken", "report_entered"
SPLIT, JOINED, SPLIT_OFF = "case_split", "cases_joined", "case_split_off"
KEPT_APART = "cases_kept_apart"
_READ = (
    ASSESSED, DISPOSED, RELEASED, REOPENED, CLOSED, MENDED, MADE, EXPORTED, TEXT_SHOWN, TEXT_RELEASED, CALL_MADE,
    CALL_LOGGED, CALL_REVIEWED, POLICE_SAID, HELPLINE_SAID, CONTACT_OPENED, ANSWER_SENT, ANSWER_NOT_SENT, ANSWER_CALLED,
    ANSWER_TOLD, CONTACT_WITHDRAWN, DISCLOSURE_ASKED, DISCLOSURE_WITHDRAWN, DISCLOSURE_MADE, DISCLOSURE_NOT_MADE,
    ICCAM_SENDING, ICCAM_ACCEPTED, ICCAM_FOUND, ICCAM_REFUSED, ALERT_RAISED, ALERT_CLAIMED, ALERT_SENT, ALERT_NOT_SENT,
    ALERT_ACKNOWLEDGED, ALERT_ENDED, SPLIT, JOINED, SPLIT_OFF,
    CONTACT_ADDED, CONTACT_RETIRED, CONTACT_ASSIGNED, NOTICE_CLAIMED, NOTICE_SENT, NOTICE_NOT_SENT,
    NOTICE_ANSWERED, POLICE_HOLD, POLICE_HOLD_RELEASED, OVERRIDE_ASKED, OVERRIDE_GRANTED,
    KEY_ADDED, KEY_RETIRED, OWN_KEY_MADE, PERSON_ADDED, CASE_TAKEN, REPORT_ENTERED, KEPT_APART, COMMITTED,
    VAULT_KEY_ADDED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Acted:
    """One event a person caused. `at` in seconds since 1970; `person` and `number` are -1 where none can be read."""

    seq: int
    at: int
    person: int
    subject: str
    number: int
    details: Mapping[str, Any]

    def word(self, name: str) -> str:
        """A detail as text, empty if absent."""
        return str(self.details.get(name) or "")

    @property
    def source(self) -> int:
        """The number of the case that was joined into its case, or that its case was split off; -1 without one."""
        return number_of(self.word("from"))

    @property
    def item(self) -> int:
        """The number of the address it is about, -1 without one."""
        return number_of(self.word("item"))


@dataclass(frozen=True, slots=True)
class Chained:
    """Events by name, in the chain's order, and which case took which in when."""

    events: Mapping[str, list[Acted]]
    taken_in: Mapping[int, list[tuple[int, int]]]
    """Case to (seq, other case): the other was joined into it, or it was split off the other."""
    joined: Mapping[int, int]
    """Case to the one it was joined into."""

    def of(self, event: str) -> list[Acted]:
        """Events of one name, in order."""
        return self.events.get(event, [])

    def moved(self) -> set[int]:
        """Every case that was split or joined, or came of it."""
        return self.taken_in.keys() | {other for taken in self.taken_in.values() for _, other in taken}

    def families(self) -> dict[int, int]:
        """Every case of `moved`, and the number of one of those it exchanged reports with, directly or by way of
        others: the same for all of them."""
        above = {one: one for one in self.moved()}

        def top(one: int) -> int:
            while above[one] != one:
                above[one] = one = above[above[one]]
            return one

        for case_id, taken in self.taken_in.items():
            for _, other in taken:
                above[top(other)] = top(case_id)
        return {one: top(one) for one in above}

    def sources(self, case_id: int, before: int) -> set[int]:
        """The case, and every case whose assessments may lie in it since before event `before`."""
        found, new = {case_id}, [(case_id, before)]
        while new:
            one, until = new.pop()
            for seq, other in self.taken_in.get(one, ()):
                if seq < until and other not in found:
                    found.add(other)
                    new.append((other, seq))
        return found


def read_acts(connection: Connection) -> Chained:
    """Read the chain's events about decisions, rejects, packages and batches. Details nobody can read count as none."""
    events: defaultdict[str, list[Acted]] = defaultdict(list)
    taken_in: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    joined: dict[int, int] = {}
    for row in connection.execute(select(audit).where(audit.c.event.in_(_READ)).order_by(audit.c.seq)):
        said, subject = _read(row.details), row.subject
        one = Acted(row.seq, seconds(row.at), number_of(row.actor), subject, number_of(subject), said)
        events[row.event].append(one)
        if row.event in (JOINED, SPLIT_OFF):
            if "from" in one.details:
                taken_in[one.number].append((one.seq, one.source))
            elif row.event == JOINED:
                joined[one.number] = number_of(one.word("into"))
    return Chained(events, taken_in, joined)


def number_of(shown: str) -> int:
    """The number in `C12`, `J3`, `L7`, `P2`, `package:4` or `person:1`."""
    digits = shown.rpartition(":")[2].lstrip("CJLP")
    return int(digits) if digits.isascii() and digits.isdigit() else -1


def seconds(moment: str) -> int:
    """An event's time as rows have it; -1 where nobody can read it."""
    try:
        return int(datetime.fromisoformat(moment).timestamp())
    except ValueError:
        return -1


def _read(details: str) -> dict[str, Any]:
    try:
        said = json.loads(details)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
