"""Words that lost letters on their way here: "Memi?evi?", "MemiÅ¡eviÄ‡", "Memi=C5=A1evi=C4=87", "Memiševiæ".

No list and no model knows such a name, and a reader does at once. What the damage is tells which words may be names no
better, so every damaged word is masked whole. Once one is found, a question mark at another word's end may be a letter
as well. A question mark in an address, a price, behind a word or between two ordinary ones ("djece?hvala") is one.
Limits: a name that lost its last letter alone, in a text where nothing else did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from triage.redacting.spans import Span, Text
from triage.redacting.wording import WORD, shadow_words
from triage.shadow import shadow

RULE = "damaged"
_LOWER, _UPPER = "a-zčćžšđäöüßëç", "A-ZČĆŽŠĐÄÖÜËÇ"
_LOST = rf"[{_LOWER}{_UPPER}][?\ufffd]+[{_LOWER}]|[{_UPPER}][?\ufffd]+[{_UPPER}]"
_LOST_FIRST = rf"(?<![^\s\"'„“(\[-])[?\ufffd](?:[{_LOWER}]{{2}}|[{_UPPER}]{{2,}}[?\ufffd])"
_FOLLOWING = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_MISREAD = rf"[ÃÄÅÐÑ][{_FOLLOWING}]"
"""Two bytes of one letter read as two signs, by either of two tables of signs."""
_QUOTED = r"=(?:[Cc][2-9A-Fa-f]|[Dd][0-9A-Fa-f])=[89ABab][0-9A-Fa-f]"
_WRONG_TABLE = "[æÆðÐ\x80-\x84\x86-\x9f]"
"""Letters of the region's table read by the western one; no language of the hotline has them."""
_DAMAGE = re.compile(rf"{_LOST}|{_LOST_FIRST}|{_MISREAD}|{_QUOTED}|{_WRONG_TABLE}")
_TOKEN = re.compile(rf"(?:{_MISREAD}|=\r?\n(?=\S)|\S)+")
_ADDRESS = re.compile(r"[/@]|\?[\w-]{1,40}=(?![0-9A-Fa-f]{2}=)|\w\.\w+\?")
_PERHAPS = re.compile(rf"[{_LOWER}{_UPPER}]\?|\?[{_LOWER}{_UPPER}]|\ufffd|[ÃÄÅÐÑèÈ]")
_ASKED = re.compile(r"\W*[^\W\d_]{2,}\?+[^\W\d_]{2,}\W*")
_SIGNS = " \t\n\r.,;:!()[]\"'„“”«»-"


@dataclass(frozen=True, slots=True)
class Damaged:
    """The layer; `ordinary` are words between which a question mark without a blank is one."""

    ordinary: Iterable[str]
    name: str = "damaged"
    version: str = "1"
    _ordinary: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_ordinary", shadow_words(self.ordinary))

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of every word with a sign of damage, and of what may be damaged beside one that surely is."""
        original = text.original
        if _DAMAGE.search(original) is None:
            return
        words = [one for one in _TOKEN.finditer(original) if self._is_word(one.group())]
        if not any(_DAMAGE.search(one.group()) for one in words):
            return
        for word in words:
            if _DAMAGE.search(word.group()) or _PERHAPS.search(word.group()):
                start, end = _within_signs(original, *word.span())
                if start < end:
                    yield Span(start, end, "name", RULE)

    def _is_word(self, token: str) -> bool:
        """Whether it is neither an address nor two ordinary words with a question mark between."""
        if _ADDRESS.search(token) is not None:
            return False
        asked = _ASKED.fullmatch(token)
        return asked is None or not self._ordinary.issuperset(WORD.findall(shadow(token)))


def _within_signs(original: str, start: int, end: int) -> tuple[int, int]:
    """Without the signs around it, but for those the damage made."""
    while start < end and original[start] in _SIGNS:
        start += 1
    while end > start and original[end - 1] in _SIGNS and original[end - 2 : end - 1] not in tuple("ÃÄÅÐÑ"):
        end -= 1
    return start, end
