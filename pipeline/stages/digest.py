"""What came with the reports of a unit, as tables: items, their signals, and what known-hash lists say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from triage.signals.base import Signal

Key = tuple[int, int]
"""Packed report number and place among the report's attachments."""
ITEMS, SIGNALS, MATCHES = "items", "signals", "matches"
_ITEM_TYPES = {
    "report_id": pa.int64(), "position": pa.int16(), "size_bytes": pa.int64(), "media_type": pa.string(),
    "problem": pa.string(),
}  # fmt: skip
_SIGNAL_TYPES = {
    "report_id": pa.int64(), "position": pa.int16(), "type": pa.string(), "form": pa.string(), "value": pa.binary(),
    "quality": pa.int16(),
}  # fmt: skip
_MATCH_TYPES = {
    "report_id": pa.int64(), "position": pa.int16(), "list": pa.string(), "entry": pa.int64(), "type": pa.string(),
    "form": pa.string(), "version": pa.string(), "distance": pa.int16(), "threshold": pa.int16(),
    "opinion": pa.string(), "level": pa.string(),
}  # fmt: skip
_FLOOD_TYPES = {
    "list_no": pa.int64(), "version": pa.string(), "entry": pa.int64(), "digest": pa.binary(), "item": pa.binary(),
}  # fmt: skip
FLOOD = "flood"
"""What the flood guard is to remember once the batch is committed."""
COLUMNS = {ITEMS: tuple(_ITEM_TYPES), SIGNALS: tuple(_SIGNAL_TYPES), MATCHES: tuple(_MATCH_TYPES)}
"""Columns of each table, in the store's words."""


@dataclass(frozen=True, slots=True)
class Item:
    """One attachment, digested: its signals, and the answers of the lists as rows of the match columns after the key.

    `problem` says why there is no perceptual signal, or why nothing could be read at all.
    """

    report_id: int
    position: int
    size_bytes: int = 0
    media_type: str | None = None
    problem: str | None = None
    signals: tuple[Signal, ...] = ()
    answers: tuple[tuple[str, int, str, str, str, int, int, str, str], ...] = ()


def expected(rows: pa.Table) -> dict[tuple[int, int], tuple[int, int]]:
    """Report number and count of attachments of the rows that name any, by file number and row."""
    table = rows.filter(pc.greater(rows["attachments"], 0))
    return {
        (file_no, row): (report_id, count)
        for file_no, row, report_id, count in zip(
            *(table[name].to_pylist() for name in ("file_no", "row", "report_id", "attachments")), strict=True
        )
    }


def missing(wanted: Iterable[tuple[int, int]], found: Iterable[Item], problem: str) -> list[Item]:
    """An item for every attachment that was named (report, how many) and never came."""
    there = {(item.report_id, item.position) for item in found}
    return [
        Item(report_id, position, problem=problem)
        for report_id, count in wanted
        for position in range(count)
        if (report_id, position) not in there
    ]


def written(items: Iterable[Item]) -> list[list[Any]]:
    """Items as JSON can hold them, to be sealed with a reject: without report and lists' answers, both come anew."""
    return [
        [one.position, one.size_bytes, one.media_type, one.problem,
         [[said.type, said.value.hex(), said.form, said.quality] for said in one.signals]]
        for one in items
    ]  # fmt: skip


def read_back(said: Iterable[Sequence[Any]]) -> tuple[Item, ...]:
    """What `written` wrote, as items of no report yet."""
    return tuple(
        Item(0, position, size_bytes, media_type, problem, tuple(
            Signal(kind, bytes.fromhex(value), form, quality) for kind, value, form, quality in signals
        ))
        for position, size_bytes, media_type, problem, signals in said
    )  # fmt: skip


def digest(items: Sequence[Item], flood: Sequence[tuple[int, str, int, bytes, bytes]]) -> dict[str, pa.Table]:
    """Tables `items`, `signals`, `matches` by report, and `flood` (list, version, entry, digest, item)."""
    ordered = sorted(items, key=lambda item: (item.report_id, item.position))
    return {
        ITEMS: _table(_ITEM_TYPES, [
            (one.report_id, one.position, one.size_bytes, one.media_type, one.problem) for one in ordered
        ]),
        SIGNALS: _table(_SIGNAL_TYPES, [
            (one.report_id, one.position, said.type, said.form, said.value, said.quality)
            for one in ordered for said in one.signals
        ]),
        MATCHES: _table(_MATCH_TYPES, [
            (one.report_id, one.position, *answer) for one in ordered for answer in one.answers
        ]),
        FLOOD: _table(_FLOOD_TYPES, list(flood)),
    }  # fmt: skip


def _table(types: Mapping[str, pa.DataType], rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ((),) * len(types)
    return pa.table({
        name: pa.array(list(column), kind) for (name, kind), column in zip(types.items(), columns, strict=True)
    })  # fmt: skip
