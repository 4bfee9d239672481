"""CSV that no spreadsheet executes, and that reads back exactly."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.plain_csv import neutralise, read, restore, write

DANGEROUS = "=+-@＝＋－＠\t\r"


@pytest.mark.parametrize("first", DANGEROUS)
@pytest.mark.parametrize("before", ["", " ", '"', "\u00a0", "\ufeff"])
def test_no_cell_begins_with_what_a_spreadsheet_would_run(first: str, before: str) -> None:
    safe = neutralise(f"{before}{first}1+1")
    assert safe.lstrip(' "\u00a0\ufeff')[0] == "'"
    assert restore(safe) == f"{before}{first}1+1"


@pytest.mark.parametrize("separator", [";", ",", "|", "\t", "\n", "\r\n"])
def test_no_cell_begins_so_where_the_spreadsheet_has_another_separator(separator: str) -> None:
    safe = neutralise(f"x{separator}=1+1")
    assert "'=" in safe
    assert restore(safe) == f"x{separator}=1+1"


def test_ordinary_text_is_left_as_it_is() -> None:
    for plain in ("csam_suspect", "hxxps://host[.]example/a-b?x=1", "2026-03-02T09:30:00+00:00", ""):
        assert neutralise(plain) == plain


@given(st.text(alphabet="=+-@'\"\t\r\n ,;|a＝\u202e") | st.text())
def test_whatever_is_neutralised_is_restored(text: str) -> None:
    assert restore(neutralise(text)) == text


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_a_table_reads_back_as_it_was_written(rows: list[tuple[str, str]]) -> None:
    assert read(write(("a", "b"), rows)) == [{"a": first, "b": second} for first, second in rows]


@given(st.lists(st.text(alphabet='=+-@";, \t\r\nx'), min_size=1, max_size=4))
def test_a_reader_with_another_separator_finds_nothing_to_run(cells: list[str]) -> None:
    text = write([f"h{number}" for number, _ in enumerate(cells)], [cells]).decode()
    for separator in ";\t|":
        for line in text.splitlines():
            for cell in line.split(separator):
                assert not cell.strip(' "').startswith(tuple("=+-@"))
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not any(cell.strip(' "\r\n').startswith(tuple("=+-@")) for cell in row)


def test_values_have_one_way_to_be_written() -> None:
    body = write(("v",), [(None,), (True,), (False,), (7,), (("a", "b"),), (date(2026, 3, 2),),
                          (datetime(2026, 3, 2, 9, 30, tzinfo=UTC),)])  # fmt: skip
    assert [row["v"] for row in read(body)] == [
        "", "yes", "no", "7", "a b", "2026-03-02", "2026-03-02T09:30:00+00:00",
    ]  # fmt: skip


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        read(b'"a","b"\r\n"1"\r\n')
