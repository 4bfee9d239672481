"""Find the addresses of a stretch of parts: once per distinct text, then mapped back to the rows of each part.

A report's *primary* locator is its first actionable one, `location` before `description`; the same address twice in
one report is one link. The reporter's own telephone, mail address, chosen name or profile is none (`own_places.py`):
but a web address stays one where it stands in `location`, whatever a description calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.identity import text_digests
from pipeline.stages.distinct import Ints, distinct
from pipeline.stages.own_places import own_rows
from triage.locators import Locator
from triage.own_contact import (
    PERSONAL_KINDS,
    keys_said_own,
    own_withheld,
    page_key,
    pages_said_own,
    personal_key,
)
from triage.redacting.own_words import OwnWords

Find = Callable[[Sequence[str], bool], Iterable[tuple[Locator, ...]]]
"""Texts and whether they are whole `location` fields, to the locators in each."""
Words = Callable[[], OwnWords]
"""What makes something the writer's own: asked for only where something may be (reading it takes half a second)."""
NONE_SAID = -1
LOCATED = ("location", "description", "own")
"""Columns of the rows this stage reads."""


@dataclass(slots=True)
class _Known:
    """Distinct actionable locators of a stretch, numbered as they appear by their kind and canonical form."""

    numbers: dict[str, int] = field(default_factory=dict)
    locators: list[Locator] = field(default_factory=list)

    def number(self, locator: Locator) -> int:
        number = self.numbers.setdefault(f"{locator.kind}:{locator.canonical}", len(self.locators))
        if number == len(self.locators):
            self.locators.append(locator)
        return number


@dataclass(frozen=True, slots=True)
class _Place:
    """What one distinct text holds: numbers of its locators, their kinds, problems, and whether it says more.

    Where something that may be the reporter's is among them: all `found`, their `keys`, and those the text gives as the
    reporter's `own`.
    """

    numbers: tuple[int, ...] = ()
    kinds: frozenset[str] = frozenset()
    problems: frozenset[str] = frozenset()
    only_address: bool = False
    found: tuple[Locator, ...] = ()
    keys: tuple[str | None, ...] = ()
    own: frozenset[str] = frozenset()

    @property
    def personal(self) -> frozenset[str]:
        """Keys that a reporter's contact fields may hold."""
        return frozenset(key for key in self.keys if key is not None)

    def without(self, own: frozenset[str], known: _Known) -> _Place:
        """The place with the reporter's own as a problem, as if nobody could look there."""
        if not own & self.personal:
            return self
        left = own_withheld(self.found, self.keys, own)
        return replace(self, **_summed(left, known))


_NOTHING = _Place()
_NO_KEYS: frozenset[str] = frozenset()
_Words = tuple[str, str, bool]
"""Kinds and problems of a distinct row as sorted words, and whether `location` holds nothing but an address."""


def locate(parts: Mapping[int, pa.Table], find: Find, words: Words, index_key: bytes) -> dict[str, pa.Table]:
    """Table `locators` (distinct in the stretch) and for every part `links-<part>` (row, seq, locator) and
    `places-<part>` (per row, for classify). `parts` gives each part's rows."""
    rows = pa.concat_tables([table.select(LOCATED) for table in parts.values()])
    known = _Known()
    location_codes, locations = _distinct(rows["location"])
    description_codes, descriptions = _distinct(rows["description"])
    fields = _Fields(locations, known, find, words)
    told_of = zip(descriptions, find(descriptions, False), strict=True)
    described = [_place(*one, known, words, pages=True) for one in told_of]
    codes, firsts, seconds = _pairs(location_codes, description_codes)
    told = np.array([*(one is not _NOTHING for one in described), False])  # NONE_SAID asks for the last
    joined = _Joined(np.where(told[seconds], NONE_SAID, fields.alone[firsts]), known)
    rest = np.flatnonzero(joined.alone < 0)
    said = {
        code: (fields.place(first), described[second] if second >= 0 else _NOTHING)
        for code, first, second in zip(rest.tolist(), firsts[rest].tolist(), seconds[rest].tolist(), strict=True)
    }
    for code, (first, second) in said.items():
        joined.put(code, _both(first, second, known))
    personal = {code: keys for code, (first, second) in said.items() if (keys := first.personal | second.personal)}
    for (code, own), of_own in own_rows(rows["own"], codes, personal, index_key).items():
        codes[of_own] = joined.add(_both(*said[code], known, own))
    numbers, locators = _still_linked(joined.numbers, codes, known)
    links, places = _Links(numbers), _Places(joined.words)
    found = {"locators": _locator_table(locators, index_key)}
    start = 0
    for part, table in parts.items():
        of_part = codes[start : start + table.num_rows]
        found[links_of(part)], found[places_of(part)] = links.table(of_part), places.table(of_part)
        start += table.num_rows
    return found


def links_of(part: int) -> str:
    """Name of the table of one part's links."""
    return f"links-{part}"


def places_of(part: int) -> str:
    """Name of the table of what one part's rows point to."""
    return f"places-{part}"


def _distinct(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    encoded = column.combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(NONE_SAID).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, encoded.dictionary.to_pylist()


class _Fields:
    """What every distinct `location` holds: the number of the address that is all of it, as nearly always, in `alone`,
    else NONE_SAID there and a `_Place`. One more entry stands for no location."""

    def __init__(self, texts: Sequence[str], known: _Known, find: Find, words: Words) -> None:
        self._known = known
        self._others: dict[int, _Place] = {}
        alone = []
        for text, found in zip(texts, find(texts, True), strict=True):
            if len(found) == 1 and _is_all(found[0], text):
                alone.append(known.number(found[0]))
            else:
                self._others[len(alone)] = _place(text, found, known, words)
                alone.append(NONE_SAID)
        self.alone = np.array([*alone, NONE_SAID], dtype=np.int64)

    def place(self, code: int) -> _Place:
        """What one of them holds; `code` is NONE_SAID for no location."""
        number = int(self.alone[code])
        if number < 0:
            return self._others.get(code, _NOTHING)
        return _Place((number,), frozenset((self._known.locators[number].kind,)), only_address=True)


class _Joined:
    """What every distinct row says: `numbers` of its locators and its `words` (see `_Places`).

    `alone`: the number of the address that is all of it, else NONE_SAID until its place was `put`.
    """

    def __init__(self, alone: Ints, known: _Known) -> None:
        self.alone = alone
        listed = alone.tolist()
        self.numbers: list[tuple[int, ...]] = list(zip(listed, strict=True))
        by_kind = {kind: (kind, "", True) for kind in {one.kind for one in known.locators}}
        of_number = [*(by_kind[one.kind] for one in known.locators), _words(_NOTHING)]
        self.words: list[_Words] = [of_number[number] for number in listed]

    def put(self, code: int, place: _Place) -> None:
        self.numbers[code], self.words[code] = place.numbers, _words(place)

    def add(self, place: _Place) -> int:
        self.numbers.append(place.numbers)
        self.words.append(_words(place))
        return len(self.numbers) - 1


def _is_all(place: Locator, text: str) -> bool:
    if place.problem is not None or place.kind in PERSONAL_KINDS:
        return False
    return place.end - place.start >= len(text)


def _words(place: _Place) -> _Words:
    return " ".join(sorted(place.kinds)), " ".join(sorted(place.problems)), place.only_address


def _place(text: str, found: tuple[Locator, ...], known: _Known, words: Words, *, pages: bool = False) -> _Place:
    """`pages`: whether web addresses may be the reporter's own."""
    if not found:
        return _NOTHING
    own = pages_said_own(text, found, words()) if pages else _NO_KEYS
    if own or any(place.kind in PERSONAL_KINDS for place in found):
        return _personal(text, found, known, words, own)
    if len(found) == 1 and found[0].problem is None:
        only = found[0]
        return _Place(
            (known.number(only),), frozenset((only.kind,)), frozenset(), only.end - only.start >= len(text.strip())
        )
    return _Place(**_summed(found, known), only_address=_is_covered(text, found))


def _personal(text: str, found: tuple[Locator, ...], known: _Known, words: Words, pages: frozenset[str]) -> _Place:
    keys = tuple(key if (key := page_key(place)) in pages else personal_key(place, text) for place in found)
    own, only = pages | keys_said_own(text, found, words()), _is_covered(text, found)
    return _Place(**_summed(found, known), only_address=only, found=found, keys=keys, own=own)


def _is_covered(text: str, found: Sequence[Locator]) -> bool:
    covered = sum(locator.end - locator.start for locator in found)
    return covered >= len("".join(text.split()))


def _summed(found: Sequence[Locator], known: _Known) -> dict[str, Any]:
    actionable = [locator for locator in found if locator.problem is None]
    return {
        "numbers": tuple(dict.fromkeys(known.number(locator) for locator in actionable)),
        "kinds": frozenset(locator.kind for locator in actionable),
        "problems": frozenset(locator.problem for locator in found if locator.problem is not None),
    }


def _pairs(first: Ints, second: Ints) -> tuple[Ints, Ints, Ints]:
    """Each row's pair of codes, as the number of a distinct pair, and both codes of every distinct pair."""
    width = int(second.max(initial=NONE_SAID)) + 2
    found, codes = distinct(first * width + second + 1)
    return codes, found // width, found % width - 1


def _both(location: _Place, description: _Place, known: _Known, own: frozenset[str] = _NO_KEYS) -> _Place:
    """Both fields of a report as one; what either gives as the reporter's own, or its contact fields (`own`), is so in
    both. Only a web address in `location`, where a reporter says content is, stays a place whatever a description says.
    """
    own = own | location.own | (description.own - _pages(location, known))
    if own:
        location, description = location.without(own, known), description.without(own, known)
    if not description.numbers and not description.problems:
        return location
    return _Place(
        tuple(dict.fromkeys(location.numbers + description.numbers)),
        location.kinds | description.kinds,
        location.problems | description.problems,
        location.only_address,
    )


def _pages(location: _Place, known: _Known) -> frozenset[str]:
    """Keys of the web addresses that stand in a `location`."""
    places = (known.locators[number] for number in location.numbers)
    return frozenset(key for place in places if (key := page_key(place)) is not None)


def _still_linked(
    said: list[tuple[int, ...]], codes: Ints, known: _Known
) -> tuple[list[tuple[int, ...]], dict[str, Locator]]:
    """Locator numbers of every distinct row, and the locators by name, without those no row links: nothing of them is
    kept."""
    named = dict(zip(known.numbers, known.locators, strict=True))
    used = np.zeros(len(named), dtype=bool)
    there = np.flatnonzero(np.bincount(codes)).tolist()
    used[list(chain.from_iterable(said[code] for code in there))] = True
    if used.all():
        return said, named
    places = (np.cumsum(used) - 1).tolist()
    numbers = [tuple(places[number] for number in entry if used[number]) for entry in said]
    return numbers, {name: one for (name, one), linked in zip(named.items(), used.tolist(), strict=True) if linked}


def _locator_table(locators: Mapping[str, Locator], index_key: bytes) -> pa.Table:
    listed = locators.values()
    keys = list(dict.fromkeys(one.case_key for one in listed))
    of_key = dict(zip(keys, text_digests(keys, index_key), strict=True))
    trails = {rules: " ".join(rules) for rules in {one.rules for one in listed}}
    return pa.table({
        "digest": pa.array(text_digests(locators, index_key), pa.binary()),
        "key_digest": pa.array([of_key[one.case_key] for one in listed], pa.binary()),
        "kind": pa.array([one.kind for one in listed], pa.string()),
        "canonical": pa.array([one.canonical for one in listed], pa.large_string()),
        "rules": pa.array([trails[one.rules] for one in listed], pa.string()),
    })  # fmt: skip


class _Links:
    """The locators of every distinct row, ready to be written for any rows."""

    def __init__(self, numbers: Sequence[tuple[int, ...]]) -> None:
        self._lengths = np.fromiter(map(len, numbers), dtype=np.int64)
        self._flat = np.fromiter(chain.from_iterable(numbers), dtype=np.int64)
        self._starts = np.cumsum(self._lengths) - self._lengths

    def table(self, codes: Ints) -> pa.Table:
        """One line per row and locator: `seq` 0 is the primary one."""
        per_row = self._lengths[codes]
        row = np.repeat(np.arange(len(codes)), per_row)
        first = np.cumsum(per_row) - per_row
        seq = np.arange(len(row)) - np.repeat(first, per_row)
        locator = self._flat[np.repeat(self._starts[codes], per_row) + seq]
        return pa.table({"row": row, "seq": seq, "locator": locator})


class _Places:
    """Kinds and problems of every distinct row as sorted words, and whether `location` holds nothing but an address."""

    def __init__(self, words: Sequence[_Words]) -> None:
        numbers = {entry: number for number, entry in enumerate(dict.fromkeys(words))}
        self._codes = np.array([numbers[entry] for entry in words], dtype=np.int32)
        kinds, problems, alone = zip(*numbers, strict=True) if numbers else ((), (), ())
        self._columns = {
            "kinds": pa.array(kinds, pa.string()),
            "problems": pa.array(problems, pa.string()),
            "only_address": pa.array(alone, pa.bool_()),
        }

    def table(self, codes: Ints) -> pa.Table:
        """One line per row."""
        rows = pa.array(self._codes[codes], pa.int32())
        return pa.table({name: column.take(rows) for name, column in self._columns.items()})
