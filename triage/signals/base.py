"""What a signal is, what a signal type must offer, and the forms of a picture one signal type may describe.

Why forms: a mirrored, turned, bordered or cut copy has another hash. The hash of the *whole* picture is what hotlines
and platforms exchange; the other forms are extra keys that only ever lead to a suggestion (DESIGN §1, issue 3).
Measured recall per form stands in `docs/pictures.md`.

Who uses which form. Asking: `QUERY_FORMS` of the picture at hand. Searched: `INDEX_FORMS` of the pictures known
already.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

WHOLE, TRIMMED = "whole", "trimmed"
DIHEDRAL_FORMS = (
    "rotated_90",
    "rotated_180",
    "rotated_270",
    "mirrored",
    "mirrored_90",
    "mirrored_180",
    "mirrored_270",
)
"""Turned counter-clockwise by so many degrees; `mirrored_*`: left and right exchanged first, then turned."""
CROPS_PERCENT: dict[str, tuple[float, float, float, float]] = {
    **{f"crop_{all_}": (all_ / 2, all_ / 2, all_ / 2, all_ / 2) for all_ in (4, 8, 12, 17, 22, 27)},
    **{f"crop_left_{part}": (part, 0, 0, 0) for part in (6, 12, 18)},
    **{f"crop_top_{part}": (0, part, 0, 0) for part in (6, 12, 18)},
    **{f"crop_right_{part}": (0, 0, part, 0) for part in (6, 12, 18)},
    **{f"crop_bottom_{part}": (0, 0, 0, part) for part in (6, 12, 18)},
    **{f"crop_top_left_{part}": (part, part, 0, 0) for part in (4, 8, 12)},
    **{f"crop_top_right_{part}": (0, part, part, 0) for part in (4, 8, 12)},
    **{f"crop_bottom_right_{part}": (0, 0, part, part) for part in (4, 8, 12)},
    **{f"crop_bottom_left_{part}": (part, 0, 0, part) for part in (4, 8, 12)},
}
"""What is cut away at left, top, right and bottom, in per cent of width and height; `crop_4` cuts 4 in all, centred."""
CROP_FORMS = tuple(CROPS_PERCENT)
FORMS = (WHOLE, TRIMMED, *DIHEDRAL_FORMS, *CROP_FORMS)
QUERY_FORMS = (WHOLE, TRIMMED, *DIHEDRAL_FORMS)
INDEX_FORMS = (WHOLE, TRIMMED, *CROP_FORMS)

LOWEST_QUALITY = 50
"""Below this PDQ quality (0..100) a picture is too flat to be told from others: no perceptual key at all."""

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Signal:
    """One value of one type, of one form of a content item.

    `value`: the digest's bytes in the order its hex is printed elsewhere (pdq 32 bytes; phash, dhash, whash 8 bytes).
    `quality`: PDQ's 0..100, None for the other types.
    """

    type: str
    value: bytes
    form: str = WHOLE
    quality: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture, upright: `luma` is (ceil(height / scale), ceil(width / scale)), 0 black to 255 white.

    `height` and `width` are the size in full pixels, `scale` (1 or more) how many of them, each way, one value of
    `luma` averages. Raises ValueError if the three do not fit together.
    """

    luma: Pixels
    height: int
    width: int
    scale: int = 1

    def __post_init__(self) -> None:
        """Refuse sizes that do not fit: every position of the filter would be wrong without a word."""
        fits = (-(-self.height // self.scale), -(-self.width // self.scale))
        if self.luma.dtype != np.uint8 or self.luma.shape != fits or not self.luma.size:
            raise ValueError("luma, size and scale of this picture do not fit together")

    @classmethod
    def of_luma(cls, luma: Pixels) -> Picture:
        """A picture of which every pixel is given: (height, width)."""
        return cls(luma, luma.shape[0], luma.shape[1])


class SignalType(ABC):
    """One way to recognise content. `name` is stored and exchanged, so it never changes; `bits` is the size of a value.

    `on_demand`: made only when asked for by name.
    """

    name: ClassVar[str]
    bits: ClassVar[int]
    on_demand: ClassVar[bool] = False


class ByteSignalType(SignalType):
    """A signal of the bytes as they came: equal bytes, equal value."""

    @classmethod
    @abstractmethod
    def of_bytes(cls, content: bytes) -> Signal:
        """Its value for these bytes. Never raises."""

    @classmethod
    @abstractmethod
    def examples(cls) -> Sequence[tuple[bytes, str]]:
        """Published content and value (hex) pairs; the contract test runs them."""


class PictureSignalType(SignalType):
    """A signal of what a picture shows: alike pictures, near values. `forms` are those it can describe."""

    forms: ClassVar[tuple[str, ...]] = (WHOLE,)

    @classmethod
    @abstractmethod
    def of_picture(cls, picture: Picture, forms: Sequence[str] = FORMS) -> tuple[Signal, ...]:
        """Its values for those of `forms` it knows and the picture has (no border: nothing trimmed), whole first.

        Says nothing of whether the picture is good enough: that is `quality` and `LOWEST_QUALITY`.
        """

    @classmethod
    @abstractmethod
    def examples(cls) -> Sequence[tuple[Picture, str]]:
        """Pictures drawn in code and the value (hex) of the whole; the contract test runs them."""
