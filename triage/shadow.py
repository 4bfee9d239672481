"""The shadow of a text: Latin, lower case, no diacritics, so one phrase list serves both scripts and hasty typing.

`Њ` becomes `nj`, `đ` and `ђ` become `dj`, `ß` becomes `ss`, combining marks and invisible characters vanish. The shadow
may therefore be longer or shorter than the text; `offsets` leads every shadow position back to the original.
Limits: Macedonian and Bulgarian letters are folded by look, not by their own rules.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_FOREIGN = re.compile("[^\x00-\x7f]")
_FEW_LETTERS = 100
"""A text with more distinct foreign characters is folded one by one: replacing each takes its length every time."""
_KEPT_TEXTS, _KEPT_CHARACTERS = 2_048, 1_000
"""So many texts of at most so many characters are folded once for all that look at them."""
_CYRILLIC = dict(zip("абвгдежзијклмнопрстћуфхцчшѓќѕй", "abvgdezzijklmnoprstcufhccsgkzj", strict=True)) | {
    "ђ": "dj", "љ": "lj", "њ": "nj", "џ": "dz", "ъ": "", "ь": "", "щ": "st", "ю": "ju", "я": "ja", "ы": "i", "э": "e",
}  # fmt: skip
_LATIN = {"đ": "dj", "ß": "ss", "\u0131": "i", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe"}
_SINGLE = _CYRILLIC | _LATIN


class _Folding(dict[int, str]):
    """Code point to shadow, filled as characters are met; bounded by the size of Unicode."""

    def __missing__(self, code_point: int) -> str:
        folded = self[code_point] = _fold_character(chr(code_point))
        return folded


def shadow(text: str) -> str:
    """The text as phrase lists see it. Never raises; an ASCII text keeps its length."""
    if text.isascii():
        return text.lower()
    return _kept(text) if len(text) <= _KEPT_CHARACTERS else _folded(text)


@lru_cache(_KEPT_TEXTS)
def _kept(text: str) -> str:
    """Language, phrases and model look at one text one after the other."""
    return _folded(text)


def _folded(text: str) -> str:
    foreign = set(_FOREIGN.findall(text))
    if len(foreign) > _FEW_LETTERS:
        return text.translate(_FOLDING)
    for character in foreign:  # what is folded folds to itself, so the order does not matter
        text = text.replace(character, _FOLDING[ord(character)])
    return text.lower()


def offsets(text: str) -> list[int] | range:
    """For each position of `shadow(text)` the position in `text` it came from, and one more for the end."""
    if text.isascii():
        return range(len(text) + 1)
    return _kept_offsets(text) if len(text) <= _KEPT_CHARACTERS else _offsets(text)


@lru_cache(_KEPT_TEXTS)
def _kept_offsets(text: str) -> list[int] | range:
    """Phrases and model both show where they heard something."""
    return _offsets(text)


def _offsets(text: str) -> list[int] | range:
    if all(len(_FOLDING[ord(character)]) == 1 for character in set(_FOREIGN.findall(text))):
        return range(len(text) + 1)
    places = [place for place, character in enumerate(text) for _ in _FOLDING[ord(character)]]
    places.append(len(text))
    return places


def spellings(word: str) -> frozenset[str]:
    """Every shadow a word of a phrase list may cast: with `đ` as `dj` or `d`, with `ä` as `a` or `ae`."""
    forms = {word.lower()}
    for letter, ways in (("đ", ("dj", "d")), ("ä", ("a", "ae")), ("ö", ("o", "oe")), ("ü", ("u", "ue"))):
        forms = {form.replace(letter, way) for form in forms for way in ways}
    return frozenset(shadow(form) for form in forms)


def _fold_character(character: str) -> str:
    folded = []
    for part in unicodedata.normalize("NFKD", _SINGLE.get(character.lower(), character)).lower():
        if part in _SINGLE:
            folded.append(_SINGLE[part])
        elif unicodedata.category(part) not in ("Mn", "Me", "Cf"):
            folded.append(part)
    return "".join(folded)


_FOLDING = _Folding()
