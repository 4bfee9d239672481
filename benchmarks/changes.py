"""What happens to a picture on its way: the 23 changes measured, and cuts that are not centred.

The same list, strength for strength, as the peers were measured with; the 23rd is saving it again as TIFF. A change
that is no format of its own is saved as JPEG of quality 90, as platforms do. Cuts are per cent of width and of
height: a centred one takes half from each side, a one-sided one all from one, a corner all from two that meet.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageOps

Change = Callable[[Image.Image], bytes]
_QUALITY = 90


def saved(image: Image.Image, kind: str = "JPEG", quality: int = _QUALITY) -> bytes:
    """The picture as file content."""
    out = io.BytesIO()
    options = {"quality": quality} if kind in ("JPEG", "WEBP") else {}
    image.save(out, kind, **options)
    return out.getvalue()


def cut(image: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """Without so many per cent of the width or height at each side."""
    width, height = image.size
    return image.crop(
        (
            round(left * width / 100),
            round(top * height / 100),
            round((100 - right) * width / 100),
            round((100 - bottom) * height / 100),
        )
    )


def _resized(percent: int) -> Change:
    return lambda image: saved(
        image.resize((image.width * percent // 100, image.height * percent // 100), Image.Resampling.LANCZOS)
    )


def _gamma(gamma: float) -> Change:
    table = [round(255 * (value / 255) ** gamma) for value in range(256)]
    return lambda image: saved(image.point(table * 3))


def _centred(percent: float) -> Change:
    return lambda image: saved(cut(image, *[percent / 2] * 4))


def _watermarked(image: Image.Image) -> bytes:
    marked = image.copy()
    pen = ImageDraw.Draw(marked)
    pen.text((image.width * 0.1, image.height * 0.42), "hotline.example", fill=(255, 255, 255),
             font_size=image.width * 0.11, stroke_width=2, stroke_fill=(0, 0, 0))  # fmt: skip
    return saved(marked)


def _cut_off(left: float, top: float, right: float, bottom: float) -> Change:
    return lambda image: saved(cut(image, left, top, right, bottom))


CHANGES: dict[str, Change] = {
    "JPEG 70": lambda image: saved(image, quality=70),
    "JPEG 50": lambda image: saved(image, quality=50),
    "JPEG 30": lambda image: saved(image, quality=30),
    "PNG": lambda image: saved(image, "PNG"),
    "WebP": lambda image: saved(image, "WEBP", 80),
    "TIFF": lambda image: saved(image, "TIFF"),
    "grey": lambda image: saved(image.convert("L")),
    "resize 200 %": _resized(200),
    "resize 50 %": _resized(50),
    "resize 25 %": _resized(25),
    "gamma 0.6": _gamma(0.6),
    "gamma 1.6": _gamma(1.6),
    "contrast 1.5": lambda image: saved(ImageEnhance.Contrast(image).enhance(1.5)),
    "blur": lambda image: saved(image.filter(ImageFilter.GaussianBlur(2))),
    "crop 2 %": _centred(2),
    "crop 5 %": _centred(5),
    "crop 10 %": _centred(10),
    "crop 25 %": _centred(25),
    "rotate 1 degree": lambda image: saved(image.rotate(1, Image.Resampling.BICUBIC)),
    "rotate 90": lambda image: saved(image.transpose(Image.Transpose.ROTATE_90)),
    "mirror": lambda image: saved(ImageOps.mirror(image)),
    "watermark": _watermarked,
    "border 5 %": lambda image: saved(ImageOps.expand(image, round(image.width * 0.05), (16, 16, 16))),
}
"""The 23 changes of the comparison."""

CUTS: dict[str, Change] = {
    "left cut 5 %": _cut_off(5, 0, 0, 0),
    "left cut 10 %": _cut_off(10, 0, 0, 0),
    "top cut 10 %": _cut_off(0, 10, 0, 0),
    "right cut 10 %": _cut_off(0, 0, 10, 0),
    "bottom cut 10 %": _cut_off(0, 0, 0, 10),
    "bottom cut 20 %": _cut_off(0, 0, 0, 20),
    "corner cut 5 %": _cut_off(5, 5, 0, 0),
    "corner cut 10 %": _cut_off(0, 10, 10, 0),
}
"""Cuts that are not centred: reported apart."""


def cuts_by_chance(chance: np.random.Generator) -> dict[str, Change]:
    """Cuts of any strength in a range: not only those near the ones that are indexed."""

    def centred(image: Image.Image) -> bytes:
        return saved(cut(image, *[float(chance.uniform(3, 28)) / 2] * 4))

    def one_sided(image: Image.Image) -> bytes:
        sides = np.roll([float(chance.uniform(3, 20)), 0, 0, 0], chance.integers(4))
        return saved(cut(image, *sides))

    def corner(image: Image.Image) -> bytes:
        part = float(chance.uniform(3, 14))
        return saved(cut(image, *np.roll([part, part, 0, 0], chance.integers(4))))

    return {"crop 3-28 % by chance": centred, "one side 3-20 %": one_sided, "one corner 3-14 %": corner}
