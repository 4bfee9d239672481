"""Lanes in their order, and targets in working time or around the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from triage.clocks import Clocks, Lane, after_working_days, due_at, lane_of, overdue, working_minutes
from triage.errors import BadConfiguration
from triage.lifecycle import Status
from triage.verdict import Escalation, Label

TEXT = (Path(__file__).parents[2] / "data" / "clocks.toml").read_text(encoding="utf-8")


def _fixed(_: str) -> tzinfo:
    return timezone(timedelta(hours=2))


CLOCKS = Clocks.from_toml(TEXT, _fixed)


@pytest.mark.parametrize(
    ("label", "escalate", "assigned", "status", "reasons", "lane"),
    [
        (Label.INCOMPLETE, Escalation.DANGER_NOW, True, Status.RETURNED, ("question",), Lane.DANGER_NOW),
        (Label.INCOMPLETE, Escalation.RISK_TO_LIFE, False, Status.NEW, (), Lane.CHILDREN_AT_RISK),
        (Label.CSAM_SUSPECT, Escalation.ABUSE_DESCRIBED, True, Status.NEW, (), Lane.CHILDREN_AT_RISK),
        (Label.CSAM_SUSPECT, Escalation.NONE, True, Status.NEW, (), Lane.ASSIGNED_BY_INHOPE),
        (Label.CSAM_SUSPECT, Escalation.NONE, False, Status.RETURNED, (), Lane.NEW_FACTS),
        (Label.CSAM_SUSPECT, Escalation.NONE, False, Status.NEW, (), Lane.SUSPECTS),
        (Label.COMPLETE, Escalation.NONE, False, Status.NEW, (), Lane.OTHER_REPORTS),
        (Label.INCOMPLETE, Escalation.NONE, False, Status.NEW, ("no_locator",), Lane.NEEDS_ADDRESS),
        (Label.INCOMPLETE, Escalation.NONE, False, Status.NEW, ("no_locator", "question"), Lane.QUESTIONS),
        (Label.INCOMPLETE, Escalation.NONE, False, Status.NEW, ("seeks_help_for_self",), Lane.QUESTIONS),
    ],
)
def test_the_lane_of_a_case(
    label: Label, escalate: Escalation, assigned: bool, status: Status, reasons: tuple[str, ...], lane: Lane
) -> None:
    assert lane_of(label, escalate, assigned, status, reasons) is lane


@pytest.mark.parametrize("escalate", [kind for kind in Escalation if kind is not Escalation.NONE])
@pytest.mark.parametrize("label", Label)
def test_no_danger_waits_behind_a_suspect(label: Label, escalate: Escalation) -> None:
    lanes = list(Lane)
    assert lanes.index(lane_of(label, escalate, False, Status.NEW)) < lanes.index(Lane.SUSPECTS)


def test_danger_counts_nights_and_sundays() -> None:
    sunday_night = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
    assert due_at(Lane.DANGER_NOW, sunday_night, CLOCKS) == sunday_night + timedelta(minutes=15)


def test_a_suspect_reported_in_the_afternoon_is_due_the_next_working_afternoon() -> None:
    friday = datetime(2026, 3, 6, 15, 0, tzinfo=_fixed(""))  # one working hour left; then a weekend
    assert due_at(Lane.SUSPECTS, friday, CLOCKS) == datetime(2026, 3, 9, 15, 0, tzinfo=_fixed(""))


def test_holidays_do_not_count() -> None:
    thursday = datetime(2026, 4, 30, 15, 0, tzinfo=_fixed(""))  # 1 and 2 May are free, then a Sunday
    assert due_at(Lane.SUSPECTS, thursday, CLOCKS) == datetime(2026, 5, 4, 15, 0, tzinfo=_fixed(""))


def test_what_comes_before_opening_waits_from_opening() -> None:
    early = datetime(2026, 3, 2, 3, 0, tzinfo=_fixed(""))
    assert due_at(Lane.SUSPECTS, early, CLOCKS) == datetime(2026, 3, 2, 16, 0, tzinfo=_fixed(""))


def test_a_case_is_overdue_after_its_target_and_not_at_it() -> None:
    since = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
    due = due_at(Lane.SUSPECTS, since, CLOCKS)
    assert not overdue(Lane.SUSPECTS, since, due, CLOCKS)
    assert overdue(Lane.SUSPECTS, since, due + timedelta(seconds=1), CLOCKS)


def test_the_change_to_summer_time_neither_gives_nor_takes_working_time() -> None:
    clocks = Clocks.from_toml(TEXT, ZoneInfo)
    friday = datetime(2026, 3, 27, 15, 0, tzinfo=ZoneInfo("Europe/Sarajevo"))
    due = due_at(Lane.SUSPECTS, friday, clocks)
    assert due == datetime(2026, 3, 30, 15, 0, tzinfo=ZoneInfo("Europe/Sarajevo"))
    assert working_minutes(friday, due, clocks) == 480


def test_working_minutes_skip_nights_weekends_and_holidays() -> None:
    start = datetime(2026, 4, 30, 15, 30, tzinfo=_fixed(""))
    end = datetime(2026, 5, 4, 8, 10, tzinfo=_fixed(""))
    assert working_minutes(start, end, CLOCKS) == 40
    assert working_minutes(end, start, CLOCKS) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("opens = 08:00:00", "opens = 17:00:00"),
        ("weekdays = [0, 1, 2, 3, 4]", "weekdays = []"),
        ("weekdays = [0, 1, 2, 3, 4]", "weekdays = [7]"),
        ("suspects = { minutes = 480", "suspects = { minutes = 0"),
        ("suspects = {", "overdue = {"),
        ("suspects = {", "elsewhere = {"),
        ("[working_time]", "[working_times]"),
        ("version = 1", "version ="),
    ],
)
def test_a_bad_file_fails_before_any_clock_runs(old: str, new: str) -> None:
    assert old in TEXT
    with pytest.raises(BadConfiguration, match=r"clocks\.toml"):
        Clocks.from_toml(TEXT.replace(old, new), _fixed)


def test_a_target_nobody_could_meet_is_a_mistake_in_the_data() -> None:
    clocks = Clocks.from_toml(TEXT.replace("questions = { minutes = 2400", "questions = { minutes = 2400000"), _fixed)
    with pytest.raises(BadConfiguration):
        due_at(Lane.QUESTIONS, datetime(2026, 3, 2, tzinfo=UTC), clocks)


def test_whole_working_days_pass_over_nights_weekends_and_holidays() -> None:
    clocks = Clocks.from_toml(TEXT, ZoneInfo)
    friday = datetime(2026, 3, 6, 14, 0, tzinfo=clocks.zone)
    assert after_working_days(friday, 1, clocks) == datetime(2026, 3, 9, 14, 0, tzinfo=clocks.zone)
    sunday = datetime(2026, 3, 8, 3, 0, tzinfo=clocks.zone)
    assert after_working_days(sunday, 1, clocks) == datetime(2026, 3, 9, 16, 0, tzinfo=clocks.zone)
    before_may = datetime(2026, 4, 30, 9, 0, tzinfo=clocks.zone)  # the first and second of May are free
    assert after_working_days(before_may, 1, clocks) == datetime(2026, 5, 4, 9, 0, tzinfo=clocks.zone)
