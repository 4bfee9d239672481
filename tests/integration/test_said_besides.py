"""What a reporter said of the place and besides is shown where the texts are opened, nowhere else; never a contact."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.cli.main import answer
from pipeline.desk.said import NOT_SHOWN
from pipeline.entering import enter
from pipeline.store.engine import reading, writing
from pipeline.store.schema import report
from tests.desk import Desk
from tests.factories import all_bytes, take_in, write_csv

Screen = pytest.CaptureFixture[str]
PLACE = "Donji Vakuf selo kod mosta 12"
TEXT = "illegal pictures of a child on this page"


def _shown(desk: Desk, screen: Screen, case_id: int, *words: str) -> str:
    screen.readouterr()
    code = answer(["cases", "show", f"C{case_id}", *words, "--workspace", str(desk.folder / "workspace")])
    shown = screen.readouterr()
    assert code == 0, shown.err
    return shown.out


def _newest(desk: Desk) -> int:
    with reading(desk.app.store.engine) as connection:
        ids = connection.execute(select(report.c.case_id).order_by(report.c.report_id.desc())).scalars()
        return int(next(iter(ids)))


def _row(desk: Desk, **said: str) -> int:
    row = {"id": "z-1", "location": "https://said.example/a", "description": TEXT} | said
    take_in(desk.app, "besides", write_csv(desk.folder / "besides.csv", [row]))
    return _newest(desk)


def test_what_a_caller_said_of_the_place_stands_with_the_text_and_only_there(desk: Desk, capsys: Screen) -> None:
    said = {"description": TEXT, "area": PLACE, "category": "something about my neighbour"}
    enter(desk.app, desk.one, said, "phone", datetime.now(UTC))
    case_id = _newest(desk)

    assert PLACE not in _shown(desk, capsys, case_id)
    shown = _shown(desk, capsys, case_id, "--text")
    assert f"| {PLACE}\n" in shown
    assert "| something about my neighbour\n" in shown
    assert "Area        BA-FBiH-Donji Vakuf" in shown
    assert "the area (it tells whose police)" not in shown
    assert "text_read" in [event for _, event in desk.events(f"C{case_id}")]
    assert [path for path, content in all_bytes(desk.app.workspace.root) if PLACE.encode() in content] == []


def test_columns_no_field_is_for_are_shown_and_those_that_may_hold_a_contact_only_named(
    desk: Desk, capsys: Screen
) -> None:
    case_id = _row(
        desk, area="somewhere behind the bridge", reporter_note="seen on Sunday", source="Blue Line",
        relationship="uncle", contact_email="one@mail.example",
        **{"E-mail 2": "two@mail.example", "reporter phone": "000 111"},
    )  # fmt: skip
    shown = _shown(desk, capsys, case_id, "--text")
    for said in ("somewhere behind the bridge", "seen on Sunday", "Blue Line", "uncle"):
        assert f"| {said}\n" in shown
    assert shown.count(NOT_SHOWN) == 2
    read = _shown(desk, capsys, case_id, "--text", "--json")
    assert json.loads(read)["texts"][0]["beside"]["reporter_note"] == "seen on Sunday"
    for contact in ("one@mail", "two@mail", "000 111"):
        assert contact not in shown + read


def test_the_organisation_of_an_sos_call_is_shown_with_its_note(desk: Desk, capsys: Screen, tmp_path: Path) -> None:
    call = {
        "alert": "sos", "organisation": "Safe House", "place": "Doboj, kod stanice", "id": "7",
        "at": "2026-03-03T10:00:00+01:00", "note": "please come", "helper": {"name": "somebody", "phone": "000 111"},
    }  # fmt: skip
    path = tmp_path / "one.sos.json"
    path.write_text(json.dumps(call), "utf-8")
    take_in(desk.app, "call", path)
    shown = _shown(desk, capsys, _newest(desk), "--text")
    assert "| Safe House\n" in shown
    assert "| Doboj, kod stanice\n" in shown
    assert "000 111" not in shown


def test_an_erased_report_says_nothing_any_more(desk: Desk, capsys: Screen) -> None:
    case_id = _row(desk, area="somewhere behind the bridge")
    with writing(desk.app.store.engine) as connection:
        connection.execute(report.update().where(report.c.external_id == "z-1").values(salt=None))
    shown = _shown(desk, capsys, case_id, "--text")
    assert "bridge" not in shown
    assert "(no text)" in shown
