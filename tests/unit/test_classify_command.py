"""`hotline classify`: an opinion on every readable row, no store, no text in the output."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.cli.main import answer

FIELDS = ["id", "label", "escalate", "score", "reasons", "language"]
ROWS = (
    {"id": "a-1", "category": "csam", "location": "https://host.example/a", "language": "en",
     "contact_email": "canary@mail.example"},
    {"id": "a-2", "location": "", "description": "Good day, when are you open?"},
    {"location": "host.example/b", "received_at": "yesterday"},
    {"id": "a-4"},
)  # fmt: skip


@pytest.fixture
def verdicts(tmp_path: Path) -> Path:
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    assert answer(["classify", str(source), "--out", str(tmp_path / "out.jsonl")]) == 0
    return tmp_path / "out.jsonl"


def test_every_readable_row_gets_one_line_with_the_fields_of_the_contract(verdicts: Path) -> None:
    lines = [json.loads(line) for line in verdicts.read_text().splitlines()]
    assert [list(line) for line in lines] == [FIELDS] * len(ROWS)
    assert [line["id"] for line in lines] == ["a-1", "a-2", "3", "a-4"]
    assert [line["label"] for line in lines] == ["csam_suspect", "incomplete", "complete", "incomplete"]
    assert [line["language"] for line in lines] == ["en", None, None, None]


def test_reasons_name_their_rule_and_where_they_point_but_hold_no_text(verdicts: Path) -> None:
    first = json.loads(verdicts.read_text().splitlines()[0])
    (reason,) = [reason for reason in first["reasons"] if reason["code"] == "reporter_category"]
    assert list(reason) == ["code", "rule", "field", "start", "end"]
    assert "@" in reason["rule"]
    assert "canary" not in verdicts.read_text()
    assert "host.example" not in verdicts.read_text()


def test_no_leftover_lies_beside_the_output(verdicts: Path) -> None:
    assert sorted(path.name for path in verdicts.parent.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_csv_is_read_as_well_and_rows_that_cannot_be_read_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in.csv").write_bytes(b"id,location\n1,https://host.example/a\n2,\xff\xfe\xfd\n3,https://host.example/b\n4,x,y,z\n")
    assert answer(["classify", str(tmp_path / "in.csv"), "--out", "-"]) == 0
    said = capsys.readouterr()
    lines = [json.loads(line) for line in said.out.splitlines()]
    assert {"1", "3"} <= {line["id"] for line in lines}
    assert len(lines) < 4
    assert f"{4 - len(lines)} rows could not be read" in said.err


def test_wrong_use_is_answered_without_repeating_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "in.jsonl").write_text('{"location": "https://host.example/a"}\n')
    for wrong in (
        ["classify"],
        ["classify", str(tmp_path / "in.jsonl")],
        ["classify", str(tmp_path / "kanarinac.csv"), "--out", "-"],
        ["classify", str(tmp_path / "empty.csv"), "--out", "-"],
        ["classify", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "kanarinac" / "out")],
        ["classify", str(tmp_path / "in.jsonl"), "--out", str(tmp_path)],
    ):
        assert answer(wrong) == 2
    said = capsys.readouterr()
    assert "kanarinac" not in said.out + said.err
