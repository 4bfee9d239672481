"""What was decided and not carried out stays in sight, and screens say it in plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.cli import plain_words, screens
from pipeline.desk import queue
from pipeline.desk.outstanding import Outstanding, Undone
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.times import local
from tests.desk import NOW, Desk, copied, made
from triage.clocks import Lane
from triage.disposition import Kind
from triage.lifecycle import Status


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


def test_a_case_is_listed_for_its_export_until_a_package_took_it_even_if_it_is_closed(desk: Desk) -> None:
    case_id = desk.case_of("d-1")
    desk.dispose(case_id, Kind.HELPLINE, "helpline", "worried_parent")
    desk.close(case_id)
    assert _undone(desk) == (Undone(Kind.HELPLINE, "referral", (case_id,)),)
    make_packages(desk.app, Order("referral"), desk.two, NOW)
    assert _undone(desk) == ()


def test_an_unreleased_police_package_waits_for_a_person_and_not_for_its_export(desk: Desk) -> None:
    case_id = desk.case_of("s-1")
    desk.assess(case_id)
    desk.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
    assert queue.today(desk.app, desk.one, NOW).outstanding == Outstanding(1, (case_id,), NOW, ())


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
    assert plain_words.details("cases_joined", {"from": "C2", "links": 1}) == "from C2, 1 mention moved"


def test_times_dangers_and_flags_of_any_event_are_words() -> None:
    held = {"word": 1, "reason": "telephone", "escalate": 0, "recipient": "police-rs"}
    assert plain_words.details("police_hold", held) == "for police-rs, by telephone"
    raised = {"alert": 2, "drill": False, "area": "BA-RS", "called": int(NOW.timestamp())}
    assert plain_words.details("alert_raised", raised) == f"A2, from BA-RS, called {local(NOW)}"
    called = {"call": 2, "recipient": "police-rs", "reason": "danger_now", "escalate": "danger_now"}
    assert plain_words.details("urgent_call_made", called) == \
        "call 2, for police-rs, because: danger now, a child may be in danger now"  # fmt: skip
    logged = {"call": 2, "recipient": "police-rs", "reached": False}
    assert plain_words.details("urgent_call_logged", logged) == "nobody was reached, call 2, for police-rs"
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
