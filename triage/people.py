"""Who works here and what each may do: one table, read by the command line and later by the console.

A person is attributed by the operating-system user they are registered with. Who is not active may do nothing.
That the same person may not do two things to the same case (four eyes) is `disposition.check_release`'s rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from triage.errors import RuleBroken


class Role(StrEnum):
    """What a person is here for."""

    ANALYST = "analyst"
    SECOND_ANALYST = "second_analyst"
    SUPERVISOR = "supervisor"
    LIAISON = "liaison"
    OPERATOR = "operator"
    AUDITOR = "auditor"


class PersonStatus(StrEnum):
    """Whether a person's rights hold today; people who leave stay registered, since acts name them."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class Act(StrEnum):
    """What a person can do that leaves a trace."""

    SEE_QUEUE = "see_queue"
    TAKE_CASE = "take_case"
    READ_TEXT = "read_text"
    ADD_REPORT = "add_report"
    MEND_REJECT = "mend_reject"
    ASSESS = "assess"
    DISPOSE = "dispose"
    RELEASE = "release"
    CALL_POLICE = "call_police"
    ASK_DISCLOSURE = "ask_disclosure"
    HANDLE_ALERTS = "handle_alerts"
    ASSIGN_HOSTS = "assign_hosts"
    SPLIT_OR_JOIN = "split_or_join"
    EXPORT = "export"
    PUBLISH_STATISTICS = "publish_statistics"
    RUN_BATCH = "run_batch"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_MODELS = "manage_models"
    MANAGE_RECIPIENTS = "manage_recipients"
    READ_AUDIT = "read_audit"


_R = Role
_WORKS_CASES = frozenset({_R.ANALYST, _R.SECOND_ANALYST, _R.SUPERVISOR})
_RELEASES = frozenset({_R.SECOND_ANALYST, _R.SUPERVISOR})
MAY: Mapping[Act, frozenset[Role]] = MappingProxyType(
    {
        Act.SEE_QUEUE: frozenset(Role),
        Act.TAKE_CASE: _WORKS_CASES,
        Act.READ_TEXT: _WORKS_CASES,
        Act.ADD_REPORT: _WORKS_CASES | {_R.LIAISON, _R.OPERATOR},
        Act.MEND_REJECT: _WORKS_CASES | {_R.OPERATOR},
        Act.ASSESS: _WORKS_CASES,
        Act.DISPOSE: _WORKS_CASES,
        Act.RELEASE: _RELEASES,
        Act.CALL_POLICE: _WORKS_CASES | {_R.LIAISON},
        Act.ASK_DISCLOSURE: _WORKS_CASES | {_R.LIAISON},
        Act.HANDLE_ALERTS: _WORKS_CASES | {_R.LIAISON, _R.OPERATOR},
        Act.ASSIGN_HOSTS: _WORKS_CASES | {_R.LIAISON},
        Act.SPLIT_OR_JOIN: _WORKS_CASES,
        Act.EXPORT: _RELEASES | {_R.LIAISON, _R.OPERATOR},
        Act.PUBLISH_STATISTICS: frozenset(Role) - {_R.LIAISON},
        Act.RUN_BATCH: _WORKS_CASES | {_R.OPERATOR},
        Act.MANAGE_PEOPLE: frozenset({_R.SUPERVISOR}),
        Act.MANAGE_MODELS: frozenset({_R.SUPERVISOR}),
        Act.MANAGE_RECIPIENTS: frozenset({_R.SUPERVISOR, _R.LIAISON}),
        Act.READ_AUDIT: frozenset({_R.SUPERVISOR, _R.AUDITOR}),
    }
)
"""Act to the roles that may do it; an act missing here is allowed to nobody."""


@dataclass(frozen=True, slots=True)
class Person:
    """A registered person; `name` is internal and never leaves, `os_user` maps command-line acts to them."""

    person_id: int
    name: str
    role: Role
    status: PersonStatus
    os_user: str


def may(person: Person, act: Act) -> bool:
    """Whether this person may do this today."""
    return person.status is PersonStatus.ACTIVE and person.role in MAY.get(act, frozenset())


def require(person: Person, act: Act, doing: str = "") -> None:
    """Raises RuleBroken, naming the act and the roles that may, unless this person may.

    `doing`: the act in words, where a person would not know it by its name.
    """
    if person.status is not PersonStatus.ACTIVE:
        raise RuleBroken("this person is not active: ask a supervisor")
    if not may(person, act):
        roles = ", ".join(sorted(MAY.get(act, frozenset())))
        named = doing or act.replace("_", " ")
        raise RuleBroken(f"a person with role {person.role} may not {named}: that takes {roles}")
