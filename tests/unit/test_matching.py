"""Exact radius search and joins: everything within a radius, nothing else, for any data and any radius."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from triage import matching
from triage.errors import UsageError
from triage.matching import Hits, RadiusIndex, near_groups, near_pairs

MANY = matching.SCANNED_MOST + 900
"""Enough for bucket tables."""
Values = NDArray[np.uint8]


def _random(many: int, width: int, seed: int = 1) -> Values:
    return np.random.default_rng(seed).integers(0, 256, (many, width), dtype=np.uint8)


def _flipped(values: Values, bits: int, seed: int = 2) -> Values:
    """Each value with exactly so many bits changed."""
    marks = np.zeros((len(values), values.shape[1] * 8), np.uint8)
    marks[:, :bits] = 1
    return values ^ np.packbits(np.random.default_rng(seed).permuted(marks, axis=1), axis=1)


def _planted(many: int, width: int, furthest: int) -> Values:
    """Random values, the last ones neighbours of the first ones at every distance, some equal."""
    values = _random(many, width)
    for bits in range(furthest + 1):
        start = many - 8 * (bits + 1)
        values[start : start + 8] = _flipped(values[: 8 * (furthest + 1)][8 * bits : 8 * bits + 8], bits)
    return values


def _distances(one: Values, other: Values) -> NDArray[np.int64]:
    return np.array([np.bitwise_count(row ^ other).sum(axis=1, dtype=np.int64) for row in one])


def _listed(hits: Hits) -> list[tuple[int, int, int]]:
    return list(zip(hits.query.tolist(), hits.distance.tolist(), hits.id.tolist(), strict=True))


def _wanted(distances: NDArray[np.int64], radius: int, ids: NDArray[np.int64]) -> list[tuple[int, int, int]]:
    near = np.argwhere(distances <= radius)
    return sorted((int(query), int(distances[query, row]), int(ids[row])) for query, row in near)


@pytest.mark.thorough
@pytest.mark.parametrize("width", [8, 32])
@pytest.mark.parametrize("many", [300, MANY])
def test_every_radius_finds_what_a_comparison_with_all_finds(width: int, many: int) -> None:
    values, ids = _planted(many, width, 33), np.arange(many) * 3 + 1
    queries = np.concatenate((values[:120], _random(20, width, seed=9)))
    distances = _distances(queries, values)
    index = RadiusIndex.build(values, ids)
    for radius in (*range(41), 47, 48, 80 if width == 32 else 20):
        if width == 32 or radius <= 24:
            assert _listed(index.search(queries, radius)) == _wanted(distances, radius, ids)


@pytest.mark.parametrize("radius", [0, 31])
@pytest.mark.parametrize("many", [0, 1])
def test_an_index_of_nothing_or_of_one(many: int, radius: int) -> None:
    values = _random(many, 32)
    index = RadiusIndex.build(values, np.arange(many) + 5)
    assert len(index) == many
    assert _listed(index.search(_random(1, 32), radius)) == [(0, 0, 5)] * many
    assert _listed(index.search(_random(0, 32), radius)) == []
    assert RadiusIndex.from_arrays(index.arrays()).search(values, radius).id.tolist() == [5] * many


@pytest.mark.thorough
def test_equal_values_answer_with_every_id_and_equal_questions_each_get_them() -> None:
    values = np.repeat(_random(MANY, 32), 2, axis=0)
    index = RadiusIndex.build(values, np.arange(len(values)))
    assert _listed(index.search(values[[4, 8, 4]], 31)) == [
        (query, 0, place) for query, start in enumerate((4, 8, 4)) for place in (start, start + 1)
    ]


@pytest.mark.parametrize("width", [8, 32])
def test_what_is_added_is_found_at_once_and_after_it_is_merged(width: int) -> None:
    values, ids = _planted(2 * MANY, width, 9), np.arange(2 * MANY)
    index = RadiusIndex.build(values[:MANY], ids[:MANY])
    distances = _distances(values[:40], values)
    for start in range(MANY, 2 * MANY, 1_000):
        end = min(start + 1_000, 2 * MANY)
        index.add(values[start:end], ids[start:end])
        assert len(index) == end
        assert _listed(index.search(values[:40], 9)) == _wanted(distances[:, :end], 9, ids[:end])


@pytest.mark.parametrize("added", [10, MANY])
def test_a_saved_index_answers_from_a_mapped_file_and_takes_more(tmp_path: Path, added: int) -> None:
    values, ids = _planted(MANY + 20 + added, 32, 33), np.arange(MANY + 20 + added)
    index = RadiusIndex.build(values[:MANY], ids[:MANY])
    index.add(values[MANY:-20], ids[MANY:-20])
    for name, array in index.arrays().items():
        np.save(tmp_path / f"{name}.npy", array)
    mapped = {path.stem: np.load(path, mmap_mode="r") for path in tmp_path.glob("*.npy")}
    again = RadiusIndex.from_arrays(mapped)
    assert _listed(again.search(values[:99], 31)) == _listed(index.search(values[:99], 31))
    again.add(values[-20:], ids[-20:])
    assert _listed(again.search(values[:99], 31)) == _wanted(_distances(values[:99], values), 31, ids)


def test_arrays_that_do_not_fit_are_refused() -> None:
    arrays = RadiusIndex.build(_random(MANY, 32), np.arange(MANY)).arrays()
    for name, array in arrays.items():
        wrong = array[..., :-1] if array.size else np.zeros(7, np.int64)
        with pytest.raises(UsageError, match="build the index again"):
            RadiusIndex.from_arrays({**arrays, name: wrong})
    with pytest.raises(UsageError, match="build the index again"):
        RadiusIndex.from_arrays({"words": arrays["words"]})


def test_wrong_shapes_and_radii_are_refused() -> None:
    index = RadiusIndex.build(_random(3, 32), np.arange(3))
    with pytest.raises(UsageError, match="rows of 8 or 32"):
        RadiusIndex.build(_random(3, 16), np.arange(3))
    with pytest.raises(UsageError, match="one int64 for each"):
        index.add(_random(3, 32), np.arange(2))
    for call in (lambda: index.search(_random(3, 8), 3), lambda: index.add(_random(3, 8), np.arange(3))):
        with pytest.raises(UsageError, match="another width"):
            call()
    with pytest.raises(UsageError, match="0 or more"):
        index.search(_random(3, 32), -1)


@given(
    st.lists(st.binary(min_size=8, max_size=8), max_size=40),
    st.integers(0, 64),
    st.integers(0, 40),
)
@settings(max_examples=60, deadline=None)
def test_any_values_split_anyhow_between_build_and_add(listed: list[bytes], radius: int, built: int) -> None:
    values = np.frombuffer(b"".join(listed), np.uint8).reshape(-1, 8)
    ids = np.arange(len(values))
    index = RadiusIndex.build(values[:built], ids[:built])
    index.add(values[built:], ids[built:])
    distances = _distances(values, values).reshape(len(values), len(values))
    assert _listed(index.search(values, radius)) == _wanted(distances, radius, ids)
    assert near_groups(values, radius).tolist() == _brute_groups(distances, radius)


@pytest.mark.parametrize(("width", "radii"), [(32, (0, 8, 31, 60)), (8, (3, 8, 11))])
@pytest.mark.parametrize("many", [2_000, pytest.param(MANY, marks=pytest.mark.slow)])
def test_near_pairs_and_groups_are_those_of_a_comparison_with_all(
    width: int, radii: tuple[int, ...], many: int
) -> None:
    values = _planted(many, width, 33)
    values[50:60] = values[5]
    distances = _distances(values, values)
    leader = (distances == 0).argmax(axis=1)
    for radius in radii:
        pairs = near_pairs(values, radius)
        near = np.argwhere(np.triu(distances <= radius, 1))
        wanted = [
            (int(one), int(other), int(distances[one, other]))
            for one, other in near
            if leader[one] == one and leader[other] in (one, other)
        ]
        assert list(zip(pairs.first.tolist(), pairs.second.tolist(), pairs.distance.tolist(), strict=True)) == wanted
        assert near_groups(values, radius).tolist() == _brute_groups(distances, radius)


def test_two_hundred_thousand_equal_values_are_one_group() -> None:
    values = np.repeat(_random(1, 32), 200_000, axis=0)
    assert not near_groups(values, 31).any()
    pairs = near_pairs(values, 31)
    assert len(pairs.first) == 199_999
    assert not pairs.first.any()
    index = RadiusIndex.build(values, np.arange(200_000))
    assert len(index.arrays()["words"]) == 1


def test_a_flood_of_nearly_equal_values_is_one_group_beside_others() -> None:
    flood, others = _flipped(np.repeat(_random(1, 32), 3_000, axis=0), 8), _random(1_000, 32, seed=5)
    groups = near_groups(np.concatenate((others, flood)), 31)
    assert groups[:1_000].tolist() == list(range(1_000))
    assert set(groups[1_000:].tolist()) == {1_000}


def test_a_chain_of_single_bits_is_one_group() -> None:
    chain = np.zeros((257, 256), np.uint8)
    chain[np.tri(257, 256, -1, dtype=np.bool_)] = 1
    assert not near_groups(np.packbits(chain, axis=1), 1).any()


def test_values_alike_in_most_chunks_are_searched_exactly() -> None:
    values = _random(MANY, 32)
    values[:, :26] = 0
    queries = np.concatenate((values[:50], _flipped(values[:50], 7)))
    found = RadiusIndex.build(values, np.arange(MANY)).search(queries, 14)
    assert _listed(found) == _wanted(_distances(queries, values), 14, np.arange(MANY))


@pytest.mark.thorough
def test_more_pairs_than_can_be_listed_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "PAIRS_MOST", 1_000)
    for many in (300, MANY):
        with pytest.raises(UsageError, match="near groups"):
            near_pairs(_flipped(np.repeat(_random(1, 32), many, axis=0), 6), 31)


def _brute_groups(distances: NDArray[np.int64], radius: int) -> list[int]:
    """The smallest place of each connected component, by spreading the smallest label until nothing changes."""
    near = distances <= radius
    labels = np.arange(len(near))
    pairs = np.argwhere(near)
    while True:
        spread = labels.copy()
        np.minimum.at(spread, pairs[:, 0], labels[pairs[:, 1]])
        if (spread == labels).all():
            return [int(label) for label in labels]
        labels = spread


def test_a_row_number_beyond_the_values_is_refused_before_it_is_followed() -> None:
    values = np.random.default_rng(5).integers(0, 256, (5_000, 32), dtype=np.uint8)
    arrays = dict(RadiusIndex.build(values, np.arange(5_000)).arrays())
    rows = arrays["rows"].copy()
    rows[3, 7] = 5_000
    with pytest.raises(UsageError):
        RadiusIndex.from_arrays({**arrays, "rows": rows})
