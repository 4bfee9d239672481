"""Two machines export into one workspace: what one is at work on, the other leaves alone."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from sqlalchemy import Connection

from exporters.manifest import MANIFEST
from pipeline import durable
from pipeline.desk.package_folder import READY_MARK, Sending, store_package, tidy
from pipeline.durable import ELSEWHERE_SECONDS
from tests.desk import NOW, Desk

SENDING = Sending("lea", "police-rs", {MANIFEST: b"", "half.txt": b"words"})


def _elsewhere(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> int:
    """Another machine tidies, on which no process has a number of ours."""
    with monkeypatch.context() as there:
        there.setattr(durable, "machine", lambda: "0f0f0f0f")
        there.setattr(durable, "_runs", lambda _pid: False)
        return tidy(desk.app)


def test_a_folder_another_machine_is_at_work_on_is_not_taken_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Path] = []
    tidied: list[int] = []

    def meanwhile(_connection: Connection, _package_id: int) -> None:
        tidied.append(_elsewhere(desk, monkeypatch))
        seen.extend(desk.app.workspace.exports.glob(".tmp-*/half.txt"))

    made = store_package(desk.app, SENDING, desk.two, NOW, meanwhile)
    assert (tidied, len(seen)) == ([0], 1)
    assert (made.folder / "half.txt").read_bytes() == b"words"


def test_what_a_dead_machine_left_goes_after_a_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    exports = desk.app.workspace.exports
    left = exports / f".tmp-{os.getpid()}.{durable.machine()}-lea"
    left.mkdir(parents=True)
    assert _elsewhere(desk, monkeypatch) == 0
    os.utime(left, (time.time() - ELSEWHERE_SECONDS - 60,) * 2)
    assert (tidy(desk.app), left.exists()) == (0, True), "its process runs, and this machine knows"
    assert (_elsewhere(desk, monkeypatch), left.exists()) == (1, False)


def test_a_package_whose_name_another_export_was_quicker_to_give_is_made_all_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    renamed = Path.rename

    def quicker(path: Path, target: Path) -> Path:
        if path.name.startswith(READY_MARK) and path.exists():
            renamed(path, target)
        return renamed(path, target)

    monkeypatch.setattr(Path, "rename", quicker)
    made = store_package(desk.app, SENDING, desk.two, NOW, lambda *_: None)
    assert [path.name for path in desk.app.workspace.exports.iterdir()] == [made.folder.name]
    assert (made.folder / "half.txt").exists()
