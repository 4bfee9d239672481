"""The filter of PDQ: two box filters each way (together a tent), read off at 64 x 64 places only.

Source: "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm" (Facebook, 2019), after W. Jarosz,
"Fast Image Convolutions" (2001). Box width per pass is ceil(side / 128); a box of even width reaches one pixel
further towards the end; at an edge it averages what there is; place i of 64 is the pixel int((i + 0.5) * side / 64).

Why no running sums over the picture: filter and reading off are linear and separable, so place i is one weighted sum
of a band of rows, then of columns. Each pixel is touched about once instead of four times, only where a value is
read, and the result is the same up to rounding. The weights are made for *full* pixels and then added up over the
pixels that one value of a reduced picture averages: a reduced decode is filtered and read exactly where the full one
would be.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

PLACES = 64
_BOXES_A_SIDE = 128

Floats = NDArray[np.float32]


def filtered(luma: Floats, rows: tuple[int, int], columns: tuple[int, int], scale: int) -> Floats:
    """The (64, 64) filtered values of a part of a picture: full rows `rows[0]` to before `rows[1]`, `columns` alike.

    `luma` is the whole picture, reduced by `scale`.
    """
    starts, weights = _bands(rows[0], rows[1], scale)
    width = weights.shape[1]
    downwards = np.empty((PLACES, luma.shape[1]), np.float32)
    for place in range(PLACES):
        band = luma[starts[place] : starts[place] + width]
        np.matmul(weights[place, : band.shape[0]], band, out=downwards[place])
    left, across = _dense(columns[0], columns[1], scale)
    places: Floats = downwards[:, left : left + across.shape[1]] @ across.T
    return places


@lru_cache(maxsize=256)
def _bands(first: int, end: int, scale: int) -> tuple[NDArray[np.int64], Floats]:
    """For each place the first value of its band and the weights from there on: (64,), (64, longest band)."""
    side = end - first
    box = -(-side // _BOXES_A_SIDE)
    ahead = box // 2
    behind = box - 1 - ahead
    centres = ((np.arange(PLACES) + 0.5) * side / PLACES).astype(np.int64)
    seconds = centres[:, None] + np.arange(-behind, ahead + 1)
    inside = (seconds >= 0) & (seconds < side)
    starts = np.clip(seconds - behind, 0, side - 1)
    ends = np.clip(seconds + ahead, 0, side - 1) + 1
    each = inside / (inside.sum(1, keepdims=True) * (ends - starts))
    lowest = starts[:, :1]
    steps = np.zeros((PLACES, 2 * box + 2))
    place = np.broadcast_to(np.arange(PLACES)[:, None], starts.shape)
    np.add.at(steps, (place, starts - lowest), each)
    np.add.at(steps, (place, ends - lowest), -each)
    full = np.cumsum(steps, 1)
    band_starts = (first + lowest[:, 0]) // scale
    values = (first + lowest + np.arange(full.shape[1])) // scale - band_starts[:, None]
    weights = np.zeros((PLACES, int(values.max()) + 1))
    np.add.at(weights, (np.broadcast_to(np.arange(PLACES)[:, None], values.shape), values), full)
    return band_starts, weights.astype(np.float32)


@lru_cache(maxsize=256)
def _dense(first: int, end: int, scale: int) -> tuple[int, Floats]:
    """The first value any place needs, and the weights of all places as one matrix from there on: (64, values)."""
    starts, weights = _bands(first, end, scale)
    left, last = first // scale, (end - 1) // scale
    across = np.zeros((PLACES, last - left + 1 + weights.shape[1]), np.float32)
    for place in range(PLACES):
        at = int(starts[place]) - left
        across[place, at : at + weights.shape[1]] = weights[place]
    return left, np.ascontiguousarray(across[:, : last - left + 1])
