"""Many rejects of one damaged file hide no other: the list is short, gravest first, and every count is whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.bootstrap import App
from pipeline.channels.sos import SosAlert
from pipeline.cli.main import answer
from pipeline.mending.listing import HANDFUL, OUTLINED, outline
from pipeline.store.engine import writing
from pipeline.store.schema import reject
from tests.factories import analysts_app, take_in

SILENT, BADLY_TIMED = 250, 8
ALL = SILENT + BADLY_TIMED


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    """J1 to J250 say nothing, J251 to J258 have a bad time."""
    app = analysts_app(tmp_path / "demo", monkeypatch)
    table = tmp_path / "in.csv"
    rows = [f"s{number},,\n" for number in range(SILENT)]
    rows += [f"t{number},a question,yesterday\n" for number in range(BADLY_TIMED)]
    table.write_text("id,description,received_at\n" + "".join(rows), encoding="utf-8")
    take_in(app, "monday", table)
    return app


def change(app: App, **values: object) -> None:
    """Of the last rejects, which are 8 otherwise."""
    with writing(app.store.engine) as connection:
        connection.execute(update(reject).where(reject.c.reject_id > SILENT).values(**values))


def test_of_one_file_and_reason_a_handful_is_listed_and_the_others_counted(
    app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(["--workspace", str(app.workspace.root), "rejects"]) == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("J251 "), "a row that says something comes before those that say nothing"
    assert [line.strip() for line in lines if "more" in line] == [
        f"and {BADLY_TIMED - HANDFUL} more of in.csv, bad_time: --all",
        f"and {SILENT - HANDFUL} more of in.csv, nothing_said: --all",
    ]
    assert lines[-1] == f"{ALL} rejects (open)"
    assert len(lines) == 2 * (2 * HANDFUL) + 4


def test_all_and_json_list_every_one(app: App, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["--workspace", str(app.workspace.root), "rejects", "list"]
    assert answer([*command, "--all"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert (len(lines), lines[0].split()[0]) == (2 * ALL + 2, "J251")

    assert answer([*command, "--json"]) == 0
    assert [one["reject"] for one in json.loads(capsys.readouterr().out)] == [f"J{number + 1}" for number in range(ALL)]


def test_every_call_nobody_could_read_is_named_and_first(app: App) -> None:
    change(app, channel=SosAlert.name)

    found = outline(app, "open")

    assert [one.reject for one in found.named[:BADLY_TIMED]] == [f"J{SILENT + 1 + turn}" for turn in range(BADLY_TIMED)]
    assert found.behind == {f"J{HANDFUL}": SILENT - HANDFUL}
    assert len(found.named) + sum(found.behind.values()) + found.others == found.total == ALL


def test_rejects_of_many_files_are_cut_and_what_is_left_out_is_counted(app: App) -> None:
    with writing(app.store.engine) as connection:
        connection.execute(update(reject).values(file_no=reject.c.reject_id))

    found = outline(app, None, "monday")

    assert (len(found.named), found.behind, found.others, found.total) == (OUTLINED, {}, ALL - OUTLINED, ALL)
    assert outline(app, None, "tuesday").total == 0


def test_what_is_mended_or_closed_is_counted_apart(app: App) -> None:
    change(app, status="closed")

    totals = [outline(app, status).total for status in ("open", "closed", "mended", None)]
    assert totals == [SILENT, BADLY_TIMED, 0, ALL]
