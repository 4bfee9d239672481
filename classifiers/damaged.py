"""Words that arrived damaged: letters turned into question marks, read in a wrong encoding, or left encoded.

No rule and no model hears what such words say, and a Serbian cry for help that became "????? ?? ????" must not be
filed as a question. So it is a doubt like a language nobody here reads (`language.py`), and question marks that stand
where words were are none. Nothing is decoded: a guess could make words of a reporter that were never written.
Signs that turn the direction of writing are as bad: a person reads other words there than any program.
Limits: whole texts in base64 without a frame, and two lost letters in a long text, pass.
"""

from __future__ import annotations

import re

_PERHAPS = re.compile("[?%=&\\\\�ÃÄÅÐÑŃĹĂ\u202d\u202e]")
"""In every text that is damaged in a way known here, and in few others."""
_LOST_WORD = re.compile(r"(?<![^\s(\"'„“])\?{2,}(?![^\s.,!?)\"“”])")
_LOST_LETTER = re.compile(r"(?<!\S)(?:\?+[^\W\d_]\S*|[^\W\d_]+\?+(?![A-Z])[^\W\d_]\S*)")
_LEAST_LOST = 2
_LOST_SHARE = 0.2
"""Of all words: "is this allowed?Please look" has one beside many."""
_WRONGLY_READ = re.compile(
    r"[^\W\d_]�|�[^\W\d_]"
    r"|[ÃÅÐÑ][\u0080-\u00bf€ƒ†‡ˆ‰ŠŒŽ•˜™š›œžŸ]|Ä[\u0080-\u009f\u00a1-\u00aa\u00ac-\u00ba\u00bc-\u00bf†‡ˆ‰Œ™œŸ]"
    r"|[ŃĹĂ].{0,60}?[ŃĹĂĐÄ]"
    r"|[ÐÑ]{2}|[ÃÄÅ]{2}[a-z]|[a-z](?:[ÃÅ]|Ä[a-z])"
)
"""UTF-8 read as a Western code page: two signs for each letter, the first a capital no language here puts there."""
_ENCODED = re.compile(
    r"&(?:amp;)?#(?:x[0-9a-f]{2,5}|[1-9]\d{2,5});|&(?:amp;)?[a-z](?:uml|caron|acute|grave|circ|cedil|strok);|&szlig;"
    r"|=\?[\w-]{2,40}\?[bq]\?[^?\s]+\?="
    r"|(?:=(?:[c-e][0-9a-f])=[89ab][0-9a-f])"
    r"|(?:\\u[0-9a-f]{4}){2}|\\u0[01-4][0-9a-f]{2}[^\W\d_]"
    r"|(?<!\S)[^\W\d_]*(?:%[0-9a-f]{2}[^\W_]*){2,}[.,!?]?(?!\S)",
    re.IGNORECASE,
)
"""Entities of letters, words of mail headers, quoted-printable, escapes, and blanks written as in an address."""


_TURNED = re.compile("[\u202d\u202e]")
"""Signs that force a direction of writing: a person reads other words than a program ("okram" is shown as "marko")."""


def damaged(text: str) -> bool:
    """Whether words of the text were lost, left encoded or turned around. Never raises on any text."""
    if _PERHAPS.search(text) is None:
        return False
    if _TURNED.search(text) is not None:
        return True
    return _lost(text) or _WRONGLY_READ.search(text) is not None or _ENCODED.search(text) is not None


def without_lost_words(text: str) -> str:
    """The same text, as long, without question marks if it is damaged: they may stand where words were."""
    return text.replace("?", " ") if "?" in text and damaged(text) else text


def _lost(text: str) -> bool:
    if text.count("?") < _LEAST_LOST:
        return False
    lost = len(_LOST_WORD.findall(text)) + len(_LOST_LETTER.findall(text))
    return lost >= _LEAST_LOST and lost >= _LOST_SHARE * len(text.split())
