"""What comes with reports is digested, compared with lists and earlier items, and linked; no byte of it is kept."""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps
from sqlalchemy import select

from pipeline.attachments import MOST_PER_REPORT
from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.desk.numbers import shown_report
from pipeline.desk.people import DEMO_PERSON_VARIABLE, acting
from pipeline.desk.resemblances import resemblances_of
from pipeline.lists.importing import Order, import_list
from pipeline.lists.opinions import Said, say
from pipeline.relating.pictures import relate_pictures
from pipeline.setup import set_up
from pipeline.store.engine import reading
from pipeline.store.item_tables import content_item, picture_link, signal, signal_match
from pipeline.store.schema import report, verdict
from pipeline.verify.everything import verify
from tests.factories import NOW, labels_by_id, new_workspace, take_in
from tests.pictures import picture, saved
from triage.verdict import Label

pytestmark = pytest.mark.thorough


def _drop(folder: Path, rows: Sequence[tuple[str, str]], pictures: dict[str, bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in pictures.items():
        (folder / name).write_bytes(content)
    with (folder / "reports.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "description", "attachments"])
        writer.writerows([number, f"Stranica je plava. {number}", names] for number, names in rows)
    return folder


def _mail(content: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["Message-ID"], message["Subject"] = "person@mail.example", "<m1@mail.example>", "Report"
    message.set_content("illegal pictures of a child were sent to me")
    message.add_attachment(content, maintype="image", subtype="jpeg", filename="child-name.jpg")
    return bytes(message)


def _rows(app: App, table: Any) -> list[Any]:
    with reading(app.store.engine) as connection:
        return list(connection.execute(select(table)).all())


def _ids(app: App) -> dict[int, str]:
    with reading(app.store.engine) as connection:
        return dict(connection.execute(select(report.c.report_id, report.c.external_id)).all())


def _links(app: App) -> set[tuple[str, str, str, str]]:
    ids = _ids(app)
    return {(ids[row.report_id], ids[row.other_report], row.level, row.type) for row in _rows(app, picture_link)}


ONE: Image.Image = picture(1, 640, 480)
FIRST = saved(ONE, quality=92)
PICTURES = {
    "first.jpg": FIRST,
    "again.jpg": saved(ONE, quality=60),
    "mirrored.png": saved(ImageOps.mirror(ONE), "PNG"),
    "other.jpg": saved(picture(2, 640, 480)),
    "broken.jpg": FIRST[:400],
    "words.txt": b"no picture",
}
REPORTS = [
    ("P-1", "first.jpg"), ("P-2", "again.jpg"), ("P-3", '["mirrored.png", "other.jpg"]'), ("P-4", "broken.jpg"),
    ("P-5", "gone.jpg;../outside.jpg"), ("P-6", ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pictures")
    app = App.at(place / "w")
    set_up(app.workspace, kind="demo", database_url="", now=NOW, os_user="tester")
    (place / "outside.jpg").write_bytes(FIRST)
    folder = _drop(place / "drop", REPORTS, PICTURES)
    (folder / "mail.eml").write_bytes(_mail(FIRST))
    summary = take_in(app, "b1", folder)
    assert summary["accepted"] == len(REPORTS) + 1
    assert summary["attached_files"] == 5
    assert [one.split()[0] for one in summary["unreadable"]] == []
    return place


@pytest.fixture
def taken(template: Path, tmp_path: Path) -> App:
    """The workspace for one test to change, and what was dropped beside it."""
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return App.at(tmp_path / "w")


def test_every_attachment_is_an_item_with_its_digests_or_the_reason_why_not(taken: App) -> None:
    ids = _ids(taken)
    items = {(ids[row.report_id], row.position): row.problem for row in _rows(taken, content_item)}
    mail = next(name for name in ids.values() if not name.startswith("P-"))
    assert items == {
        ("P-1", 0): None, ("P-2", 0): None, ("P-3", 0): None, ("P-3", 1): None, ("P-4", 0): "damaged",
        ("P-5", 0): "not_here", ("P-5", 1): "not_here", (mail, 0): None,
    }  # fmt: skip
    digests = {(ids[row.report_id], row.position): row.value for row in _rows(taken, signal) if row.type == "sha256"}
    assert digests["P-1", 0] == hashlib.sha256(FIRST).digest() == digests[mail, 0]
    assert digests["P-4", 0] == hashlib.sha256(PICTURES["broken.jpg"]).digest()
    assert not any(row.type == "pdq" and ids[row.report_id] == "P-4" for row in _rows(taken, signal))


def test_the_same_picture_is_linked_a_turned_one_only_suggested(taken: App) -> None:
    mail = next(name for name in _ids(taken).values() if not name.startswith("P-"))
    assert _links(taken) == {
        ("P-1", mail, "link", "sha256"), ("P-2", mail, "link", "pdq"), ("P-3", mail, "suggestion", "pdq"),
        ("P-2", "P-1", "link", "pdq"), ("P-3", "P-1", "suggestion", "pdq"), ("P-3", "P-2", "suggestion", "pdq"),
    }  # fmt: skip


def test_linking_again_changes_nothing_and_a_later_batch_meets_the_first(taken: App, tmp_path: Path) -> None:
    before = sorted(_rows(taken, picture_link))
    relate_pictures(taken.store, taken.workspace.pictures, 1)
    assert sorted(_rows(taken, picture_link)) == before
    take_in(taken, "b2", _drop(tmp_path / "later", [("Q-1", "x.jpg")], {"x.jpg": saved(ONE, quality=80)}))
    assert {pair[2:] for pair in _links(taken) if pair[0] == "Q-1"} == {("link", "pdq"), ("suggestion", "pdq")}
    assert not list(verify(taken, deep=True).findings)


def test_pictures_never_make_two_reports_one_case(taken: App) -> None:
    with reading(taken.store.engine) as connection:
        cases = connection.execute(select(report.c.case_id)).scalars().all()
    assert len(set(cases)) == len(cases)


def test_no_byte_of_a_picture_and_no_file_name_is_kept(taken: App) -> None:
    for path in taken.workspace.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert FIRST[200:260] not in content, path.name
            assert b"child-name" not in content, path.name


def test_the_input_pictures_stay_where_they_are(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    folder = _drop(tmp_path / "drop", [("P-1", "first.jpg")], {"first.jpg": FIRST})
    take_in(app, "b1", folder, after_ingest="seal")
    assert sorted(path.name for path in folder.iterdir()) == ["first.jpg"]


def _list(folder: Path, name: str, values: Sequence[tuple[str, str]]) -> Path:
    path = folder / f"{name}.csv"
    path.write_text("type,value\n" + "".join(f"{kind},{value}\n" for kind, value in values), encoding="utf-8")
    return path


def _pdq(app: App, name: str) -> str:
    ids = _ids(app)
    return next(
        row.value.hex() for row in _rows(app, signal)
        if row.type == "pdq" and row.form == "whole" and ids[row.report_id] == name and row.position == 0
    )  # fmt: skip


def test_a_known_picture_makes_a_suspect_and_a_resemblance_sends_it_to_a_person(taken: App, tmp_path: Path) -> None:
    by = acting(taken, {DEMO_PERSON_VARIABLE: "sample-analyst"})
    order = Order(_list(tmp_path, "made-up", [("pdq", _pdq(taken, "P-1"))]), "made-up", licence="test only")
    import_list(taken, by, order, NOW, lambda *_: None)
    rows = [("R-1", "a.jpg"), ("R-2", "m.png"), ("R-3", "o.jpg")]
    again = {"a.jpg": saved(ONE, quality=70), "m.png": PICTURES["mirrored.png"], "o.jpg": PICTURES["other.jpg"]}
    take_in(taken, "b2", _drop(tmp_path / "later", rows, again))
    labels = labels_by_id(taken)
    assert labels["R-1"][0] == Label.CSAM_SUSPECT
    assert labels["R-2"][0] == labels["R-3"][0] == Label.COMPLETE
    ids = _ids(taken)
    assert {(ids[row.report_id], row.list, row.level) for row in _rows(taken, signal_match)} == {
        ("R-1", "made-up", "known"), ("R-2", "made-up", "suggestion"),
    }  # fmt: skip
    with reading(taken.store.engine) as connection:
        joined = report.join(verdict, report.c.verdict_id == verdict.c.verdict_id)
        said = dict(
            connection.execute(select(report.c.external_id, verdict.c.reasons).select_from(joined)).all()
        )
        unsure = connection.execute(
            select(verdict.c.to_person).select_from(joined).where(report.c.external_id == "R-2")
        ).scalar_one()
    assert "known_content" in said["R-1"]
    assert "made-up@" in said["R-1"]
    assert "resembles_known" in said["R-2"]
    assert unsure


def test_the_case_screen_says_what_came_what_lists_say_and_who_shows_the_same(
    taken: App, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    numbers = {name: number for number, name in _ids(taken).items()}
    with reading(taken.store.engine) as connection:
        case = connection.execute(
            select(report.c.case_id).where(report.c.report_id == numbers["P-1"])
        ).scalar_one()
    assert answer(["cases", "show", f"C{case}", "--workspace", str(taken.workspace.root)]) == 0
    said = capsys.readouterr().out
    assert "Came with it" in said
    assert "image/jpeg" in said
    assert "Shows the same as" in said
    assert "perhaps the same, look: pdq" in said
    assert hashlib.sha256(FIRST).hexdigest()[:12] not in said
    assert "first.jpg" not in said


def test_the_case_screen_says_what_a_person_here_said_of_a_lists_entry(
    taken: App, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    by = acting(taken, {DEMO_PERSON_VARIABLE: "sample-analyst"})
    import_list(taken, by, Order(_list(tmp_path, "told", [("pdq", _pdq(taken, "P-1"))]), "told"), NOW, lambda *_: None)
    number = next(number for number, name in _ids(taken).items() if name == "P-1")
    show = ["--workspace", str(taken.workspace.root), "cases", "show", shown_report(number)]
    assert answer(show) == 0
    assert "entry 1 (its list says positive)" in capsys.readouterr().out
    say(taken, by, "told", 1, Said.DISPUTED, "everyday_picture", NOW)
    assert answer(show) == 0
    assert "entry 1 (its list says positive; disputed here by a person)" in capsys.readouterr().out
    assert answer([*show, "--json"]) == 0
    assert [one["said_here"] for one in json.loads(capsys.readouterr().out)["matches"]] == ["disputed"]


def test_an_attachment_that_comes_later_or_differs_joins_the_report_it_belongs_to(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    folder = _drop(tmp_path / "drop", [("P-1", "late.jpg;first.jpg")], {"first.jpg": FIRST})
    take_in(app, "b1", folder)
    assert [row.problem for row in sorted(_rows(app, content_item))] == ["not_here", None]
    (folder / "late.jpg").write_bytes(PICTURES["other.jpg"])
    take_in(app, "b2", folder)
    assert [row.problem for row in sorted(_rows(app, content_item))] == [None, None]
    (folder / "first.jpg").write_bytes(PICTURES["again.jpg"])
    for batch in ("b3", "b4"):
        take_in(app, batch, folder)
    found = {row.position: row.value for row in _rows(app, signal) if row.type == "sha256"}
    assert found == {
        place: hashlib.sha256(content).digest()
        for place, content in enumerate([PICTURES["other.jpg"], FIRST, PICTURES["again.jpg"]])
    }
    assert not list(verify(app, deep=True).findings)


def test_thousands_of_names_in_one_report_stop_no_batch(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    folder = _drop(tmp_path / "drop", [("P-1", ";".join(["q.jpg"] * 40_000)), ("P-2", "")], {})
    assert take_in(app, "b1", folder)["accepted"] == 2
    assert len(_rows(app, content_item)) == MOST_PER_REPORT + 1


def test_links_go_from_attachment_to_attachment_not_from_report_to_report(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    logo, other = saved(picture(5, 640, 480)), saved(picture(6, 640, 480))
    names = [("A-1", "logo.jpg"), ("B-1", "logo.jpg;other.jpg"), ("C-1", "other.jpg")]
    take_in(app, "b1", _drop(tmp_path / "drop", names, {"logo.jpg": logo, "other.jpg": other}))
    numbers = {name: number for number, name in _ids(app).items()}
    with reading(app.store.engine) as connection:
        cases = {
            name: connection.execute(select(report.c.case_id).where(report.c.report_id == number)).scalar_one()
            for name, number in numbers.items()
        }
        alike = {
            name: {one.case_id for one in resemblances_of(connection, cases[name], [numbers[name]]).alike}
            for name in cases
        }
    one, both, two = (cases[name] for name in ("A-1", "B-1", "C-1"))
    assert alike == {"A-1": {both}, "B-1": {one, two}, "C-1": {both}}
