"""The inner loops of near-equal texts, compiled: words, keyed shingles, MinHash, linking within buckets."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.matching_kernels import kernel

_SHORT_SORT = 64
_FIRST_LINKS = 4096
_BLANK, _WIDE, _LATIN = 0x20, 0xE2, 0xC2
Shingles = NDArray[np.uint64]
Offsets = NDArray[np.int64]


@kernel
def shingles(
    text: NDArray[np.uint8], ends: Offsets, key: Shingles, together: int, least: int
) -> tuple[Offsets, Shingles]:
    """Sorted distinct keyed hashes of every `together` words in a row, per text of UTF-8 bytes ending at `ends`.

    Texts of fewer than `least` words get none. Returns offsets int64 (n + 1) and the hashes.
    """
    offsets = np.zeros(len(ends) + 1, np.int64)
    kept = np.empty(max(16, len(text) // 6), np.uint64)
    used, start = 0, 0
    for number in range(len(ends)):
        words, bounds = _words(text[start : ends[number]])
        start = ends[number]
        count = len(bounds) - 1
        if count >= least:
            many = count - together + 1
            if used + many > len(kept):
                larger = np.empty(2 * (used + many), np.uint64)
                for at in range(used):
                    larger[at] = kept[at]
                kept = larger
            for first in range(many):
                kept[used + first] = siphash(words[bounds[first] : bounds[first + together] - 1], key[0], key[1])
            used += _sorted_distinct(kept[used : used + many])
        offsets[number + 1] = used
    return offsets, kept[:used].copy()


@kernel
def band_keys(offsets: Offsets, hashes: Shingles, factors: Shingles, terms: Shingles, rows: int) -> Shingles:
    """MinHash (Broder 1997) in bands: uint64 (n, bands), one hash of each `rows` minima of a text's shingles.

    A minimum is that of one multiply-shift hash over the shingles; `factors` and `terms` hold bands times `rows`.
    """
    bands = len(factors) // rows
    keys = np.zeros((len(offsets) - 1, bands), np.uint64)
    least = np.empty(len(factors), np.uint32)
    for text in range(len(offsets) - 1):
        least[:] = np.uint32(0xFFFFFFFF)
        for at in range(offsets[text], offsets[text + 1]):
            hashed = hashes[at]
            for turn in range(len(factors)):
                mixed = np.uint32((hashed * factors[turn] + terms[turn]) >> np.uint64(32))
                least[turn] = min(least[turn], mixed)
        for band in range(bands):
            key = np.uint64(0)
            for turn in range(band * rows, band * rows + rows):
                key = (key ^ np.uint64(least[turn])) * np.uint64(0x9E3779B97F4A7C15)
                key ^= key >> np.uint64(29)
            keys[text, band] = key
    return keys


@kernel
def set_keys(offsets: Offsets, hashes: Shingles) -> Shingles:
    """One 64-bit hash per text of its whole set of shingles: their sum, as they are hashes already."""
    keys = np.zeros(len(offsets) - 1, np.uint64)
    for text in range(len(keys)):
        for at in range(offsets[text], offsets[text + 1]):
            keys[text] += hashes[at]
    return keys


@kernel
def link(
    keys: Shingles,
    place_bits: int,
    known: int,
    leaders_most: int,
    offsets: Offsets,
    hashes: Shingles,
    least: float,
    parent: Offsets,
) -> tuple[Offsets, NDArray[np.float64]]:
    """Links (2, links: earlier, later) and their Jaccard index, within each bucket of the sorted keys.

    A key is a hash with the text's place in its last `place_bits`. In a bucket each text is compared with its leaders:
    the first `leaders_most` texts that were like no leader before, and the first half as many that were like one (of
    copies of one text the original may come late); so a bucket costs its length only. Texts already
    in one group (`parent`, a union-find) and two known texts (places below `known`) are not compared.
    """
    links, likeness = np.empty((2, _FIRST_LINKS), np.int64), np.empty(_FIRST_LINKS, np.float64)
    used, leading, like, bucket = 0, 0, 0, np.uint64(0)
    leaders = np.empty(leaders_most + leaders_most // 2, np.int64)
    for key in keys:
        place = np.int64(key & np.uint64((1 << place_bits) - 1))
        if leading == 0 or key >> np.uint64(place_bits) != bucket:
            bucket, leading, like = key >> np.uint64(place_bits), 0, 0
        alike = False
        for at in range(leading):
            if place < known:
                break
            one, other = _root(parent, leaders[at]), _root(parent, place)
            if one == other:
                alike = True
                continue
            index = jaccard(hashes, offsets, leaders[at], place, least)
            if index >= least:
                if used == len(likeness):
                    links, likeness = _more_links(links, likeness)
                links[0, used], links[1, used], likeness[used] = leaders[at], place, index
                used += 1
                parent[max(one, other)] = min(one, other)
                alike = True
        if like < leaders_most // 2 if alike else leading - like < leaders_most:
            leaders[leading] = place
            leading += 1
            like += alike
    return links[:, :used].copy(), likeness[:used].copy()


@kernel
def roots(parent: Offsets) -> Offsets:
    """The first text of each text's group."""
    found = np.empty(len(parent), np.int64)
    for place in range(len(parent)):
        found[place] = _root(parent, place)
    return found


@kernel
def jaccard(hashes: Shingles, offsets: Offsets, one: Any, other: Any, least: float) -> float:
    """Size of the common part over size of the union, exactly; 0 where the sizes alone keep it below `least`."""
    at, end = offsets[one], offsets[one + 1]
    place, stop = offsets[other], offsets[other + 1]
    mine, theirs = end - at, stop - place
    if min(mine, theirs) < least * max(mine, theirs) or mine == 0 or theirs == 0:
        return 0.0
    common = 0
    while at < end and place < stop:
        left, right = hashes[at], hashes[place]
        common += left == right
        at += left <= right
        place += right <= left
    return float(common / (mine + theirs - common))


@kernel
def siphash(data: NDArray[np.uint8], first: Any, second: Any) -> Any:
    """SipHash-2-4 (Aumasson and Bernstein, 2012) of some bytes under a key of two words."""
    a = first ^ np.uint64(0x736F6D6570736575)
    b = second ^ np.uint64(0x646F72616E646F6D)
    c = first ^ np.uint64(0x6C7967656E657261)
    d = second ^ np.uint64(0x7465646279746573)
    whole = len(data) // 8
    for block in range(whole + 1):
        word = np.uint64(0)
        for at in range(8 * block, min(8 * block + 8, len(data))):
            word |= np.uint64(data[at]) << np.uint64(8 * (at & 7))
        if block == whole:
            word |= np.uint64(len(data) & 0xFF) << np.uint64(56)
        d ^= word
        a, b, c, d = _round(a, b, c, d)
        a, b, c, d = _round(a, b, c, d)
        a ^= word
    c ^= np.uint64(0xFF)
    for _ in range(4):
        a, b, c, d = _round(a, b, c, d)
    return a ^ b ^ c ^ d


@kernel
def _round(a: Any, b: Any, c: Any, d: Any) -> Any:
    a += b
    c += d
    b = _turned(b, 13) ^ a
    d = _turned(d, 16) ^ c
    a = _turned(a, 32)
    c += b
    a += d
    b = _turned(b, 17) ^ c
    d = _turned(d, 21) ^ a
    return a, b, _turned(c, 32), d


@kernel
def _turned(word: Any, bits: Any) -> Any:
    return (word << np.uint64(bits)) | (word >> np.uint64(64 - bits))


@kernel
def _words(text: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], Offsets]:
    """The text with one blank after each word, and where each word begins (and the last ends)."""
    kept, bounds = np.empty(len(text) + 1, np.uint8), np.empty(len(text) + 2, np.int64)
    used, words, at = 0, 0, 0
    inside = False
    while at < len(text):
        width = _gap(text, at)
        if width:
            if inside:
                kept[used] = _BLANK
                used += 1
            inside = False
            at += width
            continue
        if not inside:
            bounds[words] = used
            words += 1
        inside = True
        kept[used] = text[at]
        used += 1
        at += 1
    if inside:
        kept[used] = _BLANK
        used += 1
    bounds[words] = used
    return kept[:used], bounds[: words + 1]


@kernel
def _gap(text: NDArray[np.uint8], at: Any) -> Any:
    """How many bytes here are no part of a word: ASCII other than letters and digits, U+00A0-BF, U+2000-207F."""
    byte = text[at]
    if byte < 0x80:
        letter = 0x61 <= byte <= 0x7A or 0x41 <= byte <= 0x5A or 0x30 <= byte <= 0x39
        return 0 if letter else 1
    if byte == _LATIN:
        return 2
    return 3 if byte == _WIDE and at + 1 < len(text) and text[at + 1] <= 0x81 else 0


@kernel
def _sorted_distinct(part: Shingles) -> int:
    """Sort in place, equal ones once; how many remain."""
    if len(part) > _SHORT_SORT:
        part.sort()
    else:
        for at in range(1, len(part)):
            moved, place = part[at], at
            while place > 0 and part[place - 1] > moved:
                part[place] = part[place - 1]
                place -= 1
            part[place] = moved
    kept = 1
    for at in range(1, len(part)):
        if part[at] != part[kept - 1]:
            part[kept] = part[at]
            kept += 1
    return kept


@kernel
def _root(parent: Offsets, place: Any) -> Any:
    at = np.int64(place)
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


@kernel
def _more_links(links: Offsets, likeness: NDArray[np.float64]) -> tuple[Offsets, NDArray[np.float64]]:
    larger, more = np.empty((2, 2 * len(likeness)), np.int64), np.empty(2 * len(likeness), np.float64)
    for at in range(len(likeness)):
        larger[0, at], larger[1, at], more[at] = links[0, at], links[1, at], likeness[at]
    return larger, more
