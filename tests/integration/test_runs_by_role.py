"""Batches and nights: not by a registered person whose role may not; by the clock, as an account nobody registered."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.desk.people import DEMO_PERSON_VARIABLE, os_user
from pipeline.setup import set_up
from tests.desk import Desk
from tests.factories import NOW, bland_reports, write_csv


@pytest.fixture(autouse=True)
def drop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One file with two reports in the drop folder."""
    monkeypatch.setenv("HOTLINE_DROP_FOLDER", str(tmp_path / "drop"))
    return write_csv(tmp_path / "drop" / "a.csv", bland_reports(0, 2))


def _hotline(app: App, *words: str) -> int:
    return answer(["--workspace", str(app.workspace.root), *words])


def _runs(app: App) -> set[str]:
    return {path.name for path in (app.workspace.root / "runs").iterdir()}


@pytest.mark.parametrize("name", ["sample-auditor", "sample-liaison"])
@pytest.mark.parametrize("command", ["run", "nightly"])
def test_a_person_whose_role_takes_no_batch_in_starts_none(
    desk: Desk, drop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, command: str
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, name)
    before = _runs(desk.app)
    assert _hotline(desk.app, command, *([str(drop)] if command == "run" else [])) == 2
    assert "may not take a batch in: that takes analyst, operator" in capsys.readouterr().err
    assert _runs(desk.app) == before
    assert drop.exists()


@pytest.mark.parametrize("name", ["sample-operator", "", None])
@pytest.mark.parametrize("command", ["run", "nightly"])
def test_an_operator_and_an_account_nobody_registered_take_a_batch_in(
    desk: Desk, drop: Path, monkeypatch: pytest.MonkeyPatch, name: str | None, command: str
) -> None:
    monkeypatch.delenv(DEMO_PERSON_VARIABLE)
    if name is not None:
        monkeypatch.setenv(DEMO_PERSON_VARIABLE, name)
    before = _runs(desk.app)
    assert _hotline(desk.app, command, *([str(drop)] if command == "run" else [])) == 0
    assert len(_runs(desk.app) - before) == 1


@pytest.mark.parametrize(("role", "done"), [("auditor", 2), ("operator", 0), ("", 0)])
def test_a_real_workspace_goes_by_the_operating_systems_user(tmp_path: Path, drop: Path, role: str, done: int) -> None:
    app = App.at(tmp_path / "real")
    people = [f"Somebody:{role}:{os_user()}"] if role else []
    set_up(app.workspace, kind="real", database_url="", now=NOW, os_user="tester", add_people=people)
    assert _hotline(app, "run", str(drop), "--batch", "first") == done
    assert drop.exists() == (done != 0)
