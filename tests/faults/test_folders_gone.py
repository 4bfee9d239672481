"""Folders of a workspace that are gone, or in whose place something else stands: made anew, or said before anything."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.doctor import examine
from pipeline.doctor_check import Check, State
from pipeline.runs import find_inputs, register
from pipeline.store.engine import reading
from pipeline.store.schema import run
from pipeline.verify import verify
from tests.factories import NOW, bland_reports, new_workspace, take_in, write_csv


@pytest.fixture
def app(tmp_path: Path) -> App:
    return new_workspace(tmp_path / "workspace")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "in" / "a.csv", bland_reports(0, 5))


def checks(app: App) -> Mapping[str, Check]:
    return {check.name: check for check in examine(App.at(app.workspace.root), datetime.now(UTC))}


def hotline(app: App, *arguments: str | Path) -> int:
    return answer(["--workspace", str(app.workspace.root), *map(str, arguments)])


def test_empty_folders_a_restore_left_out_are_made_anew(app: App, file: Path) -> None:
    for name in ("keys/work", "runs", "sealed-inputs", "exports"):
        shutil.rmtree(app.workspace.root / name)
    said = checks(app)["folders"]

    assert (said.state, "keys/work" in said.says, "sealed-inputs" in said.says) == (State.WARN, True, True)
    assert take_in(app, "monday", file, after_ingest="seal")["inputs"] == {"sealed": 1}
    assert checks(app)["folders"].state is State.OK
    assert checks(app)["permissions"].state is State.OK
    assert verify(app).findings == ()


@pytest.mark.parametrize("name", ["keys/work", "runs", "sealed-inputs", "exports", "store"])
@pytest.mark.parametrize("link", [False, True])
def test_a_file_in_place_of_a_folder_is_said_before_anything_is_registered(
    app: App, file: Path, name: str, link: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    place, aside = app.workspace.root / name, app.workspace.root / "aside"
    place.rename(aside)
    if link:
        place.symlink_to(app.workspace.root / "nowhere")
    else:
        place.write_text("")
    for command in (("run", file), ("status",), ("today",), ("verify",), ("init",)):
        assert hotline(app, *command) == 2, command
        assert f"`{name}` is no folder" in capsys.readouterr().err
    assert checks(app)["folders"].state is State.MISSING
    assert name in checks(app)["folders"].says

    place.unlink()
    aside.rename(place)
    with reading(app.store.engine) as connection:
        assert connection.execute(select(func.count()).select_from(run)).scalar_one() == 0
    assert file.exists()


def test_a_folder_that_lies_elsewhere_by_a_link_is_one(app: App, file: Path, tmp_path: Path) -> None:
    shutil.move(app.workspace.root / "runs", tmp_path / "large-disk")
    (app.workspace.root / "runs").symlink_to(tmp_path / "large-disk")

    assert take_in(app, "monday", file)["accepted"] == 5


def test_a_cut_run_whose_key_is_gone_says_what_to_do(
    app: App, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    register(
        app.workspace, app.store, "monday", find_inputs([file]),
        versions=app.rule_versions(), after_ingest="keep", now=NOW,
    )  # fmt: skip
    shutil.rmtree(app.workspace.work_keys)

    assert "monday" in checks(app)["keys of cut runs"].says
    assert hotline(app, "run", file, "--batch", "monday") == 2
    assert "restore keys/work" in capsys.readouterr().err
    assert take_in(app, "tuesday", file)["accepted"] == 5
