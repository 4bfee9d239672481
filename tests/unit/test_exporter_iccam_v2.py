"""The flat reports of ICCAM version 2; numbers and defects as in reference/hotline_systems.md §2.6 and §3."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from exporters.iccam_codes import CODES_FILE, read_codes
from exporters.iccam_v2 import IccamV2Exporter, action
from exporters.package import Package, item_facts, view_case
from triage.assessment import (
    AgeGroup,
    Assessment,
    Classification,
    Commerciality,
    Gender,
    IccamAnswers,
    PaymentMethod,
    SiteType,
    Viewed,
)
from triage.errors import RuleBroken

CODES = (Path(__file__).parents[2] / "data" / CODES_FILE).read_text(encoding="utf-8")
V2 = read_codes(CODES, version=2)
EXPORTER = IccamV2Exporter({CODES_FILE: CODES})
RECEIVED = datetime(2026, 3, 1, 23, 59, tzinfo=UTC)
ASSESSED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GRAVE = Assessment(9041, 1, Classification.NATIONAL, by=77, at=ASSESSED, viewed=Viewed.CONTENT)


def _report(answers: IccamAnswers | None, reference: str = "IC-1") -> Any:
    items = [item_facts("https://host.example/0", "url", replace(GRAVE, iccam=answers),
                        address_field="address_without_tokens")]  # fmt: skip
    case = view_case(reference, {"first_received": RECEIVED}, items, "iccam")
    package = Package("iccam-v2", "iccam", ASSESSED, "inhope_agreement", "assess_and_act", (case,))
    return json.loads(EXPORTER.files(package)[f"iccam-v2-{reference}-1.json"])


def test_4_the_analysts_answers_are_not_replaced_by_defaults() -> None:
    full = IccamAnswers(
        gender=Gender.BOTH, age_group=AgeGroup.INFANT, virtual=True, user_generated=True, child_modeling=False,
        site_type=SiteType.BLOG, commerciality=Commerciality.COMMERCIAL, payment_methods=(PaymentMethod.BITCOIN,),
    )  # fmt: skip
    report = _report(full)
    names = ("GenderID", "AgeGroupID", "IsVirtual", "IsUserGC", "IsChildModeling", "SiteTypeID", "CommercialityID",
             "PaymentMethodID", "ClassificationID")  # fmt: skip
    assert [report[name] for name in names] == [4, 2, True, True, False, 22, 2, 13, 2]


def test_3_and_4_what_is_unset_is_null_in_version_2_too() -> None:
    report = _report(None)
    names = ("GenderID", "AgeGroupID", "IsVirtual", "IsUserGC", "IsChildModeling", "SiteTypeID", "CommercialityID",
             "PaymentMethodID", "ContentType", "EthnicityID", "Memo")  # fmt: skip
    assert {name: report[name] for name in names} == dict.fromkeys(names)
    assert report["ClassificationID"] == 2


def test_5_and_6_yes_answers_are_sent_and_not_crossed_in_version_2() -> None:
    fields = {"virtual": "IsVirtual", "user_generated": "IsUserGC", "child_modeling": "IsChildModeling"}
    for name, field in fields.items():
        given: dict[str, Any] = {"virtual": False, "user_generated": False, "child_modeling": False, name: True}
        report = _report(IccamAnswers(**given))
        assert [key for key in ("IsVirtual", "IsUserGC", "IsChildModeling") if report[key]] == [field]


def test_8_a_reference_of_digits_stays_text_in_version_2() -> None:
    assert _report(None, "0123")["ReportingHotlineReference"] == "0123_202603020930-1"


def test_receiving_and_classifying_are_two_clocks() -> None:
    report = _report(None)
    assert (report["Received"], report["ClassificationDate"]) == ("2026-03-01T23:59:00Z", "2026-03-02T09:30:00Z")


def test_what_version_2_cannot_carry_is_refused_instead_of_cut() -> None:
    for answers in (
        IccamAnswers(payment_methods=(PaymentMethod.SMS, PaymentMethod.VISA)),
        IccamAnswers(site_type=SiteType.NOT_APPLICABLE),
    ):
        with pytest.raises(RuleBroken):
            _report(answers)


def test_what_inhope_assigned_is_in_no_report_of_version_2_either() -> None:
    at = "address_without_tokens"
    places = [item_facts(f"https://host.example/{number}", "url", GRAVE, address_field=at) for number in range(2)]
    places[0]["assigned_content"] = (70001,)
    mixed, whole = (view_case("IC-1", {"first_received": RECEIVED}, some, "iccam") for some in (places, places[:1]))
    package = Package("iccam-v2", "iccam", ASSESSED, "inhope_agreement", "assess_and_act", (mixed,))
    (name,) = (name for name in EXPORTER.files(package) if name.startswith("iccam-v2-"))
    assert json.loads(EXPORTER.files(package)[name])["Url"] == "https://host.example/1"
    with pytest.raises(RuleBroken, match="INHOPE assigned"):
        EXPORTER.files(replace(package, cases=(whole,)))


def test_version_2_numbers_its_actions_differently() -> None:
    words = ("reported_to_lea", "reported_to_isp", "removed", "unavailable", "moved", "not_illegal")
    made = [action(word, 501, "analyst", ASSESSED, V2, "NL" if word == "moved" else None) for word in words]
    assert [body["ActionID"] for body in made] == [1, 2, 3, 4, 5, 7]
    assert {body["Reason"] for body in made} == {None}
    assert made[4]["Country"] == "NL"
    assert read_codes(CODES).number("action_type", "not_illegal") == 6


def test_neither_staff_nor_internal_numbers_go_in_version_2() -> None:
    body = json.dumps(_report(None))
    assert "9041" not in body
    assert "77" not in body
