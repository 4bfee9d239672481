"""The police hold of cases taken apart or joined: an address waits until police are told of it, not of its case."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pipeline.desk import acts, lea_holds, moves
from pipeline.desk.call_log import CallNote
from pipeline.desk.feedback import take_in_feedback
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.sent_packages import sent_to
from pipeline.desk.urgent import log_call, make_call
from pipeline.store.engine import reading
from pipeline.verify.everything import verify
from tests.agencies import AGENCY, opened, pin_agency
from tests.desk import NOW, Desk
from tests.noticing import GRAVE
from triage.disposition import Kind
from triage.errors import RuleBroken
from triage.lea_hold import Why, WordKind
from triage.urgent_call import CallReason

pytest_plugins = ("tests.notice_workspace",)
HERE = replace(GRAVE, hosting_country="BA", hosting_source="whois")
AGENCY_CODE, MINUTE, DAYS = "police-rs", timedelta(minutes=1), timedelta(days=5)


def _why(desk: Desk, case_id: int, now: datetime) -> list[Why]:
    with reading(desk.app.store.engine) as connection:
        return [one.why for one in lea_holds.holds_in(connection, [case_id], now)[case_id]]


def _assessed(desk: Desk, case_id: int, now: datetime) -> None:
    for item in desk.facts(case_id).locators:
        desk.assess(case_id, replace(HERE, locator_id=item.locator_id), now=now)


def _package(desk: Desk, case_id: int, now: datetime) -> str:
    """Export what was decided; the addresses that went."""
    acts.release(desk.app, desk.two, case_id, now)
    made = make_packages(desk.app, Order("lea", recipient=AGENCY_CODE, case_id=case_id), desk.two, now)
    return opened(made.made[0].folder)["addresses.txt"].decode()


def _for_police(desk: Desk, case_id: int, now: datetime) -> None:
    _assessed(desk, case_id, now)
    desk.dispose(case_id, Kind.POLICE, AGENCY_CODE, "hosted_here", now=now)


def _split_after_deciding(desk: Desk) -> tuple[int, int]:
    """A case of two addresses decided for police, one of which was split off since."""
    pin_agency(desk.app, AGENCY_CODE, NOW)
    case_id = desk.case_of("s-1")
    moves.join(desk.app, desk.one, case_id, desk.case_of("o-1"), NOW)
    _for_police(desk, case_id, NOW + MINUTE)
    items = [desk.item(case_id, "/b")]
    return case_id, moves.split(desk.app, desk.one, case_id, items, [], NOW + 2 * MINUTE, desk.vault())


def test_a_package_about_the_rest_starts_no_time_out_for_what_was_split_off(noticing: Desk) -> None:
    case_id, off = _split_after_deciding(noticing)
    assert "other" not in _package(noticing, case_id, NOW + 3 * MINUTE)
    for now in (NOW + 4 * MINUTE, NOW + DAYS):
        assert _why(noticing, off, now) == [Why.PACKAGE_NOT_GONE]
    assert _why(noticing, case_id, NOW + 4 * MINUTE) == [Why.POLICE_HAVE_IT]
    assert _why(noticing, case_id, NOW + DAYS) == []
    assert verify(noticing.app).findings == ()


def test_its_own_package_carries_out_what_was_decided_before_the_split(noticing: Desk) -> None:
    case_id, off = _split_after_deciding(noticing)
    _package(noticing, case_id, NOW + 3 * MINUTE)
    _for_police(noticing, off, NOW + 4 * MINUTE)
    assert "other" in _package(noticing, off, NOW + 5 * MINUTE)
    assert _why(noticing, off, NOW + 6 * MINUTE) == [Why.POLICE_HAVE_IT]
    assert _why(noticing, off, NOW + DAYS) == []


def test_an_answer_frees_only_what_was_told_under_its_reference(noticing: Desk) -> None:
    case_id, off = _split_after_deciding(noticing)
    _package(noticing, case_id, NOW + 3 * MINUTE)
    with reading(noticing.app.store.engine) as connection:
        (known,) = sent_to(noticing.app, connection, AGENCY_CODE)
    at = NOW + 9 * MINUTE
    body = f"reference,state,their_number,at\r\n{known.reference},no_offence,,{at.isoformat()}\r\n".encode()
    take_in_feedback(noticing.app, noticing.two, AGENCY_CODE, body, AGENCY.signature(body), at)
    assert _why(noticing, case_id, at + MINUTE) == []
    assert _why(noticing, off, at + MINUTE) == [Why.PACKAGE_NOT_GONE]


@pytest.mark.parametrize("about_the_rest", [True, False])
def test_a_call_lets_one_person_write_down_a_release_only_of_what_it_told(
    noticing: Desk, about_the_rest: bool
) -> None:
    case_id, off = _split_after_deciding(noticing)
    about, at = case_id if about_the_rest else off, NOW + 4 * MINUTE
    call, _ = make_call(noticing.app, noticing.one, about, AGENCY_CODE, CallReason.MEETING_SOON, at)
    log_call(noticing.app, noticing.one, about, call.call_id, at, CallNote("x", "y"), at, reached=True)
    release = (noticing.app, noticing.one, off, WordKind.RELEASE, AGENCY_CODE, "telephone", at + MINUTE)
    if about_the_rest:
        with pytest.raises(RuleBroken, match="was not called"):
            lea_holds.write_word(*release)
    else:
        lea_holds.write_word(*release)
    held = [Why.PACKAGE_NOT_GONE] if about_the_rest else []
    assert _why(noticing, off, at + 2 * MINUTE) == held


def test_grave_content_here_waits_also_joined_into_what_police_know_and_split_off_again(noticing: Desk) -> None:
    pin_agency(noticing.app, AGENCY_CODE, NOW)
    known, other = noticing.case_of("s-1"), noticing.case_of("o-1")
    _for_police(noticing, known, NOW)
    _assessed(noticing, other, NOW)
    _package(noticing, known, NOW + MINUTE)
    moves.join(noticing.app, noticing.one, known, other, NOW + DAYS)
    assert _why(noticing, known, NOW + DAYS) == [Why.POLICE_NOT_TOLD]
    at = NOW + DAYS + MINUTE
    items = [noticing.item(known, "/b")]
    off = moves.split(noticing.app, noticing.one, known, items, [], at, noticing.vault())
    assert _why(noticing, off, at) == [Why.POLICE_NOT_TOLD]
    assert _why(noticing, known, at) == []
    _for_police(noticing, off, at)
    assert "other" in _package(noticing, off, at + MINUTE)
    assert _why(noticing, off, at + 2 * MINUTE) == [Why.POLICE_HAVE_IT]
    assert _why(noticing, off, at + DAYS) == []
