"""A killed process or a full disk leaves no readable byte of a package, wherever it might have been written."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.sealing import CANARY

KILLED_AFTER_SECONDS = (0.0, 0.02, 0.05, 0.11, 0.23, 0.4)


def _child(folder: Path, how: str) -> subprocess.Popen[str]:
    """The child works in `folder` and finds its temporary files there too."""
    (folder / "tmp").mkdir()
    (folder / "sent").mkdir()
    command = [sys.executable, "-m", "tests.faults.sealing_child", str(folder / "sent"), how]
    environment = {**os.environ, "TMPDIR": str(folder / "tmp"), "HOME": str(folder)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def _readable(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and CANARY in path.read_bytes()]


@pytest.mark.parametrize("seconds", KILLED_AFTER_SECONDS)
def test_a_killed_process_leaves_nothing_readable_and_no_half_package(seconds: float, tmp_path: Path) -> None:
    with _child(tmp_path, "forever") as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "at work\n"
        time.sleep(seconds)
        child.kill()
    assert _readable(tmp_path) == []
    assert list((tmp_path / "tmp").iterdir()) == []
    whole = {path.name for folder in (tmp_path / "sent").glob("sent-*") for path in folder.iterdir()}
    assert len(whole) == 2 * len(list((tmp_path / "sent").glob("sent-*")))


def test_a_full_disk_leaves_nothing_at_all(tmp_path: Path) -> None:
    with _child(tmp_path, "full") as child:
        said, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    assert said.count("refused") == 3
    assert list((tmp_path / "sent").iterdir()) == list((tmp_path / "tmp").iterdir()) == []


def test_nothing_but_the_sealed_file_and_its_digest_is_ever_opened_for_writing(tmp_path: Path) -> None:
    with _child(tmp_path, "watched") as child:
        said, _ = child.communicate(timeout=60)
    assert child.returncode == 0
    written = [line.removeprefix("wrote ") for line in said.splitlines() if line.startswith("wrote ")]
    assert len(written) == 3 * 3  # a folder and two files for each package
    assert all(path.startswith(str(tmp_path / "sent")) for path in written)
    assert _readable(tmp_path) == []
    assert len(list((tmp_path / "sent").rglob("*.tar.gpg"))) == 3
