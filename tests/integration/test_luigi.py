"""Luigi for real: its own command, a `luigid` on loopback that learns nothing, retries, time-outs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from luigi.cmdline import luigi_run
from luigi.configuration import add_config_path

import pipeline.tasks.parts
from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.resources import resource
from pipeline.runs import find_inputs, register
from pipeline.store.commit_run import counts_of, is_committed
from tests.factories import NOW, bland_reports, new_workspace, write_csv
from tests.forked import forked

ROOT = Path(__file__).parents[2]
CANARY = "zqschedulercanaryqz"


def _run(app: App, file: Path, batch: str) -> int:
    return answer(["--workspace", str(app.workspace.root), "run", str(file), "--batch", batch])


def _stuttering(app: App, file: Path, mark: Path) -> int:
    """For a process that ends: locate fails once, and leaves `mark`."""
    real = pipeline.tasks.parts.locate

    def once(*given: Any) -> Any:
        if not mark.exists():
            mark.touch()
            raise OSError(5, "a disk that stutters")
        return real(*given)

    pipeline.tasks.parts.locate = once
    return _run(app, file, "again")


def _hanging(app: App, file: Path) -> int:
    """For a process that ends: seal never does."""
    pipeline.tasks.parts.seal = lambda *_: time.sleep(600)  # type: ignore[assignment]
    return _run(app, file, "hangs")


@pytest.fixture
def luigid(tmp_path: Path) -> Iterator[str]:
    """A scheduler on a free loopback port, ended by its own process id."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "luigid")]
    process = subprocess.Popen(
        [*command, "--port", str(port), "--address", "127.0.0.1", "--logdir", str(tmp_path),
         "--state-path", str(tmp_path / "state")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(address: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{address}/api/task_list", timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("luigid did not start")


def _registered(app: App, batch: str, path: Path) -> None:
    register(
        app.workspace, app.store, batch, find_inputs([path]),
        versions=app.rule_versions(), after_ingest="keep", now=NOW,
    )  # fmt: skip


def _luigi(app: App, *arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HOTLINE_WORKSPACE": str(app.workspace.root)}
    return subprocess.run(
        [str(Path(sys.executable).parent / "luigi"), "--module", "pipeline.tasks", *arguments],
        capture_output=True, text=True, env=environment, timeout=120, check=False, cwd=folder,
    )  # fmt: skip


def _forked_luigi(app: App, run_id: str) -> int:
    """What the command `luigi` would end with."""

    def command() -> None:
        add_config_path(str(resource("luigi.cfg")))
        luigi_run(["--module", "pipeline.tasks", "RunBatch", "--run-id", run_id])

    return forked(command, {"HOTLINE_WORKSPACE": str(app.workspace.root)}).returncode


def test_luigis_own_command_runs_a_registered_batch(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    _registered(app, "by-luigi", write_csv(tmp_path / "a.csv", bland_reports(0, 50)))
    done = _luigi(app, "RunBatch", "--run-id", "by-luigi", "--workers", "2")
    assert done.returncode == 0, done.stderr[-2000:]
    assert is_committed(app.store, "by-luigi")
    assert counts_of(app.store, "by-luigi").accepted == 50


def test_luigis_own_command_answers_4_for_a_run_nobody_registered(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    assert _forked_luigi(app, "nobody-knows-it") == 4


@pytest.mark.slow
def test_outside_a_checkout_luigi_reads_the_file_that_doctor_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = new_workspace(tmp_path / "w")
    _registered(app, "elsewhere", write_csv(tmp_path / "a.csv", bland_reports(0, 10)))
    monkeypatch.setenv("LUIGI_CONFIG_PATH", str(resource("luigi.cfg")))
    done = _luigi(app, "RunBatch", "--run-id", "elsewhere", folder=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    unknown = _luigi(app, "RunBatch", "--run-id", "nobody-knows-it", folder=tmp_path)
    assert (unknown.returncode, unknown.stderr) == (4, "no run is called nobody-knows-it: see `hotline status`\n")
    assert counts_of(app.store, "elsewhere").accepted == 10


@pytest.mark.thorough
def test_luigis_own_command_answers_4_where_a_task_failed(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    file = write_csv(tmp_path / "a.csv", bland_reports(0, 10))
    _registered(app, "no-key", file)
    (app.workspace.work_keys / "no-key.key").unlink()
    assert _forked_luigi(app, "no-key") == 4
    assert not is_committed(app.store, "no-key")


def test_a_scheduler_nobody_listens_for_is_said_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = new_workspace(tmp_path / "w")
    file = write_csv(tmp_path / "a.csv", bland_reports(0, 10))
    monkeypatch.setenv("HOTLINE_SCHEDULER_URL", "http://127.0.0.1:1")
    arguments = ["--workspace", str(app.workspace.root), "run", str(file), "--batch", "later"]
    assert answer(arguments) == 3
    assert "scheduler does not answer" in capsys.readouterr().err
    monkeypatch.delenv("HOTLINE_SCHEDULER_URL")
    assert answer(arguments) == 0


def test_a_luigid_sees_ids_and_part_numbers_and_nothing_else(tmp_path: Path, luigid: str) -> None:
    app = new_workspace(tmp_path / "w")
    rows = [{**row, "description": f"{CANARY} {row['description']}"} for row in bland_reports(0, 60)]
    folder = tmp_path / CANARY
    folder.mkdir()
    file = write_csv(folder / f"{CANARY}.csv", rows)
    done = forked(lambda: _run(app, file, "seen"), {"HOTLINE_SCHEDULER_URL": luigid})
    assert done.returncode == 0, done.stderr[-2000:]
    pages = ["/api/task_list", "/api/graph", "/static/visualiser/index.html", "/api/worker_list", "/api/resource_list"]
    told = b"".join(urllib.request.urlopen(luigid + page, timeout=5).read() for page in pages)
    assert b"CommitStretch" in told
    assert b"seen" in told
    assert CANARY.encode() not in told
    assert str(tmp_path).encode() not in told
    assert CANARY not in (app.workspace.run("seen") / "log").read_text()


def test_a_stage_that_fails_once_is_tried_again(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    file = write_csv(tmp_path / "a.csv", bland_reports(0, 20))
    mark = app.workspace.root / "failed-once"
    done = forked(lambda: _stuttering(app, file, mark), {"HOTLINE_RETRY_DELAY_SECONDS": "1"})
    assert done.returncode == 0, done.stderr[-2000:]
    assert mark.exists()
    assert "Locate failed" in (app.workspace.run("again") / "log").read_text()
    assert counts_of(app.store, "again").accepted == 20


@pytest.mark.thorough
def test_a_stage_that_hangs_is_ended_and_the_run_says_so(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    file = write_csv(tmp_path / "a.csv", bland_reports(0, 20))
    environment = {
        "HOTLINE_TASK_TIMEOUT_SECONDS": "3", "HOTLINE_TASK_RETRIES": "0", "HOTLINE_RETRY_DELAY_SECONDS": "1",
    }  # fmt: skip
    done = forked(lambda: _hanging(app, file), environment)
    assert done.returncode == 4
    assert b"did not finish" in done.stderr
    assert not is_committed(app.store, "hangs")
