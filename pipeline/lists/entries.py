"""Rows of a list become arrays, a chunk at a time; equal values become one entry, in an order that can be searched.

Memory: about 60 bytes an entry, beside the chunk in hand. A value given twice with unlike opinions is disputed; the
narrowest threshold and the first row's tags and id stay.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pipeline.lists.values import VALUE_BYTES, Opinion

CHUNK_ROWS = 50_000
OWN_ID_BYTES = 64
"""What is kept of a list's own id of an entry."""
LIST_THRESHOLD = 255
"""Stands for "the list's threshold" where an entry has none of its own."""

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Block:
    """Entries of one type, by rising value: values (n, width), opinion, own threshold, place in the tags, own ids."""

    values: Bytes
    opinion: Bytes
    threshold: Bytes
    tags: npt.NDArray[np.int32]
    own_ids: npt.NDArray[np.bytes_]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(slots=True)
class _Pending:
    values: list[bytes] = field(default_factory=list)
    opinion: list[int] = field(default_factory=list)
    threshold: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    own_ids: list[bytes] = field(default_factory=list)


class Gathered:
    """Takes entries in any order and answers blocks."""

    def __init__(self) -> None:
        self._pending: defaultdict[str, _Pending] = defaultdict(_Pending)
        self._chunks: defaultdict[str, list[Block]] = defaultdict(list)
        self._tags: dict[tuple[str, ...], int] = {(): 0}

    @property
    def tags(self) -> list[tuple[str, ...]]:
        """Every combination of tags seen; entries name its place."""
        return list(self._tags)

    def add(
        self, kind: str, value: bytes, opinion: Opinion, threshold: int, tags: tuple[str, ...], own_id: str
    ) -> None:
        """One entry; `threshold` in bits or LIST_THRESHOLD."""
        to = self._pending[kind]
        to.values.append(value)
        to.opinion.append(opinion)
        to.threshold.append(threshold)
        to.tags.append(self._tags.setdefault(tags, len(self._tags)))
        to.own_ids.append(own_id.encode("utf-8", "replace")[:OWN_ID_BYTES])
        if len(to.values) >= CHUNK_ROWS:
            self._chunks[kind].append(_block(kind, self._pending.pop(kind)))

    def blocks(self) -> Mapping[str, Block]:
        """Everything added, by type in the order of `VALUE_BYTES`; types without an entry are left out."""
        for kind in list(self._pending):
            self._chunks[kind].append(_block(kind, self._pending.pop(kind)))
        return {kind: _merged(self._chunks.pop(kind)) for kind in VALUE_BYTES if kind in self._chunks}


def as_words(values: Bytes) -> npt.NDArray[np.bytes_]:
    """Rows of bytes as one word each, which sorts and compares as the bytes do (all rows are equally long)."""
    rows = np.ascontiguousarray(values)
    return rows.view(f"S{rows.shape[1]}").reshape(len(rows))


def _block(kind: str, pending: _Pending) -> Block:
    values = np.frombuffer(b"".join(pending.values), dtype=np.uint8).reshape(-1, VALUE_BYTES[kind])
    return Block(
        values, np.array(pending.opinion, dtype=np.uint8), np.array(pending.threshold, dtype=np.uint8),
        np.array(pending.tags, dtype=np.int32), np.array(pending.own_ids, dtype=np.bytes_),
    )  # fmt: skip


def _merged(chunks: list[Block]) -> Block:
    values = np.concatenate([chunk.values for chunk in chunks])
    opinion = np.concatenate([chunk.opinion for chunk in chunks])
    threshold = np.concatenate([chunk.threshold for chunk in chunks])
    order = np.argsort(as_words(values), kind="stable")
    values, opinion, threshold = values[order], opinion[order], threshold[order]
    words = as_words(values)
    first = np.flatnonzero(np.concatenate([[True], words[1:] != words[:-1]]))
    lowest, highest = np.minimum.reduceat(opinion, first), np.maximum.reduceat(opinion, first)
    kept = order[first]
    return Block(
        values[first],
        np.where(lowest == highest, lowest, np.uint8(Opinion.DISPUTED)),
        np.minimum.reduceat(threshold, first),
        np.concatenate([chunk.tags for chunk in chunks])[kept],
        np.concatenate([chunk.own_ids for chunk in chunks])[kept],
    )
