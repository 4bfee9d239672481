"""Which form of an address each kind of recipient gets where it tells who reported it, and what a person is told."""

from __future__ import annotations

import pytest

from pipeline.desk.caseview import Item
from pipeline.desk.telling import TO_NOBODY, TO_POLICE_ONLY, address_for, left_out, remark, stays_here

EXACT, WITHOUT = "https://page.example/a?id=1&fbclid=IwAR0x_aem_0123456789", "https://page.example/a?id=1"


def _item(number: int, *, tells: bool = False, tells_police: bool = False) -> Item:
    return Item(number, "url", EXACT, "", (), tells, tells_police)


@pytest.mark.parametrize(
    ("item", "police", "others"),
    [
        (_item(1), EXACT, WITHOUT), (_item(1, tells=True), EXACT, None),
        (_item(1, tells_police=True), WITHOUT, WITHOUT), (_item(1, tells=True, tells_police=True), None, None),
    ],
)  # fmt: skip
def test_each_gets_the_form_that_tells_of_nobody_they_may_not_know(
    item: Item, police: str | None, others: str | None
) -> None:
    assert address_for(item, "police") == police
    assert {address_for(item, kind) for kind in ("iccam", "host", "clearing_house")} == {others}


def test_what_stays_is_named_by_its_number_and_the_rest_goes() -> None:
    items = (_item(1), _item(2, tells=True), _item(3, tells=True, tells_police=True), _item(4, tells=True))
    said = left_out(items, "iccam") or ""
    assert f"L2, L4: {TO_POLICE_ONLY}" in said
    assert f"L3: {TO_NOBODY}" in said
    assert (left_out(items, "police") or "").startswith(f"L3: {TO_NOBODY}")
    assert left_out(items[:1], "iccam") is None
    assert remark(items[0]) is None


def test_who_gets_no_addresses_hears_of_the_item_as_before() -> None:
    assert not any(stays_here(_item(1, tells=True), kind) for kind in ("helpline", "partner", "police_hashes"))
