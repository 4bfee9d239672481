"""Small counts stay hidden even from somebody who has all totals and a pencil."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triage.privacy import THRESHOLD, TOTAL, Published, publishable_rows, suppress

SMALL = {("jan", "a"): 3, ("jan", "b"): 100, ("jan", "c"): 20, ("feb", "a"): 10, ("feb", "b"): 30, ("feb", "c"): 9}


def test_a_small_count_is_hidden_and_so_is_enough_else() -> None:
    cells = suppress(SMALL).cells
    hidden = {cell for cell, count in cells.items() if count is None}
    assert hidden == {("jan", "a"), ("jan", "c"), ("feb", "a"), ("feb", "c")}
    assert cells[TOTAL, TOTAL] == 172


def test_a_table_without_small_counts_is_shown_whole() -> None:
    counts = {("jan", "a"): 5, ("jan", "b"): 0, ("feb", "a"): 7, ("feb", "b"): 50}
    cells = suppress(counts).cells
    assert {cell: cells[cell] for cell in counts} == counts


def test_a_period_with_too_few_reports_is_left_out_also_of_the_totals() -> None:
    counts = {("jan", "a"): 4, ("feb", "a"): 6, ("feb", "b"): 8}
    assert publishable_rows(counts) == ("feb",)
    published = suppress(counts)
    assert published.rows == ("feb",)
    assert published.cells[TOTAL, TOTAL] == 14


def test_row_totals_stay_since_other_tables_show_them() -> None:
    published = suppress({("jan", "a"): 1, ("jan", "b"): 50})
    assert published.cells["jan", TOTAL] == 51
    assert published.cells["jan", "b"] is None


def test_nothing_to_publish_is_an_empty_table() -> None:
    assert suppress({("jan", "a"): 2}).rows == ()
    assert suppress({}).cells[TOTAL, TOTAL] == 0


def test_negative_counts_and_reserved_names_are_refused() -> None:
    for wrong in ({("jan", "a"): -1}, {("jan", TOTAL): 9}, {(TOTAL, "a"): 9}):
        with pytest.raises(ValueError, match="total"):
            suppress(wrong)


_TABLES = st.integers(1, 3).flatmap(
    lambda rows: st.integers(1, 3).flatmap(
        lambda columns: st.lists(st.integers(0, 7), min_size=rows * columns, max_size=rows * columns).map(
            lambda counts: {(f"r{i // columns}", f"c{i % columns}"): count for i, count in enumerate(counts)}
        )
    )
)


@settings(max_examples=200, deadline=None)
@given(_TABLES)
def test_no_small_count_can_be_computed_from_what_is_published(counts: dict[tuple[str, str], int]) -> None:
    published = suppress(counts)
    for cell, shown in published.cells.items():
        if cell != (TOTAL, TOTAL) and TOTAL not in cell:
            assert shown is None or shown == 0 or shown >= THRESHOLD
    possible = _possible_tables(published)
    for cell, count in counts.items():
        if cell[0] in published.rows and 0 < count < THRESHOLD:
            assert len({table[cell] for table in possible}) > 1, f"{cell} follows from {published}"
    for column in published.columns:
        total = sum(counts.get((row, column), 0) for row in published.rows)
        if total < THRESHOLD:
            assert len({table[TOTAL, column] for table in possible}) > 1, f"total of {column} follows from {published}"


def _possible_tables(published: Published) -> list[dict[tuple[str, str], int]]:
    """Every table of whole numbers that fits, for somebody who also knows that zeros are never hidden."""
    inner = [(row, column) for row in published.rows for column in published.columns]
    hidden = [cell for cell in inner if published.cells[cell] is None]
    room = {cell: range(1, _left(published, cell) + 1) for cell in hidden}
    found = []
    for values in _fill(published, hidden, room):
        table = {cell: published.cells[cell] or 0 for cell in inner} | dict(zip(hidden, values, strict=True))
        for column in published.columns:
            table[TOTAL, column] = sum(table[row, column] for row in published.rows)
        if all(shown is None or cell not in table or table[cell] == shown for cell, shown in published.cells.items()):
            found.append(table)
    return found


def _left(published: Published, cell: tuple[str, str]) -> int:
    """What the row leaves for its hidden cells; row totals are always published."""
    row_total = published.cells[cell[0], TOTAL]
    assert row_total is not None
    return row_total - sum(published.cells[cell[0], column] or 0 for column in published.columns)


def _fill(
    published: Published, hidden: list[tuple[str, str]], room: dict[tuple[str, str], range]
) -> list[tuple[int, ...]]:
    """Combinations of values whose row sums fit, row by row, so that the search stays small."""
    per_row = []
    for row in published.rows:
        cells = [cell for cell in hidden if cell[0] == row]
        wanted = _left(published, cells[0]) if cells else 0
        ways = itertools.product(*(room[cell] for cell in cells))
        per_row.append([way for way in ways if sum(way) == wanted])
    return [tuple(itertools.chain.from_iterable(ways)) for ways in itertools.product(*per_row)]
