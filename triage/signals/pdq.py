"""PDQ, 256 bits: the perceptual hash that hotlines and platforms exchange, with its quality and the forms of a copy.

Source: "The TMK+PDQF video-hashing algorithm and the PDQ image-hashing algorithm" (Facebook, 2019). Luma, tent filter
read at 64 x 64 places (`_jarosz`), discrete cosine transform of which rows and columns 1 to 16 are kept, one bit a
coefficient: above the median or not. Bit 16 * row + column counts from the *end* of the hex, as every other program
prints it. Distances: two pictures are taken as one at 31 bits or fewer (the value of the source). Turned and mirrored
forms cost only changes of sign and a transposition of the 16 x 16 coefficients.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from triage.signals._drawn import rings, squares
from triage.signals._jarosz import PLACES, Floats, filtered
from triage.signals._trimming import Box, inside_border
from triage.signals.base import (
    CROPS_PERCENT,
    DIHEDRAL_FORMS,
    FORMS,
    TRIMMED,
    WHOLE,
    Picture,
    PictureSignalType,
    Signal,
)

_KEPT = 16
_FREQUENCIES = np.arange(1, _KEPT + 1)
_DCT = (np.sqrt(2 / PLACES) * np.cos(np.pi / (2 * PLACES) * np.outer(_FREQUENCIES, 2 * np.arange(PLACES) + 1))).astype(
    np.float32
)
_ODD = np.where(_FREQUENCIES % 2, -1, 1).astype(np.float32)
"""What exchanging left and right does to the coefficients of a row."""
_STEPS_FOR_FULL_QUALITY = 90


class Pdq(PictureSignalType):
    """PDQ of the whole picture and of the forms a copy of it may have."""

    name = "pdq"
    bits = 256
    forms = FORMS

    @classmethod
    def of_picture(cls, picture: Picture, forms: Sequence[str] = FORMS) -> tuple[Signal, ...]:
        """Its values: 32 bytes and a quality for each form asked for."""
        return tuple(
            Signal(cls.name, value_of(coefficients), form, quality)
            for form, coefficients, quality in _coefficients(picture, frozenset(forms))
        )

    @classmethod
    def examples(cls) -> Sequence[tuple[Picture, str]]:
        """Two drawn pictures; the values are those of the `pdqhash` package (0.2.8)."""
        return (
            (rings(), "f4715fce90717fce91b1646ed791a1765481adf0524f95910a6e52895291ab6e"),
            (squares(), "9ac5969555bb4fb0b64ee935b8ebe2342b68753a9a872a4ebad59780c7049682"),
        )


def value_of(coefficients: Floats) -> bytes:
    """The 32 bytes of (16, 16) coefficients: bit set where above the lower median."""
    flat = coefficients.ravel()
    middle = np.partition(flat, flat.size // 2 - 1)[flat.size // 2 - 1]
    return np.packbits(flat[::-1] > middle).tobytes()


def quality_of(places: Floats) -> int:
    """PDQ's quality, 0 (flat) to 100, of the (64, 64) filtered values: how much neighbours differ."""
    steps = sum(
        int(np.abs(np.trunc(np.diff(places, axis=axis) * np.float32(100) / np.float32(255))).sum()) for axis in (0, 1)
    )
    return min(100, steps // _STEPS_FOR_FULL_QUALITY)


def _coefficients(picture: Picture, forms: frozenset[str]) -> Iterator[tuple[str, Floats, int]]:
    luma = picture.luma.astype(np.float32)
    whole: Box = (0, 0, picture.height, picture.width)
    kept, quality = _transformed(luma, whole, picture.scale)
    if WHOLE in forms:
        yield WHOLE, kept, quality
    if TRIMMED in forms and (inner := inside_border(picture)) is not None:
        yield TRIMMED, *_transformed(luma, inner, picture.scale)
    for form, turned in zip(DIHEDRAL_FORMS, _turned(kept), strict=True):
        if form in forms:
            yield form, turned, quality
    for form, percent in CROPS_PERCENT.items():
        if form in forms:
            yield form, *_transformed(luma, _without(picture, percent), picture.scale)


def _transformed(luma: Floats, box: Box, scale: int) -> tuple[Floats, int]:
    top, left, bottom, right = box
    places = filtered(luma, (top, bottom), (left, right), scale)
    kept: NDArray[np.float32] = _DCT @ places @ _DCT.T
    return kept, quality_of(places)


def _turned(kept: Floats) -> Iterator[Floats]:
    """The coefficients of the seven other ways to lay the picture down, in the order of `DIHEDRAL_FORMS`."""
    for start in (kept, kept * _ODD):
        turned = start
        for quarter in range(4):
            if quarter or start is not kept:
                yield turned
            turned = turned.T * _ODD[:, None]


def _without(picture: Picture, percent: tuple[float, float, float, float]) -> Box:
    """What is left when so much is cut away at left, top, right and bottom."""
    left, top, right, bottom = percent
    width, height = picture.width / 100, picture.height / 100
    return round(top * height), round(left * width), round((100 - bottom) * height), round((100 - right) * width)
