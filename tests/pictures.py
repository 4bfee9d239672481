"""Pictures for tests, drawn in code, and content that only begins like one."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image

from benchmarks.drawings import drawn

LARGE_HEADER_SIDE = 50_000


def picture(seed: int = 1, width: int = 320, height: int = 240) -> Image.Image:
    """An RGB picture with edges, shades and grain."""
    return drawn(seed, width, height)


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """The picture as file content."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def luma(seed: int = 1, width: int = 320, height: int = 240) -> np.ndarray:
    """The grey values of a picture: (height, width), uint8."""
    return np.asarray(picture(seed, width, height).convert("L"))


def large_header_png() -> bytes:
    """A PNG of 50,000 x 50,000 pixels by its header, of a few hundred bytes."""
    return _png(LARGE_HEADER_SIDE, LARGE_HEADER_SIDE, zlib.compress(bytes(1000)))


def bomb_png(side: int = 7_000) -> bytes:
    """A PNG of a few kilobytes that is really `side` x `side` RGBA pixels."""
    packer = zlib.compressobj(strategy=zlib.Z_RLE)
    row = bytes(1 + 4 * side)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    return _png(side, side, packed, colour_type=6)


def gif_of(frames: int) -> bytes:
    """An animation that says it repeats for ever."""
    pictures = [picture(seed, 96, 96).convert("P") for seed in range(1, frames + 1)]
    return saved(pictures[0], "GIF", save_all=True, append_images=pictures[1:], loop=0)


def _png(width: int, height: int, packed: bytes, colour_type: int = 0) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, colour_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", head), (b"IDAT", packed), (b"IEND", b""))
    )
