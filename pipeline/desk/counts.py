"""Counts of reports for publication: grouped in the store, told in words anybody may see, suppressed by the exporter.

Every accepted report counts once, in the month (UTC) it was received. What reporters wrote as an area becomes the
unit it lies in or `unlisted`; a channel no part of this project knows becomes `unlisted`. Whole months only: counts
of freely chosen days could be subtracted from each other until single reports show. `pipeline/desk/periods.py` makes
periods of them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, select, text

from exporters.statistics import UNLISTED, published_label
from pipeline.bootstrap import App
from pipeline.desk.outside import known_channel
from pipeline.routes import routes
from pipeline.store.engine import reading
from pipeline.store.schema import source
from triage.errors import UsageError
from triage.redaction import redact
from triage.routing import Routes
from triage.verdict import Escalation, Label

KIND = "statistics"
DAY_SECONDS = 86_400
FETCH_ROWS = 20_000
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_GROUPED = """
SELECT received_at / 86400, verdict_id, category, area, source_no, count(*) FROM report
WHERE received_at >= :first AND received_at < :beyond GROUP BY 1, 2, 3, 4, 5
"""
_VERDICTS = "SELECT verdict_id, label, escalate, reasons FROM verdict"
_BEYOND_ALL = 1 << 62
_LAST_OF_ALL = "9999-12"


@dataclass(frozen=True, slots=True)
class Months:
    """From the first to the last month, both included, as `2026-01`; None is open. `kind`: by month, quarter, year."""

    first: str | None = None
    last: str | None = None
    kind: str = "month"

    def seconds(self) -> tuple[int, int]:
        """The span in seconds since 1970, its end excluded. Raises UsageError on anything but months in order."""
        first = 0 if self.first is None else _start(*_read(self.first))
        if self.last is None:
            return first, _BEYOND_ALL
        year, month = _read(self.last)
        beyond = _start(year + month // 12, month % 12 + 1)
        if beyond <= first:
            raise UsageError("the last month lies before the first one")
        return first, beyond

    def has(self, month: str) -> bool:
        """Whether a month lies in the span."""
        return (self.first or "") <= month <= (self.last or _LAST_OF_ALL)


def count_reports(app: App, months: Months) -> dict[tuple[str, ...], int]:
    """Reports by the exporter's dimensions; memory follows the number of combinations, not of reports."""
    first, beyond = months.seconds()
    routing = routes()
    counts: Counter[tuple[str, ...]] = Counter()
    with reading(app.store.engine) as connection:
        opinions, channels = _opinions(connection), _channels(connection)
        unit = cache(lambda area: _unit(area, routing))
        for day, verdict_id, category, area, source_no, count in _grouped(connection, first, beyond):
            label, escalate = opinions[verdict_id]
            counts[_month(day), label, escalate, category or "", unit(area), channels[source_no]] += count
    return dict(counts)


def _grouped(connection: Connection, first: int, beyond: int) -> Iterator[tuple[Any, ...]]:
    """Day since 1970, verdict, category, area, source and how many reports have them."""
    streaming = connection.execution_options(stream_results=True)
    found = streaming.execute(text(_GROUPED), {"first": first, "beyond": beyond})
    for block in found.partitions(FETCH_ROWS):
        yield from map(tuple, block)


def _opinions(connection: Connection) -> dict[int, tuple[str, str]]:
    """Verdict number to its published label and escalation."""
    return {
        number: (_published(label, reasons if label == Label.INCOMPLETE else "[]"), str(Escalation(escalate)))
        for number, label, escalate, reasons in connection.execute(text(_VERDICTS))
    }


def _published(label: int, reasons: str) -> str:
    return published_label(Label(label), [reason[0] for reason in json.loads(reasons)])


def _channels(connection: Connection) -> dict[int, str]:
    known = cache(known_channel)
    rows = connection.execute(select(source.c.source_no, source.c.channel))
    return {number: channel if known(channel) else UNLISTED for number, channel in rows}


def _unit(area: str | None, routing: Routes) -> str:
    """The unit an area lies in; "" where none was given."""
    if not area:
        return ""
    kept, _ = redact({"area": routing.area_named(area)}, KIND)
    return str(kept.get("area", UNLISTED))


@cache
def _month(day: int) -> str:
    return f"{datetime.fromtimestamp(day * DAY_SECONDS, UTC):%Y-%m}"


def _read(given: str) -> tuple[int, int]:
    match = _MONTH.fullmatch(given.strip())
    if match is None or int(match[1]) < datetime.min.year or int(match[1]) >= datetime.max.year:
        raise UsageError("a month is written as 2026-03")
    return int(match[1]), int(match[2])


def _start(year: int, month: int) -> int:
    return int(datetime(year, month, 1, tzinfo=UTC).timestamp())
