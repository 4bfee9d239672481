"""Police first: what waits and why, who lets it go, and that overriding takes two people."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.cli.main import answer
from pipeline.cli.notice_holds import hold_words
from pipeline.desk import lea_holds, moves, notice_sending
from pipeline.desk.notice_sending import Order, Which
from pipeline.desk.notices_today import notices_today
from pipeline.desk.times import local
from pipeline.store.delivery_tables import police_feedback, urgent_call
from pipeline.store.engine import reading, writing
from pipeline.store.notice_tables import hold_word
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk
from tests.noticing import GRAVE, LATER, contact, decided, outbox, package_went, police_told, sent, states
from triage.disposition import Kind
from triage.errors import RuleBroken, UsageError
from triage.lea_hold import Why, WordKind
from triage.verdict import Escalation

pytest_plugins = ("tests.notice_workspace",)
HOURS = timedelta(hours=72)
HOUR = timedelta(hours=1)


def _why(desk: Desk, case_id: int) -> list[Why]:
    with reading(desk.app.store.engine) as connection:
        return [one.why for one in lea_holds.holds_in(connection, [case_id], LATER)[case_id]]


def _answered(desk: Desk, case_id: int, signed: bool = True) -> None:
    with writing(desk.app.store.engine) as connection:
        connection.execute(police_feedback.insert().values(
            case_id=case_id, recipient="police-rs", state="no_offence", said_at=int(LATER.timestamp()), signed=signed,
            file_sha256="0" * 64, person_id=1, imported_at=int(LATER.timestamp()),
        ))  # fmt: skip


def _let_go(desk: Desk, case_id: int, agency: str) -> None:
    lea_holds.write_word(desk.app, desk.one, case_id, WordKind.RELEASE, agency, "telephone", LATER)


def _split_off(desk: Desk, case_id: int) -> int:
    item = desk.facts(case_id).locators[0].locator_id
    return moves.split(desk.app, desk.one, case_id, {item}, (), LATER, desk.vault())


def _decided_again(desk: Desk, case_id: int) -> None:
    for item in desk.facts(case_id).locators:
        desk.assess(case_id, replace(GRAVE, locator_id=item.locator_id), now=LATER)
    desk.dispose(case_id, Kind.NOTICE, "host", reason="hosted_here", now=LATER)


def _hotline(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.app.workspace.root), *words])


def test_a_case_decided_for_police_waits_until_the_time_out_passes(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id)
    assert _why(noticing, case_id) == [Why.PACKAGE_NOT_GONE]
    with pytest.raises(RuleBroken, match="held for police"):
        sent(noticing, host)
    package_went(noticing, case_id, NOW)
    assert _why(noticing, case_id) == [Why.POLICE_HAVE_IT]
    with reading(noticing.app.store.engine) as connection:
        (words,) = hold_words(lea_holds.holds_in(connection, [case_id], NOW)[case_id], NOW)
    assert words.startswith(f"a package was made for police-rs {local(NOW, NOW)}; it has not let it go (since ")
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
    _answered(noticing, case_id)
    assert _why(noticing, case_id) == []
    with reading(noticing.app.store.engine) as connection:
        assert notices_today(connection, LATER).decide_again == (case_id,)
    with pytest.raises(RuleBroken):
        sent(noticing, host)
    at = LATER + timedelta(seconds=1)
    noticing.dispose(case_id, Kind.NOTICE, "host", reason="hosted_here", now=at, by=noticing.two)
    assert sent(noticing, host, now=LATER + timedelta(minutes=61)).result == "sent"


def test_a_word_of_police_a_person_wrote_down_lets_go_and_is_in_the_chain(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id, at=datetime.now(UTC) - HOUR)
    assert _hotline(noticing, "notices", "release-hold", f"C{case_id}", "police-rs", "--way", "telephone") == 0
    assert ("person:1", "police_hold_released") in noticing.events(f"C{case_id}")
    assert sent(noticing, host).result == "sent"


def test_a_word_that_lets_go_says_what_still_holds(noticing: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id, at=datetime.now(UTC) - HOUR)
    _hotline(noticing, "notices", "hold", f"C{case_id}", "police-fbih", "--way", "telephone")
    words = ("release-hold", f"C{case_id}", "police-rs", "--way", "telephone")
    capsys.readouterr()
    assert _hotline(noticing, "notices", *words) == 0
    said = capsys.readouterr().out
    assert f"C{case_id}: police-rs let notices about it go" in said
    assert "STILL HELD: police-fbih asked to wait" in said
    assert _hotline(noticing, "notices", "release-hold", f"C{case_id}", "police-fbih", "--way", "telephone") == 0
    assert "STILL HELD" not in capsys.readouterr().out


def test_police_can_ask_to_wait_without_having_been_told(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    lea_holds.write_word(noticing.app, noticing.one, case_id, WordKind.HOLD, "police-fbih", "telephone", NOW)
    assert _why(noticing, case_id) == [Why.POLICE_ASKED]


def test_what_police_asked_for_follows_its_case_into_another(noticing: Desk) -> None:
    first, other = decided(noticing, "s-1"), decided(noticing, "o-1")
    lea_holds.write_word(noticing.app, noticing.one, other, WordKind.HOLD, "police-rs", "telephone", NOW)
    moves.join(noticing.app, noticing.one, first, other, NOW)
    assert _why(noticing, first) == [Why.POLICE_ASKED]


def test_what_is_split_off_a_held_case_is_held_with_it(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id, at=NOW)
    new = _split_off(noticing, case_id)
    noticing.dispose(new, Kind.NOTICE, "host", now=LATER)
    assert _why(noticing, new) == [Why.POLICE_HAVE_IT]
    noticing.dispose(case_id, Kind.POLICE, "police-fbih", now=LATER + timedelta(hours=1))
    assert _why(noticing, new) == [Why.POLICE_HAVE_IT], "what was decided after the split is not about it"
    lea_holds.write_word(noticing.app, noticing.one, new, WordKind.RELEASE, "police-rs", "letter", LATER)
    assert _why(noticing, new) == []
    assert _why(noticing, case_id) == [Why.POLICE_HAVE_IT, Why.PACKAGE_NOT_GONE]


def test_what_was_split_off_a_held_case_stays_held_wherever_it_is_joined(noticing: Desk) -> None:
    host = contact(noticing, "bad.example", "other.example")
    first, other = decided(noticing, "s-1"), noticing.case_of("o-1")
    police_told(noticing, first, at=NOW)
    new = _split_off(noticing, first)
    moves.join(noticing.app, noticing.one, other, new, LATER)
    _decided_again(noticing, other)
    assert _why(noticing, other) == [Why.POLICE_HAVE_IT]
    with pytest.raises(RuleBroken, match="held for police"):
        sent(noticing, host, now=LATER + HOUR)
    again = _split_off(noticing, other)
    assert _why(noticing, again) == [Why.POLICE_HAVE_IT], "split off once more"


def test_a_case_whose_origin_was_joined_elsewhere_stays_held(noticing: Desk) -> None:
    first, other = decided(noticing, "s-1"), noticing.case_of("o-1")
    police_told(noticing, first, at=NOW)
    new = _split_off(noticing, first)
    moves.join(noticing.app, noticing.one, other, first, LATER)
    assert _why(noticing, new) == [Why.POLICE_HAVE_IT]
    assert _why(noticing, other) == [Why.POLICE_HAVE_IT]


def test_an_override_does_not_cover_what_is_joined_in_later(noticing: Desk) -> None:
    first, other = decided(noticing, "s-1"), decided(noticing, "o-1")
    police_told(noticing, first, at=NOW)
    police_told(noticing, other, "police-fbih", at=NOW)
    lea_holds.write_word(noticing.app, noticing.one, first, WordKind.OVERRIDE, None, "spreading_fast", LATER)
    lea_holds.grant(noticing.app, noticing.two, first, LATER)
    assert _why(noticing, first) == []
    moves.join(noticing.app, noticing.one, first, other, LATER + HOUR)
    assert _why(noticing, first) == [Why.POLICE_HAVE_IT] * 2
    lea_holds.write_word(noticing.app, noticing.one, first, WordKind.OVERRIDE, None, "spreading_fast", LATER + 2 * HOUR)
    lea_holds.grant(noticing.app, noticing.two, first, LATER + 2 * HOUR)
    assert _why(noticing, first) == []


def test_an_override_asked_for_before_a_join_is_not_granted_after_it(noticing: Desk) -> None:
    first, other = decided(noticing, "s-1"), noticing.case_of("o-1")
    police_told(noticing, first, at=NOW)
    lea_holds.write_word(noticing.app, noticing.one, first, WordKind.OVERRIDE, None, "spreading_fast", NOW)
    moves.join(noticing.app, noticing.one, first, other, LATER)
    with pytest.raises(RuleBroken, match="ask for it anew"):
        lea_holds.grant(noticing.app, noticing.two, first, LATER)


def test_what_police_said_of_one_case_frees_no_other_that_is_joined_into_it(noticing: Desk) -> None:
    first, other = decided(noticing, "s-1"), decided(noticing, "o-1")
    for case_id in (first, other):
        police_told(noticing, case_id, at=NOW)
    lea_holds.write_word(noticing.app, noticing.one, first, WordKind.RELEASE, "police-rs", "telephone", LATER)
    _answered(noticing, first)
    assert (_why(noticing, first), _why(noticing, other)) == ([], [Why.POLICE_HAVE_IT])
    moves.join(noticing.app, noticing.one, first, other, LATER + HOUR)
    assert _why(noticing, first) == [Why.POLICE_HAVE_IT]
    _answered(noticing, other)
    assert _why(noticing, first) == [], "their answer on the very case it was about"


def test_a_word_about_what_was_split_off_says_nothing_of_the_rest(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id, at=NOW)
    new = _split_off(noticing, case_id)
    word_at = LATER + HOUR
    lea_holds.write_word(noticing.app, noticing.one, new, WordKind.RELEASE, "police-rs", "telephone", word_at)
    assert (_why(noticing, new), _why(noticing, case_id)) == ([], [Why.POLICE_HAVE_IT])
    moves.join(noticing.app, noticing.one, case_id, new, LATER + 2 * HOUR)
    assert _why(noticing, case_id) == [Why.POLICE_HAVE_IT]


def test_a_word_written_after_a_join_is_about_all_of_it(noticing: Desk) -> None:
    first, other = decided(noticing, "s-1"), decided(noticing, "o-1")
    police_told(noticing, other, at=NOW)
    moves.join(noticing.app, noticing.one, first, other, LATER)
    lea_holds.write_word(noticing.app, noticing.one, first, WordKind.RELEASE, "police-rs", "letter", LATER + HOUR)
    assert _why(noticing, first) == []


def test_danger_police_were_never_told_of_is_not_hidden_by_joining_what_they_know(noticing: Desk) -> None:
    known, danger = decided(noticing, "s-1"), decided(noticing, "o-1")
    police_told(noticing, known, at=NOW - 2 * HOURS)
    noticing.set(danger, escalate=int(Escalation.ABUSE_DESCRIBED))
    moves.join(noticing.app, noticing.one, known, danger, NOW)
    noticing.set(known, escalate=int(Escalation.ABUSE_DESCRIBED))
    assert _why(noticing, known) == [Why.POLICE_NOT_TOLD]
    noticing.dispose(known, Kind.POLICE, "police-rs", now=LATER)
    assert _why(noticing, known) == [Why.PACKAGE_NOT_GONE]


def test_one_person_alone_does_not_let_go_what_police_never_got(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    noticing.set(case_id, escalate=int(Escalation.ABUSE_DESCRIBED))
    with pytest.raises(RuleBroken, match="nothing this agency"):
        _let_go(noticing, case_id, "police-rs")
    police_told(noticing, case_id)
    with pytest.raises(RuleBroken, match="two people can"):
        _let_go(noticing, case_id, "police-rs")
    lea_holds.write_word(noticing.app, noticing.one, case_id, WordKind.HOLD, "police-rs", "telephone", LATER)
    _let_go(noticing, case_id, "police-rs")
    assert _why(noticing, case_id) == [Why.PACKAGE_NOT_GONE], "a request they wrote down themselves is no way round"
    with pytest.raises(RuleBroken, match="nothing this agency"):
        _let_go(noticing, case_id, "police-brcko")


def test_a_unit_that_was_called_can_let_go_before_its_package_unless_the_call_reached_nobody(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id)
    with writing(noticing.app.store.engine) as connection:
        connection.execute(urgent_call.insert().values(
            case_id=case_id, recipient="police-rs", reason="danger_now", person_id=1, made_at=int(NOW.timestamp()),
            spoken_at=int(NOW.timestamp()), reached=False,
        ))  # fmt: skip
    with pytest.raises(RuleBroken, match="was not called"):
        _let_go(noticing, case_id, "police-rs")
    with writing(noticing.app.store.engine) as connection:
        connection.execute(urgent_call.update().values(reached=True))
    _let_go(noticing, case_id, "police-rs")
    assert _why(noticing, case_id) == []


def test_an_answer_without_a_signature_lets_nothing_go(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id, at=NOW)
    _answered(noticing, case_id, signed=False)
    assert _why(noticing, case_id) == [Why.POLICE_HAVE_IT]


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
    assert f"notice on C{case_id} is held: danger" in capsys.readouterr().out
    lea_holds.write_word(noticing.app, noticing.one, case_id, WordKind.OVERRIDE, None, "court_order", NOW)
    assert _hotline(noticing, "today", "--json") == 0
    said = json.loads(capsys.readouterr().out)["notices"]
    assert said["held"] == [{"case": f"C{case_id}", "why": [
        {"why": "police_not_told", "agency": None, "since": said["held"][0]["why"][0]["since"], "until": None}
    ]}]  # fmt: skip
    assert said["overrides"] == [f"C{case_id}"]
    assert _hotline(noticing, "cases", "show", f"C{case_id}") == 0
    assert "held: danger" in capsys.readouterr().out
    assert _hotline(noticing, "notices", "list") == 0
    assert "held for police" in capsys.readouterr().out
