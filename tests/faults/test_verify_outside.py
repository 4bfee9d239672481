"""`hotline verify` finds what somebody edited by hand of urgent calls, of what police answered and of SOS alerts."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.cli.main import answer
from pipeline.desk import alert_sending
from pipeline.desk.call_log import CallNote
from pipeline.desk.feedback import take_in_feedback
from pipeline.desk.lea_holds import police_facts
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.references import external_reference
from pipeline.desk.urgent import log_call, make_call, review_call
from pipeline.routes import routes
from pipeline.store.alert_tables import alert
from pipeline.store.engine import reading
from pipeline.verify import verify
from tests.alarms import PARTNERS, pin_partners, take, write_call
from tests.desk import NOW, Desk, copied, made, plant
from tests.factories import chain_without
from triage.disposition import Kind
from triage.urgent_call import CallReason, Outcome

pytestmark = pytest.mark.thorough

POLICE = "police-rs"
SPOKEN, LATER, ANSWERED = NOW + timedelta(minutes=3), NOW + timedelta(minutes=5), NOW + timedelta(days=1)
NEWER = ("digest", "spoken", "report")
"""What events of an older version do not say."""


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One call made, logged and reviewed and one only made, what police said of the first, one SOS call, one drill."""
    desk = made(tmp_path_factory.mktemp("outside"))
    pin_partners(desk.app, *PARTNERS)
    about = desk.case_of("d-1")
    done, _ = make_call(desk.app, desk.one, about, POLICE, CallReason.MEETING_SOON, NOW)
    note = CallNote("duty officer", "they send a patrol")
    log_call(desk.app, desk.one, about, done.call_id, SPOKEN, note, LATER, reached=True)
    review_call(desk.app, desk.two, about, done.call_id, Outcome.JUSTIFIED, LATER)
    make_call(desk.app, desk.one, desk.case_of("s-1"), POLICE, CallReason.MEETING_SOON, NOW)
    named = external_reference(desk.app.store.index_key, routes().home_country, POLICE, about)
    body = f"reference,state,their_number,at\r\n{named},received,17-1,{ANSWERED.isoformat()}\r\n"
    assert take_in_feedback(desk.app, desk.two, POLICE, body.encode(), None, ANSWERED).new == 1
    take(desk.app, write_call(desk.folder))
    alert_sending.begin_drill(desk.app, desk.one, "BA-RS", NOW)
    assert verify(desk.app, deep=True).findings == ()
    return desk


@pytest.fixture
def desk(worked: Desk, tmp_path: Path) -> Desk:
    return copied(worked, tmp_path)


@pytest.mark.parametrize(
    ("code", "statement"),
    [
        ("call_log", "UPDATE urgent_call SET reached = 1 WHERE reached IS NULL"),
        ("call_log", "UPDATE urgent_call SET reached = 0 WHERE reached"),
        ("call_log", "UPDATE urgent_call SET reached = NULL WHERE reached"),
        ("call_log", "UPDATE urgent_call SET spoken_at = NULL WHERE reached"),
        ("call_log", "UPDATE urgent_call SET salt = NULL WHERE reached"),
        ("call_log", "UPDATE urgent_call SET spoken_at = spoken_at - 60 WHERE reached"),
        ("urgent_call_made", "UPDATE urgent_call SET recipient = 'police-bd' WHERE reached IS NULL"),
        ("urgent_call_made", "UPDATE urgent_call SET recipient = 'nobody' WHERE reached"),
        ("urgent_call_reviewed", "UPDATE urgent_call SET reviewed_at = NULL WHERE reached"),
        ("police_feedback", "UPDATE police_feedback SET state = 'opened'"),
        ("police_feedback", "UPDATE police_feedback SET their_number = '17-2'"),
        ("police_feedback", "UPDATE police_feedback SET their_number = NULL"),
        ("police_feedback", "UPDATE police_feedback SET said_at = said_at + 60"),
        ("police_feedback", "UPDATE police_feedback SET file_sha256 = 'another'"),
        ("alert", "UPDATE alert SET report_id = NULL WHERE NOT drill"),
        ("alert", "UPDATE alert SET report_id = (SELECT MIN(report_id) FROM report) WHERE NOT drill"),
        ("alert", "UPDATE alert SET report_id = (SELECT MIN(report_id) FROM report) WHERE drill"),
        ("alert", "UPDATE alert SET drill = 1, report_id = NULL"),
    ],
)  # fmt: skip
def test_what_was_edited_is_found_and_stops_no_screen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, code: str, statement: str
) -> None:
    plant(desk, statement)

    assert code in {one.code for one in verify(desk.app).findings}
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, desk.one.os_user or "")
    assert answer(["--workspace", str(desk.folder / "workspace"), "today"]) == 0


def test_a_call_without_its_time_told_police_nothing(desk: Desk) -> None:
    about = desk.case_of("s-1")
    desk.assess(about)
    desk.dispose(about, Kind.POLICE, POLICE, "hosted_here")
    plant(desk, f"UPDATE urgent_call SET reached = 1 WHERE case_id = {about}")
    with reading(desk.app.store.engine) as connection:
        (facts,) = police_facts(connection, [about]).values()

    assert [one.called_at for one in facts.told] == [None]


def test_an_sos_call_whose_report_is_gone_is_never_shown_as_a_drill(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, desk.one.os_user or "")
    with reading(desk.app.store.engine) as connection:
        (call,) = connection.execute(select(alert.c.alert_id).where(~alert.c.drill)).scalars()
    plant(desk, "UPDATE alert SET report_id = NULL WHERE NOT drill")
    shown = answer(["--workspace", str(desk.folder / "workspace"), "alerts", "list", "--all"])

    assert shown == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(re.match(rf"A{call}  CASE NOT KNOWN", line) for line in lines)
    assert sum("DRILL" in line for line in lines) == 1


def test_events_of_an_older_version_are_checked_as_before(desk: Desk) -> None:
    for statement in (
        "UPDATE urgent_call SET spoken_at = spoken_at - 60 WHERE reached",
        "UPDATE police_feedback SET their_number = NULL",
        "UPDATE alert SET report_id = (SELECT MIN(report_id) FROM report) WHERE NOT drill",
    ):
        plant(desk, statement)
    chain_without(desk.app, *NEWER)
    assert verify(desk.app).findings == ()
