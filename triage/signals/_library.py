"""What the three hashes of the `imagehash` library (4.3, BSD-2) share: one value, of the whole picture only.

Made on the luma as decoded, so a value is the library's own. PDQ does the turned, mirrored and cut forms better.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image

from triage.signals.base import FORMS, WHOLE, Picture, PictureSignalType, Signal


class LibraryHash(PictureSignalType):
    """A hash of 64 bits; `name` is also what the library calls its function."""

    bits = 64

    @classmethod
    def of_picture(cls, picture: Picture, forms: Sequence[str] = FORMS) -> tuple[Signal, ...]:
        """Its value: 8 bytes, in the order the library prints them."""
        import imagehash

        if WHOLE not in forms:
            return ()
        found = getattr(imagehash, cls.name)(Image.fromarray(picture.luma))
        return (Signal(cls.name, np.packbits(found.hash).tobytes()),)
