"""A name found once is masked wherever the text says it again, in any case ending.

Lists, model and phrases see a name where its surroundings help; two lines on it may stand alone ("Emina … Emini …
reci Emini"). Half a masking is none: who reads the second reads the first. A capital tells a name from the same word
in ordinary use, so words in small letters count only where the name itself stood in small letters. What is left of a
damaged word is no name to look for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from triage.redacting.damaged import RULE as DAMAGED
from triage.redacting.spans import Span
from triage.redacting.wording import CAPITAL, WORD
from triage.shadow import shadow

_VOWELS = "aeiou"
_LEAST_STEM_CHARS, _MOST_ENDING_CHARS = 3, 3
RULE = "echo"
_JOINED = re.compile(rf"{CAPITAL}[^\W\d_A-ZČĆŽŠĐ]+")


def echoes(text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Spans of the words of every found name outside `spans` (sorted, apart); whose they are is not known."""
    named = [span for span in spans if span.kind == "name" and span.rule != DAMAGED]
    names = [word for span in named for word in WORD.findall(text[span.start : span.end])]
    stems = stems_of(names)
    if not stems:
        return
    small = stems_of(name for name in names if name[0].islower())
    last = 0
    for start, end in [*((span.start, span.end) for span in spans), (len(text), len(text))]:
        for match in WORD.finditer(text, last, start):
            word = match.group()
            if is_form(word, stems if word[0].isupper() else small) or _holds_one(word, stems):
                yield Span(*match.span(), "name", RULE)
        last = end


def _holds_one(word: str, stems: frozenset[str]) -> bool:
    """Whether one of several words written together with a capital each is a form ("#LejlinaSkola")."""
    parts = _JOINED.findall(word)
    return len(parts) > 1 and any(is_form(part, stems) for part in parts)


def stems_of(words: Iterable[str]) -> frozenset[str]:
    """What the case endings of names hang on: the shadow of each word without a last vowel; short ones are left out."""
    folded = (shadow(word) for word in words)
    stems = (word[:-1] if word and word[-1] in _VOWELS else word for word in folded)
    return frozenset(stem for stem in stems if len(stem) >= _LEAST_STEM_CHARS)


def is_form(word: str, stems: frozenset[str]) -> bool:
    """Whether the word is one of the stems with an ending of at most three letters, or none."""
    folded = shadow(word)
    shortest = max(_LEAST_STEM_CHARS, len(folded) - _MOST_ENDING_CHARS)
    return bool(stems) and any(folded[:length] in stems for length in range(shortest, len(folded) + 1))
