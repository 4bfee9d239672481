"""Reads one text: which phrases it holds, where, and whether they are denied or only talked about.

A text is screened in one pass over its words (`lexicon.py`); only clauses that hold every part of a phrase are looked
at closely (`phrase_matching.py`). Long texts are read in overlapping pieces: linear time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise

from classifiers.lexicon import MARKS, PLAIN, TOKEN, tokens_of
from classifiers.misspelling import joined
from classifiers.phrase_matching import PhraseMatching
from classifiers.phrase_rules import Composite, Phrase, PhraseRules
from triage.shadow import offsets, shadow

_PIECE_TOKENS = 160
_OVERLAP_TOKENS = 40
_ENOUGH = 3
"""Occurrences of one phrase shown as reasons; more say nothing new, and a text full of them would take minutes."""
_SHARE_OF_BEST = 0.6
"""A language with a smaller share of the concepts another has is not the one the text is written in."""
_NEGATION_REACH_TOKENS = 2
_SENTENCE_ENDS = frozenset({"stop", "question_mark"})
_TIGHT_ENDS = _SENTENCE_ENDS | {"comma", "toward"}
_CONDITIONS = frozenset({"needs_child", "needs_suspect", "unless_adult", "unless_child"})
"""Flags whose phrases count only if the rest of the report agrees (`phrases.py`)."""
_NOTHING_CERTAIN: frozenset[str] = frozenset()
_MENTION = frozenset({"news", "fiction", "education", "we_visit"})
"""Concepts that make a `topic` phrase a mere mention: an article about it, a lesson on it."""


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
    """What a text holds. `concepts` are those found anywhere in it, by any language's list."""

    found: tuple[Found, ...] = ()
    concepts: frozenset[str] = frozenset()
    words: int = 0


_NOTHING = Reading()


@dataclass(slots=True)
class Reader:
    """Reads texts by one set of rules; spaCy is imported at the first hit, in the process that reads."""

    rules: PhraseRules
    _matching: PhraseMatching = field(default_factory=PhraseMatching)

    def read(self, text: str) -> Reading:
        """All phrases of the text, in order; never raises."""
        folded = joined(shadow(text))
        tokens = tokens_of(folded)
        lexicon = self.rules.lexicon
        mask = lexicon.screen(tokens)
        if not mask:
            return _NOTHING
        parts = [(language, part) for language, part in lexicon.language_masks(mask) if self.rules.may_speak(part)]
        least = _SHARE_OF_BEST * max((part.bit_count() for _, part in parts), default=0)
        hits = [
            (language, *found)
            for language, part in parts
            if part.bit_count() >= least and (found := self.rules.possible(language, part))[0]
        ]
        return self._read_closely(text, folded, tokens, hits) if hits else _NOTHING

    def _read_closely(
        self, text: str, folded: str, tokens: list[str],
        hits: list[tuple[str, tuple[Phrase, ...], tuple[Composite, ...]]],
    ) -> Reading:  # fmt: skip
        places = TOKEN.finditer(folded)
        spans: list[tuple[int, int]] = []
        back: list[int] | range = []
        found: dict[tuple[int, int, str], Found] = {}
        concepts: set[str] = set()
        for language, phrases, composites in hits:
            names = _joined(self.rules.lexicon.names(tokens, language), composites)
            concepts.update(names)
            for phrase, first, last, mentioned in self._matches(names, phrases):
                if last >= len(spans):
                    spans += [match.span() for match in islice(places, last + 1 - len(spans))]
                    back = back or offsets(text)
                start, end = back[spans[first][0]], back[spans[last][1] - 1] + 1
                found.setdefault((start, end, phrase.id), Found(phrase, language, start, end, mentioned))
        words = len(tokens) - sum(map(MARKS.__contains__, tokens))
        return Reading(tuple(found[place] for place in sorted(found)), frozenset(concepts - {PLAIN}), words)

    def _matches(self, names: list[str], phrases: tuple[Phrase, ...]) -> list[tuple[Phrase, int, int, bool]]:
        wide = (hit for phrase in phrases if phrase.wide and (hit := _wide_match(phrase, names)) is not None)
        kept: list[tuple[Phrase, int, int, bool]] = list(wide)
        settled = {kind for phrase, _, _, mentioned in kept if not mentioned for kind in _certain(phrase)}
        seen: Counter[tuple[str, bool]] = Counter()
        for begin in range(0, max(len(names) - _OVERLAP_TOKENS, 1), _PIECE_TOKENS - _OVERLAP_TOKENS):
            piece = names[begin : begin + _PIECE_TOKENS]
            still = tuple(phrase for phrase in phrases if not phrase.wide and seen[phrase.id, False] < _ENOUGH)
            for phrase, first, last in self._spans(piece, still, settled):
                mentioned = _in_context(phrase, names, begin + first, begin + last)
                if mentioned is not None and seen[phrase.id, mentioned] < _ENOUGH:
                    kept.append((phrase, begin + first, begin + last, mentioned))
                    seen[phrase.id, mentioned] += 1
                    if not mentioned:
                        settled |= _certain(phrase)
        return kept

    def _spans(
        self, piece: list[str], phrases: tuple[Phrase, ...], settled: set[str]
    ) -> Iterator[tuple[Phrase, int, int]]:
        """Each phrase with the first and last token of its shortest occurrences, but for what is `settled` by then."""
        clauses: dict[bool, list[tuple[int, list[str], set[str]]]] = {}
        for phrase in phrases:
            if settled.issuperset(phrase.kinds):
                continue
            tight = "tight" in phrase.flags
            if tight not in clauses:
                clauses[tight] = _clauses(piece, _TIGHT_ENDS if tight else _SENTENCE_ENDS)
            for begin, clause, present in clauses[tight]:
                if not _holds(present, phrase.elements):
                    continue
                if "not_alone" in phrase.flags and len(clause) - (clause[-1] in _SENTENCE_ENDS) == 1:
                    continue
                for first, last in self._matching.spans(phrase, clause):
                    if "opens" in phrase.flags and not _opens(clause, first):
                        continue
                    yield phrase, begin + first, begin + last


def _holds(present: set[str], elements: tuple[frozenset[str], ...]) -> bool:
    """Whether every part of a phrase is there; a plain loop, as it is asked some forty times a text."""
    for element in elements:  # noqa: SIM110  (`all` takes twice as long)
        if element.isdisjoint(present):
            return False
    return True


def _certain(phrase: Phrase) -> frozenset[str]:
    """The kinds a found phrase shows whatever else the report says; other phrases need not show them again."""
    return _NOTHING_CERTAIN if phrase.flags & _CONDITIONS or phrase.at_most_words else frozenset(phrase.kinds)


def _opens(clause: list[str], place: int) -> bool:
    """Does the sentence begin here, or after one word and a comma ("Hello, how …")?"""
    return place == 0 or (place == 2 and clause[1] == "comma")


def _clauses(piece: list[str], ends: frozenset[str]) -> list[tuple[int, list[str], set[str]]]:
    """The piece cut after every mark of `ends`: where each part begins, the part, and which concepts are in it."""
    cuts = [0, *(place + 1 for place, name in enumerate(piece) if name in ends), len(piece)]
    return [(begin, part, set(part)) for begin, end in pairwise(cuts) if (part := piece[begin:end])]


def _joined(names: list[str], composites: tuple[Composite, ...]) -> list[str]:
    """Neighbours that together mean another thing, joined in their last place."""
    for composite in composites:
        size = len(composite.parts)
        begin = -1
        while (begin := _next(names, composite.parts[0], begin + 1)) >= 0:
            if tuple(names[begin : begin + size]) == composite.parts:
                if composite.clears:
                    names[begin : begin + size - 1] = [PLAIN] * (size - 1)
                names[begin + size - 1] = composite.gives
    return names


def _next(names: list[str], name: str, begin: int) -> int:
    """Where the name stands next, -1 if nowhere."""
    try:
        return names.index(name, begin)
    except ValueError:
        return -1


def _wide_match(phrase: Phrase, names: list[str]) -> tuple[Phrase, int, int, bool] | None:
    """The first stretch of at most `wide` words that holds every element, unless the text silences it."""
    latest = [-1] * len(phrase.elements)
    for place, name in enumerate(names):
        if name not in phrase.roles:
            continue
        latest[int(phrase.roles[name])] = place
        first = min(latest)
        if first >= 0 and place - first <= phrase.wide:
            present = set(names)
            if phrase.unless_in_text & present or phrase.unless & _sentence(names, first, place):
                return None
            return phrase, first, place, "topic" in phrase.flags and bool(_MENTION & present)
    return None


def _in_context(phrase: Phrase, names: list[str], first: int, last: int) -> bool | None:
    """None if the phrase is denied or silenced here; else whether it is only mentioned."""
    before = names[max(0, first - _NEGATION_REACH_TOKENS) : first]
    if "negatable" in phrase.flags and "denial" in before and not {"comma", *_SENTENCE_ENDS} & set(before):
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
    while start > 0 and names[start - 1] not in _SENTENCE_ENDS and first - start < _OVERLAP_TOKENS:
        start -= 1
    while end + 1 < len(names) and names[end + 1] not in _SENTENCE_ENDS and end - last < _OVERLAP_TOKENS:
        end += 1
    return set(names[start : end + 1])
