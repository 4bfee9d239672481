"""`hotline classify`: an opinion on every readable row, no store, no text in the output."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from classifiers.base import KNOWN_REASONS
from pipeline.cli import plain_words
from pipeline.cli.main import answer
from triage.completeness import Part
from triage.verdict import Escalation

FIELDS = ["id", "label", "escalate", "score", "reasons", "language", "script", "missing", "to_person"]
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
    assert [line["missing"] for line in lines] == [[], [], ["what_was_seen"], ["address", "what_was_seen"]]


def test_the_language_is_the_one_it_is_written_in_not_the_one_chosen_for_answers(tmp_path: Path) -> None:
    told = "Neko objavljuje neprimjerene slike na ovoj stranici"
    rows = ({"description": told, "language": "en"}, {"description": "Vidi ovo", "language": "bs"},
            {"description": "Неко објављује неприкладне слике", "location": "https://host.example/a"})  # fmt: skip
    found = [(one["language"], one["script"]) for one in _lines(tmp_path, rows)]
    assert found == [("bcs", "latin"), ("und", "latin"), ("bcs", "cyrillic")]


def test_missing_parts_are_named_by_what_the_report_holds(tmp_path: Path) -> None:
    told = "Neko objavljuje tuđe slike"
    rows = ({"description": told}, {"description": told + " od jučer"}, {"description": told, "location": "Instagram"},
            {"description": told, "location": "@neko_tamo"}, {"description": told, "location": "C:\\slike\\a.jpg"},
            {"description": told, "location": "https://host.example/a"})  # fmt: skip
    assert [one["missing"] for one in _lines(tmp_path, rows)] == [
        ["address", "when"], ["address"], ["post_or_profile", "when"], ["platform", "when"],
        ["usable_address", "when"], [],
    ]  # fmt: skip


def test_reasons_name_their_rule_and_where_they_point_but_hold_no_text(verdicts: Path) -> None:
    first = json.loads(verdicts.read_text().splitlines()[0])
    (reason,) = [reason for reason in first["reasons"] if reason["code"] == "reporter_category"]
    assert list(reason) == ["code", "rule", "field", "start", "end", "weight"]
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
    named = [line for line in said.err.splitlines() if line.startswith("in.csv row ")]
    assert len(named) == 4 - len(lines)
    assert all(len(line.split(": ", 2)) == 3 for line in named)
    assert "z" not in {word for line in named for word in line.split()}


@pytest.mark.parametrize("command", ["classify", "redact"])
def test_where_no_row_can_be_read_there_is_no_output_and_ten_rows_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (tmp_path / "in.jsonl").write_text("kanarinac\n" * 12, encoding="utf-8")
    assert answer([command, str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "out.jsonl")]) == 2
    said = capsys.readouterr().err
    assert [line.split(":")[0] for line in said.splitlines()[:10]] == [f"in.jsonl row {row}" for row in range(1, 11)]
    assert "and 2 more" in said
    assert "none of 12 rows" in said
    assert "kanarinac" not in said
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("command", ["classify", "redact"])
def test_the_output_never_replaces_the_input_or_a_device(tmp_path: Path, command: str) -> None:
    source, linked, pipe = tmp_path / "in.jsonl", tmp_path / "linked.jsonl", tmp_path / "pipe"
    source.write_text('{"id": "1", "description": "Kada radite?"}\n')
    linked.symlink_to(source)
    os.mkfifo(pipe)
    kept = source.read_bytes()
    for out in (source, linked, tmp_path / "." / "in.jsonl", pipe, tmp_path):
        assert answer([command, str(source), "--out", str(out)]) == 2
    assert source.read_bytes() == kept
    assert linked.is_symlink()
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@pytest.mark.thorough
@pytest.mark.parametrize("way", ["--out=-", "--explain"])
def test_a_reader_who_has_seen_enough_ends_it_in_good_order(tmp_path: Path, way: str) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text("".join(f'{{"id": "{row}", "description": "Kada radite?"}}\n' for row in range(2_000)))
    call = [sys.executable, "-c", "from pipeline.cli.main import main; main()", "classify", str(source), way]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        said = running.stderr.read()
        assert running.wait() == 0
    assert said == b""


def test_wrong_use_is_answered_without_repeating_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "in.jsonl").write_text('{"location": "https://host.example/a"}\n')
    for wrong in (
        ["classify"],
        ["classify", str(tmp_path / "in.jsonl")],
        ["classify", str(tmp_path / "in.jsonl"), "--out", "-", "--explain"],
        ["classify", str(tmp_path / "kanarinac.csv"), "--out", "-"],
        ["classify", str(tmp_path / "empty.csv"), "--out", "-"],
        ["classify", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / "kanarinac" / "out")],
        ["classify", str(tmp_path / "in.jsonl"), "--out", str(tmp_path)],
    ):
        assert answer(wrong) == 2
    said = capsys.readouterr()
    assert "kanarinac" not in said.out + said.err


def test_explain_says_in_one_paragraph_per_report_what_matters_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = "Neko ucjenjuje moju kćerku od 13 godina da će objaviti njene slike"
    rows = ({"id": "r17", "category": "csam", "location": "https://host.example/a", "description": told},
            {"id": "r\x1b[2J18", "location": "C:\\slike\\a.jpg"},
            {"id": "r19", "description": "Kada radite?"})  # fmt: skip
    source = tmp_path / "in.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert answer(["classify", str(source), "--explain"]) == 0
    shown = capsys.readouterr().out
    first, second, third = (" ".join(one.split()) for one in shown.strip().split("\n\n"))
    danger = plain_words.DANGERS[Escalation.CHILD_BLACKMAILED]
    assert first.startswith(f"r17: CSAM suspect, LOOK FIRST ({danger}). Because {danger} (text, word 2, ")
    assert re.search(r"text, words 2 to [3-9], ", first)
    assert "characters" not in shown
    assert "How sure it is of that label (not how grave it is): 100%" in first
    assert "categories:csam" in first
    assert "Written in Bosnian, Croatian or Serbian." in first
    assert plain_words.PARTS[Part.USABLE_ADDRESS] in second
    assert "Missing" not in third
    for secret in ("kćerku", "host.example", "slike", "\x1b", "Kada"):
        assert secret not in shown


def test_explain_and_the_file_can_be_had_together(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "r1", "location": "https://host.example/a"}\n')
    assert answer(["classify", str(source), "--explain", "--out", str(out)]) == 0
    assert capsys.readouterr().out.startswith("r1: complete report. Because ")
    assert json.loads(out.read_text())["id"] == "r1"


def test_every_reason_and_field_a_verdict_may_name_has_plain_words() -> None:
    assert set(plain_words.REASONS) >= KNOWN_REASONS
    assert set(plain_words.PARTS) == set(Part)


def _lines(folder: Path, rows: Sequence[dict[str, str]]) -> list[dict[str, Any]]:
    source, out = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert answer(["classify", str(source), "--out", str(out)]) == 0
    return [json.loads(line) for line in out.read_text().splitlines()]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Strašno, to su bebe.", "leave a doubt"),
        ("Izgleda kao da ima 18.", "No rule recognised anything"),
        ("Neko ucjenjuje moju kćerku od 13 godina", "How sure it is of that label"),
    ],
)
def test_a_doubt_or_silence_is_not_told_as_sureness(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, said: str
) -> None:
    source = tmp_path / "in.jsonl"
    row = {"id": "r1", "location": "https://host.example/a", "description": text}
    source.write_text(json.dumps(row) + "\n", encoding="utf-8")
    assert answer(["classify", str(source), "--explain"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert said in shown
    assert ("100%" in shown) == (said == "How sure it is of that label")
