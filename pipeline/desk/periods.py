"""Calendar periods statistics are published by (month, quarter, year), and what was published of which before.

No two published periods overlap: a month that lies in a published quarter or year is published as a part of that, and
a quarter or year of which a month was published goes on month by month. So nothing can be subtracted. What was
published of a period stands in the audit chain (it is public) and is published as it was from then on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from pipeline.store.schema import audit
from triage.errors import UsageError
from triage.privacy import Line

PERIOD_PUBLISHED = "period_published"
"""The audit event of a period's first publication; its details are the line that was published."""
KINDS = {"month": 1, "quarter": 3, "year": 12}
"""Months in a period of each kind."""
_MONTHS_A_YEAR = 12


def months_of(period: str) -> tuple[str, ...]:
    """The months of `2026-03`, `2026-Q1` or `2026`."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        quarter = int(part[1:])
        numbers = range(3 * quarter - 2, 3 * quarter + 1)
    else:
        numbers = range(int(part), int(part) + 1) if part else range(1, _MONTHS_A_YEAR + 1)
    return tuple(f"{year}-{number:02}" for number in numbers)


def period_of(month: str, kind: str) -> str:
    """The period of a kind a month lies in."""
    year, number = month.split("-")
    return {"year": year, "quarter": f"{year}-Q{(int(number) + 2) // 3}", "month": month}[kind]


def check_edges(first: str | None, last: str | None, kind: str) -> None:
    """Raises UsageError where a quarter or year would be cut by the months asked for."""
    starts = first is None or months_of(period_of(first, kind))[0] == first
    if not starts or (last is not None and months_of(period_of(last, kind))[-1] != last):
        raise UsageError(f"whole periods only: begin with the first month of a {kind} and end with the last of one")


def is_over(period: str, now: datetime) -> bool:
    """Whether no report can be received in it any more; before that its counts would grow."""
    return months_of(period)[-1] < f"{now.astimezone(UTC):%Y-%m}"


def published_before(connection: Connection) -> dict[str, Line]:
    """Every period that was published, and as what."""
    found = connection.execute(select(audit.c.subject, audit.c.details).where(audit.c.event == PERIOD_PUBLISHED))
    lines: dict[str, Line] = {}
    for period, details in found:
        read = json.loads(details)
        lines.setdefault(period, Line(read["total"], read["parts"]))
    return lines


def details_of(line: Line) -> Mapping[str, object]:
    """A line as the details of its audit event."""
    return asdict(line)


def arrangement(published: Iterable[str], kind: str) -> Callable[[str], str]:
    """The period each month is to be counted in, so that none overlaps a published one."""
    covered = {month: period for period in published for month in months_of(period)}

    def arranged(month: str) -> str:
        wanted = period_of(month, kind)
        if month in covered:
            return covered[month]
        return month if any(other in covered for other in months_of(wanted)) else wanted

    return arranged


def regrouped(
    counts: Mapping[tuple[str, ...], int], arranged: Callable[[str], str], kept: Container[str]
) -> dict[tuple[str, ...], int]:
    """Counts by month as counts by period, of the periods that are kept."""
    grouped: Counter[tuple[str, ...]] = Counter()
    for (month, *rest), count in counts.items():
        period = arranged(month)
        if period in kept:
            grouped[period, *rest] += count
    return dict(grouped)
