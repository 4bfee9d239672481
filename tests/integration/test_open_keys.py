"""A private key others can read is refused before it is used; what else lies open is said; SOS alerts leave still."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import keys
from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.delivery.own_key import SIGNING_KEY_NAME, make_own_key, own_key
from pipeline.nightly import register_drop
from tests.factories import NOW, new_workspace
from triage.errors import KeyProblem

CALL = '{"organisation": "units", "place": "kanton", "received_at": "2026-10-01T10:00:00+02:00"}'


@pytest.fixture
def app(tmp_path: Path) -> App:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "in.csv").write_text("id,location\n1,https://host.example/1\n", encoding="utf-8")
    return new_workspace(tmp_path / "workspace")


def _key(app: App) -> Path:
    return app.workspace.keys / f"{app.store.active_key()}.key"


def _run(app: App, *more: str) -> int:
    root = app.workspace.root
    return answer(["run", "--workspace", str(root), str(root.parent / "drop"), "--after-ingest", "keep", *more])


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o622, 0o777])
def test_a_run_refuses_a_vault_key_others_can_read_and_says_the_command(
    app: App, mode: int, capsys: pytest.CaptureFixture[str]
) -> None:
    _key(app).chmod(mode)
    assert _run(app, "--batch", "one") == 2
    place = f"keys/{_key(app).name}"
    assert f"run `chmod 600 {place}`" in capsys.readouterr().err
    with pytest.raises(KeyProblem, match="chmod 600"):
        keys.private_key(app.workspace, app.store.active_key())
    assert not app.workspace.run("one").exists()
    _key(app).chmod(0o600)
    assert _run(app, "--batch", "one") == 0


def test_a_key_the_group_can_read_is_fine_only_where_the_group_shares_the_workspace(app: App) -> None:
    app.workspace.create(_key(app).stat().st_gid)
    _key(app).chmod(0o660)
    assert _run(app) == 0
    _key(app).chmod(0o664)
    with pytest.raises(KeyProblem, match="chmod 660"):
        keys.private_key(app.workspace, app.store.active_key())


def test_where_the_private_half_is_not_here_there_is_nothing_to_refuse(app: App) -> None:
    _key(app).unlink()
    assert _run(app) == 0


def test_a_night_refuses_it_but_sos_calls_go_ahead(app: App, tmp_path: Path) -> None:
    with app.workspace.settings_file.open("a", encoding="utf-8") as file:
        file.write(f'drop_folder = "{tmp_path / "drop"}"\n')
    (tmp_path / "drop" / "call.sos.json").write_text(CALL, encoding="utf-8")
    _key(app).chmod(0o644)
    again = App.at(app.workspace.root)
    calls = register_drop(again, NOW.date(), NOW, calls=True)
    assert calls is not None
    with pytest.raises(KeyProblem, match="chmod 600"):
        register_drop(again, NOW.date(), NOW)


def test_a_signing_key_others_can_read_signs_an_alarm_alone(app: App) -> None:
    make_own_key(app.workspace, "Hotline of an Example")
    (app.workspace.keys / SIGNING_KEY_NAME).chmod(0o644)
    with pytest.raises(KeyProblem, match="chmod 600"):
        own_key(app.workspace)
    own_key(app.workspace, alarm=True)


@pytest.mark.parametrize("place", ["keys/index.key", "store", "keys/work", "."])
def test_what_else_lies_open_is_said_and_stops_nothing(
    app: App, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(app) == 0
    assert "open to others" not in capsys.readouterr().err
    opened = app.workspace.root / place
    opened.chmod(opened.stat().st_mode | 0o004)
    assert _run(app) == 0
    assert f"open to others on this machine: {place}:" in capsys.readouterr().err
