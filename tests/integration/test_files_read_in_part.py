"""`delete` deletes only what the store has whole: what a reject cuts short is sealed instead, and said so."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.after_ingest import Became, settle
from pipeline.batch import run_batch
from pipeline.bootstrap import App
from pipeline.channels._document import LARGEST_BYTES
from pipeline.cli.main import hotline
from pipeline.keys import private_key
from pipeline.mending.listing import listed, whole_of
from pipeline.runs import find_inputs, register
from pipeline.sealed_inputs import open_sealed
from pipeline.verify import verify
from tests.factories import NOW, bland_reports, new_workspace, take_in, warm, write_csv

LONG_LINE = b'{"id": "1", "description": "' + b"illegal pictures of a child " * 1_260_000 + b'LASTWORDS"}\n'
LONG_LINE += b'{"id": "2", "location": "https://two.example/"}\n'
LONG_DOCUMENT = b'{"handover": 1, "reports": [], "filling": "' + b"x" * LARGEST_BYTES + b'"}'
LONG_MAIL = b"From: one@mail.example\nSubject: page\n\n" + b"illegal pictures of a child on this page\n" * 700_000
LONG_CALL = b'{"alert": "sos", "organisation": "Safe House", "note": "' + b"help us here " * 90_000 + b'"}'
LARGE = {
    "long.jsonl": (LONG_LINE, "line_too_long"),
    "large.handover.json": (LONG_DOCUMENT, "document_too_large"),
    "submission-1.json": (LONG_DOCUMENT, "document_too_large"),
    "large.eml": (LONG_MAIL, "mail_too_large"),
}


@pytest.fixture
def app(tmp_path: Path) -> App:
    return new_workspace(tmp_path / "workspace")


def opened(app: App) -> list[bytes]:
    key = private_key(app.workspace, app.store.active_key())
    return [b"".join(open_sealed(path, key)) for path in app.workspace.sealed_inputs.iterdir()]


def run(app: App, *arguments: str | Path) -> Result:
    return CliRunner().invoke(hotline, ["--workspace", str(app.workspace.root), "run", *map(str, arguments)])


@pytest.mark.parametrize("name", LARGE)
def test_a_file_whose_reject_holds_only_its_beginning_is_sealed_instead(app: App, tmp_path: Path, name: str) -> None:
    content, reason = LARGE[name]
    folder = write_csv(tmp_path / "in" / "small.csv", bland_reports(0, 3)).parent
    (folder / name).write_bytes(content)
    summary = take_in(app, "monday", folder, after_ingest="delete")

    assert summary["inputs"] == {"deleted": 1, "sealed": 1, "sealed_not_deleted": 1}
    assert opened(app) == [content]
    assert list(folder.iterdir()) == []
    assert [one.reason for one in listed(app, None)] == [reason]
    assert "hotline rejects show" in listed(app, None)[0].advice
    assert str(whole_of(app, 1)).startswith("sealed, in sealed-inputs/")
    assert verify(app, deep=True).findings == ()


def test_the_run_says_how_many_and_again_they_are_known(app: App, tmp_path: Path) -> None:
    path = tmp_path / "in" / "long.jsonl"
    path.parent.mkdir()
    path.write_bytes(LONG_LINE)
    first = run(app, path, "--batch", "one", "--after-ingest", "delete")

    assert "1 input files were sealed, not deleted" in first.stderr
    assert json.loads(run(app, path, "--batch", "one", "--json").stdout)["inputs"] == {
        "sealed": 1, "sealed_not_deleted": 1,
    }  # fmt: skip
    again = json.loads(run(app, path, "--batch", "two", "--json").stdout)
    assert [again[name] for name in ("read", "rejected", "already_known")] == [2, 1, 1]


def test_equal_bytes_in_a_later_run_are_sealed_too(app: App, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(LONG_LINE)
    take_in(app, "monday", folder, after_ingest="keep")
    summary = take_in(app, "tuesday", folder, after_ingest="delete")

    assert summary["inputs"] == {"sealed": 1, "sealed_not_deleted": 1}
    assert opened(app) == [LONG_LINE]


def test_kept_where_it_is_the_reject_says_so(app: App, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LONG_LINE)
    take_in(app, "monday", tmp_path / "a.jsonl", after_ingest="keep")

    assert whole_of(app, 1) == "where its file came from"


def test_a_call_longer_than_a_field_may_be_is_sealed(app: App, tmp_path: Path) -> None:
    call = tmp_path / "one.sos.json"
    call.write_bytes(LONG_CALL)
    summary = take_in(app, "monday", call, after_ingest="delete")

    assert summary["inputs"] == {"sealed": 1, "sealed_not_deleted": 1}
    assert opened(app) == [LONG_CALL]


def test_a_reject_that_holds_its_row_keeps_nothing_from_being_deleted(app: App, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"id": "1", "description": broken}\n')
    summary = take_in(app, "monday", tmp_path / "a.jsonl", after_ingest="delete")

    assert (summary["rejected"], summary["inputs"]) == (1, {"deleted": 1})
    assert whole_of(app, 1) is None


@pytest.mark.parametrize("wish", ["seal", "delete"])
def test_a_file_that_was_another_when_it_was_to_be_read_stays(app: App, tmp_path: Path, wish: str) -> None:
    warm()
    path = write_csv(tmp_path / "in" / "a.csv", bland_reports(0, 4))
    before, found = path.read_bytes(), find_inputs([path])
    monday = register(
        app.workspace, app.store, "monday", found, versions=app.rule_versions(), after_ingest=wish, now=NOW
    )
    os.truncate(path, 10)
    assert run_batch(app, monday, 1, apart=False)["rejected"] == 1
    path.write_bytes(before)

    assert settle(app.store, monday, app.workspace.sealed_inputs, app.vault()) == ({0: Became.CHANGED}, 0)
    assert path.read_bytes() == before
