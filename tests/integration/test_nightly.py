"""A night's work: the drop folder taken in, old working keys destroyed, leftovers removed, everything proved."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import luigi
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pipeline.bootstrap import WORKSPACE_VARIABLE, App
from pipeline.cli.run import status
from pipeline.doctor import examine
from pipeline.doctor_check import State
from pipeline.durable import machine
from pipeline.nightly import night
from pipeline.retention_runs import destroy_due, due, remove_abandoned
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit, run
from pipeline.tasks import Nightly
from pipeline.verify import verify
from tests.factories import NOW, bland_reports, new_workspace, take_in, write_csv
from triage.errors import BadConfiguration, KeyProblem

TODAY = date(2026, 11, 2)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    write_csv(tmp_path / "drop" / "a.csv", bland_reports(0, 6))
    monkeypatch.setenv("HOTLINE_DROP_FOLDER", str(tmp_path / "drop"))
    return new_workspace(tmp_path / "workspace")


def later(app: App, days: int) -> datetime:
    """A moment so many days after the last commit."""
    with reading(app.store.engine) as connection:
        return datetime.fromtimestamp(max(connection.execute(select(run.c.committed_at)).scalars()), UTC) + timedelta(
            days=days
        )


def test_a_night_takes_in_the_drop_folder_once(app: App, tmp_path: Path) -> None:
    first = night(app, TODAY, NOW, 1)
    again = night(app, TODAY, NOW, 1)

    assert first.taken_in is not None
    assert (first.taken_in["run"], first.taken_in["accepted"]) == ("nightly-2026-11-02", 6)
    assert again.taken_in is None
    assert list((tmp_path / "drop").iterdir()) == []
    assert first.verified.findings == again.verified.findings == ()


def test_files_that_came_later_the_same_night_are_a_batch_of_their_own(app: App, tmp_path: Path) -> None:
    night(app, TODAY, NOW, 1)
    write_csv(tmp_path / "drop" / "b.csv", bland_reports(60, 3))
    second = night(app, TODAY, NOW, 1).taken_in

    assert second is not None
    assert (second["run"], second["accepted"]) == ("nightly-2026-11-02-2", 3)


def test_a_working_key_is_destroyed_on_its_day_and_not_before(app: App) -> None:
    night(app, TODAY, NOW, 1)
    assert destroy_due(app.workspace, app.store, 7, later(app, 6)) == []
    assert app.artefacts("nightly-2026-11-02").key

    assert destroy_due(app.workspace, app.store, 7, later(app, 7)) == ["nightly-2026-11-02"]
    with pytest.raises(KeyProblem, match="is gone"):
        app.artefacts("nightly-2026-11-02")
    assert not list(app.workspace.run("nightly-2026-11-02").glob("*/part-*"))
    assert verify(app, deep=True).findings == ()


def test_destroying_is_written_down_once_and_safe_to_repeat(app: App) -> None:
    night(app, TODAY, NOW, 1)
    for _ in range(2):
        destroy_due(app.workspace, app.store, 7, later(app, 8))
    with reading(app.store.engine) as connection:
        events = connection.execute(select(audit).where(audit.c.event == "work_key_destroyed")).all()

    assert [event.subject for event in events] == ["nightly-2026-11-02"]


def test_an_unfinished_run_keeps_its_key(app: App) -> None:
    take_in(app, "monday", Path(os.environ["HOTLINE_DROP_FOLDER"]))
    moment = later(app, 30)
    with writing(app.store.engine) as connection:
        connection.execute(run.update().values(committed_at=None))

    assert due(app.store, 7, moment) == []


def test_what_a_killed_process_left_goes_and_what_is_young_stays(app: App) -> None:
    folder = app.workspace.root / "runs" / "r"
    folder.mkdir()
    half, young, elsewhere, at_work = (
        folder / f".tmp-{mark}-x" for mark in
        (f"{2**30}.{machine()}", f"{2**29}.{machine()}", "7.0f0f0f0f", f"{os.getpid()}.{machine()}")
    )  # fmt: skip
    for one in (half, young, elsewhere, at_work):
        one.mkdir()
    incoming = app.workspace.root / "incoming"
    incoming.mkdir()
    (incoming / "new-1.jsonl").write_text("{}", encoding="utf-8")
    for old in (half, elsewhere, at_work, incoming / "new-1.jsonl"):
        os.utime(old, (time.time() - 7200, time.time() - 7200))

    assert remove_abandoned(app.workspace) == 2
    assert set(folder.iterdir()) == {young, elsewhere, at_work}


def test_a_night_ends_what_was_cut_after_its_commit(app: App, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "in" / "c.csv", bland_reports(90, 3))
    take_in(app, "monday", path, after_ingest="seal")
    with writing(app.store.engine) as connection:
        connection.exec_driver_sql("DELETE FROM run_step WHERE step = 'after_ingest'")
        connection.exec_driver_sql("DELETE FROM audit WHERE seq = (SELECT MAX(seq) FROM audit)")

    assert verify(app).unfinished == 1
    assert {check.name: check.state for check in examine(app, NOW)}["runs"] is State.WARN
    shown = CliRunner().invoke(status, ["--workspace", str(app.workspace.root)]).output
    assert shown.split("monday")[1].split()[0] == "unfinished"
    assert night(app, TODAY, NOW, 1).finished == ("monday",)


@pytest.mark.parametrize("wrong", ["nowhere", "workspace/runs", "."])
def test_a_drop_folder_that_cannot_be_one_is_refused(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("HOTLINE_DROP_FOLDER", str(tmp_path / wrong))

    with pytest.raises(BadConfiguration, match="drop_folder"):
        night(App.at(app.workspace.root), TODAY, NOW, 1)


def test_luigi_alone_runs_a_night_by_its_date(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(app.workspace.root))
    tasks = [Nightly(date=TODAY)]

    assert luigi.build(tasks, local_scheduler=True, log_level="CRITICAL")
    verified = json.loads(
        (app.workspace.root / "nightly" / "2026-11-02-NightlyVerify.json").read_text(encoding="utf-8")
    )
    assert (verified["reports"], verified["findings"]) == (6, [])
