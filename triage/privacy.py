"""Keeps small counts out of published tables, also those that could be computed from totals.

A published table has rows, columns and totals. Counts from 1 to 4 are hidden (primary suppression, threshold 5, as
statistical offices use it for sensitive subjects); then further cells are hidden so that no small one follows from
the totals (complementary suppression). A small cell is safe if another table exists that fits everything shown and
differs there; such tables differ along closed ways through hidden cells, alternately one more and one less, so the
cheapest such way is searched and hidden. In addition the hidden cells of a line sum to at least the threshold.

Limits: two-way tables; the reader is assumed to know that zeros are never hidden; no bound is promised on how narrow
a small count can be guessed, only that it cannot be told. A period with fewer reports than the threshold has no row.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

THRESHOLD = 5
TOTAL = "total"
RULE = (
    f"Counts from 1 to {THRESHOLD - 1} are not shown; further counts are not shown where a hidden one could be "
    f"computed from them. Periods with fewer than {THRESHOLD} reports are left out, also of the totals."
)
"""What a publication says about itself."""

_Cell = tuple[str, str]
_Node = tuple[int, str]
"""A row (0) or a column (1) by name."""


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
        more = _way_round(full, hidden, threshold) or _thin_line(full, hidden, threshold)
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


def _way_round(full: Mapping[_Cell, int], hidden: set[_Cell], threshold: int) -> set[_Cell]:
    """The cheapest cells whose hiding lets the first small cell that is told by the rest be one more or one less."""
    for cell in sorted(cell for cell in hidden if full[cell] < threshold):
        ways = [way for up in (True, False) if (way := _cheapest_way(full, hidden, cell, up)) is not None]
        if ways and not any(way <= hidden for way in ways):
            return min(ways, key=lambda way: sum(full[each] for each in way - hidden)) - hidden
    return set()


def _can_change(full: Mapping[_Cell, int], cell: _Cell, up: bool) -> bool:
    """Whether a reader could believe one more (`up`) or one less; nobody believes less than 1 of a hidden cell.

    In the equation of a line its total counts negative, so there the direction turns round.
    """
    margin = (cell[0] == TOTAL) != (cell[1] == TOTAL)
    return up != margin or full[cell] > 1


def _cheapest_way(full: Mapping[_Cell, int], hidden: set[_Cell], target: _Cell, up: bool) -> set[_Cell] | None:
    """The cells that must change along if `target` does, cheapest first (hidden cells cost nothing); None if none can.

    The way leads from the target's row to its column; cells left through their row change against the target.
    """
    if not _can_change(full, target, up):
        return None
    goal = (1, target[1])
    queue: list[tuple[int, _Node, tuple[_Cell, ...]]] = [(0, (0, target[0]), ())]
    seen: set[_Node] = set()
    while queue:
        cost, (axis, name), way = heapq.heappop(queue)
        if (axis, name) == goal:
            return set(way)
        if (axis, name) in seen:
            continue
        seen.add((axis, name))
        for cell, count in full.items():
            usable = cell in hidden or _may_hide(full, cell)
            if cell[axis] == name and cell != target and usable and _can_change(full, cell, up == (axis == 1)):
                price = 0 if cell in hidden else count
                heapq.heappush(queue, (cost + price, (1 - axis, cell[1 - axis]), (*way, cell)))
    return None
