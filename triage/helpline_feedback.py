"""What a helpline says of a conversation we referred to it: a closed list, as with police and never a word of it.

It advises, and we pass on its advice or its number: `not_reached` says that nobody got in touch with it.
"""

from __future__ import annotations

from enum import StrEnum


class HelplineState(StrEnum):
    """What a helpline can say, in the order of a reconciliation sheet."""

    TAKEN_UP = "taken_up"
    NOT_REACHED = "not_reached"
    PASSED_ON = "passed_on"
    NEEDS_MORE = "needs_more"
    CLOSED = "closed"


BRINGS_BACK = frozenset({HelplineState.NEEDS_MORE, HelplineState.NOT_REACHED})
"""States that put the case before a person again: somebody asked for help and nobody has spoken with them yet."""
