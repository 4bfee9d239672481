"""Aggregate statistics as one long CSV: one row per published count, `all` where a column is not broken down.

Published are, for each dimension, the two-way table period by that dimension, small counts hidden period by period
(triage.privacy), and totals that follow from what is shown. The rules in force travel with the numbers, since hotlines
count duplicates differently.
"""

from __future__ import annotations

import hashlib
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


def published_lines(counted: Statistics) -> dict[str, privacy.Line]:
    """What is published of each period: as it was before, else its counts with small ones hidden."""
    counts: dict[str, dict[str, dict[str, int]]] = {}
    for key, count in counted.counts.items():
        by_dimension = counts.setdefault(_period(key[0]), {dimension: {} for dimension in DIMENSIONS[1:]})
        for dimension, given in zip(DIMENSIONS[1:], key[1:], strict=True):
            value = _word(given)
            by_dimension[dimension][value] = by_dimension[dimension].get(value, 0) + count
    new = {period: parts for period, parts in counts.items() if period not in counted.before}
    made = {period: privacy.shown_line(parts, _secret(counted, period)) for period, parts in new.items()}
    lines = dict(counted.before) | {period: line for period, line in made.items() if line is not None}
    return dict(sorted(lines.items()))


def _secret(counted: Statistics, period: str) -> bytes:
    return hashlib.blake2b(period.encode(), key=counted.secret, digest_size=32, person=b"hidden counts").digest()


def _rows(counted: Statistics) -> list[tuple[object, ...]]:
    lines = published_lines(counted)
    rows = [_row(period, None, ALL, line.total) for period, line in lines.items()]
    rows.append(_row(ALL, None, ALL, sum(line.total for line in lines.values())))
    for dimension in DIMENSIONS[1:]:
        parts = {period: line.parts[dimension] for period, line in lines.items()}
        for value in sorted({value for named in parts.values() for value in named or ()}):
            for period, named in parts.items():
                rows.append(_row(period, dimension, value, None if named is None else named.get(value, 0)))
            rows.append(_row(ALL, dimension, value, privacy.total_shown(lines, dimension, value)))
    return rows


def _row(period: str, dimension: str | None, value: str, shown: int | None) -> tuple[object, ...]:
    """One row of the table: `all` where a column is not broken down."""
    broken_down = [value if name == dimension else ALL for name in DIMENSIONS[1:]]
    return (period, *broken_down, shown, shown is None)


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
        "Counted: every report accepted, by the month, quarter or year (UTC) it was received.",
        "Left out: reports of a period that is not over when this is made, of one in which too few came, and those "
        "that came in after their period was published.",
        f"Duplicates: reports whose addresses have one case key under URL rules {version} are one case; every one "
        "of them is counted here as a report. Besides, only people join or split cases.",
        f"Linked, but never merged: {resemblance.rule_in_force()}.",
        f"Small counts: {privacy.RULE}",
        "Labels: what a machine suspects; no label is a legal judgement. `unknown` was not given, `unlisted` was "
        "given in words that are not published.",
    )
    return "".join(f"{line}\n" for line in lines).encode()
