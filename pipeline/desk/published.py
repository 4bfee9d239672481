"""Statistics as files: a package in the workspace, or one CSV where a person wants it. Both leave a trace."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import Connection

from pipeline.bootstrap import App
from pipeline.desk.counts import KIND, RECIPIENT, Months, statistics_package
from pipeline.desk.package_folder import Made, Sending, store_package
from pipeline.desk.packages import exporter_of
from pipeline.desk.people import actor
from pipeline.store.engine import writing
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


def write_statistics(app: App, months: Months, by: Person, now: datetime, file: BinaryIO, rules: BinaryIO) -> Published:
    """The same table and its rules in two files, which the caller lets stand only if this ends well.

    They are written before it is written down, so that a full disk leaves neither a file nor a word of one. Raises
    RuleBroken, OSError.
    """
    require(by, Act.PUBLISH_STATISTICS)
    made = statistics_package(app, months, now)
    files = exporter_of(KIND).files(made)
    for open_file, name in ((file, TABLE), (rules, RULES)):
        open_file.write(files[name])
        open_file.flush()
        os.fsync(open_file.fileno())
    digest = hashlib.sha256(files[TABLE]).hexdigest()
    with writing(app.store.engine) as connection:
        app.store.record(connection, now, actor(by), "statistics_published", KIND, {"sha256": digest})
    reports = sum(made.statistics.counts.values()) if made.statistics else 0
    return Published(reports, tuple(files[RULES].decode().splitlines()))


def _claims_no_case(_connection: Connection, _package_id: int) -> None:
    """Counts take no case out of the queue."""
