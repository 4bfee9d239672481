"""Names of places as they compare: script, case, diacritics and outer blanks do not matter."""

from __future__ import annotations

import unicodedata

_LATIN = str.maketrans(
    dict(zip("абвгдежзијклмнопрстћуфхцчш", "abvgdežzijklmnoprstćufhcčš", strict=True))
    | {"ђ": "dj", "љ": "lj", "њ": "nj", "џ": "dž", "đ": "dj"}
)


def fold(text: str) -> str:
    """The name in plain small Latin letters."""
    composed = unicodedata.normalize("NFC", text.strip().casefold())
    spread = unicodedata.normalize("NFD", composed.translate(_LATIN))
    return "".join(char for char in spread if not unicodedata.combining(char))
