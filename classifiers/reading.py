"""Reads texts: which phrases they hold, where, and whether they are denied or only talked about.

A text is screened in one pass over its words (`lexicon.py`); compiled loops find the clauses in which a phrase can
stand (`phrase_kernels.py`), and only those are looked at closely (`phrase_matching.py`). Long texts are read in
overlapping pieces: linear time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np

from classifiers.lexicon import MARKS, PLAIN, tokens_of
from classifiers.misspelling import joined
from classifiers.phrase_matching import PhraseMatching
from classifiers.phrase_rules import SENTENCE_ENDS, Phrase, PhraseRules
from triage.shadow import offsets, shadow

if TYPE_CHECKING:
    from classifiers.phrase_tables import Tables

_TOGETHER_CHARS = 500_000
"""Characters of texts read together at least, so that memory does not grow with their number."""
_SENTENCE_TOKENS = 40
"""So many words before and behind a phrase belong to its sentence at most."""
_ENOUGH = 3
"""Occurrences of one phrase shown as reasons; more say nothing new, and a text full of them would take minutes."""
_SHARE_OF_BEST = 0.6
"""A language with a smaller share of the concepts another has is not the one the text is written in."""
_NEGATION_REACH_TOKENS = 2
_CONDITIONS = frozenset({"needs_child", "needs_suspect", "unless_adult", "unless_child"})
"""Flags whose phrases count only if the rest of the report agrees (`phrases.py`)."""
_NOTHING_CERTAIN: frozenset[str] = frozenset()
_MENTION = frozenset({"news", "fiction", "education", "we_visit"})
"""Concepts that make a `topic` phrase a mere mention: an article about it, a lesson on it."""
_WORD_BYTES = 8
_Row = list[int]
"""Where a phrase can stand: text, piece, phrase, first word and end (`phrase_kernels.standing`)."""
_JOB, _PIECE_AND_PHRASE = itemgetter(0), itemgetter(1, 2)
_Match = tuple[Phrase, int, int, bool]
"""A phrase, its first and its last word, and whether it is only mentioned."""


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a text; `start` and `end` are offsets into the text as written. `mentioned`: only talked about."""

    phrase: Phrase
    language: str
    start: int
    end: int
    mentioned: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text holds; nothing where no phrase stands. `concepts` are those found anywhere in it, by any language's
    list."""

    found: tuple[Found, ...] = ()
    concepts: frozenset[str] = frozenset()
    words: int = 0


_NOTHING = Reading()


@dataclass(slots=True)
class _Screened:
    """A text's shadow and words, and the languages it may be in with the concepts each knows in it."""

    text: str
    folded: str
    tokens: list[str]
    languages: list[tuple[str, int]]
    heard: list[tuple[str, list[str], list[_Row]]] = field(default_factory=list)
    """The languages in which a phrase is possible: the concept of every word, and where phrases can stand."""


@dataclass(slots=True)
class Reader:
    """Reads texts by one set of rules; numba is imported at the first text with a listed word, spaCy at the first hit,
    in the process that reads."""

    rules: PhraseRules
    _matching: PhraseMatching = field(default_factory=PhraseMatching)
    _tables: Tables | None = None

    def read(self, text: str) -> Reading:
        """All phrases of the text, in order; never raises."""
        return self.read_all([text])[0]

    def read_all(self, texts: Sequence[str]) -> list[Reading]:
        """All phrases of each text."""
        readings: list[Reading] = []
        group: list[_Screened] = []
        characters = 0
        for text in texts:
            group.append(self._screened(text))
            characters += len(text)
            if characters >= _TOGETHER_CHARS:
                readings += self._read(group)
                group, characters = [], 0
        return readings + self._read(group)

    def _screened(self, text: str) -> _Screened:
        folded = joined(shadow(text))
        tokens = tokens_of(folded)
        lexicon = self.rules.lexicon
        mask = lexicon.screen(tokens)
        if not mask:
            return _Screened(text, folded, tokens, [])
        parts = [one for one in lexicon.language_masks(mask) if self.rules.may_speak(one[1])]
        least = _SHARE_OF_BEST * max((part.bit_count() for _, part in parts), default=0)
        return _Screened(text, folded, tokens, [one for one in parts if one[1].bit_count() >= least])

    def _read(self, texts: Sequence[_Screened]) -> list[Reading]:
        jobs = [(one, *language) for one in texts for language in one.languages]
        if jobs:
            self._look(jobs)
        return [self._read_closely(one) if any(rows for _, _, rows in one.heard) else _NOTHING for one in texts]

    def _look(self, jobs: Sequence[tuple[_Screened, str, int]]) -> None:
        """Where phrases can stand in each text, in each language with its mask; into `heard`."""
        from classifiers.phrase_kernels import standing

        lexicon = self.rules.lexicon
        self._tables = self._tables or self.rules.tables()
        numbers = [lexicon.numbers(one.tokens, language) for one, language, _ in jobs]
        ends = np.cumsum([len(one) for one in numbers])
        names = np.array([number for one in numbers for number in one], np.int16)
        size = _WORD_BYTES * self._tables.joint_masks.shape[1]
        masks = np.frombuffer(bytearray().join([mask.to_bytes(size, "little") for _, _, mask in jobs]), np.uint64)
        languages = np.array([lexicon.languages.index(language) for _, language, _ in jobs])
        possible, found = standing(names, ends, masks.reshape(len(jobs), -1), languages, self._tables)
        rows = {job: list(of_job) for job, of_job in groupby(found.tolist(), _JOB)}
        named = (*lexicon.concepts, PLAIN)
        for job in np.flatnonzero(possible).tolist():
            one, language, _ = jobs[job]
            concepts = names[ends[job] - len(numbers[job]) : ends[job]].tolist()
            one.heard.append((language, [named[number] for number in concepts], rows.get(job, [])))

    def _read_closely(self, one: _Screened) -> Reading:
        spans: list[tuple[int, int]] = []
        back: list[int] | range = []
        found: dict[tuple[int, int, str], Found] = {}
        for language, names, rows in one.heard:
            for phrase, first, last, mentioned in self._matches(names, rows):
                if last >= len(spans):
                    _find(one.folded, one.tokens[len(spans) : last + 1], spans)
                    back = back or offsets(one.text)
                start, end = back[spans[first][0]], back[spans[last][1] - 1] + 1
                found.setdefault((start, end, phrase.id), Found(phrase, language, start, end, mentioned))
        if not found:
            return _NOTHING
        concepts = frozenset().union(*(names for _, names, _ in one.heard)) - {PLAIN}
        words = len(one.tokens) - sum(map(MARKS.__contains__, one.tokens))
        return Reading(tuple(found[place] for place in sorted(found)), concepts, words)

    def _matches(self, names: list[str], rows: list[_Row]) -> list[_Match]:
        phrases = self.rules.phrases
        wide = [(phrases[number], first, last) for _, piece, number, first, last in rows if piece < 0]
        kept: list[_Match] = [
            (*one, mentioned) for one in wide if (mentioned := _wide_context(names, *one)) is not None
        ]  # fmt: skip
        settled = {kind for phrase, _, _, mentioned in kept if not mentioned for kind in _certain(phrase)}
        seen: Counter[tuple[str, bool]] = Counter()
        for (_, number), clauses in groupby(rows[len(wide) :], _PIECE_AND_PHRASE):
            phrase = phrases[number]
            if settled.issuperset(phrase.kinds) or seen[phrase.id, False] >= _ENOUGH:
                continue
            for first, last in self._spans(phrase, names, clauses):
                mentioned = _in_context(phrase, names, first, last)
                if mentioned is not None and seen[phrase.id, mentioned] < _ENOUGH:
                    kept.append((phrase, first, last, mentioned))
                    seen[phrase.id, mentioned] += 1
                    if not mentioned:
                        settled |= _certain(phrase)
        return kept

    def _spans(self, phrase: Phrase, names: list[str], clauses: Iterable[_Row]) -> Iterator[tuple[int, int]]:
        """The first and last word of the phrase's shortest occurrences in some clauses."""
        for _, _, _, begin, end in clauses:
            clause = names[begin:end]
            for first, last in self._matching.spans(phrase, clause):
                if "opens" not in phrase.flags or _opens(clause, first):
                    yield begin + first, begin + last


def _certain(phrase: Phrase) -> frozenset[str]:
    """The kinds a found phrase shows whatever else the report says; other phrases need not show them again."""
    return _NOTHING_CERTAIN if phrase.flags & _CONDITIONS or phrase.at_most_words else frozenset(phrase.kinds)


def _opens(clause: list[str], place: int) -> bool:
    """Does the sentence begin here, or after one word and a comma ("Hello, how …")?"""
    return place == 0 or (place == 2 and clause[1] == "comma")


def _find(folded: str, tokens: Sequence[str], spans: list[tuple[int, int]]) -> None:
    """Where each of the tokens behind those of `spans` stands in the shadow."""
    end = spans[-1][1] if spans else 0
    for token in tokens:
        start = folded.index(token, end)
        end = start + len(token)
        spans.append((start, end))


def _wide_context(names: list[str], phrase: Phrase, first: int, last: int) -> bool | None:
    """None if the text silences a wide phrase; else whether it is only mentioned."""
    present = set(names)
    if phrase.unless_in_text & present or phrase.unless & _sentence(names, first, last):
        return None
    return "topic" in phrase.flags and bool(_MENTION & present)


def _in_context(phrase: Phrase, names: list[str], first: int, last: int) -> bool | None:
    """None if the phrase is denied or silenced here; else whether it is only mentioned."""
    before = names[max(0, first - _NEGATION_REACH_TOKENS) : first]
    if "negatable" in phrase.flags and "denial" in before and not {"comma", *SENTENCE_ENDS} & set(before):
        return None
    if phrase.unless_in_text and not phrase.unless_in_text.isdisjoint(names):
        return None
    if not phrase.unless and "topic" not in phrase.flags:
        return False
    sentence = _sentence(names, first, last)
    if phrase.unless & sentence:
        return None
    return "topic" in phrase.flags and (bool(_MENTION & sentence) or _asks_how_to_prevent(sentence))


def _asks_how_to_prevent(sentence: set[str]) -> bool:
    return bool({"protect", "talk"} & sentence) and bool({"how", "advice", "wants_to_know"} & sentence)


def _sentence(names: list[str], first: int, last: int) -> set[str]:
    start, end = first, last
    while start > 0 and names[start - 1] not in SENTENCE_ENDS and first - start < _SENTENCE_TOKENS:
        start -= 1
    while end + 1 < len(names) and names[end + 1] not in SENTENCE_ENDS and end - last < _SENTENCE_TOKENS:
        end += 1
    return set(names[start : end + 1])
