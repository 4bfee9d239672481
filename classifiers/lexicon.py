"""Words to concepts: the one quick pass over a text that decides whether any phrase could be in it at all.

A *concept* (`child`, `image`, `blackmail`) has a list of words per language; a word ending in `*` stands for all that
begin with it (inflection), the longest fitting entry wins, exact words before beginnings. Each (language, concept) is
one bit of an integer, so that a whole text is screened by or-ing one memoised number per word: about 0.1 µs a word,
however many phrases there are. Who is in danger types in haste: any word may have a letter doubled or two swapped, one
of the danger concepts may lack a letter or have a wrong one (`misspelling.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_

from classifiers.misspelling import DISGUISED, Misspelling
from triage.errors import BadConfiguration
from triage.shadow import spellings

TOKEN = re.compile(r"[^\W_]+(?:://\S*|(?:[.@][^\W_]+)+(?:/\S*)?)?|[.,!?;:\n]")
"""A word (an address counts as one word) or a mark that ends a clause; linear, no nested repetition of one class."""
MINOR_NUMBER, ADULT_NUMBER, CHILD, AGE_TAG = "minor_number", "adult_number", "child", "age_tag"
QUESTION_MARK = "question_mark"
PLAIN = "_"
"""Stands for every word without a concept."""
_BUILT_IN = {",": "comma", ".": "stop", "!": "stop", ";": "stop", ":": "comma", "\n": "stop", "?": QUESTION_MARK}
MARKS = frozenset(_BUILT_IN)
"""Tokens that are no words."""
MARKED = frozenset(_BUILT_IN.values()) - {QUESTION_MARK}
"""What marks mean: the one thing no screened mask ever holds."""
_ADULT_FROM_YEARS = 18
_MEMO_WORDS = 200_000
_SHORTEST_MENDED = 6
"""Letters a word must have before it is read as a mistyped one; shorter words are too often other words."""
_AGE_WORD = re.compile(r"(\d{1,2})(?:(?P<tag>y\.?o|y|yrs?)|god\w{0,9}|vjec\w{0,9}|jahrig\w{0,3})?")


class Lexicon:
    """All languages' words; immutable but for its memo."""

    def __init__(
        self, words: Mapping[str, Mapping[str, list[str]]], wordless: Iterable[str] = (),
        misspelt: Iterable[str] = (), other_words: Mapping[str, Iterable[str]] | None = None,
    ) -> None:  # fmt: skip
        """`words`: language to concept to its words; `wordless`: concepts that only composites give.

        `misspelt`: concepts whose words are known with a letter missing or wrong; `other_words`: language to words (or
        beginnings, with `*`) that are none of them. Raises BadConfiguration if a word has two concepts or is not one.
        """
        self.languages = tuple(sorted(words))
        concepts = {name for of_language in words.values() for name in of_language}
        built_in = {*wordless, *_BUILT_IN.values(), MINOR_NUMBER, ADULT_NUMBER, CHILD, AGE_TAG, DISGUISED}
        self.concepts = tuple(sorted(concepts | built_in))
        self.bit = {name: 1 << place for place, name in enumerate(self.concepts)}
        self.width = len(self.concepts)
        self._low = (1 << self.width) - 1
        self._places = {name: place for place, name in enumerate(self.concepts)}
        self._exact: dict[str, dict[str, str]] = {}
        self._stems: dict[str, dict[str, str]] = {}
        for language, by_concept in words.items():
            self._exact[language], self._stems[language] = _index(language, by_concept)
        self._beginnings = {
            name: frozenset(form[: _SHORTEST_MENDED - 1] for form in (*self._exact[name], *self._stems[name]))
            for name in self.languages
        }
        concepts_misspelt = frozenset(misspelt)
        self._misspellings = {
            language: Misspelling(
                _of(self._exact[language], concepts_misspelt), _of(self._stems[language], concepts_misspelt),
                (other_words or {}).get(language, ()),
            )
            for language in self.languages
        }  # fmt: skip
        self._memo = _Memo(self)
        self._numbers = {language: _NumberMemo(self, language) for language in self.languages}

    def screen(self, tokens: list[str]) -> int:
        """The or of all words' bits; language number k occupies bits k*width to (k+1)*width."""
        return reduce(or_, map(self._memo.__getitem__, tokens), 0)

    def language_masks(self, mask: int) -> list[tuple[str, int]]:
        """Split a screened mask into one small mask for each language that has any bit."""
        found = []
        for name in self.languages:
            if part := mask & self._low:
                found.append((name, part))
            mask >>= self.width
        return found

    def numbers(self, tokens: list[str], language: str) -> list[int]:
        """The concept of each token in one language, as its place in `concepts`; behind them where it has none."""
        return list(map(self._numbers[language].__getitem__, tokens))

    def concept(self, token: str, language: str) -> str | None:
        """The one concept a token has in a language, None for most words."""
        if token in _BUILT_IN:
            return _BUILT_IN[token]
        if token[0].isdigit():
            return _age(token) or self._disguised(token, language)
        if "." in token or "@" in token or "://" in token:
            return self._disguised(token, language) or self._concept_of_parts(token, language)
        known = self._look_up(token, language) or self._mended(token, language)
        return known or self._misspellings[language].concept(token) or self._disguised(token, language)

    def bits(self, token: str) -> int:
        """The bits of one token in all languages; marks have none, they matter only inside a hit."""
        if token in _BUILT_IN and token != "?":
            return 0
        named = ((place, self.concept(token, name)) for place, name in enumerate(self.languages))
        return sum(self.bit[concept] << (place * self.width) for place, concept in named if concept)

    def number(self, token: str, place: int) -> int:
        """The concept of one token in the language of this place, as its place in `concepts`; `width` for none."""
        if token in _BUILT_IN:
            return self._places[_BUILT_IN[token]]
        bits = self._memo[token] >> (place * self.width) & self._low
        return bits.bit_length() - 1 if bits else self.width

    def _concept_of_parts(self, token: str, language: str) -> str | None:
        if "/" in token or "@" in token:
            return None
        parts = (self._look_up(part, language) for part in token.split(".") if len(part) > 1)
        return next((concept for concept in parts if concept), None)

    def _disguised(self, token: str, language: str) -> str | None:
        return DISGUISED if self._misspellings[language].disguises(token) else None

    def _look_up(self, word: str, language: str, shortest: int = 2) -> str | None:
        exact = self._exact[language].get(word)
        if exact is not None:
            return exact
        stems = self._stems[language]
        for length in range(min(len(word), _LONGEST_STEM), shortest - 1, -1):
            concept = stems.get(word[:length])
            if concept is not None:
                return concept
        return None

    def _mended(self, word: str, language: str) -> str | None:
        """The concept of a word typed in haste: a letter doubled, or two neighbours in the wrong order."""
        if not _SHORTEST_MENDED <= len(word) <= _LONGEST_STEM:
            return None
        for place in range(1, len(word)):
            before, after = word[place - 1], word[place]
            mended = word[:place] + word[place + 1 :] if before == after else _swapped(word, place)
            if mended[: _SHORTEST_MENDED - 1] not in self._beginnings[language]:
                continue
            concept = self._look_up(mended, language, _SHORTEST_MENDED - 1)
            if concept is not None:
                return concept
        return None


def tokens_of(folded: str) -> list[str]:
    """All `TOKEN`s in order: none holds a blank, and most of what stands between blanks is one plain word."""
    found: list[str] = []
    for piece in folded.split(" "):
        if piece.isalnum():
            found.append(piece)
        elif piece:
            found += TOKEN.findall(piece)
    return found


def _swapped(word: str, place: int) -> str:
    return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]


class _Memo(dict[str, int]):
    """Word to bits, forgotten as a whole when full, so that memory stays bounded."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon

    def __missing__(self, token: str) -> int:
        bits = self._lexicon.bits(token)
        if len(token) <= _LONGEST_STEM:
            if len(self) >= _MEMO_WORDS:
                self.clear()
            self[token] = bits
        return bits


class _NumberMemo(dict[str, int]):
    """Word to the number of its concept in one language, forgotten as a whole when full."""

    def __init__(self, lexicon: Lexicon, language: str) -> None:
        super().__init__()
        self._lexicon, self._place = lexicon, lexicon.languages.index(language)

    def __missing__(self, token: str) -> int:
        number = self._lexicon.number(token, self._place)
        if len(token) <= _LONGEST_STEM:
            if len(self) >= _MEMO_WORDS:
                self.clear()
            self[token] = number
        return number


_LONGEST_STEM = 40
_ENTRY = re.compile(r"[^\W\d_]+\*?")


def _index(language: str, by_concept: Mapping[str, list[str]]) -> tuple[dict[str, str], dict[str, str]]:
    exact: dict[str, str] = {}
    stems: dict[str, str] = {}
    for concept, words in by_concept.items():
        for word in words:
            table = stems if word.endswith("*") else exact
            if _ENTRY.fullmatch(word) is None:
                raise BadConfiguration(f"phrase list {language}, {concept}: {word!r} is not one word of letters")
            for form in spellings(word.removesuffix("*")):
                if table.setdefault(form, concept) != concept:
                    raise BadConfiguration(f"phrase list {language}: {word!r} of {concept} already has another concept")
    return exact, stems


def _of(words: Mapping[str, str], concepts: frozenset[str]) -> dict[str, str]:
    return {word: concept for word, concept in words.items() if concept in concepts}


def _age(token: str) -> str | None:
    found = _AGE_WORD.fullmatch(token)
    if found is None:
        return None
    years = int(found[1])
    if found[0] != found[1]:
        child = AGE_TAG if found["tag"] else CHILD
        return child if 0 < years < _ADULT_FROM_YEARS else None
    return ADULT_NUMBER if years >= _ADULT_FROM_YEARS else MINOR_NUMBER
