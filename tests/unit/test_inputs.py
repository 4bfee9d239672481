"""Which files a run takes in, which wait, which are named and left out; and where a large table may be cut."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline.channels._csv_cuts as cutting
from pipeline.channels.csv_table import CsvTable
from pipeline.inputs import look, units


def _csv(path: Path, rows: int, location: str = "https://host.example/{n}") -> Path:
    path.write_text("id,location\n" + "".join(f"a{n},{location.format(n=n)}\n" for n in range(rows)))
    return path


def test_a_folder_may_hold_a_mixture_and_odd_files_stop_nothing(tmp_path: Path) -> None:
    _csv(tmp_path / "a.csv", 3)
    (tmp_path / "b.jsonl").write_text('{"id": "x", "location": "https://host.example/"}\n')
    (tmp_path / "empty.csv").touch()
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 40)
    (tmp_path / "half.csv.part").write_text("id,loc")
    (tmp_path / ".hidden.csv").write_text("id,location\n1,x\n")
    found = look([tmp_path])
    assert [Path(one.path).name for one in found.files] == ["a.csv", "b.jsonl"]
    assert {Path(one.path).name: one.problem.split(":")[0] for one in found.unreadable} == {
        "empty.csv": "is empty", "noise.bin": "is in no format a channel reads",
    }  # fmt: skip


def test_a_file_that_grows_while_it_is_looked_at_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _csv(tmp_path / "a.csv", 3)

    def growing(given: Path) -> str:
        with given.open("a") as file:
            file.write("more,")
        return "digest"

    monkeypatch.setattr("pipeline.inputs.sha256_of", growing)
    found = look([tmp_path])
    assert (found.files, found.unreadable, found.growing) == ((), (), (str(path),))


def test_small_files_share_a_unit_and_large_ones_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        _csv(tmp_path / f"{number}.csv", 10)
    monkeypatch.setattr("pipeline.inputs.UNIT_FILES", 2)
    assert [len(unit) for unit in units(look([tmp_path]).files)] == [2, 2, 1]


@pytest.mark.parametrize("location", ["https://host.example/{n}", '"https://host.example/{n}, today"', '""'])
def test_a_cut_table_reads_as_the_whole_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, location: str
) -> None:
    monkeypatch.setattr(cutting, "CUT_BYTES", 1_000)
    monkeypatch.setattr(cutting, "MIN_BYTES", 2_000)
    monkeypatch.setattr(cutting, "_READ_BYTES", 300)
    path = _csv(tmp_path / "a.csv", 900, location)
    channel = CsvTable()
    cuts = channel.cuts(path)
    assert len(cuts) > 5
    assert (cuts[0].start, cuts[-1].end) == (0, path.stat().st_size)
    whole = [
        (n, one) for rows in channel.read(path) for n, one in zip(rows.row_numbers, rows.columns["id"], strict=True)
    ]
    pieces = [
        (n, one) for cut in cuts for rows in channel.read_cut(path, cut)
        for n, one in zip(rows.row_numbers, rows.columns["id"], strict=True)
    ]  # fmt: skip
    assert pieces == whole


@pytest.mark.parametrize("inside", ['"', "\0", "\rx", '"a\nb"', '","a""b","'])
def test_a_table_in_which_a_line_may_be_no_row_is_not_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    monkeypatch.setattr(cutting, "CUT_BYTES", 1_000)
    monkeypatch.setattr(cutting, "MIN_BYTES", 2_000)
    path = _csv(tmp_path / "a.csv", 400)
    with path.open("a", newline="") as file:
        file.write(f"z,some{inside}thing\n")
    assert cutting.cuts_of(path, "utf-8", ",") == ()


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(['"', ",", ";", "a", " ", "\n", "\r\n", "\r", '"a"', '""']), max_size=14).map("".join))
def test_lines_that_are_surely_rows_read_alone_as_they_read_together(text: str) -> None:
    lines = text + "\n"
    if cutting.each_line_is_a_row(lines.encode(), ","):
        each = lines.replace("\r\n", "\n").splitlines(keepends=True)
        assert [row for line in each for row in csv.reader([line])] == list(csv.reader(each))
        assert len(each) == len(list(csv.reader(each)))


@pytest.mark.parametrize("lines", ['a,"b, c"\n', '"a";"b"\r\n', '"",x\n\n"a"\n'])
def test_ordinary_quotation_marks_do_not_keep_a_table_whole(lines: str) -> None:
    assert cutting.each_line_is_a_row(lines.encode(), ";" if ";" in lines else ",")
