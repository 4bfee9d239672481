"""dHash, 64 bits: brighter or darker than the neighbour to the left, over 9 x 8 means.

Coarse: false matches begin early. Made on demand only.

A reduced decode moves it by a bit at most (16 drawn pictures).
"""

from __future__ import annotations

from collections.abc import Sequence

from triage.signals._drawn import rings, squares
from triage.signals._library import LibraryHash
from triage.signals.base import Picture


class Dhash(LibraryHash):
    """dHash of the whole picture."""

    name = "dhash"
    on_demand = True

    @classmethod
    def examples(cls) -> Sequence[tuple[Picture, str]]:
        """Two drawn pictures; the values are those `imagehash` 4.3.2 prints."""
        return (
            (rings(), "1a191d1d199ac529"),
            (squares(), "95ad2b5a5495a928"),
        )
