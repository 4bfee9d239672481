"""Find the addresses of one part: once per distinct text, then mapped back to the rows.

A report's *primary* locator is its first actionable one, `location` before `description`; the same address twice in
one report is one link.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from pipeline.identity import text_digests
from pipeline.stages.distinct import Ints, distinct
from triage.locators import Locator

Find = Callable[[str, bool], tuple[Locator, ...]]
"""Text and whether it is the whole `location` field, to the locators in it."""
NONE_SAID = -1
LOCATED = ("location", "description")
"""Columns of the rows this stage reads."""


@dataclass(slots=True)
class _Known:
    """Distinct actionable locators of a part, numbered as they appear."""

    numbers: dict[str, int] = field(default_factory=dict)
    locators: list[Locator] = field(default_factory=list)

    def number(self, locator: Locator) -> int:
        number = self.numbers.setdefault(f"{locator.kind}:{locator.canonical}", len(self.locators))
        if number == len(self.locators):
            self.locators.append(locator)
        return number


@dataclass(frozen=True, slots=True)
class _Place:
    """What one distinct text holds: numbers of its locators, their kinds, problems, and whether it says more."""

    numbers: tuple[int, ...] = ()
    kinds: frozenset[str] = frozenset()
    problems: frozenset[str] = frozenset()
    only_address: bool = False


def locate(rows: pa.Table, find: Find, index_key: bytes) -> dict[str, pa.Table]:
    """Tables `locators` (distinct in this part), `links` (row, seq, locator) and `places` (per row, for classify)."""
    known = _Known()
    location_codes, locations = _distinct(rows["location"])
    description_codes, descriptions = _distinct(rows["description"])
    location_places = [_place(text, known, find, whole=True) for text in locations]
    description_places = [_place(text, known, find, whole=False) for text in descriptions]
    pair_codes, pairs = _pairs(location_codes, description_codes)
    joined = [
        _joined(location_places[a] if a >= 0 else _Place(), description_places[b] if b >= 0 else _Place())
        for a, b in pairs
    ]
    return {
        "locators": _locator_table(known.locators, index_key),
        "links": _links(pair_codes, [place.numbers for place in joined]),
        "places": _places(pair_codes, joined),
    }


def _distinct(column: pa.ChunkedArray) -> tuple[Ints, list[str]]:
    encoded = column.combine_chunks().dictionary_encode()
    codes = encoded.indices.fill_null(NONE_SAID).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes, encoded.dictionary.to_pylist()


def _place(text: str, known: _Known, find: Find, *, whole: bool) -> _Place:
    found = find(text, whole)
    if not found:
        return _Place()
    if len(found) == 1 and found[0].problem is None:
        only = found[0]
        return _Place(
            (known.number(only),), frozenset((only.kind,)), frozenset(), only.end - only.start >= len(text.strip())
        )
    actionable = [locator for locator in found if locator.problem is None]
    covered = sum(locator.end - locator.start for locator in found)
    return _Place(
        tuple(dict.fromkeys(known.number(locator) for locator in actionable)),
        frozenset(locator.kind for locator in actionable),
        frozenset(locator.problem for locator in found if locator.problem is not None),
        covered >= len("".join(text.split())),
    )


def _pairs(first: Ints, second: Ints) -> tuple[Ints, list[tuple[int, int]]]:
    """Distinct pairs of two code columns and each row's pair."""
    width = int(second.max(initial=NONE_SAID)) + 2
    found, codes = distinct(first * width + second + 1)
    return codes, list(zip((found // width).tolist(), (found % width - 1).tolist(), strict=True))


def _joined(location: _Place, description: _Place) -> _Place:
    if not description.numbers and not description.problems:
        return location
    return _Place(
        tuple(dict.fromkeys(location.numbers + description.numbers)),
        location.kinds | description.kinds,
        location.problems | description.problems,
        location.only_address,
    )


def _locator_table(locators: Sequence[Locator], index_key: bytes) -> pa.Table:
    return pa.table({
        "digest": pa.array(text_digests((f"{one.kind}:{one.canonical}" for one in locators), index_key), pa.binary()),
        "key_digest": pa.array(text_digests((one.case_key for one in locators), index_key), pa.binary()),
        "kind": pa.array([one.kind for one in locators], pa.string()),
        "canonical": pa.array([one.canonical for one in locators], pa.large_string()),
        "rules": pa.array([" ".join(one.rules) for one in locators], pa.string()),
    })  # fmt: skip


def _links(codes: Ints, numbers: Sequence[tuple[int, ...]]) -> pa.Table:
    """One line per row and locator: `seq` 0 is the primary one."""
    lengths = np.array([len(entry) for entry in numbers], dtype=np.int64)
    flat = np.array([number for entry in numbers for number in entry], dtype=np.int64)
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1])) if len(lengths) else lengths
    per_row = lengths[codes]
    row = np.repeat(np.arange(len(codes)), per_row)
    first = np.cumsum(per_row) - per_row
    seq = np.arange(len(row)) - np.repeat(first, per_row)
    return pa.table({"row": row, "seq": seq, "locator": flat[np.repeat(starts[codes], per_row) + seq]})


def _places(codes: Ints, places: Sequence[_Place]) -> pa.Table:
    """Per row: kinds and problems as sorted words, and whether `location` holds nothing but an address."""
    words = [(" ".join(sorted(place.kinds)), " ".join(sorted(place.problems)), place.only_address) for place in places]
    distinct = dict.fromkeys(words)
    numbers = {entry: number for number, entry in enumerate(distinct)}
    row_codes = pa.array(np.array([numbers[entry] for entry in words], dtype=np.int32)[codes], pa.int32())
    entries = list(distinct)
    columns = {
        "kinds": pa.array([entry[0] for entry in entries], pa.string()),
        "problems": pa.array([entry[1] for entry in entries], pa.string()),
        "only_address": pa.array([entry[2] for entry in entries], pa.bool_()),
    }
    return pa.table({name: column.take(row_codes) for name, column in columns.items()})
