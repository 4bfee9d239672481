"""Number the distinct values of a column of whole numbers: the step every stage works on distinct values by."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
_TABLE_PER_VALUE = 16
"""Where values are this dense, a table of flags is quicker than sorting them."""


def distinct(values: Ints) -> tuple[Ints, Ints]:
    """The distinct values, rising, and each row's place among them. Values may be negative."""
    if not len(values):
        return values, values
    lowest, highest = int(values.min()), int(values.max())
    if highest - lowest > _TABLE_PER_VALUE * len(values):
        found, places = np.unique(values, return_inverse=True)
        return found, places.astype(np.int64)
    there = np.zeros(highest - lowest + 1, dtype=bool)
    there[values - lowest] = True
    numbers = np.cumsum(there) - 1
    return np.flatnonzero(there) + lowest, numbers[values - lowest].astype(np.int64)


def first_rows(codes: Ints) -> Ints:
    """The first row of every code 0, 1, 2 … (each occurs)."""
    first = np.full(int(codes.max(initial=-1)) + 1, -1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    return first
