"""L1: a thousand canary reports; no canary anywhere a reader without the keys could look."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.desk import acts
from pipeline.desk.acts import Said
from pipeline.desk.caseview import case_facts
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import acting
from pipeline.desk.vaultroom import Vaultroom
from pipeline.routes import routes
from pipeline.setup import set_up
from pipeline.store.engine import reading
from pipeline.store.schema import locator, report
from pipeline.verify import verify
from tests.factories import NOW, all_bytes, contacts_by_id, new_workspace, take_in, write_csv
from tests.faults import failing
from tests.forked import forked
from triage.assessment import Classification, Viewed
from triage.disposition import Kind

COUNT = 1_000
NAMES = ("note", "name", "mail", "place", "extra", "path", "sub")


def _canary(kind: str, number: int) -> str:
    return f"zq{kind}canary{number:04d}qz"


def _rows() -> list[dict[str, str]]:
    rows = []
    for number in range(COUNT):
        bird = {kind: _canary(kind, number) for kind in NAMES}
        rows.append({
            "id": f"K-{number}",
            "received_at": "not a time " + bird["extra"] if number % 50 == 0 else "2026-10-01T10:00:00+02:00",
            "category": "csam" if number % 2 else "something " + bird["extra"],
            "location": f"https://{bird['sub']}.example/{bird['path']}?a={number}",
            "description": f"illegal pictures of a child, {bird['note']} saw it in {bird['place']}",
            "contact_name": bird["name"], "contact_email": f"{bird['mail']}@mail.example", "contact_is_safe": "yes",
            "staff remark": bird["extra"],
            "attachments": f"{bird['extra']}.jpg" if number % 20 == 7 else "",
        })  # fmt: skip
    return rows


def _found(content: bytes) -> bool:
    lowered = content.lower()
    return any(
        f"zq{kind}canary".encode() in lowered or f"zq{kind}canary".encode("utf-16-le") in lowered for kind in NAMES
    )


@dataclass(frozen=True)
class Thousand:
    """A batch of all canaries that has run by the command, and what it said; nobody may change it."""

    app: App
    temporary: Path
    done: subprocess.CompletedProcess[bytes]


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> Thousand:
    """Run once, in a process of its own."""
    folder = tmp_path_factory.mktemp("thousand")
    app, temporary = new_workspace(folder / "w"), folder / "tmp"
    temporary.mkdir()
    file = write_csv(folder / "in" / "canaries.csv", _rows())
    environment = {"TMPDIR": str(temporary), "HOTLINE_TASK_RETRIES": "0", "HOTLINE_RETRY_DELAY_SECONDS": "1"}
    command = [sys.executable, "-m", "pipeline.cli", "run", str(file), "--batch", "canaries"]
    done = subprocess.run(
        [*command, "--workspace", str(app.workspace.root)],
        capture_output=True, env=os.environ | environment, timeout=300, check=False,
    )  # fmt: skip
    return Thousand(app, temporary, done)


def test_no_canary_is_readable_in_any_file_output_or_temporary_folder(thousand: Thousand) -> None:
    app, done = thousand.app, thousand.done
    assert done.returncode == 0, done.stderr[-2000:]
    assert not _found(done.stdout)
    assert not _found(done.stderr)
    leaks = [path for path, content in all_bytes(app.workspace.root) if _found(content) or _found(str(path).encode())]
    assert leaks == []
    assert [path for path, content in all_bytes(thousand.temporary) if _found(content)] == []
    assert len(contacts_by_id(app)) == COUNT - COUNT // 50, "and with the key the contacts are all there"


@pytest.mark.parametrize("stage", ["locate", "seal", "group", "digest", "classify", "commit", "relate"])
def test_a_stage_that_fails_on_a_canary_says_nothing_of_it(tmp_path: Path, stage: str) -> None:
    app = new_workspace(tmp_path / "w")
    tmp = tmp_path / "tmp"
    tmp.mkdir()
    file = write_csv(tmp_path / "in" / "canaries.csv", _rows()[:60])
    environment = {"TMPDIR": str(tmp), "HOTLINE_TASK_RETRIES": "0"}
    done = forked(lambda: failing.main(stage, app.workspace.root, file), environment)
    assert done.returncode == 4, done.stderr[-2000:]
    assert not _found(done.stdout)
    assert not _found(done.stderr)
    log = app.workspace.run("failing") / "log"
    assert b"ValueError" in log.read_bytes(), "the failure itself is logged by its kind"
    assert [path for path, content in all_bytes(app.workspace.root) if _found(content)] == []


OWN = 40
_OWN_WAYS = (
    "illegal pictures of a child there, and the number {phone} and the mail {mail}",
    "illegal pictures of a child there, call me on {phone} or write to {mail}",
    "slike djeteta na toj stranici, moj broj je {phone}, javite mi se na {mail}",
    "slike djeteta na toj stranici. Hvala, LP, tel. {phone}, mail {mail}",
)
"""In the first nobody says whose they are: there only the contact fields know."""


def _own_rows() -> list[dict[str, str]]:
    rows = []
    for number in range(OWN):
        phone, mail = f"061 777-{100 + number}", f"zqmailcanary{number:04d}qz@mail.example"
        with_fields = number % 4 == 0 or number % 8 < 4
        rows.append({
            "id": f"O-{number}", "received_at": "2026-10-01T10:00:00+02:00", "category": "csam", "area": "Tuzla",
            "location": "" if number % 5 == 0 else f"https://host{number}.example/a",
            "description": _OWN_WAYS[number % 4].format(phone=phone, mail=mail),
            "contact_phone": f"+38761777{100 + number}" if with_fields else "",
            "contact_email": mail.upper() if with_fields else "",
        })  # fmt: skip
    return rows


def _own_found(content: bytes) -> bool:
    if content.startswith(b"%PDF"):  # compressed, its bytes may hold any five digits
        content += "\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).encode()
        return _found(content) or b"61777" in content.rpartition(b"%%EOF")[2].translate(None, b" -/\n")
    digits = re.sub(rb"\b[0-9a-f]{64}\b", b"", content).translate(None, b" -/")  # a digest may hold any five digits
    return _found(content) or b"61777" in re.sub(rb"\x00", b"", digits)


def test_a_reporters_own_number_is_no_locator_no_case_and_in_no_package(tmp_path: Path) -> None:
    app = App.at(tmp_path / "workspace")
    set_up(app.workspace, kind="demo", database_url="", now=NOW, os_user="tester")
    assert take_in(app, "own", write_csv(tmp_path / "in.csv", _own_rows()))["accepted"] == OWN
    with reading(app.store.engine) as connection:
        ids = list(connection.execute(select(locator.c.locator_id)).scalars())
        cases = set(connection.execute(select(report.c.case_id).where(report.c.case_id.is_not(None))).scalars())
    places = [place.canonical for place in Vaultroom(app).locators(ids).values()]
    assert sorted(places) == sorted(row["location"] for row in _own_rows() if row["location"])
    person, second = (acting(app, {"HOTLINE_DEMO_PERSON": name}) for name in ("sample-analyst", "sample-second"))
    for case_id in sorted(cases):
        primary = case_facts(app, case_id).primary_locator
        if primary:
            acts.assess(app, person, case_id, Said(Classification.BASELINE, primary, Viewed.CONTENT), NOW)
            for kind, recipient in ((Kind.POLICE, "police-fbih"), (Kind.ICCAM, "iccam"), (Kind.HELPLINE, "helpline")):
                acts.dispose(app, person, case_id, kind, recipient, "hosted_here", NOW, routes())
            acts.release(app, second, case_id, NOW)
    for kind in ("lea", "referral", "iccam"):
        made = make_packages(app, Order(kind), second, NOW).made
        assert sum(len(one.cases) for one in made) == len(places)
    leaks = [path for path, content in all_bytes(app.workspace.root / "exports") if _own_found(content)]
    assert leaks == []
    assert not any(_found(content) for _, content in all_bytes(app.workspace.root))
    assert verify(app).findings == ()


def test_the_store_holds_the_sealed_things_and_not_the_words(thousand: Thousand) -> None:
    with closing(sqlite3.connect(thousand.app.workspace.database_file)) as connection:
        assert connection.execute("SELECT count(*) FROM contact").fetchone()[0] == COUNT - COUNT // 50
        dump = "\n".join(connection.iterdump())
    assert not _found(dump.encode())
    assert not any(_found(bytes.fromhex(piece)) for piece in _hex_pieces(dump))


def _hex_pieces(dump: str) -> list[str]:
    return [piece.split("'", 1)[0] for piece in dump.split("X'")[1:]]
