"""The disk a command's output goes to is full: said plainly, with the exit code of an outside failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import new_workspace

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
def test_a_full_disk_under_the_output_is_no_internal_error(tmp_path: Path) -> None:
    new_workspace(tmp_path / "w")
    command = [sys.executable, "-m", "pipeline.cli", "--workspace", str(tmp_path / "w"), "status"]
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    with FULL.open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False, env=buffered)
    assert done.returncode == 3
    assert "a disk is full" in done.stderr
    assert len(done.stderr.splitlines()) == 1
