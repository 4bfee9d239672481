"""Which stored signals lie within a Hamming radius of these, and which of a batch lie near each other: exactly.

Values are 64-bit (pHash and its kin) or 256-bit (PDQ). Equal values are collapsed first, so a picture reported a
hundred thousand times is one entry. Every answer is exact for every radius: up to 47 bits of 256 and 15 of 64 by
looking into buckets (`matching_kernels.py`), beyond that, and in small sets, by a scan. Arrays only: `pipeline` saves
and maps them. The two threads of `near_pairs` and `near_groups` only share out compiled loops; nothing is kept running.

Limits: about 290 bytes of index for a 256-bit value (2.9 GB at 10 million; mapped from a file only what is touched is
read), 80 bytes for a 64-bit one; fewer than 2**32 distinct values. Method and figures: docs/matching.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from triage import matching_join as join
from triage import matching_kernels as kernels
from triage.errors import UsageError
from triage.matching_values import Distinct, as_words, distinct, masks

SCANNED_MOST = 4_096
"""A set this small is scanned: quicker than its tables would be."""
TAIL_SHARE = 32
"""Additions are scanned until they are one in this many of the whole (and more than `SCANNED_MOST`), then merged."""
PAIRS_MOST = 20_000_000
"""`near_pairs` refuses to list more; `near_groups` has no such bound."""
_THREADS = 2
_ARRAYS = ("words", "ids", "id_starts", "starts", "rows", "near", "side", "tail_words", "tail_ids")
_TYPES = ("u8", "i8", "i8", "u4", "u4", "u8", "u4", "u8", "i8")
_Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Hits:
    """Matches, by query, then distance, then id: `query` (place in what was asked), `id`, `distance` in bits."""

    query: NDArray[np.int64]
    id: NDArray[np.int64]
    distance: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Near pairs of a batch, `first < second` being places in it, sorted; `distance` in bits."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    distance: NDArray[np.int64]


class RadiusIndex:
    """An exact index of signal values. Not safe to add to while another thread searches."""

    def __init__(self, arrays: Mapping[str, _Array]) -> None:
        """From the arrays of `arrays()`; use `build` or `from_arrays`."""
        self._main = {name: _read_only(arrays[name]) for name in _ARRAYS[:7]}
        self._tail = [(_read_only(arrays["tail_words"]), _read_only(arrays["tail_ids"]))]

    @classmethod
    def build(cls, values: NDArray[np.uint8], ids: NDArray[np.int64]) -> Self:
        """Index values uint8 (n, 8 or 32) under `ids` int64 (n); ids may repeat. Raises UsageError for other shapes."""
        return cls(_built(as_words(values), _checked_ids(values, ids)))

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, _Array]) -> Self:
        """The index `arrays()` came from; read-only and mapped arrays do. Raises UsageError if they do not fit."""
        if set(arrays) != set(_ARRAYS) or not _fit(arrays):
            raise UsageError("the arrays of the index do not fit together: build the index again")
        return cls(arrays)

    def __len__(self) -> int:
        """How many ids, those of equal values included."""
        return len(self._main["ids"]) + sum(len(ids) for _, ids in self._tail)

    def add(self, values: NDArray[np.uint8], ids: NDArray[np.int64]) -> None:
        """Add values, found from now on. Raises UsageError for another width or shape."""
        words = as_words(values)
        if words.shape[1] != self._main["words"].shape[1]:
            raise UsageError("values of another width than those of the index: keep one index per signal type")
        self._tail.append((words.copy(), _checked_ids(values, ids).copy()))
        waiting = sum(len(ids) for _, ids in self._tail)
        if waiting > max(SCANNED_MOST, len(self._main["ids"]) // TAIL_SHARE):
            self._merge()

    def search(self, values: NDArray[np.uint8], radius: int) -> Hits:
        """Every id within `radius` bits of each value. Raises UsageError for another width or a negative radius."""
        words = as_words(values)
        if words.shape[1] != self._main["words"].shape[1]:
            raise UsageError("values of another width than those of the index: keep one index per signal type")
        asked = distinct(words)
        radius = _checked_radius(radius)
        ids, starts = self._main["ids"], self._main["id_starts"]
        query, row, bits = self._in_main(asked.words, radius)
        query, row, bits = _spread(query, row, bits, starts)
        late_words, late_ids = self._waiting()
        late = kernels.scan(late_words, _read_only(asked.words), _all(asked.words), radius)
        found = np.concatenate((query, late[0]))
        named = np.concatenate((ids[row], late_ids[late[1]]))
        return _by_query(asked, found, named, np.concatenate((bits, late[2])))

    def arrays(self) -> dict[str, _Array]:
        """Everything the index is, to be saved (`numpy.save` each): what was added and is not merged yet, too."""
        tail_words, tail_ids = self._waiting()
        return {**self._main, "tail_words": tail_words, "tail_ids": tail_ids}

    def _waiting(self) -> tuple[_Array, _Array]:
        if len(self._tail) > 1:
            words, ids = zip(*self._tail, strict=True)
            self._tail = [(_read_only(np.concatenate(words)), _read_only(np.concatenate(ids)))]
        return self._tail[0]

    def _merge(self) -> None:
        main, (tail_words, tail_ids) = self._main, self._waiting()
        old = np.repeat(main["words"], np.diff(main["id_starts"]), axis=0)
        built = _built(np.concatenate((old, tail_words)), np.concatenate((main["ids"], tail_ids)))
        self._main = {name: _read_only(built[name]) for name in _ARRAYS[:7]}
        self._tail = [(built["tail_words"], built["tail_ids"])]

    def _in_main(self, queries: NDArray[np.uint64], radius: int) -> kernels.Found:
        main, queries = self._main, _read_only(queries)
        chunks = len(main["starts"])
        flipped = masks(radius, chunks) if chunks else None
        if flipped is None:
            found = kernels.scan(main["words"], queries, _all(queries), radius)
            return found[0], found[1], found[2]
        heavy = kernels.candidates(queries, main["starts"], flipped) > len(main["words"])
        parts = [kernels.scan(main["words"], queries, np.flatnonzero(heavy), radius)]
        light = np.flatnonzero(~heavy)
        for chunk in range(chunks):
            keys = queries[light].view(np.uint16)[:, chunk]
            order = light[np.argsort(keys, kind="stable")]
            starts, rows, near, side = (main[name][chunk] for name in ("starts", "rows", "near", "side"))
            table = main["words"], starts, rows, near, side, chunk
            parts.append(kernels.look_up(*table, queries, order, flipped, radius, radius // chunks))
        found = np.concatenate(parts, axis=1)
        return found[0], found[1], found[2]


def near_pairs(values: NDArray[np.uint8], radius: int) -> Pairs:
    """Every pair of distinct values within `radius` bits, values uint8 (n, 8 or 32), on two threads.

    Of equal values the first stands for all; each further one makes one pair with it, at distance 0. Raises UsageError
    if there are more than `PAIRS_MOST` pairs.
    """
    once = distinct(as_words(values))
    radius = _checked_radius(radius)
    leaders = once.order[once.starts[:-1]]
    found = _joined(once.words, radius)
    again = np.setdiff1d(np.arange(len(values)), leaders, assume_unique=True)
    leader_of = np.empty(len(values), np.int64)
    leader_of[once.order] = np.repeat(leaders, np.diff(once.starts))
    one = np.concatenate((leaders[found[0]], leader_of[again]))
    other = np.concatenate((leaders[found[1]], again))
    bits = np.concatenate((found[2], np.zeros(len(again), np.int64)))
    first, second = np.minimum(one, other), np.maximum(one, other)
    order = np.lexsort((second, first))
    return Pairs(first[order], second[order], bits[order])


def near_groups(values: NDArray[np.uint8], radius: int) -> NDArray[np.int64]:
    """For each value the place of the first value of its group: chains of steps of at most `radius` bits.

    Needs no list of pairs, so a flood of nearly equal pictures is no harder than others.
    """
    once = distinct(as_words(values))
    roots = _grouped(once.words, _checked_radius(radius))
    group = np.empty(len(values), np.int64)
    group[once.order] = np.repeat(roots, np.diff(once.starts))
    first = np.full(len(once.words), len(values), np.int64)
    np.minimum.at(first, group, np.arange(len(values)))
    return first[group]


def _joined(words: NDArray[np.uint64], radius: int) -> _Array:
    words = _read_only(words)
    chunks = _chunks(words)
    flipped = masks(radius, chunks) if len(words) > SCANNED_MOST else None
    if flipped is None:
        return _bounded([join.pairs_by_scan(words, radius, PAIRS_MOST)])
    parts: list[_Array] = []
    with ThreadPoolExecutor(_THREADS) as pool:
        for chunk in range(0, chunks, _THREADS):
            calls = [
                pool.submit(join.pairs_of_chunk, words, chunk + more, flipped, radius, radius // chunks, PAIRS_MOST)
                for more in range(_THREADS)
            ]
            parts = [_bounded(parts + [call.result() for call in calls])]
    return parts[0]


def _bounded(parts: list[_Array]) -> _Array:
    if sum(part.shape[1] for part in parts) > PAIRS_MOST:
        raise UsageError(f"more than {PAIRS_MOST:,} near pairs: ask for near groups, or take a smaller radius")
    return np.concatenate(parts, axis=1)


def _grouped(words: NDArray[np.uint64], radius: int) -> NDArray[np.int64]:
    words = _read_only(words)
    chunks = _chunks(words)
    flipped = masks(radius, chunks) if len(words) > SCANNED_MOST else None
    if flipped is None:
        return join.groups_by_scan(words, radius)
    parents = [np.arange(len(words)) for _ in range(_THREADS)]
    with ThreadPoolExecutor(_THREADS) as pool:
        calls = [
            pool.submit(_group_chunks, words, range(thread, chunks, _THREADS), flipped, radius, parents[thread])
            for thread in range(_THREADS)
        ]
        for call in calls:
            call.result()
    return join.merged(parents[0], parents[1])


def _group_chunks(words: _Array, chunks: range, flipped: _Array, radius: int, parent: _Array) -> None:
    for chunk in chunks:
        join.groups_of_chunk(words, chunk, flipped, radius, parent)


def _built(words: NDArray[np.uint64], ids: NDArray[np.int64]) -> dict[str, _Array]:
    once = distinct(words)
    many = len(once.words)
    chunks = _chunks(words) if many > SCANNED_MOST else 0
    kept = _read_only(once.words)
    arrays: dict[str, _Array] = {
        "words": kept,
        "ids": ids[once.order],
        "id_starts": once.starts,
        "starts": np.zeros((chunks, kernels.KEYS + 1), np.uint32),
        "rows": np.empty((chunks, many), np.uint32),
        "near": np.zeros((chunks, many + kernels.LANES), np.uint64),
        "side": np.zeros((chunks, many + kernels.LANES if words.shape[1] > 1 else 0), np.uint32),
        "tail_words": _read_only(np.empty((0, words.shape[1]), np.uint64)),
        "tail_ids": np.empty(0, np.int64),
    }
    for chunk in range(chunks):
        kernels.fill_table(kept, chunk, *(arrays[name][chunk] for name in ("starts", "rows", "near", "side")))
    return arrays


def _fit(arrays: Mapping[str, _Array]) -> bool:
    if any(arrays[name].dtype != np.dtype(kind) for name, kind in zip(_ARRAYS, _TYPES, strict=True)):
        return False
    words, ids, id_starts = (np.asarray(arrays[name]) for name in ("words", "ids", "id_starts"))
    if words.ndim != 2 or words.shape[1] not in (1, 4) or arrays["tail_words"].shape[1:] != words.shape[1:]:
        return False
    starts = np.asarray(arrays["starts"])
    many, chunks = len(words), _chunks(words) if len(words) > SCANNED_MOST else 0
    room = many + kernels.LANES
    shapes = {"rows": (chunks, many), "near": (chunks, room), "side": (chunks, room if words.shape[1] > 1 else 0)}
    return (
        starts.shape == (chunks, kernels.KEYS + 1)
        and all(arrays[name].shape == shape for name, shape in shapes.items())
        and bool((starts[:, 0] == 0).all() and (starts[:, -1] == many).all())
        and bool((starts[:, 1:] >= starts[:, :-1]).all())
        and int(arrays["rows"].max(initial=0)) < max(many, 1)
        and id_starts.shape == (many + 1,)
        and bool(id_starts[0] == 0 and id_starts[-1] == len(ids) and (id_starts[1:] > id_starts[:-1]).all())
        and len(arrays["tail_words"]) == len(arrays["tail_ids"])
    )


def _chunks(words: _Array) -> int:
    return 64 // kernels.CHUNK_BITS * int(words.shape[1])


def _spread(query: _Array, row: _Array, bits: _Array, starts: _Array) -> tuple[_Array, _Array, _Array]:
    """Each hit once for each place of its row: `starts` bounds the places of rows."""
    many = starts[row + 1] - starts[row]
    if many.size == many.sum():
        return query, np.asarray(starts[row]), bits
    within = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return np.repeat(query, many), np.repeat(starts[row], many) + within, np.repeat(bits, many)


def _by_query(asked: Distinct, query: _Array, ids: _Array, bits: _Array) -> Hits:
    """Hits of distinct queries as hits of the places that asked, in order."""
    which, place, bits = _spread(np.arange(len(query)), query, bits, asked.starts)
    asking, ids = asked.order[place], ids[which]
    order = np.lexsort((ids, bits, asking))
    return Hits(asking[order], ids[order], bits[order])


def _checked_ids(values: _Array, ids: _Array) -> NDArray[np.int64]:
    if ids.shape != (len(values),) or ids.dtype != np.int64:
        raise UsageError("ids must be one int64 for each value")
    return ids


def _checked_radius(radius: int) -> int:
    if radius < 0:
        raise UsageError("a radius is a number of bits, 0 or more")
    return int(radius)


def _all(words: _Array) -> NDArray[np.int64]:
    return np.arange(len(words))


def _read_only(array: _Array) -> _Array:
    """The same memory as a plain read-only array, which is the one form the kernels are compiled for."""
    plain = np.ascontiguousarray(array).view()
    plain.flags.writeable = False
    return plain
