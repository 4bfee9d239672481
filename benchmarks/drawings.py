"""Pictures drawn in code, by seed: no picture of anybody is needed to measure how copies are found.

Most are "dead leaves" (shapes of many sizes laid over each other, sizes by a power law): their edges and frequencies
are those of photographs (D. Mumford and B. Gidas, "Stochastic models for generic images", 2001). The others are
clouds over a horizon (noise falling with frequency), a room of flat walls, and a fractal. Shapes, colours, light and
grain differ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

_LARGEST_SIDE = 1.0
_SMALLEST_SIDE = 0.03
"""Of the longer side of the picture: the sizes of leaves."""

Values = NDArray[np.float64]


def drawn(seed: int, width: int, height: int) -> Image.Image:
    """One RGB picture; the same for the same seed and size."""
    chance = np.random.default_rng(seed)
    draw = (_leaves, _leaves, _leaves, _clouds, _room, _fractal)[seed % 6]
    colours = np.asarray(draw(chance, width, height), np.float64)
    light = 0.55 + 0.9 * _light(chance, width, height)
    grain = chance.normal(0.0, chance.uniform(1, 5), (height, width))
    return Image.fromarray(np.clip(colours * light[..., None] + grain[..., None], 0, 255).astype(np.uint8))


def cloud(chance: np.random.Generator, width: int, height: int, fall: float) -> Values:
    """Noise whose strength falls with frequency to the power `fall`: (height, width), 0 to 1."""
    spectrum = np.fft.rfft2(chance.normal(size=(height, width)))
    frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    frequency[0, 0] = 1.0
    values = np.fft.irfft2(spectrum / frequency**fall, s=(height, width))
    return np.asarray((values - values.min()) / np.ptp(values))


def _leaves(chance: np.random.Generator, width: int, height: int) -> Image.Image:
    palette = chance.integers(10, 246, (chance.integers(4, 9), 3))
    image = Image.new("RGB", (width, height), tuple(int(part) for part in palette[0]))
    pen = ImageDraw.Draw(image)
    longest = max(width, height)
    sizes = np.sort((chance.random(220) * (_SMALLEST_SIDE**-2 - _LARGEST_SIDE**-2) + _LARGEST_SIDE**-2) ** -0.5)[::-1]
    for size in np.concatenate([chance.uniform(0.2, 0.7, 12), sizes]):
        across, down = size * longest * chance.uniform(0.4, 1.0, 2) / 2
        x, y = chance.uniform(0, width), chance.uniform(0, height)
        tint = np.clip(palette[chance.integers(len(palette))] + chance.normal(0, 22, 3), 0, 255)
        fill = tuple(int(part) for part in tint)
        if chance.random() < 0.5:
            pen.ellipse((x - across, y - down, x + across, y + down), fill=fill)
        else:
            angles = np.sort(chance.uniform(0, 2 * np.pi, chance.integers(3, 7)))
            pen.polygon([(x + across * np.cos(a), y + down * np.sin(a)) for a in angles], fill=fill)
    return image


def _clouds(chance: np.random.Generator, width: int, height: int) -> Values:
    sky, ground = chance.integers(60, 250, 3), chance.integers(10, 190, 3)
    line = height * (chance.uniform(0.3, 0.7) + 0.5 * (cloud(chance, width, 2, 1.6)[0] - 0.5))
    below = np.arange(height)[:, None] > line[None]
    above = cloud(chance, width, height, chance.uniform(1.3, 2.0))
    rough = cloud(chance, width, height, chance.uniform(0.8, 1.3))
    over = sky * (0.35 + 0.9 * above[..., None])
    under = ground * (0.2 + 1.5 * rough[..., None])
    return np.where(below[..., None], under, over)


def _room(chance: np.random.Generator, width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (width, height), tuple(int(part) for part in chance.integers(40, 230, 3)))
    pen = ImageDraw.Draw(image)
    x, y = chance.uniform(0.3, 0.7) * width, chance.uniform(0.3, 0.7) * height
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    for first, second in zip(corners, corners[1:] + corners[:1], strict=True):
        pen.polygon([first, second, (x, y)], fill=tuple(int(part) for part in chance.integers(20, 240, 3)))
    for _thing in range(int(chance.integers(12, 40))):
        left, top = chance.uniform(-0.1, 0.95) * width, chance.uniform(-0.1, 0.95) * height
        wide, high = np.exp(chance.uniform(np.log(0.03), np.log(0.4), 2)) * (width, height)
        pen.rectangle(
            (left, top, left + wide, top + high),
            fill=tuple(int(part) for part in chance.integers(0, 256, 3)),
            outline=tuple(int(part) for part in chance.integers(0, 256, 3)),
            width=int(chance.integers(1, 5)),
        )
    return image


def _fractal(chance: np.random.Generator, width: int, height: int) -> Values:
    angle = chance.uniform(0, 2 * np.pi)
    centre = 0.5 * np.exp(1j * angle) - 0.25 * np.exp(2j * angle)
    constant = centre * chance.uniform(1.0, 1.06)
    span, turn = chance.uniform(0.6, 1.6), np.exp(1j * chance.uniform(0, 2 * np.pi))
    across, down = np.linspace(-span, span, width)[None], np.linspace(-span, span, height)[:, None] * height / width
    point = (across + 1j * down) * turn + complex(*chance.uniform(-0.6, 0.6, 2))
    steps = np.zeros(point.shape)
    for _step in range(40):
        inside = np.abs(point) < 4
        point = np.where(inside, point * point + constant, point)
        steps += inside
    phase = steps[..., None] / 40 * chance.uniform(2, 5, 3) + chance.uniform(0, 1, 3)
    return np.asarray(128 + 110 * np.sin(2 * np.pi * phase), np.float64)


def _light(chance: np.random.Generator, width: int, height: int) -> Values:
    across, down = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    slope = chance.uniform(-0.25, 0.25, 2)
    return np.asarray(0.5 + slope[0] * across + slope[1] * down, np.float64)
