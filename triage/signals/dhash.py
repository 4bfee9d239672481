"""dHash, 64 bits: brighter or darker than the neighbour to the left, over 9 x 8 means.

Coarse: false matches begin early. Made on demand only.

By the `imagehash` library (4.3, BSD-2) on the luma as decoded, so a value is the library's own. A reduced decode
moves it by a bit at most (16 drawn pictures).
The whole picture only: PDQ does the turned, mirrored and cut forms better.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from triage.signals._drawn import rings, squares
from triage.signals.base import FORMS, WHOLE, Picture, PictureSignalType, Signal


class Dhash(PictureSignalType):
    """dHash of the whole picture."""

    name = "dhash"
    bits = 64
    on_demand = True

    @classmethod
    def of_picture(cls, picture: Picture, forms: Sequence[str] = FORMS) -> tuple[Signal, ...]:
        """Its value: 8 bytes, in the order the library prints them."""
        import imagehash

        if WHOLE not in forms:
            return ()
        found = imagehash.dhash(Image.fromarray(picture.luma))
        return (Signal(cls.name, np.packbits(found.hash).tobytes()),)

    @classmethod
    def examples(cls) -> Sequence[tuple[Picture, str]]:
        """Two drawn pictures; the values are those `imagehash` 4.3.2 prints."""
        return (
            (rings(), "1a191d1d199ac529"),
            (squares(), "95ad2b5a5495a928"),
        )
