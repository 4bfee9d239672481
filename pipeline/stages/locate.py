"""Find the addresses of a stretch of parts: once per distinct text, then mapped back to the rows of each part.

A report's *primary* locator is its first actionable one, `location` before `description`; the same address twice in
one report is one link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from pipeline.identity import text_digests
from pipeline.stages.distinct import Ints, distinct
from triage.locators import Locator

Find = Callable[[Sequence[str], bool], Iterable[tuple[Locator, ...]]]
"""Texts and whether they are whole `location` fields, to the locators in each."""
NONE_SAID = -1
LOCATED = ("location", "description")
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
    """What one distinct text holds: numbers of its locators, their kinds, problems, and whether it says more."""

    numbers: tuple[int, ...] = ()
    kinds: frozenset[str] = frozenset()
    problems: frozenset[str] = frozenset()
    only_address: bool = False


def locate(parts: Mapping[int, pa.Table], find: Find, index_key: bytes) -> dict[str, pa.Table]:
    """Table `locators` (distinct in the stretch) and for every part `links-<part>` (row, seq, locator) and
    `places-<part>` (per row, for classify). `parts` gives each part's rows."""
    rows = pa.concat_tables([table.select(LOCATED) for table in parts.values()])
    known = _Known()
    location_codes, locations = _distinct(rows["location"])
    description_codes, descriptions = _distinct(rows["description"])
    location_places = _found(locations, known, find, whole=True)
    description_places = _found(descriptions, known, find, whole=False)
    pair_codes, pairs = _pairs(location_codes, description_codes)
    joined = [
        _joined(location_places[a] if a >= 0 else _Place(), description_places[b] if b >= 0 else _Place())
        for a, b in pairs
    ]
    links, places = _Links([place.numbers for place in joined]), _Places(joined)
    found = {"locators": _locator_table(known.locators, index_key)}
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


def _found(texts: Sequence[str], known: _Known, find: Find, *, whole: bool) -> list[_Place]:
    return [_place(text, found, known) for text, found in zip(texts, find(texts, whole), strict=True)]


def _place(text: str, found: Sequence[Locator], known: _Known) -> _Place:
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
