"""Police first: whether a notice about a case must wait for police, since when, until when and why.

A decision for police holds every notice about the case back until that unit lets it go (an answer such as
`no_offence`, or its plain word), or until the protocol's hours after it got its package have passed; while the package
has not gone there is no time-out, and only two people let it go. A sign of danger, or grave content hosted here, that
nobody told police of holds as well; so does danger graver than they were told of, until they know. What police say
counts for the case they said it of, not for one that was joined into it later. Two people may override what stood when
the first of them asked, until another case is joined in. Hours are data (`data/notices/protocol.toml`, handed in as
text).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from triage.assessment import GRAVE, Assessment, Classification
from triage.errors import BadConfiguration, RuleBroken
from triage.police_feedback import FeedbackState, is_since
from triage.verdict import Escalation


class Why(StrEnum):
    """Why a notice waits."""

    POLICE_NOT_TOLD = "police_not_told"
    GRAVER_DANGER = "graver_danger"
    """Police were told of less danger than the case stands at now."""
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
    """A decision for a police unit, when its package went and when the unit was first called about it (None: not).

    `danger`: the gravest the package or a call told of; None where nothing went or nobody wrote it down then.
    """

    recipient: str
    decided_at: datetime
    gone_at: datetime | None
    called_at: datetime | None = None
    danger: Escalation | None = None
    called_since: datetime | None = None
    """When it was first called at or after the decision."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of a police unit that its signature stands for; `at` is midnight where it names a day only."""

    recipient: str
    state: FeedbackState
    at: datetime


@dataclass(frozen=True, slots=True)
class Word:
    """What a person wrote down. `recipient` is the unit of a hold or release; an override counts once `granted_at`.

    `escalate`: the danger the case stood at when it was written.
    """

    kind: WordKind
    at: datetime
    recipient: str | None = None
    escalate: Escalation = Escalation.NONE
    granted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One case that lies in another: what police were told of it, what they said of it, and the words about it."""

    told: tuple[Told, ...] = ()
    said: tuple[Said, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class PoliceFacts:
    """All a hold is worked out from. Times carry one zone: an answer told to the day counts for that day in it."""

    escalate: Escalation
    first_received: datetime
    last_assessed: datetime | None = None
    grave_since: datetime | None = None
    """Since when an address stands assessed as national or baseline that is hosted here, or nobody knows where
    (`grave_since`)."""
    told: tuple[Told, ...] = ()
    said: tuple[Said, ...] = ()
    words: tuple[Word, ...] = ()
    parts: tuple[Part, ...] = ()
    """The cases it was split off from or that were joined into it, each with what counts for it alone."""
    joined_at: datetime | None = None
    """When a case was joined into it last."""
    of_each: tuple[tuple[Told, ...], ...] | None = None
    """What police were told of each address that needs them; None: nothing was moved, all that was told counts."""


@dataclass(frozen=True, slots=True)
class Hold:
    """One reason to wait: whose (None: nobody was told), since when, until when (None: no time-out runs).

    `made_at`: when the unit's package was made, where its answer is awaited. Whether it got there nobody here knows.
    """

    why: Why
    recipient: str | None
    since: datetime
    until: datetime | None
    made_at: datetime | None = None


def holds(facts: PoliceFacts, protocol: HoldProtocol, now: datetime) -> tuple[Hold, ...]:
    """What keeps a notice back `now`, oldest first; empty: police let it go, or nobody has to be asked.

    Of several decisions for one unit the one that holds longest is named.
    """
    override = _override(facts)
    found = list(_of_silence(facts, protocol))
    for part in (Part(facts.told, facts.said, facts.words), *facts.parts):
        found += [*_of_decisions(part, protocol), *_of_requests(part, protocol)]
    if not any(one.why in (Why.POLICE_NOT_TOLD, Why.PACKAGE_NOT_GONE) for one in found):
        found += _of_graver_danger(facts, protocol)
    standing = [one for one in found if one.until is None or now < one.until]
    last: dict[tuple[Why, str | None], Hold] = {}
    for one in sorted(standing, key=lambda one: (one.until is None, one.until or one.since)):
        if not _overridden(one, override, facts):
            last[one.why, one.recipient] = one
    return tuple(sorted(last.values(), key=lambda one: one.since))


def grave_since(assessments: Iterable[Assessment], home: str) -> datetime | None:
    """Since when something of a case stands as grave content hosted at `home` or nobody knows where; None: nothing."""
    return min(grave_items(assessments, home).values(), default=None)


def grave_items(assessments: Iterable[Assessment], home: str) -> dict[int | None, datetime]:
    """Since when each item (None: the whole case) stands so.

    One person's new word does not take that back: it stands until two people said otherwise of the item, or the whole
    case. Who adds the country where nobody had named `home` only says what was not known.
    """
    standing: dict[int | None, _Grave] = {}
    for said in sorted(assessments, key=lambda said: said.at):
        grave = said.classification in GRAVE
        if grave and said.hosting_country in (None, home):
            old = standing.get(said.locator_no, _Grave(said.at, named=False))
            standing[said.locator_no] = _Grave(old.since, named=old.named or said.hosting_country == home)
        elif said.classification is not Classification.UNSET:
            for number in [said.locator_no] if said.locator_no is not None else list(standing):
                if number in standing and standing[number].falls_by(said, grave=grave):
                    del standing[number]
    return {item: one.since for item, one in standing.items()}


@dataclass(slots=True)
class _Grave:
    """An item that stands so: since when, whether somebody named the country, who said otherwise since."""

    since: datetime
    named: bool
    otherwise: set[int] = field(default_factory=set)

    def falls_by(self, said: Assessment, *, grave: bool) -> bool:
        """Whether this word is the second person's, or says where it lies of what nobody had said."""
        self.otherwise.add(said.by)
        return len(self.otherwise) > 1 or (grave and not self.named)


def until(found: Iterable[Hold]) -> datetime | None:
    """When the last of several ends, None if one of them has no time-out. Raises ValueError for none at all."""
    ends = [one.until for one in found]
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def check_grant(asked_by: int, granted_by: int) -> None:
    """Raises RuleBroken unless two people let a notice go."""
    if asked_by == granted_by:
        raise RuleBroken("who asked to override the police hold cannot grant it: ask another person")


def _of_decisions(part: Part, protocol: HoldProtocol) -> Iterable[Hold]:
    for told in part.told:
        hours = protocol.hours(told.recipient)
        if not hours or _let_go(part, told) or _answered(part, told, protocol):
            continue
        if told.gone_at is None:
            yield Hold(Why.PACKAGE_NOT_GONE, told.recipient, told.decided_at, None)
        else:
            end = told.gone_at + timedelta(hours=hours)
            yield Hold(Why.POLICE_HAVE_IT, told.recipient, told.decided_at, end, told.gone_at)


def _of_requests(part: Part, protocol: HoldProtocol) -> Iterable[Hold]:
    for word in part.words:
        if word.kind is not WordKind.HOLD or word.recipient is None:
            continue
        asked = Told(word.recipient, word.at, word.at)
        if not _let_go(part, asked) and not _answered(part, asked, protocol):
            hours = protocol.hours(word.recipient) or protocol.default_hours
            yield Hold(Why.POLICE_ASKED, word.recipient, word.at, word.at + timedelta(hours=hours))


def _of_silence(facts: PoliceFacts, protocol: HoldProtocol) -> Iterable[Hold]:
    """Police were told nothing, though they are the ones to decide."""
    danger = facts.first_received if facts.escalate is not Escalation.NONE else None
    since = [one for one in (danger, facts.grave_since) if one is not None]
    if since and not _all_told(facts, protocol):
        yield Hold(Why.POLICE_NOT_TOLD, None, min(since), None)


def _of_graver_danger(facts: PoliceFacts, protocol: HoldProtocol) -> Iterable[Hold]:
    """No unit knows of danger this grave: each that was told of less holds, until one is told or lets go knowing it.

    Nothing tells when the danger came to light, so the hold counts from the last thing its unit was told.
    """
    parts = (Part(facts.told, facts.said, facts.words), *facts.parts)
    told = [(part, one) for part in parts for one in part.told if one.danger is not None]
    heard = [(part, one) for part, one in told if protocol.hours(one.recipient)]
    if heard and max(_known(part, one) for part, one in heard) < facts.escalate:
        for _, one in heard:
            since = max(at for at in (one.decided_at, one.gone_at, one.called_at) if at is not None)
            yield Hold(Why.GRAVER_DANGER, one.recipient, since, None)


def _known(part: Part, told: Told) -> Escalation:
    """The gravest danger a unit knows of: what it was told, and what stood when it let go afterwards."""
    released = (
        one.escalate for one in part.words
        if one.kind is WordKind.RELEASE and one.recipient == told.recipient and one.at >= told.decided_at
    )  # fmt: skip
    return max(told.danger or Escalation.NONE, *released, Escalation.NONE)


def _all_told(facts: PoliceFacts, protocol: HoldProtocol) -> bool:
    """Whether police were told: of each address that needs them, where cases were split or joined."""
    every = [*facts.told, *(one for part in facts.parts for one in part.told)]
    of_each = (every,) if facts.of_each is None else facts.of_each
    return all(any(protocol.hours(one.recipient) for one in told) for told in of_each)


def _let_go(part: Part, told: Told) -> bool:
    """Whether this unit's word came after it could know of the matter: its package went, it was called, or it asked."""
    return any(
        one.kind is WordKind.RELEASE and one.recipient == told.recipient and one.at >= told.decided_at
        and any(at <= one.at for at in _knew(told, one))
        for one in part.words
    )  # fmt: skip


def _knew(told: Told, word: Word) -> Iterable[datetime]:
    """When the unit heard of what was decided: a call before the decision told it only if it told of danger as grave
    as the case stood at when the unit's word was written down."""
    early = told.called_at is not None and told.called_at < told.decided_at
    enough = (told.danger or Escalation.NONE) >= word.escalate
    heard = (told.gone_at, told.called_since, None if early and not enough else told.called_at)
    return (at for at in heard if at is not None)


def _answered(part: Part, told: Told, protocol: HoldProtocol) -> bool:
    """Whether an answer since its package went ends the matter."""
    if told.gone_at is None:
        return False
    gone = [one.gone_at for one in part.told if one.recipient == told.recipient and one.gone_at is not None]
    first = told.gone_at <= min(gone, default=told.gone_at)
    return any(
        one.recipient == told.recipient and one.state in protocol.releasing
        and is_since(one.at, told.gone_at, first=first)
        for one in part.said
    )  # fmt: skip


def _override(facts: PoliceFacts) -> Word | None:
    """The last override two people stand for; void if the case was assessed anew, or joined, since it was asked for."""
    granted = [one for one in facts.words if one.kind is WordKind.OVERRIDE and one.granted_at is not None]
    last = max(granted, key=lambda one: one.at, default=None)
    if last is None or (facts.last_assessed is not None and facts.last_assessed > last.at):
        return None
    return None if facts.joined_at is not None and facts.joined_at >= last.at else last


def _overridden(hold: Hold, override: Word | None, facts: PoliceFacts) -> bool:
    """Whether the two people saw this reason: what came later, and graver danger, they did not."""
    return override is not None and hold.since <= override.at and facts.escalate <= override.escalate
