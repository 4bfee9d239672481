"""Texts whose capitals say nothing: the second pass reads them as if every word began with a capital.

Name models lean on capitals; reports typed on a telephone often have none (a model alone missed 52 % of the
name words there, reference/text.md). Lengths stay, so every offset stays.
"""

from __future__ import annotations

import re
from dataclasses import replace

from triage.redacting.spans import Text
from triage.redacting.wording import WORD

_PLAIN_WORD = re.compile(
    r"(?P<first>(?:\A|[.!?\n])[\s\"'„“”«(]{0,4})?(?<![\w@/:=.-])(?P<word>[^\W\d_]+)(?![\w@/=]|[.:-]\w)"
)
"""A word that is no part of an address, handle or number; `first` where a sentence begins with it."""


def is_uncased(latin: str) -> bool:
    """Whether capitals tell no name from another word: none inside a sentence, and one sentence begins without.

    Words all in capitals do not count; a text that is mostly such words is uncased as well.
    """
    words = whole = 0
    begun_small = False
    for match in _PLAIN_WORD.finditer(latin):
        word = match["word"]
        words += 1
        if not word[0].isupper():
            begun_small = begun_small or match["first"] is not None
        elif word.isupper():
            whole += 1
        elif match["first"] is None:
            return False
    return begun_small or whole * 2 > words


def recased(text: Text) -> Text:
    """The text with a capital at the start of each word and small letters behind it."""
    return replace(text, original=_titled(text.original), latin=_titled(text.latin))


def _titled(written: str) -> str:
    return WORD.sub(lambda match: "".join(_turned(c, first=not at) for at, c in enumerate(match.group())), written)


def _turned(character: str, *, first: bool) -> str:
    turned = character.upper() if first else character.lower()
    return turned if len(turned) == 1 else character
