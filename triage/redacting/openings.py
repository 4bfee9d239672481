"""A participle that opens a sentence ("Ukraden mi je nalog") is no name, though its capital looks like one.

Lists and model lean on capitals, and some surnames are participles. Told apart by grammar, narrowly, for what is in
doubt stays masked: a verb's prefix and a participle's ending, then "je" or "su" and what it is said of, a noun in small
letters; a person would go on with what that person did ("Donovan je poslao"). A known given name is always a name.
Limits: without "je" or "su" ("Ukraden nalog") it stays masked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from triage.redacting.spans import Span, Text

_SHAPE = (
    r"(?=[a-z]{7})(?:u|o|ob|od|ot|po|pod|pre|prije|pri|pro|na|nad|za|raz|ras|iz|is|do|zlo|sni|ski|skri)"
    r"[a-z]{3,}[ae]n[aoie]?"
)
_TO_WHOM = r"(?:mi|nam|joj|mu|im|nas|vam|ti)"
_NO_NOUN = (
    r"(?:na|u|s|sa|iz|od|do|za|po|o|pri|kod|bez|pred|nad|pod|kroz|prema|da|i|a|ali|jer|bio|bila|ne|tu|tamo|ovdje|vrlo|jako"
    r"|\w+(?:ao|eo|io|uo|la|lo|li|le|an|en))"
)
_NOUN = rf"(?!{_NO_NOUN}(?!\w))[a-z]{{3,}}"
_DOES = r"\w+(?:ao|eo|io|uo|la|lo|li|le)"
_OPENING = re.compile(
    rf"(?:\A|(?<=[.!?\n])|(?<=[.!?]\s))\s?(?P<word>{_SHAPE})(?:\s{_TO_WHOM})?\s(?:je|su)(?:\s{_TO_WHOM})?"
    rf"\s{_NOUN}(?!\w)(?!(?:\s\w+){{0,1}}\s{_DOES}(?!\w))"
)
_GIVEN = ("names:given", "names:person", "names:pair", "names:companion", "names:context")


def clear_of_participles(text: Text, spans: Sequence[Span]) -> list[Span]:
    """The spans without names that are nothing but a participle at the beginning of a sentence."""
    if not any(one.kind == "name" for one in spans):
        return list(spans)
    return list(_kept(spans, set(_openings(text, spans))))


def _openings(text: Text, spans: Iterable[Span]) -> Iterator[tuple[int, int]]:
    given = {(one.start, one.end) for one in spans if one.rule in _GIVEN}
    for match in _OPENING.finditer(text.shadow):
        word = text.from_shadow(*match.span("word"), "name", "")
        nouns = text.original[word.end : text.back[match.end()]]
        if (word.start, word.end) not in given and nouns.islower():
            yield word.start, word.end


def _kept(spans: Iterable[Span], openings: set[tuple[int, int]]) -> Iterator[Span]:
    for one in spans:
        if one.kind != "name" or (one.start, one.end) not in openings:
            yield one
