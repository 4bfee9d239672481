"""Rows mended cell by cell, tables whose columns nobody knew read again under a heading, corrections from a file."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.cli.main import answer
from pipeline.mending.listing import listed
from pipeline.mending.mend import mend
from pipeline.mending.opening import opened
from pipeline.mending.tables import open_pieces, read_again
from pipeline.store.engine import reading
from pipeline.store.schema import report
from pipeline.verify import verify
from tests.factories import NOW, analysts_app, new_workspace, take_in
from triage.errors import UsageError
from triage.people import Person, PersonStatus, Role
from triage.report import Fact

pytestmark = pytest.mark.thorough

ANALYST = Person(1, "Analyst", Role.ANALYST, PersonStatus.ACTIVE, "analyst")
HEADING = "id;location;description"
BAD_ROW = b"bb-2,https://bb.example/2,bad \xff\xfe text\n"
TABLE = "".join(f"p-{number};https://p{number}.example/;a question, {number}\n" for number in range(30))


@pytest.fixture
def app(tmp_path: Path) -> App:
    return new_workspace(tmp_path / "workspace")


def given(app: App, tmp_path: Path, content: bytes, name: str = "in.csv") -> None:
    path = tmp_path / "in" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    take_in(app, f"batch-{name}", path)


def reports(app: App) -> dict[str, int]:
    """Ids and times of the reports."""
    with reading(app.store.engine) as connection:
        return {row.external_id: row.received_at for row in connection.execute(select(report))}


def is_whole(app: App) -> bool:
    return verify(app, deep=True).findings == ()


def test_setting_the_one_field_that_was_no_text_keeps_the_others(app: App, tmp_path: Path) -> None:
    given(app, tmp_path, "id,location,description\nbb-1,https://bb.example/1,šest\n".encode() + BAD_ROW)
    assert opened(app, ANALYST, [1], NOW, why="shown")[1]["location"] == "https://bb.example/2"

    with pytest.raises(UsageError, match="J1: bytes of it are no text: give --set description"):
        mend(app, ANALYST, {1: {}}, NOW)
    assert mend(app, ANALYST, {1: {"description": "bad text"}}, NOW).mended == ("J1",)

    assert set(reports(app)) == {"bb-1", "bb-2"}
    with reading(app.store.engine) as connection:
        assert None not in connection.execute(select(report.c.locator_id)).scalars().all()
    assert is_whole(app)


def test_a_quotation_mark_that_stays_open_is_mended_in_its_field_and_nothing_else_is_lost(
    app: App, tmp_path: Path
) -> None:
    given(app, tmp_path, b'id,location,description\nq-1,https://q.example/,"a question\n')
    with pytest.raises(UsageError, match="give --set description"):
        mend(app, ANALYST, {1: {"id": "q-2"}}, NOW)
    mend(app, ANALYST, {1: {"description": "a question"}}, NOW)
    assert set(reports(app)) == {"q-1"}


def test_a_table_is_read_again_under_its_heading_once(app: App, tmp_path: Path) -> None:
    given(app, tmp_path, (TABLE + "p-30;https://one.example/;too;many\n").encode())
    (piece,) = listed(app, "open")
    assert (piece.reason, piece.advice.startswith("31 lines: ")) == ("no_header", True)

    done = read_again(app, ANALYST, [1], HEADING, NOW)
    assert (done.read, done.accepted, done.rejected, done.already_known) == (31, 30, 1, 0)
    assert read_again(app, ANALYST, [1], HEADING, NOW) == done
    with pytest.raises(UsageError, match="J1 is mended already"):
        read_again(app, ANALYST, [1], "id;location;source", NOW)

    assert len(reports(app)) == 30
    assert [(one.reject, one.row, one.reason) for one in listed(app, "open")] == [("J2", 31, "too_many_cells")]
    assert [path.name for path in (app.workspace.root / "incoming").iterdir()] == ["lock"]
    assert is_whole(app)


def test_rows_read_again_that_say_no_time_came_when_their_file_came(app: App, tmp_path: Path) -> None:
    given(app, tmp_path, TABLE.encode())
    read_again(app, ANALYST, [1], HEADING, NOW + timedelta(days=400))
    assert set(reports(app).values()) == {int(NOW.timestamp())}


def test_the_public_cannot_choose_its_channel_in_a_table_read_again(app: App, tmp_path: Path) -> None:
    given(app, tmp_path, b"c-1;a question;sos\nc-2;a question;sos\n")
    read_again(app, ANALYST, [1], "id;description;channel", NOW)
    with reading(app.store.engine) as connection:
        facts = connection.execute(select(report.c.facts)).scalars().all()
    assert [one & Fact.ALERT for one in facts] == [0, 0]


def test_all_pieces_of_a_file_go_together_and_its_own_heading_goes(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.channels.csv_pieces._PIECE_CHARS", 300)
    given(app, tmp_path, ("broj;gdje;rečeno\n" + TABLE + 'z;https://z.example/;"two\nlines"\n').encode())
    given(app, tmp_path, b"other;words here\n", "other.csv")
    pieces = open_pieces(app, 2)
    assert len(pieces) > 2

    with pytest.raises(UsageError, match="of another file"):
        read_again(app, ANALYST, [*pieces, pieces[-1] + 1], HEADING, NOW)
    done = read_again(app, ANALYST, pieces, HEADING, NOW, first_line_goes=True)
    assert (done.read, done.accepted, len(done.pieces)) == (31, 31, len(pieces))
    assert len(listed(app, "open")) == 1
    assert is_whole(app)


def test_lines_of_a_table_are_never_mended_as_one_report(app: App, tmp_path: Path) -> None:
    given(app, tmp_path, TABLE.encode())
    with pytest.raises(UsageError, match="J1 holds lines of a table, each a report of its own"):
        mend(app, ANALYST, {1: {"location": "https://one.example/"}}, NOW)
    with pytest.raises(UsageError, match="no line would become a report"):
        read_again(app, ANALYST, [1], "received_at;id;description", NOW)
    with pytest.raises(UsageError, match="there is no reject J9"):
        read_again(app, ANALYST, [1, 9], HEADING, NOW)
    assert [one.status for one in listed(app, None)] == ["open"]
    assert reports(app) == {}
    assert is_whole(app)


def test_a_row_that_is_no_piece_takes_no_heading(app: App, tmp_path: Path) -> None:
    given(app, tmp_path, b"id,description,received_at\n1,a question,yesterday\n")
    for act in (lambda: read_again(app, ANALYST, [1], HEADING, NOW), lambda: open_pieces(app, 1)):
        with pytest.raises(UsageError, match="J1 is no piece"):
            act()


def test_a_piece_is_shown_line_by_line_and_read_again_by_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = analysts_app(tmp_path / "demo", monkeypatch)
    given(app, tmp_path, TABLE.encode())
    command = ["--workspace", str(app.workspace.root), "rejects"]

    assert answer([*command, "show", "J1"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0] == "p-0;https://p0.example/;a question, 0"
    assert shown[-1] == "30 lines, 10 more than are shown: --json has all"
    assert len(shown) == 21
    assert answer([*command, "mend", "J1", "--heading", HEADING, "--set", "id=1"]) == 2
    assert answer([*command, "mend", "J1", "--whole-file"]) == 2
    assert answer([*command, "mend", "J1", "--whole-file", "--heading", HEADING]) == 0
    assert "J1: 30 rows, 30 taken in, 0 known already, 0 rejected" in capsys.readouterr().out


def test_corrections_do_the_good_ones_and_name_the_bad(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    app = analysts_app(tmp_path / "demo", monkeypatch)
    rows = "".join(f"{number},a question,yesterday\n" for number in range(1, 6))
    given(app, tmp_path, f"id,description,received_at\n{rows}".encode())
    good = {"received_at": "2026-10-01T10:00:00Z"}
    entries = [
        {"reject": "J1"} | good, {"reject": "J99"} | good, {"reject": "J2", "received_at": "tomorrow"}, dict(good),
        {"reject": "J3", "colour": "blue"}, {"reject": "J4"} | good, {"reject": 4} | good, {"reject": "J5"} | good,
    ]  # fmt: skip
    (tmp_path / "mend.jsonl").write_text("".join(json.dumps(one) + "\n" for one in entries), encoding="utf-8")
    command = ["--workspace", str(app.workspace.root), "rejects", "mend", "--from", str(tmp_path / "mend.jsonl")]

    assert answer(command) == 1
    said = capsys.readouterr()
    assert "2 mended, 0 still conflicting, 5 refused" in said.out
    named = ("correction 4 names no reject", "J4 is named more than once", "no reject J99", "J2: received_at", "J3: 1")
    assert [one in said.err for one in named] == [True] * 5
    assert "tomorrow" not in said.err
    assert [one.reject for one in listed(app, "open")] == ["J2", "J3", "J4"]
    assert len(reports(app)) == 2
    assert is_whole(app)

    assert answer(command) == 2
    assert "reject J1 is mended already" in capsys.readouterr().err
    assert len(reports(app)) == 2
