"""L1: a thousand canary reports; no canary anywhere a reader without the keys could look."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.bootstrap import App
from tests.factories import all_bytes, contacts_by_id, new_workspace, write_csv

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


def _run(app: App, file: Path, tmp: Path, batch: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "TMPDIR": str(tmp), "HOTLINE_TASK_RETRIES": "0", "HOTLINE_RETRY_DELAY_SECONDS": "1"}
    command = [
        sys.executable,
        "-m",
        "pipeline.cli",
        "run",
        str(file),
        "--batch",
        batch,
        "--workspace",
        str(app.workspace.root),
    ]
    return subprocess.run(command, capture_output=True, env=environment, timeout=300, check=False)


def test_no_canary_is_readable_in_any_file_output_or_temporary_folder(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    tmp = tmp_path / "tmp"
    tmp.mkdir()
    done = _run(app, write_csv(tmp_path / "in" / "canaries.csv", _rows()), tmp, "canaries")
    assert done.returncode == 0, done.stderr[-2000:]
    assert not _found(done.stdout)
    assert not _found(done.stderr)
    leaks = [path for path, content in all_bytes(app.workspace.root) if _found(content) or _found(str(path).encode())]
    assert leaks == []
    assert [path for path, content in all_bytes(tmp) if _found(content)] == []
    assert len(contacts_by_id(app)) == COUNT - COUNT // 50, "and with the key the contacts are all there"


@pytest.mark.parametrize("stage", ["locate", "seal", "group", "digest", "classify", "commit", "relate"])
def test_a_stage_that_fails_on_a_canary_says_nothing_of_it(tmp_path: Path, stage: str) -> None:
    app = new_workspace(tmp_path / "w")
    tmp = tmp_path / "tmp"
    tmp.mkdir()
    file = write_csv(tmp_path / "in" / "canaries.csv", _rows()[:60])
    script = f"import tests.faults.failing as f, sys; f.main({stage!r}, sys.argv[1:])"
    command = [sys.executable, "-c", script, str(app.workspace.root), str(file)]
    done = subprocess.run(
        command, capture_output=True, env={**os.environ, "TMPDIR": str(tmp)}, timeout=120, check=False
    )
    assert done.returncode == 4, done.stderr[-2000:]
    assert not _found(done.stdout)
    assert not _found(done.stderr)
    log = app.workspace.run("failing") / "log"
    assert b"ValueError" in log.read_bytes(), "the failure itself is logged by its kind"
    assert [path for path, content in all_bytes(app.workspace.root) if _found(content)] == []


def test_the_store_holds_the_sealed_things_and_not_the_words(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "w")
    tmp = tmp_path / "tmp"
    tmp.mkdir()
    _run(app, write_csv(tmp_path / "in" / "canaries.csv", _rows()), tmp, "canaries")
    with closing(sqlite3.connect(app.workspace.database_file)) as connection:
        assert connection.execute("SELECT count(*) FROM contact").fetchone()[0] == COUNT - COUNT // 50
        dump = "\n".join(connection.iterdump())
    assert not _found(dump.encode())
    assert not any(_found(bytes.fromhex(piece)) for piece in _hex_pieces(dump))


def _hex_pieces(dump: str) -> list[str]:
    return [piece.split("'", 1)[0] for piece in dump.split("X'")[1:]]
