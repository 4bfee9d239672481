"""Pipes, devices and folders named as files are refused at once, by every command that reads files of the operator."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.plain_files import require_file
from pipeline.setup import set_up
from tests.factories import NOW
from triage.errors import UnusableInput


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demo workspace with a list, so that `match` asks."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    made = App.at(tmp_path / "workspace")
    set_up(made.workspace, kind="demo", database_url="", now=NOW, os_user="tester")
    (tmp_path / "list.csv").write_text(f"type,value\nmd5,{bytes(range(16)).hex()}\n", encoding="utf-8")
    root = str(made.workspace.root)
    assert answer(["lists", "import", str(tmp_path / "list.csv"), "--name", "a", "--workspace", root]) == 0
    return made.workspace.root


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "kanarinac"
    os.mkfifo(path)
    return path


CALLS = {
    "hash": ("hash",), "match": ("match", "--workspace", "WORKSPACE"), "normalise": ("normalise",),
    "import": ("lists", "import", "--name", "b", "--workspace", "WORKSPACE"),
    "import by name": ("lists", "import", "--name", "b", "--format", "csv", "--workspace", "WORKSPACE"),
}  # fmt: skip


def said(call: Sequence[str], path: Path, workspace: Path, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    code = answer([*(str(workspace) if one == "WORKSPACE" else one for one in call), str(path)])
    assert code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize("call", CALLS)
def test_no_command_waits_for_a_pipe_or_reads_a_device(
    call: str, workspace: Path, pipe: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (pipe, Path("/dev/zero")):
        told = said(CALLS[call], path, workspace, capsys)
        assert "is a pipe or a device, no file" in told
        assert path.name not in told


@pytest.mark.parametrize("call", [one for one in CALLS if one != "hash"])
def test_a_folder_is_said_to_be_one(call: str, workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "is a folder" in said(CALLS[call], workspace, workspace, capsys)


def test_a_link_to_a_file_is_one_and_a_socket_or_a_link_to_a_pipe_is_none(tmp_path: Path, pipe: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    (tmp_path / "to-pipe").symlink_to(pipe)
    require_file(tmp_path / "link", "this")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "s"))
        for name in ("to-pipe", "s"):
            with pytest.raises(UnusableInput, match="this is a pipe or a device"):
                require_file(tmp_path / name, "this")
