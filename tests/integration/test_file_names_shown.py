"""File names from the drop folder are somebody else's words: no screen lets them drive the terminal."""

from __future__ import annotations

import json

import pytest

from pipeline.cli.main import answer
from tests.desk import Desk

NAME = "red\x1b[31m\nbold\u202e"


def _hotline(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.folder / "workspace"), *words])


def _harmless(shown: str) -> bool:
    return "\x1b" not in shown and "\u202e" not in shown and "red\\x1b[31m\\nbold\\u202e" in shown


def test_the_list_of_rejects_and_a_runs_answer_escape_them(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    folder = desk.folder / "drop"
    folder.mkdir()
    (folder / f"{NAME}.csv").write_text("id,received_at,location\nr-1,yesterday,https://one.example/x\n")
    (folder / f"{NAME}.bin").write_bytes(b"\x00\x01\x02" * 50)
    assert _hotline(desk, "run", str(folder), "--batch", "named") == 0
    said = capsys.readouterr()
    assert _harmless(said.out + said.err)
    assert _hotline(desk, "rejects") == 0
    assert _harmless(capsys.readouterr().out)


def test_nothing_readable_names_the_file_without_obeying_it(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    path = desk.folder / f"{NAME}.bin"
    path.write_bytes(b"\x00\x01\x02" * 50)
    assert _hotline(desk, "run", str(path)) == 2
    assert _harmless(capsys.readouterr().err)


def test_files_of_the_same_bytes_share_a_reject_that_names_both(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = desk.folder / "drop"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.csv").write_text("id,received_at,location\nr-1,yesterday,https://one.example/x\n")
    (folder / "three.csv").write_text("id,received_at,location\nr-2,yesterday,https://one.example/x\n")
    assert _hotline(desk, "run", str(folder), "--batch", "alike") == 0
    said = capsys.readouterr().err
    assert "2 files have the same bytes, one.csv, two.csv" in said
    assert "3 rows could not be read" in said
    assert _hotline(desk, "rejects", "list", "--run", "alike") == 0
    listed = capsys.readouterr().out
    assert "one.csv (same bytes: two.csv) row 1" in listed
    assert "three.csv row 1" in listed
    assert _hotline(desk, "verify") == 0


def test_what_a_run_leaves_alone_is_said_and_counted(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    folder = desk.folder / "drop"
    folder.mkdir()
    for name in ("one.csv", ".two.csv", "three.csv.part", *(f"{number}.tmp" for number in range(10))):
        (folder / name).write_text("id,location\nr-1,https://one.example/x\n")
    assert _hotline(desk, "run", str(folder), "--batch", "some", "--json") == 0
    said = capsys.readouterr()
    summary = json.loads(said.out)
    assert (summary["read"], len(summary["left_alone"])) == (1, 12)
    assert "left alone: .two.csv is hidden" in said.err
    assert "left alone: 2 more" in said.err


def test_a_folder_in_which_all_is_left_alone_says_why(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    folder = desk.folder / "drop"
    folder.mkdir()
    (folder / ".only.csv").write_text("id,location\nr-1,https://one.example/x\n")
    assert _hotline(desk, "run", str(folder)) == 2
    assert ".only.csv is hidden" in capsys.readouterr().err
