"""Notices to hosts: one letter per contact, only what people assessed, gathered, on days letters go, seen before."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from pipeline.cli.main import answer
from pipeline.desk import moves, notice_contacts, notice_sending
from pipeline.desk.acts import Said
from pipeline.desk.notice_contacts import NewContact
from pipeline.desk.notice_sending import Order, Which
from pipeline.store.engine import reading
from pipeline.store.notice_tables import contact_host
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk
from tests.noticing import (
    GRAVE,
    HOTLINE,
    LATER,
    SENDER,
    assessed,
    contact,
    decided,
    letter,
    otherwise_unlawful,
    outbox,
    sent,
    states,
    supervisor,
)
from triage.assessment import Classification, Viewed
from triage.disposition import Kind
from triage.errors import BadConfiguration, CaseTaken, RuleBroken, UsageError

pytest_plugins = ("tests.notice_workspace",)


def _hotline(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.app.workspace.root), *words])


def test_one_letter_goes_to_one_contact_and_names_every_address(noticing: Desk) -> None:
    host = contact(noticing, "bad.example", "other.example")
    decided(noticing, "s-1")
    decided(noticing, "o-1")
    done = sent(noticing, host)
    assert (done.result, done.places) == ("sent", 3)
    (mail,) = outbox(noticing)
    assert (mail["From"], mail["To"]) == (SENDER, host.mail)
    names = [part.get_filename() for part in mail.iter_attachments()]
    assert names == ["addresses.txt", "xarf-001.json", "xarf-002.json", "xarf-003.json"]
    text = letter(mail)
    assert "hxxps://www[.]bad[.]example/a" in text
    assert "utm_source" not in text
    assert text.rstrip().endswith(HOTLINE)
    report = json.loads(list(mail.iter_attachments())[1].get_content())
    assert (report["category"], report["type"], report["reporter"]["org"]) == ("content", "csam", HOTLINE)
    assert states(noticing) == ["sent"]
    assert verify(noticing.app).findings == ()


def test_every_contact_gets_its_own_addresses_and_references_of_its_own(noticing: Desk) -> None:
    one = contact(noticing, "bad.example")
    other = contact(noticing, "other.example", language="sr-Cyrl", mail="abuse@other-provider.example")
    decided(noticing, "s-1")
    decided(noticing, "o-1")
    sent(noticing, one)
    sent(noticing, other)
    texts = {str(mail["To"]): letter(mail) for mail in outbox(noticing)}
    assert "other[.]example/b" not in texts[one.mail]
    assert "bad[.]example" not in texts[other.mail]
    assert "Поштовани" in texts[other.mail]


def test_two_contacts_of_one_case_cannot_compare_their_references(noticing: Desk) -> None:
    decided(noticing, "s-1")
    first = contact(noticing, "bad.example")
    before = notice_sending.show(noticing.app, noticing.one, first.contact_id, Which.FIRST, LATER)
    second = contact(noticing, "bad.example", mail="abuse@new-provider.example")
    after = notice_sending.show(noticing.app, noticing.one, second.contact_id, Which.FIRST, LATER)
    assert before.package.cases[0].reference != after.package.cases[0].reference


def test_only_what_a_person_assessed_as_unlawful_goes(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = noticing.case_of("s-1")
    with pytest.raises(RuleBroken, match="notice needs"):
        noticing.dispose(case_id, Kind.NOTICE, "host")
    item = noticing.item(case_id, "bad.example/a")
    noticing.assess(case_id, replace(GRAVE, locator_id=item))
    noticing.dispose(case_id, Kind.NOTICE, "host")
    draft = notice_sending.show(noticing.app, noticing.one, host.contact_id, Which.FIRST, LATER)
    assert [one.locator_id for one in draft.places] == [item], "the other address of the case was not assessed"


def test_a_letter_shown_under_another_assessment_does_not_go(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    notice_sending.show(noticing.app, noticing.one, host.contact_id, Which.FIRST, LATER)
    item = noticing.item(case_id, "www.bad.example/a")
    noticing.assess(case_id, Said(Classification.NATIONAL, item, Viewed.CONTENT), now=LATER)
    with pytest.raises(RuleBroken, match="as it is now"):
        notice_sending.send(noticing.app, noticing.one, host.contact_id, Order(checked=True), LATER)
    for one in noticing.facts(case_id).locators:
        lawful = Said(Classification.NOT_ILLEGAL, one.locator_id, Viewed.CONTENT, "adult_content")
        noticing.assess(case_id, lawful, now=LATER + timedelta(minutes=1))
    with pytest.raises(RuleBroken, match="nothing waits"):
        sent(noticing, host, now=LATER + timedelta(minutes=2))
    assert outbox(noticing) == []


def test_nothing_goes_that_nobody_was_shown_or_looked_at_again(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    with pytest.raises(RuleBroken, match="notices show"):
        notice_sending.send(noticing.app, noticing.one, host.contact_id, Order(checked=True), LATER)
    notice_sending.show(noticing.app, noticing.one, host.contact_id, Which.FIRST, LATER)
    with pytest.raises(RuleBroken, match="--checked"):
        notice_sending.send(noticing.app, noticing.one, host.contact_id, Order(), LATER)
    assert (states(noticing), outbox(noticing)) == ([], [])


def test_what_was_decided_just_now_waits_for_more(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    with pytest.raises(RuleBroken, match=r"the letter to H\d+ goes from"):
        sent(noticing, host, now=NOW + timedelta(minutes=30))
    assert sent(noticing, host, now=NOW + timedelta(minutes=60)).result == "sent"


def test_the_next_letter_to_a_contact_waits_a_day(noticing: Desk) -> None:
    host = contact(noticing, "bad.example", "other.example")
    decided(noticing, "s-1")
    sent(noticing, host)
    decided(noticing, "o-1")
    with pytest.raises(RuleBroken, match="go again from Thu 05 Mar 13:00"):
        sent(noticing, host, now=LATER + timedelta(hours=1))
    assert sent(noticing, host, now=LATER + timedelta(days=1)).places == 1


@pytest.mark.parametrize("day", [datetime(2026, 3, 7, 12), datetime(2026, 3, 4, 20), datetime(2026, 5, 1, 12)])
def test_nothing_goes_on_a_blocked_day_at_night_or_on_a_holiday(noticing: Desk, day: datetime) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    with pytest.raises(RuleBroken, match=r"the letter to H\d+ goes from"):
        sent(noticing, host, now=day.replace(tzinfo=ZoneInfo("Europe/Sarajevo")))
    assert outbox(noticing) == []


def test_a_host_below_a_registered_one_is_its_contacts_and_the_register_holds_no_name(noticing: Desk) -> None:
    contact(noticing, "bad.example")
    with reading(noticing.app.store.engine) as connection:
        (row,) = connection.execute(select(contact_host)).all()
    assert b"bad" not in bytes(row.digest)
    near = contact(noticing, "www.bad.example", mail="abuse@nearer.example")
    decided(noticing, "s-1")
    draft = notice_sending.show(noticing.app, noticing.one, near.contact_id, Which.FIRST, LATER)
    assert [one.host for one in draft.places] == ["www.bad.example"], "the nearest registered name wins"


def test_a_retired_contact_is_written_to_no_more(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    notice_contacts.retire(noticing.app, supervisor(noticing), host.contact_id, NOW)
    with pytest.raises(UsageError, match="no such contact"):
        sent(noticing, host)
    assert verify(noticing.app).findings == ()


def test_a_case_joined_since_it_was_decided_is_decided_again(noticing: Desk) -> None:
    host = contact(noticing, "bad.example", "other.example")
    first, other = decided(noticing, "s-1"), decided(noticing, "o-1")
    moves.join(noticing.app, noticing.one, first, other, LATER)
    with pytest.raises(RuleBroken, match="nothing waits"):
        sent(noticing, host)
    noticing.dispose(first, Kind.NOTICE, "host", now=LATER)
    assert sent(noticing, host, now=LATER + timedelta(hours=1)).places == 3


def test_no_column_of_the_list_runs_into_the_next(noticing: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    contact(noticing, "bad.example", "other.example")
    first, other = decided(noticing, "s-1"), decided(noticing, "o-1")
    moves.join(noticing.app, noticing.one, first, other, LATER)
    assert _hotline(noticing, "notices", "list") == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if "assess and dispose it again" in line]
    assert lines
    assert all(re.search(r"dispose it again {2,}\S+$", line) for line in lines)


def test_a_joined_case_is_decided_again_for_hosts_and_not_for_somebody_else(noticing: Desk) -> None:
    host = contact(noticing, "bad.example", "other.example")
    first, other = decided(noticing, "s-1"), decided(noticing, "o-1")
    moves.join(noticing.app, noticing.one, first, other, LATER)
    noticing.dispose(first, Kind.HELPLINE, "helpline", reason="question", now=LATER)
    with pytest.raises(RuleBroken, match="nothing waits"):
        sent(noticing, host, now=LATER + timedelta(hours=1))


def test_one_address_is_one_contact(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    with pytest.raises(RuleBroken, match="another contact"):
        contact(noticing, "other.example", mail=host.mail.upper())
    with pytest.raises(UsageError, match="plain address"):
        contact(noticing, "other.example", mail="-abuse@other.example")
    notice_contacts.retire(noticing.app, supervisor(noticing), host.contact_id, NOW)
    contact(noticing, "other.example", mail=host.mail)
    assert verify(noticing.app).findings == ()


def test_a_case_somebody_else_holds_is_left_alone(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    noticing.hold(case_id, noticing.two, LATER, 60)
    with pytest.raises(CaseTaken):
        sent(noticing, host)


def test_what_is_otherwise_unlawful_goes_to_the_regulators_own_contact(noticing: Desk) -> None:
    new = NewContact("The Regulator", "office@regulator.example", "bs", "agreement", "regulator")
    office = notice_contacts.add(noticing.app, supervisor(noticing), new, NOW)
    otherwise_unlawful(noticing, "o-1")
    sent(noticing, office)
    (mail,) = outbox(noticing)
    assert "nadležnom regulatoru" in letter(mail)
    assert not any(said in letter(mail) for said in ("X-ARF", "uklonili")), "files it does not get, what hosts do"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["addresses.txt"]
    with pytest.raises(RuleBroken, match="contact already"):
        notice_contacts.add(noticing.app, supervisor(noticing), new, NOW)
    with pytest.raises(RuleBroken, match="only a contact of a host"):
        notice_contacts.assign(noticing.app, noticing.one, office.contact_id, ["bad.example"], NOW)


@pytest.mark.parametrize(
    "wrong",
    [{"mail": "a@x.example\nBcc: b@x.example"}, {"name": "Ana\nX: y"}, {"name": ""}, {"language": "xx"},
     {"source": "a friend"}, {"recipient": "iccam"}],
)  # fmt: skip
def test_a_contact_that_could_change_a_header_is_refused_without_being_repeated(
    noticing: Desk, wrong: dict[str, str]
) -> None:
    given = {"name": "Provider", "mail": "abuse@x.example", "language": "en", "source": "whois", "recipient": "host"}
    with pytest.raises(UsageError) as refused:
        notice_contacts.add(noticing.app, supervisor(noticing), NewContact(**(given | wrong)), NOW)
    assert not any(value in str(refused.value) for value in wrong.values() if value)


def test_without_a_sender_and_a_name_nothing_goes(noticing: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    monkeypatch.setenv("HOTLINE_HOTLINE_NAME", "")
    with pytest.raises(BadConfiguration, match="hotline_name"):
        sent(noticing, host)


def test_a_letter_that_went_is_a_package_and_police_read_that_the_host_was_told(noticing: Desk) -> None:
    from pipeline.desk.outside import outside_view

    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    sent(noticing, host)
    view = outside_view(noticing.facts(case_id), "BA-1", "police", "police-rs")
    assert view.facts["also_sent_to"] == ("notice",)
    assert ("person:1", "exported") in noticing.events(f"C{case_id}")


def test_export_makes_no_notice_past_the_police_hold(
    noticing: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    decided(noticing, "s-1")
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-second")
    assert _hotline(noticing, "export", "notice") == 2
    assert "hotline notices" in capsys.readouterr().err
    assert not list(noticing.app.workspace.exports.glob("*"))


def test_the_commands_lead_from_a_decision_to_a_letter(
    noticing: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = assessed(noticing, "s-1")
    noticing.dispose(case_id, Kind.NOTICE, "host")
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-supervisor")
    words = ("--name", "Example Hosting", "--mail", "abuse@provider.example", "--source", "whois", "--json")
    assert _hotline(noticing, "notices", "contacts", "add", *words) == 0
    shown = json.loads(capsys.readouterr().out)["contact"]
    assert _hotline(noticing, "notices", "contacts", "assign", shown, "--case", f"C{case_id}") == 0
    assert _hotline(noticing, "notices", "list") == 0
    listed = capsys.readouterr().out
    assert "to be sent" in listed
    assert "bad[.]example" in listed
    assert "1 address, " in listed or "2 addresses, " in listed
    assert f"`hotline notices show {shown}`" in listed
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-liaison")
    assert _hotline(noticing, "notices", "list") == 0
    assert "notices show" not in capsys.readouterr().out
    for words, act in ((["show", shown], "show"), (["send", shown, "--checked"], "send")):
        assert _hotline(noticing, "notices", *words) == 2
        refused = capsys.readouterr().err
        assert f"a person with role liaison may not {act} a letter to a host: that takes analyst, " in refused
    monkeypatch.setenv("HOTLINE_DEMO_PERSON", "sample-supervisor")
    assert _hotline(noticing, "notices", "show", shown) == 0
    assert "Subject: Notice of unlawful content" in capsys.readouterr().out
    assert _hotline(noticing, "notices", "contacts", "list", "--json") == 0
    (known,) = json.loads(capsys.readouterr().out)["contacts"]
    assert (known["hosts"], known["for"]) == (2, "host")
    assert _hotline(noticing, "today") == 0
    assert f"notices to be sent (`hotline notices list`): C{case_id}" in capsys.readouterr().out


def test_today_and_the_list_count_the_same_cases_and_leave_out_what_lost_its_ground(
    noticing: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    gone, kept = decided(noticing, "s-1"), decided(noticing, "o-1")
    assert _counted(noticing, capsys) == ([f"C{gone}", f"C{kept}"], [])
    for item in noticing.facts(gone).locators:
        said = Said(Classification.NOT_ILLEGAL, item.locator_id, Viewed.CONTENT, "adult_content")
        noticing.assess(gone, said, now=LATER)
    assert _counted(noticing, capsys) == ([f"C{kept}"], [])
    moves.join(noticing.app, noticing.one, kept, noticing.case_of("d-1"), LATER)
    assert _counted(noticing, capsys) == ([], [f"C{kept}"])
    assert _hotline(noticing, "today") == 0
    said_today = capsys.readouterr().out
    assert f"notices to be assessed and decided again: C{kept}" in said_today
    assert "notices to be sent" not in said_today


def _counted(desk: Desk, capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    """Cases `today` names as to be sent and as to be decided again; `notices list` must count the same."""
    assert _hotline(desk, "today", "--json") == 0
    today = json.loads(capsys.readouterr().out)["notices"]
    assert _hotline(desk, "notices", "list", "--json") == 0
    listed = json.loads(capsys.readouterr().out)
    by_standing = {name: {one["case"] for one in listed["addresses"] if one["stands"] == name}
                   for name in ("ready", "no_contact", "decide_again")}  # fmt: skip
    assert listed["cases"]["to_be_sent"] == len(by_standing["ready"] | by_standing["no_contact"])
    assert listed["cases"]["decide_again"] == len(by_standing["decide_again"])
    assert (listed["cases"]["to_be_sent"], listed["cases"]["decide_again"]) == (
        len(today["waiting"]), len(today["decide_again"]),
    )  # fmt: skip
    return today["waiting"], today["decide_again"]


def test_the_command_sends_and_its_exit_code_says_what_became_of_it(
    noticing: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline.delivery.answer_mail import Delivery, Outbox
    from pipeline.desk import notices

    monkeypatch.setattr("pipeline.desk.notice_sending.SENDING", timedelta())
    monkeypatch.setattr(notices, "open_at", lambda now: now)  # whatever day these tests run on
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    assert _hotline(noticing, "notices", "show", host.shown, "--json") == 0
    shown = json.loads(capsys.readouterr().out)
    assert (len(shown["items"]), shown["which"]) == (2, "first")
    assert _hotline(noticing, "notices", "send", host.shown) == 2
    assert "--checked" in capsys.readouterr().err
    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "deliver", lambda *_: Delivery.IN_DOUBT)
        assert _hotline(noticing, "notices", "send", host.shown, "--checked") == 3
    assert _hotline(noticing, "today") == 0
    assert f"letters in doubt, look and send --again: {host.shown}" in capsys.readouterr().out
    assert _hotline(noticing, "notices", "show", host.shown, "--again") == 0
    assert _hotline(noticing, "notices", "send", host.shown, "--again", "--checked", "--json") == 0
    assert '"result": "sent"' in capsys.readouterr().out
    assert _hotline(noticing, "notices", "reminders") == 0
    assert host.shown in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [["show", "bad.example"], ["send", "H99"], ["contacts", "assign", "H1"], ["show", "H1", "--again", "--reminder"],
     ["contacts", "assign", "H1", "--host", "not a host"], ["answered", "C1", "kanarinac"]],
)  # fmt: skip
def test_wrong_use_is_answered_without_repeating_it(
    noticing: Desk, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    contact(noticing)
    assert _hotline(noticing, "notices", *wrong) == 2
    said = capsys.readouterr()
    assert not any(word in said.out + said.err for word in ("kanarinac", "bad.example", "not a host", "H99"))
