"""Wrong and right use of `verify`, `rejects` and `nightly` on the command line, and `verify` on both engines."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.cli.main import answer, hotline
from pipeline.setup import set_up
from pipeline.store.engine import reading
from pipeline.store.schema import report
from pipeline.verify import verify
from pipeline.verify.stream import lookup, pieces
from tests.factories import NOW, bland_reports, new_workspace, take_in, write_csv
from triage.errors import HotlineError

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.stores",)
SECRET = "secret-word"
WRONG = {
    "verify with a head that is none": ["verify", "--head", SECRET],
    "verify with an argument": ["verify", SECRET],
    "doctor with an argument": ["doctor", SECRET],
    "nightly with a date that is none": ["nightly", "--date", SECRET],
    "nightly with no workers": ["nightly", "--workers", "0"],
    "rejects with an unknown command": ["rejects", SECRET],
    "rejects with an unknown status": ["rejects", "list", "--status", SECRET],
    "show without a reject": ["rejects", "show"],
    "show of what is no reject": ["rejects", "show", SECRET],
    "show of a reject that is not there": ["rejects", "show", "J99"],
    "mend of nothing": ["rejects", "mend"],
    "mend of a reject and a file": ["rejects", "mend", "J1", "--from", SECRET],
    "mend without an equals sign": ["rejects", "mend", "J1", "--set", SECRET],
    "mend from a file that is not there": ["rejects", "mend", "--from", SECRET],
    "close without a reason": ["rejects", "close", "J1"],
    "close for a reason of one's own": ["rejects", "close", "J1", "--reason", SECRET],
    "new on another channel": ["new", "--channel", SECRET],
    "new with words as an argument": ["new", SECRET],
    "run of a file that is not there": ["run", SECRET],
}


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-analyst")
    made = App.at(tmp_path / "demo")
    set_up(made.workspace, kind="demo", database_url="", now=NOW, os_user="tester")
    return made


def called(app: App, arguments: Sequence[str]) -> int:
    return answer(["--workspace", str(app.workspace.root), *arguments])


@pytest.mark.parametrize("use", WRONG)
def test_wrong_use_answers_2_and_repeats_nothing(demo: App, capsys: pytest.CaptureFixture[str], use: str) -> None:
    assert called(demo, WRONG[use]) == 2

    said = capsys.readouterr()
    assert said.err.startswith("hotline: ")
    assert SECRET not in said.err + said.out


def test_verify_answers_0_and_1_and_prints_a_head_it_takes_back(demo: App, capsys: pytest.CaptureFixture[str]) -> None:
    assert called(demo, ["verify", "--json"]) == 0
    head = str(json.loads(capsys.readouterr().out)["head"])
    assert called(demo, ["verify", "--head", head]) == 0
    assert f"the noted head {head} was found in the chain" in capsys.readouterr().out
    assert called(demo, ["verify", "--head", head.replace(":", ":" + head[-1])[: len(head)]]) == 1
    shown = capsys.readouterr().out
    assert "audit_head" in shown
    assert "was found" not in shown
    assert "1 finding:" in shown


def test_rejects_are_mended_from_a_table_and_from_stdin(demo: App, tmp_path: Path) -> None:
    rows = [row | {"received_at": "yesterday"} for row in bland_reports(1, 2)]
    take_in(demo, "monday", write_csv(tmp_path / "in" / "a.csv", rows))
    table = write_csv(tmp_path / "mend.csv", [{"reject": "J1", "received_at": "2026-10-01T10:00:00Z", "area": ""}])

    assert called(demo, ["rejects", "mend", "--from", str(table)]) == 0
    line = json.dumps({"reject": 2, "received_at": "2026-10-01T10:00:00Z"})
    arguments = ["--workspace", str(demo.workspace.root), "rejects", "mend", "--from", "-", "--json"]
    result = CliRunner().invoke(hotline, arguments, input=line + "\n")
    assert json.loads(result.stdout)["mended"] == ["J2"]
    listed = CliRunner().invoke(hotline, ["--workspace", str(demo.workspace.root), "rejects", "list", "--json"])
    assert json.loads(listed.stdout) == []


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("[" * 100_000, "nest too deeply"), ('{"reject": ' * 100_000, "nest too deeply"),
        ("\n" * (16 << 20) + "{}", "more than 16,777,216 characters"), ("[1]", "is one JSON object"),
    ],
    ids=["lists", "objects", "too long", "a list"],
)  # fmt: skip
def test_corrections_that_cannot_be_read_as_a_whole_are_refused(demo: App, given: str, why: str) -> None:
    arguments = ["--workspace", str(demo.workspace.root), "rejects", "mend", "--from", "-"]
    refused = CliRunner().invoke(hotline, arguments, input=given).exception
    assert isinstance(refused, HotlineError)
    assert (refused.exit_code, why in str(refused)) == (2, True)


def test_corrections_from_a_pipe_do_not_keep_the_command_waiting(
    demo: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert called(demo, ["rejects", "mend", "--from", str(tmp_path / "pipe")]) == 2
    assert "is a pipe or a device" in capsys.readouterr().err


def test_only_a_line_feed_ends_a_line_of_corrections(demo: App, tmp_path: Path) -> None:
    take_in(demo, "monday", write_csv(tmp_path / "in" / "a.csv", [bland_reports(1, 1)[0] | {"received_at": "-"}]))
    said = {"reject": 1, "received_at": "2026-10-01T10:00:00Z", "description": "one\u2028two\x85three"}
    (tmp_path / "mend.jsonl").write_text(json.dumps(said, ensure_ascii=False) + "\r\n\n", encoding="utf-8")
    assert called(demo, ["rejects", "mend", "--from", str(tmp_path / "mend.jsonl")]) == 0
    with reading(demo.store.engine) as connection:
        assert len(connection.execute(select(report)).all()) == 1


def test_what_was_sent_does_not_drive_the_terminal(
    demo: App, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    row = bland_reports(1, 1)[0] | {"received_at": "\x1b[31mred"}
    take_in(demo, "monday", write_csv(tmp_path / "in" / "a.csv", [row]))

    assert called(demo, ["rejects", "show", "J1"]) == 0
    assert "\x1b" not in capsys.readouterr().out


def test_things_are_looked_up_while_a_stream_is_still_read(demo: App, tmp_path: Path) -> None:
    take_in(demo, "monday", write_csv(tmp_path / "in" / "a.csv", bland_reports(1, 5)))
    with reading(demo.store.engine) as connection:
        found = [
            lookup(connection, report, "report_id", [rows[0][0]], ("case_id",))
            for rows in pieces(connection, "SELECT report_id FROM report ORDER BY report_id", 1)
        ]

    assert [len(rows) for rows in found] == [1] * 5


def test_a_whole_store_has_no_findings_on_either_engine(tmp_path: Path, store_url: str) -> None:
    app = new_workspace(tmp_path / "workspace", store_url)
    rows = bland_reports(0, 20)
    rows[1]["description"] = "pictures on https://more.example/a and https://more.example/b"
    take_in(app, "monday", write_csv(tmp_path / "in" / "a.csv", rows), after_ingest="seal")

    assert verify(app, deep=True).findings == ()
    app.store.engine.dispose()
