"""Undo the ways people make addresses harmless before sending them: `hxxp`, `[.]`, `(dot)`, " tačka ", hidden marks.

The text that comes out is for finding addresses only; `Refanged.origin` leads every place back to the text that came
in, so spans and evidence always speak of what the reporter wrote. Quick when there is nothing to do. Every pattern has
bounded repeats or possessive ones, so time grows with the length of the text only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from triage.suffixes import is_top_level

_DOT = r"dot|punkt|pika|tačka|tacka|točka|tocka|тачка|точка"
_HIDDEN = "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_JOINER = r"(?<![^\x00-\x7f])[\u200c\u200d]|[\u200c\u200d](?![^\x00-\x7f])"
"""Joiners between letters of other scripts are part of a name (RFC 5892, appendix A), elsewhere they only hide."""
_MARK = re.compile(
    rf"""(?P<scheme>(?<![a-z0-9])h(?:xx|\*\*|__|\+\+)p(?=s?[ \t]?[:\[({{/\\]))
    |(?P<ftp>(?<![a-z0-9])f(?:x|\*)p(?=s?[ \t]?[:\[({{]))
    |(?P<colon>[ \t]?[\[({{][ \t]?:(?P<two>//)?[ \t]?[\])}}](?=//|\d|\w))
    |(?P<dot>(?<=[\w\]])[ \t]{{0,2}}[\[({{<]{{1,2}}[ \t]?(?:\.|{_DOT})[ \t]?[\])}}>]{{1,2}}[ \t]{{0,2}}(?=[\w\[]))
    |(?P<half>(?<=\w)(?:[\[({{]\.|\.[\])}}])(?=\w))
    |(?P<slash>[\[({{]/[\])}}])
    |(?P<at>(?<=\w)[ \t]?[\[({{][ \t]?(?:at|@|et)[ \t]?[\])}}][ \t]?(?=\w))
    |(?P<hidden>(?:[{_HIDDEN}]|{_JOINER})++)
    |(?P<wide>(?<=\w)[。．｡․](?=\w))
    |(?P<gap>(?<=:/)/[ \t]{{1,2}}(?=[\w-]{{1,63}}\.))
    |(?P<spoken>(?<=\w)[ \t](?:{_DOT})[ \t](?=(?P<label>[\w-]{{1,63}}+)(?P<more>\.\w|[ \t](?:{_DOT})[ \t])?))""",
    re.IGNORECASE | re.VERBOSE,
)
_PLAIN_REPLACEMENTS = {
    "scheme": "http", "ftp": "ftp", "dot": ".", "half": ".", "slash": "/",
    "at": "@", "hidden": "", "wide": ".", "gap": "/",
}  # fmt: skip
_QUICK_SIGNS = (
    "[", "(", "{", "<", "xx", "**", "__", "++", "fxp", "f*p", ":// ",
    "dot ", "punkt ", "pika ", "čka ", "cka ", "чка ",
)  # fmt: skip
_LOOK_BACK_CHARS = 300
"""Longer than any host: a mark so far into a word stands in its path."""
_IN_PATH = re.compile(r"[\w\]][/?#]")
_DEFANGED = re.compile(rf"h(?:xx|\*\*|__|\+\+)p|[\[({{<](?:\.|:|{_DOT})|\.[\])}}]", re.IGNORECASE)
_RARE = re.compile("[\u00ad\u2000-\U0010ffff]")
"""Hidden characters and dots of other scripts all lie here; a quick first look for texts beyond ASCII."""


@dataclass(frozen=True, slots=True)
class Refanged:
    """A text with its addresses made whole; `origin` maps places in it to places in the text it came from."""

    text: str
    changed: bool
    _starts: tuple[int, ...] = ()
    _origins: tuple[tuple[int, int], ...] = ()

    def origin(self, place: int) -> int:
        """Index in the original text of the character at `place` (if replaced: of what was)."""
        if not self.changed:
            return place
        piece = bisect_right(self._starts, place) - 1
        start, end = self._origins[piece]
        return min(start + place - self._starts[piece], max(end - 1, start))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original span of the non-empty span `start:end`."""
        return self.origin(start), self.origin(end - 1) + 1


def refang(text: str, wordlike: frozenset[str] = frozenset()) -> Refanged:
    """`text` with addresses made whole. `wordlike`: top-level domains that a spoken " dot " must not make a host of."""
    if not _may_be_defanged(text):
        return Refanged(text, False)
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[tuple[int, int]] = []
    length = last = 0
    for match in _MARK.finditer(text):
        new = _replacement(match, wordlike)
        if new is None:
            continue
        for piece, start, end in ((text[last : match.start()], last, match.start()), (new, match.start(), match.end())):
            if piece:
                pieces.append(piece)
                starts.append(length)
                origins.append((start, end))
                length += len(piece)
        last = match.end()
    if not last:
        return Refanged(text, False)
    pieces.append(text[last:])
    return Refanged("".join(pieces), True, (*starts, length), (*origins, (last, len(text))))


def _may_be_defanged(text: str) -> bool:
    lower = text.lower()
    for sign in _QUICK_SIGNS:  # every text is asked: `any` over a generator takes twice as long
        if sign in lower:
            return True
    return not text.isascii() and _RARE.search(text) is not None


def _replacement(match: re.Match[str], wordlike: frozenset[str]) -> str | None:
    kind = match.lastgroup or ""
    if _belongs_to_path(match, kind == "hidden"):
        return None
    if match["colon"] is not None:
        return "://" if match["two"] else ":"
    if match["spoken"] is None:
        return _PLAIN_REPLACEMENTS[kind]
    label = match["label"].lower()
    if match["more"]:
        return "."
    ends = label.isascii() and label not in wordlike and (is_top_level(label) or label in ("example", "test"))
    return "." if ends else None


def _belongs_to_path(match: re.Match[str], hidden: bool) -> bool:
    """Whether a mark stands in the path of an address, where it is part of what is fetched.

    Marks in the path are undone only when scheme or host were defanged as well; hidden characters never, save at
    the end.
    """
    text, end = match.string, match.end()
    if hidden and (end == len(text) or text[end].isspace()):
        return False
    before = text[max(0, match.start() - _LOOK_BACK_CHARS) : match.start()]
    words = before.rsplit(maxsplit=1)
    if words and len(words[-1]) == _LOOK_BACK_CHARS:
        return True
    if "/" not in before and "?" not in before and "#" not in before:
        return False
    path = _IN_PATH.search(words[-1]) if words else None
    if path is None:
        return False
    return hidden or _DEFANGED.search(words[-1], 0, path.end()) is None
