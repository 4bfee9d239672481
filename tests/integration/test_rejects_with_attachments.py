"""What came with a report that was rejected goes with the mended one: digests of attachments, and the mail itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.cli.resemblance_screen import blocks
from pipeline.desk.resemblances import CameWith, Resemblances
from pipeline.keys import private_key
from pipeline.lists.importing import Order, import_list
from pipeline.mending.listing import listed
from pipeline.mending.mend import mend
from pipeline.mending.opening import opened
from pipeline.mending.tables import read_again
from pipeline.packing import unpack
from pipeline.sealing import Envelope, Opener
from pipeline.store.engine import reading
from pipeline.store.item_tables import content_item, signal, signal_match
from pipeline.store.schema import envelope, report, sealed_text
from pipeline.verify import verify
from tests.factories import NOW, analysts_app, new_workspace, take_in
from tests.pictures import picture, saved
from triage.people import Person, PersonStatus, Role

ANALYST = Person(1, "Analyst", Role.ANALYST, PersonStatus.ACTIVE, "analyst")
PICTURE = saved(picture(1, 64, 48), "PNG")
SAID = "illegal pictures of a child were sent to me"
ITEM = (0, len(PICTURE), "image/png", None, hashlib.sha256(PICTURE).hexdigest())
NUL = "\0"


@pytest.fixture
def app(tmp_path: Path) -> App:
    return new_workspace(tmp_path / "workspace")


def mail(text: str) -> bytes:
    message = EmailMessage()
    message["From"], message["Message-ID"], message["Subject"] = "a@mail.example", "<m-1>", "Report"
    message.set_content(text, cte="base64")
    message.add_attachment(PICTURE, maintype="image", subtype="png", filename="photo.png")
    return bytes(message)


def document(**fields: object) -> bytes:
    return json.dumps(fields).encode()


def come(app: App, folder: Path, batch: str = "monday", **files: bytes) -> None:
    """Take in files of these names (`__` is a dot) beside a picture, and delete all, as a hotline may."""
    folder.mkdir(exist_ok=True)
    (folder / "photo.png").write_bytes(PICTURE)
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content)
        take_in(app, f"{batch}-{name}", path, after_ingest="delete")
    (folder / "photo.png").unlink()


def items(app: App, external_id: str) -> list[tuple[int, int, str | None, str | None, str | None]]:
    """Place, size, kind, problem and SHA-256 of what came with a report."""
    with reading(app.store.engine) as connection:
        number = connection.execute(select(report.c.report_id).where(report.c.external_id == external_id)).scalar_one()
        found = connection.execute(select(content_item).where(content_item.c.report_id == number)).all()
        exact = connection.execute(select(signal).where(signal.c.report_id == number, signal.c.type == "sha256")).all()
    digests = {one.position: bytes(one.value).hex() for one in exact}
    return [(one.position, one.size_bytes, one.media_type, one.problem, digests.get(one.position)) for one in found]


def message_of(app: App, external_id: str) -> bytes | None:
    """The mail a report came in, as the vault's private key opens it."""
    with reading(app.store.engine) as connection:
        one = connection.execute(select(report).where(report.c.external_id == external_id)).one()
        table = sealed_text.c
        covers = (table.kind == 1, table.first_report <= one.report_id, table.last_report >= one.report_id)
        for pack in connection.execute(select(sealed_text).where(*covers)).all():
            held = unpack(bytes(pack.directory), bytes(pack.payload), one.report_id)
            wrapped = connection.execute(select(envelope).where(envelope.c.envelope_id == pack.envelope_id)).one()
            key = private_key(app.workspace, wrapped.key_id)
            if "raw" in held:
                opener = Opener(key, Envelope(wrapped.key_id, bytes(wrapped.wrapped)))
                return opener.open(one.report_id, bytes(one.salt), "raw", held["raw"])
    return None


def ids(app: App) -> set[str]:
    with reading(app.store.engine) as connection:
        return set(connection.execute(select(report.c.external_id)).scalars())


def mended(app: App, number: int, **change: str) -> None:
    assert mend(app, ANALYST, {number: change}, NOW).mended == (f"J{number}",)
    assert verify(app, deep=True).findings == ()


def test_a_mended_conflict_of_mails_keeps_picture_and_message(app: App, tmp_path: Path) -> None:
    second = mail(f"{SAID} again")
    come(app, tmp_path / "in", m1__eml=mail(SAID), m2__eml=second)
    assert [one.reason for one in listed(app, "open")] == ["id_conflict"]
    assert opened(app, ANALYST, [1], NOW, why="shown")[1]["raw_message"] == second.decode("latin-1")

    mended(app, 1, id="r-2")
    assert items(app, "r-2") == [ITEM] == items(app, "m-1")
    assert message_of(app, "r-2") == second


def test_a_mail_is_shown_without_all_that_is_attached(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = analysts_app(tmp_path / "workspace", monkeypatch)
    come(app, tmp_path / "in", m1__eml=mail(SAID), m2__eml=mail(f"{SAID} again"))

    assert answer(["--workspace", str(app.workspace.root), "rejects", "show", "J1"]) == 0
    shown = capsys.readouterr().out
    assert "characters more: --json has all" in shown
    assert len(shown) < 6_000


def test_a_file_nobody_can_find_any_more_is_not_said_to_have_been_missing() -> None:
    found = Resemblances((CameWith(1, 0, 0, None, "not_found"),), (), (), ())
    (line,) = (one for one in blocks(found, ()) if "no. 1" in one)
    assert line.endswith("unknown kind, was not digested when the report came, and its file cannot be found any more")


def test_a_mail_of_two_megabytes_with_any_byte_is_kept_byte_for_byte(app: App, tmp_path: Path) -> None:
    second = mail(SAID) + b"\r\n--\xff\xfe\n" * 300_000 + b"\0"
    come(app, tmp_path / "in", m1__eml=mail(f"{SAID} first"), m2__eml=second)

    mended(app, 1, id="r-2")
    assert message_of(app, "r-2") == second


def test_a_mail_with_a_field_nobody_can_store_keeps_picture_and_message(app: App, tmp_path: Path) -> None:
    bad = mail(f"{SAID}\n" * 30_000)
    come(app, tmp_path / "in", m1__eml=bad)
    assert [one.reason for one in listed(app, "open")] == ["field_too_long"]

    mended(app, 1, description=SAID)
    assert items(app, "m-1") == [ITEM]
    assert message_of(app, "m-1") == bad


def test_lists_are_asked_about_what_came_with_a_mended_report(app: App, tmp_path: Path) -> None:
    come(app, tmp_path / "in", a__csv=f"id,description,attachments,received_at\nr1,{SAID},photo.png,never\n".encode())
    source = tmp_path / "list.csv"
    source.write_text(f"type,value\nsha256,{hashlib.sha256(PICTURE).hexdigest()}\n")
    import_list(app, ANALYST, Order(source, "known"), NOW, lambda *_: None)

    mended(app, 1, received_at="")
    with reading(app.store.engine) as connection:
        assert {one.list for one in connection.execute(select(signal_match)).all()} == {"known"}


TIMED = {"received_at": "never", "attachments": "photo.png", "id": "r1", "description": SAID}
REJECTED: dict[str, tuple[str, bytes, dict[str, str]]] = {
    "table": ("a__csv", f"id,description,attachments,received_at\nr1,{SAID},photo.png,never\n".encode(), {}),
    "too many cells": ("a__csv", f"id,attachments,description\nr1,photo.png,{SAID},more\n".encode(), {}),
    "lines": ("a__jsonl", document(**TIMED), {}),
    "line with a NUL": ("a__jsonl", document(**TIMED | {"description": NUL, "received_at": ""}), {"description": SAID}),
    "web form": (
        "submission-1__json", document(form="f", submitted_at="never", id="r1",
        fields={"description": SAID, "attachments": ["photo.png"]}), {},
    ),
    "hand-over": (
        "h__handover__json", document(handover=1, handed_over_at="never", organisation="Line",
        reports=[{"reference": "r1", "summary": SAID, "attachments": ["photo.png"]}]), {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", REJECTED)
def test_a_mended_row_keeps_its_attachment_though_the_file_is_gone(app: App, tmp_path: Path, kind: str) -> None:
    name, content, change = REJECTED[kind]
    come(app, tmp_path / "in", **{name: content})

    mended(app, 1, **{"received_at": ""} | change)
    assert items(app, "r1") == [ITEM]


FIRST: dict[str, Callable[[str], tuple[str, bytes]]] = {
    "table": lambda said: ("a__csv", f"id,description,attachments\nr1,{said},photo.png\n".encode()),
    "web form": lambda said: (
        "submission-1__json",
        document(form="f", id="r1", fields={"description": said, "attachments": ["photo.png"]}),
    ),
    "hand-over": lambda said: (
        "h__handover__json",
        document(handover=1, organisation="Line",
                 reports=[{"reference": "r1", "summary": said, "attachments": ["photo.png"]}]),
    ),
    "call": lambda said: (
        "s__sos__json", document(alert="sos", id="r1", organisation="Line", note=said, attachments="photo.png"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FIRST)
def test_a_mended_conflict_keeps_its_attachment(app: App, tmp_path: Path, kind: str) -> None:
    for number in (1, 2):
        name, content = FIRST[kind](f"{SAID} {number}")
        come(app, tmp_path / f"in{number}", f"batch{number}", **{name: content})
    assert [one.reason for one in listed(app, "open")] == ["id_conflict"]

    mended(app, 1, id="r-2")
    assert items(app, "r-2") == [ITEM] == items(app, "r1")


def test_a_conflict_that_conflicts_again_still_keeps_its_attachment(app: App, tmp_path: Path) -> None:
    rows = f"id,description,attachments\nr1,{SAID},photo.png\nr1,{SAID} again,photo.png\n"
    come(app, tmp_path / "in", a__csv=rows.encode())
    assert mend(app, ANALYST, {1: {"id": "r1"}}, NOW).still_rejected == ("J1",)

    mended(app, 1, id="r-2")
    assert items(app, "r-2") == [ITEM]


def test_rows_corrected_by_a_file_keep_their_attachments_each_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = analysts_app(tmp_path / "workspace", monkeypatch)
    rows = [f"r{number},{SAID} {number},{'' if number == 2 else 'photo.png'},never" for number in (1, 2, 3)]
    text = "\n".join(["id,description,attachments,received_at", *rows, f"r4,{SAID},gone.png,never", ""])
    come(app, tmp_path / "in", a__csv=text.encode())
    corrections = tmp_path / "corrections.csv"
    corrections.write_text("reject,received_at\n" + "".join(f"J{n},2026-10-0{n}\n" for n in range(1, 5)))

    assert answer(["--workspace", str(app.workspace.root), "rejects", "mend", "--from", str(corrections)]) == 0
    assert [items(app, f"r{number}") for number in (1, 2, 3)] == [[ITEM], [], [ITEM]]
    assert items(app, "r4") == [(0, 0, None, "not_here", None)]


def test_a_name_a_person_gives_is_looked_for_where_the_file_lay(app: App, tmp_path: Path) -> None:
    come(app, tmp_path / "in", a__csv=f"id,description,attachments,received_at\nr1,{SAID},foto.png,never\n".encode())
    (tmp_path / "in" / "photo.png").write_bytes(PICTURE)

    mended(app, 1, received_at="", attachments="photo.png;lock")
    assert items(app, "r1") == [ITEM, (1, 0, None, "not_found", None)]


@pytest.mark.parametrize("there", [True, False])
def test_lines_read_again_under_a_heading_look_where_their_file_lay(app: App, tmp_path: Path, there: bool) -> None:
    rows = f"r1;{SAID};photo.png;\nr2;{SAID};photo.png;never\n"
    come(app, tmp_path / "in", a__csv=rows.encode())
    if there:
        (tmp_path / "in" / "photo.png").write_bytes(PICTURE)
    read_again(app, ANALYST, [1], "id;description;attachments;received_at", NOW)
    expected = [ITEM] if there else [(0, 0, None, "not_found", None)]
    assert items(app, "r1") == expected

    mended(app, 2, received_at="")
    assert items(app, "r2") == expected


def test_a_file_cannot_bring_digests_or_a_message_of_its_own_making(app: App, tmp_path: Path) -> None:
    made_up = [[0, 5, "image/png", None, [["sha256", "00" * 32, "whole", None]]]]
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.beside").write_bytes(json.dumps({"1": [None, made_up]}).encode())
    line = document(**TIMED | {"raw_message": "words", "received_at": "", "attachments": "gone.png"})
    come(app, folder, a__jsonl=line)

    assert ids(app) == {"r1"}
    assert items(app, "r1") == [(0, 0, None, "not_here", None)]
    assert message_of(app, "r1") is None
