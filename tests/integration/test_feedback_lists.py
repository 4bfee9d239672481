"""What police owe an answer to, and the sheet of a month both sides compare."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from exporters import plain_csv
from pipeline.cli.main import answer
from pipeline.desk.feedback_lists import overdue, sheet
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from tests.agencies import pin_agency
from tests.desk import NOW, Desk
from tests.integration.test_police_feedback import AGENCY_CODE, ANSWERED, HEADING, SENT, _line, _reference, _send, _take
from triage.errors import UsageError

pytest_plugins = ("tests.stores",)


def test_a_package_is_overdue_after_the_days_until_any_answer_came(desk: Desk) -> None:
    pin_agency(desk.app, AGENCY_CODE, NOW)
    one, two = _send(desk, "s-1", "o-1")
    assert overdue(desk.app, desk.one, NOW + timedelta(days=2)) == ()
    (late,) = overdue(desk.app, desk.one, NOW + timedelta(days=10))
    assert late.name.startswith("package-20260304-")
    assert late.references == tuple(sorted((_reference(desk, one), _reference(desk, two))))
    assert late.due == datetime(2026, 3, 9, 10, 5, tzinfo=UTC)  # three working days after a Wednesday
    assert overdue(desk.app, desk.one, NOW + timedelta(days=10), days=20) == ()
    _take(desk, HEADING + _line(_reference(desk, one), "opened"))
    (late,) = overdue(desk.app, desk.one, NOW + timedelta(days=10))
    assert late.references == (_reference(desk, two),)
    _take(desk, HEADING + _line(_reference(desk, two)))
    assert overdue(desk.app, desk.one, NOW + timedelta(days=10)) == ()


def test_an_answer_counts_for_no_package_that_went_after_it(desk: Desk) -> None:
    pin_agency(desk.app, AGENCY_CODE, NOW)
    (case_id,) = _send(desk, "s-1")
    reference, later = _reference(desk, case_id), SENT + timedelta(minutes=30)
    day = datetime(2026, 3, 3, 23, tzinfo=UTC)  # midnight here: a day without a time
    _take(desk, HEADING + _line(reference, at=SENT + timedelta(minutes=10)) + _line(reference, "opened", at=day))
    make_packages(desk.app, Order("lea", case_id=case_id, again=True), desk.two, later)
    (late,) = overdue(desk.app, desk.one, NOW + timedelta(days=10))
    assert late.sent_at == later
    first, second, _ = plain_csv.read(sheet(desk.app, desk.two, AGENCY_CODE, "2026-03", ANSWERED))
    assert (first["received"], second["received"]) == ("2026-03-04T11:15+01:00", "")
    assert (first["opened"], second["opened"]) == ("2026-03-04T00:00+01:00", "")
    _take(desk, HEADING + _line(reference, "opened", at=later + timedelta(minutes=5)))
    assert overdue(desk.app, desk.one, NOW + timedelta(days=10)) == ()


def test_today_names_police_packages_nobody_answered_in_time(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    today = ["--workspace", str(desk.app.workspace.root), "today"]
    assert answer(today) == 0
    assert "without an answer" not in capsys.readouterr().out
    pin_agency(desk.app, AGENCY_CODE, NOW)
    (case_id,) = _send(desk, "s-1")
    days = (datetime.now(UTC) - NOW - timedelta(minutes=5)).days
    assert answer(today) == 0
    line = f"police packages without an answer: 1 (oldest {days} days): `hotline feedback overdue`"
    assert line in capsys.readouterr().out
    assert answer([*today, "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["police_packages_without_answer"]
    (late,) = overdue(desk.app, desk.one, datetime.now(UTC))
    assert (one["agency"], one["package"]) == (AGENCY_CODE, late.name)
    _take(desk, HEADING + _line(_reference(desk, case_id), "opened"))
    assert answer(today) == 0
    assert "without an answer" not in capsys.readouterr().out


def test_the_monthly_sheet_has_every_case_sent_and_what_was_said(desk: Desk) -> None:
    pin_agency(desk.app, AGENCY_CODE, NOW)
    one, two = _send(desk, "s-1", "o-1")
    reference = _reference(desk, one)
    answers = _line(reference, number="KU-12/26") + _line(reference, "closed", "KU-12/26")
    _take(desk, HEADING + answers)
    body = sheet(desk.app, desk.two, AGENCY_CODE, "2026-03", ANSWERED)
    rows = {row["reference"]: row for row in plain_csv.read(body)}
    assert list(rows) == [*sorted((reference, _reference(desk, two))), "total"]
    assert rows[reference]["received"] == "2026-03-05T11:00+01:00"
    assert (rows[reference]["closed"], rows[reference]["opened"]) == ("2026-03-05T11:00+01:00", "")
    assert (rows[reference]["their_number"], rows[reference]["sent_at"]) == ("KU-12/26", "2026-03-04T11:05+01:00")
    total = rows["total"]
    assert [total[name] for name in ("package", "cases", "sent_at", "received", "opened", "their_number")] \
        == ["1", "2", "", "1", "0", "1"]  # fmt: skip
    for internal in (rf"\bC{one}\b", "sample", "Analyst", "bad.example"):
        assert not re.search(internal, body.decode())
    assert [row["reference"] for row in plain_csv.read(sheet(desk.app, desk.two, AGENCY_CODE, "2026-04", NOW))] \
        == ["total"]  # fmt: skip


def test_the_total_counts_a_case_of_several_packages_once(desk: Desk) -> None:
    pin_agency(desk.app, AGENCY_CODE, NOW)
    one, two = _send(desk, "s-1", "o-1")
    for minutes in (10, 20):
        order = Order("lea", recipient=AGENCY_CODE, again=True)
        make_packages(desk.app, order, desk.two, SENT + timedelta(minutes=minutes))
    _take(desk, HEADING + _line(_reference(desk, one)) + _line(_reference(desk, two)))
    rows = plain_csv.read(sheet(desk.app, desk.two, AGENCY_CODE, "2026-03", ANSWERED))
    assert len(rows) == 3 * 2 + 1
    total = rows[-1]
    assert [total[name] for name in ("package", "cases", "sent_at", "received", "opened")] == ["3", "2", "", "2", "0"]
    assert {row["cases"] for row in rows[:-1]} == {""}


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "canary", "2026-03-01"])
def test_a_month_that_is_none_is_refused(desk: Desk, month: str) -> None:
    with pytest.raises(UsageError, match="YYYY-MM"):
        sheet(desk.app, desk.two, AGENCY_CODE, month, NOW)
