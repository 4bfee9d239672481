"""What shall happen to a case, decided by a person; a case may have several dispositions.

The gates are the table "Who may let what leave" of DESIGN §1. Sending is `pipeline/delivery`'s work; a disposition
only says that it may and shall happen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from triage.assessment import GRAVE, Assessment, Classification, Viewed, changed_since, in_force, last_words
from triage.errors import RuleBroken


class Kind(StrEnum):
    """Where a case goes next."""

    POLICE = "police"
    ICCAM = "iccam"
    NOTICE = "notice"
    HELPLINE = "helpline"
    PARTNER = "partner"
    PREVENTION = "prevention"
    ANSWER = "answer"
    CLOSE = "close"


CLOSE_REASONS = (
    "answered", "referred", "no_address_given", "cannot_be_assessed", "not_illegal", "spam", "test", "out_of_remit",
    "content_removed", "with_police", "with_iccam", "registered_by_mistake",
)  # fmt: skip
"""Why a case may be closed; a closed list, so that statistics can count them."""
DENYING_REASONS = frozenset(
    {"no_address_given", "cannot_be_assessed", "not_illegal", "spam", "test", "registered_by_mistake"}
)
"""Reasons to close that say there was nothing: what a person called illegal is closed so only after a new word."""
REOPEN_REASONS = ("closed_by_mistake", "looked_at_again", "on_request", "other")
"""Why a closing is taken back."""
DISPOSITION_REASONS = (
    "urgent_danger", "victim_may_be_here", "suspect_may_be_here", "hosted_here", "hosted_abroad", "asked_for_help",
    "worried_parent", "question", "needs_address", "protocol", "on_request", "other",
)  # fmt: skip
"""Why a case goes to a recipient; codes only, because what is written in words stays in notes."""

_NEEDED: dict[Kind, frozenset[Classification]] = {
    Kind.ICCAM: GRAVE,
    Kind.NOTICE: GRAVE | {Classification.ILLEGAL_OTHER},
    Kind.POLICE: frozenset(Classification) - {Classification.UNSET},
}
_ILLEGAL = GRAVE | {Classification.ILLEGAL_OTHER}
_NAMES_NO_RECIPIENT = frozenset({Kind.ANSWER, Kind.CLOSE})


@dataclass(frozen=True, slots=True)
class Disposition:
    """One decision. `recipient` is a code of `data/routes` (None for answer and close); `by` a person id."""

    case_no: int
    kind: Kind
    recipient: str | None
    by: int
    at: datetime
    reason: str


def needs_release(kind: Kind) -> bool:
    """Whether another person must let it go before anything leaves: only the sealed police package."""
    return kind is Kind.POLICE


def needs_assessment(kind: Kind) -> bool:
    """Whether a person must have assessed the case first."""
    return kind in _NEEDED


def check(disposition: Disposition, assessments: Iterable[Assessment]) -> None:
    """Raises RuleBroken, naming the rule, unless the disposition fits the assessments in force on its case."""
    _check_form(disposition)
    mine = [said for said in in_force(assessments) if said.case_no == disposition.case_no]
    if disposition.kind is Kind.CLOSE:
        _check_closing(disposition, mine)
    needed = _NEEDED.get(disposition.kind)
    if needed is None:
        return
    fitting = [said for said in mine if said.classification in needed]
    if not fitting:
        words = "an assessment" if disposition.kind is Kind.POLICE else f"one of: {', '.join(sorted(needed))}"
        raise RuleBroken(f"{disposition.kind} needs {words} on this case first: run `hotline assess`")
    if disposition.kind is Kind.NOTICE and not any(said.viewed is Viewed.CONTENT for said in fitting):
        raise RuleBroken(
            "notice needs content a person viewed, and nobody did: look and assess again with `--viewed content`, or"
            " decide otherwise"
        )


def check_still_fits(
    disposition: Disposition, assessments: Iterable[Assessment], locator_no: int | None = None
) -> None:
    """Raises RuleBroken if what it tells was classified otherwise since: people decided it of another word.

    With `locator_no` only of that item. What nobody had assessed yet when it was decided does not count.
    """
    mine = [said for said in assessments if said.case_no == disposition.case_no]
    changed = changed_since(mine, disposition.at) if needs_assessment(disposition.kind) else frozenset()
    own = {said.locator_no for said in mine}
    about = changed if locator_no is None else changed & {locator_no if locator_no in own else None}
    if about:
        raise RuleBroken(f"assessed again since: decide again, run `hotline dispose C{disposition.case_no}`")


def check_release(disposition: Disposition, by: int, assessments: Iterable[Assessment]) -> None:
    """Raises RuleBroken unless person `by` may release: assessment by one, release by another (four eyes)."""
    if not needs_release(disposition.kind):
        raise RuleBroken(f"{disposition.kind} needs no release: one person's disposition is enough")
    mine = [said for said in last_words(assessments) if said.case_no == disposition.case_no]
    seen = [said for said in mine if said.classification is not Classification.UNSET]
    if not seen:
        raise RuleBroken("a police package needs an assessment before it can be released")
    if any(said.by == by for said in seen):
        raise RuleBroken("who assessed a case cannot release it: ask another person")


def check_reopening(reason: str) -> None:
    """Raises RuleBroken unless a closing may be taken back for this reason."""
    if reason not in REOPEN_REASONS:
        raise RuleBroken(f"reopening needs one of these reasons: {', '.join(REOPEN_REASONS)}")


def _check_closing(disposition: Disposition, mine: Iterable[Assessment]) -> None:
    """Nobody closes as nothing what the last word on an item calls illegal: who judges otherwise says so first."""
    denied = next((said for said in mine if said.classification in _ILLEGAL), None)
    if disposition.reason in DENYING_REASONS and denied is not None:
        item = "" if denied.locator_no is None else f" --item L{denied.locator_no}"
        raise RuleBroken(
            f"C{disposition.case_no} stands assessed as {denied.classification}, which {disposition.reason} denies:"
            f" assess it anew first (`hotline assess C{disposition.case_no} CLASSIFICATION{item}`), or close it for"
            " another reason"
        )


def _check_form(disposition: Disposition) -> None:
    close = disposition.kind is Kind.CLOSE
    known = CLOSE_REASONS if close else DISPOSITION_REASONS
    if disposition.reason not in known:
        raise RuleBroken(f"{disposition.kind} needs one of these reasons: {', '.join(known)}")
    if disposition.kind in _NAMES_NO_RECIPIENT:
        if disposition.recipient is not None:
            raise RuleBroken(f"{disposition.kind} takes no recipient")
    elif not disposition.recipient:
        raise RuleBroken(f"{disposition.kind} needs a recipient: see `data/routes`")
    if disposition.at.tzinfo is None:
        raise RuleBroken("the time of a disposition needs an offset from UTC")
