"""`hotline release --show-text` and `--text-seen`, what `cases show` and `export` say of texts."""

from __future__ import annotations

import json
import re

import pytest

from pipeline import redacting_setup
from pipeline.cli.main import answer
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from tests.desk import Desk
from tests.redacting import GIVEN, few_names_redactor
from triage.disposition import Kind

HANDLE = "@losi_profil77"
SAID = f"Zovem se {GIVEN}, a taj čovjek koristi profil {HANDLE} i piše djeci, vidite www.bad.example/a molim."
FOREIGN = "Ez az oldal nagyon furcsa, kérem nézzék meg minél hamarabb."


@pytest.fixture
def case(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> str:
    """A case with two texts, assessed by the analyst and decided for police; the second analyst acts."""
    monkeypatch.setattr(redacting_setup, "redactor", few_names_redactor)
    monkeypatch.setenv("HOTLINE_FREE_TEXT_FOR", "police-rs")
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    page = {"location": "https://told.example/a"}
    desk.bring("told", page | {"id": "t-1", "description": SAID}, page | {"id": "t-2", "description": FOREIGN})
    case_id = desk.case_of("t-1")
    desk.assess(case_id)
    desk.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
    return f"C{case_id}"


def _run(desk: Desk, *words: str) -> int:
    return answer([*words, "--workspace", str(desk.app.workspace.root)])


def test_the_screen_shows_what_would_leave_what_was_masked_what_is_withheld_and_a_code(
    desk: Desk, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(desk, "release", case, "--show-text") == 0
    said = capsys.readouterr().out
    assert HANDLE in said
    assert GIVEN not in said
    assert FOREIGN not in said
    assert "www.bad" not in said
    assert re.search(r"masked +name 1", said)
    assert re.search(r"withheld +report 2 \(R[0-9.]+\): its language is not known \(unknown_language\)", said)
    assert re.search(rf"hotline release {case} --text-seen [0-9a-f]{{8}} --recipient police-rs", said)


def test_shown_released_exported_and_told_on_the_cases_screen(
    desk: Desk, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(desk, "release", case, "--show-text", "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["withheld_counts"] == {"unknown_language": 1}
    assert _run(desk, "release", case, "--text-seen", shown["code"], "--recipient", "police-rs") == 0
    assert f"{case}: 1 text released for police-rs with its package" in capsys.readouterr().out
    assert _run(desk, "export", "lea", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    assert (len(made["made"]), made["texts_left_out"]) == (1, [])
    assert _run(desk, "cases", "show", case) == 0
    told = capsys.readouterr().out
    assert "text released by Second Analyst (sample) for police-rs" in told
    assert "released the redacted texts" in told
    assert _run(desk, "cases", "show", case, "--json") == 0
    assert [one["recipient"] for one in json.loads(capsys.readouterr().out)["texts_released"]] == ["police-rs"]


def test_what_leaves_is_what_was_shown(desk: Desk, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(desk, "release", case, "--show-text") == 0
    shown = capsys.readouterr().out.splitlines()
    read = [line.strip().removeprefix("| ") for line in shown if line.startswith("    | ")]
    assert _run(desk, "release", case, "--show-text", "--json") == 0
    code = json.loads(capsys.readouterr().out)["code"]
    assert _run(desk, "release", case, "--text-seen", code) == 0
    assert _run(desk, "export", "lea") == 0
    (folder,) = desk.app.workspace.exports.iterdir()
    left = (folder / "texts.txt").read_text(encoding="utf-8").splitlines()
    assert [line.strip() for line in left if line.startswith("  ")] == read
    assert len(read) == 1


def test_an_export_says_which_text_it_left_out(desk: Desk, case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(desk, "release", case) == 0
    capsys.readouterr()
    assert _run(desk, "export", "lea") == 0
    assert f"text left out  {case} for police-rs: not released" in capsys.readouterr().out


def test_a_wrong_code_names_the_rule_and_not_the_code(
    desk: Desk, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(desk, "release", case, "--text-seen", "deadbeef") != 0
    said = capsys.readouterr()
    assert "show them again" in said.err
    assert "deadbeef" not in said.out + said.err


@pytest.mark.parametrize(
    "words", [["--show-text"], ["{case}", "--recipient", "police-rs"], ["{case}", "--show-text", "--text-seen", "x"],
              ["--from", "x.csv", "--show-text"]],
)  # fmt: skip
def test_wrong_use_is_told(desk: Desk, case: str, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(desk, "release", *(word.format(case=case) for word in words)) == 2
    assert "--show-text" in capsys.readouterr().err


@pytest.mark.parametrize(("free_text_for", "why"), [
    ("", "switched off: every text"), ("police-rs", "not released: every text"),
])  # fmt: skip
def test_police_read_why_no_text_came_along(
    desk: Desk, case: str, monkeypatch: pytest.MonkeyPatch, free_text_for: str, why: str
) -> None:
    monkeypatch.setenv("HOTLINE_FREE_TEXT_FOR", free_text_for)
    assert _run(desk, "release", case) == 0
    assert _run(desk, "export", "lea") == 0
    (listed,) = desk.app.workspace.exports.glob("*/redaction.csv")
    assert why in listed.read_text(encoding="utf-8")
