"""Police first: what waits and why, who lets it go, and that overriding takes two people."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.cli.main import answer
from pipeline.desk import lea_holds, moves, notice_sending
from pipeline.desk.notice_sending import Order, Which
from pipeline.store.delivery_tables import police_feedback
from pipeline.store.engine import reading, writing
from pipeline.store.notice_tables import hold_word
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk
from tests.noticing import GRAVE, LATER, contact, decided, outbox, police_told, sent, states
from triage.disposition import Kind
from triage.errors import RuleBroken, UsageError
from triage.lea_hold import Why, WordKind
from triage.verdict import Escalation

pytest_plugins = ("tests.notice_workspace",)
HOURS = timedelta(hours=72)


def _why(desk: Desk, case_id: int) -> list[Why]:
    with reading(desk.app.store.engine) as connection:
        return [one.why for one in lea_holds.holds_in(connection, [case_id], LATER)[case_id]]


def _hotline(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.app.workspace.root), *words])


def test_a_case_decided_for_police_waits_until_the_time_out_passes(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id)
    assert _why(noticing, case_id) == [Why.PACKAGE_NOT_GONE]
    with pytest.raises(RuleBroken, match="held for police"):
        sent(noticing, host)
    police_told(noticing, case_id, at=NOW)
    assert _why(noticing, case_id) == [Why.POLICE_HAVE_IT]
    with pytest.raises(RuleBroken, match="held for police"):
        sent(noticing, host, now=NOW + HOURS - timedelta(hours=1))
    assert outbox(noticing) == []
    assert sent(noticing, host, now=NOW + timedelta(days=5, hours=2)).result == "sent"


def test_police_told_between_looking_and_sending_stop_the_letter(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    notice_sending.show(noticing.app, noticing.one, host.contact_id, Which.FIRST, LATER)
    police_told(noticing, case_id)
    with pytest.raises(RuleBroken, match="held for police"):
        notice_sending.send(noticing.app, noticing.one, host.contact_id, Order(checked=True), LATER)
    assert (outbox(noticing), states(noticing)) == ([], [])


def test_police_told_at_the_last_moment_stop_the_claim(noticing: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.delivery.answer_mail import Outbox

    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    plain = Outbox.__enter__

    def overtaken(self: Outbox) -> Outbox:
        lea_holds.write_word(noticing.app, noticing.two, case_id, WordKind.HOLD, "police-rs", "telephone", LATER)
        return plain(self)

    monkeypatch.setattr(Outbox, "__enter__", overtaken)
    with pytest.raises(RuleBroken, match="police asked to wait"):
        sent(noticing, host)
    assert (outbox(noticing), states(noticing)) == ([], [])


def test_danger_nobody_told_police_of_holds(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    noticing.set(case_id, escalate=int(Escalation.ABUSE_DESCRIBED))
    assert _why(noticing, case_id) == [Why.POLICE_NOT_TOLD]
    with pytest.raises(RuleBroken, match="held for police"):
        sent(noticing, host)


@pytest.mark.parametrize(("country", "held"), [("BA", True), (None, True), ("NL", False)])
def test_grave_content_hosted_here_waits_until_police_are_told(
    noticing: Desk, country: str | None, held: bool
) -> None:
    case_id = noticing.case_of("s-1")
    item = noticing.facts(case_id).locators[0].locator_id
    source = "whois" if country else None
    noticing.assess(case_id, replace(GRAVE, locator_id=item, hosting_country=country, hosting_source=source))
    noticing.dispose(case_id, Kind.NOTICE, "host", reason="hosted_here")
    assert _why(noticing, case_id) == ([Why.POLICE_NOT_TOLD] if held else [])
    police_told(noticing, case_id, at=NOW)
    assert _why(noticing, case_id) == [Why.POLICE_HAVE_IT]


def test_an_answer_of_the_agency_lets_go(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id, at=NOW)
    with writing(noticing.app.store.engine) as connection:
        connection.execute(police_feedback.insert().values(
            case_id=case_id, recipient="police-rs", state="no_offence", said_at=int(LATER.timestamp()), signed=True,
            file_sha256="0" * 64, person_id=1, imported_at=int(LATER.timestamp()),
        ))  # fmt: skip
    assert _why(noticing, case_id) == []
    assert sent(noticing, host).result == "sent"


def test_a_word_of_police_a_person_wrote_down_lets_go_and_is_in_the_chain(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id)
    assert _hotline(noticing, "notices", "release-hold", f"C{case_id}", "police-rs", "--way", "telephone") == 0
    assert ("person:1", "police_hold_released") in noticing.events(f"C{case_id}")
    assert sent(noticing, host).result == "sent"


def test_police_can_ask_to_wait_without_having_been_told(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    lea_holds.write_word(noticing.app, noticing.one, case_id, WordKind.HOLD, "police-fbih", "telephone", NOW)
    assert _why(noticing, case_id) == [Why.POLICE_ASKED]


def test_a_hold_follows_its_case_into_another_but_a_release_does_not(noticing: Desk) -> None:
    first, other = decided(noticing, "s-1"), decided(noticing, "o-1")
    lea_holds.write_word(noticing.app, noticing.one, other, WordKind.HOLD, "police-rs", "telephone", NOW)
    moves.join(noticing.app, noticing.one, first, other, NOW)
    assert _why(noticing, first) == [Why.POLICE_ASKED]


def test_what_is_split_off_a_held_case_is_held_with_it(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id)
    item = noticing.item(case_id, "www.bad.example/a")
    new = moves.split(noticing.app, noticing.one, case_id, {item}, (), LATER, noticing.vault())
    noticing.dispose(new, Kind.NOTICE, "host", now=LATER)
    assert _why(noticing, new) == [Why.PACKAGE_NOT_GONE]
    noticing.dispose(case_id, Kind.POLICE, "police-fbih", now=LATER + timedelta(hours=1))
    assert _why(noticing, new) == [Why.PACKAGE_NOT_GONE], "what was decided after the split is not about it"
    lea_holds.write_word(noticing.app, noticing.one, new, WordKind.RELEASE, "police-rs", "letter", LATER)
    assert _why(noticing, new) == []
    assert _why(noticing, case_id) == [Why.PACKAGE_NOT_GONE] * 2


def test_overriding_takes_two_people_and_covers_what_they_saw(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    with pytest.raises(RuleBroken, match="nothing to override"):
        lea_holds.write_word(noticing.app, noticing.one, case_id, WordKind.OVERRIDE, None, "spreading_fast", NOW)
    police_told(noticing, case_id)
    lea_holds.write_word(noticing.app, noticing.two, case_id, WordKind.OVERRIDE, None, "spreading_fast", NOW)
    with pytest.raises(RuleBroken, match="held for police"):
        sent(noticing, host)
    with pytest.raises(RuleBroken, match="another person"):
        lea_holds.grant(noticing.app, noticing.two, case_id, NOW)
    with pytest.raises(RuleBroken, match="may not"):
        lea_holds.grant(noticing.app, noticing.one, case_id, NOW)
    other = noticing.person("sample-supervisor")
    assert lea_holds.grant(noticing.app, other, case_id, NOW) == "spreading_fast"
    assert sent(noticing, host).result == "sent"
    police_told(noticing, case_id, "police-fbih")
    assert _why(noticing, case_id) == [], "what was decided in the same second was seen"
    noticing.dispose(case_id, Kind.POLICE, "police-brcko", now=LATER)
    assert _why(noticing, case_id) == [Why.PACKAGE_NOT_GONE]
    assert verify(noticing.app).findings == ()


def test_an_override_is_void_once_the_case_is_assessed_anew(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id)
    lea_holds.write_word(noticing.app, noticing.one, case_id, WordKind.OVERRIDE, None, "court_order", NOW)
    noticing.assess(case_id, now=LATER)
    with pytest.raises(RuleBroken, match="assessed again"):
        lea_holds.grant(noticing.app, noticing.two, case_id, LATER)


def test_what_one_person_wrote_into_the_store_alone_is_found(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id)
    lea_holds.write_word(noticing.app, noticing.one, case_id, WordKind.OVERRIDE, None, "court_order", NOW)
    with writing(noticing.app.store.engine) as connection:
        connection.execute(hold_word.update().values(granted_by=1, granted_at=int(NOW.timestamp())))
    codes = {one.code for one in verify(noticing.app).findings}
    assert {"four_eyes", "hold_override_granted"} <= codes


@pytest.mark.parametrize(
    "wrong", [("release", "police-rs", "by a bird"), ("hold", "helpline", "telephone"), ("hold", None, "telephone"),
              ("override", "police-rs", "court_order"), ("override", None, "telephone")],
)  # fmt: skip
def test_a_word_that_is_none_is_refused(noticing: Desk, wrong: tuple[str, str | None, str]) -> None:
    kind, agency, reason = wrong
    with pytest.raises(UsageError):
        lea_holds.write_word(noticing.app, noticing.one, decided(noticing, "s-1"), WordKind(kind), agency, reason, NOW)


def test_today_and_the_case_say_what_is_held_why_and_until_when(
    noticing: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = decided(noticing, "s-1")
    noticing.set(case_id, escalate=int(Escalation.ABUSE_DESCRIBED))
    assert _hotline(noticing, "today") == 0
    assert f"notice on C{case_id} is held: a child may be in danger" in capsys.readouterr().out
    lea_holds.write_word(noticing.app, noticing.one, case_id, WordKind.OVERRIDE, None, "court_order", NOW)
    assert _hotline(noticing, "today", "--json") == 0
    said = json.loads(capsys.readouterr().out)["notices"]
    assert said["held"] == [{"case": f"C{case_id}", "why": [
        {"why": "police_not_told", "agency": None, "since": said["held"][0]["why"][0]["since"], "until": None}
    ]}]  # fmt: skip
    assert said["overrides"] == [f"C{case_id}"]
    assert _hotline(noticing, "cases", "show", f"C{case_id}") == 0
    assert "held: a child may be in danger" in capsys.readouterr().out
    assert _hotline(noticing, "notices", "list") == 0
    assert "held for police" in capsys.readouterr().out
