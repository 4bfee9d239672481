"""What commands say beside their work: what a mended row became, a number left out, a drop folder nobody set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import delete

from pipeline.bootstrap import App
from pipeline.channels._headings import field_of
from pipeline.cli.main import answer
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.setup import OTHER_WORKSPACE, set_up
from pipeline.store.engine import writing
from pipeline.store.schema import case_record
from pipeline.workspace import Workspace
from tests.desk import Desk
from tests.factories import NOW, analysts_app, new_workspace, take_in, write_csv
from triage.errors import BadConfiguration

pytest_plugins = ("tests.stores",)
URGENT = {"id": "u-1", "received_at": "yesterday", "location": "https://one.example/x",
          "description": "He is hurting the child right now, they are in the next room"}  # fmt: skip
Screen = pytest.CaptureFixture[str]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    return analysts_app(tmp_path / "workspace", monkeypatch)


def _said(app: App, capsys: Screen, *words: str) -> str:
    capsys.readouterr()
    answer(["--workspace", str(app.workspace.root), *words])
    shown = capsys.readouterr()
    return shown.out + shown.err


def test_a_mended_row_says_where_its_report_stands_and_a_second_time_that_it_is_mended(
    app: App, tmp_path: Path, capsys: Screen
) -> None:
    said = _said(app, capsys, "run", str(write_csv(tmp_path / "reports.csv", [URGENT])))
    assert "\n1 row could not be read: see `hotline rejects`\n" in said
    mend = ("rejects", "mend", "J1", "--set", "received_at=2026-03-01T14:05:00+01:00")
    lines = _said(app, capsys, *mend).splitlines()
    assert "1 mended, 0 still conflicting" in lines[0]
    assert lines[1].startswith("case     C")
    assert "a child may be in danger now; lane: danger now" in lines[1]
    assert lines[2].startswith("Take it next: hotline next C")
    assert "1 mended already, 0 still conflicting" in _said(app, capsys, *mend)


def test_a_letter_among_the_rejects_is_told_by_its_own_number_what_to_do(
    app: App, tmp_path: Path, capsys: Screen
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear all\nI saw a strange page", encoding="utf-8")
    take_in(app, "letters", letter)
    said = _said(app, capsys, "rejects")
    assert "2 lines: the first line names no known column" in said
    assert "`hotline rejects mend J1 --heading" in said
    assert "enter it with `hotline new`, then `hotline rejects close J1 --reason other`" in said
    assert said.endswith("1 reject (open)\n")


def test_a_number_left_out_is_no_lost_case(desk: Desk, capsys: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    unused = desk.case_of("q-1")
    with writing(desk.app.store.engine) as connection:
        connection.execute(delete(case_record).where(case_record.c.case_id == unused))
    assert "this number was left out, as some are: no case is missing" in _said(
        desk.app, capsys, "cases", "show", f"C{unused}"
    )
    assert "left out" not in _said(desk.app, capsys, "cases", "show", "C999")


def test_a_night_without_a_drop_folder_says_that_none_is_set(app: App, capsys: Screen) -> None:
    assert "drop folder   none set: nothing is taken in" in _said(app, capsys, "nightly")
    assert json.loads(_said(app, capsys, "nightly", "--json"))["drop_folder_set"] is False


def test_the_heading_vrsta_is_a_category() -> None:
    assert field_of("Vrsta") == "category"


def test_wrong_words_are_told_what_would_do(app: App, capsys: Screen) -> None:
    assert "(a whole number from 1 to 10,000)" in _said(app, capsys, "cases", "list", "--limit", "100000")
    kinds = _said(app, capsys, "export", "bogus").partition("there are: ")[2]
    assert "lea" in kinds
    assert "alert" not in kinds
    assert "notice" not in kinds
    settings = app.workspace.settings_file
    settings.write_text('kind = "demo"\nworkers = "many"\n', encoding="utf-8")
    assert "setting workers must be a whole number" in _said(app, capsys, "today")


def test_a_database_of_another_workspace_is_refused_and_nothing_is_left(tmp_path: Path, postgres_url: str) -> None:
    first = new_workspace(tmp_path / "first", postgres_url)
    other = Workspace(tmp_path / "other")
    with pytest.raises(BadConfiguration) as refused:
        set_up(other, kind="real", database_url=postgres_url, now=NOW, os_user="somebody")
    assert str(refused.value) == OTHER_WORKSPACE
    assert not other.root.exists()
    set_up(first.workspace, kind="real", database_url=postgres_url, now=NOW, os_user="tester")
