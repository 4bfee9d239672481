"""An urgent call that reached nobody: named until the agency is told, or a person says that nothing is needed."""

from __future__ import annotations

import json

import pytest

from pipeline.desk import acts, moves, queue
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.urgent import make_call, review_call
from pipeline.verify.everything import verify
from tests.agencies import pin_agency
from tests.desk import NOW, Desk
from tests.integration.test_urgent_calls import LATER, _log, _make, _run
from triage.disposition import Kind
from triage.errors import RuleBroken
from triage.urgent_call import CallReason, Outcome

pytest_plugins = ("tests.stores",)


def _missed(desk: Desk, outcome: Outcome = Outcome.JUSTIFIED, agency: str = "police-rs") -> tuple[int, int]:
    """Case and number of a call that reached nobody and was reviewed."""
    case_id, call_id, _ = _make(desk, agency=agency)
    _log(desk, case_id, call_id, reached=False)
    review_call(desk.app, desk.two, case_id, call_id, outcome, LATER)
    return case_id, call_id


def _named(desk: Desk) -> list[tuple[int, str]]:
    return [(one.call_id, one.waits_for) for one in queue.today(desk.app, desk.one, LATER).calls]


def test_a_call_that_was_right_and_reached_nobody_is_named_after_its_review(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id, call_id = _missed(desk)
    assert _named(desk) == [(call_id, "police")]
    assert _run(desk, "today") == 0
    told = f"urgent call {call_id} about C{case_id} REACHED NOBODY and police-rs was told by nothing since"
    assert told in capsys.readouterr().out
    assert _run(desk, "urgent", "list", "--json") == 0
    (one,) = json.loads(capsys.readouterr().out)["calls"]
    assert (one["call"], one["waits_for"], one["outcome"]) == (call_id, "police", "justified")


@pytest.mark.parametrize("outcome", [Outcome.NOT_JUSTIFIED, Outcome.NOTHING_NEEDED])
def test_a_reviewer_ends_a_call_that_reached_nobody(desk: Desk, outcome: Outcome) -> None:
    _missed(desk, outcome)
    assert _named(desk) == []
    assert verify(desk.app, deep=True).findings == ()


def test_nothing_needed_is_no_word_on_a_call_that_reached_somebody(desk: Desk) -> None:
    case_id, call_id, _ = _make(desk)
    _log(desk, case_id, call_id)
    with pytest.raises(RuleBroken, match="reached nobody"):
        review_call(desk.app, desk.two, case_id, call_id, Outcome.NOTHING_NEEDED, LATER)
    review_call(desk.app, desk.two, case_id, call_id, Outcome.JUSTIFIED, LATER)
    assert _named(desk) == []


def test_a_further_call_takes_the_place_of_the_missed_one_and_another_agencys_does_not(desk: Desk) -> None:
    case_id, missed = _missed(desk)
    other, _ = make_call(desk.app, desk.one, case_id, "police-fbih", CallReason.MEETING_SOON, NOW)
    _log(desk, case_id, other.call_id)
    review_call(desk.app, desk.two, case_id, other.call_id, Outcome.JUSTIFIED, LATER)
    assert _named(desk) == [(missed, "police")]
    again, _ = make_call(desk.app, desk.one, case_id, "police-rs", CallReason.MEETING_SOON, NOW)
    assert _named(desk) == [(again.call_id, "log")]
    _log(desk, case_id, again.call_id)
    review_call(desk.app, desk.two, case_id, again.call_id, Outcome.JUSTIFIED, LATER)
    assert _named(desk) == []


def test_a_package_to_the_agency_or_the_closing_of_the_case_ends_a_missed_call(desk: Desk) -> None:
    case_id, missed = _missed(desk)
    pin_agency(desk.app, "police-rs", NOW)
    desk.assess(case_id)
    desk.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
    acts.release(desk.app, desk.two, case_id, NOW)
    assert _named(desk) == [(missed, "police")]
    make_packages(desk.app, Order("lea"), desk.two, LATER)
    assert _named(desk) == []
    _, missed = _missed(desk, agency="police-fbih")
    assert _named(desk) == [(missed, "police")]
    desk.set(case_id, status="closed")
    assert _named(desk) == []


def test_a_missed_call_about_a_case_that_was_joined_is_named(desk: Desk) -> None:
    case_id, missed = _missed(desk)
    moves.join(desk.app, desk.one, desk.case_of("o-1"), case_id, LATER)
    assert _named(desk) == [(missed, "police")]
