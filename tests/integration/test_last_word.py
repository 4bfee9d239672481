"""The last word counts: one on the whole case overrules older ones on its items, and what was decided before waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.desk import acts, lea_holds
from pipeline.desk.acts import Said
from pipeline.desk.outside import outside_view
from pipeline.desk.packages import Order, Outcome, make_packages
from pipeline.desk.records import grave_among
from pipeline.store.engine import reading
from tests.agencies import pin_agency
from tests.desk import NOW, Desk
from tests.noticing import GRAVE, LATER, contact, decided, letter, outbox, sent
from triage.assessment import Classification, IllegalKind, Viewed
from triage.disposition import Kind
from triage.errors import RuleBroken
from triage.lea_hold import Why

pytest_plugins = ("tests.notice_workspace",)
HOUR = timedelta(hours=1)
HARMLESS = Said(Classification.NOT_ILLEGAL, viewed=Viewed.CONTENT, reason="adult_content")
THREAT = Said(Classification.ILLEGAL_OTHER, viewed=Viewed.CONTENT, kind=IllegalKind.THREAT)
AGAIN = "assessed again since: decide again"


def _made(desk: Desk, kind: str, **more: bool) -> Outcome:
    return make_packages(desk.app, Order(kind, **more), desk.two, NOW + 3 * HOUR)


def _told(desk: Desk, case_id: int, recipient_kind: str) -> set[object]:
    view = outside_view(desk.facts(case_id), "X", recipient_kind)
    return {item.facts.get("classification") for item in view.items}


def test_everybody_is_told_the_later_word_on_the_whole_case(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    assert {_told(noticing, case_id, one).pop() for one in ("police", "iccam", "host")} == {"baseline"}
    noticing.assess(case_id, HARMLESS, now=NOW + HOUR)
    assert {_told(noticing, case_id, one).pop() for one in ("police", "iccam", "host")} == {"not_illegal"}
    with reading(noticing.app.store.engine) as connection:
        assert not grave_among(connection, [case_id])


def test_a_still_later_word_on_an_item_overrules_the_case_for_that_item(noticing: Desk) -> None:
    case_id = noticing.case_of("s-1")
    noticing.assess(case_id, HARMLESS)
    item = noticing.facts(case_id).locators[0].locator_id
    noticing.assess(case_id, Said(Classification.BASELINE, item, Viewed.CONTENT), now=NOW + HOUR)
    assert "baseline" in _told(noticing, case_id, "police")


@pytest.mark.parametrize("word", [HARMLESS, THREAT])
def test_a_package_for_iccam_decided_before_does_not_go(noticing: Desk, word: Said) -> None:
    case_id = decided(noticing, "s-1")
    noticing.dispose(case_id, Kind.ICCAM, "iccam", reason="hosted_abroad")
    noticing.assess(case_id, word, now=NOW + HOUR)
    (skipped,) = _made(noticing, "iccam").skipped
    assert "iccam needs one of: baseline, national" in skipped.why


def test_iccam_is_not_told_another_classification_than_was_decided(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    noticing.dispose(case_id, Kind.ICCAM, "iccam", reason="hosted_abroad")
    item = noticing.facts(case_id).locators[0].locator_id
    national = Said(Classification.NATIONAL, item, Viewed.CONTENT)
    noticing.assess(case_id, national, now=NOW + HOUR)
    (skipped,) = _made(noticing, "iccam").skipped
    assert AGAIN in skipped.why
    noticing.dispose(case_id, Kind.ICCAM, "iccam", reason="hosted_abroad", now=NOW + 2 * HOUR)
    assert _made(noticing, "iccam").made
    assert _made(noticing, "iccam", again=True).made, "the older decision is no hindrance to the newer one"


def test_the_same_classification_by_another_person_stops_nothing(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    noticing.dispose(case_id, Kind.ICCAM, "iccam", reason="hosted_abroad")
    for one in noticing.facts(case_id).locators:
        again = Said(Classification.BASELINE, one.locator_id, Viewed.CONTENT)
        noticing.assess(case_id, again, now=NOW + HOUR, by=noticing.two)
    assert _made(noticing, "iccam").made


def test_police_get_a_case_assessed_otherwise_only_by_a_new_decision(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    pin_agency(noticing.app, "police-rs", NOW)
    noticing.dispose(case_id, Kind.POLICE, "police-rs", reason="hosted_abroad")
    noticing.assess(case_id, HARMLESS, now=NOW + HOUR)
    supervisor = noticing.person("sample-supervisor")
    with pytest.raises(RuleBroken, match=AGAIN):
        acts.release(noticing.app, supervisor, case_id, NOW + 2 * HOUR)
    noticing.dispose(case_id, Kind.POLICE, "police-rs", reason="hosted_abroad", now=NOW + 2 * HOUR)
    acts.release(noticing.app, supervisor, case_id, NOW + 2 * HOUR)
    assert _made(noticing, "lea").made


def test_who_assessed_an_item_cannot_release_it_once_another_spoke_of_the_whole_case(noticing: Desk) -> None:
    case_id = noticing.case_of("s-1")
    item = noticing.facts(case_id).locators[0].locator_id
    noticing.assess(case_id, Said(Classification.BASELINE, item, Viewed.CONTENT), by=noticing.two)
    noticing.assess(case_id, HARMLESS, now=NOW + HOUR)
    noticing.dispose(case_id, Kind.POLICE, "police-rs", reason="hosted_abroad", now=NOW + 2 * HOUR)
    with pytest.raises(RuleBroken, match="who assessed a case cannot release it"):
        acts.release(noticing.app, noticing.two, case_id, NOW + 2 * HOUR)


def test_one_of_two_units_decided_again_is_released_without_the_other(noticing: Desk) -> None:
    case_id = decided(noticing, "s-1")
    for unit in ("police-rs", "police-fbih"):
        noticing.dispose(case_id, Kind.POLICE, unit, reason="hosted_abroad")
    noticing.assess(case_id, THREAT, now=NOW + HOUR)
    noticing.dispose(case_id, Kind.POLICE, "police-rs", reason="hosted_abroad", now=NOW + HOUR)
    assert len(acts.release(noticing.app, noticing.two, case_id, NOW + 2 * HOUR)) == 2
    waiting = [one.made.recipient for one in noticing.facts(case_id).dispositions
               if one.made.kind is Kind.POLICE and one.released_at is None]  # fmt: skip
    assert waiting == ["police-fbih"]


def test_a_host_is_told_nothing_of_what_is_said_to_be_lawful(noticing: Desk) -> None:
    case_id, to = decided(noticing, "s-1"), contact(noticing, "bad.example")
    noticing.assess(case_id, HARMLESS, now=NOW + HOUR)
    noticing.dispose(case_id, Kind.PREVENTION, now=NOW + HOUR)
    with pytest.raises(RuleBroken):
        sent(noticing, to, now=LATER)
    assert not outbox(noticing)


def test_a_host_is_told_of_another_offence_only_by_a_new_decision(noticing: Desk) -> None:
    case_id, to = decided(noticing, "s-1"), contact(noticing, "bad.example")
    noticing.assess(case_id, THREAT, now=NOW + HOUR)
    with pytest.raises(RuleBroken):
        sent(noticing, to, now=LATER)
    noticing.dispose(case_id, Kind.NOTICE, "host", reason="hosted_abroad", now=NOW + HOUR)
    sent(noticing, to, now=LATER)
    (mail,) = outbox(noticing)
    assert "child sexual abuse" not in letter(mail)


def _holding(desk: Desk, case_id: int) -> list[Why]:
    with reading(desk.app.store.engine) as connection:
        return [one.why for one in lea_holds.holds_in(connection, [case_id], LATER)[case_id]]


@pytest.mark.parametrize("word", [GRAVE, THREAT], ids=["abroad", "threat"])
def test_the_hold_of_grave_content_here_falls_by_two_people_not_by_one(noticing: Desk, word: Said) -> None:
    host, case_id = contact(noticing, "bad.example"), noticing.case_of("s-1")
    item = noticing.facts(case_id).locators[0].locator_id
    noticing.assess(case_id, replace(GRAVE, locator_id=item, hosting_country="BA", hosting_source="whois"))
    word = replace(word, locator_id=item)
    noticing.assess(case_id, word, now=NOW + HOUR)
    noticing.dispose(case_id, Kind.NOTICE, "host", reason="hosted_here", now=NOW + HOUR)
    assert _holding(noticing, case_id) == [Why.POLICE_NOT_TOLD]
    with pytest.raises(RuleBroken, match="held for police"):
        sent(noticing, host, now=LATER + HOUR)
    noticing.assess(case_id, word, by=noticing.two, now=NOW + HOUR)
    assert _holding(noticing, case_id) == []
    sent(noticing, host, now=LATER + HOUR)
    assert len(outbox(noticing)) == 1
