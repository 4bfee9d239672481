"""All near pairs of a set of distinct values, and its connected groups, compiled: one chunk at a time, so that two
threads can share the chunks.

The same buckets as in `matching_kernels.py`, each joined with itself and with the buckets its key can flip to. Cost:
`c * m * n**2 / 2**17` candidates for `c` chunks and `m` masks (2.1e9 for a million 256-bit values), one or two
nanoseconds each. Groups skip candidates already in one group, so a flood of nearly equal values costs its length only:
a few leaders of a large bucket gather their neighbours first, then only members of unlike groups are compared.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.matching_kernels import (
    KEYS,
    LANES,
    Places,
    Words,
    any_near,
    distance,
    fill_table,
    grown,
    is_near,
    kernel,
    seen_before,
)

_FIRST_PAIRS = 4096
_LARGE_BUCKET = 1024
_LEADERS = 64
Parents = NDArray[np.int64]
"""Union-find: the parent of each value; a root is its own and the smallest of its group."""


@kernel
def pairs_of_chunk(words: Words, chunk: int, masks: Places, radius: int, flips: int, most: int) -> NDArray[np.int64]:
    """Pairs (3, pairs) of rows and their distance that this chunk is the first to lead to; stops above `most`."""
    starts, rows, near, side = _table(words, chunk)
    kept = np.empty((3, _FIRST_PAIRS), np.int64)
    pairs = 0
    limit = np.uint64(radius)
    for key in range(np.uint64(KEYS)):
        for mask in masks:
            other = key ^ np.uint64(mask)
            if other < key or starts[other] == starts[other + np.uint64(1)]:
                continue
            for one in range(np.uint64(starts[key]), np.uint64(starts[key + np.uint64(1)])):
                start = one + np.uint64(1) if other == key else np.uint64(starts[other])
                end = np.uint64(starts[other + np.uint64(1)])
                word = near[one]
                half = side[one] if side.size else np.uint32(0)
                if not any_near(near, side, start, end, word, half, limit):
                    continue
                for at in range(start, end):
                    if not is_near(near, side, at, word, half, limit):
                        continue
                    row, mate = rows[one], rows[at]
                    bits = distance(words, row, words, mate)
                    if bits > limit or seen_before(words, row, words, mate, chunk, np.uint64(flips)):
                        continue
                    if pairs == kept.shape[1]:
                        kept = grown(kept)
                    kept[0, pairs], kept[1, pairs], kept[2, pairs] = row, mate, bits
                    pairs += 1
                if pairs > most:
                    return kept[:, :pairs].copy()
    return kept[:, :pairs].copy()


@kernel
def pairs_by_scan(words: Words, radius: int, most: int) -> NDArray[np.int64]:
    """The same by comparing all: for small sets and wide radii."""
    kept = np.empty((3, _FIRST_PAIRS), np.int64)
    pairs = 0
    for row in range(words.shape[0]):
        for mate in range(row + 1, words.shape[0]):
            bits = distance(words, row, words, mate)
            if bits <= np.uint64(radius):
                if pairs == kept.shape[1]:
                    kept = grown(kept)
                kept[0, pairs], kept[1, pairs], kept[2, pairs] = row, mate, bits
                pairs += 1
        if pairs > most:
            break
    return kept[:, :pairs].copy()


@kernel
def groups_by_scan(words: Words, radius: int) -> Parents:
    """The root of each value by comparing all that are not in one group yet."""
    parent = np.arange(words.shape[0])
    for row in range(words.shape[0]):
        for mate in range(row + 1, words.shape[0]):
            if _root(parent, row) != _root(parent, mate) and distance(words, row, words, mate) <= np.uint64(radius):
                _unite(parent, row, mate)
    return _flattened(parent)


@kernel
def groups_of_chunk(words: Words, chunk: int, masks: Places, radius: int, parent: Parents) -> None:
    """Unite in `parent` whatever this chunk leads to."""
    starts, rows, near, side = _table(words, chunk)
    limit = np.uint64(radius)
    for key in range(KEYS):
        if starts[key + 1] - starts[key] > _LARGE_BUCKET:
            _gather(words, rows[starts[key] : starts[key + 1]], limit, parent)
    for key in range(KEYS):
        for mask in masks:
            other = key ^ np.int64(mask)
            if other < key:
                continue
            here, there = starts[key + 1] - starts[key], starts[other + 1] - starts[other]
            if here == 0 or there == 0:
                continue
            if here > _LARGE_BUCKET or there > _LARGE_BUCKET:
                _unite_large(
                    words, rows[starts[key] : starts[key + 1]], rows[starts[other] : starts[other + 1]], limit, parent
                )
                continue
            for one in range(np.uint64(starts[key]), np.uint64(starts[key + 1])):
                start = one + np.uint64(1) if other == key else np.uint64(starts[other])
                end = np.uint64(starts[other + 1])
                word = near[one]
                half = side[one] if side.size else np.uint32(0)
                if not any_near(near, side, start, end, word, half, limit):
                    continue
                for at in range(start, end):
                    if is_near(near, side, at, word, half, limit):
                        _try(words, rows[one], rows[at], limit, parent)


@kernel
def merged(parent: Parents, other: Parents) -> Parents:
    """The groups of two threads as one: the root of each value."""
    for row in range(len(parent)):
        _unite(parent, row, other[row])
    return _flattened(parent)


@kernel
def _table(words: Words, chunk: int) -> tuple[Places, Places, Words, Places]:
    many = words.shape[0]
    starts = np.empty(KEYS + 1, np.uint32)
    rows, near = np.empty(many, np.uint32), np.zeros(many + LANES, np.uint64)
    side = np.zeros(many + LANES if words.shape[1] > 1 else 0, np.uint32)
    fill_table(words, chunk, starts, rows, near, side)
    return starts, rows, near, side


@kernel
def _gather(words: Words, rows: Places, limit: Any, parent: Parents) -> None:
    """Let the first that is in no earlier leader's group take in its neighbours; linear in the bucket."""
    leaders = 0
    for leader in rows:
        if _root(parent, leader) != leader:
            continue
        for row in rows:
            _try(words, leader, row, limit, parent)
        leaders += 1
        if leaders == _LEADERS:
            return


@kernel
def _unite_large(words: Words, rows: Places, mates: Places, limit: Any, parent: Parents) -> None:
    """Join two buckets where at least one is large: group by group, only against other groups."""
    if _in_one_group(rows, parent, _root(parent, rows[0])) and _in_one_group(mates, parent, _root(parent, rows[0])):
        return
    roots = np.empty(len(mates), np.int64)
    for at in range(len(mates)):
        roots[at] = _root(parent, mates[at])
    order = np.argsort(roots)
    for row in rows:
        own = _root(parent, row)
        at = 0
        while at < len(order):
            if roots[order[at]] == own:
                at = _after(roots, order, at)
                continue
            _try(words, row, mates[order[at]], limit, parent)
            at += 1


@kernel
def _in_one_group(rows: Places, parent: Parents, root: Any) -> Any:
    outside = 0
    for row in rows:
        outside += _root(parent, row) != root
    return outside == 0


@kernel
def _after(roots: NDArray[np.int64], order: NDArray[np.int64], at: Any) -> Any:
    """Where the run of equal roots that stands at `at` ends."""
    low, high = at, len(order)
    while high - low > 1:
        middle = (low + high) // 2
        if roots[order[middle]] == roots[order[at]]:
            low = middle
        else:
            high = middle
    return high


@kernel
def _try(words: Words, row: Any, mate: Any, limit: Any, parent: Parents) -> None:
    if distance(words, row, words, mate) <= limit:
        _unite(parent, row, mate)


@kernel
def _root(parent: Parents, row: Any) -> Any:
    at = np.int64(row)
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


@kernel
def _unite(parent: Parents, row: Any, mate: Any) -> None:
    one, other = _root(parent, row), _root(parent, mate)
    if one < other:
        parent[other] = one
    else:
        parent[one] = other


@kernel
def _flattened(parent: Parents) -> Parents:
    for row in range(len(parent)):
        parent[row] = _root(parent, row)
    return parent
