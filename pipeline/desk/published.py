"""Statistics as files: a package in the workspace, or one CSV where a person wants it. Both leave a trace."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from pipeline.bootstrap import App
from pipeline.desk.counts import KIND, RECIPIENT, Months, statistics_package
from pipeline.desk.package_folder import Made, Sending, store_package
from pipeline.desk.packages import exporter_of
from pipeline.desk.people import actor
from pipeline.durable import write_file
from pipeline.store.engine import writing
from triage.errors import UsageError
from triage.people import Act, Person, require

TABLE, RULES = "statistics.csv", "rules.txt"


@dataclass(frozen=True, slots=True)
class Published:
    """How many reports were counted (unsuppressed, for the person who published) and the rules, line by line."""

    reports: int
    rules: tuple[str, ...]


def make_statistics(app: App, months: Months, by: Person, now: datetime) -> Made:
    """The statistics package. Raises RuleBroken where the person may not publish."""
    require(by, Act.PUBLISH_STATISTICS)
    files = exporter_of(KIND).files(statistics_package(app, months, now))
    return store_package(app, Sending(KIND, RECIPIENT, files), by, now, _claims_no_case)


def write_statistics(app: App, months: Months, by: Person, now: datetime, out: Path) -> Published:
    """The same table as one CSV file. Raises UsageError, without the path, where it cannot be written."""
    require(by, Act.PUBLISH_STATISTICS)
    made = statistics_package(app, months, now)
    files = exporter_of(KIND).files(made)
    try:
        write_file(out, files[TABLE])
    except (OSError, ValueError):
        raise UsageError("the output file cannot be written: check the path given with --out") from None
    digest = hashlib.sha256(files[TABLE]).hexdigest()
    with writing(app.store.engine) as connection:
        app.store.record(connection, now, actor(by), "statistics_published", KIND, {"sha256": digest})
    reports = sum(made.statistics.counts.values()) if made.statistics else 0
    return Published(reports, tuple(files[RULES].decode().splitlines()))


def _claims_no_case(_connection: Connection, _package_id: int) -> None:
    """Counts take no case out of the queue."""
