"""The phrase files, read and checked: what a phrase is, and which phrases a text could possibly hold.

A file with a table `concepts` holds one language's words for those concepts, and may add phrases of its own. The other
files hold phrases as patterns over concepts, shared by all languages; `common.toml` defines groups and composites and
explains every key.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from classifiers.lexicon import ADULT_NUMBER, CHILD, MINOR_NUMBER, Lexicon
from triage.errors import BadConfiguration

_COMMON = "common"
_EVERY_LANGUAGE = ""
_MEMO_MASKS = 100_000
_FLAGS = frozenset(
    {"opens", "ordered", "tight", "negatable", "not_alone", "topic", "needs_child", "needs_suspect", "unless_adult"}
    | {"unless_child"}
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase: each of `elements` is the set of concepts that may stand there.

    `gap` words may lie between two elements, in any order unless `ordered`; never across the end of a sentence, nor
    (`tight`) a comma. `unless`: concepts that silence it when they stand in the same sentence. `source`: the one
    language it is for, empty for all. `flags`: see common.toml.
    """

    id: str
    source: str
    kinds: tuple[str, ...]
    elements: tuple[frozenset[str], ...]
    gap: int
    unless: frozenset[str]
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
            self.lexicon = Lexicon(words, [composite.gives for composite in self.composites])
            self.phrases = tuple(
                self._phrase(name if name in words else _EVERY_LANGUAGE, entry)
                for name, file in files.items()
                for entry in file.get("phrase", [])
            )
        except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError):
            raise BadConfiguration("a phrase file cannot be read; compare it with the ones shipped") from None
        self.version = hashlib.sha256(repr(sorted(texts.items())).encode("utf-8", "backslashreplace")).hexdigest()[:8]
        self._check(known_kinds)
        self._possible: dict[tuple[str, int], tuple[Phrase, ...]] = {}
        self._needs = [self._masks(phrase) for phrase in self.phrases]

    def possible(self, language: str, mask: int) -> tuple[Phrase, ...]:
        """The phrases whose every element has a word in a text with this mask; exact up to order and distance."""
        key = (language, mask)
        found = self._possible.get(key)
        if found is None:
            reachable = self._with_composites(mask)
            found = tuple(
                phrase
                for phrase, rarest, others in self._needs
                if rarest & reachable
                and phrase.source in (_EVERY_LANGUAGE, language)
                and all(need & reachable for need in others)
            )
            if len(self._possible) >= _MEMO_MASKS:
                self._possible.clear()
            self._possible[key] = found
        return found

    def _masks(self, phrase: Phrase) -> tuple[Phrase, int, list[int]]:
        """The phrase, the mask of its element with the fewest concepts, and the masks of the others."""
        elements = sorted(phrase.elements, key=len)
        rarest, *others = (sum(self.lexicon.bit[name] for name in element) for element in elements)
        return phrase, rarest, others

    def _with_composites(self, mask: int) -> int:
        bit = self.lexicon.bit
        for composite in self.composites:
            if all(bit[part] & mask for part in composite.parts):
                mask |= bit[composite.gives]
        return mask

    def _phrase(self, source: str, entry: dict[str, Any]) -> Phrase:
        elements = tuple(self._element(element) for element in entry["near"])
        return Phrase(
            id=str(entry["id"]),
            source=source,
            kinds=tuple(entry["kinds"]),
            elements=elements,
            gap=int(entry.get("gap", 5)),
            unless=self._element("|".join(entry["unless"])) if entry.get("unless") else frozenset(),
            flags=frozenset(flag for flag in entry.get("flags", [])),
            at_most_words=entry.get("at_most_words"),
            roles=_roles(elements),
        )

    def _element(self, written: str) -> frozenset[str]:
        return frozenset(name for word in written.split("|") for name in self._groups.get(word, {word}))

    def _check(self, known_kinds: frozenset[str]) -> None:
        concepts = set(self.lexicon.concepts) | {CHILD, MINOR_NUMBER, ADULT_NUMBER}
        seen: set[str] = set()
        for phrase in self.phrases:
            named = frozenset().union(phrase.unless, *phrase.elements)
            wrong = not named <= concepts or not set(phrase.kinds) <= known_kinds or not phrase.flags <= _FLAGS
            if wrong or not 1 <= len(phrase.elements) <= 3 or phrase.id in seen:
                raise BadConfiguration(f"phrase {phrase.id}: unknown concept, kind or flag, or its id is taken")
            seen.add(phrase.id)
        for composite in self.composites:
            if not {*composite.parts, composite.gives} <= concepts:
                raise BadConfiguration("a composite names an unknown concept")


def _roles(elements: tuple[frozenset[str], ...]) -> Mapping[str, str]:
    named = sorted(frozenset().union(*elements))
    return {name: "".join(str(place) for place, one in enumerate(elements) if name in one) for name in named}
