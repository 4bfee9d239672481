"""A list that no longer holds what was imported matches nothing silently: it is refused, reported, and mended."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from pipeline.bootstrap import App
from pipeline.desk.people import acting
from pipeline.lists import checked
from pipeline.lists.importing import Imported, Order, import_list
from pipeline.lists.matching import Lists, match_signals
from pipeline.lists.opinions import Said, say
from pipeline.lists.saved import REJECTS_NAME, SavedList, lists_folder
from pipeline.store.engine import reading
from pipeline.verify.finding import Findings
from pipeline.verify.lists import check_lists
from tests.factories import NOW, analysts_app
from triage.errors import Damage, UsageError
from triage.signals.base import Signal

CHANCE = random.Random(31)
MD5, PDQ = CHANCE.randbytes(16), CHANCE.randbytes(32)
SIGNALS = (Signal("md5", MD5), Signal("pdq", PDQ, quality=90))
FILES = ("values-md5.npy", "values-pdq.npy", "own_id.npy", "tags.npy", "opinion.npy", "threshold.npy", "tags.json")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    return analysts_app(tmp_path / "workspace", monkeypatch)


def taken(app: App, *, licence: str = "", version: str = "v1", threshold: int = 31, more: str = "") -> Imported:
    path = app.workspace.root.parent / "list.csv"
    path.write_text(f"type,value\nmd5,{MD5.hex()}\npdq,{PDQ.hex()}\n{more}", encoding="utf-8")
    order = Order(path, "known", licence=licence, version=version, thresholds={"pdq": threshold})
    return import_list(app, acting(app), order, NOW, lambda _: None)


def flip(path: Path) -> None:
    """Turn the last byte and leave the size."""
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


def matched(app: App) -> list[str]:
    return sorted(one.type for one in match_signals(Lists.open(app, NOW), SIGNALS))


def test_no_flipped_byte_of_any_file_is_matched_with_and_all_are_found(app: App) -> None:
    done = taken(app)
    paths = [done.folder / name for name in done.manifest.files if name != REJECTS_NAME]
    assert {path.name for path in paths} > set(FILES)
    assert any(path.name.startswith("index-pdq-") for path in paths)
    for path in paths:
        whole = path.read_bytes()
        flip(path)
        with pytest.raises(Damage, match="import it again"):
            Lists.open(app, NOW)
        with pytest.raises(Damage):
            say(app, acting(app), "known", 1, Said.CONFIRMED, "viewed", NOW)
        findings = Findings()
        with reading(app.store.engine) as connection:
            check_lists(connection, app.workspace, findings)
        assert [one.code for one in findings.all()] == ["hash_list_files"]
        path.write_bytes(whole)
    assert matched(app) == ["md5", "pdq"]


def test_the_same_command_mends_a_damaged_list_as_often_as_it_is_damaged_and_keeps_its_licence(app: App) -> None:
    taken(app, licence="agreement 7")
    for version in ("v1", "v1.mended", "v1"):
        flip(lists_folder(app.workspace) / "known" / version / "values-md5.npy")
        mended = taken(app)
        assert not mended.unchanged
        assert mended.manifest.version != version
        assert mended.manifest.source.licence == "agreement 7"
        assert matched(app) == ["md5", "pdq"]
        assert taken(app).unchanged


def test_a_whole_list_is_read_once_and_again_only_after_something_was_touched(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, reads = taken(app), []
    read = SavedList.changed_files

    def counted(saved: SavedList) -> list[str]:
        reads.append(saved.name)
        return read(saved)

    monkeypatch.setattr(SavedList, "changed_files", counted)
    Lists.open(app, NOW)
    Lists.open(app, NOW)
    assert len(reads) == 2, "a file written in this very moment may be written again within one tick"
    monkeypatch.setattr(checked, "_SETTLED_NS", -(10**12))
    for _ in range(3):
        Lists.open(app, NOW)
    assert len(reads) == 3
    (done.folder / "own_id.npy").touch()
    Lists.open(app, NOW)
    Lists.open(app, NOW)
    assert len(reads) == 4
    (done.folder / ".checked").write_text("{", encoding="utf-8")
    flip(done.folder / "own_id.npy")
    with pytest.raises(Damage):
        Lists.open(app, NOW)


def test_a_byte_flipped_behind_the_stamp_is_noticed_even_with_its_time_put_back(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checked, "_SETTLED_NS", -(10**12))
    done = taken(app)
    assert matched(app) == ["md5", "pdq"]
    assert (done.folder / ".checked").stat().st_mode & 0o077 == 0
    path = done.folder / "values-md5.npy"
    seen = path.stat()
    flip(path)
    os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    with pytest.raises(Damage):
        Lists.open(app, NOW)


def test_the_same_file_and_version_without_a_licence_changes_nothing_and_keeps_the_note(app: App) -> None:
    taken(app, licence="agreement 7")
    again = taken(app)
    assert again.unchanged
    assert again.manifest.source.licence == "agreement 7"


def test_a_version_in_force_with_something_else_says_exactly_what(app: App) -> None:
    taken(app, licence="agreement 7")
    with pytest.raises(UsageError, match="with other licence: give another --version"):
        taken(app, licence="agreement 8")
    with pytest.raises(UsageError, match="with other thresholds: give"):
        taken(app, threshold=20)
    with pytest.raises(UsageError, match="with other content, licence: give"):
        taken(app, more=f"md5,{CHANCE.randbytes(16).hex()}\n")
