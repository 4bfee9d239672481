"""Input files after a batch: sealed, deleted or kept; and batches whose files are gone because they were taken in."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.bootstrap import App
from pipeline.cli.main import hotline
from pipeline.keys import private_key
from pipeline.runs import load
from pipeline.sealed_inputs import open_sealed, sealed_path
from pipeline.verify import verify
from tests.factories import bland_reports, new_workspace, take_in, write_csv
from triage.errors import UnusableInput, UsageError

pytestmark = pytest.mark.thorough

CUT_BEFORE_REMOVING = """
import os, signal, sys
from pathlib import Path
from pipeline.after_ingest import settle_file
from pipeline.bootstrap import App
app = App.at(sys.argv[1])
run = app.run("monday")
die = lambda _: os.kill(os.getpid(), signal.SIGKILL)
settle_file(run.files[0], "seal", app.workspace.sealed_inputs, app.vault(), remove=die)
"""


@pytest.fixture
def app(tmp_path: Path) -> App:
    return new_workspace(tmp_path / "workspace")


@pytest.fixture
def inputs(tmp_path: Path) -> list[Path]:
    return [
        write_csv(tmp_path / "in" / f"{name}.csv", bland_reports(first, 6)) for name, first in (("a", 0), ("b", 50))
    ]


def run(app: App, *arguments: str | Path) -> Result:
    return CliRunner().invoke(hotline, ["--workspace", str(app.workspace.root), "run", *map(str, arguments), "--json"])


def test_sealed_inputs_are_gone_and_open_with_the_private_key(app: App, inputs: list[Path]) -> None:
    before = inputs[0].read_bytes()
    summary = take_in(app, "monday", *inputs, after_ingest="seal")
    file = load(app.workspace, "monday").files[0]
    key = private_key(app.workspace, app.store.active_key())

    assert summary["inputs"] == {"sealed": 2}
    assert not inputs[0].exists()
    assert b"".join(open_sealed(sealed_path(app.workspace.sealed_inputs, file.sha256), key)) == before


@pytest.mark.parametrize(("wish", "there"), [("delete", False), ("keep", True)])
def test_deleted_or_kept_as_wished(app: App, inputs: list[Path], wish: str, there: bool) -> None:
    take_in(app, "monday", *inputs, after_ingest=wish)

    assert [path.exists() for path in inputs] == [there, there]
    assert list(app.workspace.sealed_inputs.iterdir()) == []


def test_a_gone_file_under_a_new_batch_is_known_row_by_row(app: App, inputs: list[Path]) -> None:
    take_in(app, "monday", *inputs, after_ingest="seal")
    summary = json.loads(run(app, inputs[0], "--batch", "other").stdout)

    assert [summary[name] for name in ("run", "read", "accepted", "rejected", "already_known")] == ["other", 6, 0, 0, 6]
    assert summary["taken_in_by"] == ["monday"]
    assert json.loads(run(app, inputs[0], "--batch", "other").stdout)["already_known"] == 6
    assert verify(app).findings == ()


def test_the_same_batch_again_with_its_files_gone_says_what_it_said(app: App, inputs: list[Path]) -> None:
    before = take_in(app, "monday", *inputs, after_ingest="seal")
    after = json.loads(run(app, *inputs, "--batch", "monday").stdout)

    assert [after[name] for name in ("read", "accepted", "already_known")] == [
        before[name] for name in ("read", "accepted", "already_known")
    ]


def test_a_gone_file_beside_one_that_is_there_does_not_stop_it(app: App, inputs: list[Path]) -> None:
    take_in(app, "monday", inputs[0], after_ingest="seal")

    assert json.loads(run(app, *inputs).stdout)["accepted"] == 6


def test_a_path_nobody_ever_took_in_is_wrong_use_and_not_repeated(app: App, inputs: list[Path], tmp_path: Path) -> None:
    take_in(app, "monday", *inputs, after_ingest="seal")
    error = run(app, tmp_path / "nowhere-named.csv").exception

    assert isinstance(error, UnusableInput)
    assert "nowhere-named" not in str(error)


def test_a_batch_id_stays_with_its_files_also_when_they_are_gone(app: App, inputs: list[Path]) -> None:
    take_in(app, "monday", *inputs, after_ingest="seal")
    run(app, inputs[0], "--batch", "other")

    assert isinstance(run(app, inputs[1], "--batch", "other").exception, UsageError)


def test_killed_between_sealing_and_removing_the_same_command_ends_it(app: App, inputs: list[Path]) -> None:
    take_in(app, "monday", inputs[0], after_ingest="keep")
    killed = subprocess.run(
        [sys.executable, "-c", CUT_BEFORE_REMOVING, str(app.workspace.root)], check=False, env=os.environ
    )
    assert killed.returncode == -signal.SIGKILL
    assert inputs[0].exists()

    take_in(app, "again", inputs[0], after_ingest="seal")
    assert not inputs[0].exists()
    assert verify(app, deep=True).findings == ()
