"""Identities and digests: equal things are equal, different ones differ, ids that may name somebody are hidden."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.identity import content_digests, row_identity, stored_id, stored_ids
from triage.report import ReportId, run_range

KEY = b"k" * 32


@pytest.mark.parametrize("plain", ["17", "WEB-2026-0017", "a_b#1", "123456"])
def test_a_plain_id_is_kept(plain: str) -> None:
    assert stored_id(plain, KEY) == plain


TELLING = (
    "<123@mail.example>", "ana anić", "x1" * 30, "a\n1", "", "https://host.example/0", "038761000001", "061-123-400",
    "Ana",
)  # fmt: skip


@pytest.mark.parametrize("telling", TELLING)
def test_an_id_that_may_name_somebody_is_a_digest(telling: str) -> None:
    assert stored_id(telling, KEY).startswith("~")
    assert stored_id(telling, KEY) != stored_id(telling, b"o" * 32)


@given(st.lists(st.text(max_size=70), min_size=1))
def test_a_column_of_ids_is_stored_like_its_cells(ids: list[str]) -> None:
    assert stored_ids(ids, KEY) == [stored_id(one, KEY) for one in ids]


def test_equal_rows_have_equal_digests_and_moved_words_do_not() -> None:
    columns = [pa.array(["a", "a", "ab", None], pa.large_string()), pa.array(["b", "b", "", "b"], pa.large_string())]
    first, second, third, fourth = content_digests(columns, KEY)
    assert first == second
    assert len({first, third, fourth}) == 3


def test_rows_of_a_file_sort_in_their_order() -> None:
    names = [row_identity("f" * 64, row)[1] for row in (1, 9, 10, 100_000)]
    assert names == sorted(names)


@given(st.integers(0, 2**22), st.integers(0, 2**14 - 1), st.integers(0, 2**26 - 1))
def test_a_report_number_packs_shows_and_reads_back(run_no: int, unit: int, row: int) -> None:
    number = ReportId(run_no, unit, row)
    assert ReportId.unpack(number.packed()) == number
    assert ReportId.parse(str(number)) == number
    first, beyond = run_range(run_no)
    assert first <= number.packed() < beyond < 2**63
