"""The sentences of a text long enough for a language of their own: a foreign one beside a known one is seen.

A text is given one language; a second sentence in another would leave with its names, which lists and model do not
know. Measured on pairs of news and tweet sentences in bs/hr/sr and English (development splits, 3,146 pairs): 0.8 %
more are held back, of 1,835 written reports (`tests/data/phrasings_dev.tsv`) at most one more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

LEAST_SURE_WORDS, LEAST_WORDS = 4, 7
"""Words of a sentence from which a sure neighbour language, and from which any doubt, counts."""
_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_WORD = re.compile(r"(?<!\S)[^\w\s]{0,4}[^\W\d_]+[^\w\s]{0,4}(?!\S)")


def sentences(text: str) -> Iterator[tuple[str, int]]:
    """Each sentence of at least `LEAST_SURE_WORDS` words with how many it has; nothing for a text of one sentence.

    Addresses, handles and numbers are no words.
    """
    pieces = [piece for piece in _END.split(text) if piece.strip()]
    for piece in pieces if len(pieces) > 1 else ():
        words = len(_WORD.findall(piece))
        if words >= LEAST_SURE_WORDS:
            yield piece, words


def is_foreign(words: int, confidence: float, least_confidence: float) -> bool:
    """Whether a sentence of so many words whose language is not determined is in a foreign one.

    `confidence` is that of the best guess among the hotline's languages: where even a good guess was given up, a
    neighbour's language was heard.
    """
    return words >= LEAST_WORDS or confidence >= least_confidence
