"""Police answers: signed by the pinned key or refused, each line once, bad ones named, back to a person if asked."""

from __future__ import annotations

import csv
import io
import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from exporters.sealing import SigningKey
from pipeline.cli.main import answer
from pipeline.desk import acts, moves
from pipeline.desk.feedback import Taken, take_in_feedback
from pipeline.desk.feedback_lists import sheet
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.sent_packages import sent_to
from pipeline.desk.urgent import make_call
from pipeline.store.delivery_tables import police_feedback
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit
from pipeline.verify.everything import verify
from tests.agencies import AGENCY, pin_agency
from tests.desk import NOW, Desk, made
from tests.gnupg import keyring, needs_gpg
from triage.disposition import Kind
from triage.errors import KeyProblem, RuleBroken, UnusableInput, UsageError
from triage.grouping import LANES, NewFact
from triage.lifecycle import Status
from triage.urgent_call import CallReason

pytest_plugins = ("tests.stores",)
AGENCY_CODE = "police-rs"
SENT = NOW + timedelta(minutes=5)
ANSWERED = NOW + timedelta(days=1)
HEADING = "reference,state,their_number,at\r\n"


def _send(desk: Desk, *reports: str, agency: str = AGENCY_CODE, at: datetime = SENT) -> list[int]:
    """Cases assessed, decided, released and exported."""
    cases = [desk.case_of(report) for report in reports]
    for case_id in cases:
        desk.assess(case_id)
        desk.dispose(case_id, Kind.POLICE, agency, "hosted_here")
        acts.release(desk.app, desk.two, case_id, NOW + timedelta(minutes=1))
    make_packages(desk.app, Order("lea", recipient=agency), desk.two, at)
    return cases


def _reference(desk: Desk, case_id: int, agency: str = AGENCY_CODE) -> str:
    with reading(desk.app.store.engine) as connection:
        return next(one.reference for one in sent_to(desk.app, connection, agency) if one.case_id == case_id)


def _line(reference: str, state: str = "received", number: str = "", at: datetime = ANSWERED) -> str:
    return f"{reference},{state},{number},{at.isoformat()}\r\n"


def _take(desk: Desk, body: str, agency: str = AGENCY_CODE) -> Taken:
    return take_in_feedback(desk.app, desk.two, agency, body.encode(), None, ANSWERED)


def _rows(desk: Desk) -> list[tuple[int, str, str | None, bool]]:
    with reading(desk.app.store.engine) as connection:
        rows = connection.execute(select(police_feedback).order_by(police_feedback.c.feedback_id)).all()
    return [(row.case_id, row.state, row.their_number, bool(row.signed)) for row in rows]


def _run(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.folder / "workspace"), "feedback", *words])


@pytest.mark.pg
def test_a_signed_file_goes_in_once_on_both_stores(tmp_path: Path, store_url: str) -> None:
    desk = made(tmp_path, store_url)
    pin_agency(desk.app, AGENCY_CODE, NOW)
    (case_id,) = _send(desk, "s-1")
    body = (HEADING + _line(_reference(desk, case_id), number="KU-12/26")).encode()
    signature = AGENCY.signature(body)
    for expected in ((1, 0), (0, 1)):
        taken = take_in_feedback(desk.app, desk.two, AGENCY_CODE, body, signature, ANSWERED)
        assert (taken.new, taken.known, taken.bad) == (*expected, ())
    assert _rows(desk) == [(case_id, "received", "KU-12/26", True)]
    assert verify(desk.app).findings == ()


def test_an_answer_from_before_we_told_of_the_case_is_named_and_not_taken_in(desk: Desk) -> None:
    reference = _reference(desk, *_send(desk, "s-1"))
    early = [SENT - timedelta(days=30), SENT - timedelta(days=1), SENT - timedelta(hours=3)]
    taken = _take(desk, HEADING + "".join(_line(reference, at=at) for at in early))
    assert [(one.row, one.field) for one in taken.bad] == [(2, "at"), (3, "at"), (4, "at")]
    assert all("before we told of the case" in one.advice and "send the line again" in one.advice for one in taken.bad)
    assert (taken.new, _rows(desk)) == (0, [])
    day = f"{SENT:%Y-%m-%d}"
    rounded = (SENT - timedelta(minutes=30)).isoformat()
    taken = _take(desk, f"{HEADING}{reference},received,,{day}\r\n{reference},received,,{rounded}\r\n")
    assert (taken.new, taken.bad) == (2, ())


def test_a_changed_file_another_signer_or_no_key_takes_nothing_in(desk: Desk) -> None:
    (case_id,) = _send(desk, "s-1")
    body = (HEADING + _line(_reference(desk, case_id))).encode()
    good = AGENCY.signature(body)
    with pytest.raises(KeyProblem, match="no key is pinned"):
        take_in_feedback(desk.app, desk.two, AGENCY_CODE, body, good, ANSWERED)
    pin_agency(desk.app, AGENCY_CODE, NOW)
    other = SigningKey.make("Somebody else").signature(body)
    for given, signature in ((body + b"\r\n", good), (body, other), (body, b"no signature"), (body, b"")):
        with pytest.raises(RuleBroken, match="no valid signature"):
            take_in_feedback(desk.app, desk.two, AGENCY_CODE, given, signature, ANSWERED)
    assert _rows(desk) == []


@needs_gpg
@pytest.mark.tools
@pytest.mark.parametrize("armour", [(), ("--armor",)])
def test_a_signature_made_with_gnupg_as_the_guide_says_is_good(desk: Desk, armour: tuple[str, ...]) -> None:
    from pipeline.desk.recipients import pin

    (case_id,) = _send(desk, "s-1")
    body = (HEADING + _line(_reference(desk, case_id))).encode()
    with keyring() as agency:
        key = agency.new_key("An agency")
        pin(desk.app, "machine", 0, AGENCY_CODE, agency.certificate(key), key, datetime.now(UTC))
        signature = agency.gpg(*armour, "--detach-sign", given=body).stdout
    taken = take_in_feedback(desk.app, desk.two, AGENCY_CODE, body, signature, datetime.now(UTC))
    assert (taken.new, taken.bad) == (1, ())


def test_bad_lines_are_named_without_their_words_and_the_good_ones_go_in(desk: Desk) -> None:
    one, two = _send(desk, "s-1", "o-1")
    body = HEADING + _line(_reference(desk, one)) + _line("BA-CANA-RYCA-NARY") + _line(_reference(desk, two), "canary")
    body += _line(_reference(desk, two), "opened", at=NOW - timedelta(days=3))
    taken = _take(desk, body)
    assert taken.new == 1
    assert [(bad.row, bad.field) for bad in taken.bad] == [(3, "reference"), (4, "state"), (5, "at")]
    assert "canary" not in repr(taken).lower()


def test_an_agency_cannot_speak_of_what_another_was_sent(desk: Desk) -> None:
    (case_id,) = _send(desk, "s-1")
    (bad,) = _take(desk, HEADING + _line(_reference(desk, case_id)), "police-fbih").bad
    assert (bad.row, bad.field) == (2, "reference")
    assert _rows(desk) == []


def test_a_reference_is_known_as_people_write_it_and_also_from_a_call(desk: Desk) -> None:
    (case_id,) = _send(desk, "s-1")
    reference = _reference(desk, case_id)
    spoken = reference.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert _take(desk, HEADING + _line(spoken)).new == 1
    called = desk.case_of("d-1")
    _, text = make_call(desk.app, desk.one, called, AGENCY_CODE, CallReason.MEETING_SOON, NOW)
    told = next(word for word in text.split() if word.startswith("BA-") and word.count("-") == 3)
    assert _take(desk, HEADING + _line(told.rstrip(".:"), "opened")).new == 1
    assert (called, "opened", None, False) in _rows(desk)


def test_another_number_for_what_was_said_is_named_and_not_lost(desk: Desk) -> None:
    (case_id,) = _send(desk, "s-1")
    reference = _reference(desk, case_id)
    assert _take(desk, HEADING + _line(reference, number="KU-1")).new == 1
    taken = _take(desk, HEADING + _line(reference, number="KU-2") + _line(reference))
    assert (taken.new, taken.known, [(bad.row, bad.field) for bad in taken.bad]) == (0, 1, [(2, "their_number")])


def test_the_screen_of_the_case_has_the_agencys_number_after_a_joining_too(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    (case_id,) = _send(desk, "s-1")
    reference = _reference(desk, case_id)
    show = ["--workspace", str(desk.folder / "workspace"), "cases", "show"]
    assert answer([*show, f"C{case_id}"]) == 0
    assert "Their number" not in capsys.readouterr().out
    _take(desk, HEADING + _line(reference, number="KU-12/26") + _line(reference, "opened", "KU-12/26"))
    assert answer([*show, f"C{case_id}"]) == 0
    assert capsys.readouterr().out.count(f"{AGENCY_CODE}: KU-12/26") == 1
    other = desk.case_of("o-1")
    moves.join(desk.app, desk.one, other, case_id, ANSWERED)
    assert answer([*show, f"C{other}", "--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)["their_numbers"]
    assert (one["recipient"], one["number"], one["said_at"]) == (AGENCY_CODE, "KU-12/26", ANSWERED.isoformat())


def test_each_case_is_announced_with_what_was_said_of_it(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    one, two = _send(desk, "s-1", "o-1")
    file = tmp_path / "answers.csv"
    lines = _line(_reference(desk, one), "no_offence") + _line(_reference(desk, two), "needs_more")
    file.write_text(HEADING + lines, newline="")
    given = ["import", str(file), "--recipient", AGENCY_CODE, "--unsigned"]
    assert _run(desk, *given) == 0
    said = capsys.readouterr().out.splitlines()
    assert f"they see no offence in it: C{one} back in the queue" in said
    assert f"they need more from us: C{two} back in the queue" in said


def test_why_a_case_is_back_is_told_to_programs_too(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    (case_id,) = _send(desk, "s-1")
    file = tmp_path / "answers.csv"
    reference = _reference(desk, case_id)
    file.write_text(HEADING + _line(reference, "no_offence") + _line(reference, "received"), newline="")
    assert _run(desk, "import", str(file), "--recipient", AGENCY_CODE, "--unsigned", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["brought_back"], told["why"]) == ([f"C{case_id}"], {f"C{case_id}": ["no_offence"]})


def test_needs_more_brings_the_case_back_and_says_why(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    (case_id,) = _send(desk, "s-1")
    assert desk.record(case_id).status == Status.DECIDED
    version = desk.record(case_id).version
    body = HEADING + _line(_reference(desk, case_id), "needs_more")
    assert _take(desk, body).brought_back == (case_id,)
    back = desk.record(case_id)
    assert (back.status, NewFact(back.new_facts)) == (Status.RETURNED, NewFact.POLICE_ASKED)
    assert (LANES[back.lane], back.version) == ("new_facts", version + 1)
    assert back.waiting_since == int(ANSWERED.timestamp())
    assert _take(desk, body).brought_back == ()
    assert answer(["--workspace", str(desk.folder / "workspace"), "cases", "show", f"C{case_id}"]) == 0
    said = capsys.readouterr().out
    assert "police need more from us" in said
    assert "police feedback" in said
    desk.close(case_id)
    assert not desk.record(case_id).new_facts


def test_no_offence_brings_the_case_back_and_verify_agrees(desk: Desk) -> None:
    (case_id,) = _send(desk, "s-1")
    _take(desk, HEADING + _line(_reference(desk, case_id), "no_offence"))
    assert NewFact(desk.record(case_id).new_facts) == NewFact.POLICE_NO_OFFENCE
    assert verify(desk.app).findings == ()


def test_a_case_somebody_holds_comes_back_to_them(desk: Desk) -> None:
    from pipeline.desk import holding

    (case_id,) = _send(desk, "s-1")
    reference = _reference(desk, case_id)
    _take(desk, HEADING + _line(reference, "needs_more"))
    holding.take(desk.app, desk.one, case_id, ANSWERED)
    _take(desk, HEADING + _line(reference, "needs_more", at=ANSWERED - timedelta(minutes=1)))
    with pytest.raises(RuleBroken, match="new information"):
        desk.dispose(case_id, Kind.CLOSE, reason="not_illegal", now=ANSWERED)


def test_the_other_states_are_in_the_history_and_move_nothing(desk: Desk) -> None:
    (case_id,) = _send(desk, "s-1")
    before = desk.record(case_id)
    states = ("received", "opened", "already_known", "victim_safeguarded", "closed")
    _take(desk, HEADING + "".join(_line(_reference(desk, case_id), state) for state in states))
    assert desk.record(case_id) == before
    assert [event for _, event in desk.events(f"C{case_id}")].count("police_feedback") == len(states)


def test_an_answer_about_a_joined_case_brings_back_the_one_it_is_in_now(desk: Desk) -> None:
    first, second = _send(desk, "s-1", "o-1")
    old = _reference(desk, second)
    moves.join(desk.app, desk.one, first, second, NOW + timedelta(hours=1))
    desk.assess(first, now=NOW + timedelta(hours=2))
    desk.dispose(first, Kind.CLOSE, reason="not_illegal", now=NOW + timedelta(hours=3))
    both = HEADING + _line(old, "needs_more") + _line(_reference(desk, first), "needs_more")
    assert _take(desk, both).brought_back == (first,)
    assert len(_rows(desk)) == 2
    assert verify(desk.app).findings == ()


def test_the_chain_tells_of_file_and_signature_and_no_number(desk: Desk) -> None:
    (case_id,) = _send(desk, "s-1")
    _take(desk, HEADING + _line(_reference(desk, case_id), number="CANARY-1"))
    with reading(desk.app.store.engine) as connection:
        told = {row.event: json.loads(row.details) for row in connection.execute(select(audit))}
    assert told["feedback_imported"]["signed"] is False
    said = told["police_feedback"]
    assert said == {"recipient": AGENCY_CODE, "state": "received", "signed": False, "digest": said["digest"]}
    assert "CANARY" not in json.dumps(told)


def test_verify_finds_an_answer_nobody_took_in(desk: Desk) -> None:
    (case_id,) = _send(desk, "s-1")
    _take(desk, HEADING + _line(_reference(desk, case_id)))
    with writing(desk.app.store.engine) as connection:
        connection.execute(update(police_feedback).values(state="no_offence"))
    assert {one.code for one in verify(desk.app).findings} == {"police_feedback"}


@pytest.mark.parametrize("user", ["sample-analyst", "sample-auditor"])
def test_who_hands_no_packages_over_takes_no_answers_in(desk: Desk, user: str) -> None:
    with pytest.raises(RuleBroken, match="may not take in what an agency answered"):
        take_in_feedback(desk.app, desk.person(user), AGENCY_CODE, HEADING.encode(), None, NOW)
    with pytest.raises(RuleBroken, match="may not make a reconciliation sheet"):
        sheet(desk.app, desk.person(user), AGENCY_CODE, "2026-03", NOW)


def test_only_police_and_helplines_answer(desk: Desk) -> None:
    with pytest.raises(UsageError, match="police agencies and helplines are"):
        _take(desk, HEADING, "iccam")
    with pytest.raises(UnusableInput):
        _take(desk, "no feedback at all")


def test_the_commands_from_import_to_sheet(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    pin_agency(desk.app, AGENCY_CODE, NOW)
    (case_id,) = _send(desk, "s-1")
    file, signature, out = tmp_path / "answers.csv", tmp_path / "answers.sig", tmp_path / "march.csv"
    file.write_text(HEADING + _line(_reference(desk, case_id), "needs_more", "KU-12/26") + _line("canary"), newline="")
    signature.write_bytes(AGENCY.signature(file.read_bytes()))
    given = ["import", str(file), "--recipient", AGENCY_CODE]
    assert _run(desk, *given) == 2
    assert "--signature" in capsys.readouterr().err
    assert _run(desk, *given, "--unsigned", "--signature", str(signature)) == 2
    assert _run(desk, "overdue") == 0
    assert f"{AGENCY_CODE} 3" in capsys.readouterr().out
    assert _run(desk, *given, "--signature", str(signature)) == 1
    said = capsys.readouterr()
    assert f"C{case_id} back in the queue" in said.out
    assert "row 3, reference: " in said.err
    assert "canary" not in said.err + said.out
    assert _rows(desk) == [(case_id, "needs_more", "KU-12/26", True)]
    assert _run(desk, *given, "--unsigned", "--json") == 1
    assert '"known": 1' in capsys.readouterr().out
    file.write_text(HEADING + _line(_reference(desk, case_id), "received", "KU-12/26"), newline="")
    assert _run(desk, *given, "--unsigned") == 0
    assert "queue" not in capsys.readouterr().out
    assert _run(desk, "overdue", "--json") == 0
    assert json.loads(capsys.readouterr().out)["overdue"] == []
    assert _run(desk, "sheet", "--recipient", AGENCY_CODE, "--month", "2026-03", "--out", str(out)) == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert len(list(csv.reader(io.StringIO(out.read_text())))) == 3


def test_a_file_without_a_good_line_ends_with_2(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    file = tmp_path / "answers.json"
    file.write_text('[{"reference": "canary", "state": "received", "at": "2026-03-05"}]')
    assert _run(desk, "import", str(file), "--recipient", AGENCY_CODE, "--unsigned") == 2
    assert "canary" not in capsys.readouterr().err
    assert _run(desk, "import", str(tmp_path / "canary"), "--recipient", AGENCY_CODE, "--unsigned") == 2
    assert capsys.readouterr().err.startswith("hotline: the feedback cannot be read")


def test_a_file_that_is_mostly_refused_ends_with_2_names_its_lines_and_keeps_the_good_one(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    (case_id,) = _send(desk, "s-1")
    file = tmp_path / "answers.csv"
    good = HEADING + _line(_reference(desk, case_id))
    for bad, code in ((1, 1), (2, 2)):
        file.write_text(good + _line("BA-CANA-RYCA-NARY") * bad, newline="")
        assert _run(desk, "import", str(file), "--recipient", AGENCY_CODE, "--unsigned") == code
        assert capsys.readouterr().err.count("reference: ") == bad
    assert len(_rows(desk)) == 1
