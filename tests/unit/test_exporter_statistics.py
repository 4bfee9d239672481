"""Published counts: conserved, suppressed, and with the rules in force beside them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from exporters import plain_csv
from exporters.package import Package, Statistics
from exporters.statistics import DIMENSIONS, StatisticsExporter, published_label
from triage.verdict import Label

Counts = dict[tuple[str, ...], int]
AT = datetime(2026, 4, 1, 8, 0, tzinfo=UTC)
EXPORTER = StatisticsExporter({})


def _files(counts: Counts) -> dict[str, bytes]:
    counted = Statistics(DIMENSIONS, counts, "url-rules-7")
    package = Package("statistics", "public", AT, "public_interest", "inform_only", statistics=counted)
    return dict(EXPORTER.files(package))


def _count(rows: list[dict[str, str]], **where: str) -> str:
    wanted = {name: where.get(name, "all") for name in DIMENSIONS}
    found = [row["count"] for row in rows if all(row[name] == value for name, value in wanted.items())]
    assert len(found) == 1
    return found[0]


def test_totals_and_parts_agree() -> None:
    counts: Counts = {
        ("2026-01", "csam_suspect", "none", "csam", "BA-RS", "csv"): 30,
        ("2026-01", "complete", "none", "fraud", "BA-RS", "email"): 50,
        ("2026-02", "complete", "danger_now", "fraud", "", "csv"): 20,
    }
    rows = plain_csv.read(_files(counts)["statistics.csv"])
    assert _count(rows) == "100"
    assert _count(rows, period="2026-01") == "80"
    assert _count(rows, period="2026-01", label="csam_suspect") == "30"
    assert _count(rows, channel="csv") == "50"
    assert _count(rows, area="unknown") == "20"
    assert _count(rows, escalate="danger_now", period="2026-01") == "0"


def test_a_small_count_is_empty_and_marked_not_zero() -> None:
    counts: Counts = {
        ("2026-01", "csam_suspect", "none", "csam", "BA-RS", "csv"): 3,
        ("2026-01", "complete", "none", "csam", "BA-RS", "csv"): 97,
    }
    rows = plain_csv.read(_files(counts)["statistics.csv"])
    assert _count(rows, period="2026-01", label="csam_suspect") == ""
    assert _count(rows, period="2026-01", label="complete") == ""
    assert all((row["count"] == "") == (row["suppressed"] == "yes") for row in rows)


def test_every_published_cell_stands_once() -> None:
    rows = plain_csv.read(EXPORTER.files(EXPORTER.examples()[0])["statistics.csv"])
    cells = [tuple(row[name] for name in DIMENSIONS) for row in rows]
    assert len(set(cells)) == len(cells)


def test_a_value_that_is_no_code_is_counted_but_not_named() -> None:
    counts: Counts = {("2026-01", "complete", "none", "Words of a reporter", "total", "all"): 9}
    rows = plain_csv.read(_files(counts)["statistics.csv"])
    assert _count(rows, category="unlisted") == _count(rows, area="unlisted") == _count(rows, channel="unlisted") == "9"


def test_the_rules_in_force_travel_with_the_numbers() -> None:
    rules = _files({("2026-01", "complete", "none", "fraud", "", "csv"): 9})["rules.txt"].decode()
    assert "url-rules-7" in rules
    assert "from 1 to 4" in rules
    assert "Duplicates" in rules


@pytest.mark.parametrize(
    ("label", "reasons", "word"),
    [
        (Label.CSAM_SUSPECT, ("question",), "csam_suspect"),
        (Label.COMPLETE, (), "complete"),
        (Label.INCOMPLETE, ("no_locator", "question"), "incomplete_enquiry"),
        (Label.INCOMPLETE, ("spam",), "incomplete_spam_or_test"),
        (Label.INCOMPLETE, ("no_locator",), "incomplete_unusable"),
    ],
)
def test_incomplete_is_published_in_three_parts(label: Label, reasons: tuple[str, ...], word: str) -> None:
    assert published_label(label, reasons) == word
