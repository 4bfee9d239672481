"""wHash, 64 bits: the coarsest 8 x 8 Haar wavelet coefficients, each above the median or not.

Coarse and slow. Made on demand only.

A reduced decode leaves it as it is (16 drawn pictures).
"""

from __future__ import annotations

from collections.abc import Sequence

from triage.signals._drawn import rings, squares
from triage.signals._library import LibraryHash
from triage.signals.base import Picture


class Whash(LibraryHash):
    """wHash of the whole picture."""

    name = "whash"
    on_demand = True

    @classmethod
    def examples(cls) -> Sequence[tuple[Picture, str]]:
        """Two drawn pictures; the values are those `imagehash` 4.3.2 prints."""
        return (
            (rings(), "cb86858586cb7b87"),
            (squares(), "5715b5aaa05515be"),
        )
