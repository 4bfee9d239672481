"""What police say of a case we sent them: a closed list of states, and the form of the number they give it.

Nothing here is free text: an answer is a state, a time and a file number, so that it can be counted and nothing of a
person comes in by the side.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, time
from enum import StrEnum
from types import MappingProxyType

MOST_NUMBER_CHARS = 40
_NUMBER = re.compile(r"[A-Za-z0-9ČĆĐŠŽčćđšžА-Яа-яЈЉЊЂЋЏјљњђћџ][A-Za-z0-9ČĆĐŠŽčćđšžА-Яа-яЈЉЊЂЋЏјљњђћџ ./_-]*")


class FeedbackState(StrEnum):
    """What an agency can say, in the order of a reconciliation sheet."""

    RECEIVED = "received"
    OPENED = "opened"
    NEEDS_MORE = "needs_more"
    ALREADY_KNOWN = "already_known"
    NO_OFFENCE = "no_offence"
    VICTIM_SAFEGUARDED = "victim_safeguarded"
    CLOSED = "closed"


BRINGS_BACK = frozenset({FeedbackState.NEEDS_MORE, FeedbackState.NO_OFFENCE})
"""States that put the case before a person again: they ask something, or see it otherwise than we did."""
DEFAULT_RECEIPT_DAYS = 3
RECEIPT_DAYS: Mapping[str, int] = MappingProxyType({"police-hashes": 10})
"""Recipient code to the working days in which a package must be acknowledged; others DEFAULT_RECEIPT_DAYS.

Proposals: what counts is the protocol with the agency, and `--days` sets it for one look.
"""


def receipt_days(recipient: str) -> int:
    """Working days this recipient has to say that a package arrived."""
    return RECEIPT_DAYS.get(recipient, DEFAULT_RECEIPT_DAYS)


def is_since(answered: datetime, sent_at: datetime, *, first: bool) -> bool:
    """Whether an answer can be about a package that went then; both in the hotline's zone.

    One that names a day only may, on the day the package went, be about an earlier package: then it counts only for the
    `first` about the case.
    """
    if answered.time() != time.min:
        return answered >= sent_at
    return answered.date() > sent_at.date() or (first and answered.date() == sent_at.date())


def is_file_number(given: str) -> bool:
    """Whether a text has the form of a file number: letters of our scripts, digits, blanks and `. / _ -`, one digit."""
    fits = len(given) <= MOST_NUMBER_CHARS and _NUMBER.fullmatch(given) is not None
    return fits and any(char.isdigit() for char in given)
