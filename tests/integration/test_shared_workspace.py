"""A workspace is its owner's alone or, by the operator's choice, one group's; `init` leaves no half-made one behind."""

from __future__ import annotations

import grp
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pipeline.bootstrap import App
from pipeline.cli.main import COMMANDS, answer, hotline
from pipeline.delivery.answer_mail import OUTBOX, Outbox
from pipeline.store.engine import open_engine, reading, writing
from pipeline.workspace import make_private
from tests.factories import bland_reports, new_workspace, take_in, write_csv
from triage.errors import BadConfiguration, ServiceFailed

GROUP = grp.getgrgid(os.getgid()).gr_name
SHUT_DATABASE = "postgresql+psycopg://127.0.0.1:1/none"


@pytest.fixture(autouse=True)
def _own_umask() -> Iterator[None]:
    """A command sets the umask of its process; the next test begins with the one before."""
    before = os.umask(0o077)
    os.umask(before)
    yield
    os.umask(before)


def modes(root: Path) -> dict[str, set[int]]:
    """The modes of all folders and of all files of a workspace."""
    paths = [root, *root.rglob("*")]
    return {
        "folders": {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir()},
        "files": {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_file()},
    }


def made(root: Path, *more: str) -> int:
    return answer(["init", "--workspace", str(root), *more])


def test_a_workspace_is_its_owners_alone_unless_asked_otherwise(tmp_path: Path) -> None:
    root = tmp_path / "w"
    root.mkdir(mode=0o700)
    root.chmod(0o2775)
    assert made(root) == 0
    take_in(App.at(root), "one", write_csv(tmp_path / "a.csv", bland_reports(0, 10)), after_ingest="seal")
    assert modes(root) == {"folders": {0o700}, "files": {0o600}}


def test_whatever_a_run_leaves_in_a_shared_workspace_the_group_can_use_and_others_cannot(tmp_path: Path) -> None:
    root = tmp_path / "w"
    assert made(root, "--group", GROUP) == 0
    os.umask(0o077)
    app = App.at(root)
    take_in(app, "one", write_csv(tmp_path / "a.csv", bland_reports(0, 10)), after_ingest="seal")
    with writing(app.store.engine):  # a writer at work: the write-ahead log and its index are there
        assert {path.suffix for path in (root / "store").iterdir()} == {".sqlite3", ".sqlite3-wal", ".sqlite3-shm"}
        assert modes(root) == {"folders": {0o2770}, "files": {0o660}}
    assert {path.stat().st_gid for path in root.rglob("*")} == {os.getgid()}


def test_a_workspace_can_be_shared_later_and_stays_shared(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    root = app.workspace.root
    take_in(app, "one", write_csv(tmp_path / "a.csv", bland_reports(0, 10)))
    assert made(root, "--group", GROUP) == 0
    assert modes(root) == {"folders": {0o2770}, "files": {0o660}}
    assert made(root) == 0
    assert modes(root) == {"folders": {0o2770}, "files": {0o660}}


def test_a_folder_that_has_the_right_mode_is_left_alone(tmp_path: Path) -> None:
    root = new_workspace(tmp_path / "w").workspace.root
    before = (root / "exports").stat().st_ctime_ns
    make_private(root / "exports")
    assert (root / "exports").stat().st_ctime_ns == before


@pytest.mark.parametrize("place", ["a link", "a link to nowhere", "a file"])
def test_an_outbox_that_is_no_folder_of_the_workspace_is_not_written_to(tmp_path: Path, place: str) -> None:
    workspace = new_workspace(tmp_path / "w").workspace
    (tmp_path / "there").mkdir()
    (tmp_path / "there").chmod(0o755)
    outbox = workspace.root / OUTBOX
    if place == "a file":
        outbox.touch()
    else:
        outbox.symlink_to(tmp_path / ("there" if place == "a link" else "nowhere"))
    with pytest.raises(BadConfiguration, match="`outbox` is a link or a file") as refused, Outbox(workspace):
        pass
    assert str(tmp_path) not in str(refused.value)
    assert ((tmp_path / "there").stat().st_mode & 0o777, (tmp_path / "nowhere").exists()) == (0o755, False)


def test_a_group_that_is_not_there_makes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert made(tmp_path / "w", "--group", "no-such-group-here") == 2
    assert not (tmp_path / "w").exists()
    assert "no-such-group-here" not in capsys.readouterr().err


@click.command()
def closed() -> None:
    """A command whose workspace belongs to somebody else."""
    raise PermissionError(13, "Permission denied", "/srv/secret-place/hotline.toml")


def test_somebody_elses_workspace_is_said_to_be_closed_without_its_path(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(COMMANDS, "closed", f"{__name__}:closed")
    assert answer(["closed"]) == 2
    said = capsys.readouterr().err
    assert "not open to you: ask its owner" in said
    assert "secret-place" not in said


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (SHUT_DATABASE, 3),
        (f"{SHUT_DATABASE}?no_such_option=1", 2),
        ("postgresql+psycopg://127.0.0.1:port/none", 2),
        ("nosuch://127.0.0.1/none", 2),
        ("garbage", 2),
    ],
)
def test_a_database_that_cannot_be_used_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str, code: int
) -> None:
    assert made(tmp_path / "w", "--database-url", address) == code
    assert not (tmp_path / "w").exists()
    assert address not in capsys.readouterr().err


def test_the_version_is_told() -> None:
    assert CliRunner().invoke(hotline, ["--version"]).output.startswith("hotline 0.")


@pytest.mark.parametrize(
    ("url", "says"), [("sqlite:///{}", "for you to read and write"), (SHUT_DATABASE, "server runs")]
)
def test_a_store_that_cannot_be_opened_says_what_to_look_at(tmp_path: Path, url: str, says: str) -> None:
    with pytest.raises(ServiceFailed, match=says), reading(open_engine(url.format(tmp_path))):
        pytest.fail("a folder is no store, and nobody listens there")
