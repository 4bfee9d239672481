"""Working time as this installation has it, and times as people read them: in the hotline's own zone."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from pipeline.resources import text
from triage.clocks import Clocks, day_alone

SCREEN_TIME = "%a %d %b %H:%M"
SCREEN_DAY = "%d %b %Y"
SCREEN_TIME_FAR = "%d %b %Y %H:%M"
NEAR_DAYS = 6


@cache
def clocks() -> Clocks:
    """Targets, working hours and holidays from `data/clocks.toml`."""
    return Clocks.from_toml(text("clocks.toml"), ZoneInfo)


def utc(seconds: int) -> datetime:
    """A moment as the store keeps it: whole seconds since 1970, in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def local(at: datetime, now: datetime | None = None) -> str:
    """A time on a screen, in the hotline's zone; the weekday instead of the year where `now` is near."""
    near = now is not None and abs(now - at).days <= NEAR_DAYS
    return at.astimezone(clocks().zone).strftime(SCREEN_TIME if near else SCREEN_TIME_FAR)


def received(at: datetime, now: datetime) -> str:
    """When a report came, on a screen: of a day without a time the day alone."""
    day = day_alone(at, clocks().zone)
    return local(at, now) if day is None else day.strftime(SCREEN_DAY)


def clock_time(at: datetime) -> str:
    """Hours and minutes in the hotline's zone."""
    return at.astimezone(clocks().zone).strftime("%H:%M")


def ago(at: datetime, now: datetime) -> str:
    """How long ago in one unit: `5 min`, `3 h`, `12 days`."""
    minutes = max(0, int((now - at).total_seconds()) // 60)
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
