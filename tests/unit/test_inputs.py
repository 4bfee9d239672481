"""Which files a run takes in, which wait, which are named and left out; and where a large table may be cut."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pipeline.channels._csv_cuts as cutting
from pipeline.channels.base import Cut
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
    assert [Path(one.path).name for one in found.passed] == [".hidden.csv", "half.csv.part"]


def test_what_is_left_alone_is_named_and_a_hidden_folder_is_one_thing(tmp_path: Path) -> None:
    for folder in (".hidden", "plain"):
        (tmp_path / folder).mkdir()
        for name in ("a.csv", ".b.csv", "c.csv~"):
            _csv(tmp_path / folder / name, 2)
    found = look([tmp_path])
    assert [Path(one.path).name for one in found.files] == ["a.csv"]
    assert [(Path(one.path).name, one.problem.split(":")[0]) for one in found.passed] == [
        (".hidden", "is a hidden folder"), (".b.csv", "is hidden"),
        ("c.csv~", "is called as files are that a program is not done with"),
    ]  # fmt: skip
    named = look([tmp_path / ".hidden" / ".b.csv", tmp_path / "plain" / "c.csv~"])
    assert (len(named.files), named.passed) == (2, ())


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


def _read(channel: CsvTable, path: Path, cuts: Sequence[Cut]) -> list[tuple[int, str | None]]:
    pieces = (rows for cut in cuts for rows in channel.read_cut(path, cut)) if cuts else channel.read(path)
    return [(n, one) for rows in pieces for n, one in zip(rows.row_numbers, rows.columns["id"], strict=True)]


@pytest.mark.parametrize(
    ("heading", "first", "cut"),
    [
        ('id,"location\u2028"\n', "", True), ("\x0c\nid,location\n", "", False), ("id,location\x0b\n", "", True),
        ("\n" * 150 + "id,location\n", "", False), ("id,location\n", "\n\n", False),
        ("id,location\n", ",\r\n", False),
    ],
)  # fmt: skip
def test_odd_signs_before_and_in_a_heading_lose_no_row_of_a_large_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heading: str, first: str, cut: bool
) -> None:
    monkeypatch.setattr(cutting, "CUT_BYTES", 1_000)
    monkeypatch.setattr(cutting, "MIN_BYTES", 2_000)
    monkeypatch.setattr(cutting, "_READ_BYTES", 300)
    rows = "".join(f"a{n},https://host.example/{n}\n" for n in range(300))
    path = tmp_path / "a.csv"
    path.write_text(heading + first + rows, encoding="utf-8", newline="")
    channel = CsvTable()
    cuts = channel.cuts(path)
    assert bool(cuts) is cut
    found = _read(channel, path, cuts)
    assert found == _read(channel, path, ())
    assert [name for _, name in found] == [f"a{n}" for n in range(300)]


def test_a_cut_is_still_in_a_file_that_grew_and_not_in_one_that_was_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "CUT_BYTES", 1_000)
    monkeypatch.setattr(cutting, "MIN_BYTES", 2_000)
    path = _csv(tmp_path / "a.csv", 400)
    cuts = CsvTable().cuts(path)
    with path.open("a") as file:
        file.write("z,new\n")
    assert all(cut.is_in(path) for cut in cuts)
    path.write_text(path.read_text().replace("a0,", "b0,"))
    assert [cut.is_in(path) for cut in cuts] == [False] + [True] * (len(cuts) - 1)


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


@pytest.mark.parametrize("lines", ['a,"b, c"\n', '"a";"b"\r\n', '"",x\n"a",\n'])
def test_ordinary_quotation_marks_do_not_keep_a_table_whole(lines: str) -> None:
    assert cutting.each_line_is_a_row(lines.encode(), ";" if ";" in lines else ",")


def test_no_advice_invites_to_delete_what_may_be_a_report(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "noise.bin").write_bytes(bytes(range(256)) * 40)
    assert not any("delete" in one.problem for one in look([tmp_path]).unreadable)
