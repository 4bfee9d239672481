"""The queue's lanes and when each case is due, in working time or around the clock.

Targets, working hours and holidays are data (`data/clocks.toml`, handed in as text). A lane's target is measured from
what put the case there: the first report that carries it (`grouping.lane_alone`), a return, somebody's word.
The three clocks of a case (received, reported to police, removed) are all measured from the time the public reported;
the time ICCAM assigned a case is another clock and is never mixed with it (reference/hotline_systems.md §3.4).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from triage.errors import BadConfiguration
from triage.lifecycle import Status
from triage.verdict import Escalation, Label

MAX_DAYS_AHEAD = 366
"""A target that needs more days than this is a mistake in the data, not a target."""
QUESTION_REASONS = frozenset({"question", "spam", "test", "seeks_material", "seeks_help_for_self"})
"""Reasons of an incomplete report for which no address would help."""


class Lane(StrEnum):
    """Lanes in the order people see them; `overdue` is derived and never answered by `lane_of`."""

    DANGER_NOW = "danger_now"
    CHILDREN_AT_RISK = "children_at_risk"
    SUSPECTS = "suspects"
    ASSIGNED_BY_INHOPE = "assigned_by_inhope"
    NEW_FACTS = "new_facts"
    OTHER_REPORTS = "other_reports"
    NEEDS_ADDRESS = "needs_address"
    QUESTIONS = "questions"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Target:
    """How long a case of a lane may wait, in minutes; working minutes unless `around_the_clock`."""

    minutes: int
    around_the_clock: bool


@dataclass(frozen=True, slots=True)
class Clocks:
    """Working time and targets. `weekdays` counts Monday as 0; `opens` and `closes` are local times of day."""

    zone: tzinfo
    opens: time
    closes: time
    weekdays: frozenset[int]
    holidays: frozenset[date]
    targets: Mapping[Lane, Target]

    @classmethod
    def from_toml(cls, text: str, zone_named: Callable[[str], tzinfo]) -> Clocks:
        """Read `data/clocks.toml`; `zone_named` is `zoneinfo.ZoneInfo`. Raises BadConfiguration on a bad file."""
        try:
            data = tomllib.loads(text)
            work, targets = data["working_time"], data["target"]
            clocks = cls(
                zone=zone_named(work["zone"]),
                opens=work["opens"],
                closes=work["closes"],
                weekdays=frozenset(work["weekdays"]),
                holidays=frozenset(data["holidays"]["days"]),
                targets={Lane(lane): Target(int(given["minutes"]), given["around_the_clock"])
                         for lane, given in targets.items()},
            )  # fmt: skip
        except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError):
            raise BadConfiguration("clocks.toml cannot be read: compare it with the one delivered") from None
        _check(clocks)
        return clocks


def end_of_day(at: datetime, zone: tzinfo) -> datetime:
    """The last second of a day in `zone`: what stands for a day that was told without a time."""
    return at.replace(hour=23, minute=59, second=59, microsecond=0, tzinfo=zone)


def day_alone(at: datetime, zone: tzinfo) -> date | None:
    """The day, if this moment stands for a day that was told without a time (see `end_of_day`); else None."""
    there = at.astimezone(zone)
    return there.date() if there.time() == time(23, 59, 59) else None


def lane_of(
    label: Label, escalate: Escalation, assigned: bool, status: Status, reason_codes: Collection[str] = (),
    unread: bool = False,
) -> Lane:  # fmt: skip
    """The lane of a waiting case: danger first, then who is waiting for us, then what the machine suspects.

    `assigned` is true for cases INHOPE assigned; `reason_codes` tell questions from missing addresses. `unread`: any
    danger may be in it (`verdict.comes_soon`); it comes as soon as a suspect and keeps its label.
    """
    if escalate is Escalation.DANGER_NOW:
        return Lane.DANGER_NOW
    if escalate is not Escalation.NONE:
        return Lane.CHILDREN_AT_RISK
    if assigned:
        return Lane.ASSIGNED_BY_INHOPE
    if status is Status.RETURNED:
        return Lane.NEW_FACTS
    if label is Label.CSAM_SUSPECT or unread:
        return Lane.SUSPECTS
    if label is Label.COMPLETE:
        return Lane.OTHER_REPORTS
    return Lane.QUESTIONS if QUESTION_REASONS.intersection(reason_codes) else Lane.NEEDS_ADDRESS


def due_at(lane: Lane, since: datetime, clocks: Clocks) -> datetime:
    """When a case waiting in `lane` since `since` is due, in UTC. `since` needs an offset.

    Raises KeyError for `overdue`, which has no target of its own.
    """
    target = clocks.targets[lane]
    if target.around_the_clock:
        return since.astimezone(UTC) + timedelta(minutes=target.minutes)
    return _after_working_minutes(since, target.minutes, clocks)


def overdue(lane: Lane, since: datetime, now: datetime, clocks: Clocks) -> bool:
    """Whether a case still waiting `now` is past its target."""
    return now > due_at(lane, since, clocks)


def after_working_days(since: datetime, days: int, clocks: Clocks) -> datetime:
    """When `days` whole working days (at least 0) have gone by since `since`, in UTC; `since` needs an offset."""
    day = datetime.combine(date.min, clocks.closes) - datetime.combine(date.min, clocks.opens)
    return _after_working_minutes(since, days * (day // timedelta(minutes=1)), clocks)


def working_minutes(start: datetime, end: datetime, clocks: Clocks) -> int:
    """Whole working minutes from `start` to `end` (0 if `end` is not later), for the three clocks."""
    total = timedelta()
    day = start.astimezone(clocks.zone).date()
    while day <= end.astimezone(clocks.zone).date():
        if _is_working_day(day, clocks):
            opens, closes = _hours(day, clocks)
            total += max(timedelta(), min(closes, end.astimezone(UTC)) - max(opens, start.astimezone(UTC)))
        day += timedelta(days=1)
    return total // timedelta(minutes=1)


def _after_working_minutes(since: datetime, minutes: int, clocks: Clocks) -> datetime:
    left = timedelta(minutes=minutes)
    day = since.astimezone(clocks.zone).date()
    for _ in range(MAX_DAYS_AHEAD):
        if _is_working_day(day, clocks):
            opens, closes = _hours(day, clocks)
            start = max(opens, since.astimezone(UTC))
            if start + left <= closes:
                return start + left
            left -= max(timedelta(), closes - start)
        day += timedelta(days=1)
    raise BadConfiguration("clocks.toml has a target that takes more than a year of working time")


def _is_working_day(day: date, clocks: Clocks) -> bool:
    return day.weekday() in clocks.weekdays and day not in clocks.holidays


def _hours(day: date, clocks: Clocks) -> tuple[datetime, datetime]:
    """Opening and closing time of a day in UTC, so that a change of summer time never bends a duration."""
    opens = datetime.combine(day, clocks.opens, clocks.zone)
    return opens.astimezone(UTC), datetime.combine(day, clocks.closes, clocks.zone).astimezone(UTC)


def _check(clocks: Clocks) -> None:
    if not isinstance(clocks.opens, time) or not isinstance(clocks.closes, time) or clocks.opens >= clocks.closes:
        raise BadConfiguration("clocks.toml: working time must open before it closes")
    if not clocks.weekdays or not clocks.weekdays <= frozenset(range(7)):
        raise BadConfiguration("clocks.toml: weekdays are numbers from 0 (Monday) to 6, at least one")
    if set(clocks.targets) != set(Lane) - {Lane.OVERDUE}:
        raise BadConfiguration("clocks.toml: every lane but overdue needs a target, and no other")
    if any(target.minutes <= 0 for target in clocks.targets.values()):
        raise BadConfiguration("clocks.toml: a target is a positive number of minutes")
