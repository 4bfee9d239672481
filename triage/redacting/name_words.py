"""What one word of a text may be by the name lists: given name, surname, place, and how much it takes to mask it.

The lists are kept as stems with the endings that may follow (`triage/redacting/name_endings.py`), so that loading is
quick and small; a word is taken apart when it is first met and remembered. The class of a word comes from the section
its lemma stands in, then from `classes.toml` (counted in corpora by `pipeline.training.name_lists.classes`), then from
`ordinary.toml` (our judgement): many names are ordinary words. Everything here works on shadows (`triage/shadow.py`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping

from triage.redacting.name_endings import PARADIGMS, Stem, forms, given_stems, place_stems, surname_stems
from triage.shadow import shadow, spellings

GIVEN, SURNAME, PLACE = 1, 2, 4
"""Kinds, as bits of a reading."""
PERSON, ANY_KIND = GIVEN | SURNAME, GIVEN | SURNAME | PLACE
BESIDE, CAPITALISED, SURE = 8, 16, 24
"""Classes, lowest first, in the two bits of `CLASS`: see `triage/redacting/name_lists.py`."""
CLASS = 24
OPENS_PLACE, CONTEXT, SHAPE, DOUBTED = 32, 64, 128, 256
"""First word of a place of several words; a word after which a name comes; an unknown word that ends like a surname;
a name that is known to be an ordinary word as well."""
KIND_NAMES = {"given": GIVEN, "surname": SURNAME, "place": PLACE}
CLASSES = {"beside_only": BESIDE, "capitalised_only": CAPITALISED, "sure": SURE}
JUDGED = ("classes.toml", "ordinary.toml")
"""Classes of single forms; the later file outranks the earlier one."""
CONTEXT_FILE = "context.toml"

_BITS = {"female": GIVEN, "male": GIVEN, "surname": SURNAME, "place": PLACE, "adjectival": PLACE}
_REMEMBERED_WORDS = 100_000
"""About 10 MB; then the memory starts afresh, so that no stream of texts can fill it."""
_LONGEST_WORD_CHARS, _SHORTEST_STEM_CHARS = 40, 2
_ENDINGS = frozenset(ending for endings in PARADIGMS.values() for ending in endings)
_LONGEST_ENDING_CHARS = max(map(len, _ENDINGS))
_PATRONYMIC = re.compile(r"[a-z]{2,}[oe]vic(?:em|ima|ev[aeiou]?)?")
_SURNAME_SHAPE = re.compile(r"([a-z]{2,}ic)(?:[aui]|em|ima|ev[aeiou]?)?|([a-z]{2,}[oe]vsk)(?:i|og|oga|om|im)")
_BETWEEN_WORDS = re.compile(r"[ -]")


class NameWords(dict[str, int]):
    """Word in shadow to its reading: kinds, class and marks as bits; 0 for a word the lists say nothing of."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        """From file names and texts of `data/names`. Raises KeyError or ValueError if one is malformed."""
        super().__init__()
        self.places: dict[str, list[tuple[frozenset[str], ...]]] = {}
        """First word to the forms of the words that follow, for places of several words."""
        self._stems: dict[str, dict[str, int]] = {}
        self._judged: dict[str, int] = {}
        self._lemmas: set[str] = set()
        self._no_surnames: frozenset[str] = frozenset()
        context = tomllib.loads(texts[CONTEXT_FILE])
        self._context = frozenset(context["before"]["words"])
        self.one, self.names_of_one = (frozenset(context["one"][key]) for key in ("words", "names"))
        """Words for one person in the nominative; words that are nothing but names right behind them."""
        for name, text in texts.items():
            if name not in (*JUDGED, CONTEXT_FILE):
                for section in tomllib.loads(text).values():
                    self._add(section["words"], section["kind"], CLASSES[section["class"]])
        for name in JUDGED:
            self._judge(tomllib.loads(texts[name]))

    def __missing__(self, word: str) -> int:
        if len(word) > _LONGEST_WORD_CHARS:
            return 0
        if len(self) >= _REMEMBERED_WORDS:
            self.clear()
        reading = self.listed(word) or self._shape(word)
        if word in self._judged and reading & ANY_KIND:
            reading = reading & ~CLASS | self._judged[word]
        if word in self.places:
            reading |= OPENS_PLACE
        if word in self._context:
            reading |= CONTEXT
        self[word] = reading
        return reading

    def listed(self, word: str) -> int:
        """Kinds and class by the lists alone, before any judgement: what `classes.toml` is counted from."""
        kinds = best = 0
        for cut in range(min(_LONGEST_ENDING_CHARS, len(word) - _SHORTEST_STEM_CHARS) + 1):
            place = len(word) - cut
            ending = word[place:]
            if ending not in _ENDINGS:
                continue
            for paradigm, bits in self._stems.get(word[:place], {}).items():
                if ending in PARADIGMS[paradigm]:
                    kinds |= bits & ANY_KIND
                    best = max(best, bits & CLASS)
        return kinds | best

    def _shape(self, word: str) -> int:
        if _PATRONYMIC.fullmatch(word) and word not in self._no_surnames:
            return SURNAME | SHAPE | SURE
        shape = _SURNAME_SHAPE.fullmatch(word)
        if shape and (shape[1] or shape[2]) not in self._no_surnames:
            return SURNAME | SHAPE | BESIDE
        return 0

    def _add(self, lemmas: Iterable[str], kind: str, level: int) -> None:
        bits = _BITS[kind]
        for lemma in lemmas:
            for spelled in _spellings(lemma):
                self._lemmas.add(spelled)
                first, *rest = _BETWEEN_WORDS.split(spelled)
                if rest:
                    self._add_long(first, rest)
                    continue
                for stem, paradigm in _stems_of(spelled, kind):
                    known = self._stems.setdefault(stem, {})
                    before = known.get(paradigm, 0)
                    known[paradigm] = (before | bits) & ANY_KIND | max(before & CLASS, level)

    def _add_long(self, first: str, rest: list[str]) -> None:
        following = tuple(forms(place_stems(word, attribute=place < len(rest) - 1)) for place, word in enumerate(rest))
        for form in forms(place_stems(first, attribute=True)):
            self.places.setdefault(form, []).append(following)

    def _judge(self, sections: Mapping[str, Mapping[str, list[str]]]) -> None:
        for section, content in sections.items():
            if section == "not_surnames":
                self._no_surnames = frozenset(content["words"])
                doubted = (base + ending for base in self._no_surnames for ending in PARADIGMS["ic"])
                self._judged.update(dict.fromkeys(doubted, CAPITALISED | DOUBTED))
                continue
            bits = CLASSES[section] | (DOUBTED if section != "sure" else 0)
            for lemma in content.get("lemmas", ()):
                for spelled in _spellings(lemma):
                    self._judged.update(dict.fromkeys(_all_forms(spelled) - self._lemmas, bits))
                    self._judged[spelled] = bits
            self._judged.update(dict.fromkeys(content["words"], bits))


def _spellings(lemma: str) -> Iterable[str]:
    return (shadow(lemma),) if lemma.isascii() else spellings(lemma)


def _all_forms(lemma: str) -> frozenset[str]:
    return frozenset().union(*(forms(_stems_of(lemma, kind)) for kind in _BITS))


def _stems_of(lemma: str, kind: str) -> Iterator[Stem]:
    if kind == "surname":
        return surname_stems(lemma)
    if kind in ("place", "adjectival"):
        return place_stems(lemma, attribute=kind == "adjectival")
    return given_stems(lemma, female=kind == "female")
