"""Aggregate statistics as one long CSV: one row per published count, `all` where a column is not broken down.

Published are, for each dimension, the two-way table period by that dimension with its totals, small counts hidden
(triage.privacy). The rules in force travel with the numbers, since hotlines count duplicates differently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from exporters import plain_csv
from exporters.base import Exporter
from exporters.package import Package, Statistics
from triage import privacy, resemblance
from triage.errors import RuleBroken
from triage.verdict import Label

DIMENSIONS = ("period", "label", "escalate", "category", "area", "channel")
"""What a publication breaks down by; the order of the columns."""
ALL = "all"
UNKNOWN = "unknown"
UNLISTED = "unlisted"
_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]|Q[1-4]))?")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}|[A-Z]{2}-[^\W\d_]{2,4}")
_RESERVED = frozenset({ALL, privacy.TOTAL})
_ENQUIRY = frozenset({"question", "seeks_help_for_self", "seeks_material"})
_NOISE = frozenset({"spam", "test"})


def published_label(label: Label, reason_codes: Sequence[str]) -> str:
    """The word statistics use for a label; incomplete is split into enquiry, spam or test, and unusable."""
    if label is not Label.INCOMPLETE:
        return str(label)
    if _ENQUIRY.intersection(reason_codes):
        return "incomplete_enquiry"
    return "incomplete_spam_or_test" if _NOISE.intersection(reason_codes) else "incomplete_unusable"


class StatisticsExporter(Exporter):
    """Kind `statistics`: counts anybody may see."""

    kind = "statistics"
    recipient_kind = "statistics"
    schemas: ClassVar[Mapping[str, str]] = {"statistics.csv": "statistics_rows.json"}

    def _contents(self, package: Package) -> Mapping[str, bytes]:
        if package.statistics is None or package.cases:
            raise RuleBroken("statistics are made of counts, never of cases")
        counted = package.statistics
        if counted.dimensions != DIMENSIONS or any(len(key) != len(DIMENSIONS) for key in counted.counts):
            raise RuleBroken(f"statistics are counted by {', '.join(DIMENSIONS)}")
        return {
            "statistics.csv": plain_csv.write((*DIMENSIONS, "count", "suppressed"), _rows(counted)),
            "rules.txt": _rules(counted, package.made_at),
        }

    def examples(self) -> Sequence[Package]:
        """Two months with a small cell, a month too small to publish, and a value nobody knows."""
        counts: dict[tuple[str, ...], int] = {
            ("2026-01", "csam_suspect", "none", "csam", "BA-RS", "csv"): 3,
            ("2026-01", "complete", "none", "fraud", "BA-RS", "csv"): 40,
            ("2026-01", "incomplete_enquiry", "none", "question", "", "email"): 60,
            ("2026-02", "csam_suspect", "danger_now", "csam", "BA-BD", "sos"): 12,
            ("2026-02", "complete", "none", "Words of a reporter", "BA-RS", "csv"): 35,
            ("2026-02", "incomplete_enquiry", "none", "question", "", "email"): 70,
            ("2026-03", "complete", "none", "fraud", "BA-RS", "csv"): 2,
        }
        at = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
        counted = Statistics(DIMENSIONS, counts, "url-rules-1")
        return (Package(self.kind, "public", at, "public_interest", "inform_only", statistics=counted),)


def _rows(counted: Statistics) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for place, dimension in enumerate(DIMENSIONS[1:], start=1):
        table: dict[tuple[str, str], int] = {}
        for key, count in counted.counts.items():
            cell = (_period(key[0]), _word(key[place]))
            table[cell] = table.get(cell, 0) + count
        published = privacy.suppress(table)
        for (period, value), shown in sorted(published.cells.items()):
            total = value == privacy.TOTAL
            if total and dimension != DIMENSIONS[1]:
                continue  # every table has the same totals by period: shown once
            cells = [ALL] * len(DIMENSIONS)
            cells[0] = ALL if period == privacy.TOTAL else period
            cells[place] = ALL if total else value
            rows.append((*cells, shown, shown is None))
    return rows


def _period(given: str) -> str:
    if not _PERIOD.fullmatch(given):
        raise RuleBroken("a period is written as 2026, 2026-03 or 2026-Q1")
    return given


def _word(given: str) -> str:
    """A value as it may be published: what is not a code or a unit is counted, but not named."""
    if not given:
        return UNKNOWN
    return given if _WORD.fullmatch(given) and given not in _RESERVED else UNLISTED


def _rules(counted: Statistics, made_at: datetime) -> bytes:
    version = counted.duplicate_rule if re.fullmatch(r"[A-Za-z0-9.@+-]{1,64}", counted.duplicate_rule) else UNLISTED
    lines = (
        f"Made: {made_at.isoformat()}",
        "Counted: every report accepted, by the month it was received.",
        f"Duplicates: reports whose addresses have one case key under URL rules {version} are one case; every one "
        "of them is counted here as a report. Besides, only people join or split cases.",
        f"Linked, but never merged: {resemblance.rule_in_force()}.",
        f"Small counts: {privacy.RULE}",
        "Labels: what a machine suspects; no label is a legal judgement. `unknown` was not given, `unlisted` was "
        "given in words that are not published.",
    )
    return "".join(f"{line}\n" for line in lines).encode()
