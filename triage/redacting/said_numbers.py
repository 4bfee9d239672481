"""How many digits number words are worth: "šezdeset jedan, sto dvadeset tri" is 61 123, five of them.

Nobody need know the number itself: what tells a telephone from a count is how long it is, and that a part of it is made
of a ten or a hundred and what follows it ("šezdeset jedan"), as people read telephones aloud.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PART = re.compile(
    r"(?P<times>hundred|stotin[aeu])"
    r"|(?P<hundreds>sto|sesto|(?:dvj?e|tri|cetiri|pet|sest|sedam|osam|devet)st[oa]|\w{2,6}qind|\w{0,6}hundert\w{0,15})"
    r"|(?P<tens>\w{2,6}deset|\w{3,5}ty|\w{3,6}(?:zig|ssig)|njezet|dyzet|\w{3,8}dhjete)"
    r"|(?P<whole>\w{3,6}und\w{3,6}(?:zig|ssig)|deset|ten|zehn|dhjete|eleven|twelve|elf|zwolf|zwoelf|\w{3,7}naest"
    r"|\w{3,5}teen|\w{2,8}mbedhjete)"
    r"|(?P<zero>nul[aue]|zero|oh?|null)"
    r"|(?P<digits>\d+)|(?P<unit>[^\W\d_]+)"
)
_WORD = re.compile(r"\w+|,")
_JOINERS = frozenset({"i", "pa", "te", "onda", "zatim", "and", "then", "und", "dann", "dhe", "e", "double"})
_TAKES = {"times": 2, "hundreds": 2, "tens": 1}
"""How many digits of the words behind such a word belong to the same number."""
_LONG = {"times": 3, "hundreds": 3, "tens": 2, "whole": 2, "zero": 1, "unit": 1}


@dataclass(frozen=True, slots=True)
class Said:
    """Digits in all, and whether a number of two words or more is among them."""

    digits: int
    compound: bool


def said(words: str) -> Said:
    """What number words, in shadow, are worth; a comma ends a number, a word that joins does not."""
    digits, room, last, compound = 0, 0, "", False
    for word in _WORD.findall(words):
        if word == ",":
            room, last = 0, ""
            continue
        part = _PART.fullmatch(word)
        if part is None or word in _JOINERS:
            continue
        kind = str(part.lastgroup)
        long = _LONG.get(kind, len(word))
        if kind == "times" and last == "unit":
            digits += long - 1
        elif kind in ("tens", "whole", "unit") and long <= room:
            compound = True
        else:
            digits += long
        room, last = _TAKES.get(kind, 0), kind
    return Said(digits, compound)
