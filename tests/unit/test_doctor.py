"""`hotline doctor` says what is missing and how to mend it, and blocks only for what blocks."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.bootstrap import App
from pipeline.cli.main import hotline
from pipeline.doctor import Machine, blocks, examine
from pipeline.doctor_check import Check, State
from pipeline.store.engine import writing
from pipeline.store.schema import run, run_step
from tests.factories import NOW, new_workspace

FINE = Machine(
    python=(3, 11), has_module=lambda _: True, program=lambda name: name, free_bytes=lambda _: 1 << 40,
    mounts=lambda: "disk / ext4 rw 0 0\n", environ={}, has_user=lambda _: True,
)  # fmt: skip


@pytest.fixture
def app(tmp_path: Path) -> App:
    return new_workspace(tmp_path / "workspace")


def found(app: App, machine: Machine = FINE, now: datetime = NOW) -> dict[str, Check]:
    return {check.name: check for check in examine(App.at(app.workspace.root), now, machine)}


def test_a_new_workspace_is_fine(app: App) -> None:
    checks = found(app)

    not_yet = {"people", "police keys", "sos network", "signing key", "help line", "legal basis"}
    assert {name for name, check in checks.items() if check.state is not State.OK} == not_yet
    assert not blocks(checks.values())


@pytest.mark.parametrize(
    ("machine", "name", "state", "advice"),
    [
        (replace(FINE, python=(3, 10)), "python", State.MISSING, "3.11"),
        (replace(FINE, has_module=lambda name: name != "psycopg"), "module psycopg", State.WARN, "[pg]"),
        (replace(FINE, program=lambda name: None if name == "gpg" else name), "program gpg", State.WARN, "apt install"),
        (replace(FINE, free_bytes=lambda _: 5 << 30), "disk space", State.WARN, "5.0 GiB"),
        (replace(FINE, free_bytes=lambda _: 1 << 20), "disk space", State.MISSING, "make room"),
        (replace(FINE, environ={"HOTLINE_MACHINES": "2"}), "machines", State.MISSING, "PostgreSQL"),
    ],
)
def test_a_machine_that_lacks_something_is_told_what_to_do(
    app: App, machine: Machine, name: str, state: State, advice: str
) -> None:
    check = found(app, machine)[name]

    assert check.state is state
    assert advice in check.says


def test_a_store_on_a_network_file_system_blocks(app: App) -> None:
    mounts = f"disk / ext4 rw\nsrv:/x {app.workspace.root.resolve().parent} nfs4 rw\n"
    check = found(app, replace(FINE, mounts=lambda: mounts))["machines"]

    assert check.state is State.MISSING
    assert "network" in check.says


def test_a_clock_that_is_years_behind_is_noticed(app: App) -> None:
    assert found(app, now=datetime(2001, 1, 1, tzinfo=UTC))["clock"].state is State.MISSING


def test_a_clock_behind_the_audit_log_is_noticed_and_a_few_minutes_are_not(app: App) -> None:
    with writing(app.store.engine) as connection:
        app.store.record(connection, NOW + timedelta(hours=3), "machine", "something_done", "1", {})
    check = found(app)["clock of the log"]

    assert check.state is State.WARN
    assert "180 minutes behind" in check.says
    assert "clock of the log" not in found(app, now=NOW + timedelta(hours=2, minutes=56))


def test_without_a_workspace_it_says_how_to_make_one(tmp_path: Path) -> None:
    checks = examine(App.at(tmp_path / "none"), NOW, FINE)

    assert "hotline init" in checks[-1].says
    assert blocks(checks)


def test_a_folder_others_can_read_blocks(app: App) -> None:
    (app.workspace.root / "store").chmod(0o755)
    check = found(app)["permissions"]

    assert check.state is State.MISSING
    assert "chmod 700" in check.says


def test_a_shared_workspace_is_fine_and_said_to_be_shared(app: App) -> None:
    app.workspace.create(os.getgid())
    check = found(app)["permissions"]

    assert (check.state, "shared with one group" in check.says) == (State.OK, True)


@pytest.mark.parametrize(
    ("place", "mode"),
    [("exports", 0o2775), ("exports", 0o700), ("store/hotline.sqlite3", 0o640), ("keys/index.key", 0o664)],
)
def test_what_does_not_fit_a_shared_root_blocks(app: App, place: str, mode: int) -> None:
    app.workspace.create(os.getgid())
    (app.workspace.root / place).chmod(mode)
    check = found(app)["permissions"]

    assert check.state is State.MISSING
    assert place in check.says


def test_a_key_the_group_can_read_blocks_where_the_root_is_private(app: App) -> None:
    (app.workspace.keys / "index.key").chmod(0o640)

    assert found(app)["permissions"].state is State.MISSING


def test_it_says_where_luigis_own_command_finds_its_settings(app: App) -> None:
    said = found(app)["luigi command"].says.partition("LUIGI_CONFIG_PATH=")[2]

    assert "local_scheduler = true" in Path(said).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("pattern", "name", "state"),
    [
        ("keys/*.pub", "vault key", State.MISSING),
        ("keys/????????????????.key", "vault opened", State.WARN),
        ("keys/index.key", "store", State.MISSING),
        ("store/*.sqlite3", "store", State.MISSING),
    ],
)
def test_a_missing_part_is_named(app: App, pattern: str, name: str, state: State) -> None:
    for path in app.workspace.root.glob(pattern):
        path.unlink()

    assert found(app)[name].state is state


def test_an_old_schema_is_noticed(app: App) -> None:
    with writing(app.store.engine) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")

    assert found(app)["schema"].state is State.MISSING


def test_settings_that_cannot_be_read_end_the_list_with_what_to_mend(app: App) -> None:
    app.workspace.settings_file.write_text("workers = [", encoding="utf-8")

    assert found(app)["settings"].state is State.MISSING


def test_a_scheduler_that_does_not_answer_blocks(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_SCHEDULER_URL", "http://127.0.0.1:1")

    assert found(app)["scheduler"].state is State.MISSING


def test_a_drop_folder_that_is_not_there_blocks(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DROP_FOLDER", "/nowhere/at/all")

    assert found(app)["drop folder"].state is State.MISSING


def test_cut_runs_and_keys_that_are_due_are_warnings(app: App) -> None:
    old = int((NOW - timedelta(days=8)).timestamp())
    with writing(app.store.engine) as connection:
        rows = [(1, "done", old), (2, "cut", None), (3, "killed-before-its-manifest", None)]
        for number, run_id, committed in rows:
            connection.execute(run.insert().values(
                run_no=number, run_id=run_id, manifest_digest="", registered_at=old, committed_at=committed,
            ))  # fmt: skip
        connection.execute(
            run_step.insert().values(run_no=1, step="after_ingest", chunk=0, known=0, conflicts=0, opened=0)
        )
    manifest = app.workspace.run("cut") / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{}")
    checks = found(app)

    assert checks["runs"].says.startswith("1 unfinished")
    assert (checks["runs"].state, checks["working keys"].state) == (State.WARN, State.WARN)
    assert not blocks(checks.values())


def test_the_command_prints_json_and_answers_1_where_something_blocks(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        hotline, ["--workspace", str(tmp_path / "none"), "doctor", "--json"], standalone_mode=False
    )

    assert result.return_value == 1
    assert json.loads(result.stdout)[-1]["state"] == "missing"
