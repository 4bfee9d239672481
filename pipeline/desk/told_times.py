"""Times as people and agencies tell them: ISO 8601, or the day first as it is written here (`05.03.2026 14:05`)."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

EXAMPLE = "2026-03-05T14:05+01:00, 2026-03-05 14:05 or 05.03.2026 14:05"
_DAY_FIRST = ("%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y", "%d.%m.%Y. %H:%M", "%d.%m.%Y.")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def told_time(given: str, zone: tzinfo) -> datetime:
    """A moment in UTC; what names no offset is in `zone`, a day alone its midnight.

    Raises ValueError, also for an hour that clocks in `zone` leave out.
    """
    said = _read(given.strip())
    if said is None or not _FIRST_YEAR <= said.year < _LAST_YEAR:
        raise ValueError("no time")
    moment = (said if said.tzinfo else said.replace(tzinfo=zone)).astimezone(UTC)
    if not said.tzinfo and moment.astimezone(zone).replace(tzinfo=None) != said:
        raise ValueError("no time")
    return moment


def _read(given: str) -> datetime | None:
    try:
        return datetime.fromisoformat(given)
    except ValueError:
        pass
    for form in _DAY_FIRST:
        try:
            return datetime.strptime(given, form)
        except ValueError:
            continue
    return None
