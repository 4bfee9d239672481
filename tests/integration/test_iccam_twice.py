"""An address ICCAM has, or may have, goes in no second report of another case unless a person says so of that case."""

from __future__ import annotations

import json
import shutil

import pytest

from pipeline.desk import moves
from pipeline.desk.acts import Said
from pipeline.desk.iccam_twice import SentBefore
from tests.desk import NOW, Desk
from tests.iccam_desk import answered, exported, minutes_go_by, run
from tests.iccam_server import FakeIccam
from triage.assessment import Classification, Viewed
from triage.disposition import Kind

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.stores", "tests.iccam_fixtures")
Screen = pytest.CaptureFixture[str]


def _decide(desk: Desk, case_id: int, *endings: str) -> None:
    for ending in endings:
        desk.assess(case_id, Said(Classification.NATIONAL, desk.item(case_id, ending), Viewed.CONTENT))
    desk.dispose(case_id, Kind.ICCAM, "iccam", "hosted_here")


def _export(desk: Desk, *words: str) -> int:
    return run(desk, "export", "iccam", *words)


def _posted(server: FakeIccam) -> list[tuple[bool, bool]]:
    """Of every report that arrived whether /a and whether /b is in it."""
    bodies = [json.dumps(one.body) for one in server.iccam.reports.values()]
    return [("bad.example/a" in body, "other.example/b" in body) for body in bodies]


def _joined(desk: Desk) -> int:
    into = desk.case_of("s-1")
    moves.join(desk.app, desk.one, into, desk.case_of("o-1"), NOW)
    return into


def _split_off(desk: Desk, case_id: int, ending: str = "/b") -> int:
    item = desk.item(case_id, ending)
    return moves.split(desk.app, desk.one, case_id, [item], [], NOW, desk.vault())


def test_an_address_split_off_a_case_iccam_has_goes_only_when_a_person_says_so(
    line: Desk, server: FakeIccam, capsys: Screen
) -> None:
    case_id = _joined(line)
    _decide(line, case_id, "/a", "/b")
    assert _export(line) == 0
    assert run(line, "iccam", "push") == 0
    apart = _split_off(line, case_id)
    _decide(line, apart, "/b")
    capsys.readouterr()
    assert _export(line, "--case", f"C{apart}") == 2
    said = capsys.readouterr().err
    assert f"ICCAM has an address of this case already, from the report of C{case_id} (BA-" in said
    assert f"`hotline export iccam --again --case C{apart}`" in said
    assert "example" not in said
    _export(line, "--again")  # all at once says it of no case
    assert [name for _, name in line.events(f"C{apart}") if name == "exported"] == []
    run(line, "iccam", "push")
    assert _posted(server) == [(True, True)]

    assert _export(line, "--again", "--case", f"C{apart}") == 0
    assert run(line, "iccam", "push") == 0
    assert _posted(server) == [(True, True), (False, True)]


def test_what_was_not_in_the_earlier_report_goes_by_itself(line: Desk, server: FakeIccam) -> None:
    case_id = _joined(line)
    _decide(line, case_id, "/a")
    assert _export(line) == 0
    assert run(line, "iccam", "push") == 0
    apart = _split_off(line, case_id)
    _decide(line, apart, "/b")
    assert _export(line, "--case", f"C{apart}") == 0
    assert run(line, "iccam", "push") == 0
    assert _posted(server) == [(True, False), (False, True)]


def test_what_iccam_refused_may_go_from_the_other_case(line: Desk, server: FakeIccam) -> None:
    case_id = _joined(line)
    _decide(line, case_id, "/a", "/b")
    assert _export(line) == 0
    server.fail("POST rest/reports", status=400, body=b'{"errors": {"memo": ["no"]}}')
    assert run(line, "iccam", "push") == 0
    apart = _split_off(line, case_id)
    _decide(line, apart, "/b")
    assert _export(line, "--case", f"C{apart}") == 0


@pytest.mark.parametrize("arrived", [True, False])
def test_a_report_without_an_answer_is_not_sent_again_from_the_case_it_was_joined_into(
    line: Desk, server: FakeIccam, capsys: Screen, arrived: bool
) -> None:
    other, into = exported(line, "o-1", "/b"), line.case_of("s-1")
    if arrived:
        server.lose("POST rest/reports")
    else:
        server.fail("POST rest/reports", status=503)
    assert run(line, "iccam", "push") == 3
    moves.join(line.app, line.one, into, other, NOW)
    _decide(line, into, "/a", "/b")
    minutes_go_by(line)
    capsys.readouterr()
    assert _export(line, "--case", f"C{into}") == 2
    said = capsys.readouterr().err
    assert f"ICCAM may have an address of this case already, from the report of C{other} (BA-" in said
    assert "`hotline iccam reconcile`" in said
    run(line, "iccam", "push")
    assert len(server.iccam.reports) == int(arrived)

    differences = answered(line, capsys, "reconcile")["differences"]
    found = [one["kind"] for one in differences if one["case"] == f"C{other}"]
    assert found == (["sent_unnoted"] if arrived else ["not_in_iccam"])
    apart = _split_off(line, into)  # what did not go before goes once what did is apart
    assert _export(line, "--case", f"C{into}") == 0
    assert run(line, "iccam", "push") == 0
    assert _posted(server)[int(arrived):] == [(True, False)]
    _decide(line, apart, "/b")
    assert _export(line, "--case", f"C{apart}") == 2


@pytest.mark.usefixtures("server")
def test_a_package_that_cannot_be_read_may_have_held_any_address(line: Desk, capsys: Screen) -> None:
    other, into = exported(line, "o-1", "/b"), line.case_of("s-1")
    assert run(line, "iccam", "push") == 0
    moves.join(line.app, line.one, into, other, NOW)
    apart = _split_off(line, into)
    _decide(line, into, "/a")
    [folder] = (line.folder / "workspace" / "exports").glob("iccam-*")
    shutil.move(folder, line.folder / "elsewhere")
    capsys.readouterr()
    assert _export(line, "--case", f"C{into}") == 2
    assert f"from the report of C{other} (BA-" in capsys.readouterr().err
    shutil.move(line.folder / "elsewhere", folder)
    assert _export(line, "--case", f"C{into}") == 0
    _decide(line, apart, "/b")
    assert _export(line, "--case", f"C{apart}") == 2


def test_a_push_refuses_it_too_where_an_older_version_exported_it(
    line: Desk, server: FakeIccam, capsys: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = _joined(line)
    _decide(line, case_id, "/a", "/b")
    assert _export(line) == 0
    assert run(line, "iccam", "push") == 0
    apart = _split_off(line, case_id)
    _decide(line, apart, "/b")
    with monkeypatch.context() as older:
        older.setattr(SentBefore, "check", lambda *_: None)
        assert _export(line, "--case", f"C{apart}") == 0
    left = answered(line, capsys, "push")["left_out"]
    assert [(one["why"], one["earlier"]) for one in left if one["case"] == f"C{apart}"] == [
        ("sent_before", f"C{case_id}")
    ]
    run(line, "iccam", "push")
    said = capsys.readouterr().out
    assert f"left out, sent_before: ICCAM has an address of this case already, from the report of C{case_id}" in said
    assert len(server.iccam.reports) == 1
    assert _export(line, "--again", "--case", f"C{apart}") == 0
    assert run(line, "iccam", "push") == 0
    assert len(server.iccam.reports) == 2
