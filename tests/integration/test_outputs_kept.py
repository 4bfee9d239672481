"""What `--out` may name: an ordinary file or none yet; a link, a pipe, a folder is refused before anything is made."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli.main import answer
from pipeline.cli.written import written
from pipeline.delivery.own_key import SIGNING_KEY_NAME
from pipeline.desk import feedback_lists, published
from pipeline.desk import iccam as iccam_desk
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.evaluating import whole
from tests.desk import Desk
from triage.errors import UsageError

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.stores",)
Screen = pytest.CaptureFixture[str]

OWN_KEY = ("recipients", "own-key")
STATS = ("stats",)
SHEET = ("feedback", "sheet", "--recipient", "police-rs", "--month", "2026-03")
EVALUATE = ("evaluate", "--part", "labels")


@pytest.fixture(autouse=True)
def _supervisor(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not _own_key_made(desk)
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-supervisor")


def _hotline(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.app.workspace.root), *words])


def _folder(place: Path) -> Path:
    place.mkdir()
    return place


def _pipe(place: Path) -> Path:
    os.mkfifo(place)
    return place


def _link(place: Path) -> Path:
    target = place.with_name("target")
    target.write_text("kept")
    place.symlink_to(target)
    return place


def _dangling(place: Path) -> Path:
    place.symlink_to(place.with_name("nowhere"))
    return place


def _in_no_folder(place: Path) -> Path:
    return place / "not" / "there.csv"


def _own_key_made(desk: Desk) -> bool:
    return (desk.app.workspace.keys / SIGNING_KEY_NAME).exists()


@pytest.mark.parametrize("command", [OWN_KEY, STATS, SHEET, EVALUATE], ids=" ".join)
@pytest.mark.parametrize("laid", [_folder, _pipe, _link, _dangling, _in_no_folder])
def test_what_is_no_ordinary_file_is_refused_before_anything_is_made(
    desk: Desk, capsys: Screen, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], laid: Callable[[Path], Path]
) -> None:
    def made(*_: object) -> None:
        raise AssertionError("nothing is made for a name that will not do")

    monkeypatch.setattr(whole, "evaluate", made)
    monkeypatch.setattr(feedback_lists, "sheet", made)
    monkeypatch.setattr(published, "write_statistics", made)
    out = laid(desk.folder / "out.csv")
    before = os.lstat(out).st_ino if os.path.lexists(out) else None
    assert _hotline(desk, *command, "--out", str(out)) == 2
    assert "internal error" not in capsys.readouterr().err
    assert (os.lstat(out).st_ino if os.path.lexists(out) else None) == before
    assert not (desk.folder / "nowhere").exists()
    assert laid is not _link or (desk.folder / "target").read_text() == "kept"
    assert not _own_key_made(desk)


@pytest.mark.parametrize("command", [OWN_KEY, STATS, SHEET, EVALUATE], ids=" ".join)
def test_an_empty_name_is_refused(desk: Desk, command: tuple[str, ...]) -> None:
    assert _hotline(desk, *command, "--out", "") == 2
    assert not _own_key_made(desk)


def test_our_certificate_is_written_to_a_new_file_and_over_none(desk: Desk, capsys: Screen) -> None:
    there, out = desk.folder / "there.asc", desk.folder / "hotline.asc"
    there.write_text("another certificate")
    assert _hotline(desk, *OWN_KEY, "--out", str(there)) == 2
    assert "not written over" in capsys.readouterr().err
    assert not _own_key_made(desk)
    assert _hotline(desk, *OWN_KEY, "--out", str(out)) == 0
    assert out.read_text().startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----")
    assert _hotline(desk, *OWN_KEY, "--out", str(there)) == 2
    assert there.read_text() == "another certificate"


def test_our_certificate_may_be_asked_for_where_it_lies_already(desk: Desk, capsys: Screen) -> None:
    out = desk.app.workspace.root / "hotline.asc"
    for _ in range(2):
        assert _hotline(desk, *OWN_KEY, "--out", str(out)) == 0
        assert "fingerprint " in capsys.readouterr().out
    link = desk.folder / "link.asc"
    link.symlink_to(out)
    assert _hotline(desk, *OWN_KEY, "--out", str(link)) == 2
    assert _hotline(desk, *OWN_KEY, "--out", "-") == 2
    assert "leave out --out" in capsys.readouterr().err


def test_what_can_be_made_again_is_written_over_an_ordinary_file(desk: Desk) -> None:
    out = desk.folder / "counts.csv"
    out.write_text("an older table")
    assert _hotline(desk, *STATS, "--out", str(out)) == 0
    assert "an older table" not in out.read_text()


def test_a_disk_without_second_names_gets_a_new_file_too_and_none_over_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object) -> None:
        raise PermissionError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", none)
    out = tmp_path / "new.asc"
    with written(str(out), only_new=True) as file:
        file.write(b"whole")
    assert out.read_bytes() == b"whole"
    late = tmp_path / "late.asc"
    with pytest.raises(UsageError), written(str(late), only_new=True) as file:
        file.write(b"%d bytes came meanwhile" % late.write_bytes(b"came meanwhile"))
    assert late.read_bytes() == b"came meanwhile"
    assert {path.name for path in tmp_path.iterdir()} - {"workspace"} == {"late.asc", "new.asc"}


@pytest.mark.parametrize("laid", [_pipe, _dangling, lambda place: place.touch() or place])
def test_assigned_content_is_not_fetched_for_a_folder_that_is_none(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, laid: Callable[[Path], Path]
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(iccam_desk, "pull_assigned", lambda *_: asked.append(1))
    for out in (str(laid(desk.folder / "place")), ""):
        assert _hotline(desk, "iccam", "pull", "--out", out) == 2
    assert asked == []
