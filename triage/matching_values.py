"""Values of signals as words, equal ones collapsed, and which keys a radius needs. Numpy only."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from triage.errors import UsageError

CHUNK_BITS = 16
WIDTHS_BYTES = (8, 32)
_LEAST_GAIN = 8
"""Looking up pays while it visits at most one in this many entries; wider radii are scanned."""
_MIX = (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93)
"""Odd multipliers (splitmix64, Steele et al. 2014, and xmx by Maiga); any odd numbers would be exact."""


@dataclass(frozen=True, slots=True)
class Distinct:
    """Each value once: `words` uint64 (d, 1 or 4); value i stands at `order[starts[i]:starts[i + 1]]`, rising."""

    words: NDArray[np.uint64]
    order: NDArray[np.int64]
    starts: NDArray[np.int64]


def as_words(values: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Values uint8 (n, 8 or 32) as uint64 (n, 1 or 4). Raises UsageError for another shape or type."""
    if values.ndim != 2 or values.shape[1] not in WIDTHS_BYTES or values.dtype != np.uint8:
        raise UsageError("values must be bytes in rows of 8 or 32: an array of uint8 with shape (n, 8) or (n, 32)")
    return np.ascontiguousarray(values).view("<u8").astype(np.uint64, copy=False)


def distinct(words: NDArray[np.uint64]) -> Distinct:
    """Collapse equal values; n log n whatever the data, so a flood of one picture costs nothing later."""
    mixed = np.zeros(len(words), np.uint64)
    for column, factor in zip(words.T, _MIX, strict=False):
        mixed ^= column
        mixed *= np.uint64(factor)
        mixed ^= mixed >> np.uint64(32)
    order = np.argsort(mixed)
    new = _first_of_run(words, order)
    if np.any(new[1:] & (mixed[order[1:]] == mixed[order[:-1]])):  # unequal values with equal mix
        order = np.lexsort(words.T)
        new = _first_of_run(words, order)
    first = np.flatnonzero(new)
    starts = np.append(first, len(words)).astype(np.int64)
    if len(first) < len(words):
        order = order[np.lexsort((order, np.cumsum(new)))]
    return Distinct(words[order[first]], order.astype(np.int64, copy=False), starts)


def masks(radius: int, chunks: int) -> NDArray[np.uint32] | None:
    """Which bits to flip in a key so that no match within the radius is missed; None if a scan is cheaper."""
    flips = radius // chunks
    flipped = [0]
    for count in range(1, flips + 1):
        flipped += [sum(1 << bit for bit in bits) for bits in combinations(range(CHUNK_BITS), count)]
        if len(flipped) * chunks * _LEAST_GAIN > 1 << CHUNK_BITS:
            return None
    return np.array(flipped, np.uint32)


def _first_of_run(words: NDArray[np.uint64], order: NDArray[np.int64]) -> NDArray[np.bool_]:
    new = np.ones(len(order), np.bool_)
    new[1:] = False
    for column in words.T:
        ordered = column[order]
        new[1:] |= ordered[1:] != ordered[:-1]
    return new
