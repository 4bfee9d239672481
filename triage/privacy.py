"""Keeps small counts out of published statistics, also those that could be computed from what else is published.

What is published of a period is a *line* by each dimension (label, area …): its parts and their total. Counts from 1
to 4 are hidden (threshold 5, as statistical offices use it for sensitive subjects); then further counts of the line,
until each hidden one could be anything from 1 to at least 5. Which further ones is drawn by a secret of the hotline: by
size, who knows the rule would know that no hidden count is larger than the smallest shown, and by name, which of the
hidden ones is small. Where all of a line is not enough, none of it is shown, and not even what its parts are called.

A line depends on nothing but its own period, and once published it stays as it was (`pipeline/desk/published.py`):
two publications cannot be subtracted from each other. Totals over periods are sums of what is shown, or hidden.

Limits: the reader is assumed to know that zeros are never hidden, and may guess that the smallest hidden count of a
line is one from 1 to 4. Who knows of a report from elsewhere, or what two dimensions have to do with each other, knows
more than a table can hide.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

THRESHOLD = 5
TOTAL = "total"
RULE = (
    f"Counts from 1 to {THRESHOLD - 1} are not shown; further counts of the same period are not shown, so that each "
    f"hidden one could be anything from 1 to at least {THRESHOLD}. Totals over periods with a hidden count are not "
    f"shown. Periods with fewer than {THRESHOLD} reports are left out, also of the totals. Only periods that are over "
    "are published, each by one kind of period, and once: it stays as first published, also when reports come in late."
)
"""What a publication says about itself."""

Parts = Mapping[str, int | None]
"""Value to its count, None where hidden; a value that is not named has none."""


@dataclass(frozen=True, slots=True)
class Line:
    """What is published of one period: how many reports, and by dimension its parts (None: nothing of them)."""

    total: int
    parts: Mapping[str, Parts | None]


def shown_line(
    counts: Mapping[str, Mapping[str, int]], secret: bytes = b"", threshold: int = THRESHOLD
) -> Line | None:
    """The publishable line of a period from its counts by dimension and value; None where there are too few reports.

    `secret` (at most 64 bytes, another one for each period) draws which counts are hidden beside small ones.
    Raises ValueError on a negative count, a value called `total`, or dimensions that do not count the same reports.
    """
    totals = {sum(parts.values()) for parts in counts.values()}
    if len(totals) != 1 or any(n < 0 or name == TOTAL for parts in counts.values() for name, n in parts.items()):
        raise ValueError("counts are not negative, each dimension has the same total, and no value is called total")
    total = totals.pop()
    if total < threshold:
        return None
    return Line(total, {dimension: shown_parts(parts, secret, threshold) for dimension, parts in counts.items()})


def shown_parts(
    counts: Mapping[str, int], secret: bytes = b"", threshold: int = THRESHOLD
) -> dict[str, int | None] | None:
    """The parts of a total that is shown, small ones and enough others hidden; None where nothing may be shown."""
    there = sorted((count, value) for value, count in counts.items() if count)
    hidden = {value for count, value in there if count < threshold}
    for value in sorted((value for _, value in there), key=lambda value: _drawn(value, secret)):
        if not hidden or _wide(counts, hidden, threshold):
            break
        hidden.add(value)
    if hidden and not _wide(counts, hidden, threshold):
        return None
    return {value: None if value in hidden else count for count, value in there}


def _drawn(value: str, secret: bytes) -> bytes:
    return hashlib.blake2b(value.encode(), key=secret, digest_size=16).digest()


def _wide(counts: Mapping[str, int], hidden: set[str], threshold: int) -> bool:
    """Whether each hidden count could be 1 to `threshold`: the reader knows their sum, and that none of them is 0."""
    return sum(counts[value] for value in hidden) - (len(hidden) - 1) >= threshold


def total_shown(lines: Mapping[str, Line], dimension: str, value: str) -> int | None:
    """The sum over periods, for which nothing but shown counts is needed; None if one of them is hidden."""
    total = 0
    for line in lines.values():
        parts = line.parts[dimension]
        count = None if parts is None else parts.get(value, 0)
        if count is None:
            return None
        total += count
    return total
