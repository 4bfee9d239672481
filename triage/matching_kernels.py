"""The inner loops of exact Hamming search, compiled: bucket tables over 16-bit chunks, look-up, scan.

Two values of `c` chunks within distance `r` have a chunk within `r // c` bits (pigeonhole), so looking into the buckets
of every key that near finds every match: multi-index hashing (Norouzi, Punjani, Fleet, "Fast exact search in Hamming
space with multi-index hashing", 2014). What differs here: each bucket keeps 64 (and for long values 32 more) bits of
another part of its values in bucket order, so that candidates are refused from a stretch of memory read in sequence;
of 96 random bits 0.04 % come within 31. The rest is checked against the whole value.

Everywhere: `words` is uint64 (n, 1 or 4), `rows` are places in it. Arrays come in read-only, so that those mapped from
a file and those in memory share one compiled form. Numba is imported here: import this module only where it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

CHUNK_BITS = 16
KEYS = 1 << CHUNK_BITS
LANES = 8
_BLOCK_ROWS = 1024
_STRIP_ROWS = 128
_TWO_WORD_RADIUS = 40
"""Up to here two of four words refuse nearly every random value (128 bits: mean 64, deviation 5.7)."""
_FIRST_HITS = 1024

Words = NDArray[np.uint64]
Places = NDArray[np.uint32]
Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]
"""Query, row and distance of each hit."""
_F = TypeVar("_F", bound=Callable[..., object])


def kernel(function: _F) -> _F:
    """Compile a function so that threads run it side by side; kept on disk between processes."""
    return cast(_F, njit(cache=True, nogil=True)(function))


def _count_bits(_context: Any, _word: Any) -> tuple[Any, Any]:
    def generate(_context: Any, builder: Any, _signature: Any, given: Any) -> Any:
        return builder.ctpop(given[0])

    return types.uint64(types.uint64), generate


popcount = cast(Callable[[Any], Any], intrinsic(_count_bits))
"""Set bits of a 64-bit word: one machine instruction, inside compiled functions only."""


@kernel
def chunk_key(words: Words, row: Any, chunk: Any) -> Any:
    """The 16 bits of one chunk of one value."""
    return (words[row, chunk >> 2] >> np.uint64(CHUNK_BITS * (chunk & 3))) & np.uint64(KEYS - 1)


@kernel
def near_word(words: Words, row: Any, chunk: Any) -> Any:
    """The 64 bits kept beside a chunk: of the next word, or of the value itself if it has only one."""
    return words[row, ((chunk >> 2) + 1) % words.shape[1]]


@kernel
def side_word(words: Words, row: Any, chunk: Any) -> Any:
    """The 32 bits more kept beside a chunk of a long value, from the word after."""
    return np.uint32(words[row, ((chunk >> 2) + 2) % words.shape[1]] & np.uint64(0xFFFFFFFF))


@kernel
def fill_table(words: Words, chunk: int, starts: Places, rows: Places, near: Words, side: Places) -> None:
    """Sort rows into the buckets of one chunk by counting: `starts` (65537), `rows` and `near` (n), `side` (n or 0)."""
    starts[:] = 0
    for row in range(words.shape[0]):
        starts[chunk_key(words, row, chunk) + np.uint64(1)] += np.uint32(1)
    for key in range(KEYS):
        starts[key + 1] += starts[key]
    place = starts[:KEYS].copy()
    for row in range(words.shape[0]):
        key = chunk_key(words, row, chunk)
        at = place[key]
        place[key] = at + np.uint32(1)
        rows[at] = row
        near[at] = near_word(words, row, chunk)
        if side.size:
            side[at] = side_word(words, row, chunk)


@kernel
def any_near(near: Words, side: Places, start: Any, end: Any, word: Any, half: Any, radius: Any) -> Any:
    """How many of the entries from `start` to `end`, rounded up to whole lanes, the kept bits cannot refuse.

    A fixed number of entries per step is what lets the compiler use full vector registers on buckets of a dozen; so it
    may count entries after the end (there are `LANES` spare ones), which `is_near` then leaves out.
    """
    count = np.uint64(0)
    for first in range(start, end, np.uint64(LANES)):
        if side.size:
            for lane in range(np.uint64(LANES)):
                at = first + lane
                count += np.uint64(popcount(near[at] ^ word) + popcount(np.uint64(side[at] ^ half)) <= radius)
        else:
            for lane in range(np.uint64(LANES)):
                count += np.uint64(popcount(near[first + lane] ^ word) <= radius)
    return count


@kernel
def is_near(near: Words, side: Places, at: Any, word: Any, half: Any, radius: Any) -> Any:
    """Whether the kept bits of one entry cannot refuse it."""
    if side.size:
        return popcount(near[at] ^ word) + popcount(np.uint64(side[at] ^ half)) <= radius
    return popcount(near[at] ^ word) <= radius


@kernel
def distance(one: Words, row: Any, other: Words, at: Any) -> Any:
    """Differing bits of two values."""
    bits = np.uint64(0)
    for word in range(one.shape[1]):
        bits += popcount(one[row, word] ^ other[at, word])
    return bits


@kernel
def seen_before(one: Words, row: Any, other: Words, at: Any, chunk: Any, flips: Any) -> Any:
    """Whether an earlier chunk already led to this pair; so each pair is reported once."""
    for earlier in range(chunk):
        if popcount(chunk_key(one, row, earlier) ^ chunk_key(other, at, earlier)) <= flips:
            return True
    return False


@kernel
def grown(kept: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same hits (3, room) with twice the room."""
    larger = np.empty((3, 2 * kept.shape[1]), np.int64)
    larger[:, : kept.shape[1]] = kept
    return larger


@kernel
def candidates(queries: Words, starts: NDArray[np.uint32], masks: NDArray[np.uint32]) -> NDArray[np.int64]:
    """How many entries the buckets of each query hold; `starts` is (chunks, 65537)."""
    counts = np.zeros(queries.shape[0], np.int64)
    for chunk in range(starts.shape[0]):
        for query in range(queries.shape[0]):
            key = chunk_key(queries, query, chunk)
            for mask in masks:
                bucket = key ^ np.uint64(mask)
                counts[query] += np.int64(starts[chunk, bucket + np.uint64(1)]) - np.int64(starts[chunk, bucket])
    return counts


@kernel
def look_up(
    words: Words,
    starts: Places,
    rows: Places,
    near: Words,
    side: Places,
    chunk: int,
    queries: Words,
    order: NDArray[np.int64],
    masks: Places,
    radius: int,
    flips: int,
) -> NDArray[np.int64]:
    """Hits (3, hits) of the queries in `order` that this chunk is the first to lead to."""
    kept = np.empty((3, _FIRST_HITS), np.int64)
    hits = 0
    limit = np.uint64(radius)
    for query in order:
        key = chunk_key(queries, query, chunk)
        word, half = near_word(queries, query, chunk), side_word(queries, query, chunk)
        for mask in masks:
            bucket = key ^ np.uint64(mask)
            start, end = np.uint64(starts[bucket]), np.uint64(starts[bucket + np.uint64(1)])
            if not any_near(near, side, start, end, word, half, limit):
                continue
            for at in range(start, end):
                if is_near(near, side, at, word, half, limit):
                    row = rows[at]
                    bits = distance(queries, query, words, row)
                    if bits <= limit and not seen_before(queries, query, words, row, chunk, np.uint64(flips)):
                        if hits == kept.shape[1]:
                            kept = grown(kept)
                        kept[0, hits], kept[1, hits], kept[2, hits] = query, row, bits
                        hits += 1
    return kept[:, :hits].copy()


@kernel
def scan(words: Words, queries: Words, order: NDArray[np.int64], radius: int) -> NDArray[np.int64]:
    """Hits (3, hits) of the queries in `order` against every value, a block in the cache at a time."""
    kept = np.empty((3, _FIRST_HITS), np.int64)
    hits = 0
    limit = np.uint64(radius)
    width = words.shape[1]
    used = 2 if width == 4 and radius <= _TWO_WORD_RADIUS else width
    columns = np.empty((width, _BLOCK_ROWS), np.uint64)
    for first in range(0, words.shape[0], _BLOCK_ROWS):
        size = min(_BLOCK_ROWS, words.shape[0] - first)
        for at in range(size):
            for word in range(width):
                columns[word, at] = words[first + at, word]
        for query in order:
            for start in range(0, size, _STRIP_ROWS):
                end = min(start + _STRIP_ROWS, size)
                if not _any_in_strip(columns, used, queries[query], start, end, limit):
                    continue
                for at in range(start, end):
                    bits = distance(queries, query, words, first + at)
                    if bits <= limit:
                        if hits == kept.shape[1]:
                            kept = grown(kept)
                        kept[0, hits], kept[1, hits], kept[2, hits] = query, first + at, bits
                        hits += 1
    return kept[:, :hits].copy()


@kernel
def _any_in_strip(columns: Words, used: Any, query: Words, start: Any, end: Any, limit: Any) -> Any:
    count = np.uint64(0)
    if used == 1:
        for at in range(np.uint64(start), np.uint64(end)):
            count += np.uint64(popcount(columns[0, at] ^ query[0]) <= limit)
    elif used == 2:
        for at in range(np.uint64(start), np.uint64(end)):
            bits = popcount(columns[0, at] ^ query[0]) + popcount(columns[1, at] ^ query[1])
            count += np.uint64(bits <= limit)
    else:
        for at in range(np.uint64(start), np.uint64(end)):
            bits = popcount(columns[0, at] ^ query[0]) + popcount(columns[1, at] ^ query[1])
            bits += popcount(columns[2, at] ^ query[2]) + popcount(columns[3, at] ^ query[3])
            count += np.uint64(bits <= limit)
    return count
