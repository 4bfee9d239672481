"""Words of danger as they are typed in haste or fear: a letter left out ("prjeti", "otc"), in long words one wrong.

Every such form is made beforehand, from the words of the danger concepts alone, so that to look one up is a few steps
in dictionaries, and `Lexicon` asks once per word. A vowel between two consonants may be missing in short words too:
hardly a word is made that way; a consonant only in longer ones. First and last letters stay: they tell words apart.
Limits: one slip a word; a form that two concepts share is neither's; words of their own are listed (`other_words`).

Some hide such a word on purpose, from whoever reads along or from a filter: digits for letters ("d1ra"), letters set
apart ("d i r a", "d.i.r.a"). What is hidden so is told from chance by no rule, hence only a doubt (`DISGUISED`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

DISGUISED = "disguised"
"""The concept of every word of danger that is spelt so that it is not read at once."""
_VOWELS = frozenset("aeiou")
_SHORTEST_FOR_VOWEL, _SHORTEST_FOR_CONSONANT, _SHORTEST_STEM, _SHORTEST_FOR_WRONG = 4, 6, 6, 8
"""Letters a word must have to be known without a vowel, without a consonant, as a mere beginning, with one wrong."""
_MORE_OF_STEMS = 1
"""So many letters more a beginning of words must have to be known without a consonant."""
_HEAD, _MIDDLE = slice(0, 4), slice(4, 8)
"""A word with one wrong letter has one of these right."""
_ANY = "*"
_SHORTEST_DISGUISED, _LONGEST_DISGUISED = 4, 40
_LETTER = r"(?:[dln]j|[^\W_])"
"""One letter, or what the shadow makes of one Cyrillic letter."""
_SPELT_OUT = re.compile(rf"(?<![^\W_]){_LETTER}(?:[ .*_-]{_LETTER}){{3,}}(?![^\W_])")
_APART, _OTHER_MARKS = re.compile(r" \w \w "), ("-", "*", "_")
"""Nearly every text has neither, which is seen in a sixth of the time `_SPELT_OUT` takes."""
_DIGITS = tuple({ord(sign): letter for sign, letter in zip("013457@", letters, strict=True)} for letters in (
    "oieasta", "oleasta",
))  # fmt: skip
_Words = Mapping[str, str]


class Misspelling:
    """The misspelt words of one language; immutable."""

    def __init__(self, exact: _Words, stems: _Words, other_words: Iterable[str]) -> None:
        """`exact` and `stems`: words and beginnings of words to their concepts; `other_words`: never misspelt ones."""
        self._plain = frozenset(word for word in exact if len(word) >= _SHORTEST_DISGUISED)
        self._plain_stems = tuple(stem for stem in stems if len(stem) >= _SHORTEST_DISGUISED)
        others = tuple(other_words)
        self._others = frozenset(word for word in others if not word.endswith(_ANY))
        self._other_stems = tuple(word.rstrip(_ANY) for word in others if word.endswith(_ANY))
        words = {**stems, **exact}
        beginnings = {stem: concept for stem, concept in stems.items() if len(stem) >= _SHORTEST_STEM}
        long = {word: concept for word, concept in words.items() if len(word) >= _SHORTEST_FOR_WRONG}
        self._short = _forms(words, partial(_without_letter, consonants_from=_SHORTEST_FOR_CONSONANT))
        self._short_stems = _forms(
            beginnings, partial(_without_letter, consonants_from=_SHORTEST_FOR_CONSONANT + _MORE_OF_STEMS)
        )
        self._wrong = _forms(long, _with_wrong_letter)
        self._wrong_stems = _forms({word: long[word] for word in long if word in stems}, _with_wrong_letter)
        self._heads, self._middles = frozenset(word[_HEAD] for word in long), frozenset(word[_MIDDLE] for word in long)
        self._lengths = sorted({len(form) for form in self._short_stems}, reverse=True)
        self._wrong_lengths = sorted({len(form) for form in self._wrong_stems}, reverse=True)

    def concept(self, word: str) -> str | None:
        """The concept of the word this may be a slip of, None for nearly all."""
        found = self._short.get(word) or _beginning(word, self._short_stems, self._lengths)
        if found is None and (word[_HEAD] in self._heads or word[_MIDDLE] in self._middles):
            found = self._mistyped(word)
        return None if found is None or word in self._others or word.startswith(self._other_stems) else found

    def disguises(self, token: str) -> bool:
        """Whether the token hides a word of danger: by digits among its letters, or letter by letter."""
        if "." in token:
            word = token.replace(".", "")[:_LONGEST_DISGUISED] if _SPELT_OUT.fullmatch(token) else ""
            return any(self._hidden(word[place:], whole=False) for place in range(len(word)))
        if not _SHORTEST_DISGUISED <= len(token) <= _LONGEST_DISGUISED or sum(map(str.isalpha, token)) * 2 < len(token):
            return False
        return any(self._hidden(word, whole=True) for table in _DIGITS if (word := token.translate(table)) != token)

    def _hidden(self, word: str, *, whole: bool) -> bool:
        """Whether it is, or where letters stand apart begins with, a word of danger."""
        if word in self._plain or word.startswith(self._plain_stems):
            return True
        return not whole and any(word[:size] in self._plain for size in range(_SHORTEST_DISGUISED, len(word)))

    def _mistyped(self, word: str) -> str | None:
        if len(word) < _SHORTEST_FOR_WRONG:
            return None
        for form in _with_wrong_letter(word):
            found = self._wrong.get(form) or _beginning(form, self._wrong_stems, self._wrong_lengths)
            if found is not None:
                return found
        return None


def joined(folded: str) -> str:
    """The shadow of a text, letters that stand apart made one token ("d i r a": "d.i.r.a"), of the same length."""
    if _APART.search(folded) is None and not any(mark in folded for mark in _OTHER_MARKS):
        return folded
    return _SPELT_OUT.sub(lambda run: ".".join(re.findall(_LETTER, run[0])), folded)


def _beginning(word: str, stems: _Words, lengths: Iterable[int]) -> str | None:
    size = len(word)
    for length in lengths:
        if length <= size:
            found = stems.get(word[:length])
            if found is not None:
                return found
    return None


def _forms(words: _Words, slips: Callable[[str], Iterator[str]]) -> dict[str, str]:
    """Every slip of every word; none that two concepts share."""
    forms: dict[str, str] = {}
    shared: set[str] = set()
    for word, concept in words.items():
        for form in slips(word):
            if forms.setdefault(form, concept) != concept:
                shared.add(form)
    return {form: concept for form, concept in forms.items() if form not in shared}


def _without_letter(word: str, *, consonants_from: int) -> Iterator[str]:
    for place in range(1, len(word) - 1):
        before, letter, after = word[place - 1], word[place], word[place + 1]
        if letter in _VOWELS:
            slip = len(word) >= _SHORTEST_FOR_VOWEL and not {before, after} & _VOWELS
        else:
            slip = len(word) >= consonants_from and letter not in (before, after)
        if slip:
            yield word[:place] + word[place + 1 :]


def _with_wrong_letter(word: str) -> Iterator[str]:
    for place in range(1, len(word) - 1):
        yield f"{word[:place]}{_ANY}{word[place + 1:]}"
