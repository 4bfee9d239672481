"""Statistics as files: a package in the workspace, or one CSV where a person wants it. Both leave a trace.

Every period is published once: what was published of it is written down, and is what later publications say of it.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection

from exporters.package import Package, Statistics
from exporters.statistics import DIMENSIONS, published_lines
from pipeline.bootstrap import App
from pipeline.desk import periods
from pipeline.desk.counts import KIND, Months, count_reports
from pipeline.desk.package_folder import Made, Sending, store_package
from pipeline.desk.packages import exporter_of
from pipeline.desk.people import actor
from pipeline.store.engine import reading, writing
from triage.errors import RuleBroken
from triage.people import Act, Person, require

RECIPIENT, BASIS, ASKED = "public", "public_interest", "inform_only"
TABLE, RULES = "statistics.csv", "rules.txt"


@dataclass(frozen=True, slots=True)
class Published:
    """For the person who published: how many reports the table counts, how many came in after their period was
    published and are counted nowhere, how many lie in a period that is not over (`waiting`) or in one of too few
    reports, how many periods were published for the first time, how many are of another kind than was asked for, and
    the rules, line by line.

    The numbers left out are for this person's eyes: in the published rules they could be subtracted from later tables.
    """

    reports: int
    late: int
    waiting: int
    too_few: int
    first_time: int
    of_another_kind: int
    rules: tuple[str, ...]


def make_statistics(app: App, months: Months, by: Person, now: datetime) -> Made:
    """The statistics package. Raises RuleBroken where the person may not publish."""
    require(by, Act.PUBLISH_STATISTICS)
    counted, _ = _counted(app, months, now)
    files = exporter_of(KIND).files(_package(counted, now))

    def once(connection: Connection, _package_id: int) -> None:
        _write_down(app, connection, counted, by, now)

    return store_package(app, Sending(KIND, RECIPIENT, files), by, now, once)


def write_statistics(app: App, months: Months, by: Person, now: datetime, file: BinaryIO, rules: BinaryIO) -> Published:
    """The same table and its rules in two files, which the caller lets stand only if this ends well.

    They are written before it is written down, so that a full disk leaves neither a file nor a word of one. Raises
    RuleBroken, OSError.
    """
    require(by, Act.PUBLISH_STATISTICS)
    counted, waiting = _counted(app, months, now)
    files = exporter_of(KIND).files(_package(counted, now))
    for open_file, name in ((file, TABLE), (rules, RULES)):
        open_file.write(files[name])
        open_file.flush()
        os.fsync(open_file.fileno())
    digest = hashlib.sha256(files[TABLE]).hexdigest()
    with writing(app.store.engine) as connection:
        _write_down(app, connection, counted, by, now)
        app.store.record(connection, now, actor(by), "statistics_published", KIND, {"sha256": digest})
    lines, length = published_lines(counted), periods.KINDS[months.kind]
    return Published(
        sum(line.total for line in lines.values()), _late(counted), waiting,
        sum(count for key, count in counted.counts.items() if key[0] not in lines),
        len(lines.keys() - counted.before.keys()),
        sum(len(periods.months_of(period)) != length for period in lines), tuple(files[RULES].decode().splitlines()),
    )  # fmt: skip


def _counted(app: App, months: Months, now: datetime) -> tuple[Statistics, int]:
    """Counts by period: those that are over and lie in the months asked for, none overlapping a published one; and
    how many reports of these months lie in no such period."""
    periods.check_edges(months.first, months.last, months.kind)
    with reading(app.store.engine) as connection:
        published = periods.published_before(connection)
    by_month = count_reports(app, months)
    arranged = periods.arrangement(published, months.kind)
    wanted = {arranged(key[0]) for key in by_month} | published.keys()
    kept = {
        period for period in wanted
        if periods.is_over(period, now) and all(months.has(month) for month in periods.months_of(period))
    }  # fmt: skip
    counts = periods.regrouped(by_month, arranged, kept)
    before = {period: line for period, line in published.items() if period in kept}
    waiting = sum(by_month.values()) - sum(counts.values())
    return Statistics(DIMENSIONS, counts, app.url_rules.version, before, app.store.index_key), waiting


def _package(counted: Statistics, now: datetime) -> Package:
    return Package(KIND, RECIPIENT, now.replace(microsecond=0), BASIS, ASKED, statistics=counted)


def _write_down(app: App, connection: Connection, counted: Statistics, by: Person, now: datetime) -> None:
    """What is published for the first time, in the transaction that lets it stand."""
    taken = {month for period in periods.published_before(connection) for month in periods.months_of(period)}
    for period, line in published_lines(counted).items():
        if period in counted.before:
            continue
        if taken.intersection(periods.months_of(period)):
            raise RuleBroken("somebody published the same period just now: make the statistics again")
        details = periods.details_of(line)
        app.store.record(connection, now, actor(by), periods.PERIOD_PUBLISHED, period, details)


def _late(counted: Statistics) -> int:
    """Reports received in periods published before that came in since."""
    found = dict.fromkeys(counted.before, 0)
    for key, count in counted.counts.items():
        if key[0] in found:
            found[key[0]] += count
    return sum(max(0, count - counted.before[period].total) for period, count in found.items())
