"""Read a text for redaction: its shadow, and its Latin form with case and diacritics kept.

The Latin form is what name models and identifier patterns read: one script, ASCII digits, plain blanks, nothing
invisible between two digits, `č` as one character however it was typed. Serbian and Bosnian Cyrillic have one Latin
letter or digraph for each letter (Pravopis: љ = lj, њ = nj, џ = dž); letters of other Cyrillic alphabets are written
by sound. An ASCII text is its own Latin form and costs nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from triage.redacting.evened import evened, without_entities
from triage.redacting.spans import Text
from triage.shadow import offsets, shadow

_LOWER = dict(zip("абвгдђежзијклмнопрстћуфхцчшѓќѕйэыё", "abvgdđežzijklmnoprstćufhcčšđćzjeie", strict=True)) | {
    "љ": "lj", "њ": "nj", "џ": "dž", "щ": "št", "ю": "ju", "я": "ja", "ъ": "", "ь": "",
}  # fmt: skip
_LETTERS = _LOWER | {letter.upper(): latin.capitalize() for letter, latin in _LOWER.items()}
_LINE_ENDS = {"\u2028": "\n", "\u2029": "\n", "\u0085": "\n", "\v": "\n", "\f": "\n"}
_BLANK_GLYPHS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""No blanks by their category, but nothing is seen of them: Hangul fillers, the empty Braille cell."""
_MOST_LETTERS_OF_ONE = 4
"""One sign that stands for a whole sentence (U+FDFA: 18 letters) stays that sign: texts of it took minutes."""
_INVISIBLE = ("Cf", "Cc")
_MARKS = ("Mn", "Me", "Mc")


class _Folding(dict[int, str]):
    """Code point to Latin form, filled as characters are met; bounded by the size of Unicode."""

    def __missing__(self, code_point: int) -> str:
        folded = self[code_point] = _fold_character(chr(code_point))
        return folded


def read(original: str) -> Text:
    """The text with its shadow, its Latin form and both ways back. Never raises; linear in the length of the text.

    HTML entities are read as characters, and a number with odd signs between its digits without them (`evened.py`).
    A line ends with one sign, however it was sent.
    """
    written, ways_back = original, []
    for sign, way in (("\r", _with_plain_ends), ("&", without_entities)):
        changed = way(written) if sign in written else None
        if changed is not None:
            written = changed[0]
            ways_back.append(changed[1])
    latin, latin_back = _latin(written)
    back: Sequence[int] = offsets(written)
    for places in reversed(ways_back):
        back, latin_back = [places[at] for at in back], [places[at] for at in latin_back]
    return Text(original, evened(shadow(written)), back, evened(latin), latin_back)


def _with_plain_ends(text: str) -> tuple[str, list[int]]:
    """The text with one sign for each end of a line, and where each of its characters began."""
    places = [place for place, sign in enumerate(text) if sign != "\n" or text[place - 1 : place] != "\r"]
    return text.replace("\r\n", "\n").replace("\r", "\n"), [*places, len(text)]


def _latin(text: str) -> tuple[str, Sequence[int]]:
    if text.isascii() and text.isprintable():
        return text, range(len(text) + 1)
    characters = set(text)
    capitals = not characters.isdisjoint("ЉЊЏ")
    marked = any(unicodedata.category(character) in _MARKS for character in characters)
    if not (capitals or marked) and all(len(_FOLDING[ord(character)]) == 1 for character in characters):
        return text.translate(_FOLDING), range(len(text) + 1)
    pieces: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        piece = _FOLDING[ord(character)]
        if marked and pieces and unicodedata.category(character) in _MARKS:
            composed = unicodedata.normalize("NFC", pieces[-1] + character)
            if len(composed) == len(pieces[-1]):
                pieces[-1] = composed
                continue
            piece = ""
        if len(piece) > 1 and character.isupper() and text[place + 1 : place + 2].isupper():
            piece = piece.upper()
        if piece:
            pieces.append(piece)
            places += [place] * len(piece)
    places.append(len(text))
    return "".join(pieces), places


def _fold_character(character: str) -> str:
    if character in _LETTERS:
        return _LETTERS[character]
    if character in "\n\r\t":
        return character
    if character in _LINE_ENDS:
        return _LINE_ENDS[character]
    category = unicodedata.category(character)
    if category in _INVISIBLE:
        return ""
    if category == "Zs" or character in _BLANK_GLYPHS:
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if character.isalpha():
        letters = "".join(part for part in unicodedata.normalize("NFKC", character) if part.isprintable())
        return letters if len(letters) <= _MOST_LETTERS_OF_ONE else character
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    whole = unicodedata.normalize("NFKC", character)
    return whole if len(whole) == 1 and whole.isascii() and whole.isprintable() else character


_FOLDING = _Folding()
