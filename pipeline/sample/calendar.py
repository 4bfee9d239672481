"""When the sample's reports came in: two years ending 2026-10-31, about eight a week and rising.

Times are local (Europe/Sarajevo) with their offset, computed here so that no time-zone data need be installed.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from math import sqrt
from random import Random

FIRST_DAY, LAST_DAY = date(2024, 11, 1), date(2026, 10, 31)
_START_RATE = 0.72
"""Rate on the first day relative to the mean; the last day's is 2 minus this (about 6 and 10.5 a week of 8.3)."""


def moments(rng: Random, count: int) -> list[datetime]:
    """`count` moments in order, whole seconds, between seven in the morning and midnight."""
    days = (LAST_DAY - FIRST_DAY).days + 1
    found = []
    for _ in range(count):
        day = FIRST_DAY + timedelta(days=int(_rising(rng.random()) * days))
        seconds = rng.randrange(7 * 3600, 24 * 3600)
        found.append(datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds))
    return [moment.replace(tzinfo=_offset(moment)) for moment in sorted(found)]


def _rising(share: float) -> float:
    """Inverse of the distribution with density a + 2(1 - a)x on 0..1."""
    a = _START_RATE
    return (sqrt(a * a + 4 * (1 - a) * share) - a) / (2 * (1 - a))


def _offset(moment: datetime) -> timezone:
    """Summer time runs from the last Sunday of March to the last of October (the hour of change does not matter)."""
    summer = _last_sunday(moment.year, 3) <= moment.date() < _last_sunday(moment.year, 10)
    return timezone(timedelta(hours=2 if summer else 1))


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def as_utc(moment: datetime) -> str:
    """ISO 8601 in UTC with `Z`, as partner systems send it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
