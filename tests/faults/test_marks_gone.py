"""A store that forgot that a batch was taken in, while its audit chain knows: nothing is done twice, and it is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipeline.after_ingest import EVENT, became_of
from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.store.audit import COMMITTED
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit
from tests.factories import bland_reports, new_workspace, take_in, write_csv
from triage.errors import Damage


@pytest.fixture
def app(tmp_path: Path) -> App:
    return new_workspace(tmp_path / "workspace")


def events(app: App, name: str) -> int:
    with reading(app.store.engine) as connection:
        return int(connection.execute(select(func.count()).where(audit.c.event == name)).scalar_one())


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM run_step",
        "DELETE FROM run_step WHERE step = 'after_ingest'",
        "UPDATE run SET committed_at = NULL",
        "UPDATE run SET committed_at = NULL, read = NULL, accepted = NULL, rejected = NULL",
    ],
)
def test_a_batch_whose_marks_are_gone_is_said_to_be_damaged(
    app: App, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_csv(tmp_path / "in" / "a.csv", bland_reports(0, 5))
    take_in(app, "monday", path)
    with writing(app.store.engine) as connection:
        connection.exec_driver_sql(damage)
    for _ in range(2):
        with pytest.raises(Damage, match="hotline verify"):
            take_in(app, "monday", path)
        assert answer(["--workspace", str(app.workspace.root), "run", str(path), "--batch", "monday"]) == 1
        assert "the store is damaged" in capsys.readouterr().err
    assert (events(app, COMMITTED), events(app, EVENT)) == (1, 1)
    assert take_in(app, "tuesday", path)["already_known"] == 5


def test_a_chain_that_says_twice_what_became_of_files_still_answers(app: App, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "in" / "a.csv", bland_reports(0, 5))
    take_in(app, "monday", path, after_ingest="seal")
    with writing(app.store.engine) as connection:
        connection.exec_driver_sql(
            "INSERT INTO audit SELECT seq + 1000, at, actor, event, subject, '{\"gone\": 1}', previous, digest"
            f" FROM audit WHERE event = '{EVENT}'"
        )
    assert became_of(app.store, "monday") == {"sealed": 1}
