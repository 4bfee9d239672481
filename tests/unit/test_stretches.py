"""How a batch's parts are cut into stretches, and that what a stretch does not need is not read for it."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bootstrap import find_all
from pipeline.stages.locate import locate, places_of
from pipeline.tasks.parts import PARTS_PER_STRETCH, stretches
from triage.redacting.own_words import OwnWords

KEY = bytes(32)


@given(st.lists(st.integers(0, 10_000), unique=True, max_size=80))
def test_every_part_is_in_one_stretch_in_its_order(numbers: list[int]) -> None:
    assert [one for stretch in stretches(numbers) for one in stretch] == numbers


def test_the_first_and_the_last_stretches_are_short() -> None:
    sizes = [len(one) for one in stretches(list(range(40)))]
    assert sizes[:5] == [1, 2, 3, 4, 4]
    assert sizes[-2:] == [1, 1]
    assert max(sizes) == PARTS_PER_STRETCH


def _unread() -> OwnWords:
    raise AssertionError("words were read for an address")


def _rows(said: str) -> pa.Table:
    return pa.table({
        "location": pa.array([said], pa.large_string()),
        "description": pa.nulls(1, pa.large_string()),
        "own": pa.nulls(1, pa.binary()),
    })


def test_what_makes_a_place_the_writers_own_is_read_only_where_something_may_be() -> None:
    found = locate({0: _rows("https://a.example/x")}, find_all, _unread, KEY)
    assert found[places_of(0)]["kinds"].to_pylist() == ["url"]
    with pytest.raises(AssertionError, match="words were read"):
        locate({0: _rows("@somebody.here")}, find_all, _unread, KEY)
