"""Which phrases can stand where, compiled: the look at every clause that comes before spaCy's.

Of some four hundred phrases a text's concepts allow forty, of which one or two stand in it. Here each clause is asked
for all of them at once: every part there, near enough, in its order. What is left is looked at one by one
(`phrase_matching.py`). The same is done with composites, neighbours that mean another thing together.

Concepts and phrases are numbers here (`phrase_tables.py`); sets of concepts are rows of 64-bit words. Numba is imported
here: import this module only where it is used. Time is linear in the words of a text.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.phrase_tables import NOT_ALONE, ORDERED, SENTENCE_END, TIGHT, Ints, Masks, Names, Tables
from triage.matching_kernels import kernel, popcount

PIECE_TOKENS, OVERLAP_TOKENS = 160, 40
"""Long texts are read in overlapping pieces."""
WIDE = -1
"""The piece of a phrase whose parts may stand in any sentences."""
_ONE = np.uint64(1)
_MOST_PARTS = 5


@kernel
def standing(
    names: Names, ends: Ints, masks: Masks, languages: Ints, tables: Tables
) -> tuple[NDArray[np.bool_], Ints]:  # fmt: skip
    """For each text whether its concepts allow any phrase, and where phrases can stand.

    `names`: the texts' concepts, one text after the other, each ending at `ends`; composites are joined in place where
    a phrase is possible. `masks` (texts, words): the concepts of each text, marks left out. Rows of the answer: text,
    piece, phrase, and first and last word of the clause (end excluded), or of the shortest stretch if it is WIDE.
    """
    possible = np.zeros(len(ends), np.bool_)
    found, used = np.empty((1024, 5), np.int64), 0
    seen, chosen = np.full(len(tables.parts), -1, np.int64), np.empty(len(tables.parts), np.int64)
    cuts, many_cuts = np.empty((2, PIECE_TOKENS + 2), np.int64), np.zeros(2, np.int64)
    start = 0
    for text in range(len(ends)):
        words = names[start : ends[text]]
        joined = _reach(masks[text], tables)
        many = _possible(text, masks[text], languages[text], tables, seen, chosen)
        possible[text] = many > 0
        if many:
            if joined:
                _join(words, masks[text], tables)
            found, used = _wide(text, words, chosen[:many], tables, found, used)
            for begin in range(0, max(len(words) - OVERLAP_TOKENS, 1), PIECE_TOKENS - OVERLAP_TOKENS):
                end = min(begin + PIECE_TOKENS, len(words))
                _cut(words, begin, end, tables.marks, cuts, many_cuts)
                found, used = _near(text, words, begin, chosen[:many], tables, cuts, many_cuts, found, used)
        start = ends[text]
    return possible, found[:used].copy()


@kernel
def _covers(mask: Any, part: Any) -> Any:
    missing = np.uint64(0)
    for word in range(len(mask)):
        missing |= part[word] & ~mask[word]
    return missing == 0


@kernel
def _meets(mask: Any, part: Any) -> Any:
    shared = np.uint64(0)
    for word in range(len(mask)):
        shared |= part[word] & mask[word]
    return shared != 0


@kernel
def _reach(mask: Any, tables: Tables) -> bool:
    """Add to the mask what its composites give; whether there are any."""
    joined = False
    for number in range(len(tables.gives)):
        if _covers(mask, tables.joint_masks[number]):
            given = tables.gives[number]
            mask[given >> 6] |= _ONE << np.uint64(given & 63)
            joined = True
    return joined


@kernel
def _join(words: Any, mask: Any, tables: Tables) -> None:
    """Neighbours that together mean another thing, joined in their last place, one composite after the other."""
    for number in range(len(tables.gives)):
        if not _covers(mask, tables.joint_masks[number]):
            continue
        size = 0
        while size < tables.joints.shape[1] and tables.joints[number, size] >= 0:
            size += 1
        for begin in range(len(words) - size + 1):
            same = True
            for part in range(size):
                if words[begin + part] != tables.joints[number, part]:
                    same = False
                    break
            if same:
                if tables.clears[number]:
                    words[begin : begin + size - 1] = tables.roles.shape[1] - 1
                words[begin + size - 1] = tables.gives[number]


@kernel
def _possible(text: Any, mask: Any, language: Any, tables: Tables, seen: Any, chosen: Any) -> int:
    """How many phrases have a concept for each part; their numbers go into `chosen`."""
    many = 0
    for word in range(len(mask)):
        bits = mask[word]
        while bits:
            lowest = bits & (~bits + _ONE)
            bits ^= lowest
            concept = (word << 6) + np.int64(popcount(lowest - _ONE))
            for place in range(tables.starts[concept], tables.starts[concept + 1]):
                phrase = tables.listed[place]
                if seen[phrase] == text or (tables.language[phrase] >= 0 and tables.language[phrase] != language):
                    continue
                whole = True
                for part in range(tables.parts[phrase] - 1):
                    if not _meets(mask, tables.needs[phrase, part]):
                        whole = False
                        break
                if whole:
                    seen[phrase], chosen[many] = text, phrase
                    many += 1
    return many


@kernel
def _wide(text: Any, words: Any, chosen: Any, tables: Tables, found: Any, used: int) -> Any:
    """The first stretch of at most `wide` words that holds every part of a wide phrase.

    Parts that must stand `together` count once all of them stood in one sentence.
    """
    latest = np.empty(_MOST_PARTS, np.int64)
    for phrase in chosen:
        if not tables.wide[phrase]:
            continue
        together = tables.together[phrase]
        latest[:] = -1
        for place in range(len(words)):
            if together and tables.marks[words[place]] & SENTENCE_END and latest[:together].min() < 0:
                latest[:together] = -1
            role = tables.roles[phrase, words[place]]
            if not role:
                continue
            latest[popcount(np.uint64(role) - _ONE)] = place
            first = latest[: tables.parts[phrase]].min()
            if first >= 0 and place - first <= tables.wide[phrase]:
                found, used = _put(found, used, text, WIDE, phrase, first, place)
                break
    return found, used


@kernel
def _cut(words: Any, begin: Any, end: Any, marks: Any, cuts: Any, many_cuts: Any) -> None:
    """Where the clauses of a piece begin, and where the last ends: of sentences, then of tight clauses."""
    for kind in range(2):
        cuts[kind, 0], many = begin, 1
        for place in range(begin, end):
            if marks[words[place]] & (kind + 1):
                cuts[kind, many] = place + 1
                many += 1
        if cuts[kind, many - 1] < end:
            cuts[kind, many] = end
            many += 1
        many_cuts[kind] = many


@kernel
def _near(
    text: Any, words: Any, piece: Any, chosen: Any, tables: Tables, cuts: Any, many_cuts: Any, found: Any, used: int
) -> Any:  # fmt: skip
    """The clauses of a piece in which a phrase can stand."""
    for phrase in chosen:
        if tables.wide[phrase]:
            continue
        kind = 1 if tables.flags[phrase] & TIGHT else 0
        for clause in range(many_cuts[kind] - 1):
            first, end = cuts[kind, clause], cuts[kind, clause + 1]
            if _stands(words, first, end, phrase, tables):
                found, used = _put(found, used, text, piece, phrase, first, end)
    return found, used


@kernel
def _stands(words: Any, first: Any, end: Any, phrase: Any, tables: Tables) -> bool:
    """False only if no chain of all parts within the gap exists in the clause."""
    roles, flags, parts = tables.roles[phrase], tables.flags[phrase], tables.parts[phrase]
    if flags & NOT_ALONE and end - first - (tables.marks[words[end - 1]] & SENTENCE_END) == 1:
        return False
    there = np.uint8(0)
    for place in range(first, end):
        there |= roles[words[place]]
    if np.int64(there) != (1 << parts) - 1:
        return False
    if parts == 1:
        return True
    for place in range(first, end):
        role = np.int64(roles[words[place]]) & (1 if flags & ORDERED else 255)
        for part in range(parts):
            if role >> part & 1 and _goes_on(words, place, end, phrase, 1 << part, tables):
                return True
    return False


@kernel
def _goes_on(words: Any, place: Any, end: Any, phrase: Any, given: Any, tables: Tables) -> bool:
    """Whether the one or two parts not `given` follow, each within the gap."""
    roles, parts, reach = tables.roles[phrase], tables.parts[phrase], tables.gaps[phrase] + 1
    ordered = tables.flags[phrase] & ORDERED
    for second in range(place + 1, min(place + reach + 1, end)):
        role = np.int64(roles[words[second]]) & ~given & (2 if ordered else 255)
        if role and parts == 2:
            return True
        for part in range(parts if role else 0):
            if role >> part & 1:
                left = ((1 << parts) - 1) & ~given & ~(1 << part)
                for third in range(second + 1, min(second + reach + 1, end)):
                    if np.int64(roles[words[third]]) & left:
                        return True
    return False


@kernel
def _put(found: Any, used: int, text: Any, piece: Any, phrase: Any, first: Any, last: Any) -> Any:
    if used == len(found):
        longer = np.empty((2 * used, 5), np.int64)
        longer[:used] = found
        found = longer
    found[used, 0], found[used, 1], found[used, 2], found[used, 3], found[used, 4] = text, piece, phrase, first, last
    return found, used + 1
