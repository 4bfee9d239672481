"""The queue: what waits, which case is next, and who holds it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.desk import holding, queue
from tests.desk import NOW, SUSPECT_TEXT, Desk
from triage.clocks import Lane
from triage.errors import CaseTaken, RuleBroken, UsageError
from triage.lifecycle import Status

HALF_AN_HOUR = timedelta(minutes=30)


def _lane(desk: Desk, lane: Lane) -> queue.LaneCount:
    return next(one for one in queue.today(desk.app, desk.one, NOW).lanes if one.lane is lane)


def test_every_waiting_case_is_counted_in_exactly_one_lane(desk: Desk) -> None:
    counts = {one.lane: one.count for one in queue.today(desk.app, desk.one, NOW).lanes if one.lane is not Lane.OVERDUE}
    assert counts[Lane.CHILDREN_AT_RISK] == 2
    assert counts[Lane.SUSPECTS] == 1
    assert counts[Lane.OTHER_REPORTS] == 1
    assert counts[Lane.QUESTIONS] == 1
    assert counts[Lane.NEEDS_ADDRESS] == 1
    assert sum(counts.values()) == 6


def test_overdue_counts_exactly_the_cases_past_their_target(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    due = _lane(desk, Lane.SUSPECTS).due
    assert due is not None
    assert queue.today(desk.app, desk.one, due).lanes[2].overdue == 0
    assert queue.today(desk.app, desk.one, due + timedelta(seconds=1)).lanes[2].overdue == 1
    assert desk.record(suspect).lane == 2
    late = {one.lane: one.overdue for one in queue.today(desk.app, desk.one, NOW).lanes if one.overdue}
    assert late == {Lane.CHILDREN_AT_RISK: 2, Lane.SUSPECTS: 1, Lane.OVERDUE: 3}


def test_children_at_risk_come_before_suspects_and_suspects_before_questions(desk: Desk) -> None:
    order = []
    while taken := queue.take_next(desk.app, desk.one, NOW):
        order.append(desk.record(taken.case_id).lane)
    assert order == sorted(order)
    assert len(order) == 6


def test_next_of_the_overdue_takes_only_what_is_overdue(desk: Desk) -> None:
    taken = [one.case_id for _ in range(3) if (one := queue.take_next(desk.app, desk.one, NOW, Lane.OVERDUE))]
    assert [desk.record(case_id).lane for case_id in taken] == [1, 1, 2]
    assert queue.take_next(desk.app, desk.one, NOW, Lane.OVERDUE) is None


def test_a_case_one_person_holds_is_not_given_to_another(desk: Desk) -> None:
    first = queue.take_next(desk.app, desk.one, NOW, Lane.SUSPECTS)
    assert first is not None
    assert queue.take_next(desk.app, desk.two, NOW, Lane.SUSPECTS) is None
    assert _lane(desk, Lane.SUSPECTS).held == 1
    assert queue.today(desk.app, desk.one, NOW).mine == ((first.case_id, NOW + HALF_AN_HOUR),)


def test_a_held_case_cannot_be_taken_given_back_or_decided_by_another(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    holding.take(desk.app, desk.one, suspect, NOW)
    for act in (
        lambda: holding.take(desk.app, desk.two, suspect, NOW),
        lambda: holding.give_back(desk.app, desk.two, suspect, NOW),
        lambda: desk.assess(suspect, by=desk.two),
    ):
        with pytest.raises(CaseTaken, match=r"until 11:30"):
            act()


def test_after_half_an_hour_the_case_is_free_again(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    until = holding.take(desk.app, desk.one, suspect, NOW)
    assert until == NOW + HALF_AN_HOUR
    assert queue.take_next(desk.app, desk.two, until - timedelta(seconds=1), Lane.SUSPECTS) is None
    taken = queue.take_next(desk.app, desk.two, until, Lane.SUSPECTS)
    assert taken is not None
    assert taken.case_id == suspect
    assert desk.record(suspect).held_by == desk.two.person_id
    assert desk.record(suspect).status_before == Status.NEW


def test_a_case_given_back_waits_where_it_waited_before(desk: Desk) -> None:
    suspect = desk.case_of("s-1")
    before = desk.record(suspect)
    holding.take(desk.app, desk.one, suspect, NOW)
    assert desk.record(suspect).lane == before.lane
    assert holding.give_back(desk.app, desk.one, suspect, NOW) is Status.NEW
    after = desk.record(suspect)
    assert (after.status, after.lane, after.waiting_since) == (before.status, before.lane, before.waiting_since)
    assert after.held_by is None
    assert [event for _, event in desk.events(f"C{suspect}")] == ["case_taken", "case_given_back"]


def test_what_nobody_holds_cannot_be_given_back(desk: Desk) -> None:
    with pytest.raises(RuleBroken, match="nobody holds"):
        holding.give_back(desk.app, desk.one, desk.case_of("s-1"), NOW)


def test_who_may_not_work_on_cases_may_see_the_queue_but_take_none(desk: Desk) -> None:
    auditor = desk.person("sample-auditor")
    assert queue.today(desk.app, auditor, NOW).lanes
    with pytest.raises(RuleBroken, match="may not take case"):
        queue.take_next(desk.app, auditor, NOW)


def test_an_unknown_lane_is_wrong_use_and_the_lanes_are_named() -> None:
    assert queue.lane_named("danger-now") is Lane.DANGER_NOW
    with pytest.raises(UsageError, match="suspects"):
        queue.lane_named("somewhere")


def test_new_facts_bring_a_decided_case_back_and_a_bare_repeat_does_not(desk: Desk) -> None:
    other = desk.case_of("o-1")
    desk.close(other)
    desk.bring("repeat", {"id": "x-1", "location": "https://other.example/b", "description": "Something  strange here"})
    assert desk.record(other).status == Status.CLOSED
    assert desk.record(other).reports == 2
    assert desk.record(other).lane is None
    desk.bring("new", {"id": "x-2", "location": "https://other.example/b", "description": SUSPECT_TEXT})
    back = desk.facts(other)
    assert back.status is Status.RETURNED
    assert back.lane is Lane.NEW_FACTS
    assert {fact.name for fact in back.new_facts} == {"UNLIKE_TEXT", "MORE_SEVERE"}


def test_a_removed_case_reported_again_returns(desk: Desk) -> None:
    other = desk.case_of("o-1")
    desk.close(other)
    desk.set(other, status=str(Status.REMOVED), status_before=str(Status.REMOVED))
    desk.bring("again", {"id": "x-1", "location": "https://other.example/b"})
    assert desk.facts(other).status is Status.RETURNED
    assert desk.facts(other).lane is Lane.NEW_FACTS


def test_a_new_contact_while_somebody_holds_the_case_must_be_looked_at_before_deciding(desk: Desk) -> None:
    other = desk.case_of("o-1")
    holding.take(desk.app, desk.one, other, NOW)
    desk.bring("contact", {"id": "x-1", "location": "https://other.example/b", "contact_email": "a@mail.example"})
    assert desk.record(other).status == Status.RETURNED
    with pytest.raises(RuleBroken, match="new information came"):
        desk.close(other)
    holding.take(desk.app, desk.one, other, NOW)
    desk.close(other)
    assert desk.record(other).status == Status.CLOSED
    assert desk.record(other).new_facts == 0


def test_who_may_not_live_comes_before_who_waits_longer_among_children_at_risk(desk: Desk) -> None:
    desk.bring("bridge", {"id": "l-1", "description": "i am on the bridge, i do not want to live any more, i am 13"})
    life = desk.case_of("l-1")
    assert desk.record(life).lane == 1
    assert queue.today(desk.app, desk.one, NOW).lives == 1
    taken = [one.case_id for _ in range(3) if (one := queue.take_next(desk.app, desk.one, NOW))]
    assert taken[0] == life
    assert [desk.record(case_id).lane for case_id in taken] == [1, 1, 1]
