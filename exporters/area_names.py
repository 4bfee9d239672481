"""An area as people read it: the place and the unit it lies in, in the language and script of the paper.

Areas are codes (`BA-RS-Banja Luka`); programs get those. What a unit is called are words (`[area_unit]` of a words
file); places are written as `data/routes/areas.toml` has them. A unit nobody named is shown as its code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_CYRILLIC = {
    "lj": "љ", "nj": "њ", "dž": "џ", "a": "а", "b": "б", "v": "в", "g": "г", "d": "д", "đ": "ђ", "e": "е", "ž": "ж",
    "z": "з", "i": "и", "j": "ј", "k": "к", "l": "л", "m": "м", "n": "н", "o": "о", "p": "п", "r": "р", "s": "с",
    "t": "т", "ć": "ћ", "u": "у", "f": "ф", "h": "х", "c": "ц", "č": "ч", "š": "ш",
}  # fmt: skip
"""Pravopis: one letter for each Latin letter or digraph."""
_LETTER = re.compile("|".join(_CYRILLIC), re.IGNORECASE)


def area_name(area: str, units: Mapping[str, str], *, cyrillic: bool = False) -> str:
    """`BA-RS-Banja Luka` as "Banja Luka (Republika Srpska)", a unit alone by its name. `units`: code to name."""
    country, _, rest = area.partition("-")
    unit, _, place = rest.partition("-")
    named = units.get(f"{country}-{unit}")
    if named is None:
        return area
    return f"{_in_cyrillic(place) if cyrillic else place} ({named})" if place else named


def _in_cyrillic(text: str) -> str:
    return _LETTER.sub(lambda found: _as(found[0]), text)


def _as(latin: str) -> str:
    letter = _CYRILLIC[latin.lower()]
    return letter if latin[0].islower() else letter.upper()
