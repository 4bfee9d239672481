"""Link the pictures of a run to earlier ones that show the same, and suggest those that may.

Both sides are read from the store after commit, so of two batches committed at once the second finds what the first
brought. A pair is written once, from the later item to the earlier one. Equal values are looked up once, and an item is
linked to the nearest few of what it resembles, so a picture sent ten thousand times costs ten thousand links, not their
square. Limit: copies that all differ a little are still all compared, the square of their number of quick comparisons.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection, func, select

from pipeline.relating.picture_index import Near, PictureIndex, opened
from pipeline.store import bulk
from pipeline.store.engine import breathe, reading, writing
from pipeline.store.item_tables import content_item, picture_link, signal
from pipeline.store.store import Store
from triage.report import run_range
from triage.resemblance import (
    EXACT,
    FORM_RADIUS,
    INDEX,
    LINK,
    PERCEPTUAL,
    PERCEPTUAL_BYTES,
    QUERY,
    WIDEST_RADIUS,
    level_of,
)
from triage.signals.base import WHOLE

MOST_LINKS = 20
"""Earlier items one item is linked to, nearest first: in a crowd of near copies they stand for the rest."""
SLICE_ITEMS = 2_000
"""Searched together: queries in buckets they share cost less."""
_COLUMNS = (
    "report_id", "position", "other_report", "other_position", "type", "form", "other_form", "distance", "level",
)  # fmt: skip
SEARCHED_TOGETHER = 1_000
"""Distinct values asked at once: each may hit every copy there is."""
Link = tuple[Any, ...]
Item = tuple[int, int]
_Values = dict[bytes, dict[str, list[Item]]]
"""Distinct value to form to the items that have it."""
_Hit = tuple[int, Item, int, str, str]
"""Rank (0 links), earlier item, distance, form asked, form hit."""


def relate_pictures(store: Store, folder: Path, run_no: int) -> int:
    """Write the links of a run's items; answers how many there are. `folder` keeps the index. Safe to repeat."""
    with reading(store.engine) as connection:
        items = _items(connection, run_no)
    if not items:
        return 0
    written = 0
    with opened(folder) as index:
        index.catch_up(store)
        for start in range(0, len(items), SLICE_ITEMS):
            with reading(store.engine) as connection:
                links = list(_links(connection, index, items[start : start + SLICE_ITEMS]))
            with writing(store.engine, bulk=True) as connection:
                bulk.insert(connection, picture_link, _COLUMNS, links)
            breathe()
            written += len(links)
    return written


def _items(connection: Connection, run_no: int) -> list[Item]:
    first, beyond = run_range(run_no)
    table = content_item.c
    query = select(table.report_id, table.position).where(table.report_id >= first, table.report_id < beyond)
    return sorted((row.report_id, row.position) for row in connection.execute(query))


def _links(connection: Connection, index: PictureIndex, items: Sequence[Item]) -> Iterator[Link]:
    """The links of neighbouring items. The same bytes once more are linked to the first copy only: what they resemble,
    that one resembles."""
    values = _signals(connection, items)
    copies: set[Item] = set()
    for one, other in _same_bytes(connection, values[EXACT]):
        copies.add(one)
        yield (*one, *other, EXACT, WHOLE, WHOLE, 0, LINK)
    for one, (_rank, other, distance, form, other_form) in _near(index, _without(values[PERCEPTUAL], copies)):
        yield (*one, *other, PERCEPTUAL, form, other_form, distance, level_of(form, other_form, distance))


def _without(values: _Values, items: set[Item]) -> _Values:
    """The values that other items have."""
    left = {
        value: {form: kept for form, those in forms.items() if (kept := [one for one in those if one not in items])}
        for value, forms in values.items()
    }
    return {value: forms for value, forms in left.items() if forms}


def _signals(connection: Connection, items: Sequence[Item]) -> dict[str, _Values]:
    """Type to distinct value to form to the items that have it."""
    table, wanted = signal.c, set(items)
    query = select(table.type, table.value, table.form, table.report_id, table.position).where(
        table.report_id.between(items[0][0], items[-1][0]), table.type.in_((EXACT, PERCEPTUAL)),
        table.form.in_((WHOLE, *QUERY)),
    )  # fmt: skip
    found: dict[str, _Values] = {EXACT: {}, PERCEPTUAL: {}}
    for kind, value, form, report_id, position in connection.execute(query):
        if (report_id, position) in wanted:
            found[kind].setdefault(bytes(value), {}).setdefault(form, []).append((report_id, position))
    return found


def _same_bytes(connection: Connection, same: _Values) -> Iterator[tuple[Item, Item]]:
    """Every item whose bytes came before, with the first item that brought them."""
    query = select(signal.c.value, func.min(signal.c.report_id)).where(
        signal.c.type == EXACT, signal.c.value.in_(list(same))
    ).group_by(signal.c.value)  # fmt: skip
    for value, report_id in connection.execute(query).all():
        place = select(func.min(signal.c.position)).where(
            signal.c.type == EXACT, signal.c.value == value, signal.c.report_id == report_id
        )
        earliest = (report_id, connection.execute(place).scalar_one())
        for item in same[bytes(value)][WHOLE]:
            if item[0] != report_id:
                yield item, earliest


def _near(index: PictureIndex, forms: _Values) -> Iterator[tuple[Item, _Hit]]:
    """For each item the nearest `MOST_LINKS` earlier ones, each by its best pair of forms."""
    best: dict[Item, dict[Item, _Hit]] = defaultdict(dict)
    whole = {value: {WHOLE: items[WHOLE]} for value, items in forms.items() if WHOLE in items}
    for asked, radius in ((list(forms.items()), FORM_RADIUS), (list(whole.items()), WIDEST_RADIUS)):
        for start in range(0, len(asked), SEARCHED_TOGETHER):
            together = asked[start : start + SEARCHED_TOGETHER]
            for place, hits in _by_query(_search(index, [value for value, _ in together], radius)):
                for form, items in together[place][1].items():
                    near = _nearest(hits, form, max(items))
                    for item in items:
                        _keep(best[item], [hit for hit in near if hit[1][0] < item[0]])
                        _shorten(best[item])
    for item, hits_of_item in best.items():
        yield from ((item, hit) for hit in sorted(hits_of_item.values())[:MOST_LINKS])


def _shorten(best: dict[Item, _Hit]) -> None:
    """Forget all but the best while reading on: in a crowd of near copies memory must not hold every pair."""
    if len(best) > 4 * MOST_LINKS:
        kept = {hit[1]: hit for hit in sorted(best.values())[:MOST_LINKS]}
        best.clear()
        best.update(kept)


def _search(index: PictureIndex, values: Sequence[bytes], radius: int) -> Near:
    return index.search(np.frombuffer(b"".join(values), dtype=np.uint8).reshape(-1, PERCEPTUAL_BYTES), radius)


def _by_query(near: Near) -> Iterator[tuple[int, npt.NDArray[np.int64]]]:
    """Place of the query and its hits, rows of report, position, form and distance."""
    rows = np.stack([near.query, near.report, near.position, near.form, near.distance], axis=1)
    rows = rows[np.lexsort((near.position, near.report, near.distance, near.query))]
    for place, group in groupby(rows.tolist(), key=lambda row: row[0]):
        yield place, np.array(list(group), dtype=np.int64)[:, 1:]


def _nearest(hits: npt.NDArray[np.int64], form: str, latest: Item) -> list[_Hit]:
    """The nearest hits of one form that count, links first, each item once; those before `latest` only."""
    found: dict[Item, _Hit] = {}
    for report_id, position, number, distance in hits[hits[:, 0] < latest[0]].tolist():
        level = level_of(form, INDEX[number], distance)
        if level is not None:
            _keep(found, [(int(level != LINK), (report_id, position), distance, form, INDEX[number])])
        if len(found) > MOST_LINKS * len(INDEX):
            break
    return sorted(found.values())


def _keep(best: dict[Item, _Hit], hits: Sequence[_Hit]) -> None:
    for hit in hits:
        known = best.get(hit[1])
        if known is None or (hit[0], hit[2]) < (known[0], known[2]):
            best[hit[1]] = hit
