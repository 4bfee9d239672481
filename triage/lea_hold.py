"""Police first: whether a notice about a case must wait for police, since when, until when and why.

A decision for police holds every notice about the case back until that unit lets it go (an answer such as
`no_offence`, or its plain word), or until the protocol's hours after it got its package have passed; while the package
has not gone there is no time-out. A sign of danger, or grave content hosted here, that nobody told police of holds as
well. Two people may override what stood when the first of them asked. Hours are data (`data/notices/protocol.toml`,
handed in as text).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from triage.errors import BadConfiguration, RuleBroken
from triage.police_feedback import FeedbackState
from triage.verdict import Escalation


class Why(StrEnum):
    """Why a notice waits."""

    POLICE_NOT_TOLD = "police_not_told"
    PACKAGE_NOT_GONE = "package_not_gone"
    POLICE_HAVE_IT = "police_have_it"
    POLICE_ASKED = "police_asked"


class WordKind(StrEnum):
    """What a person can write down about a hold."""

    HOLD = "hold"
    RELEASE = "release"
    OVERRIDE = "override"


WAYS = ("telephone", "letter", "mail", "in_person")
"""How police told us: the reasons of a hold and of a release."""
OVERRIDE_REASONS = ("child_at_risk_while_online", "spreading_fast", "police_unreachable", "court_order")
"""Why two people may let a notice go before police did; a closed list, so that it can be counted."""


@dataclass(frozen=True, slots=True)
class HoldProtocol:
    """Hours of a time-out by recipient code, `default_hours` for others; 0 holds nothing. `releasing`: states."""

    default_hours: int
    hours_of: Mapping[str, int]
    releasing: frozenset[FeedbackState]

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read the table `hold`. Raises BadConfiguration if an hour is no number or a state is not one of police's."""
        try:
            said = tomllib.loads(text)["hold"]
            hours = {str(name): int(value) for name, value in said["hours_of"].items()}
            read = cls(int(said["hours"]), hours, frozenset(map(FeedbackState, said["released_by"])))
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, AttributeError):
            raise BadConfiguration(
                "data/notices/protocol.toml: its table hold does not fit; compare it with the one delivered"
            ) from None
        if min(read.default_hours, *read.hours_of.values(), 0) < 0:
            raise BadConfiguration("data/notices/protocol.toml: hours of a hold are 0 or more")
        return read

    def hours(self, recipient: str) -> int:
        """How long notices wait after this unit got its package."""
        return self.hours_of.get(recipient, self.default_hours)


@dataclass(frozen=True, slots=True)
class Told:
    """A decision for a police unit, and when its package went (None: it has not)."""

    recipient: str
    decided_at: datetime
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of a police unit."""

    recipient: str
    state: FeedbackState
    at: datetime


@dataclass(frozen=True, slots=True)
class Word:
    """What a person wrote down. `recipient` is the unit of a hold or release; an override counts once `granted_at`.

    `escalate`: the danger the case stood at when an override was asked for.
    """

    kind: WordKind
    at: datetime
    recipient: str | None = None
    escalate: Escalation = Escalation.NONE
    granted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PoliceFacts:
    """All a hold is worked out from. Times carry one zone: an answer told to the day counts for that day in it."""

    escalate: Escalation
    first_received: datetime
    last_assessed: datetime | None = None
    grave_since: datetime | None = None
    """Since when an address stands assessed as national or baseline that is hosted here, or nobody knows where."""
    told: tuple[Told, ...] = ()
    said: tuple[Said, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """One reason to wait: whose (None: nobody was told), since when, until when (None: no time-out runs)."""

    why: Why
    recipient: str | None
    since: datetime
    until: datetime | None


def holds(facts: PoliceFacts, protocol: HoldProtocol, now: datetime) -> tuple[Hold, ...]:
    """What keeps a notice back `now`, oldest first; empty: police let it go, or nobody has to be asked.

    Of several decisions for one unit the one that holds longest is named.
    """
    override = _override(facts)
    found = [*_of_decisions(facts, protocol), *_of_requests(facts, protocol), *_of_silence(facts, protocol)]
    standing = [one for one in found if one.until is None or now < one.until]
    last: dict[tuple[Why, str | None], Hold] = {}
    for one in sorted(standing, key=lambda one: (one.until is None, one.until or one.since)):
        if not _overridden(one, override, facts):
            last[one.why, one.recipient] = one
    return tuple(sorted(last.values(), key=lambda one: one.since))


def until(found: Iterable[Hold]) -> datetime | None:
    """When the last of several ends, None if one of them has no time-out. Raises ValueError for none at all."""
    ends = [one.until for one in found]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def check_grant(asked_by: int, granted_by: int) -> None:
    """Raises RuleBroken unless two people let a notice go."""
    if asked_by == granted_by:
        raise RuleBroken("who asked to override the police hold cannot grant it: ask another person")


def _of_decisions(facts: PoliceFacts, protocol: HoldProtocol) -> Iterable[Hold]:
    for told in facts.told:
        hours = protocol.hours(told.recipient)
        if not hours or _let_go(facts, protocol, told.recipient, told.decided_at, told.gone_at):
            continue
        if told.gone_at is None:
            yield Hold(Why.PACKAGE_NOT_GONE, told.recipient, told.decided_at, None)
        else:
            end = told.gone_at + timedelta(hours=hours)
            yield Hold(Why.POLICE_HAVE_IT, told.recipient, told.decided_at, end)


def _of_requests(facts: PoliceFacts, protocol: HoldProtocol) -> Iterable[Hold]:
    for word in facts.words:
        if word.kind is not WordKind.HOLD or word.recipient is None:
            continue
        if not _let_go(facts, protocol, word.recipient, word.at, word.at):
            hours = protocol.hours(word.recipient) or protocol.default_hours
            yield Hold(Why.POLICE_ASKED, word.recipient, word.at, word.at + timedelta(hours=hours))


def _of_silence(facts: PoliceFacts, protocol: HoldProtocol) -> Iterable[Hold]:
    """Police were told nothing, though they are the ones to decide."""
    danger = facts.first_received if facts.escalate is not Escalation.NONE else None
    since = [one for one in (danger, facts.grave_since) if one is not None]
    if since and not any(protocol.hours(one.recipient) for one in facts.told):
        yield Hold(Why.POLICE_NOT_TOLD, None, min(since), None)


def _let_go(
    facts: PoliceFacts, protocol: HoldProtocol, recipient: str, since: datetime, gone_at: datetime | None
) -> bool:
    """Whether this unit released what it was told: by its word since then, or by an answer since its package went."""
    if any(one.kind is WordKind.RELEASE and one.recipient == recipient and one.at >= since for one in facts.words):
        return True
    return gone_at is not None and any(
        one.recipient == recipient and one.state in protocol.releasing and one.at.date() >= gone_at.date()
        for one in facts.said
    )


def _override(facts: PoliceFacts) -> Word | None:
    """The last override two people stand for; void if the case was assessed anew since it was asked for."""
    granted = [one for one in facts.words if one.kind is WordKind.OVERRIDE and one.granted_at is not None]
    last = max(granted, key=lambda one: one.at, default=None)
    if last is None or (facts.last_assessed is not None and facts.last_assessed > last.at):
        return None
    return last


def _overridden(hold: Hold, override: Word | None, facts: PoliceFacts) -> bool:
    """Whether the two people saw this reason: what came later, and graver danger, they did not."""
    return override is not None and hold.since <= override.at and facts.escalate <= override.escalate
