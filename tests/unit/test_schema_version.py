"""A store of another version is not opened, and the version the code names is the newest migration."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.setup import set_up
from pipeline.store.engine import writing
from pipeline.store.migrate import versions
from pipeline.store.schema import SCHEMA_VERSION
from tests.factories import NOW, new_workspace
from triage.errors import BadConfiguration


def test_the_version_in_the_code_is_the_newest_migration(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    assert versions(app.store.engine) == (SCHEMA_VERSION, SCHEMA_VERSION)


def test_an_older_store_says_what_to_do_and_is_brought_up_to_date_by_init(tmp_path: Path) -> None:
    from alembic import command

    from pipeline.store import migrate

    app = new_workspace(tmp_path / "w")
    configuration = migrate._configuration()
    configuration.attributes["engine"] = app.store.engine
    command.downgrade(configuration, "0001")
    with pytest.raises(BadConfiguration, match="hotline init"):
        _ = App.at(app.workspace.root).store
    said = set_up(app.workspace, kind="real", database_url="", now=NOW, os_user="tester")
    assert any("up to date" in line for line in said)
    assert App.at(app.workspace.root).store.active_key()


def test_a_store_of_a_later_version_is_not_touched(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    with writing(app.store.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadConfiguration, match="another version"):
        _ = App.at(app.workspace.root).store


def test_a_store_of_two_versions_at_once_is_told_as_damage_by_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = new_workspace(tmp_path / "w")
    with writing(app.store.engine) as connection:
        connection.execute(text("INSERT INTO alembic_version VALUES ('0001')"))
    for command in (["verify"], ["today"], ["status"], ["init"]):
        assert answer(["--workspace", str(app.workspace.root), *command]) == 2
        assert "restore it from your backup" in capsys.readouterr().err
    assert answer(["--workspace", str(app.workspace.root), "doctor"]) == 1
    assert "several versions of this program at once" in capsys.readouterr().out
