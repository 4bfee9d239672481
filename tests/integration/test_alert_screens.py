"""What people see of alerts: who was really told, under which reference, whom to call off, and a night's exit code."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from pipeline.alerts_first import alarm
from pipeline.cli import alert_screens
from pipeline.cli import alerts as alert_commands
from pipeline.cli.main import answer
from pipeline.desk import alert_answers, alert_sending
from pipeline.desk.alert_sending import tick
from pipeline.desk.alerts import alerts, reference_of
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.recipients import retire_key
from pipeline.desk.references import acknowledge_code
from pipeline.store.alert_tables import alert_told
from pipeline.store.engine import writing
from tests.agencies import AGENCY
from tests.alarms import PARTNERS, opened, outbox, pin_partners, sealed_in, take, take_in, write_call
from tests.desk import NOW, Desk

NOW_HERE = datetime.now(UTC).replace(microsecond=0)
MINUTES = timedelta(minutes=1)
RS_NAMED = "Organizacija nadležna za SOS pozive, Republika Srpska"


def _hotline(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.folder / "workspace"), *words])


def _lines(desk: Desk, now: datetime) -> str:
    return "\n".join(alert_screens.lines(alerts(desk.app, desk.one, now, all_of_them=True), now))


def _code(desk: Desk, partner: str) -> str:
    return acknowledge_code(desk.app.store.index_key, partner, 1)


def test_without_a_mail_server_every_screen_says_that_it_lies_in_the_outbox_until_it_was_carried(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "calls", write_call(desk.folder))
    assert _hotline(desk, "alerts", "tick") == 0
    (path,) = outbox(desk.app)
    said = f"NOT TOLD YET, it lies in the outbox: carry it there now, then delete it: outbox/{path.name}"
    assert f"A1 to sos-rs: {said}" in capsys.readouterr().out
    for words in (["alerts", "list"], ["today"], ["alerts", "tick"]):
        assert _hotline(desk, *words) == 0
        shown = capsys.readouterr().out
        assert said in shown
        assert "sent" not in shown
        assert "told, has until" not in shown
    (one,) = alerts(desk.app, desk.one, NOW_HERE)
    assert _hotline(desk, "cases", "show", f"C{one.alert.case_id}") == 0
    shown = capsys.readouterr().out
    assert said in shown
    assert "laid an alert into the outbox" in shown
    assert "told an organisation" not in shown
    path.unlink()
    assert _hotline(desk, "alerts", "list") == 0
    assert "told, has until" in capsys.readouterr().out


def test_a_mail_that_lies_in_the_outbox_is_named_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_ALERTS_FROM", "letters@letters.example")
    monkeypatch.setenv("HOTLINE_ALERTS_TO", "sos-rs=duty@partner.example")
    app = type(desk.app).at(desk.app.workspace.root)
    pin_partners(app, *PARTNERS)
    alarmed = take(app, write_call(desk.folder))
    (path,) = outbox(app)
    assert path.suffix == ".eml"
    assert alarmed.as_object()["in_outbox"] == [f"outbox/{path.name}"]
    assert any("SOS: A1 to sos-rs: NOT TOLD YET" in line and path.name in line for line in alarmed.lines())


def test_an_organisation_that_rings_is_found_by_the_reference_it_reads_out(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "calls", write_call(desk.folder))
    tick(desk.app, NOW_HERE)
    reference = reference_of(desk.app, "sos-rs", 1)
    assert _hotline(desk, "alerts", "list") == 0
    assert reference in capsys.readouterr().out
    assert _hotline(desk, "alerts", "list", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)["alerts"]
    assert [each["reference"] for each in one["told"]] == [reference]
    assert _hotline(desk, "alerts", "acknowledge", "BA-0000-0000-0000", "--by-code", "000000") == 2
    assert "reference the organisation reads out" in capsys.readouterr().err
    spoken = reference.lower().replace("-", " ")
    assert _hotline(desk, "alerts", "acknowledge", spoken, "--by-code", _code(desk, "sos-rs")) == 0
    assert "A1 acknowledged by sos-rs" in capsys.readouterr().out


def test_whoever_else_was_told_is_to_be_called_off(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "calls", write_call(desk.folder))
    start = NOW_HERE - 11 * MINUTES
    tick(desk.app, start)
    assert tick(desk.app, NOW_HERE).sent[0].partner == "sos-partner"
    for path in outbox(desk.app):
        path.unlink()
    shown = _lines(desk, NOW_HERE)
    assert "sos-rs" in shown.splitlines()[1]
    assert "told, did not acknowledge by" in shown.splitlines()[1]
    assert "told, has until" in shown.splitlines()[2]
    assert _hotline(desk, "alerts", "acknowledge", "A1", "--by-code", _code(desk, "sos-partner")) == 0
    assert "  sos-rs was told too: call it off" in capsys.readouterr().out
    over = _lines(desk, NOW_HERE + MINUTES).splitlines()
    assert over[1].endswith("; call it off")
    assert "did not acknowledge" in over[1]
    assert "has until" not in "".join(over)


def test_who_was_told_in_time_and_did_not_answer_first_is_called_off_without_blame(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "calls", write_call(desk.folder))
    tick(desk.app, NOW_HERE - 11 * MINUTES)
    tick(desk.app, NOW_HERE)
    for path in outbox(desk.app):
        path.unlink()
    first = alert_answers.acknowledge(desk.app, desk.one, 1, _code(desk, "sos-rs"), NOW_HERE + MINUTES)
    assert (first.partner, first.first, first.others) == ("sos-rs", True, ("sos-partner",))
    second = _lines(desk, NOW_HERE + 60 * MINUTES).splitlines()[2]
    assert second.endswith("  told; call it off")


def test_a_file_of_reference_state_and_time_is_enough(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "calls", write_call(desk.folder))
    tick(desk.app, NOW)
    (path,) = outbox(desk.app)
    page = opened(sealed_in(path))["0-alert.txt"].decode().splitlines()
    start = page.index("  reference,state,at")
    body = "".join(f"{line.strip()}\n" for line in page[start : start + 2]).encode()
    taken = alert_answers.take_in(desk.app, desk.one, "sos-rs", body, AGENCY.signature(body), NOW + MINUTES)
    assert ([one.alert_id for one in taken.new], taken.bad) == ([1], ())


def test_the_next_in_line_is_told_who_was_told_before_and_whom_to_ring(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_HOTLINE_NAME", "Hotline (sample)")
    monkeypatch.setenv("HOTLINE_HOTLINE_PHONE", "+387 33 000 000")
    app = type(desk.app).at(desk.app.workspace.root)
    pin_partners(app, *PARTNERS)
    take_in(app, "calls", write_call(desk.folder))
    tick(app, NOW)
    tick(app, NOW + 11 * MINUTES)
    first, second = (opened(sealed_in(path))["0-alert.txt"].decode() for path in outbox(app))
    assert RS_NAMED not in first
    assert "Prije vas obaviješteni:   niko\n" in first
    assert f"Možda i prije vas:        {RS_NAMED}\n" in second, "the first letter still lies here"
    assert "čekajte na njih" in second
    assert "Prije vas obaviješteni" not in second
    assert "Hotline (sample)" in first
    assert "+387 33 000 000" in second


def test_who_a_letter_was_carried_to_was_told_before_and_who_is_in_doubt_perhaps(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "calls", write_call(desk.folder))
    tick(desk.app, NOW)
    outbox(desk.app)[0].unlink()
    tick(desk.app, NOW + 11 * MINUTES)
    (path,) = outbox(desk.app)
    page = opened(sealed_in(path))["0-alert.txt"].decode()
    assert f"Prije vas obaviješteni:   {RS_NAMED}\n" in page
    assert "Možda" not in page
    path.unlink()
    with writing(desk.app.store.engine) as connection:
        connection.execute(update(alert_told).where(alert_told.c.partner == "sos-rs").values(state="claimed"))
    tick(desk.app, NOW + 30 * MINUTES)
    page = opened(sealed_in(outbox(desk.app)[0]))["0-alert.txt"].decode()
    assert "Prije vas obaviješteni:   Organizacija nadležna za SOS pozive, cijela zemlja\n" in page
    assert f"Možda i prije vas:        {RS_NAMED}\n" in page


def test_the_letter_of_an_alert_that_is_over_is_to_be_deleted_and_every_screen_says_so(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "calls", write_call(desk.folder))
    tick(desk.app, NOW)
    (path,) = outbox(desk.app)
    said = f"sos-rs not told, and need not be: delete outbox/{path.name}"
    assert _hotline(desk, "alerts", "list") == 0
    assert said not in capsys.readouterr().out
    assert _hotline(desk, "alerts", "end", "A1", "--reason", "called_police") == 0
    assert capsys.readouterr().out.splitlines()[-2:] == ["A1 is over: called police", f"  {said}"]
    for words in (["alerts", "list"], ["today"]):
        assert _hotline(desk, *words) == 0
        assert f"A1 is over; {said}" in capsys.readouterr().out
    assert _hotline(desk, "alerts", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out)["delete"] == [f"outbox/{path.name}"]
    path.unlink()
    for words in (["alerts", "list"], ["today"]):
        assert _hotline(desk, *words) == 0
        assert "is over" not in capsys.readouterr().out


def test_a_night_in_which_nobody_can_be_told_says_so_by_its_exit_code(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    take_in(desk.app, "calls", write_call(desk.folder))
    assert _hotline(desk, "nightly") == 1
    assert "NOBODY CAN BE TOLD OF 1" in capsys.readouterr().out
    pin_partners(desk.app, *PARTNERS)
    assert _hotline(desk, "nightly") == 0
    said = capsys.readouterr().out
    assert "1 letter lies in the outbox: carry it now" in said
    assert f"outbox/{outbox(desk.app)[0].name}" in said


def test_a_call_whose_own_time_nobody_can_read_is_named_by_when_it_was_read(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "calls", write_call(desk.folder, at="maloprije"))
    tick(desk.app, NOW)
    head = _lines(desk, NOW + MINUTES).splitlines()[0]
    assert "  read " in head
    assert "the call's own time is not readable" in head
    assert "called" not in head


def test_drills_are_counted_apart_and_come_last_and_who_nobody_was_told_of_comes_first(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    pin_partners(desk.app, *PARTNERS)
    alert_sending.begin_drill(desk.app, desk.one, "BA-RS", NOW)
    take_in(desk.app, "calls", write_call(desk.folder, "SOS-2026-0001"))
    tick(desk.app, NOW)
    for path in outbox(desk.app):
        path.unlink()
    take_in(desk.app, "more", write_call(desk.folder, "SOS-2026-0002"))
    alert_sending.raise_new(desk.app, NOW)
    standing = alerts(desk.app, desk.one, NOW + 120 * MINUTES)
    assert [(one.alert.alert_id, one.nobody_knows) for one in standing] == [(3, True), (2, False), (1, False)]
    assert _hotline(desk, "today") == 0
    assert "SOS: 2 alerts and 1 drill nobody acknowledged" in capsys.readouterr().out


def test_a_drill_among_letters_of_real_calls_is_called_one(desk: Desk) -> None:
    pin_partners(desk.app, *PARTNERS)
    alert_sending.begin_drill(desk.app, desk.one, "BA-RS", NOW)
    lines = take(desk.app, write_call(desk.folder, "SOS-2026-0001")).lines()
    assert [line.split(" to ")[0] for line in lines if "carry it there" in line] == ["SOS: A2", "SOS: DRILL A1"]


def test_nothing_is_carried_to_an_organisation_that_left(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "calls", write_call(desk.folder))
    tick(desk.app, NOW_HERE)
    (path,) = outbox(desk.app)
    retire_key(desk.app, desk.person("sample-supervisor"), "sos-rs", NOW_HERE)
    said = f"NOT TOLD, and has no usable key any more: carry nothing there, delete outbox/{path.name}"
    case_id = alerts(desk.app, desk.one, NOW_HERE)[0].alert.case_id
    for words in (["alerts", "list"], ["today"], ["cases", "show", f"C{case_id}"], ["alerts", "tick"]):
        assert _hotline(desk, *words) == 0
        shown = capsys.readouterr().out
        assert said in shown
        assert "carry it" not in shown
    assert not any("carry it" in line or "BY HAND" in line for line in alarm(desk.app, NOW_HERE).lines())


def test_a_letter_nobody_carried_is_deleted_and_nobody_called_off(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "calls", write_call(desk.folder))
    tick(desk.app, NOW_HERE - 11 * MINUTES)
    tick(desk.app, NOW_HERE)
    left = outbox(desk.app)
    assert _hotline(desk, "alerts", "acknowledge", "A1", "--by-code", _code(desk, "sos-partner"), "--json") == 0
    (taken,) = json.loads(capsys.readouterr().out)["acknowledged"]
    assert taken["call_off"] == []
    assert taken["delete"][0] in {f"outbox/{path.name}" for path in left}
    one = alert_answers.Acknowledged(1, "sos-partner", first=True, late=False, others=("sos-rs",))
    said = alert_commands._answered(desk.app, one)[1]
    assert said == f"  sos-rs not told, and need not be: delete {taken['delete'][0]}"


def test_letters_are_counted_and_a_list_that_is_cut_says_how_many_more_there_are(desk: Desk) -> None:
    calls = [write_call(desk.folder, f"SOS-2026-{number:04}") for number in range(12)]
    alone = take(desk.app, *calls, name="alone").lines()
    assert alone[0].startswith("SOS: NOBODY CAN BE TOLD OF A12, A11, ")
    assert "A3 and 2 more: act now" in alone[0]
    pin_partners(desk.app, *PARTNERS)
    tick(desk.app, NOW)
    lines = alarm(desk.app, NOW + 11 * MINUTES).lines()
    assert "SOS: 24 letters lie in the outbox: carry them now" in lines
    assert "SOS: and 14 more letters in the outbox: `hotline alerts list`" in lines


def test_the_call_just_taken_stands_above_every_older_letter_that_still_lies_there(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    pin_partners(desk.app, *PARTNERS)
    take(desk.app, *(write_call(desk.folder, f"SOS-2026-{number:04}") for number in range(12)), name="old")
    alert_sending.begin_drill(desk.app, desk.one, "BA-RS", NOW_HERE)
    tick(desk.app, NOW_HERE)
    before = set(outbox(desk.app))
    call = write_call(desk.folder, "SOS-2026-0099")
    assert _hotline(desk, "alerts", "take", str(call)) == 0
    (path,) = set(outbox(desk.app)) - before
    letters = [line for line in capsys.readouterr().out.splitlines() if "carry it there" in line]
    assert letters[0].startswith("SOS: A14 to sos-rs")
    assert letters[0].endswith(f"outbox/{path.name}")
    assert list(dict.fromkeys(line.split(" to ")[0] for line in letters))[:3] == ["SOS: A14", "SOS: A12", "SOS: A11"]
    standing = alerts(desk.app, desk.one, datetime.now(UTC))
    assert [one.alert.alert_id for one in standing][:3] == [14, 12, 11]
    assert standing[-1].alert.drill
    assert _hotline(desk, "today") == 0
    shown = capsys.readouterr().out
    assert shown.index("A14  C") < shown.index("A12  C")
