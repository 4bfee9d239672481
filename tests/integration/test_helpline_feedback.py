"""What comes back from a helpline: by reference, signed, each line once, and to a person where nobody was reached."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from pipeline.cli.main import answer
from pipeline.desk.feedback import Taken, take_in_feedback
from pipeline.desk.feedback_lists import overdue, sheet
from pipeline.desk.lea_holds import holds_in
from pipeline.desk.outside import outside_view
from pipeline.desk.package_folder import Made
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.sent_packages import sent_to
from pipeline.store.delivery_tables import police_feedback
from pipeline.store.engine import reading, writing
from pipeline.verify.everything import verify
from tests.agencies import AGENCY, pin_agency
from tests.desk import NOW, Desk
from triage.disposition import Kind
from triage.errors import UsageError
from triage.grouping import NewFact
from triage.lifecycle import Status

HELPLINE = "helpline"
SENT = NOW + timedelta(minutes=5)
ANSWERED = NOW + timedelta(days=1)
HEADING = "reference,state,their_number,at\r\n"


def _referred(desk: Desk) -> str:
    """The question handed to the helpline; the reference it was given."""
    case_id = desk.case_of("q-1")
    desk.dispose(case_id, Kind.HELPLINE, HELPLINE, "worried_parent")
    make_packages(desk.app, Order("referral"), desk.two, SENT)
    with reading(desk.app.store.engine) as connection:
        (sent,) = sent_to(desk.app, connection, HELPLINE)
    assert sent.case_id == case_id
    return sent.reference


def _told_why(made: Made) -> list[str]:
    document = json.loads((made.folder / "referral.json").read_text())
    return list(document["cases"][0]["referred_for"])


def _take(desk: Desk, reference: str, *states: str) -> Taken:
    lines = [f"{reference},{state},,{ANSWERED.isoformat()}\r\n" for state in states]
    body = (HEADING + "".join(lines)).encode()
    return take_in_feedback(desk.app, desk.two, HELPLINE, body, AGENCY.signature(body), ANSWERED)


def test_a_referral_says_why_a_person_sends_it_to_this_helpline_and_no_other(desk: Desk) -> None:
    case_id = desk.case_of("q-1")
    desk.dispose(case_id, Kind.HELPLINE, HELPLINE, "question")
    desk.dispose(case_id, Kind.PREVENTION, "prevention", "asked_for_help")
    made = {one.recipient: one for one in make_packages(desk.app, Order("referral"), desk.two, SENT).made}
    assert {name: _told_why(one) for name, one in made.items()} == {
        HELPLINE: ["question"], "prevention": ["asked_for_help"],
    }  # fmt: skip
    desk.dispose(case_id, Kind.HELPLINE, HELPLINE, "worried_parent", now=SENT)
    (later,) = make_packages(desk.app, Order("referral"), desk.two, ANSWERED).made
    assert _told_why(later) == ["worried_parent"], "what it was sent for before it knows"
    (again,) = make_packages(desk.app, Order("referral", HELPLINE, again=True), desk.two, ANSWERED).made
    assert _told_why(again) == ["question", "worried_parent"]
    assert "referred_for" not in outside_view(desk.facts(case_id), "BA-1", "police", "police-rs").facts


def test_a_signed_answer_goes_in_once_and_stands_in_the_cases_history(desk: Desk) -> None:
    pin_agency(desk.app, HELPLINE, NOW)
    reference = _referred(desk)
    first, again = (_take(desk, reference, "taken_up", "closed") for _ in range(2))
    assert (first.new, first.known, first.brought_back, first.bad) == (2, 0, (), ())
    assert (again.new, again.known) == (0, 2)
    assert [event for _, event in desk.events(f"C{desk.case_of('q-1')}")][-2:] == ["helpline_feedback"] * 2
    assert verify(desk.app).findings == ()


@pytest.mark.parametrize("state", ["not_reached", "needs_more"])
def test_where_nobody_was_reached_the_case_is_back_in_the_queue(desk: Desk, state: str) -> None:
    pin_agency(desk.app, HELPLINE, NOW)
    reference = _referred(desk)
    assert _take(desk, reference, state).brought_back == (desk.case_of("q-1"),)
    back = desk.record(desk.case_of("q-1"))
    assert (back.status, NewFact(back.new_facts)) == (Status.RETURNED, NewFact.HELPLINE_ASKED)
    assert verify(desk.app).findings == ()


def test_what_a_helpline_said_is_no_word_of_police_on_notices(desk: Desk) -> None:
    pin_agency(desk.app, HELPLINE, NOW)
    assert _take(desk, _referred(desk), "taken_up", "closed").new == 2
    with reading(desk.app.store.engine) as connection:
        assert holds_in(connection, [desk.case_of("q-1")], ANSWERED) == {desk.case_of("q-1"): ()}


def test_a_helpline_does_not_speak_in_the_words_of_police_nor_police_in_its(desk: Desk) -> None:
    pin_agency(desk.app, HELPLINE, NOW)
    taken = _take(desk, _referred(desk), "no_offence", "passed_on")
    assert (taken.new, [(one.row, one.field) for one in taken.bad]) == (1, [(2, "state")])
    assert "taken_up, not_reached, passed_on, needs_more, closed" in taken.bad[0].advice


def test_what_it_never_acknowledged_is_overdue_and_the_sheet_has_its_states(desk: Desk) -> None:
    pin_agency(desk.app, HELPLINE, NOW)
    reference = _referred(desk)
    later = NOW + timedelta(days=10)
    assert [(one.recipient, one.references) for one in overdue(desk.app, desk.one, later)] == [(HELPLINE, (reference,))]
    _take(desk, reference, "taken_up")
    assert overdue(desk.app, desk.one, later) == ()
    body = sheet(desk.app, desk.two, HELPLINE, "2026-03", later).decode("utf-8-sig")
    heading, row, total = list(csv.reader(io.StringIO(body)))
    assert heading[4:9] == ["taken_up", "not_reached", "passed_on", "needs_more", "closed"]
    assert (row[0], bool(row[4]), row[5], total[4:9]) == (reference, True, "", ["1", "0", "0", "0", "0"])


def test_verify_finds_an_answer_that_was_changed(desk: Desk) -> None:
    pin_agency(desk.app, HELPLINE, NOW)
    _take(desk, _referred(desk), "taken_up")
    with writing(desk.app.store.engine) as connection:
        connection.execute(police_feedback.update().values(state="closed"))
    assert verify(desk.app).findings != ()


def test_the_command_takes_a_helplines_file_and_names_who_answers(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-second")
    reference = _referred(desk)
    path = desk.folder / "answers.json"
    path.write_text(json.dumps([{"reference": reference, "state": "taken_up", "at": SENT.isoformat()}]))
    words = ["--workspace", str(desk.folder / "workspace"), "feedback", "import", str(path), "--unsigned", "--json"]
    assert answer([*words, "--recipient", HELPLINE]) == 0
    assert json.loads(capsys.readouterr().out)["new"] == 1
    with reading(desk.app.store.engine) as connection:
        assert connection.execute(select(police_feedback.c.recipient)).scalars().all() == [HELPLINE]
    path.write_text(json.dumps([{"reference": reference, "state": "not_reached", "at": SENT.isoformat()}]))
    assert answer([*words[:-1], "--recipient", HELPLINE]) == 0
    assert "nobody got in touch with them: C" in (said := capsys.readouterr().out)
    assert "need more" not in said
    with pytest.raises(UsageError, match="helpline, prevention"):
        take_in_feedback(desk.app, desk.two, "iccam", b"", None, ANSWERED)
