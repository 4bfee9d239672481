"""Where a picture lies inside a border of one colour: a frame or black bars hide a known picture otherwise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from triage.signals.base import Picture, Pixels

Box = tuple[int, int, int, int]
"""Top, left, bottom, right in full pixels; bottom and right are the first ones outside."""

_TOLERANCE = 10
"""How far a value of the border may be from its colour: JPEG leaves ripples."""
_SMALLEST_PART = 0.25
"""Less than this of a side left means a nearly empty page, not a border."""


def inside_border(picture: Picture) -> Box | None:
    """What is left inside the border, None where there is no border or hardly anything else."""
    luma = picture.luma
    top, bottom = _inner(luma)
    if top >= bottom:
        return None
    left, right = _inner(luma[top:bottom].T)
    rows, columns = luma.shape
    if (top, left, bottom, right) == (0, 0, rows, columns):
        return None
    if bottom - top < rows * _SMALLEST_PART or right - left < columns * _SMALLEST_PART:
        return None
    scale = picture.scale
    return top * scale, left * scale, min(bottom * scale, picture.height), min(right * scale, picture.width)


def _inner(luma: Pixels) -> tuple[int, int]:
    """First row that is not border, and the first border row after the last such."""
    lowest, highest = luma.min(axis=1).astype(np.int64), luma.max(axis=1).astype(np.int64)
    head = _run(lowest, highest)
    return head, len(lowest) - _run(lowest[::-1], highest[::-1])


def _run(lowest: NDArray[np.int64], highest: NDArray[np.int64]) -> int:
    """How many rows from the first on are all of the colour of the first."""
    colour = (lowest[0] + highest[0]) // 2
    other = (lowest < colour - _TOLERANCE) | (highest > colour + _TOLERANCE)
    return int(other.argmax()) if other.any() else len(lowest)
