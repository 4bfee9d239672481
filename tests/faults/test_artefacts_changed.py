"""Artefacts changed between two tries of a batch: nothing is lost, and where trying again cannot help, that is said."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import luigi
import pytest

from pipeline.batch import run_batch
from pipeline.bootstrap import WORKSPACE_VARIABLE, App
from pipeline.runs import Run, find_inputs, register
from pipeline.tasks.base import begin_anew
from pipeline.tasks.parts import Classify, Seal
from pipeline.verify import verify
from tests.factories import NOW, bland_reports, new_workspace, take_in, warm, write_csv
from triage.errors import Damage

COUNT = 10


def flipped(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setenv("HOTLINE_RETRY_DELAY_SECONDS", "0")
    warm()
    return new_workspace(tmp_path / "workspace")


@pytest.fixture
def begun(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A batch whose parts are read, sealed and judged, and not committed."""
    path = write_csv(tmp_path / "in" / "a.csv", bland_reports(0, COUNT))
    run = register(
        app.workspace, app.store, "monday", find_inputs([path]),
        versions=app.rule_versions(), after_ingest="delete", now=NOW,
    )  # fmt: skip
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(app.workspace.root))
    begin_anew()
    tasks = [kind(run_id="monday", part=0) for kind in (Seal, Classify)]
    luigi.build(tasks, local_scheduler=True, log_level="CRITICAL")  # type: ignore[no-untyped-call]
    return run


@pytest.mark.parametrize(
    ("stage", "file", "change"),
    [("rows", "rows.*", flipped), ("rows", "rows.*", cut), ("rows", "rows.*", os.unlink), ("seal", "packs.*", flipped)],
)
def test_what_cannot_be_made_anew_is_said_and_a_new_batch_takes_all_in(
    app: App, begun: Run, stage: str, file: str, change: Callable[[Path], None]
) -> None:
    (changed,) = (app.workspace.run("monday") / stage).glob(f"part-*/{file}")
    change(changed)
    for _ in range(2):
        with pytest.raises(Damage, match=f"{stage} part 0 was changed or cut.*new --batch"):
            run_batch(app, begun, 1, apart=False)
    source = Path(begun.files[0].path)
    assert source.exists()

    assert take_in(app, "tuesday", source, after_ingest="delete")["accepted"] == COUNT
    assert verify(app).findings == ()


@pytest.mark.parametrize("change", [cut, os.unlink])
def test_what_can_be_made_anew_is(app: App, begun: Run, change: Callable[[Path], None]) -> None:
    (changed,) = (app.workspace.run("monday") / "seal").glob("part-*/packs.*")
    change(changed)

    assert run_batch(app, begun, 1, apart=False)["accepted"] == COUNT
    assert verify(app, deep=True).findings == ()
