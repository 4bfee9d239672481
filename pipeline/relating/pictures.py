"""Link the pictures of a run to earlier ones that show the same, and suggest those that may.

Both sides are read from the store after commit, so of two batches committed at once each finds what the other brought
before it; a pair is written once, from the later item to the earlier one. Equal values are looked up once, and an item
is linked to the earliest of what it resembles, so a picture sent ten thousand times costs ten thousand links, not their
square.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, select

from pipeline.store import bulk
from pipeline.store.engine import breathe, reading, writing
from pipeline.store.item_tables import picture_link, signal
from pipeline.store.store import Store
from triage.matching import RadiusIndex
from triage.report import run_range
from triage.resemblance import INDEX, LINK, QUERY, WIDEST_RADIUS, level_of

MOST_LINKS = 20
"""Earlier items one item is linked to, nearest first: in a crowd of near copies the earliest stand for the rest."""
SLICE_ROWS = 5_000
EXACT, PERCEPTUAL = "sha256", "pdq"
_COLUMNS = (
    "report_id", "position", "other_report", "other_position", "type", "form", "other_form", "distance", "level",
)  # fmt: skip
Ints = npt.NDArray[np.int64]
Link = tuple[Any, ...]
_Item = tuple[int, int]
_Pair = tuple[_Item, _Item]
_Found = tuple[int, int, str, str, str]
"""Rank (0 links), distance, form, other form, level: the smallest is the best."""


@dataclass(frozen=True, slots=True)
class _Values:
    """Signals of one type: item, form and value (n, bytes) of each."""

    items: list[_Item]
    forms: list[str]
    values: npt.NDArray[np.uint8]


def relate_pictures(store: Store, run_no: int) -> int:
    """Write the links of a run's items; answers how many there are. Safe to repeat."""
    links = list(_links(store, run_no))
    for start in range(0, len(links), SLICE_ROWS):
        with writing(store.engine, bulk=True) as connection:
            bulk.insert(connection, picture_link, _COLUMNS, links[start : start + SLICE_ROWS])
        breathe()
    return len(links)


def _links(store: Store, run_no: int) -> Iterator[Link]:
    with reading(store.engine) as connection:
        own = _read(connection, PERCEPTUAL, QUERY, run_no)
        same = list(_same_bytes(connection, run_no))
        known = _read(connection, PERCEPTUAL, INDEX) if own.items else own
    seen = {link[:4] for link in same}
    yield from same
    for link in _near(own, known):
        if link[:4] not in seen:
            yield link


def _same_bytes(connection: Connection, run_no: int) -> Iterator[Link]:
    """Every item of the run whose bytes came before, with the first item that brought them."""
    first, beyond = run_range(run_no)
    own = select(signal.c.value).where(
        signal.c.type == EXACT, signal.c.report_id >= first, signal.c.report_id < beyond
    )
    query = select(signal.c.report_id, signal.c.position, signal.c.value).where(
        signal.c.type == EXACT, signal.c.value.in_(own)
    )
    by_value: dict[bytes, list[tuple[int, int]]] = defaultdict(list)
    for report_id, position, value in connection.execute(query):
        by_value[bytes(value)].append((report_id, position))
    for items in by_value.values():
        earliest, *later = sorted(items)
        for item in later:
            if item[0] != earliest[0]:
                yield (*item, *earliest, EXACT, "whole", "whole", 0, LINK)


def _near(own: _Values, known: _Values) -> Iterator[Link]:
    """Links by perceptual signals, the nearest `MOST_LINKS` earlier items of each item."""
    if not own.items:
        return
    asked, askers = _distinct(own)
    stored, holders = _distinct(known)
    index = RadiusIndex.build(stored, np.arange(len(holders), dtype=np.int64))
    hits = index.search(asked, WIDEST_RADIUS)
    best: dict[_Pair, _Found] = {}
    for query, place, distance in zip(hits.query.tolist(), hits.id.tolist(), hits.distance.tolist(), strict=True):
        other_form, other = min((form, items[0]) for form, items in holders[place].items())
        for form, items in askers[query].items():
            level = level_of(form, other_form, distance)
            if level is not None:
                found = (int(level != LINK), distance, form, other_form, level)
                _keep_best(best, items, other, found)
    yield from _nearest(best)


def _keep_best(best: dict[_Pair, _Found], items: Sequence[_Item], other: _Item, found: _Found) -> None:
    """Link every later holder to `other`; where `other` is the later one, link it to the earliest holder only."""
    rank, distance, form, other_form, level = found
    earlier = 0
    for one in items:
        later_first = one > other
        earlier += not later_first
        if one[0] == other[0] or earlier > 1 > later_first:
            continue
        pair = (one, other) if later_first else (other, one)
        told = found if later_first else (rank, distance, other_form, form, level)
        if pair not in best or told < best[pair]:
            best[pair] = told


def _distinct(values: _Values) -> tuple[npt.NDArray[np.uint8], list[dict[str, list[_Item]]]]:
    """The distinct values, and for each the items that have it, by form and in order."""
    rows: dict[bytes, dict[str, list[_Item]]] = {}
    for item, form, value in zip(values.items, values.forms, values.values, strict=True):
        rows.setdefault(value.tobytes(), {}).setdefault(form, []).append(item)
    for forms in rows.values():
        for items in forms.values():
            items.sort()
    joined = np.frombuffer(b"".join(rows), dtype=np.uint8)
    return joined.reshape(len(rows), values.values.shape[1]), list(rows.values())


def _nearest(best: dict[_Pair, _Found]) -> Iterator[Link]:
    by_item: dict[_Item, list[tuple[int, _Item, _Found]]] = defaultdict(list)
    for (one, other), found in best.items():
        by_item[one].append((found[0], other, found))
    for one, others in by_item.items():
        for _, other, (_, distance, form, other_form, level) in sorted(others)[:MOST_LINKS]:
            yield (*one, *other, PERCEPTUAL, form, other_form, distance, level)


def _read(connection: Connection, kind: str, forms: Sequence[str], run_no: int | None = None) -> _Values:
    """The signals of one run, or of all."""
    query = select(signal.c.report_id, signal.c.position, signal.c.form, signal.c.value).where(
        signal.c.type == kind, signal.c.form.in_(forms)
    )
    if run_no is not None:
        first, beyond = run_range(run_no)
        query = query.where(signal.c.report_id >= first, signal.c.report_id < beyond)
    rows = connection.execute(query).all()
    values = np.frombuffer(b"".join(bytes(row.value) for row in rows), dtype=np.uint8)
    return _Values(
        [(row.report_id, row.position) for row in rows], [row.form for row in rows],
        values.reshape(len(rows), -1) if rows else np.empty((0, 32), dtype=np.uint8),
    )  # fmt: skip
