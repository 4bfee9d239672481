"""`hotline iccam push` where ICCAM does not take single cases: the others go, and the status is shown."""

from __future__ import annotations

import pytest

from pipeline.delivery.iccam.push import FAILURES_IN_A_ROW
from pipeline.verify.everything import verify
from tests.desk import SUSPECT_TEXT, Desk
from tests.iccam_desk import exported, run
from tests.iccam_server import FakeIccam

pytest_plugins = ("tests.stores", "tests.iccam_fixtures")


def _exported(desk: Desk, count: int) -> list[int]:
    rows = [{"id": f"z-{n}", "location": f"https://more{n}.example/a", "description": SUSPECT_TEXT}
            for n in range(count)]  # fmt: skip
    desk.bring("more", *rows)
    return [exported(desk, f"z-{n}") for n in range(count)]


def test_cases_that_fail_do_not_come_first_every_time(line: Desk, server: FakeIccam) -> None:
    _exported(line, FAILURES_IN_A_ROW + 1)
    server.lose("POST rest/reports", times=FAILURES_IN_A_ROW)
    assert run(line, "iccam", "push") == 3
    sent = len(server.iccam.reports)
    assert sent == FAILURES_IN_A_ROW
    server.fail("GET rest/Reports", times=99, status=503)
    assert run(line, "iccam", "push") == 3
    assert len(server.iccam.reports) == sent + 1  # the one that was not asked yet went before those that failed
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
    server.fail("POST rest/reports", status=403, body=b"<html>")
    assert run(line, "iccam", "push") == 0
    assert "report refused, status 403: no field named" in capsys.readouterr().out
    assert run(line, "iccam", "push") == 0
    assert server.calls("POST") == ["POST rest/reports"]
    assert verify(line.app).findings == ()
