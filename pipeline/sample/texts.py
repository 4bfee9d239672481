"""The sample's bland texts: templates by kind and language, filled and then made as untidy as people write.

Texts are data (`data/sample_texts/*.toml`); here is only how one is chosen and roughened. Bosnian, Croatian and
Serbian are written with and without diacritics, Serbian in both scripts.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from pipeline.sample.cyrillic import to_cyrillic

SLOTS_FILE = "slots.toml"
_POOLS = {"sr-Latn": ("sr",), "sr-Cyrl": ("sr", "bs")}
"""Languages whose texts are kept under another name; Bosnian is written in Cyrillic, too."""
_PLAIN = str.maketrans("čćžšČĆŽŠëË", "cczsCCZSeE")
_NO_DIACRITICS, _LOWER_CASE, _CAPITALS, _NO_FULL_STOP, _TYPO = 0.35, 0.25, 0.03, 0.2, 0.25
_KEPT_LETTERS = 4
"""A typing error leaves the first letters of a word alone, as most do."""


@dataclass(frozen=True, slots=True)
class Texts:
    """All templates by kind and language, and the slot lists of `slots.toml`."""

    kinds: Mapping[str, Mapping[str, tuple[str, ...]]]
    slots: Mapping[str, Any]

    @classmethod
    def from_toml(cls, files: Mapping[str, str]) -> Texts:
        """Read the files of `data/sample_texts` given as name to text. Raises ValueError if a kind occurs twice."""
        kinds: dict[str, Mapping[str, tuple[str, ...]]] = {}
        for name in sorted(files):
            if name == SLOTS_FILE:
                continue
            for kind, by_language in tomllib.loads(files[name]).items():
                if kind == "version":
                    continue
                if kind in kinds:
                    raise ValueError("a kind of sample text is defined in two files")
                kinds[kind] = {language: tuple(texts) for language, texts in by_language.items()}
        return cls(kinds, tomllib.loads(files[SLOTS_FILE]))

    def pick(self, rng: Random, kind: str, language: str) -> str:
        """One template of `kind`, in Cyrillic for `sr-Cyrl`; its slots are still open."""
        return _choose(rng, self.kinds[kind], language)

    def pick_slot(self, rng: Random, slot: str, language: str) -> str:
        """One of the small phrases `slots.toml` keeps by language (`call_me`, `subjects`)."""
        return _choose(rng, self.slots[slot], language)


def roughen(rng: Random, text: str, *, typos: bool) -> str:
    """The text as someone in a hurry types it; `typos=False` keeps every word spelled right."""
    if rng.random() < _NO_DIACRITICS:
        text = text.translate(_PLAIN).replace("đ", "dj").replace("Đ", "Dj")
    if typos and rng.random() < _TYPO:
        text = _mistyped(rng, text)
    if rng.random() < _NO_FULL_STOP:
        text = text.rstrip(".!")
    shape = rng.random()
    if shape < _LOWER_CASE:
        return text.lower()
    return text.upper() if shape > 1 - _CAPITALS else text


def _choose(rng: Random, by_language: Mapping[str, Any], language: str) -> str:
    pools = [pool for pool in _POOLS.get(language, (language,)) if pool in by_language] or [next(iter(by_language))]
    template: str = rng.choice([text for pool in pools for text in by_language[pool]])
    return to_cyrillic(template) if language == "sr-Cyrl" else template


def _mistyped(rng: Random, text: str) -> str:
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) > _KEPT_LETTERS + 2 and word.isalpha()]
    if not long:
        return text
    place = rng.choice(long)
    word = words[place]
    at = rng.randrange(_KEPT_LETTERS, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    words[place] = swapped if rng.random() < 0.6 else word[:at] + word[at + 1 :]
    return " ".join(words)
