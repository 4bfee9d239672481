"""A referral says whether the helpline's advice can be passed on, and whether police were told; nobody is named."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from pipeline.desk import acts
from pipeline.desk.answer_withdrawn import withdraw
from pipeline.desk.call_log import CallNote
from pipeline.desk.outside import outside_view
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.urgent import log_call, make_call
from tests.desk import NOW, Desk
from triage.disposition import Kind
from triage.urgent_call import CallReason

pytest_plugins = ("tests.letter_workspace",)
LATER = NOW + timedelta(days=1)
FIELDS = ("advice_can_be_passed_on", "police_told", "police_told_at")


def _told(desk: Desk, external_id: str) -> tuple[list[Any], str]:
    """The three fields of a case's referral, and its page."""
    desk.dispose(desk.case_of(external_id), Kind.HELPLINE, "helpline", "worried_parent", now=LATER)
    (made,) = make_packages(desk.app, Order("referral"), desk.two, LATER).made
    (case,) = json.loads((made.folder / "referral.json").read_text())["cases"]
    assert b"mail.example" not in b"".join(path.read_bytes() for path in made.folder.iterdir())
    return [case.get(name) for name in FIELDS], (made.folder / "read-first.txt").read_text()


@pytest.mark.parametrize(
    ("external_id", "reachable"), [("l-5", True), ("l-4", True), ("l-2", False), ("l-3", False)],
    ids=["safe mail", "safe telephone", "a contact nobody called safe", "no contact"],
)  # fmt: skip
def test_a_helpline_reads_whether_its_advice_can_be_passed_on(
    letters: Desk, external_id: str, reachable: bool
) -> None:
    told, page = _told(letters, external_id)
    assert told == [reachable, False, None]
    assert f"  Vaš savjet ili broj možemo prenijeti osobi: {'da' if reachable else 'ne'}.\n" in page
    assert "  Policija je obaviještena: ne.\n" in page


def test_who_wants_no_contact_any_more_gets_no_advice(letters: Desk) -> None:
    withdraw(letters.app, letters.one, letters.report_of("l-5"), NOW)
    assert _told(letters, "l-5")[0] == [False, False, None]


def test_police_count_as_told_on_the_day_of_the_first_package_or_call(letters: Desk) -> None:
    case_id = letters.case_of("l-7")
    letters.assess(case_id)
    letters.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
    acts.release(letters.app, letters.two, case_id, NOW)
    assert _told(letters, "l-7")[0][1:] == [False, None], "decided is not told"
    make_packages(letters.app, Order("lea"), letters.two, NOW)
    told, page = _told(letters, "l-7")
    assert told[1:] == [True, "2026-03-04"]
    assert "  Policija je obaviještena: da, 04.03.2026.\n" in page


@pytest.mark.parametrize("reached", [False, True])
def test_only_a_call_that_reached_somebody_told_police(letters: Desk, reached: bool) -> None:
    case_id = letters.case_of("l-5")
    call, _ = make_call(letters.app, letters.one, case_id, "police-rs", CallReason.CHILD_IN_DANGER_NOW, NOW)
    note = CallNote("Duty desk", "Told.")
    log_call(letters.app, letters.one, case_id, call.call_id, NOW, note, NOW, reached=reached)
    assert _told(letters, "l-5")[0][1:] == ([True, "2026-03-04"] if reached else [False, None])


def test_others_read_nothing_of_it_and_no_list_of_what_was_taken_out_names_it(letters: Desk) -> None:
    facts = letters.facts(letters.case_of("l-5"))
    for kind in ("police", "iccam", "host"):
        view = outside_view(facts, "BA-1", kind)
        assert not {*view.facts, *view.removed} & set(FIELDS)
