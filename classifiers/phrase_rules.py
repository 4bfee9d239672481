"""The phrase files, read and checked: what a phrase is, and which phrases a text could possibly hold.

A file with a table `concepts` holds one language's words for those concepts, and may add phrases of its own. The other
files hold phrases as patterns over concepts, shared by all languages; `common.toml` defines groups and composites and
explains every key.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from classifiers.lexicon import ADULT_NUMBER, AGE_TAG, CHILD, MINOR_NUMBER, Lexicon
from triage.errors import BadConfiguration

if TYPE_CHECKING:
    from classifiers.phrase_tables import Tables

_COMMON = "common"
_EVERY_LANGUAGE = ""
_LEAST_OWN_CONCEPTS = 2
SENTENCE_ENDS = frozenset({"stop", "question_mark"})
TIGHT_ENDS = SENTENCE_ENDS | {"comma", "toward"}
"""Concepts that end a sentence, and those that end a clause of a `tight` phrase."""
_FLAGS = frozenset(
    {"opens", "ordered", "tight", "negatable", "not_alone", "topic", "needs_child", "needs_suspect", "unless_adult"}
    | {"unless_child"}
)
_WIDE_FLAGS = frozenset({"topic", "needs_child", "needs_suspect", "unless_adult", "unless_child"})
_MOST_ELEMENTS, _MOST_WIDE_ELEMENTS = 3, 5


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase: each of `elements` is the set of concepts that may stand there.

    `gap` words may lie between two elements, in any order unless `ordered`; never across the end of a sentence, nor
    (`tight`) a comma. `unless`: concepts that silence it when they stand in the same sentence, `unless_in_text`
    anywhere. `source`: the one language it is for, empty for all. `flags`: see common.toml.
    `wide` (0 for most): its elements may stand in any order in any sentences, within so many words; the first
    `together` of them stood in one sentence.
    """

    id: str
    source: str
    kinds: tuple[str, ...]
    elements: tuple[frozenset[str], ...]
    gap: int
    unless: frozenset[str]
    unless_in_text: frozenset[str]
    wide: int
    together: int
    flags: frozenset[str]
    at_most_words: int | None
    roles: Mapping[str, str]
    """Concept to the numbers of the elements it may be: `"0"`, `"12"` …"""


@dataclass(frozen=True, slots=True)
class Composite:
    """Neighbouring concepts that together mean another one: `13`, `years`, `old` is a child."""

    parts: tuple[str, ...]
    gives: str
    clears: bool = False
    """The parts before the last lose their own meaning: `10`, `euros` is no age."""


class PhraseRules:
    """All phrase files together."""

    def __init__(self, texts: Mapping[str, str], known_kinds: frozenset[str]) -> None:
        """Raises BadConfiguration if a file cannot be read or names what does not exist."""
        try:
            files = {name: tomllib.loads(text) for name, text in sorted(texts.items())}
            self._groups = {name: frozenset(members) for name, members in files[_COMMON]["groups"].items()}
            self.composites = tuple(
                Composite(tuple(entry["parts"]), entry["gives"], entry.get("clears", False))
                for entry in files[_COMMON].get("composite", [])
            )
            words = {name: file["concepts"] for name, file in files.items() if "concepts" in file}
            self.lexicon = Lexicon(
                words, [composite.gives for composite in self.composites], files[_COMMON].get("misspelt", []),
                {name: files[name].get("other_words", []) for name in words},
            )  # fmt: skip
            read = (one for name, file in files.items() for one in self._phrases_of(name, file, spoken=name in words))
            self.phrases = tuple(sorted(read, key=lambda one: len(one.elements)))
            borrowed = files[_COMMON].get("borrowed", [])
        except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError):
            raise BadConfiguration("a phrase file cannot be read; compare it with the ones shipped") from None
        self.version = hashlib.sha256(repr(sorted(texts.items())).encode("utf-8", "backslashreplace")).hexdigest()[:8]
        self._check(known_kinds)
        self._borrowed = reduce(or_, (self.lexicon.bit[name] for name in borrowed), 0)

    def may_speak(self, mask: int) -> bool:
        """False if little more than borrowed words make a language of these concepts seem to be the text's."""
        return not mask & self._borrowed or (mask & ~self._borrowed).bit_count() >= _LEAST_OWN_CONCEPTS

    def tables(self) -> Tables:
        """The rules as numbers, the phrases in the order of `phrases`."""
        from classifiers.phrase_tables import tables_of

        return tables_of(self.phrases, self.composites, self.lexicon.concepts, self.lexicon.languages)

    def _phrases_of(self, name: str, file: Mapping[str, Any], *, spoken: bool) -> Iterator[Phrase]:
        """The phrases of one file, which an error names: a file that was cut may still be TOML."""
        try:
            for entry in file.get("phrase", []):
                yield self._phrase(name if spoken else _EVERY_LANGUAGE, entry)
        except (KeyError, ValueError, TypeError, AttributeError):
            raise BadConfiguration(
                f"data/phrases/{name}.toml holds a phrase that is cut or damaged: compare it with the one shipped"
            ) from None

    def _phrase(self, source: str, entry: dict[str, Any]) -> Phrase:
        elements = tuple(self._element(element) for element in entry["near"])
        return Phrase(
            id=str(entry["id"]),
            source=source,
            kinds=tuple(entry["kinds"]),
            elements=elements,
            gap=int(entry.get("gap", 5)),
            unless=self._silencing(entry, "unless"),
            unless_in_text=self._silencing(entry, "unless_in_text"),
            wide=int(entry.get("wide", 0)),
            together=int(entry.get("together", 0)),
            flags=frozenset(flag for flag in entry.get("flags", [])),
            at_most_words=entry.get("at_most_words"),
            roles=_roles(elements),
        )

    def _element(self, written: str) -> frozenset[str]:
        return frozenset(name for word in written.split("|") for name in self._groups.get(word, {word}))

    def _silencing(self, entry: dict[str, Any], key: str) -> frozenset[str]:
        return self._element("|".join(entry[key])) if entry.get(key) else frozenset()

    def _check(self, known_kinds: frozenset[str]) -> None:
        concepts = set(self.lexicon.concepts) | {CHILD, AGE_TAG, MINOR_NUMBER, ADULT_NUMBER}
        seen: set[str] = set()
        for phrase in self.phrases:
            named = frozenset().union(phrase.unless, phrase.unless_in_text, *phrase.elements)
            wrong = not named <= concepts or not set(phrase.kinds) <= known_kinds or not phrase.flags <= _FLAGS
            if wrong or not _fits(phrase) or phrase.id in seen:
                raise BadConfiguration(f"phrase {phrase.id}: unknown concept, kind or flag, or its id is taken")
            seen.add(phrase.id)
        for composite in self.composites:
            if not {*composite.parts, composite.gives} <= concepts:
                raise BadConfiguration("a composite names an unknown concept")


def _fits(phrase: Phrase) -> bool:
    """Has it as many elements as can be looked for? A wide phrase's share no concept: one word is never two parts."""
    if not phrase.wide:
        return 1 <= len(phrase.elements) <= _MOST_ELEMENTS and not phrase.together
    apart = sum(map(len, phrase.elements)) == len(frozenset().union(*phrase.elements))
    fits = 2 <= len(phrase.elements) <= _MOST_WIDE_ELEMENTS and 0 <= phrase.together <= len(phrase.elements)
    return apart and fits and phrase.flags <= _WIDE_FLAGS


def _roles(elements: tuple[frozenset[str], ...]) -> Mapping[str, str]:
    named = sorted(frozenset().union(*elements))
    return {name: "".join(str(place) for place, one in enumerate(elements) if name in one) for name in named}
