"""The second half of reading very many ordinary addresses, compiled: canonical forms, case keys and trails.

Does for addresses on ordinary hosts what `keyed` of `triage/case_keys.py` does for one, from what `scan` of
`triage/url_kernels.py` found and what `triage/url_columns.py` answered. For a platform's host it writes what its forms
are compared with in place of the key, for a wrapper's address no key. A trail is text of one code unit per step.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from triage.url_kernels import (
    AND,
    ASKS,
    CAPITAL,
    COLON,
    HASH,
    JOINT,
    LINE,
    NINE,
    PERCENT,
    SLASH,
    SMALL,
    ZERO,
    Bytes,
    Numbers,
    Tables,
    Units,
    begins,
    copied,
    inner,
    kernel,
    octet_at,
)  # fmt: skip

OWN_STEPS = ("percent_encoding", "parameter_order", "text_fragment", "doubled_slash", "trailing_slash", "fragment")
FIRST_STEP = 256
"""The code unit of the first of `OWN_STEPS`, which the kernels take by themselves; all other steps follow."""
_ESCAPED, _ORDERED, _TEXT_FRAGMENT, _DOUBLED, _TRAILING, _FRAGMENT = range(FIRST_STEP, FIRST_STEP + len(OWN_STEPS))
_BANG, _THREE, _LARGE_A, _OPENING = b"!3A["
_FIRST_NOT_ASCII = 128
_MOST_SMALL, _MOST_CAPITALS = 14, 15


@kernel
def write(
    text: Bytes, tables: Tables, rows: Any, parts: Any, starts: Bytes, units: Units, spans: Numbers,
    steps: Units, kept: Numbers, hrefs: Bytes, keys: Bytes, trails: Units,
) -> tuple[int, int, int]:  # fmt: skip
    """Write a line for every row with a head into `hrefs`, `keys` and `trails`, and an empty one for the others.

    `spans` (heads, 7): where its beginning of the address and of the key end in `starts`, and its first and other
    steps in `units`, each beginning where the one before ends; and the step of a platform, or 0. `kept` is room for
    `MOST_PARTS` numbers. Returns how much of each is written.
    """
    h = k = t = 0
    beside, pages = tables.beside, tables.pages
    folders = (pages.spans, pages.text, pages.says)
    for number in range(rows.size):
        row = rows[number]
        if row.head >= 0:
            span = spans[row.head]
            h = _address(text, row, starts, span, hrefs, h)
            t = copied(units, span[3], span[4], trails, t)
            for _ in range(row.escaped):
                t = _took(True, _ESCAPED, trails, t)
            if row.carried:
                t = _took(True, row.carried, trails, t)
            else:
                t = copied(units, span[4], span[5], trails, t)
                many, t = _kept(text, tables.classes, beside, row, parts, kept, trails, t)
                t = _took(row.cut < row.end, _TEXT_FRAGMENT, trails, t)
                if span[6]:
                    k = _form_target(text, row, parts, kept, many, keys, k)
                    t = _took(True, span[6], trails, t)
                else:
                    k = copied(starts, span[1], span[2], keys, k)
                    k, t = _key(text, tables.classes, row, steps, folders, parts, kept, many, keys, k, trails, t)
        hrefs[h] = keys[k] = trails[t] = LINE
        h, k, t = h + 1, k + 1, t + 1
    return h, k, t


@inner
def _address(text: Any, row: Any, starts: Any, span: Any, hrefs: Any, h: Any) -> Any:
    """Write the canonical form."""
    h = copied(starts, span[0], span[0] + 4, hrefs, h)
    h = copied(starts, span[0] + 4 + row.http, span[1], hrefs, h)
    h = copied(text, row.path, row.query, hrefs, h)
    h = _marked(text, row.query, row.fragment, ASKS, hrefs, h)
    return _marked(text, row.fragment, row.end, HASH, hrefs, h)


@inner
def _form_target(text: Any, row: Any, parts: Any, kept: Any, many: Any, keys: Any, k: Any) -> Any:
    """Write what a platform's forms are compared with, as `form_key` of `triage/url_forms.py` says."""
    end = row.query
    while end > row.path + 1 and text[end - 1] == SLASH:
        end -= 1
    k = _query(text, parts, kept, many, keys, copied(text, row.path, end, keys, k))
    if row.fragment < row.cut and (text[row.fragment] == _BANG or text[row.fragment] == SLASH):
        k = _marked(text, row.fragment, row.cut, HASH, keys, k)
    return k


@inner
def _key(
    text: Any, classes: Any, row: Any, steps: Any, folders: Any, parts: Any, kept: Any, many: Any,
    keys: Any, k: Any, trails: Any, t: Any,
) -> Any:  # fmt: skip
    """Write what follows the host in a key, and its steps."""
    if row.signed:
        k = copied(text, row.given, row.given_end, keys, k)
        t = copied(steps, row.steps, row.steps_end, trails, t)
    else:
        k, t = _path(text, row, folders, keys, k, trails, t)
    k = _query(text, parts, kept, many, keys, k)
    if _is_anchor(text, row.fragment, row.cut, classes):
        return k, _took(True, _FRAGMENT, trails, t)
    return _marked(text, row.fragment, row.cut, HASH, keys, k), t


@inner
def _query(text: Any, parts: Any, kept: Any, many: Any, keys: Any, k: Any) -> Any:
    """Write the parameters that stay, with their mark."""
    mark, start = ASKS, k
    for place in range(many):
        part = parts[kept[place]]
        keys[k] = mark
        mark, k = AND, copied(text, part.start, part.end, keys, k + 1)
    return start if k == start + 1 else k


@inner
def _took(whether: Any, step: Any, trails: Any, t: Any) -> Any:
    if whether:
        trails[t] = step
        t += 1
    return t


@inner
def _marked(text: Any, start: Any, end: Any, mark: Any, out: Any, at: Any) -> Any:
    """Write a part with its mark, or nothing for an empty one."""
    if start == end:
        return at
    out[at] = mark
    return copied(text, start, end, out, at + 1)


@inner
def _kept(text: Any, classes: Any, beside: Any, row: Any, parts: Any, kept: Any, trails: Any, t: Any) -> Any:
    """Which parameters stay, in their order, into `kept`; how many, and where the trail ends now."""
    many, ordered, placed = 0, True, False
    for place in range(row.parts, row.parts_end):
        step = parts[place].step
        if step > 0:
            t = _took(not beside[step], step, trails, t)
        elif parts[place].end > parts[place].start:
            placed |= _is_placed(text, parts[place])
            ordered &= placed or many == 0 or not _before(text, classes, parts[place], parts[kept[many - 1]])
            kept[many] = place
            many += 1
    alone = many == 0
    for place in range(row.parts, row.parts_end):
        step = parts[place].step
        if step > 0 and beside[step]:
            if alone:
                kept[many] = place
                many += 1
            else:
                t = _took(True, step, trails, t)
    if not ordered and not placed:
        t = _took(True, _ORDERED, trails, t)
        for sorted_ones in range(1, many):
            one, place = kept[sorted_ones], sorted_ones
            while place > 0 and _before(text, classes, parts[one], parts[kept[place - 1]]):
                kept[place] = kept[place - 1]
                place -= 1
            kept[place] = one
    return many, t


@inner
def _is_placed(text: Any, part: Any) -> Any:
    """Whether a part keeps all parts where they are: it has no `=`, or a name of other letters."""
    for at in range(part.start, part.name_end - 2):
        if text[at] == PERCENT and octet_at(text, at + 1) >= _FIRST_NOT_ASCII:
            return True
    return part.name_end == part.end


@inner
def _before(text: Any, classes: Any, one: Any, other: Any) -> Any:
    """Whether the name of one parameter sorts before that of another, as `order_of_name` has it."""
    first, second = one.start, other.start
    while True:
        letter, first = _next_letter(text, classes, first, one.name_end)
        other_letter, second = _next_letter(text, classes, second, other.name_end)
        if letter != other_letter or letter == 0:
            return letter < other_letter


@inner
def _next_letter(text: Any, classes: Any, at: Any, end: Any) -> Any:
    """The next small letter or digit of a name from `at` on, and where it ends; 0 where no more comes."""
    while at < end:
        char = np.int64(text[at])
        at += 1
        if char == PERCENT and at + 1 < end and octet_at(text, at) >= 0:
            char, at = octet_at(text, at), at + 2
        if char == _OPENING:
            return 0, end
        if classes[char] & CAPITAL:
            return char | 32, at
        if classes[char] & SMALL or ZERO <= char <= NINE:
            return char, at
    return 0, end


@inner
def _path(text: Any, row: Any, folders: Any, keys: Any, k: Any, trails: Any, t: Any) -> Any:
    """Write the path of the key: single slashes, no page that shows a folder, no last slash."""
    start = slash = k
    doubled = False
    for at in range(row.path, row.query):
        char = text[at]
        if char == SLASH:
            if at > row.path and text[at - 1] == SLASH and not _ends_in_colon(text, row.path, at - 1):
                doubled = True
                continue
            slash = k
        keys[k] = char
        k += 1
    t = _took(doubled, _DOUBLED, trails, t)
    step = _of_folder(keys, slash + 1, k, folders)
    if step:
        return slash, _took(True, step, trails, t)
    if slash + 1 < k:
        return k, t
    return slash, _took(slash > start, _TRAILING, trails, t)


@inner
def _of_folder(text: Any, start: Any, end: Any, folders: Any) -> Any:
    """The step for a last segment that shows a folder; 0 for all others."""
    spans, pages, says = folders
    for number in range(len(spans)):
        first, past = spans[number, 0], spans[number, 1]
        if past - first == end - start and begins(text, start, pages, first, past):
            return says[number]
    return 0


@inner
def _ends_in_colon(text: Any, start: Any, end: Any) -> Any:
    """Whether `text[start:end]` does, written plainly or as escape: an address in a path has its slashes."""
    if end - start >= 3 and text[end - 3] == PERCENT and text[end - 2] == _THREE and text[end - 1] == _LARGE_A:
        return True
    return end > start and text[end - 1] == COLON


@inner
def _is_anchor(text: Any, at: Any, end: Any, classes: Any) -> Any:
    """Whether a fragment is plain words, as `_ANCHOR` of `triage/case_keys.py` has it."""
    while at < end:
        first = at
        while at < end and classes[text[at]] & CAPITAL:
            at += 1
        capitals, second = at - first, at
        while at < end and classes[text[at]] & SMALL:
            at += 1
        small = at - second
        if not (capitals <= 1 and 1 <= small <= _MOST_SMALL) and not (small == 0 and 1 <= capitals <= _MOST_CAPITALS):
            return False
        if at == end:
            return True
        if not classes[text[at]] & JOINT:
            return False
        at += 1
    return False
