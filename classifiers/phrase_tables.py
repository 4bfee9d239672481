"""The phrase rules as numbers, for the compiled look at many texts (`phrase_kernels.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classifiers.lexicon import MARKED, PLAIN
from classifiers.phrase_rules import SENTENCE_ENDS, TIGHT_ENDS, Composite, Phrase

ORDERED, TIGHT, NOT_ALONE = 1, 2, 4
SENTENCE_END, TIGHT_END = 1, 2
_BITS = {"ordered": ORDERED, "tight": TIGHT, "not_alone": NOT_ALONE}
_WORD_BITS = 64
Ints = NDArray[np.int64]
Names = NDArray[np.int16]
Masks = NDArray[np.uint64]


class Tables(NamedTuple):
    """Phrases and composites as numbers. The last concept stands for every word without one."""

    starts: Ints
    """By concept, where its phrases begin in `listed`: those that hold it in their part of fewest concepts."""
    listed: Ints
    needs: Masks
    """(phrases, parts but that one, words); what is not needed is full."""
    language: Ints
    """The one language a phrase is for, -1: all."""
    roles: NDArray[np.uint8]
    """(phrases, concepts): a bit for each part the concept may be."""
    parts: Ints
    gaps: Ints
    wide: Ints
    together: Ints
    """How many of a wide phrase's first parts stand in one sentence."""
    flags: Ints
    marks: NDArray[np.uint8]
    """(concepts): whether one ends a sentence, a tight clause."""
    joints: Names
    """(composites, parts): what stands together, -1 behind the last."""
    gives: Ints
    clears: NDArray[np.bool_]
    joint_masks: Masks


def tables_of(
    phrases: Sequence[Phrase], composites: Sequence[Composite], concepts: Sequence[str], languages: Sequence[str]
) -> Tables:
    """Phrases, composites, concepts and languages are numbered in the order given; behind the concepts comes PLAIN."""
    number = {name: place for place, name in enumerate((*concepts, PLAIN))}
    rarest = [min(one.elements, key=len) for one in phrases]
    by_concept = [[place for place, element in enumerate(rarest) if name in element] for name in concepts]
    roles = np.zeros((len(phrases), len(number)), np.uint8)
    for place, one in enumerate(phrases):
        for part, element in enumerate(one.elements):
            roles[place, [number[name] for name in element]] |= 1 << part
    longest = max((len(one.parts) for one in composites), default=1)
    joints = np.full((len(composites), longest), -1, np.int16)
    for place, joint in enumerate(composites):
        joints[place, : len(joint.parts)] = [number[name] for name in joint.parts]
    return Tables(
        starts=np.array([0, *accumulate(map(len, by_concept))], np.int64),
        listed=np.array([place for of_one in by_concept for place in of_one], np.int64),
        needs=_needs(phrases, number),
        language=np.array([languages.index(one.source) if one.source else -1 for one in phrases], np.int64),
        roles=roles,
        parts=np.array([len(one.elements) for one in phrases], np.int64),
        gaps=np.array([one.gap for one in phrases], np.int64),
        wide=np.array([one.wide for one in phrases], np.int64),
        together=np.array([one.together for one in phrases], np.int64),
        flags=np.array([sum(_BITS.get(flag, 0) for flag in one.flags) for one in phrases], np.int64),
        marks=np.array([
            SENTENCE_END * (name in SENTENCE_ENDS) | TIGHT_END * (name in TIGHT_ENDS) for name in number
        ], np.uint8),
        joints=joints,
        gives=np.array([number[one.gives] for one in composites], np.int64),
        clears=np.array([one.clears for one in composites], np.bool_),
        joint_masks=_masks([[name for name in one.parts if name not in MARKED] for one in composites], number),
    )  # fmt: skip


def words_of(width: int) -> int:
    """How many 64-bit words hold a bit for each of `width` concepts."""
    return -(-width // _WORD_BITS)


def _needs(phrases: Sequence[Phrase], number: Mapping[str, int]) -> NDArray[np.uint64]:
    most = max((len(one.elements) for one in phrases), default=1)
    needs = np.full((len(phrases), most, words_of(len(number) - 1)), ~np.uint64(0), np.uint64)
    for place, one in enumerate(phrases):
        others = sorted(one.elements, key=len)[1:]
        needs[place, : len(others)] = _masks(others, number)
    return needs


def _masks(sets: Sequence[Iterable[str]], number: Mapping[str, int]) -> NDArray[np.uint64]:
    masks = np.zeros((len(sets), words_of(len(number) - 1)), np.uint64)
    for place, names in enumerate(sets):
        for name in names:
            masks[place, number[name] // _WORD_BITS] |= np.uint64(1 << number[name] % _WORD_BITS)
    return masks
