"""Police read who looked at what a case holds, also where it was looked at before a split or a joining."""

from __future__ import annotations

from datetime import timedelta

from pipeline.desk import moves
from pipeline.desk.acts import Said
from pipeline.desk.told_custody import custody
from pipeline.store.engine import reading
from tests.desk import NOW, Desk
from triage.assessment import Classification, Viewed
from triage.disposition import Kind

LATER = NOW + timedelta(minutes=10)


def _told(desk: Desk, *cases: int) -> list[tuple[str | None, str]]:
    with reading(desk.app.store.engine) as connection:
        lines = custody(connection, {case_id: f"REF-{case_id}" for case_id in cases}, "police-rs")
    return [(line.reference, line.what) for line in lines]


def _seen(desk: Desk, case_id: int, ending: str) -> None:
    item = desk.item(case_id, ending)
    said = Said(Classification.NOT_ILLEGAL, reason="adult_content", viewed=Viewed.CONTENT, locator_id=item)
    desk.assess(case_id, said)


def test_a_case_that_was_split_off_tells_who_looked_at_it_before(desk: Desk) -> None:
    old = desk.case_of("s-1")
    _seen(desk, old, "utm_source=x")
    _seen(desk, old, "www.bad.example/a")
    desk.dispose(old, Kind.POLICE, "police-fbih")
    item = desk.item(old, "www.bad.example/a")
    new = moves.split(desk.app, desk.one, old, (item,), (), LATER, desk.vault())
    _seen(desk, old, "utm_source=x")
    assert _told(desk, new) == [(f"REF-{new}", "case_assessed"), (f"REF-{new}", "case_split_off")]


def test_a_case_that_took_in_another_tells_who_looked_at_that_one_before(desk: Desk) -> None:
    one, other = desk.case_of("s-1"), desk.case_of("o-1")
    desk.assess(other)
    assert _told(desk, one) == []
    moves.join(desk.app, desk.one, one, other, LATER)
    assert _told(desk, one) == [(f"REF-{one}", "case_assessed"), (f"REF-{one}", "cases_joined")]
    new = moves.split(desk.app, desk.one, one, (desk.item(one, "/b"),), (), LATER, desk.vault())
    assert _told(desk, new) == [(f"REF-{new}", "case_assessed"), (f"REF-{new}", "case_split_off")]
    assert {reference for reference, _ in _told(desk, one, new)} == {f"REF-{one}", f"REF-{new}"}
