"""Calendar periods that never overlap what was published before."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.desk.periods import arrangement, check_edges, is_over, months_of, period_of, regrouped
from triage.errors import UsageError


def test_periods_know_their_months() -> None:
    assert months_of("2026-Q2") == ("2026-04", "2026-05", "2026-06")
    assert len(months_of("2026")) == 12
    for kind, period in (("month", "2026-09"), ("quarter", "2026-Q3"), ("year", "2026")):
        assert period_of("2026-09", kind) == period
        assert "2026-09" in months_of(period)


def test_a_period_is_over_when_its_last_month_is() -> None:
    assert is_over("2026-03", datetime(2026, 4, 1, tzinfo=UTC))
    assert not is_over("2026-03", datetime(2026, 3, 31, 23, 59, tzinfo=UTC))
    assert not is_over("2026", datetime(2026, 12, 31, tzinfo=UTC))


def test_a_month_of_a_published_year_is_counted_in_that_year() -> None:
    arranged = arrangement(["2025"], "month")
    assert (arranged("2025-04"), arranged("2026-04")) == ("2025", "2026-04")


def test_a_year_of_which_a_month_was_published_goes_on_by_month() -> None:
    arranged = arrangement(["2025-02"], "year")
    assert [arranged(month) for month in ("2025-02", "2025-03", "2026-03")] == ["2025-02", "2025-03", "2026"]


@pytest.mark.parametrize(
    ("first", "last", "kind"), [("2026-02", None, "quarter"), (None, "2026-05", "quarter"), ("2026-04", None, "year")]
)
def test_a_quarter_or_year_is_not_cut(first: str | None, last: str | None, kind: str) -> None:
    with pytest.raises(UsageError, match="whole periods"):
        check_edges(first, last, kind)
    check_edges("2026-01", "2026-12", kind)
    check_edges(first, last, "month")


def test_counts_by_month_become_counts_by_period() -> None:
    counts = {("2026-01", "a"): 1, ("2026-02", "a"): 2, ("2026-04", "a"): 4}
    assert regrouped(counts, arrangement([], "quarter"), {"2026-Q1"}) == {("2026-Q1", "a"): 3}
