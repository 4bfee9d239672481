"""Which reports a case has, and what they said in codes: read from the packed links of `case_reports`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from pipeline.store import bulk
from pipeline.store.schema import case_reports, report, source, verdict

LINK = "<i8"
"""One link is three of these: report, locator (0 for none), place in the report (0: primary)."""
Ints = npt.NDArray[np.int64]
Link = tuple[int, int]
"""A report of a case and the address it names there (0: none), by their numbers."""
_REPORT = (
    "received_at", "category", "area", "reporter_group", "facts", "verdict_id", "source_no", "language",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LinkedReport:
    """What the store knows of one report in clear; times in seconds since 1970."""

    report_id: int
    received_at: int
    category: str | None
    area: str | None
    reporter_group: str | None
    facts: int
    verdict_id: int
    source_no: int
    language: str | None


@dataclass(frozen=True, slots=True)
class Opinion:
    """One stored verdict; `reasons` as (code, rule, field). `to_person`: no machine may answer it by itself."""

    label: int
    escalate: int
    question: bool
    unread: bool
    reasons: tuple[tuple[str, str, str], ...]
    to_person: bool


def links_of(connection: Connection, case_id: int) -> dict[int, Ints]:
    """Run number to that run's links of the case, each an array of (report, locator, seq) rows."""
    rows = connection.execute(
        select(case_reports.c.run_no, case_reports.c.links).where(case_reports.c.case_id == case_id)
        .order_by(case_reports.c.run_no)
    )  # fmt: skip
    found: dict[int, list[Ints]] = {}
    for row in rows:
        found.setdefault(row.run_no, []).append(unpacked(row.links))
    return {run_no: np.concatenate(pieces) for run_no, pieces in found.items()}


def links_of_each(connection: Connection, cases: Iterable[int]) -> dict[int, Ints]:
    """Every link of each of these cases, those of earlier runs first; for many cases in one question."""
    found: dict[int, list[Ints]] = {}
    for case_id, _, links in sorted(bulk.lookup(connection, case_reports, "case_id", cases, ("run_no", "links"))):
        found.setdefault(case_id, []).append(unpacked(bytes(links)))
    return {case_id: np.concatenate(pieces) for case_id, pieces in found.items()}


def unpacked(links: bytes) -> Ints:
    """Stored links as rows of (report, locator, seq)."""
    return np.frombuffer(links, dtype=LINK).reshape(-1, 3).astype(np.int64)


def all_links(by_run: dict[int, Ints]) -> Ints:
    """Every link of a case in one array."""
    return np.concatenate([np.empty((0, 3), dtype=np.int64), *by_run.values()])


def pairs(links: Ints) -> frozenset[Link]:
    """Links as pairs of report and address."""
    return frozenset((report, item) for report, item, _ in links.tolist())


def reports_in(connection: Connection, ids: Iterable[int]) -> list[LinkedReport]:
    """The given reports, oldest first."""
    rows = bulk.lookup(connection, report, "report_id", sorted(set(ids)), _REPORT)
    return sorted((LinkedReport(*row) for row in rows), key=lambda one: (one.received_at, one.report_id))


def opinions_in(connection: Connection, ids: Iterable[int]) -> dict[int, Opinion]:
    """The given verdicts by number."""
    columns = ("label", "escalate", "question", "unread", "reasons", "to_person")
    return {
        row[0]: Opinion(row[1], row[2], bool(row[3]), bool(row[4]), _reasons(row[5]), bool(row[6]))
        for row in bulk.lookup(connection, verdict, "verdict_id", sorted(set(ids)), columns)
    }


def channels_in(connection: Connection, sources: Iterable[int]) -> tuple[str, ...]:
    """The channels of the given sources, each once, by name."""
    found = bulk.lookup(connection, source, "source_no", sorted(set(sources)), ("channel",))
    return tuple(sorted({row[1] for row in found}))


def by_number(values: Iterable[str | None]) -> tuple[str, ...]:
    """Each value said, most often said first; in a tie the one said first."""
    return tuple(value for value, _ in Counter(value for value in values if value).most_common())


def _reasons(stored: str) -> tuple[tuple[str, str, str], ...]:
    return tuple((code, rule, field) for code, rule, field, *_ in json.loads(stored))
