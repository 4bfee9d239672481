"""The inner loops of text features, compiled: words of a shadow, their hashed parts, weighted sums, best stretches.

One function (`_parts`) says which features a word brings, so training and judging cannot differ. A feature is a number
below the rows of the weights ("hashing trick", Weinberger and others 2009): no word is ever stored. Per word: its
n-grams of 3 to 5 bytes with a mark before and after it, the word, the word with the one before it, and its beginning
beside the beginnings of the three words before it (inflected languages: 5 bytes are about the stem). Each feature
counts once per text; texts are scaled to length 1. Numba is imported here: import this module only where it is used.

`matrix` and `sums` repeat a loop: a kernel for what they share made `sums` a half slower (20,000 texts).

Everywhere: `text` is uint8, many texts one after the other, ending at `ends` (int64). Time is linear in the bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from triage.matching_kernels import kernel

GRAM_FROM, GRAM_TO = 3, 5
STEM_BYTES = 5
WORD_VALUE = np.float32(3.0)
"""A word or a pair weighs as much as three pieces of a word (measured: 1 to 3 differ by .01 in average precision)."""
SPANS = 3
_LONGEST_WORD_BYTES = 40
_REACH_WORDS = 3
_PARTS_MOST = (GRAM_TO - GRAM_FROM + 1) * (_LONGEST_WORD_BYTES + 2) + 2 + _REACH_WORDS
_MOST_WORDS_SHOWN = 2_000
"""Spans are looked for among the first words of a text only."""
_PEAK_SHARE = np.float32(0.35)
"""A word belongs to a span if it speaks at least this part of what the loudest word says."""
_OFFSET, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_MIX = np.uint64(0x9E3779B97F4A7C15)
_WORD, _PAIR, _NEAR = np.uint64(0xA1), np.uint64(0xB2), np.uint64(0xC3)
_END, _LETTERS, _MINOR, _ADULT, _NUMBER, _ADDRESS, _ASKED = 0, 1, 2, 3, 4, 5, 6
_MINOR_BELOW, _ADULT_BELOW = 18, 100
_BLANK, _MARK, _LATIN, _WIDE = 0x20, 0x3F, 0xC2, 0xE2

Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int64]
Weights = NDArray[np.float32]


@kernel
def matrix(text: Bytes, ends: Offsets, space: int) -> tuple[Offsets, NDArray[np.int32], Weights]:
    """The texts as compressed sparse rows: row starts int64 (n + 1), feature numbers below `space`, values."""
    rows = np.zeros(len(ends) + 1, np.int64)
    columns, values = np.empty(1024, np.int32), np.empty(1024, np.float32)
    seen, own = np.full(space, -1, np.int32), np.empty(_PARTS_MOST, np.int64)
    used, start = 0, 0
    for number in range(len(ends)):
        first, squares = used, np.float32(0)
        state, at, kind = np.zeros(_REACH_WORDS + 1, np.uint64), start, 1
        while True:
            begin, stop, kind = _word(text, at, ends[number])
            if kind == _END:
                break
            at = stop
            many, grams = _parts(text, begin, stop, kind, state, own, space)
            if used + many > len(columns):
                columns, values = _more(columns, values)
            for part in range(many):
                if seen[own[part]] != number:
                    seen[own[part]] = number
                    value = np.float32(1) if part < grams else WORD_VALUE
                    columns[used], values[used] = own[part], value
                    squares += value * value
                    used += 1
        length = np.sqrt(max(squares, np.float32(1)))
        for place in range(first, used):
            values[place] /= length
        rows[number + 1], start = used, ends[number]
    return rows, columns[:used].copy(), values[:used].copy()


@kernel
def sums(text: Bytes, ends: Offsets, weights: Weights) -> Weights:
    """Each text's weighted sum for each of the heads, float32 (n, heads); `weights` is (space, heads)."""
    space, heads = weights.shape
    found = np.zeros((len(ends), heads), np.float32)
    seen, own = np.full(space, -1, np.int32), np.empty(_PARTS_MOST, np.int64)
    start = 0
    for number in range(len(ends)):
        squares = np.float32(0)
        state, at, kind = np.zeros(_REACH_WORDS + 1, np.uint64), start, 1
        while True:
            begin, stop, kind = _word(text, at, ends[number])
            if kind == _END:
                break
            at = stop
            many, grams = _parts(text, begin, stop, kind, state, own, space)
            for part in range(many):
                feature = own[part]
                if seen[feature] != number:
                    seen[feature] = number
                    value = np.float32(1) if part < grams else WORD_VALUE
                    squares += value * value
                    for head in range(heads):
                        found[number, head] += value * weights[feature, head]
        length = np.sqrt(max(squares, np.float32(1)))
        for head in range(heads):
            found[number, head] /= length
        start = ends[number]
    return found


@kernel
def spans(text: Bytes, ends: Offsets, chosen: Offsets, heads: Offsets, weights: Weights) -> Offsets:
    """Where the words stand that speak loudest for a head: int64 (m, SPANS, 2) of byte offsets into the chosen text.

    Loudest stretch first; -1 where there are fewer. `chosen` are numbers of texts, `heads` the head of each.
    """
    found = np.full((len(chosen), SPANS, 2), -1, np.int64)
    seen, own = np.full(weights.shape[0], -1, np.int32), np.empty(_PARTS_MOST, np.int64)
    bounds = np.empty((_MOST_WORDS_SHOWN, 2), np.int64)
    loud = np.empty((weights.shape[1], _MOST_WORDS_SHOWN), np.float32)
    turn = 0
    while turn < len(chosen):
        after = turn + 1  # heads of one text that stand together are asked together: its words are read once
        while after < len(chosen) and chosen[after] == chosen[turn] and after - turn < len(loud):
            after += 1
        start = ends[chosen[turn] - 1] if chosen[turn] else 0
        state, at, words = np.zeros(_REACH_WORDS + 1, np.uint64), start, 0
        while words < _MOST_WORDS_SHOWN:
            begin, stop, kind = _word(text, at, ends[chosen[turn]])
            if kind == _END:
                break
            at = stop
            many, grams = _parts(text, begin, stop, kind, state, own, weights.shape[0])
            bounds[words, 0], bounds[words, 1], loud[:, words] = begin - start, stop - start, 0
            for part in range(many):
                if seen[own[part]] != turn:
                    seen[own[part]] = turn
                    value = np.float32(1) if part < grams + 1 else WORD_VALUE
                    for asked in range(turn, after):
                        loud[asked - turn, words] += value * weights[own[part], heads[asked]]
            words += 1
        for asked in range(turn, after):
            _stretches(bounds[:words], loud[asked - turn, :words], found[asked])
        turn = after
    return found


@kernel
def _stretches(bounds: Offsets, loud: Weights, found: Offsets) -> None:
    """Join loud words (a silent one may stand between two) and keep the loudest stretches, loudest first."""
    loudest = np.float32(0)
    for at in range(len(loud)):
        loudest = max(loudest, loud[at])
    if loudest <= 0:
        return
    least, kept = _PEAK_SHARE * loudest, np.zeros(SPANS, np.float32)
    at = 0
    while at < len(loud):
        if loud[at] < least:
            at += 1
            continue
        last, total, ahead = at, loud[at], at + 1
        while ahead < len(loud) and ahead <= last + 2:
            if loud[ahead] >= least:
                last = ahead
                total += loud[ahead]
            ahead += 1
        for place in range(SPANS):
            if total > kept[place]:
                for lower in range(SPANS - 1, place, -1):
                    kept[lower] = kept[lower - 1]
                    found[lower, 0], found[lower, 1] = found[lower - 1, 0], found[lower - 1, 1]
                kept[place] = total
                found[place, 0], found[place, 1] = bounds[at, 0], bounds[last, 1]
                break
        at = last + 1


@kernel
def _parts(
    text: Bytes, begin: int, stop: int, kind: int, state: NDArray[np.uint64], own: Offsets, space: int
) -> tuple[int, int]:
    """Write one word's features into `own`; how many, and how many of them (the first) are pieces of the word.

    `state` holds the hash of the word before and the beginnings of the three before; it is moved on.
    """
    used = 0
    whole, stem = _OFFSET ^ np.uint64(kind), _OFFSET ^ np.uint64(kind)
    if kind == _LETTERS:
        stop = min(stop, begin + _LONGEST_WORD_BYTES)
        for at in range(begin, stop):
            whole = (whole ^ np.uint64(text[at])) * _PRIME
            if at - begin < STEM_BYTES:
                stem = whole
        for first in range(begin - 1, stop):
            piece = _OFFSET
            for at in range(first, min(first + GRAM_TO, stop + 1)):
                byte = text[at] if begin <= at < stop else _BLANK
                piece = (piece ^ np.uint64(byte)) * _PRIME
                if at - first + 1 >= GRAM_FROM:
                    own[used] = _row(piece, space)
                    used += 1
    grams = used
    own[used] = _row(whole * _MIX ^ _WORD, space)
    own[used + 1] = _row((state[0] * _PRIME ^ whole) * _MIX ^ _PAIR, space)
    used += 2
    for back in range(1, _REACH_WORDS + 1):
        if state[back]:
            low, high = min(stem, state[back]), max(stem, state[back])
            own[used] = _row((low * _PRIME ^ high) * _MIX ^ _NEAR, space)
            used += 1
    for back in range(_REACH_WORDS, 1, -1):
        state[back] = state[back - 1]
    state[0], state[1] = whole, stem
    return used, grams


@kernel
def _row(mixed: Any, space: int) -> Any:
    """A hash to a feature number; `space` is a power of two at most 2^24."""
    mixed ^= mixed >> np.uint64(32)
    mixed *= _MIX
    return np.int64((mixed >> np.uint64(40)) & np.uint64(space - 1))


@kernel
def _word(text: Bytes, at: int, end: int) -> tuple[int, int, int]:
    """Begin, end and kind of the next word from `at`: letters, a number by its size, an address, a question mark."""
    fresh = at == 0 or text[at - 1] <= _BLANK
    while at < end:
        width = _gap(text, at, end)
        if width == 0 or text[at] == _MARK:
            break
        fresh = fresh or text[at] <= _BLANK
        at += width
    if at >= end:
        return at, at, _END
    if text[at] == _MARK:
        return at, at + 1, _ASKED
    begin = at
    if fresh:
        at = _address_end(text, at, end)
        if at > begin:
            return begin, at, _ADDRESS
    if _is_digit(text[at]):
        number = 0
        while at < end and _is_digit(text[at]):
            number = min(10 * number + int(text[at]) - 0x30, _ADULT_BELOW)
            at += 1
        if 0 < number < _ADULT_BELOW:
            return begin, at, _MINOR if number < _MINOR_BELOW else _ADULT
        return begin, at, _NUMBER
    while at < end and _gap(text, at, end) == 0 and not _is_digit(text[at]):
        at += 1
    return begin, at, _LETTERS


@kernel
def _address_end(text: Bytes, begin: int, end: int) -> int:
    """Where the address ends that begins here, `begin` if none does: `://` or `@` in it, or `.` and later `/`."""
    at, dotted, found = begin, False, False
    while at < end and text[at] > _BLANK:
        byte = text[at]
        found = found or byte == 0x40 or (byte == 0x2F and (dotted or (at > begin and text[at - 1] == 0x3A)))
        dotted = dotted or byte == 0x2E
        at += 1
    return at if found else begin


@kernel
def _is_digit(byte: Any) -> bool:
    return bool(0x30 <= byte <= 0x39)


@kernel
def _gap(text: Bytes, at: int, end: int) -> int:
    """How many bytes here are no part of a word: ASCII other than letters and digits, U+00A0-BF, U+2000-207F."""
    byte = text[at]
    if byte < 0x80:
        return 0 if 0x61 <= byte <= 0x7A or 0x30 <= byte <= 0x39 or 0x41 <= byte <= 0x5A else 1
    if byte == _LATIN:
        return 2
    return 3 if byte == _WIDE and at + 1 < end and text[at + 1] <= 0x81 else 0


@kernel
def _more(columns: NDArray[np.int32], values: Weights) -> tuple[NDArray[np.int32], Weights]:
    larger, more = np.empty(2 * len(columns), np.int32), np.empty(2 * len(columns), np.float32)
    for place in range(len(columns)):
        larger[place], more[place] = columns[place], values[place]
    return larger, more
