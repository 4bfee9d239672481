"""`--workspace` before a command, behind its group and behind its whole name is the same workspace."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.bootstrap import App
from pipeline.cli.main import answer
from tests.factories import analysts_app


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.delenv("HOTLINE_WORKSPACE", raising=False)
    monkeypatch.chdir(tmp_path)
    return analysts_app(tmp_path / "one", monkeypatch)


@pytest.mark.parametrize("group", ["recipients", "cases", "alerts", "notices", "answers"])
def test_a_group_hands_it_on_and_the_last_one_counts(app: App, group: str) -> None:
    root = str(app.workspace.root)

    assert answer([group, "--workspace", root, "list"]) == 0
    assert answer([group, "list", "--workspace", root]) == 0
    assert answer(["--workspace", "nowhere", group, "--workspace", root, "list"]) == 0
    assert answer([group, "--workspace", "nowhere", "list"]) == 2


def test_commands_that_need_none_take_it_and_leave_it_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.txt").write_text("https://a.example/x\n")
    (tmp_path / "a.jsonl").write_text('{"id": "1", "location": "https://a.example/x"}\n')

    assert answer(["normalise", "--workspace", "nowhere", str(tmp_path / "a.txt")]) == 0
    assert answer(["hash", "--workspace", "nowhere", "--types", "sha256", str(tmp_path / "a.txt")]) == 0
    assert answer(["classify", str(tmp_path / "a.jsonl"), "--out", "-", "--workspace", "nowhere"]) == 0
    assert "a.example" in capsys.readouterr().out
