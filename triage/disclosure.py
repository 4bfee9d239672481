"""When police may be told who a reporter is: the reporter allowed it, one person asks, another releases.

The rule is issue 4's and DESIGN §1's: a reporter's identity survives nowhere, except for police when the reporter said
`police_may_contact_me`, through an audited disclosure. Reasons are a closed list: why is counted, never written.
"""

from __future__ import annotations

from enum import StrEnum

from triage.errors import RuleBroken
from triage.report import Fact

_NEEDED = int(Fact.HAS_CONTACT | Fact.POLICE_MAY_CONTACT)


class DisclosureReason(StrEnum):
    """Why police need to speak with a reporter."""

    POLICE_ASKED = "police_asked"
    CHILD_TO_FIND = "child_to_find"
    WITNESS_NEEDED = "witness_needed"
    REPORTER_ASKED = "reporter_asked"


class DisclosureState(StrEnum):
    """Where one disclosure stands. `opened`: the contact was opened for it and nothing more is known; a disclosure that
    stays so is in doubt."""

    ASKED = "asked"
    OPENED = "opened"
    MADE = "made"
    WITHDRAWN = "withdrawn"


UNDER_WAY = frozenset({DisclosureState.ASKED, DisclosureState.OPENED})
"""States that wait for a person."""


def allows_police(facts: int) -> bool:
    """Whether a reporter left a contact and said that police may use it (`facts`: the report's `Fact` flags)."""
    return facts & _NEEDED == _NEEDED


def check_released_by_another(asked_by: int, released_by: int) -> None:
    """Raises RuleBroken if one person (by number) would do both."""
    if asked_by == released_by:
        raise RuleBroken("who asked for a disclosure cannot release it: ask another person")
