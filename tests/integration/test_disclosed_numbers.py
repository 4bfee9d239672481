"""A contact for police names its report as the package they have does, so that no reporter is taken for another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.desk import disclosing, moves
from pipeline.desk.disclosures import Wish, ask
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.references import external_reference
from pipeline.routes import routes
from pipeline.verify import verify
from tests.agencies import opened
from tests.desk import NOW, Desk
from tests.disclosed import AGENCY, LATER, PLACE, WHY, another, asked, contacts, decided_again, released
from triage.errors import RuleBroken

pytest_plugins = ("tests.disclosure_workspace",)


def _numbers(folder: Path) -> dict[object, object]:
    """The number of each report by its reporter's e-mail."""
    return {one["contact"]["contact_email"]: one["report"] for one in contacts(folder)}  # type: ignore[index]


def test_a_contact_is_named_by_its_reports_number_in_the_last_package_of_the_agency(telling: Desk) -> None:
    first = make_packages(telling.app, Order("lea"), telling.two, NOW).made[0]
    asked(telling, report_id=telling.report_of("p-2"))
    folder = released(telling)
    assert (_numbers(folder), contacts(folder)[0]["package"]) == ({"canary2@mail.example": 2}, first.name)
    another(telling, "p-0", location=PLACE, received_at="2026-03-01T10:00:00+01:00")
    asked(telling, again=True)
    assert _numbers(released(telling)) == {"canary@mail.example": 1, "canary2@mail.example": 2}
    decided_again(telling, telling.case_of("p-1"))
    second = make_packages(telling.app, Order("lea"), telling.two, LATER).made[0]
    asked(telling, again=True)
    folder = released(telling)
    assert _numbers(folder) == {"z@mail.example": 1, "canary@mail.example": 2, "canary2@mail.example": 3}
    assert {one["package"] for one in contacts(folder)} == {second.name}


def test_no_number_is_told_that_a_package_gave_before_the_case_was_split(telling: Desk) -> None:
    case_id, other = telling.case_of("p-1"), another(telling, "z-1", received_at="2026-03-01T10:00:00+01:00")
    moves.join(telling.app, telling.one, case_id, other, NOW)
    decided_again(telling, case_id)
    make_packages(telling.app, Order("lea"), telling.two, LATER)
    moves.split(telling.app, telling.one, case_id, [telling.item(case_id, "/z")], [], LATER, telling.vault())
    asked(telling)
    assert set(_numbers(released(telling)).values()) == {None}


def test_who_was_told_to_police_before_a_split_is_told_again_only_on_purpose_and_by_every_reference(
    telling: Desk,
) -> None:
    case_id, other = telling.case_of("p-1"), another(telling, "z-1")
    moves.join(telling.app, telling.one, case_id, other, NOW)
    decided_again(telling, case_id)
    make_packages(telling.app, Order("lea"), telling.two, LATER)
    asked(telling)
    released(telling)
    new = moves.split(telling.app, telling.one, case_id, [telling.item(case_id, "/z")], [], LATER, telling.vault())
    decided_again(telling, new)
    with pytest.raises(RuleBroken, match="told already: --again"):
        ask(telling.app, telling.one, Wish(new, AGENCY, WHY), LATER)
    ask(telling.app, telling.one, Wish(new, AGENCY, WHY, again=True), LATER)
    folder = disclosing.release(telling.app, telling.two, new, AGENCY, LATER).folder
    key, country = telling.app.store.index_key, routes().home_country
    known = external_reference(key, country, AGENCY, case_id)
    assert json.loads(opened(folder)["contact.json"])["references"] == [known]
    assert verify(telling.app).findings == ()
