"""`hotline iccam push` where ICCAM does not take single cases, or shows late what it took: nothing is twice."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from pipeline.delivery.iccam.push import FAILURES_IN_A_ROW
from pipeline.store.delivery_tables import iccam_case
from pipeline.store.engine import reading
from pipeline.verify.everything import verify
from tests.desk import SUSPECT_TEXT, Desk
from tests.iccam_desk import exported, minutes_go_by, run
from tests.iccam_server import Asked, FakeIccam

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.stores", "tests.iccam_fixtures")


def _exported(desk: Desk, count: int) -> list[int]:
    rows = [{"id": f"z-{n}", "location": f"https://more{n}.example/a", "description": SUSPECT_TEXT}
            for n in range(count)]  # fmt: skip
    desk.bring("more", *rows)
    return [exported(desk, f"z-{n}") for n in range(count)]


def test_cases_that_fail_do_not_come_first_every_time(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    _exported(line, FAILURES_IN_A_ROW + 1)
    server.lose("POST rest/reports", times=FAILURES_IN_A_ROW)
    assert run(line, "iccam", "push") == 3
    sent = len(server.iccam.reports)
    assert sent == FAILURES_IN_A_ROW
    server.fail("GET rest/Reports", times=99, status=503)
    capsys.readouterr()
    assert run(line, "iccam", "push") == 3
    first = capsys.readouterr().out.split("\n\n")[-1].split()[1].rstrip(":")
    arrived = [str(one.body["hotlineReference"]) for one in server.iccam.reports.values()]
    assert not any(one.startswith(first) for one in arrived)  # the one not asked yet goes before those that failed
    assert verify(line.app).findings == ()


def test_the_status_of_an_answer_that_settles_nothing_is_shown(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = exported(line)
    server.fail("POST rest/reports", status=500)
    assert run(line, "iccam", "push") == 3
    said = capsys.readouterr()
    assert f"C{case_id}  " in said.out
    assert "ICCAM answered 500, the next push goes on" in said.out
    assert "no answer," not in said.out
    assert "no final answer for 1 cases" in said.err


def test_a_refusal_without_a_reason_is_noted_once_and_not_sent_again(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    exported(line)
    server.fail("POST rest/reports", status=422, body=b"<html>")
    assert run(line, "iccam", "push") == 0
    assert "report refused, status 422: no field named" in capsys.readouterr().out
    assert run(line, "iccam", "push") == 0
    assert server.calls("POST") == ["POST rest/reports"]
    assert verify(line.app).findings == ()


@pytest.mark.parametrize("status", [401, 403])
def test_where_iccam_denies_our_account_the_run_stops_and_no_case_is_refused(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str], status: int
) -> None:
    cases = [exported(line), *_exported(line, 2)]
    server.fail("POST rest/reports", times=99, status=status)
    assert run(line, "iccam", "push") == 3
    said = capsys.readouterr()
    assert "ask INHOPE for its rights" in said.err
    assert "refused" not in said.out
    assert said.out.count("the next push goes on") == len(cases)
    posted = 2 if status == 401 else 1  # once more with a new token
    assert server.calls("POST") == ["POST rest/reports"] * posted
    assert not any(row.refused for row in _rows(line))
    server.faults.clear()
    minutes_go_by(line)
    assert run(line, "iccam", "push") == 0
    assert len(server.iccam.reports) == len(cases)
    assert verify(line.app).findings == ()


@pytest.mark.parametrize("everything", [True, False])
def test_a_report_hidden_from_us_is_refused_and_an_account_that_sees_nothing_refuses_none(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str], everything: bool
) -> None:
    exported(line)
    assert run(line, "iccam", "push") == 0
    server.fail("GET rest" if everything else "GET rest/Reports/", times=99, status=403)
    capsys.readouterr()
    assert run(line, "iccam", "push") == (3 if everything else 0)
    assert ("status 403" in capsys.readouterr().out) is not everything
    assert any(row.refused for row in _rows(line)) is not everything


def test_a_403_that_names_what_it_minds_is_about_the_report(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    exported(line)
    server.fail("POST rest/reports", status=403, body=b'{"errors": {"urls[0].urlString": ["no"]}}')
    assert run(line, "iccam", "push") == 0
    assert "report refused, status 403: urlstring" in capsys.readouterr().out


def _rows(desk: Desk) -> list[Any]:
    with reading(desk.app.store.engine) as connection:
        return list(connection.execute(select(iccam_case)).all())


def _shows_late(server: FakeIccam, monkeypatch: pytest.MonkeyPatch, look_ups: int) -> None:
    """The next look-ups by reference find nothing, whatever ICCAM has."""
    find, left = server.find, [look_ups]

    def late(asked: Asked) -> Any:
        left[0] -= 1
        return [] if left[0] >= 0 else find(asked)

    monkeypatch.setattr(server, "find", late)


def _row(desk: Desk, case_id: int) -> Any:
    with reading(desk.app.store.engine) as connection:
        return connection.execute(select(iccam_case).where(iccam_case.c.case_id == case_id)).one()


def test_what_iccam_does_not_show_a_moment_after_sending_is_not_sent_again(
    line: Desk, server: FakeIccam, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = exported(line)
    server.lose("POST rest/reports")
    assert run(line, "iccam", "push") == 3
    _shows_late(server, monkeypatch, 1)
    assert run(line, "iccam", "push") == 3
    assert "began a moment ago and ICCAM does not show it, the next push goes on" in capsys.readouterr().out
    assert server.calls("POST") == ["POST rest/reports"]
    assert run(line, "iccam", "push") == 0
    assert _row(line, case_id).report_id == next(iter(server.iccam.reports))
    assert server.calls("POST") == ["POST rest/reports"]
    assert verify(line.app).findings == ()


def test_waiting_for_iccam_to_show_it_does_not_begin_anew_with_every_push(line: Desk, server: FakeIccam) -> None:
    case_id = exported(line)
    server.fail("POST rest/reports", status=500)
    assert run(line, "iccam", "push") == 3
    minutes_go_by(line, 4)
    before = _row(line, case_id).last_at
    assert run(line, "iccam", "push") == 3
    assert _row(line, case_id).last_at == before
    minutes_go_by(line)
    assert run(line, "iccam", "push") == 0
    assert len(server.iccam.reports) == 1


@pytest.mark.parametrize(("look_ups", "found"), [(1, True), (2, False)])
def test_a_reference_refused_after_an_attempt_is_looked_up_and_is_no_refusal(
    line: Desk, server: FakeIccam, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    look_ups: int, found: bool,
) -> None:  # fmt: skip
    case_id = exported(line)
    server.lose("POST rest/reports")
    assert run(line, "iccam", "push") == 3
    minutes_go_by(line)
    _shows_late(server, monkeypatch, look_ups)
    capsys.readouterr()
    assert run(line, "iccam", "push") == 0
    out = capsys.readouterr().out
    [number] = server.iccam.reports
    assert ("report found" in out, "in doubt" in out) == (found, not found)
    assert "refused" not in out
    assert (_row(line, case_id).report_id, _row(line, case_id).refused) == (number if found else None, None)
    assert run(line, "iccam", "push") == 0
    assert _row(line, case_id).report_id == number
    assert verify(line.app).findings == ()
