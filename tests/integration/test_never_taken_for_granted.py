"""What a hasty word or a cut run may do: never an SOS call forgotten, a store replaced, a folder taken in unasked."""

from __future__ import annotations

from pathlib import Path

import pytest

import pipeline.batch
from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.doctor import examine
from pipeline.inputs import look
from pipeline.setup import set_up
from tests.alarms import PARTNERS, pin_partners, write_call
from tests.desk import NOW, Desk
from tests.factories import bland_reports, new_workspace, take_in, write_csv
from triage.errors import BadConfiguration, Damage, HotlineError, ServiceFailed

pytest_plugins = ("tests.stores",)
Screen = pytest.CaptureFixture[str]


def _hotline(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.folder / "workspace"), *words])


def _without_its_alert(desk: Desk) -> None:
    """A call in the store as a run leaves it that was ended before it could tell anybody."""
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "cut", write_call(desk.folder))


def test_a_call_a_cut_run_told_nobody_of_is_told_by_the_next_run_of_anything(desk: Desk, capsys: Screen) -> None:
    _without_its_alert(desk)
    assert _hotline(desk, "today") == 0
    assert "SOS: NOBODY WAS TOLD OF 1 CALL: C" in capsys.readouterr().out
    assert _hotline(desk, "run", str(write_csv(desk.folder / "b.csv", bland_reports(1, 2))), "--batch", "next") == 0
    assert "SOS: A1 to sos-rs" in capsys.readouterr().err
    assert _hotline(desk, "today") == 0
    said = capsys.readouterr().out
    assert "NOBODY WAS TOLD OF" not in said
    assert "SOS: 1 alert nobody acknowledged" in said


@pytest.mark.parametrize("place", ["store/hotline.sqlite3", "keys/index.key", "hotline.toml", "exports/new.csv"])
@pytest.mark.parametrize("command", [["stats"], ["classify", "reports.csv"]])
def test_no_output_replaces_anything_of_a_workspace(
    desk: Desk, capsys: Screen, place: str, command: list[str]
) -> None:
    target = desk.folder / "workspace" / place
    before = target.read_bytes() if target.exists() else None
    source = write_csv(desk.folder / "reports.csv", bland_reports(1, 2))
    words = [str(source) if word == "reports.csv" else word for word in command]
    assert _hotline(desk, *words, "--out", str(target)) == 2
    assert "--out names a file of a workspace" in capsys.readouterr().err
    assert (target.read_bytes() if target.exists() else None) == before


def test_a_table_may_lie_at_the_top_of_a_workspace(desk: Desk) -> None:
    assert _hotline(desk, "stats", "--out", str(desk.folder / "workspace" / "counts.csv")) == 0


@pytest.mark.parametrize(
    ("given", "says"), [([""], "an input is empty"), (["."], "in the workspace itself"), (["runs"], "in the workspace")]
)
def test_an_empty_name_and_the_workspace_are_no_input(
    desk: Desk, capsys: Screen, monkeypatch: pytest.MonkeyPatch, given: list[str], says: str
) -> None:
    monkeypatch.chdir(desk.folder / "workspace")
    assert _hotline(desk, "run", *given) == 2
    assert says in capsys.readouterr().err
    assert _hotline(desk, "run", str(desk.folder), "--batch", " ") == 2
    assert "--batch is empty" in capsys.readouterr().err


def test_a_workspace_inside_a_folder_is_passed_over_and_links_are_named(tmp_path: Path) -> None:
    drop = tmp_path / "drop"
    new_workspace(drop / "desk")
    real = write_csv(tmp_path / "real.csv", bland_reports(1, 2))
    (drop / "link.csv").symlink_to(real)
    (drop / "folder").symlink_to(tmp_path)
    write_csv(drop / "deep" / "own.csv", bland_reports(3, 2))
    found = look([drop])
    assert [Path(one.path).name for one in found.files] == ["own.csv"]
    assert [Path(one.path).name for one in found.unreadable] == ["folder", "link.csv"]
    assert all("is a link" in one.problem for one in found.unreadable)


@pytest.mark.parametrize("cut", [300_000, 100])
def test_a_torn_store_is_said_to_be_damaged(tmp_path: Path, cut: int) -> None:
    app = new_workspace(tmp_path / "w")
    take_in(app, "one", write_csv(tmp_path / "a.csv", bland_reports(1, 300)))
    for side in ("-wal", "-shm"):
        app.workspace.database_file.with_name(app.workspace.database_file.name + side).unlink(missing_ok=True)
    content = app.workspace.database_file.read_bytes()
    app.workspace.database_file.write_bytes(content[:cut] if cut > 1000 else b"month,reports\n" * cut)
    words = ["--workspace", str(tmp_path / "w")]
    assert {answer([*words, command]) for command in ("verify", "status")} == {1}
    assert any("damaged" in check.says for check in examine(App.at(tmp_path / "w"), NOW))
    with pytest.raises(Damage, match="restore it from your backup"):
        App.at(tmp_path / "w").store  # noqa: B018 - opening it is what fails


def test_a_real_workspace_is_not_made_on_a_demo_store(tmp_path: Path, store_url: str) -> None:
    made = App.at(tmp_path / "demo")
    set_up(made.workspace, kind="demo", database_url=store_url, now=NOW, os_user="tester")
    real = App.at(tmp_path / "real")
    if not store_url:
        real.workspace.create(None)
        real.workspace.database_file.write_bytes(made.workspace.database_file.read_bytes())
    with pytest.raises(BadConfiguration, match="never mix the two"):
        set_up(real.workspace, kind="real", database_url=store_url, now=NOW, os_user="tester")
    assert not real.workspace.settings_file.exists()


def test_a_run_that_stops_on_a_full_disk_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = new_workspace(tmp_path / "w")
    file = write_csv(tmp_path / "a.csv", bland_reports(1, 3))

    monkeypatch.setattr("luigi.build", lambda *_given, **_more: True)
    with pytest.raises(HotlineError, match="did not finish: see"):
        take_in(app, "one", file)
    monkeypatch.setattr(pipeline.batch, "LEAST_ROOM", 1 << 62)
    with pytest.raises(ServiceFailed, match="the disk is full, make room"):
        take_in(app, "one", file)
