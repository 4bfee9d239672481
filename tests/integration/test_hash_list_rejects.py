"""Odd rows and documents of a list: each is one named reject or a clear refusal, never a failure of the program."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path

import pytest

from pipeline.bootstrap import App
from pipeline.desk.people import acting
from pipeline.lists.importing import Imported, Order, import_list
from pipeline.lists.rejects import ADVICE
from pipeline.lists.saved import REJECTS_NAME
from tests.factories import NOW, analysts_app
from triage.errors import UnusableInput

pytestmark = pytest.mark.thorough

CHANCE = random.Random(37)
MD5, PDQ = CHANCE.randbytes(16).hex(), CHANCE.randbytes(32).hex()


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    return analysts_app(tmp_path / "workspace", monkeypatch)


def taken(app: App, content: bytes) -> Imported:
    path = app.workspace.root.parent / "list"
    path.write_bytes(content)
    return import_list(app, acting(app), Order(path, "known"), NOW, lambda _: None)


def rejects(done: Imported) -> list[tuple[str, str, str, str]]:
    with (done.folder / REJECTS_NAME).open(encoding="utf-8", newline="") as file:
        return [(row["row"], row["field"], row["reason"], row["advice"]) for row in csv.DictReader(file)]


@pytest.mark.parametrize("written", ["²", "1" * 5000, "-5", "12%", "٥٥", "101", "nan", "1e1", "high", "5 0"])
def test_a_quality_that_cannot_be_read_rejects_its_row_only(app: App, written: str) -> None:
    done = taken(app, f"type,value,quality\nmd5,{MD5},\npdq,{PDQ},{written}\n".encode())
    assert rejects(done) == [("3", "quality", "quality_unreadable", ADVICE["quality_unreadable"])]
    assert (done.manifest.counted.entries, done.manifest.counted.rejected) == (1, 1)


@pytest.mark.parametrize(("written", "entries"), [("12.0", 1), ("49.9", 1), ("0", 1), ("50", 2), ("50.0", 2),
                                                  ("100", 2), (" 77 ", 2), ("", 2)])  # fmt: skip
def test_a_quality_below_50_is_refused_however_it_is_written(app: App, written: str, entries: int) -> None:
    done = taken(app, f"type,value,quality\nmd5,{MD5},\npdq,{PDQ},{written}\n".encode())
    assert done.manifest.counted.entries == entries
    assert [one[2] for one in rejects(done)] == ["low_quality"] * (2 - entries)


@pytest.mark.parametrize("quality", [12.0, 12])
def test_a_quality_written_as_a_number_of_json_counts_the_same(app: App, quality: float) -> None:
    rows = [{"type": "md5", "value": MD5}, {"type": "pdq", "value": PDQ, "quality": quality}]
    done = taken(app, "".join(json.dumps(row) + "\n" for row in rows).encode())
    assert [one[2] for one in rejects(done)] == ["low_quality"]


@pytest.mark.parametrize(("said", "field"), [({"tags": ["a", "\ud800"]}, "tags"), ({"id": "x\udfff"}, "id")])
def test_half_a_character_rejects_its_row_only(app: App, said: dict[str, object], field: str) -> None:
    rows = [{"type": "md5", "value": MD5}, {"type": "pdq", "value": PDQ, **said}]
    done = taken(app, "".join(json.dumps(row) + "\n" for row in rows).encode())
    assert rejects(done) == [("2", field, "not_text", ADVICE["not_text"])]
    assert done.manifest.counted.entries == 1


@pytest.mark.parametrize("encoding", ["klingon", "utf-7", "big5", "idna", "rot13", "undefined", "base64"])
def test_a_document_in_an_encoding_nobody_knows_is_refused_with_advice(app: App, encoding: str) -> None:
    document = (
        f'<?xml version="1.0" encoding="{encoding}"?><queryResult><images><image>'
        f"<fingerprints><md5>{MD5}</md5></fingerprints></image></images></queryResult>"
    )
    with pytest.raises(UnusableInput, match="encoding"):
        taken(app, document.encode())
