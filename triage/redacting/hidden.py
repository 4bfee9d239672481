"""What is written so that a person reads a name and a program does not: letters one by one, words turned around.

"M a r k o" is five words to every list, and "okraM" between signs that turn the direction of writing is shown as
"Marko". Nobody spells an ordinary word so, so nothing is asked of what stands there: it is masked whole.
Limits: words spelt backwards without such a sign; fewer than four letters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from triage.redacting.spans import Span, Text

_LETTER = r"(?:[LlNn][Jj]|[Dd][Žž]|[^\W\d_])"
"""A digraph is one letter of the Cyrillic it was."""
_SPELT = re.compile(
    rf"(?<![\w'’]){_LETTER}(?:(?:[ \t]{{1,4}}{_LETTER}){{3,}}"
    rf"|(?P<sign>[*_|/·•~+-]|, ?){_LETTER}(?:(?P=sign){_LETTER}){{2,}})(?![\w'’])"
    rf"|(?<![\w.]){_LETTER}(?:\. ?{_LETTER}){{4,}}(?!\w)"
)
"""With full stops from five letters on: "n.p.r." and "d.o.o." are abbreviations."""
_TURNED = re.compile("\u202e[^\u202c\n]*")
"""From the sign that turns what follows around to the one that ends it, or the end of the line."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """The layer."""

    name: str = "hidden"
    version: str = "1"

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of letters written one by one, and of what is turned around."""
        for match in _SPELT.finditer(text.latin):
            yield text.from_latin(*match.span(), "name", "spelt")
        if "\u202e" in text.original:
            for match in _TURNED.finditer(text.original):
                if any(sign.isalnum() for sign in match.group()):
                    yield Span(*match.span(), "other", "turned_around")
