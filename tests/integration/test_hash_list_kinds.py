"""A list keeps its kind unless somebody asks for another, and its thresholds unless they are given anew."""

from __future__ import annotations

import json
import random
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.desk.people import acting
from pipeline.lists.importing import Imported, Order, import_list
from pipeline.lists.matching import Level, Lists, match_signals
from pipeline.lists.saved import lists_folder
from pipeline.lists.values import ListKind
from pipeline.store.engine import reading
from pipeline.store.schema import audit
from tests.factories import NOW, analysts_app
from triage.errors import UsageError
from triage.signals.base import Signal

CHANCE = random.Random(61)
MD5, PDQ = CHANCE.randbytes(16), CHANCE.randbytes(32)
BOTH = ((ListKind.KNOWN, ListKind.ALLOW), (ListKind.ALLOW, ListKind.KNOWN))


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    return analysts_app(tmp_path / "workspace", monkeypatch)


def taken(app: App, name: str = "partner", more: str = "", **asked: object) -> Imported:
    path = app.workspace.root.parent / "list.csv"
    path.write_text(f"type,value\nmd5,{MD5.hex()}\npdq,{PDQ.hex()}\n{more}", encoding="utf-8")
    order = replace(Order(path, name), **asked)  # type: ignore[arg-type]
    return import_list(app, acting(app), order, NOW, lambda _: None)


def another() -> str:
    """A line that makes a new version of the list."""
    return f"md5,{CHANCE.randbytes(16).hex()}\n"


def told(app: App) -> list[dict[str, str]]:
    with reading(app.store.engine) as connection:
        query = select(audit.c.details).where(audit.c.event == "list_imported").order_by(audit.c.seq)
        return [json.loads(details) for details in connection.execute(query).scalars()]


@pytest.mark.parametrize(("is_now", "asked"), BOTH)
@pytest.mark.parametrize("new_content", [False, True], ids=["same file", "new file"])
def test_a_list_changes_its_kind_by_no_slip(app: App, is_now: ListKind, asked: ListKind, new_content: bool) -> None:
    first = taken(app, kind=is_now)
    with pytest.raises(UsageError, match=r"--change-kind. Nothing was changed"):
        taken(app, kind=asked, more=another() if new_content else "")
    assert taken(app, kind=is_now).unchanged
    assert len(told(app)) == 1
    assert {path.name for path in first.folder.parent.iterdir() if path.is_dir()} == {first.folder.name}


def test_matches_of_other_lists_stay_known_where_the_slip_was_refused(app: App) -> None:
    taken(app, "ours")
    taken(app, "partner")
    with pytest.raises(UsageError, match="suppress the matches of every list"):
        taken(app, "partner", kind=ListKind.ALLOW)
    answers = match_signals(Lists.open(app, NOW), [Signal("md5", MD5)])
    assert [one.level for one in answers] == [Level.KNOWN, Level.KNOWN]


@pytest.mark.parametrize(("is_now", "asked"), BOTH)
def test_a_change_of_kind_that_was_asked_for_is_written_down(app: App, is_now: ListKind, asked: ListKind) -> None:
    taken(app, kind=is_now)
    done = taken(app, kind=asked, change_kind=True)
    assert (done.manifest.source.kind, done.kind_before) == (asked, is_now)
    taken(app, kind=asked, more=another())
    kinds = [(one["kind_before"], one["kind"]) for one in told(app)]
    assert kinds == [("", is_now), (is_now, asked), (asked, asked)]


def test_the_kind_of_a_list_is_known_also_where_its_files_are_gone(app: App) -> None:
    taken(app, kind=ListKind.ALLOW)
    shutil.rmtree(lists_folder(app.workspace))
    with pytest.raises(UsageError, match="this list is an allow list"):
        taken(app)
    assert taken(app, kind=ListKind.ALLOW).manifest.source.kind is ListKind.ALLOW


def test_thresholds_stay_in_the_next_version_until_they_are_given_anew(app: App) -> None:
    first = taken(app, thresholds={"pdq": 20, "phash": 3})
    assert taken(app).unchanged
    second = taken(app, more=another())
    assert second.manifest.source.thresholds == first.manifest.source.thresholds == {"pdq": 20, "phash": 3}
    third = taken(app, more=another(), thresholds={"pdq": 31})
    assert third.manifest.source.thresholds == {"pdq": 31, "phash": 3}
    assert third.thresholds_before == {"pdq": 20, "phash": 3, "dhash": 6, "whash": 6}


def test_thresholds_chosen_for_one_kind_do_not_count_for_the_other(app: App) -> None:
    taken(app, thresholds={"pdq": 60})
    turned = taken(app, kind=ListKind.ALLOW, change_kind=True)
    assert turned.manifest.source.thresholds == {}
