"""`verify` of hash lists: nothing is found in what was done, and every hand laid on it is."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.bootstrap import App
from pipeline.desk.people import DEMO_PERSON_VARIABLE, acting
from pipeline.lists.flood import remember
from pipeline.lists.importing import Order, import_list
from pipeline.lists.matching import Lists, match_signals
from pipeline.lists.opinions import Said, say
from pipeline.lists.saved import lists_folder
from pipeline.setup import set_up
from pipeline.store.engine import reading, writing
from pipeline.store.list_tables import hash_entry, hash_list, hash_match
from pipeline.verify.finding import Findings
from pipeline.verify.lists import check_lists
from tests.factories import NOW
from triage.signals.base import Signal

pytestmark = pytest.mark.thorough

VALUES = [random.Random(one).randbytes(16) for one in range(4)]


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """Two versions of a list: one entry disputed in both, one confirmed after a quarantine, one in quarantine."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    made = App.at(tmp_path / "workspace")
    set_up(made.workspace, kind="demo", database_url="", now=NOW, os_user="tester")
    by = acting(made)
    _import(made, VALUES[:2])
    say(made, by, "known", 1, Said.DISPUTED, "not_illegal", NOW)
    _import(made, VALUES)
    disputed = _numbers(made)[sorted(VALUES[:2])[0]]
    confirmed, waiting, _ = (number for number in range(1, 5) if number != disputed)
    for number in (confirmed, waiting):
        value = next(value for value, one in _numbers(made).items() if one == number)
        _flood(made, value)
    say(made, by, "known", confirmed, Said.CONFIRMED, "no_flood", NOW + timedelta(minutes=1))
    say(made, by, "known", disputed, Said.DISPUTED, "wrong_entry", NOW + timedelta(minutes=2))
    return made


def _import(app: App, values: list[bytes]) -> None:
    path = app.workspace.root.parent / "list.csv"
    path.write_text("type,value\n" + "".join(f"md5,{value.hex()}\n" for value in values), encoding="utf-8")
    import_list(app, acting(app), Order(path, "known"), NOW, lambda _: None)


def _numbers(app: App) -> dict[bytes, int]:
    answers = {value: match_signals(Lists.open(app, NOW), [Signal("md5", value)]) for value in VALUES}
    return {value: found[0].entry for value, found in answers.items()}


def _flood(app: App, value: bytes) -> None:
    lists = Lists.open(app, NOW)
    for other in range(3):
        match_signals(lists, [Signal("md5", value), Signal("sha256", random.Random(other).randbytes(32))])
    with writing(app.store.engine) as connection:
        assert remember(connection, app.store, 2, NOW, lists.flood.fresh) == 1


def found(app: App) -> set[str]:
    findings = Findings()
    with reading(app.store.engine) as connection:
        check_lists(connection, app.workspace, findings)
    return {one.code for one in findings.all()}


def test_nothing_is_found_in_what_was_done(app: App) -> None:
    assert found(app) == set()


CHANGES: dict[str, Callable[[], object]] = {
    "another version in force": lambda: hash_list.update().values(version="other"),
    "another manifest": lambda: hash_list.update().values(manifest_digest="0" * 64),
    "a dispute turned": lambda: hash_entry.update().where(hash_entry.c.said == "disputed").values(said="confirmed"),
    "another person": lambda: hash_entry.update().where(hash_entry.c.said.is_not(None)).values(person_id=2),
    "another reason": lambda: hash_entry.update().where(hash_entry.c.said == "disputed").values(reason="x"),
    "a quarantine lifted": lambda: hash_entry.update().values(quarantined_at=None),
    "a quarantine put on": lambda: hash_entry.update().where(hash_entry.c.said == "confirmed").values(quarantined_at=1),
    "a word taken away": lambda: hash_entry.delete().where(hash_entry.c.said == "disputed"),
    "a word on another entry": lambda: hash_entry.update().where(hash_entry.c.said == "confirmed").values(entry=99),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_hand_laid_on_it_is_found(app: App, change: str) -> None:
    with writing(app.store.engine) as connection:
        done = connection.execute(CHANGES[change]())  # type: ignore[call-overload]
        assert done.rowcount
    assert found(app)


def test_a_list_taken_out_of_the_store_or_the_workspace_is_found(app: App) -> None:
    shutil.rmtree(lists_folder(app.workspace) / "known")
    assert found(app) == {"hash_list_files"}
    with writing(app.store.engine) as connection:
        for table in (hash_match, hash_entry, hash_list):
            connection.execute(table.delete())
    assert found(app) == {"hash_list", "hash_entry"}
