"""Two pictures drawn in code, 256 wide and 192 high: what every picture signal type shows its value of."""

from __future__ import annotations

import numpy as np

from triage.signals.base import Picture

_ROWS, _COLUMNS = np.mgrid[0:192, 0:256].astype(np.int64)


def rings() -> Picture:
    """Rings around a point, brighter outwards, again and again."""
    values = ((_ROWS - 70) ** 2 + (_COLUMNS - 90) ** 2) // 40 % 256
    return Picture.of_luma(values.astype(np.uint8))


def squares() -> Picture:
    """A board of squares of many greys."""
    values = (_ROWS // 17 * 37 + _COLUMNS // 23 * 91) % 256
    return Picture.of_luma(values.astype(np.uint8))
