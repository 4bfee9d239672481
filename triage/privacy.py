"""Keeps small counts out of published tables, also those that could be computed from totals.

A published table has rows, columns and totals. Counts from 1 to 4 are hidden (primary suppression, threshold 5, as
statistical offices use it for sensitive subjects); then further cells are hidden so that no hidden one follows from
the totals (complementary suppression). In a two-way table a hidden cell can be computed exactly when it is a bridge
of the graph whose nodes are rows and columns and whose edges are the hidden cells; so every bridge gets a second way
round, through the cheapest cells. In addition the hidden cells of a line sum to at least the threshold.

Limits: two-way tables; zeros are published, and no bound is promised on how narrow a hidden cell can be guessed, only
that it cannot be told. A period with fewer reports than the threshold has no row at all (`publishable_rows`).
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

THRESHOLD = 5
TOTAL = "total"
RULE = (
    f"Counts from 1 to {THRESHOLD - 1} are not shown; further counts are not shown where a hidden one could be "
    f"computed from them. Periods with fewer than {THRESHOLD} reports are left out, also of the totals."
)
"""What a publication says about itself."""

_Cell = tuple[str, str]
_Node = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Published:
    """A table as it may be shown: (row, column) to the count, None where hidden; `total` names the totals."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[_Cell, int | None]


def publishable_rows(counts: Mapping[_Cell, int], threshold: int = THRESHOLD) -> tuple[str, ...]:
    """Rows whose own total reaches the threshold, sorted."""
    totals: dict[str, int] = {}
    for (row, _), count in counts.items():
        totals[row] = totals.get(row, 0) + count
    return tuple(sorted(row for row, total in totals.items() if total >= threshold))


def suppress(counts: Mapping[_Cell, int], threshold: int = THRESHOLD) -> Published:
    """The publishable form of a two-way table of counts (missing cells are 0).

    `counts` maps (row, column) to a count of at least 0; neither may be called `total`. Rows below the threshold are
    left out. Raises ValueError on a negative count or a reserved name.
    """
    if any(count < 0 or TOTAL in cell for cell, count in counts.items()):
        raise ValueError("counts are not negative, and no row or column is called total")
    rows = publishable_rows(counts, threshold)
    columns = tuple(sorted({column for (row, column), count in counts.items() if row in rows and count}))
    full = _with_totals(counts, rows, columns)
    hidden = {cell for cell, count in full.items() if 0 < count < threshold}
    _complement(full, hidden, threshold)
    return Published(rows, columns, {cell: None if cell in hidden else count for cell, count in full.items()})


def _with_totals(counts: Mapping[_Cell, int], rows: Sequence[str], columns: Sequence[str]) -> dict[_Cell, int]:
    full = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    for row in rows:
        full[row, TOTAL] = sum(full[row, column] for column in columns)
    for column in (*columns, TOTAL):
        full[TOTAL, column] = sum(full[row, column] for row in rows)
    return full


def _complement(full: Mapping[_Cell, int], hidden: set[_Cell], threshold: int) -> None:
    """Hide more cells, in place, until no line gives one away; ends because the table is finite."""
    while True:
        more = _way_round(full, hidden) or _thin_line(full, hidden, threshold)
        if not more:
            return
        hidden |= more


def _may_hide(full: Mapping[_Cell, int], cell: _Cell) -> bool:
    """Row totals stay, since other tables of the same publication show them; zeros hide nothing."""
    return full[cell] > 0 and (cell[1] != TOTAL)


def _thin_line(full: Mapping[_Cell, int], hidden: set[_Cell], threshold: int) -> set[_Cell]:
    """The cheapest further cell of the first line whose hidden inner cells sum to less than the threshold."""
    for axis in (0, 1):
        for name in sorted({cell[axis] for cell in hidden}):
            line = [cell for cell in full if cell[axis] == name and cell[1 - axis] != TOTAL]
            total = (name, TOTAL) if axis == 0 else (TOTAL, name)
            inside = sum(full[cell] for cell in line if cell in hidden)
            if total in hidden or inside >= threshold or inside == 0:
                continue
            free = [cell for cell in (*line, total) if cell not in hidden and _may_hide(full, cell)]
            if free:
                return {min(free, key=lambda cell: (full[cell], cell))}
    return set()


def _way_round(full: Mapping[_Cell, int], hidden: set[_Cell]) -> set[_Cell]:
    """The cheapest cells that close a cycle through some hidden bridge; empty if there is no such bridge."""
    for cell in sorted(hidden):
        path = _cheapest_path(full, hidden, cell)
        if path is not None and not path <= hidden:
            return path - hidden
    return set()


def _cheapest_path(full: Mapping[_Cell, int], hidden: set[_Cell], bridge: _Cell) -> set[_Cell] | None:
    """The cells of the cheapest way from the bridge's row to its column without it; hidden cells cost nothing."""
    start, goal = ("row", bridge[0]), ("column", bridge[1])
    queue: list[tuple[int, _Node, tuple[_Cell, ...]]] = [(0, start, ())]
    seen: set[Hashable] = set()
    while queue:
        cost, node, path = heapq.heappop(queue)
        if node == goal:
            return set(path)
        if node in seen:
            continue
        seen.add(node)
        for cell in full:
            here, there = ("row", cell[0]), ("column", cell[1])
            if cell == bridge or node not in (here, there) or not (cell in hidden or _may_hide(full, cell)):
                continue
            price = 0 if cell in hidden else full[cell]
            heapq.heappush(queue, (cost + price, there if node == here else here, (*path, cell)))
    return None
