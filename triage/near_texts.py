"""Floods of near-equal texts: the same call to report, copied with a word changed, a thousand times.

A text is the set of its pairs of neighbouring words, each a keyed 64-bit hash, so what is stored does not tell the
words without the key. Candidates come from MinHash signatures in bands (Broder 1997; Indyk and Motwani 1998); every
link is confirmed by the exact Jaccard index of the two sets. One word changed in 25 leaves 0.85, so 0.8 is the usual
least. A link counts and connects; nothing is ever dropped because of it.

Texts come already folded (one script, lower case, no diacritics: the shadow of `triage/shadow.py`).

Limits: texts under `LEAST_WORDS` words are never alike (a few words say too little), nor are scripts without blanks.
Of two texts at exactly 0.8, 1 in 10,000 is expected not to meet in any band; the measured share is in docs/matching.md.
Hashes of 64 bits may meet: for a million texts about once in a hundred thousand batches, and then change one shingle.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

import numpy as np
from numpy.typing import NDArray

from triage import near_texts_kernels as kernels
from triage.errors import UsageError

LEAST_WORDS = 8
SHINGLE_WORDS = 2
BANDS, ROWS = 24, 5
"""Jaccard 0.8 meets in a band with 1 - (1 - 0.8**5)**24 = 0.9999, 0.5 with 0.53, 0.2 with 0.008."""
LEADERS_MOST = 32
"""How many unlike texts of one bucket others are compared with; so a flood costs its length, not its square."""
LEAST_KEY_BYTES = 16
_SEED = 0x5EED_0F_7E875
_GOLDEN = 0x9E3779B97F4A7C15
_Links = tuple[NDArray[np.int64], NDArray[np.float64]]
"""Earlier and later text of each link (2, links), and how alike they are."""


@dataclass(frozen=True, slots=True)
class Sketches:
    """Texts as arrays: those of text i are `shingles[offsets[i]:offsets[i + 1]]`, sorted and distinct; no words.

    `offsets` int64 (n + 1), `shingles` uint64, `bands` uint64 (n, BANDS). Comparable only under one key.
    """

    offsets: NDArray[np.int64]
    shingles: NDArray[np.uint64]
    bands: NDArray[np.uint64]

    def __len__(self) -> int:
        """How many texts."""
        return len(self.offsets) - 1

    def only(self, places: NDArray[np.int64]) -> Sketches:
        """Those of some texts alone, by rising places."""
        if len(places) == len(self):
            return self
        counts = np.diff(self.offsets)
        kept = np.zeros(len(self), bool)
        kept[places] = True
        offsets = np.concatenate(([0], np.cumsum(counts[places])))
        return Sketches(offsets, self.shingles[np.repeat(kept, counts)], self.bands[places])

    @classmethod
    def of(cls, offsets: NDArray[np.int64], shingles: NDArray[np.uint64]) -> Self:
        """From what was kept of earlier texts; the bands are worked out again. UsageError if they do not fit."""
        offsets, shingles = np.array(offsets, np.int64), np.array(shingles, np.uint64)
        if not len(offsets) or offsets[0] or offsets[-1] != len(shingles) or (np.diff(offsets) < 0).any():
            raise UsageError("offsets and shingles of text sketches do not fit together")
        return cls(offsets, shingles, _bands(offsets, shingles))


@dataclass(frozen=True, slots=True)
class TextPairs:
    """For each new text with an earlier one like it, rising: `first` its place among the new ones; `second` the first
    text of its group, where known texts count from 0 and new ones on from the number of known; `jaccard`, exactly, with
    the member of the group through which it belongs (at least the least; with `second` itself it may be less)."""

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    jaccard: NDArray[np.float64]


def sketches(folded: Sequence[str], key: bytes) -> Sketches:
    """Sketch folded texts under a secret key of 16 bytes or more. Takes any text; UsageError for a short key."""
    encoded = [text.encode("utf-8", "replace") for text in folded]
    ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
    text = np.frombuffer(b"".join(encoded), np.uint8)
    offsets, shingles = kernels.shingles(text, ends, _halves(key), SHINGLE_WORDS, LEAST_WORDS)
    return Sketches(offsets, shingles, _bands(offsets, shingles))


def joined(earlier: Sketches, later: Sketches, most: int) -> Sketches:
    """The last `most` texts of two sketches, the later ones after the earlier ones."""
    first = max(0, len(earlier) + len(later) - most)
    offsets = np.concatenate((earlier.offsets, later.offsets[1:] + earlier.offsets[-1]))[first:]
    shingles = np.concatenate((earlier.shingles, later.shingles))[offsets[0] :]
    return Sketches(offsets - offsets[0], shingles, np.concatenate((earlier.bands, later.bands))[first:])


def near_texts(new: Sketches, known: Sketches | None = None, least: float = 0.8) -> TextPairs:
    """Which new texts are near-equal to an earlier new one or to a known one, each with the first of its group.

    Groups are chains of confirmed links, so a flood has one group and one pair per text, never one per two texts. Texts
    with equal shingles are linked first, at 1.0, and only one of them goes on. Known texts are not compared with each
    other: give one per known group where you can. Raises UsageError unless `least` is above 0.5 and at most 1.
    """
    if not 0.5 < least <= 1:
        raise UsageError("the least Jaccard index is above 0.5 and at most 1")
    before = 0 if known is None else len(known)
    texts = new if known is None else joined(known, new, before + len(new))
    parent = np.arange(len(texts))
    place_bits = len(texts).bit_length()
    places = np.flatnonzero(np.diff(texts.offsets))
    sets = place_bits, before, LEADERS_MOST, texts.offsets, texts.shingles
    keys = _bucketed(kernels.set_keys(texts.offsets, texts.shingles)[places], places, place_bits)
    found = [kernels.link(keys, *sets, 1.0, parent)]
    places = np.setdiff1d(places, found[0][0][1], assume_unique=True)
    for band in range(BANDS):
        keys = _bucketed(texts.bands[places, band], places, place_bits)
        found.append(kernels.link(keys, *sets, least, parent))
    return _pairs(found, kernels.roots(parent), before)


def _bucketed(keys: NDArray[np.uint64], places: NDArray[np.int64], place_bits: int) -> NDArray[np.uint64]:
    """Sorted: the place takes the last bits, so that one sort of plain numbers keeps buckets together and in order."""
    high = (keys >> np.uint64(place_bits)) << np.uint64(place_bits)
    return np.sort(high | places.astype(np.uint64))


def _pairs(found: list[_Links], roots: NDArray[np.int64], known: int) -> TextPairs:
    """Best link of each text with an earlier one; with a later one for those that only a later one brought in."""
    links = np.concatenate([part[0] for part in found], axis=1)
    likeness = np.concatenate([part[1] for part in found])
    back, forth = np.zeros(len(roots)), np.zeros(len(roots))
    np.maximum.at(back, links[1], likeness)
    np.maximum.at(forth, links[0], likeness)
    linked = known + np.flatnonzero(roots[known:] != np.arange(known, len(roots)))
    return TextPairs(linked - known, roots[linked], np.where(back[linked] > 0, back[linked], forth[linked]))


def _halves(key: bytes) -> NDArray[np.uint64]:
    """The key of the shingle hash, 16 bytes of its own, whatever else the given key serves for."""
    if len(key) < LEAST_KEY_BYTES:
        raise UsageError(f"the key of text sketches has at least {LEAST_KEY_BYTES} bytes")
    return np.frombuffer(blake2b(key, digest_size=16, person=b"near texts").digest(), "<u8").astype(np.uint64)


def _bands(offsets: NDArray[np.int64], shingles: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return kernels.band_keys(offsets, shingles, *_permutations(), ROWS)


def _permutations() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Odd factors and terms of the 120 hashes: splitmix64 (Steele, Lea and Flood, 2014) from a fixed seed."""
    state = np.uint64(_SEED) + np.arange(1, 2 * BANDS * ROWS + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = state ^ (state >> np.uint64(31))
    return state[: BANDS * ROWS] | np.uint64(1), state[BANDS * ROWS :]
