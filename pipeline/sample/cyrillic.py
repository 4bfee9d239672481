"""Serbian Latin to Cyrillic, so that one list of sample texts serves both scripts.

A one-way table over the thirty letters; digraphs first. Text in braces (slots) is left alone.
"""

from __future__ import annotations

import re
from typing import Final

_LATIN: Final[tuple[str, ...]] = (*"abvgdđežzijklmnoprstćufhcčš", "lj", "nj", "dž")
_CYRILLIC: Final[tuple[str, ...]] = (*"абвгдђежзијклмнопрстћуфхцчш", *"љњџ")
_TABLE: Final = dict(zip(_LATIN, _CYRILLIC, strict=True))
_UNIT: Final = re.compile(r"\{[^}]*\}|lj|nj|dž|.", re.IGNORECASE | re.DOTALL)


def to_cyrillic(text: str) -> str:
    """`text` in Serbian Cyrillic; letters outside the alphabet and `{slots}` stay as they are."""
    return _UNIT.sub(_letter, text)


def _letter(match: re.Match[str]) -> str:
    unit: str = match.group()
    letter = _TABLE.get(unit.lower())
    if letter is None:
        return unit
    return letter.upper() if unit[0].isupper() else letter
