"""The compiled look at all phrases finds what asking every phrase of every clause finds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise, permutations, product
from random import Random

import numpy as np
import pytest

from classifiers.lexicon import MARKED, PLAIN
from classifiers.phrase_kernels import OVERLAP_TOKENS, PIECE_TOKENS, WIDE, standing
from classifiers.phrase_rules import SENTENCE_ENDS, TIGHT_ENDS, Phrase, PhraseRules
from classifiers.phrase_tables import Tables
from classifiers.phrases import Phrases
from pipeline.bootstrap import rule_texts

_Row = tuple[int, int, int, int]


@cache
def rules() -> PhraseRules:
    return Phrases.load(rule_texts())._rules


@cache
def tables() -> Tables:
    return rules().tables()


def looked(names: list[str], language: str) -> tuple[list[str], bool, list[_Row]]:
    """The names with their composites joined, whether any phrase is possible, and where phrases can stand."""
    lexicon = rules().lexicon
    number = {name: place for place, name in enumerate((*lexicon.concepts, PLAIN))}
    given = np.array([number[name] for name in names], np.int16)
    mask = sum({lexicon.bit[name] for name in names if name not in {*MARKED, PLAIN}})
    masks = np.frombuffer(bytearray(mask.to_bytes(8 * tables().joint_masks.shape[1], "little")), np.uint64)
    spoken = np.array([lexicon.languages.index(language)])
    possible, rows = standing(given, np.array([len(names)]), masks.reshape(1, -1), spoken, tables())
    read = (*lexicon.concepts, PLAIN)
    return [read[one] for one in given.tolist()], bool(possible[0]), [tuple(row[1:]) for row in rows.tolist()]


def expected(names: list[str], language: str) -> tuple[list[str], bool, list[_Row]]:
    names, reach = list(names), set(names) - MARKED
    for one in rules().composites:
        if not reach >= set(one.parts) - MARKED:
            continue
        reach.add(one.gives)
        size = len(one.parts)
        for begin in range(len(names) - size + 1):
            if tuple(names[begin : begin + size]) == one.parts:
                if one.clears:
                    names[begin : begin + size - 1] = [PLAIN] * (size - 1)
                names[begin + size - 1] = one.gives
    asked = [
        (number, one) for number, one in enumerate(rules().phrases)
        if one.source in ("", language) and all(element & reach for element in one.elements)
    ]  # fmt: skip
    rows = [row for number, one in asked for row in (wide if one.wide else near)(number, one, names)]
    return names, bool(asked), rows


def wide(number: int, one: Phrase, names: list[str]) -> Iterator[_Row]:
    begun = 0
    for last in range(len(names)):
        of_sentence = [set(part) & set(names[begun:last]) for part in one.elements[: one.together]]
        if names[last] in SENTENCE_ENDS and not all(of_sentence):
            begun = last
        reach = [begun if part < one.together else 0 for part in range(len(one.elements))]
        latest = [max((at for at in range(start, last + 1) if names[at] in part), default=-1)
                  for part, start in zip(one.elements, reach, strict=True)]  # fmt: skip
        if names[last] in set().union(*one.elements) and min(latest) >= 0 and last - min(latest) <= one.wide:
            yield WIDE, number, min(latest), last
            return


def near(number: int, one: Phrase, names: list[str]) -> Iterator[_Row]:
    ends = TIGHT_ENDS if "tight" in one.flags else SENTENCE_ENDS
    for piece in range(0, max(len(names) - OVERLAP_TOKENS, 1), PIECE_TOKENS - OVERLAP_TOKENS):
        stop = min(piece + PIECE_TOKENS, len(names))
        cuts = [piece, *(at + 1 for at in range(piece, stop) if names[at] in ends), stop]
        for first, end in pairwise(cuts):
            words = end - first - (first < end and names[end - 1] in SENTENCE_ENDS)
            if first < end and not ("not_alone" in one.flags and words == 1) and stands(one, names[first:end]):
                yield piece, number, first, end


def stands(one: Phrase, clause: list[str]) -> bool:
    places = [[at for at, name in enumerate(clause) if name in part] for part in one.elements]
    orders = [tuple(range(len(places)))] if "ordered" in one.flags else permutations(range(len(places)))
    return any(
        all(0 < after - before <= one.gap + 1 for before, after in pairwise(chain))
        for order in orders
        for chain in product(*(places[part] for part in order))
    )


@pytest.mark.parametrize("length", [1, 4, 12, 30, 170, 300])
def test_what_can_stand_is_what_asking_every_phrase_of_every_clause_finds(length: int) -> None:
    chance, found, marks = Random(length), 0, ("stop", "comma", "question_mark")
    for _ in range(max(200 // length, 4)):
        some = [name for one in chance.sample(rules().phrases, 3) for part in one.elements for name in sorted(part)[:3]]
        some += [part for one in chance.sample(rules().composites, 3) for part in one.parts]
        names = [chance.choice(some if chance.random() < 0.4 else (PLAIN, PLAIN, *marks)) for _ in range(length)]
        language = chance.choice(rules().lexicon.languages)
        joined, possible, rows = looked(names, language)
        as_joined, may, there = expected(names, language)
        assert (possible, sorted(rows)) == (may, sorted(there))
        assert joined == (as_joined if possible else names)
        assert [row[0] for row in rows] == sorted(row[0] for row in rows), "piece after piece, wide phrases first"
        found += len(rows)
    assert found or length == 1


def test_whoever_only_builds_the_rules_waits_for_no_compiled_loops() -> None:
    """Every `hotline run` builds them to know their versions; Numba takes a second to load."""
    asked = "import sys; from pipeline.bootstrap import decider; decider(); sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0
