"""An action ICCAM finds too early, since it has not worked the report in yet, waits and is no refusal."""

from __future__ import annotations

from datetime import timedelta

from pipeline.desk import acts
from pipeline.desk.acts import Said
from pipeline.desk.iccam import push_cases
from pipeline.desk.packages import Order, make_packages
from tests.agencies import pin_agency
from tests.desk import NOW, Desk
from tests.iccam_cases import ANSWERED, HOME
from tests.iccam_server import FakeIccam
from triage.assessment import Classification, Viewed
from triage.disposition import Kind

pytest_plugins = ("tests.stores", "tests.iccam_fixtures")


def _told_police(line: Desk) -> int:
    pin_agency(line.app, "police-rs", NOW)
    case_id = line.case_of("s-1")
    for item in line.facts(case_id).locators:
        line.assess(case_id, Said(Classification.NATIONAL, item.locator_id, Viewed.CONTENT, hosting_country=HOME,
                                  hosting_source="analyst", iccam=ANSWERED))  # fmt: skip
    line.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
    acts.release(line.app, line.two, case_id, NOW)
    make_packages(line.app, Order("lea"), line.two, NOW)
    line.dispose(case_id, Kind.ICCAM, "iccam", "hosted_here", now=NOW + timedelta(minutes=1))
    make_packages(line.app, Order("iccam"), line.two, NOW + timedelta(minutes=2))
    return case_id


def test_an_action_before_the_report_is_worked_in_is_left_for_later(line: Desk, server: FakeIccam) -> None:
    _told_police(line)
    for hour in range(2):
        pushed = push_cases(line.app, line.two, lambda hour=hour: NOW + timedelta(hours=1 + hour)).pushed
    assert (len(pushed.later), pushed.notes, set(pushed.failed.values())) == (1, (), {"ICCAM answered 400"})
    for hour in range(2, 5):
        server.iccam.settle()
        push_cases(line.app, line.two, lambda hour=hour: NOW + timedelta(hours=1 + hour))
    assert all(one.actions for one in server.iccam.contents.values())


def test_an_action_iccam_refuses_a_day_after_it_took_the_report_is_refused_for_good(
    line: Desk, server: FakeIccam
) -> None:
    _told_police(line)
    assert server.iccam.contents == {}
    for hour in (1, 24, 26, 28):
        pushed = push_cases(line.app, line.two, lambda hour=hour: NOW + timedelta(hours=hour)).pushed
        if hour == 24:
            assert set(pushed.failed.values()) == {"ICCAM answered 400"}
        if hour == 26:
            assert [(one.call, one.happened, one.status) for one in pushed.notes] == [("action", "refused", 400)]
    assert (pushed.notes, pushed.later) == ((), ())
