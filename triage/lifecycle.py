"""What may become of a case: one table of allowed moves, so that no screen and no query invents its own.

A lock (who holds the case and until when) is not a status: it lives in the store beside it. A case somebody holds
is `taken`; when the lock ends without a decision, `given_back` returns it to where it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from triage.errors import RuleBroken


class Status(StrEnum):
    """Where a case stands."""

    NEW = "new"
    TAKEN = "taken"
    ASSESSED = "assessed"
    DECIDED = "decided"
    CLOSED = "closed"
    REMOVED = "removed"
    RETURNED = "returned"


class Event(StrEnum):
    """What can happen to a case."""

    TAKEN = "taken"
    GIVEN_BACK = "given_back"
    ASSESSED = "assessed"
    DISPOSED = "disposed"
    CLOSED = "closed"
    CONTENT_REMOVED = "content_removed"
    NEW_INFORMATION = "new_information"
    REPORTED_AGAIN = "reported_again"
    REOPENED = "reopened"


QUEUED = frozenset({Status.NEW, Status.RETURNED, Status.ASSESSED})
"""Statuses in which a case waits for a person: it stands in a lane and may be taken."""

_S, _E = Status, Event
_EVERY_OPEN = (_S.NEW, _S.TAKEN, _S.ASSESSED, _S.DECIDED, _S.RETURNED)
MOVES: Mapping[tuple[Status, Event], Status] = MappingProxyType(
    {
        **{(status, _E.TAKEN): _S.TAKEN for status in QUEUED},
        **{(status, _E.ASSESSED): _S.ASSESSED for status in _EVERY_OPEN},
        **{(status, _E.DISPOSED): _S.DECIDED for status in _EVERY_OPEN},
        **{(status, _E.CLOSED): _S.CLOSED for status in _EVERY_OPEN},
        **{(status, _E.CONTENT_REMOVED): _S.REMOVED for status in (*_EVERY_OPEN, _S.CLOSED)},
        # New facts bring a case back, also while somebody holds it; a bare repeat is only counted, unless the
        # content was gone and is there again.
        **{(status, _E.NEW_INFORMATION): _S.RETURNED for status in Status if status is not _S.NEW},
        (_S.NEW, _E.NEW_INFORMATION): _S.NEW,
        **{(status, _E.REPORTED_AGAIN): status for status in Status if status is not _S.REMOVED},
        (_S.REMOVED, _E.REPORTED_AGAIN): _S.RETURNED,
        (_S.CLOSED, _E.REOPENED): _S.RETURNED,
    }
)
"""Every allowed move but `given_back`, whose goal depends on where the case was before (see `move`)."""


def move(status: Status, event: Event, *, before: Status = Status.NEW) -> Status:
    """The status after `event`; raises RuleBroken where MOVES knows no such move.

    `before` is the status the case had when it was taken; only `given_back` reads it.
    """
    if event is Event.GIVEN_BACK:
        if status is Status.TAKEN and before in QUEUED:
            return before
        if status in QUEUED:  # the case came back to the queue while it was held (new information)
            return status
    elif (status, event) in MOVES:
        return MOVES[status, event]
    ways = "`hotline reopen` brings it back" if status is Status.CLOSED else "see `hotline cases show`"
    raise RuleBroken(f"a case that is {status} cannot be {event}: {ways}")
