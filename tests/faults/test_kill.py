"""R1: a batch killed again and again, at every kind of step, ends as if nothing had happened."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipeline.bootstrap import App
from pipeline.durable import TEMPORARY_MARK
from pipeline.store.commit_run import is_committed
from pipeline.store.engine import reading
from pipeline.store.item_tables import content_item, picture_link
from pipeline.store.item_tables import signal as signal_table
from pipeline.verify.everything import verify
from tests.factories import bland_reports, cases_by_id, contacts_by_id, labels_by_id, new_workspace, take_in, write_csv
from tests.faults.killed_run import KilledRuns
from tests.pictures import picture, saved

FILES, ROWS = 6, 40
STAGES = ("rows", "unit", "locate", "seal", "group", "digest", "classify")
KILLS = (
    *(f"{when}:{stage}" for stage in STAGES for when in ("before", "after")),
    "commit:1", "committed:1", "commit:4", "committed:7", "commit:9", "committed:12", "commit:16", "committed:3",
    "commit:20", "committed:30",
)  # fmt: skip
"""Two inside every stage before the store, ten around the store's transactions."""


def _findings(app: App) -> list[object]:
    return list(verify(app, deep=True).findings)


def _inputs(folder: Path) -> Path:
    for number in range(FILES):
        rows = bland_reports(number * ROWS, ROWS)
        for row in rows:
            row["attachments"] = "one.jpg" if row["id"] == f"T-{number * ROWS + 3}" else ""
        write_csv(folder / f"part-{number}.csv", rows)
    (folder / "one.jpg").write_bytes(saved(picture(1)))
    return folder


def _pictures(app: App) -> tuple[int, int, int]:
    """How many items, signals and links there are: which report is the earliest depends on nothing else."""
    with reading(app.store.engine) as connection:
        items, signals, links = (
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (content_item, signal_table, picture_link)
        )
    return items, signals, links


def test_a_batch_killed_in_every_stage_and_around_every_commit_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    inputs = _inputs(tmp_path / "drop")
    calm = new_workspace(tmp_path / "calm")
    take_in(calm, "b1", inputs)
    shaken = new_workspace(tmp_path / "shaken")

    with KilledRuns(workers=2) as runs:
        killed = [
            moment for moment in KILLS if runs.run(shaken.workspace.root, "b1", moment, inputs) == -signal.SIGKILL
        ]
        assert runs.run(shaken.workspace.root, "b1", "none", inputs) == 0

    assert len(killed) >= 20, f"only {killed} died"
    assert {f"{when}:{stage}" for stage in STAGES for when in ("before", "after")} <= set(killed)
    assert cases_by_id(shaken) == cases_by_id(calm)
    assert labels_by_id(shaken) == labels_by_id(calm)
    assert contacts_by_id(shaken) == contacts_by_id(calm)
    assert _pictures(shaken) == _pictures(calm)
    assert _pictures(calm)[::2] == (FILES, FILES - 1)
    assert len(cases_by_id(shaken)) == FILES * ROWS
    assert _findings(shaken) == []


@pytest.mark.thorough
def test_a_run_killed_right_before_and_right_after_its_last_commit_is_one_batch(tmp_path: Path) -> None:
    inputs = _inputs(tmp_path / "drop")
    whole = new_workspace(tmp_path / "whole")
    with KilledRuns() as runs:
        assert runs.run(whole.workspace.root, "b1", "committed:100000", inputs) == 0
        commits = (whole.workspace.root / "commits-seen").stat().st_size
        for kind in ("commit", "committed"):
            app = new_workspace(tmp_path / kind)
            last = commits
            while runs.run(app.workspace.root, "b1", f"{kind}:{last}", inputs) != -signal.SIGKILL:
                last -= 1
                shutil.rmtree(app.workspace.root)
                app = new_workspace(tmp_path / kind)
            assert runs.run(app.workspace.root, "b1", "none", inputs) == 0
            assert is_committed(App.at(app.workspace.root).store, "b1")
            assert cases_by_id(app) == cases_by_id(whole)
            assert _findings(app) == []
            assert not list(app.workspace.root.rglob(f"{TEMPORARY_MARK}*.tmp"))
