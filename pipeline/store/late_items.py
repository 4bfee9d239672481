"""Attachments that come again with a report the store has: what was missing, or differs, joins that report.

A row handed in a second time is already known by its identity; its attachments may have been missing the first time, or
may be other bytes under the same name. Nothing of that is thrown away, and nothing is kept twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, select

from pipeline.store import bulk
from pipeline.store.audit import MACHINE
from pipeline.store.beside import ITEMS, beside_digest
from pipeline.store.item_tables import content_item, signal
from pipeline.store.schema import run
from pipeline.store.store import Store
from triage.report import ReportId
from triage.resemblance import EXACT

ITEMS_ATTACHED = "items_attached"
"""Audit event: reports of a run (its subject) have more items than they came with; the digest of all it has now."""

ItemRows = Sequence[tuple[Table, tuple[str, ...], list[tuple[Any, ...]]]]
"""Table, its columns (report and position first) and rows, as `Part.items` has them."""
_Item = tuple[int, int]


def attach_late(store: Store, connection: Connection, items: ItemRows, known: Mapping[int, int]) -> int:
    """Add items of refused reports to the stored ones. `known`: number in this batch to the stored report's number.

    Answers how many items were added. Safe to repeat: bytes the report already has are passed over. The audit chain
    is told what the runs of those reports now have.
    """
    brought = _digests(items, known)
    if not brought:
        return 0
    places: dict[_Item, _Item] = {}
    for report_id in sorted({known[number] for number, _ in brought}):
        mine = sorted(item for item in brought if known[item[0]] == report_id)
        places |= _places(connection, report_id, mine, brought)
    for table, columns, rows in items:
        bulk.insert(connection, table, columns, [
            (*places[row[0], row[1]], *row[2:]) for row in rows if (row[0], row[1]) in places
        ])  # fmt: skip
    now = datetime.now(UTC)
    for run_no in sorted({ReportId.unpack(report_id).run_no for report_id, _ in places.values()}):
        run_id = connection.execute(select(run.c.run_id).where(run.c.run_no == run_no)).scalar_one()
        details = {ITEMS: beside_digest(connection, ITEMS, run_no, store.index_key)}
        store.record(connection, now, MACHINE, ITEMS_ATTACHED, run_id, details)
    return len(places)


def _digests(items: ItemRows, known: Mapping[int, int]) -> dict[_Item, bytes]:
    """SHA-256 of every item with bytes whose report was refused as known."""
    rows = next((rows for table, _, rows in items if table is signal), [])
    return {(row[0], row[1]): bytes(row[4]) for row in rows if row[2] == EXACT and row[0] in known}


def _places(
    connection: Connection, report_id: int, mine: Sequence[_Item], brought: Mapping[_Item, bytes]
) -> dict[_Item, _Item]:
    """Where each new item goes: into the place of one that was missing, else behind the last one."""
    there = set(
        connection.execute(select(content_item.c.position).where(content_item.c.report_id == report_id)).scalars()
    )
    have: dict[int, bytes] = {
        position: bytes(value)
        for position, value in connection.execute(
            select(signal.c.position, signal.c.value).where(signal.c.report_id == report_id, signal.c.type == EXACT)
        )
    }
    seen = set(have.values())
    found: dict[_Item, _Item] = {}
    for item in mine:
        if brought[item] in seen:
            continue
        seen.add(brought[item])
        position = item[1]
        if position in there and position not in have:
            connection.execute(
                delete(content_item).where(content_item.c.report_id == report_id, content_item.c.position == position)
            )
            have[position] = brought[item]
        elif position in there:
            position = max(there) + 1
        there.add(position)
        found[item] = (report_id, position)
    return found
