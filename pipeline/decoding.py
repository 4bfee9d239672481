"""Content bytes to the luma of one upright picture.

Runs in the child process only (`hashing_child`): decoders are attacked. Formats: an allow-list, tried by Pillow's own
readers. What is measured: of an animation the first frame; EXIF orientation applied; transparent parts over white, as
a browser shows them on an empty page; CMYK, palette and 16 bits by luma.

Why reduced: the filter of PDQ reads 64 x 64 places, so no side needs more than `SHORT_SIDE_PIXELS` values. A JPEG is
decoded at a half, quarter or eighth (libjpeg's scaled transform: most of the cost of a full decode is never paid),
any other picture is averaged right after decoding. Drift against the full decode: `docs/pictures.md`.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from triage.signals.base import Picture

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
READERS = (
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    GifImagePlugin,
    WebPImagePlugin,
    BmpImagePlugin,
    TiffImagePlugin,
)
"""Pillow finds a reader only once it is imported: these and no others."""
MOST_PIXELS_IN_HEADER = 250_000_000
"""The largest phone cameras make 200 megapixels; more is taken for a bomb before anything is decoded."""
MOST_PIXELS_DECODED = 50_000_000
"""What one decode may hold in memory; a JPEG counts after its reduction."""
SHORT_SIDE_PIXELS = 192
"""No reduction makes the shorter side smaller than this: at 192 the drift is 1.4 bits in the mean, at 96 it is 3.8."""
SHORTEST_SIDE_PIXELS = 5
"""Shorter pictures (tracking pixels, lines) have no PDQ in the reference either."""

_JPEG_SCALES = (8, 4, 2)
_JPEG_FORMATS = ("JPEG", "MPO")
_SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")
_WHITE = 255
_ORIENTATION_TAG = 0x0112
_TURNS: dict[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = frozenset(_TURNS[orientation] for orientation in (5, 6, 7, 8))
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    LookupError,
    EOFError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What Pillow's readers raise on damaged input; anything else ends the child, and the parent says so."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A picture or the reason why there is none; the media type as soon as the header was understood.

    `problem`: `no_picture` (not of these formats), `damaged`, `too_many_pixels`, `too_small`, or None.
    """

    picture: Picture | None
    media_type: str | None
    problem: str | None


def decoded(content: bytes) -> Decoded:
    """The picture these bytes are. Raises MemoryError where the process' limit does not suffice, nothing else."""
    media_type = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = _opened(content)
            media_type = "image/jpeg" if image.format in _JPEG_FORMATS else Image.MIME.get(image.format or "")
            return _upright(image, media_type)
    except UnidentifiedImageError:
        return Decoded(None, None, "no_picture")
    except Image.DecompressionBombError:
        return Decoded(None, media_type, "too_many_pixels")
    except _BROKEN:
        return Decoded(None, media_type, "damaged")


def _opened(content: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS_IN_HEADER // 2  # Pillow refuses from twice this on, and only warns before
    return Image.open(io.BytesIO(content), formats=FORMATS)


def _upright(image: Image.Image, media_type: str | None) -> Decoded:
    width, height = image.size
    if min(width, height) < SHORTEST_SIDE_PIXELS:
        return Decoded(None, media_type, "too_small")
    scale = _drafted(image)
    if image.width * image.height > MOST_PIXELS_DECODED:
        return Decoded(None, media_type, "too_many_pixels")
    luma = _luma(image)
    if scale == 1:
        width, height = luma.size  # a TIFF turns itself while loading
    further = min(luma.size) // SHORT_SIDE_PIXELS
    if further > 1:
        luma, scale = luma.reduce(further), scale * further
    turn = _turn(image)
    if turn is not None:
        luma = luma.transpose(turn)
        width, height = (height, width) if turn in _SIDEWAYS else (width, height)
    return Decoded(Picture(np.asarray(luma), height, width, scale), media_type, None)


def _drafted(image: Image.Image) -> int:
    """Ask a JPEG to decode reduced and grey; how many full pixels, each way, one of its pixels now is."""
    width, height = image.size
    if image.format not in _JPEG_FORMATS:
        return 1
    scale = next((one for one in _JPEG_SCALES if min(width, height) // one >= SHORT_SIDE_PIXELS), 1)
    image.draft("L", (width // scale, height // scale))
    return next(one for one in (1, *_JPEG_SCALES) if -(-width // one) == image.width)


def _luma(image: Image.Image) -> Image.Image:
    """ITU-R 601-2 luma, 8 bits, over white where the picture is transparent."""
    if image.mode in _SIXTEEN_BITS:
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        return _stretched(np.asarray(image, np.float64))
    if image.mode == "LAB":
        return image.getchannel(0)
    if not image.has_transparency_data:
        return image.convert("L")
    colours = image.convert("RGBA")
    return Image.composite(colours.convert("L"), Image.new("L", colours.size, _WHITE), colours.getchannel("A"))


def _stretched(values: NDArray[np.float64]) -> Image.Image:
    """Values of no known range, its darkest made 0 and its brightest 255; what is no number made 0."""
    finite = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    span = float(np.ptp(finite)) or 1.0
    return Image.fromarray(((finite - finite.min()) / span * _WHITE).astype(np.uint8))


def _turn(image: Image.Image) -> Image.Transpose | None:
    """What makes the picture upright by its EXIF orientation; None where there is none, or none that can be read."""
    try:
        return _TURNS.get(image.getexif().get(_ORIENTATION_TAG))
    except _BROKEN:
        return None
