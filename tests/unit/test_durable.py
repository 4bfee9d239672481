"""What a process left half-written is told from what another one, here or elsewhere, is at work on."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pipeline import durable
from pipeline.durable import ELSEWHERE_SECONDS, is_abandoned, is_ours, machine, new_folder, temporary_for, write_file

NOBODY = 2**22 + 1
"""Above the largest process number Linux gives."""


def _left(folder: Path, mark: str, age: float = 0.0) -> Path:
    path = folder / f".tmp-{mark}-x"
    path.mkdir()
    os.utime(path, (time.time() - age,) * 2)
    return path


def test_what_a_process_here_left_is_abandoned_once_it_ended(tmp_path: Path) -> None:
    assert is_abandoned(_left(tmp_path, f"{NOBODY}.{machine()}"))
    assert is_abandoned(_left(tmp_path, f"0.{machine()}"))
    for pid in (os.getpid(), os.getppid()):
        assert not is_abandoned(_left(tmp_path, f"{pid}.{machine()}", age=2 * ELSEWHERE_SECONDS))


@pytest.mark.parametrize("mark", ["1.0f0f0f0f", f"{NOBODY}.0f0f0f0f", f"{NOBODY}", "lea", ""])
def test_what_another_machine_is_at_work_on_stays_for_a_day(tmp_path: Path, mark: str) -> None:
    path = _left(tmp_path, mark, age=ELSEWHERE_SECONDS - 60)
    assert not is_abandoned(path)
    os.utime(path, (time.time() - ELSEWHERE_SECONDS - 60,) * 2)
    assert is_abandoned(path)
    path.rmdir()
    assert not is_abandoned(path), "it is gone already"


def test_two_machines_with_one_process_number_never_write_one_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = temporary_for(tmp_path / "x")
    assert is_ours(here)
    monkeypatch.setattr(durable, "machine", lambda: "0f0f0f0f")
    there = temporary_for(tmp_path / "x")
    assert here != there
    assert not is_ours(here)
    assert is_ours(there)


def test_a_file_and_a_folder_get_their_names_and_nothing_stays_beside(tmp_path: Path) -> None:
    write_file(tmp_path / "a", b"1")
    with new_folder(tmp_path / "b") as folder:
        write_file(folder / "c", b"2")
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")) == ["a", "b", "b/c"]


def test_a_machine_is_the_same_all_the_time_and_its_name_does_not_show() -> None:
    assert machine() == machine()
    assert len(machine()) == 8
    assert os.uname().nodename not in machine()
