"""An urgent call to police: why one person may make it on their own, and who says afterwards whether it was right.

A call sheet is the one thing that leaves on a single person's word (DESIGN §1), so its reason is a code of a closed
list and another person reviews it within one working day. Which reasons there are is this project's proposal.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from triage.errors import RuleBroken

REVIEW_WORKING_DAYS = 1
"""A call is reviewed within this many working days of its sheet."""


class CallReason(StrEnum):
    """Why the call cannot wait for a second person."""

    CHILD_IN_DANGER_NOW = "child_in_danger_now"
    LIFE_AT_RISK = "life_at_risk"
    MEETING_SOON = "meeting_soon"
    ABUSE_GOING_ON = "abuse_going_on"
    SUSPECT_WITH_CHILD = "suspect_with_child"
    CHILD_MISSING = "child_missing"
    EVIDENCE_VANISHING = "evidence_vanishing"


CHILD_AT_RISK = frozenset(CallReason) - {CallReason.EVIDENCE_VANISHING}
"""Reasons that ask police to see to a child first, whatever a program found."""


class Outcome(StrEnum):
    """What the second person says of a call. `nothing_needed`: of one that reached nobody, that nobody need be reached
    any more, though it was right to try."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not_justified"
    NOTHING_NEEDED = "nothing_needed"


def check_review(reviewer: int, involved: Collection[int | None], outcome: Outcome, *, reached: bool) -> None:
    """Raises RuleBroken if the reviewer (a person's number) made the sheet or wrote the log: `involved` are those; and
    where a call that `reached` somebody is to be one that nothing is needed of."""
    if reached and outcome is Outcome.NOTHING_NEEDED:
        raise RuleBroken("nothing_needed is for a call that reached nobody: say whether this one was justified")
    if reviewer in involved:
        raise RuleBroken("whoever made the call or wrote its log cannot review it: that takes another person")
