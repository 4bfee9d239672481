"""A full disk under the store: the command says what to do with exit code 3, and nothing is written half."""

from __future__ import annotations

import errno
import logging
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.exc import OperationalError

from exporters.manifest import MANIFEST
from pipeline.batch import run_batch
from pipeline.desk import package_folder
from pipeline.desk.package_folder import Sending, store_package
from pipeline.runs import find_inputs, register
from pipeline.store.engine import open_engine, writing
from pipeline.store.schema import audit, package
from tests.factories import NOW, bland_reports, new_workspace, take_in, write_csv
from triage.errors import ServiceFailed
from triage.people import Person, PersonStatus, Role

NO_MORE_PAGES = 1
"""SQLite takes the size the file has, where that is more."""


def test_a_full_disk_is_an_outside_failure_that_says_what_to_do(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    engine = open_engine(f"sqlite:///{app.workspace.database_file}")

    def full(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={NO_MORE_PAGES}")

    event.listen(engine, "connect", full)
    before = _events(app.store.engine)
    with pytest.raises(ServiceFailed, match="make room"), writing(engine) as connection:
        connection.execute(audit.insert().values(_large(1)))
    assert _events(app.store.engine) == before
    with writing(app.store.engine) as connection:
        connection.execute(audit.insert().values(_large(1_000)))
    assert _events(app.store.engine) == before + 1


def test_a_log_on_a_full_disk_shows_nothing_of_its_failure(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    app = new_workspace(tmp_path / "w")
    file = write_csv(tmp_path / "a.csv", bland_reports(0, 2))
    run = register(
        app.workspace, app.store, "one", find_inputs([file]), versions=app.rule_versions(), after_ingest="keep", now=NOW
    )
    (app.workspace.run("one") / "log").symlink_to("/dev/full")
    run_batch(app, run, 1, apart=False)
    for name in ("luigi", "luigi-interface"):
        logging.getLogger(name).error("something")
    take_in(app, "two", file)  # closes the first log
    assert capfd.readouterr() == ("", "")


class _ServerSays(Exception):
    """As psycopg's errors are: a class of their own and an SQLSTATE."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("what the server said")
        self.sqlstate = sqlstate


@pytest.mark.parametrize(("sqlstate", "answer"), [("53100", ServiceFailed), ("57P01", OperationalError)])
def test_of_a_database_servers_failures_only_a_full_disk_is_called_one(
    tmp_path: Path, sqlstate: str, answer: type[Exception]
) -> None:
    app = new_workspace(tmp_path / "w")
    before = _events(app.store.engine)
    with pytest.raises(answer) as caught:
        _fails(app.store.engine, sqlstate)
    assert ("make room" in str(caught.value)) == (answer is ServiceFailed)
    assert _events(app.store.engine) == before


def _fails(engine: Engine, sqlstate: str) -> None:
    with writing(engine) as connection:
        connection.execute(audit.insert().values(_large(1)))
        raise OperationalError("INSERT", {}, _ServerSays(sqlstate))


def _large(seq: int) -> dict[str, Any]:
    return {"seq": seq + 10_000, "at": "2026", "actor": "machine", "event": "x", "subject": "x",
            "details": "y" * 1_000_000, "previous": "z", "digest": "z"}  # fmt: skip


def _events(engine: Any) -> int:
    with engine.connect() as connection:
        return len(connection.execute(select(audit.c.seq)).all())


def test_a_full_disk_under_a_package_leaves_no_folder_and_no_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = new_workspace(tmp_path / "w")
    by = Person(1, "Somebody", Role.SECOND_ANALYST, PersonStatus.ACTIVE, "tester")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(package_folder, "write_file", full)
    with pytest.raises(ServiceFailed, match="make room and export again"):
        store_package(app, Sending("lea", "police-rs", {MANIFEST: b""}), by, NOW, lambda *_: None)
    assert list(app.workspace.exports.iterdir()) == []
    with app.store.engine.connect() as connection:
        assert connection.execute(select(package)).all() == []


def test_a_store_that_is_read_only_is_said_to_be(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "read-only")
    engine = open_engine(f"sqlite:///file:{app.workspace.database_file}?mode=ro&uri=true")

    with pytest.raises(ServiceFailed, match="read and write"), writing(engine) as connection:
        connection.exec_driver_sql("DELETE FROM run_step")
