"""The sentences of a text one by one, for what is told beside a question.

A question beside it must not lower what a sentence alone says: who asks for an app may tell of abuse too.
Everything else of the text becomes blanks, so that offsets stay those of the whole text. Limits: a sentence ends at a
mark or a line's end, also behind an abbreviation; only the first MOST sentences are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

MOST = 12
"""Sentences looked at in one text: a question is seldom longer, and each costs a judgement."""
_LEAST_WORDS = 4
"""Fewer words are an exclamation, not something told."""
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")


def told_beside(text: str) -> Iterator[str]:
    """Each sentence that asks nothing, where there are others; as long as `text`, all else blank."""
    found = [one for one in islice(_SENTENCE.finditer(text), MOST + 1) if not one[0].isspace()]
    if len(found) < 2:
        return
    for one in found[:MOST]:
        said = one[0]
        if "?" not in said and len(said.split()) >= _LEAST_WORDS:
            yield " " * one.start() + said + " " * (len(text) - one.end())
