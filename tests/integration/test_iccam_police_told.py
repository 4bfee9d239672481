"""ICCAM hears that police were told only of a case all of whose addresses they got."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.desk import acts, moves
from pipeline.desk.acts import Said
from pipeline.desk.lea_holds import first_told
from pipeline.desk.packages import Order, make_packages
from pipeline.store.engine import reading
from tests.agencies import pin_agency
from tests.desk import NOW, Desk
from tests.iccam_cases import ANSWERED, HOME
from tests.iccam_desk import minutes_go_by, run
from tests.iccam_server import FakeIccam
from triage.assessment import Classification, Viewed
from triage.disposition import Kind

pytest_plugins = ("tests.stores", "tests.iccam_fixtures")


def _assess(desk: Desk, case_id: int, ending: str, hours: int) -> None:
    item, at = desk.item(case_id, ending), NOW + timedelta(hours=hours)
    said = Said(Classification.NATIONAL, item, Viewed.CONTENT, hosting_country=HOME, hosting_source="analyst",
                iccam=ANSWERED)  # fmt: skip
    desk.assess(case_id, said, now=at)


def _police(desk: Desk, case_id: int, hours: int) -> None:
    at = NOW + timedelta(hours=hours)
    desk.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here", now=at)
    acts.release(desk.app, desk.two, case_id, at)
    assert make_packages(desk.app, Order("lea", recipient="police-rs"), desk.two, at).made


@pytest.mark.parametrize("all_told", [False, True])
def test_what_was_joined_in_after_the_package_is_not_reported_as_known_to_police(
    line: Desk, server: FakeIccam, all_told: bool
) -> None:
    pin_agency(line.app, "police-rs", NOW)
    case_id = line.case_of("s-1")
    _assess(line, case_id, "/a", 0)
    _police(line, case_id, 0)
    moves.join(line.app, line.one, case_id, line.case_of("o-1"), NOW + timedelta(hours=1))
    for ending in ("/a", "/b"):
        _assess(line, case_id, ending, 2)
    if all_told:
        _police(line, case_id, 2)
    line.dispose(case_id, Kind.ICCAM, "iccam", "hosted_here", now=NOW + timedelta(hours=3))
    assert run(line, "export", "iccam", "--case", f"C{case_id}") == 0
    for _ in range(3):
        run(line, "iccam", "push")
        server.iccam.settle()
        minutes_go_by(line)
    told = {str(one.url["urlString"])[-2:]: bool(one.actions) for one in server.iccam.contents.values()}
    assert {told["/a"], told["/b"]} == {all_told}
    with reading(line.app.store.engine) as connection:
        assert (first_told(connection, [case_id])[case_id] is not None) == all_told
