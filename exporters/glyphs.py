"""Which characters the shipped fonts can show, and texts made fit for them.

PDF/A refuses a character that no font has, and what a reader cannot see can disguise an address: such characters are
written as `<U+202E>`. The character map of a font is read here (OpenType 1.9, tables `cmap` formats 4 and 12, `head`,
`hhea`, `hmtx`), so that the answer is about the very fonts that are used and needs no list of scripts.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from triage.errors import BadConfiguration

ZERO_WIDTH_SPACE = "\u200b"
"""Says where a long word may be broken; it is put in after everything else was made visible."""
MAX_MARKS_IN_A_ROW = 3
"""More combining marks than any language stacks on one letter; further ones would be drawn over the lines above."""
MAX_ADVANCE_EM = 1.25
"""Wider characters are shown by number, so that a line of known length never leaves the page."""
MAX_WORD_CHARS = 24
_BLANK = frozenset({0x34F, 0x2800, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10), *range(0x180B, 0x1810)})
"""Printable by Unicode's rules, yet nothing is seen."""
_MARKS = frozenset({"Mn", "Me"})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_STAYS_WITH_IT = frozenset({"NSM"})
_WIDE_COLUMNS, _SHORTEST_PART = 2, 0.7
_BREAK_AFTER = frozenset("/?&=#-_.;,")

Run = tuple[str, bool]
"""A stretch of a line, and whether it is written from right to left."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters (code points) of the proportional and of the monospaced font."""

    sans: frozenset[int]
    mono: frozenset[int]

    @classmethod
    def of_fonts(cls, sans: bytes, mono: bytes) -> Self:
        """Read both fonts. Raises BadConfiguration for bytes that are no TrueType font."""
        return cls(characters_of(sans), characters_of(mono))

    def visible(self, text: str) -> str:
        """`text` with every character that would not be seen, or that no font has, written as `<U+XXXX>`."""
        if text.isascii() and text.isprintable():
            return text
        shown, marks = [], 0
        for char in text:
            marks = marks + 1 if unicodedata.category(char) in _MARKS else 0
            fits = char.isprintable() and ord(char) in self.sans and ord(char) not in _BLANK
            shown.append(char if fits and marks <= MAX_MARKS_IN_A_ROW else f"<U+{ord(char):04X}>")
        return "".join(shown)

    def lines(self, text: str, columns: int) -> list[list[Run]]:
        """A visible text cut into lines of at most `columns` monospaced characters, for addresses.

        Cut after a mark such as `/` where one is near. Stretches written from right to left are told apart, so that
        whoever sets the line keeps the parts of an address in their order.
        """
        lines = []
        start = 0
        while start < len(text):
            end = self._line_end(text, start, columns)
            lines.append(list(_runs(text[start:end])))
            start = end
        return lines

    def _line_end(self, text: str, start: int, columns: int) -> int:
        end, used = start, 0
        while end < len(text):
            used += 1 if ord(text[end]) in self.mono else _WIDE_COLUMNS
            if used > columns:
                break
            end += 1
        if end == len(text):
            return end
        shortest = start + int((end - start) * _SHORTEST_PART)
        return next((cut for cut in range(end, shortest, -1) if text[cut - 1] in _BREAK_AFTER), end)


def breakable(text: str, longest: int = MAX_WORD_CHARS) -> str:
    """`text` with a zero-width space in every word longer than `longest` characters, so that it fits a column."""
    if len(text) <= longest:
        return text
    return " ".join(
        ZERO_WIDTH_SPACE.join(word[at : at + longest] for at in range(0, len(word), longest)) if len(word) > longest
        else word
        for word in text.split(" ")
    )  # fmt: skip


def starts_right_to_left(text: str) -> bool:
    """Whether the first letter of a line is one of a script written from right to left (Unicode rule P2)."""
    kinds = (unicodedata.bidirectional(char) for char in text)
    return next((kind != "L" for kind in kinds if kind in ("L", "R", "AL")), False)


def characters_of(font: bytes) -> frozenset[int]:
    """The code points a TrueType font has a glyph for, without those wider than MAX_ADVANCE_EM."""
    try:
        tables = _tables(font)
        narrow = _narrow(font, tables)
        return frozenset(code for code, glyph in _mapped(font, tables[b"cmap"]) if glyph and narrow(glyph))
    except (struct.error, KeyError, IndexError):
        raise BadConfiguration("a font below data/templates/fonts is damaged: install the package again") from None


def _runs(line: str) -> Iterator[Run]:
    start, leftwards = 0, False
    for at, char in enumerate(line):
        kind = unicodedata.bidirectional(char)
        now = kind in _RIGHT_TO_LEFT or (leftwards and kind in _STAYS_WITH_IT)
        if now != leftwards:
            if at > start:
                yield line[start:at], leftwards
            start, leftwards = at, now
    if line[start:]:
        yield line[start:], leftwards


def _tables(font: bytes) -> dict[bytes, int]:
    """Table tag to where it starts (OpenType, table directory)."""
    (count,) = struct.unpack_from(">H", font, 4)
    entries = (struct.unpack_from(">4sIII", font, 12 + 16 * number) for number in range(count))
    return {tag: offset for tag, _, offset, _ in entries}


class _Narrow:
    """Tells whether a glyph's advance is at most MAX_ADVANCE_EM; glyphs past the last full entry repeat it."""

    def __init__(self, widths: tuple[int, ...], units_per_em: int) -> None:
        self._widths = widths
        self._limit = MAX_ADVANCE_EM * units_per_em

    def __call__(self, glyph: int) -> bool:
        return self._widths[min(glyph, len(self._widths) - 1)] <= self._limit


def _narrow(font: bytes, tables: dict[bytes, int]) -> _Narrow:
    (units,) = struct.unpack_from(">H", font, tables[b"head"] + 18)
    (count,) = struct.unpack_from(">H", font, tables[b"hhea"] + 34)
    return _Narrow(struct.unpack_from(">" + "Hh" * count, font, tables[b"hmtx"])[::2], units)


def _mapped(font: bytes, cmap: int) -> Iterator[tuple[int, int]]:
    """Every (code point, glyph) of the Unicode subtables."""
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    for number in range(count):
        platform, _, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * number)
        (layout,) = struct.unpack_from(">H", font, cmap + offset)
        if platform in (0, 3) and layout == 4:
            yield from _format_4(font, cmap + offset)
        elif platform in (0, 3) and layout == 12:
            yield from _format_12(font, cmap + offset)


def _format_4(font: bytes, at: int) -> Iterator[tuple[int, int]]:
    (twice,) = struct.unpack_from(">H", font, at + 6)
    count = twice // 2
    ends = struct.unpack_from(f">{count}H", font, at + 14)
    starts = struct.unpack_from(f">{count}H", font, at + 16 + twice)
    deltas = struct.unpack_from(f">{count}h", font, at + 16 + 2 * twice)
    offsets_at = at + 16 + 3 * twice
    offsets = struct.unpack_from(f">{count}H", font, offsets_at)
    for segment in range(count):
        for code in range(starts[segment], min(ends[segment], 0xFFFE) + 1):
            glyph = code
            if offsets[segment]:
                place = offsets_at + 2 * segment + offsets[segment] + 2 * (code - starts[segment])
                (glyph,) = struct.unpack_from(">H", font, place)
                if not glyph:
                    continue
            yield code, (glyph + deltas[segment]) % 0x10000


def _format_12(font: bytes, at: int) -> Iterator[tuple[int, int]]:
    (count,) = struct.unpack_from(">I", font, at + 12)
    for group in range(count):
        start, end, glyph = struct.unpack_from(">III", font, at + 16 + 12 * group)
        for code in range(start, end + 1):
            yield code, glyph + code - start
