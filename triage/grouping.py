"""What new reports mean for the case they belong to.

Reports share a case where a locator of theirs has the same case key; links are never followed further, so a list of
500 addresses is 500 cases sharing one report. A report that brings something new to a case people already worked on
brings the case back to them; a bare repeat is only counted, unless the content had been removed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntFlag

from triage.clocks import Lane, lane_of
from triage.lifecycle import QUEUED, Event, Status, move
from triage.verdict import Escalation, Label

LANES = tuple(Lane)
"""Lanes by their stored number."""


class NewFact(IntFlag):
    """What came with a later report, from a colleague, from police or a helpline, and why the case is back."""

    CONTACT = 1
    DANGER = 2
    UNLIKE_TEXT = 4
    MORE_SEVERE = 8
    AGAIN_AFTER_REMOVAL = 16
    JOINED = 32
    POLICE_ASKED = 64
    HELPLINE_ASKED = 128
    REOPENED = 256
    POLICE_NO_OFFENCE = 512


NO_FACTS = NewFact(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands before or after new reports. `before` is the status it had when somebody took it."""

    status: Status
    before: Status
    label: Label
    escalate: Escalation
    assigned: bool
    question: bool
    new_facts: NewFact = NO_FACTS
    unread: bool = False
    """Any danger may be in it: in a language nobody here reads, or in doubt beside a question."""

    @property
    def lane(self) -> Lane | None:
        """The lane it waits in, None while it waits for nobody."""
        if self.status not in QUEUED and self.status is not Status.TAKEN:
            return None
        reasons = ("question",) if self.question else ()
        status = self.before if self.status is Status.TAKEN else self.status
        return lane_of(self.label, self.escalate, self.assigned, status, reasons, self.unread)


def lane_alone(label: Label, escalate: Escalation, assigned: bool, question: bool, unread: bool) -> Lane:
    """The lane one report alone puts a new case in; a new case with more waits in the first of those lanes."""
    return lane_of(label, escalate, assigned, Status.NEW, ("question",) if question else (), unread)


@dataclass(frozen=True, slots=True)
class Brought:
    """What one batch's reports bring to one case, taken together."""

    label: Label
    escalate: Escalation
    assigned: bool
    question: bool
    contact: bool
    unlike_text: bool
    unread: bool = False


def bring(standing: Standing, brought: Brought) -> Standing:
    """The case after a batch's reports were linked to it: more severe opinions win, new facts bring it back."""
    facts = _new_facts(standing, brought)
    merged = replace(
        standing,
        label=max(standing.label, brought.label),
        escalate=max(standing.escalate, brought.escalate),
        assigned=standing.assigned or brought.assigned,
        question=standing.question and brought.question,
        unread=standing.unread or brought.unread,
    )
    if standing.status is Status.NEW:
        return merged
    event = Event.NEW_INFORMATION if facts else Event.REPORTED_AGAIN
    after = move(standing.status, event)
    if after is Status.RETURNED and not facts:
        facts = NewFact.AGAIN_AFTER_REMOVAL
    return replace(
        merged, status=after, before=after if after in QUEUED else merged.before, new_facts=standing.new_facts | facts
    )


def _new_facts(standing: Standing, brought: Brought) -> NewFact:
    facts = NewFact(0)
    if brought.contact:
        facts |= NewFact.CONTACT
    if brought.escalate > standing.escalate:
        facts |= NewFact.DANGER
    if brought.unlike_text:
        facts |= NewFact.UNLIKE_TEXT
    if brought.label > standing.label:
        facts |= NewFact.MORE_SEVERE
    return facts
