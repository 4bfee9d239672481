"""Small counts stay hidden even from somebody who has all totals and a pencil."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.privacy import THRESHOLD, TOTAL, Line, shown_line, shown_parts, total_shown

SECRETS = [bytes([one]) * 16 for one in range(40)]


def test_a_small_count_is_hidden_and_so_is_one_more_that_the_secret_draws() -> None:
    shown = [shown_parts({"a": 3, "b": 100, "c": 20}, secret) for secret in SECRETS]
    assert {"a": None, "c": None, "b": 100} in shown
    assert {"a": None, "b": None, "c": 20} in shown
    assert shown_parts({"a": 3, "b": 100, "c": 20}, SECRETS[0]) == shown[0]


@pytest.mark.parametrize("counts", [(9, 9, 4), (7, 7, 2), (1, 5, 40), (4, 9), (1, 2, 30), (3, 60, 8, 8)])
def test_who_knows_the_rule_and_not_the_secret_cannot_tell_a_hidden_count(counts: tuple[int, ...]) -> None:
    named = dict(zip("abcd", counts, strict=False))
    for secret in SECRETS[:8]:
        told = shown_parts(named, secret)
        assert told is not None
        hidden = [value for value, shown in told.items() if shown is None]
        left = sum(counts) - sum(shown or 0 for shown in told.values())
        fits = [
            way for way in itertools.product(range(1, left), repeat=len(hidden)) if sum(way) == left
            and any(shown_parts(named | dict(zip(hidden, way, strict=True)), each) == told for each in SECRETS)
        ]  # fmt: skip
        assert all(len({way[place] for way in fits}) >= THRESHOLD - 1 for place in range(len(hidden)))


def test_a_line_without_small_counts_is_shown_whole_and_zeros_stay_out() -> None:
    assert shown_parts({"a": 5, "b": 0, "c": 50}) == {"a": 5, "c": 50}


@pytest.mark.parametrize("counts", [{"a": 1, "b": 2, "c": 90}, {"a": 2, "b": 2, "c": 2, "d": 40}])
def test_hidden_counts_that_would_lie_close_together_take_another_with_them(counts: dict[str, int]) -> None:
    """What is left of the total, 3, could only be 1 and 2."""
    parts = shown_parts(counts)
    assert parts is not None
    assert set(parts.values()) == {None}


@pytest.mark.parametrize("counts", [dict.fromkeys("abcde", 1), {"a": 2, "b": 2, "c": 2}, {"a": 4, "b": 1}])
def test_a_line_that_cannot_be_hidden_well_is_not_shown_and_its_parts_are_not_named(counts: dict[str, int]) -> None:
    assert shown_parts(counts) is None


def test_a_period_with_too_few_reports_has_no_line() -> None:
    assert shown_line({"label": {"a": 4}}) is None
    assert shown_line({"label": {"a": 6}}) == Line(6, {"label": {"a": 6}})


def test_wrong_counts_are_refused() -> None:
    for wrong in ({"x": {"a": -1}}, {"x": {TOTAL: 9}}, {"x": {"a": 9}, "y": {"a": 8}}):
        with pytest.raises(ValueError, match="total"):
            shown_line(wrong)


def test_a_total_over_periods_is_shown_only_where_it_follows_from_what_is_shown() -> None:
    lines = {
        "2026-01": Line(30, {"label": {"a": 20, "b": 10}}),
        "2026-02": Line(40, {"label": {"a": 30, "b": None, "c": None}}),
    }
    assert [total_shown(lines, "label", value) for value in ("a", "b", "c")] == [50, None, None]
    assert total_shown(lines | {"2026-03": Line(5, {"label": None})}, "label", "a") is None


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_every_hidden_count_could_be_anything_from_one_to_the_threshold(counts: list[int]) -> None:
    named = {f"c{place}": count for place, count in enumerate(counts)}
    parts = shown_parts(named)
    if sum(counts) < THRESHOLD or parts is None:
        return
    assert all(shown is None or shown >= THRESHOLD for shown in parts.values())
    hidden = [value for value, shown in parts.items() if shown is None]
    left = sum(counts) - sum(shown or 0 for shown in parts.values())
    ways = [way for way in itertools.product(range(1, left + 1), repeat=len(hidden)) if sum(way) == left]
    for place in range(len(hidden)):
        assert set(range(1, THRESHOLD + 1)) <= {way[place] for way in ways}
