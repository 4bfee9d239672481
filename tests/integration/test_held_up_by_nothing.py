"""One input this program fails at, or a place where no workspace can be, holds nobody up and is said plainly."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.channels.base import RawRows
from pipeline.channels.helpline import Helpline
from pipeline.cli.main import answer, hotline
from pipeline.verify import verify
from tests.factories import NOW, bland_reports, new_workspace, take_in, write_csv
from triage.assessment import Assessment, Classification, check
from triage.errors import RuleBroken


def _run(root: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(hotline, ["--workspace", str(root), "run", *map(str, arguments), "--json"])


def test_a_file_our_reader_fails_at_is_one_reject_and_never_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_channel: Helpline, _path: Path) -> Iterator[RawRows]:
        yield RawRows([1], {"location": ["https://a.example/x"]})
        raise IndexError("a mistake of ours")

    monkeypatch.setattr(Helpline, "read", failing)
    app = new_workspace(tmp_path / "workspace")
    odd = tmp_path / "in" / "odd.handover.json"
    fine = write_csv(tmp_path / "in" / "a.csv", bland_reports(0, 3))
    odd.write_text('{"reports": [{"location": "https://a.example/x"}, {"location": "https://b.example/x"}]}')
    summary = take_in(app, "monday", fine, odd, after_ingest="delete")

    assert (summary["accepted"], summary["rejected"]) == (4, 1)
    with closing(sqlite3.connect(app.workspace.database_file)) as connection:
        assert connection.execute("SELECT reason, row FROM reject").fetchall() == [("reader_failed", 2)]
    assert len(list(app.workspace.sealed_inputs.iterdir())) == 1
    assert verify(app, deep=True).findings == ()


def test_a_gone_file_counts_the_rejects_it_had(tmp_path: Path) -> None:
    app = new_workspace(tmp_path / "workspace")
    rows = bland_reports(0, 6)
    rows[2]["received_at"] = "yesterday"
    file = write_csv(tmp_path / "in" / "a.csv", rows)
    take_in(app, "monday", file, after_ingest="seal")
    summary = json.loads(_run(app.workspace.root, file, "--batch", "other").stdout)

    assert [summary[name] for name in ("read", "accepted", "rejected", "already_known")] == [6, 0, 1, 5]
    assert verify(app).findings == ()


@pytest.mark.parametrize("command", [["run", "somewhere.csv"], ["nightly"]], ids=["run", "nightly"])
@pytest.mark.parametrize("there", [True, False], ids=["a folder", "nothing"])
def test_without_a_workspace_it_says_to_make_one(
    command: list[str], there: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = tmp_path / "here"
    if there:
        root.mkdir(mode=0o755)
    code = answer(["--workspace", str(root), *command])

    assert code == 2
    assert "run `hotline init` first" in capsys.readouterr().err


def test_a_workspace_where_no_folder_can_be_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        assert answer(["init", "--workspace", str(place)]) == 2
        assert "choose another place" in capsys.readouterr().err


def test_a_name_that_is_no_text_is_refused_before_anything_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert answer(["init", "--workspace", str(tmp_path / "new"), "--name", "An\udcff"]) == 2
    assert "no UTF-8" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("code", ["XX", "ba", "ZZ", "B"])
def test_a_hosting_country_is_one(code: str) -> None:
    said = Assessment(1, 1, Classification.NOT_ILLEGAL, by=1, at=NOW, reason="adult_content", hosting_country=code,
                      hosting_source="whois")  # fmt: skip
    with pytest.raises(RuleBroken, match="capital letters of a country"):
        check(said)


@pytest.mark.parametrize(
    "change",
    ["UPDATE run SET run_id = CAST(x'c328' AS TEXT)", "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql ="
     " CAST(x'43c328' AS TEXT) WHERE name = 'report'"],
    ids=["a value", "the schema"],
)  # fmt: skip
def test_a_store_that_holds_no_text_where_text_was_is_damage(
    change: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    app = new_workspace(tmp_path / "workspace")
    take_in(app, "monday", write_csv(tmp_path / "in" / "a.csv", bland_reports(0, 3)))
    app.store.engine.dispose()
    with closing(sqlite3.connect(app.workspace.database_file, isolation_level=None)) as connection:
        connection.executescript(change)
    code = answer(["--workspace", str(app.workspace.root), "status"])

    assert code == 1
    assert "damaged" in capsys.readouterr().err
