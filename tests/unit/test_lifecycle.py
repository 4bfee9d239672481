"""The table of moves a case can make."""

from __future__ import annotations

import pytest

from triage.errors import RuleBroken
from triage.lifecycle import MOVES, QUEUED, Event, Status, move


def test_the_usual_way_of_a_case() -> None:
    status = Status.NEW
    for event, expected in (
        (Event.TAKEN, Status.TAKEN), (Event.ASSESSED, Status.ASSESSED), (Event.DISPOSED, Status.DECIDED),
        (Event.CLOSED, Status.CLOSED), (Event.CONTENT_REMOVED, Status.REMOVED),
    ):  # fmt: skip
        status = move(status, event)
        assert status is expected


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.NEW])
def test_new_information_brings_any_known_case_back(status: Status) -> None:
    assert move(status, Event.NEW_INFORMATION) is Status.RETURNED


def test_new_information_leaves_a_new_case_new() -> None:
    assert move(Status.NEW, Event.NEW_INFORMATION) is Status.NEW


@pytest.mark.parametrize("status", Status)
def test_a_bare_repeat_reopens_only_what_was_removed(status: Status) -> None:
    expected = Status.RETURNED if status is Status.REMOVED else status
    assert move(status, Event.REPORTED_AGAIN) is expected


@pytest.mark.parametrize("before", sorted(QUEUED))
def test_a_case_given_back_is_where_it_was(before: Status) -> None:
    assert move(move(before, Event.TAKEN), Event.GIVEN_BACK, before=before) is before


def test_new_information_during_work_outlives_the_giving_back() -> None:
    status = move(move(Status.NEW, Event.TAKEN), Event.NEW_INFORMATION)
    assert move(status, Event.GIVEN_BACK, before=Status.NEW) is Status.RETURNED


@pytest.mark.parametrize("status", [Status.CLOSED, Status.REMOVED])
@pytest.mark.parametrize("event", [Event.TAKEN, Event.GIVEN_BACK, Event.ASSESSED, Event.DISPOSED, Event.CLOSED])
def test_what_is_over_stays_over_until_new_facts_come(status: Status, event: Event) -> None:
    with pytest.raises(RuleBroken, match="cannot"):
        move(status, event)


def test_a_taken_case_cannot_be_taken_again() -> None:
    with pytest.raises(RuleBroken):
        move(Status.TAKEN, Event.TAKEN)


def test_a_case_cannot_be_given_back_to_where_no_queue_is() -> None:
    with pytest.raises(RuleBroken):
        move(Status.TAKEN, Event.GIVEN_BACK, before=Status.CLOSED)


def test_every_status_can_be_reached_and_every_event_is_used() -> None:
    assert set(MOVES.values()) == set(Status)
    assert {event for _, event in MOVES} == set(Event) - {Event.GIVEN_BACK}
