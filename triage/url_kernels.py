"""The first half of reading very many ordinary addresses, compiled: what they are made of.

`scan` cuts every line exactly as `_PLAIN` of `triage/urls.py` does, tidies its escapes and looks up the names in it.
Then `triage/url_columns.py` answers in Python what rules say in patterns, and `triage/url_key_kernels.py` writes.
What is not surely ordinary gets no head (-1): it is Python's from its first letter on. Bytes are UTF-8, places are
offsets into them. Numba is imported here: import this module only where it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

HOST, PATH, QUERY, FRAGMENT, UNRESERVED, CAPITAL, SMALL, JOINT, ESCAPE, ODD, SIGN = (1 << bit for bit in range(11))
"""What a byte may be; SIGN: a path with it may hold a part that a rule cuts out."""
MOST_PARTS = 64
"""Parameters of one address: sorting by insertion is quick up to here."""
LINE, HASH, PERCENT, AND, SLASH, COLON, ASKS, ZERO, NINE = b"\n#%&/:?09"
_BANG, _DOT, _EQUALS, _TILDE, _TWO, _SMALL_A, _SMALL_E = b"!.=~2ae"
_HTTP_PORT, _HTTPS_PORT, _MOST_DIGITS = 80, 443, 5
_HTTPS = np.frombuffer(b"https://", np.uint8)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Fibonacci hashing (Knuth, The Art of Computer Programming, volume 3, 6.4)."""

_OPTIONS: Any = {"cache": True, "nogil": True, "_nrt": False}
"""`_nrt` off: counting the references to arrays that are only handed on would take 40 % of the time, and the caller
holds them (`register_jitable` in `numba/core/extending.py` names the option)."""
_ROW_FIELDS = (
    "head", "http", "path", "query", "fragment", "cut", "end", "escaped", "parts", "parts_end", "signed",
    "given", "given_end", "steps", "steps_end", "carried",
)  # fmt: skip
ROW = np.dtype([(name, np.int32) for name in _ROW_FIELDS])
"""One address: number of its head (-1: Python's), whether it is `http`, where its tidied parts begin (`cut`: a text
fragment, `end`: all of it), how many of them had escapes to tidy, and its parameters. Where the path is `signed`,
Python gives the path of the key and its steps; where it is a wrapper's, `carried` is its step, and the key is that of
the address inside."""
PART = np.dtype([(name, np.int32) for name in ("row", "start", "name_end", "end", "step")])
"""One parameter; `step`: 0 stays, positive the step that leaves it out, negative the rules to ask."""

_F = TypeVar("_F", bound=Callable[..., object])
Bytes = NDArray[np.uint8]
Units = NDArray[np.uint16]
Numbers = NDArray[np.int64]


def kernel(function: _F) -> _F:
    """Compile a function that makes no arrays; kept on disk between processes."""
    return cast(_F, njit(**_OPTIONS)(function))


def inner(function: _F) -> _F:
    """Compile a part of a kernel into each place that calls it."""
    return cast(_F, njit(forceinline=True, **_OPTIONS)(function))


class Names(NamedTuple):
    """Names with their numbers: their bytes, where each begins and ends in them (n, 2), hash slots (a power of two,
    -1 where free), and what each one says."""

    text: Bytes
    spans: Numbers
    slots: NDArray[np.int32]
    says: NDArray[np.int32]


class Tables(NamedTuple):
    """What rules say by name alone: classes of bytes (256), parameters, beginnings of parameters in their order, last
    segments of paths that show a folder, and which steps count only beside another parameter (65536)."""

    classes: NDArray[np.int32]
    parameters: Names
    prefixes: Names
    pages: Names
    beside: NDArray[np.bool_]


@kernel
def fill(names: Names) -> None:
    """Put every name into its slot."""
    text, spans, slots = names.text, names.spans, names.slots
    for number in range(len(spans)):
        start, end = spans[number, 0], spans[number, 1]
        mixed = np.uint64(0)
        for at in range(start, end):
            mixed = _mixed(mixed, text[at])
        slots[_slot(slots, spans, text, mixed, text, start, end)] = number


@inner
def _mixed(mixed: Any, char: Any) -> Any:
    """A hash with one more byte (or number) in it."""
    return (mixed ^ np.uint64(char)) * _FACTOR


@inner
def _slot(slots: Any, spans: Any, names: Any, mixed: Any, text: Any, start: Any, end: Any) -> Any:
    """Where in the slots the name `text[start:end]`, whose hash is `mixed`, is or would be."""
    last = np.int64(slots.size - 1)
    slot = np.int64(mixed >> np.uint64(32)) & last
    while slots[slot] >= 0:
        first, past = spans[slots[slot], 0], spans[slots[slot], 1]
        if past - first == end - start and begins(text, start, names, first, past):
            break
        slot = (slot + 1) & last
    return slot


@inner
def begins(text: Any, at: Any, other: Any, start: Any, end: Any) -> Any:
    """Whether what stands in `text` from `at` on begins with `other[start:end]`."""
    while start < end and text[at] == other[start]:
        at, start = at + 1, start + 1
    return start == end


@inner
def copied(text: Any, start: Any, end: Any, out: Any, at: Any) -> Any:
    """Write `text[start:end]` to `out` at `at`; where it ends there."""
    for place in range(start, end):
        out[at] = text[place]
        at += 1
    return at


@kernel
def scan(
    lines: Bytes, tables: Tables, heads: Names, known: int, rows: Any, parts: Any, tidied: Bytes
) -> tuple[int, int, int]:
    """Read every line (each ends in a newline) into `rows`, `parts` and `tidied`.

    Heads (scheme, host and port, as `_head` writes them) are numbered in `heads`, of which `known` are there. Returns
    how many heads there are now, and how much of `parts` and `tidied` is used.
    """
    classes, words, spans, slots = tables.classes, heads.text, heads.spans, heads.slots
    names, prefixes = tables.parameters, tables.prefixes
    named = (names.slots, names.spans, names.text, names.says)
    begun = (prefixes.spans, prefixes.text, prefixes.says)
    place = used = at = 0
    start = spans[known - 1, 1] + 1 if known else 0
    for number in range(rows.size):
        row = rows[number]
        row.head, row.parts, row.carried = -1, used, 0
        stop, end, mixed = _head(lines, place, classes, words, start, row)
        if stop >= 0:
            stop = _address(lines, stop, classes, row, tidied, at)
        if stop >= 0:
            place, at = stop, row.end
            slot = _slot(slots, spans, words, mixed, words, start, end)
            if slots[slot] < 0:
                slots[slot] = known
                spans[known, 0], spans[known, 1] = start, end
                words[end] = LINE
                start, known = end + 1, known + 1
            used = _parameters(tidied, row, number, parts, used, named, begun)
            if used - row.parts <= MOST_PARTS and not _has_values(tidied, row.fragment, row.cut):
                row.head = slots[slot]
        row.parts_end = used
        while lines[place] != LINE:
            place += 1
        place += 1
    return known, used, at


@inner
def _head(lines: Any, at: Any, classes: Any, out: Any, end: Any, row: Any) -> Any:
    """Write the head that begins at `at` to `out` at `end`, all `http` as `https`, letters small, no default port.

    Where it ends in `lines` (-1: not ordinary), where it ends in `out`, and its hash.
    """
    row.http = 0
    named = begins(lines, at, _HTTPS, 0, 4)
    if named:
        row.http = lines[at + 4] == COLON
        named = begins(lines, at + 4, _HTTPS, 4 + row.http, 8)
    if named:
        at, end = at + 8 - row.http, copied(_HTTPS, 0, 8, out, end)
    first, mixed = at, np.uint64(named)
    while classes[lines[at]] & HOST:
        char = lines[at]
        if classes[char] & CAPITAL:
            char |= 32
        mixed = _mixed(mixed, char)
        out[end] = char
        at, end = at + 1, end + 1
    colon, port = at, 0
    if lines[at] == COLON and lines[at + 1] != ZERO:
        at += 1
        while at <= colon + _MOST_DIGITS and ZERO <= lines[at] <= NINE:
            port = 10 * port + lines[at] - ZERO
            at += 1
    if lines[at] not in (SLASH, ASKS, HASH, LINE) or colon == first or at == colon + 1:
        return -1, end, mixed
    if named and port in (_HTTP_PORT, _HTTPS_PORT):
        usual = port == (_HTTP_PORT if row.http else _HTTPS_PORT)
        return at if usual else -1, end, mixed
    return at, copied(lines, colon, at, out, end), _mixed(mixed, port)


@inner
def _address(lines: Any, at: Any, classes: Any, row: Any, out: Any, end: Any) -> Any:
    """Read path, query and fragment from `at` on into `out` from `end` on; where they stop, or -1: not ordinary."""
    row.path = end
    if lines[at] == SLASH:
        at, end, seen = _while(lines, at, classes, PATH, out, end)
        if seen & ODD and _has_dots(lines, at - (end - row.path), at):
            return -1
        row.signed = seen & SIGN
    else:
        out[end] = SLASH
        end, seen, row.signed = end + 1, 0, 0
    row.query = row.fragment = end
    if lines[at] == ASKS:
        at, end, more = _while(lines, at + 1, classes, QUERY, out, end)
        if end == row.query:
            return -1
        row.fragment, seen = end, seen | more
    row.end = end
    if lines[at] == HASH:
        at, end, more = _while(lines, at + 1, classes, FRAGMENT, out, end)
        if end == row.end:
            return -1
        row.end, seen = end, seen | more
    row.escaped = 0
    if seen & ESCAPE:
        query, fragment, end = row.query, row.fragment, row.end
        row.query = _tidy(out, row.path, query, row.path, classes, row)
        row.fragment = _tidy(out, query, fragment, row.query, classes, row)
        row.end = _tidy(out, fragment, end, row.fragment, classes, row)
    row.cut = _text_fragment(out, row.fragment, row.end)
    return at if lines[at] == LINE else -1


@inner
def _while(lines: Any, at: Any, classes: Any, bit: Any, out: Any, end: Any) -> Any:
    """Copy bytes of one class; where they stop in `lines` and in `out`, and all classes seen."""
    seen = 0
    while True:
        char = lines[at]
        about = classes[char]
        if not about & bit:
            return at, end, seen
        seen |= about
        out[end] = char
        at, end = at + 1, end + 1


@inner
def _has_dots(lines: Any, start: Any, end: Any) -> Any:
    """Whether a path has a segment that begins with a dot, or a dot written as escape."""
    for at in range(start, end):
        if lines[at] == _DOT and lines[at - 1] == SLASH:
            return True
        if lines[at] == PERCENT and lines[at + 1] == _TWO and lines[at + 2] | 32 == _SMALL_E:
            return True
    return False


@inner
def _tidy(text: Any, start: Any, end: Any, at: Any, classes: Any, row: Any) -> Any:
    """Move `text[start:end]` down to `at` with its escapes tidied, or as it is where one of them is none."""
    for place in range(start, end):
        if text[place] == PERCENT and (place + 2 >= end or octet_at(text, place + 1) < 0):
            return copied(text, start, end, text, at)
    changed = False
    while start < end:
        char = text[start]
        if char != PERCENT:
            text[at] = char
            at, start = at + 1, start + 1
            continue
        octet = octet_at(text, start + 1)
        if classes[octet] & UNRESERVED:
            text[at] = octet
            at, changed = at + 1, True
        else:
            text[at] = PERCENT
            for place in (1, 2):
                digit = text[start + place]
                text[at + place] = digit - 32 if digit > _SMALL_A - 1 else digit
                changed |= digit > _SMALL_A - 1
            at += 3
        start += 3
    row.escaped += changed
    return at


@inner
def octet_at(text: Any, at: Any) -> Any:
    """The number two hexadecimal digits mean; below 0 when they are none."""
    octet = np.int64(0)
    for place in (at, at + 1):
        char = np.int64(text[place])
        digit = char - ZERO if char <= NINE else (char | 32) - _SMALL_A + 10
        if digit < 0 or digit > 15 or (char > NINE and digit < 10):
            return -1
        octet = 16 * octet + digit
    return octet


@inner
def _parameters(text: Any, row: Any, number: Any, parts: Any, used: Any, named: Any, begun: Any) -> Any:
    """Cut the query into parts and say what their names say; how many parts there are now."""
    slots, spans, names, says = named
    at = row.query if row.query < row.fragment else row.fragment + 1
    while at <= row.fragment:
        part = parts[used]
        part.row, part.start, mixed = number, at, np.uint64(0)
        while at < row.fragment and text[at] != _EQUALS and text[at] != AND:
            mixed = _mixed(mixed, text[at])
            at += 1
        part.name_end = at
        slot = _slot(slots, spans, names, mixed, text, part.start, at)
        part.step = says[slots[slot]] if slots[slot] >= 0 else _by_beginning(text, part.start, at, begun)
        while at < row.fragment and text[at] != AND:
            at += 1
        part.end = at
        at, used = at + 1, used + 1
    return used


@inner
def _by_beginning(text: Any, start: Any, end: Any, begun: Any) -> Any:
    """What the rules say by how a name begins; 0: nothing."""
    spans, names, says = begun
    for number in range(len(spans)):
        first, past = spans[number, 0], spans[number, 1]
        if past - first <= end - start and begins(text, start, names, first, past):
            return says[number]
    return 0


@inner
def _text_fragment(text: Any, start: Any, end: Any) -> Any:
    """Where the mark of a text fragment begins, or `end`."""
    for at in range(start, end - 2):
        if text[at] == COLON and text[at + 1] == _TILDE and text[at + 2] == COLON:
            return at
    return end


@inner
def _has_values(text: Any, start: Any, end: Any) -> Any:
    """Whether a fragment is read like a query."""
    if start == end or text[start] == _BANG or text[start] == SLASH:
        return False
    while start < end and text[start] != _EQUALS:
        start += 1
    return start < end
