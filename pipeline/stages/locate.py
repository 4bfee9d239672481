"""Find the addresses of a stretch of parts: once per distinct text, then mapped back to the rows of each part.

A report's *primary* locator is its first actionable one, `location` before `description`; the same address twice in
one report is one link. The reporter's own telephone, mail address or chosen name is none (`own_places.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.identity import text_digests
from pipeline.stages.distinct import Ints, distinct
from pipeline.stages.own_places import own_rows
from triage.locators import Locator
from triage.own_contact import PERSONAL_KINDS, keys_said_own, own_withheld, personal_key
from triage.redacting.own_words import OwnWords

Find = Callable[[Sequence[str], bool], Iterable[tuple[Locator, ...]]]
"""Texts and whether they are whole `location` fields, to the locators in each."""
NONE_SAID = -1
LOCATED = ("location", "description", "own")
"""Columns of the rows this stage reads."""


@dataclass(slots=True)
class _Known:
    """Distinct actionable locators of a stretch, numbered as they appear."""

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

    Where a telephone, mail address or chosen name is among them: all `found`, their `keys`, and those the text gives as
    the reporter's `own`.
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


def locate(parts: Mapping[int, pa.Table], find: Find, words: OwnWords, index_key: bytes) -> dict[str, pa.Table]:
    """Table `locators` (distinct in the stretch) and for every part `links-<part>` (row, seq, locator) and
    `places-<part>` (per row, for classify). `parts` gives each part's rows."""
    rows = pa.concat_tables([table.select(LOCATED) for table in parts.values()])
    known = _Known()
    location_codes, locations = _distinct(rows["location"])
    description_codes, descriptions = _distinct(rows["description"])
    location_places = _found(locations, known, find, words, whole=True)
    description_places = _found(descriptions, known, find, words, whole=False)
    pair_codes, pairs = _pairs(location_codes, description_codes)
    said = [
        (location_places[a] if a >= 0 else _NOTHING, description_places[b] if b >= 0 else _NOTHING) for a, b in pairs
    ]
    joined = [_joined(first, second, known) for first, second in said]
    personal = [first.personal | second.personal if first.keys or second.keys else _NO_KEYS for first, second in said]
    for (code, own), of_own in own_rows(rows["own"], pair_codes, personal, index_key).items():
        pair_codes[of_own] = len(joined)
        joined.append(_joined(*said[code], known, own))
    numbers, locators = _still_linked(joined, pair_codes, known.locators)
    links, places = _Links(numbers), _Places(joined)
    found = {"locators": _locator_table(locators, index_key)}
    start = 0
    for part, table in parts.items():
        codes = pair_codes[start : start + table.num_rows]
        found[links_of(part)], found[places_of(part)] = links.table(codes), places.table(codes)
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


def _found(texts: Sequence[str], known: _Known, find: Find, words: OwnWords, *, whole: bool) -> list[_Place]:
    return [_place(text, found, known, words) for text, found in zip(texts, find(texts, whole), strict=True)]


def _place(text: str, found: tuple[Locator, ...], known: _Known, words: OwnWords) -> _Place:
    if not found:
        return _Place()
    if any(place.kind in PERSONAL_KINDS for place in found):
        return _personal(text, found, known, words)
    if len(found) == 1 and found[0].problem is None:
        only = found[0]
        return _Place(
            (known.number(only),), frozenset((only.kind,)), frozenset(), only.end - only.start >= len(text.strip())
        )
    return _Place(**_summed(found, known), only_address=_is_covered(text, found))


def _personal(text: str, found: tuple[Locator, ...], known: _Known, words: OwnWords) -> _Place:
    keys, own = tuple(personal_key(place, text) for place in found), keys_said_own(text, found, words)
    only = _is_covered(text, found)
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


def _pairs(first: Ints, second: Ints) -> tuple[Ints, list[tuple[int, int]]]:
    """Distinct pairs of two code columns and each row's pair."""
    width = int(second.max(initial=NONE_SAID)) + 2
    found, codes = distinct(first * width + second + 1)
    return codes, list(zip((found // width).tolist(), (found % width - 1).tolist(), strict=True))


def _joined(location: _Place, description: _Place, known: _Known, own: frozenset[str] = frozenset()) -> _Place:
    """Both fields of a report as one; what either gives as the reporter's own is so in both."""
    own = own | location.own | description.own
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


def _still_linked(
    joined: Sequence[_Place], codes: Ints, locators: Sequence[Locator]
) -> tuple[list[tuple[int, ...]], list[Locator]]:
    """Locator numbers of every distinct row, and the locators, without those no row links: nothing of them is kept."""
    used = np.zeros(len(locators), dtype=bool)
    for code in np.unique(codes).tolist():
        used[list(joined[code].numbers)] = True
    places = (np.cumsum(used) - 1).tolist()
    numbers = [tuple(places[number] for number in place.numbers if used[number]) for place in joined]
    return numbers, [locator for locator, linked in zip(locators, used.tolist(), strict=True) if linked]


def _locator_table(locators: Sequence[Locator], index_key: bytes) -> pa.Table:
    return pa.table({
        "digest": pa.array(text_digests((f"{one.kind}:{one.canonical}" for one in locators), index_key), pa.binary()),
        "key_digest": pa.array(text_digests((one.case_key for one in locators), index_key), pa.binary()),
        "kind": pa.array([one.kind for one in locators], pa.string()),
        "canonical": pa.array([one.canonical for one in locators], pa.large_string()),
        "rules": pa.array([" ".join(one.rules) for one in locators], pa.string()),
    })  # fmt: skip


class _Links:
    """The locators of every distinct row, ready to be written for any rows."""

    def __init__(self, numbers: Sequence[tuple[int, ...]]) -> None:
        self._lengths = np.array([len(entry) for entry in numbers], dtype=np.int64)
        self._flat = np.array([number for entry in numbers for number in entry], dtype=np.int64)
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

    def __init__(self, places: Sequence[_Place]) -> None:
        words = [
            (" ".join(sorted(place.kinds)), " ".join(sorted(place.problems)), place.only_address) for place in places
        ]
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
