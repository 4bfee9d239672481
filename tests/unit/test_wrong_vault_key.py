"""A private vault key that is the wrong one is named by `doctor` and stops a run; none at all does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from pipeline import keys
from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.doctor import examine
from pipeline.doctor_check import State
from pipeline.nightly import register_drop
from tests.factories import NOW, new_workspace
from triage.errors import KeyProblem


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.delenv(keys.PASSPHRASE_VARIABLE, raising=False)
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "in.csv").write_text("id,location\n1,https://host.example/1\n", encoding="utf-8")
    return new_workspace(tmp_path / "workspace")


def _key(app: App) -> Path:
    return app.workspace.keys / f"{app.store.active_key()}.key"


def _another(app: App) -> bytes:
    other = keys.create_pair(app.workspace)
    return (app.workspace.keys / f"{other}.key").read_bytes()


def _run(app: App) -> int:
    return answer(["run", "--workspace", str(app.workspace.root), str(app.workspace.root.parent / "drop" / "in.csv")])


def _told(app: App) -> tuple[State, str]:
    (check,) = (one for one in examine(App.at(app.workspace.root), NOW) if one.name == "vault opened")
    return check.state, check.says


@pytest.mark.parametrize("damage", ["another", "words"])
def test_a_wrong_private_key_stops_a_run_before_anything_is_read(
    app: App, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _key(app).write_bytes(_another(app) if damage == "another" else b"no key at all")
    assert _run(app) == 2
    assert _key(app).name in capsys.readouterr().err
    assert not list(app.workspace.root.glob("runs/*"))
    state, says = _told(app)
    assert state is State.MISSING
    assert "take the file away where only intake runs" in says


def test_a_night_does_not_begin_with_a_wrong_private_key_either(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_DROP_FOLDER", str(app.workspace.root.parent / "drop"))
    _key(app).write_bytes(_another(app))
    with pytest.raises(KeyProblem, match="not the private half"):
        register_drop(App.at(app.workspace.root), NOW.date(), NOW)


def test_a_machine_that_only_takes_in_needs_no_private_key(app: App) -> None:
    _key(app).unlink()
    assert _run(app) == 0
    assert _told(app)[0] is State.WARN


def test_a_locked_private_key_is_no_wrong_one_until_its_passphrase_is(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = keys.private_key(app.workspace, app.store.active_key()).key
    _key(app).write_bytes(private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.BestAvailableEncryption(b"right")
    ))  # fmt: skip
    assert _told(app)[0] is State.WARN
    monkeypatch.setenv(keys.PASSPHRASE_VARIABLE, "right")
    assert _told(app)[0] is State.OK
    monkeypatch.setenv(keys.PASSPHRASE_VARIABLE, "wrong")
    assert _told(app)[0] is State.MISSING
