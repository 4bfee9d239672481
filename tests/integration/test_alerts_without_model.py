"""An SOS call reaches people though the trained model in force was damaged on disk; other reports wait, and say why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from classifiers.model import ABOUT_FILE, WEIGHTS_FILE
from pipeline import report_models
from pipeline.bootstrap import App, decider
from pipeline.cli.main import answer
from pipeline.desk import training
from pipeline.doctor import examine
from pipeline.doctor_check import State
from pipeline.nightly import night
from pipeline.small_run import alone
from pipeline.small_run import take_in as take_in_rows
from pipeline.store.engine import reading, writing
from pipeline.store.schema import report, run
from tests.alarms import PARTNERS, outbox, pin_partners, take, write_call
from tests.desk import NOW, Desk
from tests.factories import bland_reports, write_csv
from triage.errors import BadConfiguration, Damage

pytestmark = pytest.mark.thorough

SHIPPED = "the model that came with the program"


@pytest.fixture
def place(desk: Desk) -> Path:
    """Where the trained model in force lies, of a desk whose partners have keys."""
    pin_partners(desk.app, *PARTNERS)
    files = report_models.shipped()
    version = report_models.save(desk.app.workspace, files | {ABOUT_FILE: files[ABOUT_FILE] + b"\n"})
    with writing(desk.app.store.engine) as connection:
        report_models.write_down(connection, report_models.Chosen(version, None))
    return report_models.folder(desk.app.workspace, version)


def cut(place: Path) -> None:
    path = place / WEIGHTS_FILE
    path.write_bytes(path.read_bytes()[:-1])


def lost(place: Path) -> None:
    (place / WEIGHTS_FILE).unlink()


def gone(place: Path) -> None:
    for path in place.iterdir():
        path.unlink()
    place.rmdir()


def again(desk: Desk) -> App:
    """As a command started now sees the workspace."""
    return App.at(desk.app.workspace.root)


def stored(app: App) -> int:
    with reading(app.store.engine) as connection:
        return len(connection.execute(report.select()).all())


@pytest.mark.parametrize("damage", [cut, lost, gone])
def test_a_call_is_told_and_judged_by_the_shipped_model(
    desk: Desk, place: Path, damage: Callable[[Path], None]
) -> None:
    damage(place)
    done = take(again(desk), write_call(desk.folder))
    said = done.as_object()
    assert (said["sent"], said["problem"], said["judged_by"]) == (1, "", SHIPPED)
    assert f"calls are judged by {SHIPPED}, other reports wait" in " ".join(done.lines())
    assert len(outbox(desk.app)) == 1


@pytest.mark.usefixtures("place")
def test_a_whole_model_judges_calls_itself_and_nothing_is_said(desk: Desk) -> None:
    app = again(desk)
    done = take(app, write_call(desk.folder))
    assert done.as_object()["judged_by"] == ""
    assert "judged" not in " ".join(done.lines())
    assert app.run("calls").versions["classifiers"] == app.decider.version != decider().version


def test_calls_go_ahead_of_a_batch_whose_other_reports_stop(
    desk: Desk, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut(place)
    before = stored(desk.app)
    folder = desk.folder / "drop"
    folder.mkdir()
    write_call(folder)
    write_csv(folder / "a.csv", bland_reports(0, 3))
    words = ["--workspace", str(desk.app.workspace.root), "run", str(folder), "--batch", "mixed"]
    assert answer(words) == Damage.exit_code
    shown = capsys.readouterr().err
    assert SHIPPED in shown
    assert "a trained model was changed on disk" in shown
    assert (len(outbox(desk.app)), stored(desk.app)) == (1, before + 1)


def test_a_batch_of_calls_alone_goes_through(
    desk: Desk, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut(place)
    call = write_call(desk.folder)
    assert answer(["--workspace", str(desk.app.workspace.root), "run", str(call), "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["escalated"]["danger_now"] == 1
    assert summary["alerts"]["judged_by"] == SHIPPED


def test_a_call_in_the_drop_folder_is_told_at_night(
    desk: Desk, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(place)
    folder = desk.folder / "drop"
    folder.mkdir()
    write_call(folder)
    monkeypatch.setenv("HOTLINE_DROP_FOLDER", str(folder))
    night(again(desk), NOW.date(), NOW, 1)
    assert len(outbox(desk.app)) == 1


def test_a_mended_call_goes_through_and_another_mended_row_does_not(desk: Desk, place: Path) -> None:
    cut(place)
    app = again(desk)
    call = {"channel": "sos", "id": "SOS-9", "area": "BA-RS-Banja Luka", "source": "Safe House (sample)"}
    with alone(app.workspace):
        _, summary = take_in_rows(app, [call], "mend-call", NOW)
        assert summary["accepted"] == 1
        with pytest.raises(Damage):
            take_in_rows(app, [{"id": "b-9", "description": "a question about my child"}], "mend-row", NOW)
    with reading(app.store.engine) as connection:
        assert "mend-row" not in {row.run_id for row in connection.execute(run.select())}


def test_rules_alone_judge_a_call_where_the_shipped_model_is_lost_too(
    desk: Desk, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut(place)

    def none() -> object:
        raise BadConfiguration("the report model is missing")

    monkeypatch.setattr("pipeline.bootstrap.decider", none)
    app = again(desk)
    judge, said = app.stand_in
    assert said == "rules alone"
    assert judge.version != decider().version
    assert app.judges(calls=True) == (judge, None)


def test_a_damaged_model_beside_stops_no_call(desk: Desk, place: Path) -> None:
    with writing(desk.app.store.engine) as connection:
        report_models.write_down(connection, report_models.Chosen(report_models.SHIPPED, place.name))
    cut(place)
    app = again(desk)
    done = take(app, write_call(desk.folder))
    assert (done.as_object()["sent"], done.as_object()["judged_by"]) == (1, "")


def test_a_damaged_model_beside_stops_no_report_and_is_named(desk: Desk, place: Path) -> None:
    with writing(desk.app.store.engine) as connection:
        report_models.write_down(connection, report_models.Chosen(report_models.SHIPPED, place.name))
    cut(place)
    app = again(desk)
    before = stored(app)
    file = write_csv(desk.folder / "others.csv", [one | {"id": f"M-{one['id']}"} for one in bland_reports(0, 3)])
    assert answer(["--workspace", str(app.workspace.root), "run", str(file)]) == 0
    assert stored(app) == before + 3
    (told,) = (check for check in examine(app, NOW) if check.name == "model beside")
    assert told.state is State.WARN
    assert [one["state"] for one in training.known(app)] == ["in force", "beside, cannot be read"]
