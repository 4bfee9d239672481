"""What was decided and not carried out stays in sight, and screens say it in plain words."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.cli import plain_words, screens
from pipeline.cli.disclose import of_case_block
from pipeline.cli.main import answer
from pipeline.desk import acts, queue
from pipeline.desk.acts import Said
from pipeline.desk.answer_calls import call, called
from pipeline.desk.answer_receipts import ask
from pipeline.desk.disclosures import Asked
from pipeline.desk.links import links_of_each
from pipeline.desk.notices_today import notices_today
from pipeline.desk.outside import outside_view
from pipeline.desk.outstanding import Answers, Outstanding, Undone, outstanding
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.times import local
from pipeline.store.engine import reading
from tests.desk import NOW, Desk, copied, made
from tests.letters import decided, receipt_for, shown_and_sent
from triage.assessment import Classification, IllegalKind, Viewed
from triage.clocks import Lane
from triage.disclosure import DisclosureReason, DisclosureState
from triage.disposition import Kind
from triage.errors import RuleBroken
from triage.lifecycle import Status

pytest_plugins = ("tests.letter_workspace",)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return made(tmp_path_factory.mktemp("outstanding"))


@pytest.fixture
def desk(template: Desk, tmp_path: Path) -> Desk:
    return copied(template, tmp_path)


def _undone(desk: Desk) -> tuple[Undone, ...]:
    return queue.today(desk.app, desk.one, NOW).outstanding.undone


def test_a_case_nothing_can_export_stays_listed_until_somebody_closes_it(desk: Desk) -> None:
    case_id = desk.case_of("q-1")
    desk.dispose(case_id, Kind.ANSWER, reason="question")
    assert _undone(desk) == (Undone(Kind.ANSWER, None, (case_id,)),)
    desk.dispose(case_id, Kind.CLOSE, reason="answered")
    assert desk.record(case_id).status == Status.CLOSED
    assert _undone(desk) == ()


@pytest.mark.parametrize("way", ["letter", "telephone", "receipt"])
def test_a_case_to_answer_leaves_the_list_once_its_reporter_was_answered(letters: Desk, way: str) -> None:
    report = {"letter": "l-1", "telephone": "l-4", "receipt": "l-3"}[way]
    case_id, other = decided(letters, report), decided(letters, "l-5", "question")
    assert _undone(letters) == (Undone(Kind.ANSWER, None, (case_id, other)),)
    if way == "letter":
        assert shown_and_sent(letters, case_id) == ["sent"]
    elif way == "telephone":
        call(letters.app, letters.one, case_id, NOW)
        called(letters.app, letters.one, case_id, None, NOW, reached=False)
        assert _undone(letters) == (Undone(Kind.ANSWER, None, (case_id, other)),)
        call(letters.app, letters.one, case_id, NOW)
        called(letters.app, letters.one, case_id, None, NOW, reached=True)
    else:
        ask(letters.app, letters.one, receipt_for(letters, report), NOW)
    assert _undone(letters) == (Undone(Kind.ANSWER, None, (other,)),)


def test_an_answer_is_listed_by_how_it_can_be_given_and_none_by_hand(
    letters: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    sent, called_one, asks = (decided(letters, report) for report in ("l-1", "l-4", "l-3"))
    bare = decided(letters, "l-2")
    waiting = queue.today(letters.app, letters.one, NOW).outstanding
    assert waiting.answers == Answers((sent,), (called_one,), tuple(sorted((asks, bare))))
    assert answer(["--workspace", str(letters.folder / "workspace"), "today"]) == 0
    shown = capsys.readouterr().out
    assert f"answers to be sent (`hotline answers show`, then `hotline answers send`): C{sent}\n" in shown
    assert f"answers to be given by telephone (`hotline answers call`): C{called_one}\n" in shown
    only = ", ".join(f"C{one}" for one in sorted((asks, bare)))
    assert f"no contact said to be safe: by receipt code only, then closed: {only}\n" in shown
    assert "carried out by hand" not in shown
    assert screens.outstanding_json(waiting)["answers"]["to_send"] == [f"C{sent}"]


def test_a_case_is_listed_for_its_export_until_a_package_took_it_even_if_it_is_closed(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    desk.dispose(case_id, Kind.HELPLINE, "helpline", "worried_parent")
    desk.close(case_id)
    assert _undone(desk) == (Undone(Kind.HELPLINE, "referral", (case_id,)),)
    make_packages(desk.app, Order("referral"), desk.two, NOW)
    assert _undone(desk) == ()


def test_what_can_never_go_to_iccam_is_not_to_be_exported_there(desk: Desk) -> None:
    case_id = desk.case_of("s-1")
    item = desk.item(case_id, "/a")
    desk.assess(case_id, Said(Classification.NATIONAL, item, Viewed.CONTENT))
    desk.dispose(case_id, Kind.ICCAM, "iccam", "hosted_here")
    assert _undone(desk) == (Undone(Kind.ICCAM, "iccam", (case_id,)),)
    desk.assess(case_id, Said(Classification.ILLEGAL_OTHER, item, Viewed.CONTENT, kind=IllegalKind.THREAT))
    waiting = queue.today(desk.app, desk.one, NOW).outstanding
    assert (waiting.undone, waiting.unfit) == ((), (case_id,))
    assert screens.outstanding_block(waiting, NOW) == [
        f"  decided for ICCAM, but nothing in it may go there as it is assessed now: C{case_id}"
    ]


def test_an_unreleased_police_package_waits_for_a_person_and_not_for_its_export(desk: Desk) -> None:
    case_id = desk.case_of("s-1")
    desk.assess(case_id)
    desk.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
    assert queue.today(desk.app, desk.one, NOW).outstanding == Outstanding(1, (case_id,), NOW, ())


def test_a_hash_list_of_a_case_without_files_is_not_called_to_be_exported(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    desk.assess(case_id)
    desk.dispose(case_id, Kind.POLICE, "police-hashes", "on_request")
    acts.release(desk.app, desk.two, case_id, NOW)
    assert _undone(desk) == (Undone(Kind.POLICE, "vics", (), (case_id,)),)
    (line,) = screens.outstanding_block(queue.today(desk.app, desk.one, NOW).outstanding, NOW)
    assert line.strip() == f"cannot be exported, no file with a digest came with it: vics C{case_id}"
    told = outside_view(desk.facts(case_id), "BA-1", "police", "police-rs").facts["also_released_to"]
    assert told == (), "nothing can be made for them, so they are not told"


def test_many_cases_ask_the_store_no_more_often_than_one(desk: Desk) -> None:
    """Ten thousand open cases would else keep the screen of the day waiting for seconds."""
    places = ({"id": f"p-{number}", "location": f"https://p{number}.example/a"} for number in range(6))
    desk.bring("places", *places)
    cases = [desk.case_of(f"p-{number}") for number in range(6)]
    for case_id in cases:
        desk.assess(case_id, Said(Classification.ILLEGAL_OTHER, None, Viewed.CONTENT, kind=IllegalKind.THREAT))
    asked = []
    for kind, recipient in ((Kind.ANSWER, None), (Kind.POLICE, "police-hashes"), (Kind.NOTICE, "host")):
        for case_id in cases:
            desk.dispose(case_id, kind, recipient, "question" if kind is Kind.ANSWER else "hosted_here")
            if kind is Kind.POLICE:
                acts.release(desk.app, desk.two, case_id, NOW)
            if case_id in (cases[0], cases[-1]):
                asked.append(_statements(desk))
    assert [asked[at] == asked[at + 1] for at in (0, 2, 4)] == [True, True, True]


def _statements(desk: Desk) -> int:
    """How many statements the lists of the day take."""
    said: list[str] = []
    with reading(desk.app.store.engine) as connection:
        driver = connection.connection.dbapi_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.set_trace_callback(said.append)
        outstanding(connection)
        notices_today(connection, NOW)
        driver.set_trace_callback(None)
    return len(said)


def test_the_screen_names_ten_cases_and_counts_the_rest() -> None:
    many = Outstanding(
        12, tuple(range(1, 13)), NOW,
        (Undone(Kind.PARTNER, None, (15,)), Undone(Kind.ANSWER, None, (3,)), Undone(Kind.ICCAM, "iccam", (4,))),
    )  # fmt: skip
    waiting, by_hand, exported = screens.outstanding_block(many, NOW)
    assert waiting.startswith("  12 police packages wait for a second person, the oldest for ")
    assert waiting.endswith(": C1, C2, C3, C4, C5, C6, C7, C8, C9, C10 and 2 more")
    assert by_hand == "  to be carried out by hand, then closed: partner C15; answer C3"
    assert exported == "  to be exported (`hotline export`): iccam C4"


def test_every_lane_can_be_named_as_the_screen_writes_it() -> None:
    for lane, words in plain_words.LANES.items():
        assert queue.lane_named(words) is queue.lane_named(words.replace(" ", "-")) is queue.lane_named(lane) is lane


def test_what_happened_is_told_without_raw_flags() -> None:
    said = {"again": False, "kind": "lea", "package": 1, "recipient": "police-rs"}
    assert plain_words.details("alert_sent", {"due": int(NOW.timestamp())}) == f"due {local(NOW)}"
    assert plain_words.details("exported", said) == "lea package 1 for police-rs"
    assert plain_words.details("exported", said | {"again": True}) == "lea package 1 for police-rs, once more"
    assert plain_words.details("case_disposed", {"kind": "police", "recipient": "police-rs", "reason": "hosted_here"}) \
        == "police to police-rs, because: hosted here"  # fmt: skip
    assert plain_words.details("case_assessed", {"classification": "not_illegal", "viewed": "content"}) \
        == "whole case: not illegal (viewed: content)"  # fmt: skip
    joined = {"from": "C2", "links": 1, "brought": "R1.0.5"}
    assert plain_words.details("cases_joined", joined) == "from C2, 1 mention moved"
    sent = {"alert": 3, "partner": "sos-rs", "claimed_at": 1795480128, "state": "sent"}
    assert "1795480128" not in plain_words.details("alert_sent", sent), "no clock time"


@pytest.mark.parametrize("code", ["alert_sent", "answer_sent", "notice_sent"])
def test_what_lies_in_the_outbox_is_not_told_as_sent(code: str) -> None:
    said = {"alert": 1, "partner": "sos-rs", "by": "outbox", "result": "sent", "state": "sent"}
    assert "into the outbox" in plain_words.event(code, said)
    assert plain_words.details(code, said) == "A1, for sos-rs"
    mailed = said | {"by": "smtp"}
    assert "outbox" not in plain_words.event(code, mailed)
    assert plain_words.details(code, mailed) == "A1, for sos-rs, sent, sent, by smtp"


def test_a_disclosure_is_called_one_and_by_the_name_police_know() -> None:
    said = {"disclosure": 3, "report": "R1.0.1", "recipient": "police-rs", "package": 8}
    assert plain_words.details("disclosure_made", said) == "for police-rs, report R1.0.1, as the disclosure"
    named = said | {"name": "package-20260304-1A2B3C4D"}
    assert plain_words.details("disclosure_made", named).endswith(", as the disclosure package-20260304-1A2B3C4D")


def test_how_to_ask_for_a_contact_stands_there_until_each_was_asked_for() -> None:
    one = Asked(1, 7, 2, "police-rs", DisclosureReason.POLICE_ASKED, 1, NOW, DisclosureState.MADE, 8)
    for found, hint in (((), True), ((one,), False), ((replace(one, state=DisclosureState.WITHDRAWN),), True)):
        assert ("`hotline disclose ask`" in "".join(of_case_block((7,), found))) is hint
    assert "`hotline disclose ask`" in "".join(of_case_block((7, 9), (one,)))


def test_times_dangers_and_flags_of_any_event_are_words() -> None:
    held = {"word": 1, "reason": "telephone", "escalate": 0, "recipient": "police-rs"}
    assert plain_words.details("police_hold", held) == "for police-rs, by telephone"
    raised = {"alert": 2, "drill": False, "area": "BA-RS", "called": int(NOW.timestamp())}
    assert plain_words.details("alert_raised", raised) == f"A2, from BA-RS, called {local(NOW)}"
    called = {"call": 2, "recipient": "police-rs", "reason": "danger_now", "escalate": "danger_now"}
    assert plain_words.details("urgent_call_made", called) == \
        "call 2, for police-rs, because: danger now, a child may be in danger now"  # fmt: skip
    logged = {"call": 2, "recipient": "police-rs", "reached": False, "spoken": int(NOW.timestamp())}
    assert plain_words.details("urgent_call_logged", logged) == \
        f"nobody was reached, call 2, for police-rs, at {local(NOW)}"  # fmt: skip
    answered = {"said": "removed", "addresses": 1, "at": NOW.isoformat(), "items": [[1, 2]]}
    assert plain_words.details("notice_answered", answered) == f"at {local(NOW)}, removed, 1 address"
    opened = {"for": "answer_shown", "reports": 2}
    assert plain_words.details("contact_opened", opened) == "to look at the letters, 2 reports"


def test_one_is_counted_as_one() -> None:
    assert [plain_words.counted(1, "address"), plain_words.counted(1200, "address"), plain_words.counted(0, "run"),
            plain_words.counted(2, "entry"), plain_words.counted(2, "day")] == [
        "1 address", "1,200 addresses", "0 runs", "2 entries", "2 days",
    ]  # fmt: skip


def test_a_day_has_a_lane_for_everything_decided_and_undecided(desk: Desk) -> None:
    counted = queue.today(desk.app, desk.one, datetime(2026, 3, 4, 12, 0, tzinfo=UTC))
    assert {one.lane for one in counted.lanes} == set(Lane)
    assert counted.outstanding == Outstanding(0, (), None, ())


def _of_another(desk: Desk) -> tuple[int, int]:
    """A case whose only report has its primary link on another case; and that one."""
    home = desk.case_of("d-1")
    with reading(desk.app.store.engine) as connection:
        links = links_of_each(connection, range(1, 20))
    report_id = desk.report_of("d-1")
    (other,) = (one for one, each in links.items() if report_id in each[:, 0] and one != home)
    return other, home


def test_a_case_whose_report_is_of_another_one_is_answered_there(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other, home = _of_another(desk)
    with pytest.raises(RuleBroken, match=rf"C{other} is answered in C{home}:"):
        desk.dispose(other, Kind.ANSWER)
    assert desk.facts(other).dispositions == ()
    with monkeypatch.context() as before:
        before.setattr(acts, "check_answered_here", lambda *_: None)
        desk.dispose(other, Kind.ANSWER)
    assert _undone(desk) == ()
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    words = ["--workspace", str(desk.folder / "workspace"), "answers"]
    assert answer([*words, "list"]) == 0
    assert f"C{other}\n  its reporters are answered in C{home}\n" in capsys.readouterr().out
    for command in ("show", "send"):
        assert answer([*words, command, f"C{other}"]) == 2
        assert f"is answered in C{home}" in capsys.readouterr().err


def test_a_case_for_iccam_whose_address_tells_who_reported_it_is_named_apart(desk: Desk) -> None:
    own = {"id": "t-1", "location": "https://bad.example/someone@mail.example", "contact_email": "someone@mail.example"}
    desk.bring("own", own)
    case_id = desk.case_of("t-1")
    item = desk.item(case_id, "mail.example")
    desk.assess(case_id, Said(Classification.BASELINE, item, Viewed.CONTENT))
    desk.dispose(case_id, Kind.ICCAM, "iccam")
    waiting = queue.today(desk.app, desk.one, NOW).outstanding
    assert (waiting.undone, waiting.telling, waiting.unfit) == ((), (case_id,), ())
    (said,) = screens.outstanding_block(waiting, NOW)
    assert said.endswith(f"(`hotline cases show` says what to do): C{case_id}")
    assert screens.outstanding_json(waiting)["tell_who_reported"] == [f"C{case_id}"]
    with pytest.raises(RuleBroken):
        make_packages(desk.app, Order("iccam", case_id=case_id), desk.two, NOW)
    with reading(desk.app.store.engine) as connection:
        assert outstanding(connection).telling == (), "without the vault nobody knows"


def test_a_case_with_nothing_iccam_takes_is_not_to_be_exported_there_and_named_apart(desk: Desk) -> None:
    desk.bring("profile", {"id": "p-1", "location": "@some.profile on instagram"})
    case_id = desk.case_of("p-1")
    assert [one.kind for one in desk.facts(case_id).locators] == ["handle"]
    desk.assess(case_id, Said(Classification.BASELINE, desk.facts(case_id).locators[0].locator_id, Viewed.CONTENT))
    desk.dispose(case_id, Kind.ICCAM, "iccam")
    waiting = queue.today(desk.app, desk.one, NOW).outstanding
    assert (waiting.undone, waiting.nothing, waiting.telling, waiting.unfit) == ((), (case_id,), (), ())
    (said,) = screens.outstanding_block(waiting, NOW)
    assert said.endswith(f"it takes no telephone, profile or invitation: nothing of it can go: C{case_id}")
    assert screens.outstanding_json(waiting)["nothing_for_iccam"] == [f"C{case_id}"]
    with pytest.raises(RuleBroken, match="no telephone, no profile"):
        make_packages(desk.app, Order("iccam", case_id=case_id), desk.two, NOW)
