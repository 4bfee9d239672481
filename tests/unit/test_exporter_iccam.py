"""ICCAM v3 reports; the numbered tests answer the defects in reference/hotline_systems.md §2.6."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from exporters.iccam import IccamExporter
from exporters.iccam_codes import CODES_FILE, LISTS, read_codes
from exporters.iccam_payloads import action, answers_of, assessment, closing_action, source_answers_of
from exporters.manifest import MANIFEST
from exporters.package import CaseView, ItemView, Package, item_facts, view_case
from triage.assessment import (
    NOT_ASSESSED_REASONS,
    NOT_ILLEGAL_REASONS,
    AgeGroup,
    Assessment,
    Classification,
    Commerciality,
    Gender,
    IccamAnswers,
    IllegalKind,
    PaymentMethod,
    SiteType,
    Viewed,
)
from triage.errors import BadConfiguration, RuleBroken
from triage.redaction import address_field, redact

CODES = (Path(__file__).parents[2] / "data" / CODES_FILE).read_text(encoding="utf-8")
EXPORTER = IccamExporter({CODES_FILE: CODES})
FIELD = address_field("iccam")
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
GRAVE = Assessment(9041, 1, Classification.NATIONAL, by=77, at=AT, viewed=Viewed.CONTENT)


def _case(*assessments: Assessment, reference: str = "IC-1") -> CaseView:
    items = [
        item_facts(f"https://host.example/{number}", "url", assessment, is_source=number == 0, address_field=FIELD)
        for number, assessment in enumerate(assessments)
    ]
    return view_case(reference, {"first_received": AT}, items, "iccam")


def _package(*cases: CaseView) -> Package:
    return Package("iccam", "iccam", AT, "inhope_agreement", "assess_and_act", cases)


def _report(*assessments: Assessment) -> Any:
    return json.loads(EXPORTER.files(_package(_case(*assessments)))["iccam-IC-1.json"])


def _assessed(answers: IccamAnswers | None) -> Any:
    return _report(replace(GRAVE, iccam=answers))["urls"][0]["assessment"]


def _answered(name: str, answer: Any) -> IccamAnswers:
    given: dict[str, Any] = {name: answer}
    return IccamAnswers(**given)


def test_3_what_is_unset_stays_unset_and_never_becomes_baseline() -> None:
    for classification in (Classification.UNSET, None):
        with pytest.raises(RuleBroken):
            _report(replace(GRAVE, classification=classification))  # type: ignore[arg-type]
    report = _report(GRAVE)
    assert report["urls"][0]["assessment"] == {
        "assessingAnalystName": "analyst", "classification": 2, "ageCategorization": None,
        "genderCategorization": None, "virtualContentCategorization": None,
        "userGeneratedContentCategorization": None, "childModelingCategorization": None,
        "universalClassification": {"schema_version": None, "labels": []},
    }  # fmt: skip
    assert (report["sourceUrlSiteType"], report["sourceUrlCommerciality"]) == (None, None)
    assert report["sourceUrlPaymentMethods"] == []


def test_4_every_answer_reaches_iccam_as_it_was_given() -> None:
    codes = read_codes(CODES).lists
    lists: tuple[tuple[str, Any, str], ...] = (
        ("gender", Gender, "genderCategorization"), ("age_group", AgeGroup, "ageCategorization"),
    )  # fmt: skip
    for name, answers, sent_as in lists:
        assert set(codes[name]) == set(answers)
        for answer in answers:
            assert _assessed(_answered(name, answer))[sent_as] == codes[name][answer]
    for name, answers, sent_as in (
        ("site_type", SiteType, "sourceUrlSiteType"), ("commerciality", Commerciality, "sourceUrlCommerciality"),
    ):  # fmt: skip
        assert set(codes[name]) == set(answers)
        for answer in answers:
            assert _report(replace(GRAVE, iccam=_answered(name, answer)))[sent_as] == codes[name][answer]
    assert set(codes["payment_methods"]) == set(PaymentMethod)
    paid = _report(replace(GRAVE, iccam=IccamAnswers(payment_methods=tuple(PaymentMethod))))
    assert paid["sourceUrlPaymentMethods"] == list(range(1, 14))


@pytest.mark.parametrize("yes", ["virtual", "user_generated", "child_modeling"])
def test_5_and_6_the_three_yes_no_answers_are_not_crossed_and_a_yes_is_sent(yes: str) -> None:
    sent_as = {
        "virtual": "virtualContentCategorization",
        "user_generated": "userGeneratedContentCategorization",
        "child_modeling": "childModelingCategorization",
    }
    given: dict[str, Any] = {"virtual": False, "user_generated": False, "child_modeling": False, yes: True}
    assessed = _assessed(IccamAnswers(**given))
    assert {name: assessed[field] for name, field in sent_as.items()} == given


def test_7_every_reason_has_the_number_iccam_knows() -> None:
    reasons = tomllib.loads(CODES)["action_reason"]
    assert [reasons[name] for name in NOT_ASSESSED_REASONS] == list(range(2, 14))
    assert [reasons[name] for name in NOT_ILLEGAL_REASONS] == list(range(14, 22))


def test_8_text_that_looks_like_a_number_stays_text() -> None:
    files = EXPORTER.files(_package(_case(GRAVE, reference="0123")))
    report = json.loads(files["iccam-0123.json"])
    assert report["hotlineReference"] == "0123_202603020930"
    assert report["urls"][0]["hotlineReference"] == "0123_202603020930-1"


@pytest.mark.parametrize(
    "wrong",
    [
        Assessment(1, 1, Classification.ILLEGAL_OTHER, by=1, at=AT, viewed=Viewed.CONTENT, kind=IllegalKind.HATE),
        Assessment(1, 1, Classification.NOT_ILLEGAL, by=1, at=AT, viewed=Viewed.CONTENT, reason="virtual_material"),
        replace(GRAVE, viewed=Viewed.ADDRESS_ONLY),
        replace(GRAVE, viewed=Viewed.NO),
    ],
)
def test_only_seen_national_or_baseline_items_go(wrong: Assessment) -> None:
    with pytest.raises(RuleBroken, match="viewed"):
        _report(wrong)
    assert [url["urlString"] for url in _report(GRAVE, wrong)["urls"]] == ["https://host.example/0"]


def test_an_item_that_is_no_web_address_does_not_go() -> None:
    phone = view_case("IC-1", {}, [item_facts("tel:+38700000000", "phone", GRAVE, address_field=FIELD)], "iccam")
    with pytest.raises(RuleBroken):
        EXPORTER.files(_package(phone))


def test_assigned_content_gets_an_assessment_and_only_the_rest_of_its_case_a_report() -> None:
    case = _case(GRAVE, GRAVE, GRAVE)
    numbers = ({"assigned_content": (70001, 70002)}, {}, {"assigned_content": ()})
    items = [dict(item.facts) | more for item, more in zip(case.items, numbers, strict=True)]
    mixed = view_case("IC-1", case.facts, items, "iccam")
    files = EXPORTER.files(_package(mixed))
    answers = {f"content-{number}-assessment.json" for number in (70001, 70002)}
    assert set(files) == {"iccam-IC-1.json", MANIFEST} | answers
    body = json.loads(files["iccam-IC-1.json"])
    assert [url["urlString"] for url in body["urls"]] == ["https://host.example/1", "https://host.example/2"]
    for name in answers:
        assert json.loads(files[name]) == _assessed(None)
        _fits(json.loads(files[name]), "iccam_assessment_v3.json")
    whole = replace(mixed, items=mixed.items[:1])
    assert set(EXPORTER.files(_package(whole))) == answers | {MANIFEST}


def test_one_case_that_may_not_go_stops_the_package_instead_of_vanishing() -> None:
    with pytest.raises(RuleBroken):
        EXPORTER.files(_package(_case(GRAVE), _case(reference="IC-2")))


def test_the_case_is_one_report_with_its_source_and_its_items() -> None:
    report = _report(replace(GRAVE, hosting_country="NL", hosting_source="whois"), GRAVE)
    assert [(url["isSourceUrl"], url["contentType"]) for url in report["urls"]] == [(True, 2), (False, 1)]
    assert [url["hostingCountryCode"] for url in report["urls"]] == ["NL", None]
    assert report["hotlineReceivedDate"] == "2026-03-02T09:30:00Z"


def test_neither_staff_nor_internal_numbers_nor_a_memo_go() -> None:
    body = EXPORTER.files(_package(_case(GRAVE)))["iccam-IC-1.json"].decode()
    assert "9041" not in body
    assert "77" not in body
    assert json.loads(body)["memo"] is None


def test_an_answer_iccam_has_no_number_for_stops_the_report() -> None:
    case = CaseView("IC-1", {}, (ItemView({**_case(GRAVE).items[0].facts, "gender": "unheard_of"}),))
    with pytest.raises(RuleBroken, match="no number"):
        EXPORTER.files(_package(case))


@pytest.mark.parametrize("name", LISTS)
def test_a_code_file_without_one_of_its_lists_is_refused(name: str) -> None:
    with pytest.raises(BadConfiguration, match="iccam_codes"):
        IccamExporter({CODES_FILE: CODES.replace(f"[{name}]", f"[{name}_gone]")})


@pytest.mark.parametrize(
    ("classification", "reasons", "action_type"),
    [(Classification.NOT_ILLEGAL, NOT_ILLEGAL_REASONS, 6), (Classification.NOT_ASSESSED, NOT_ASSESSED_REASONS, 4)],
)
def test_7_the_analysts_reason_reaches_iccam_and_never_becomes_other(
    classification: Classification, reasons: tuple[str, ...], action_type: int
) -> None:
    numbers = read_codes(CODES).lists["action_reason"]
    for reason in reasons:
        said = replace(GRAVE, classification=classification, reason=reason)
        facts = _case(said).items[0].facts
        action = closing_action(facts, "analyst", read_codes(CODES))
        assert action == {
            "actionType": action_type, "actioningAnalystName": "analyst", "actionDate": "2026-03-02T09:30:00Z",
            "reasonId": numbers[reason], "reasonText": reason.replace("_", " "),
        }  # fmt: skip
        assert numbers[reason] != 1
        _fits(action, "iccam_action_v3.json")
        assert assessment(facts, "analyst", read_codes(CODES))["classification"] == 4


def test_a_grave_item_is_closed_by_no_action() -> None:
    assert closing_action(_case(GRAVE).items[0].facts, "analyst", read_codes(CODES)) is None


@pytest.mark.parametrize(
    ("word", "reason"), [("removed", "other"), ("unavailable", None), ("not_illegal", None), ("moved", None)]
)
def test_an_action_without_its_reason_or_its_number_is_refused(word: str, reason: str | None) -> None:
    with pytest.raises(RuleBroken):
        action(word, "analyst", AT, read_codes(CODES), reason)


@pytest.mark.parametrize("word", ["reported_to_lea", "reported_to_isp", "removed"])
def test_an_action_says_what_when_and_under_the_alias(word: str) -> None:
    made = action(word, "analyst", AT, read_codes(CODES))
    _fits(made, "iccam_action_v3.json")
    assert read_codes(CODES).word("action_type", made["actionType"]) == word


def test_neither_unset_nor_otherwise_illegal_content_has_an_assessment_for_iccam() -> None:
    for facts in ({}, {"classification": Classification.UNSET}, {"classification": Classification.ILLEGAL_OTHER}):
        with pytest.raises(RuleBroken):
            assessment(facts, "analyst", read_codes(CODES))


def test_every_answer_is_read_back_as_it_was_given() -> None:
    codes = read_codes(CODES)
    for index in range(8):
        given = IccamAnswers(
            gender=list(Gender)[index % 4], age_group=list(AgeGroup)[(index + 1) % 4], virtual=bool(index & 1),
            user_generated=bool(index & 2), child_modeling=bool(index & 4),
        )  # fmt: skip
        body = assessment(_case(replace(GRAVE, iccam=given)).items[0].facts, "analyst", codes)
        assert answers_of(body, codes) == {
            "classification": "national", "gender": given.gender, "age_group": given.age_group,
            "virtual": given.virtual, "user_generated": given.user_generated, "child_modeling": given.child_modeling,
        }  # fmt: skip
    source = IccamAnswers(site_type=SiteType.BLOG, commerciality=Commerciality.NON_COMMERCIAL,
                          payment_methods=(PaymentMethod.NONE, PaymentMethod.SMS))  # fmt: skip
    assert source_answers_of(_report(replace(GRAVE, iccam=source)), codes) == {
        "site_type": "blog", "commerciality": "non_commercial", "payment_methods": ("none", "sms"),
    }  # fmt: skip


def test_the_number_one_is_not_a_yes() -> None:
    codes = read_codes(CODES)
    assert answers_of({"classification": 1, "virtualContentCategorization": 1}, codes) == {"classification": "baseline"}


def test_the_slot_for_labels_is_empty_unless_labels_were_given() -> None:
    codes, facts = read_codes(CODES), {"classification": "national"}
    assert assessment(facts, "a", codes)["universalClassification"] == {"schema_version": None, "labels": []}
    given = facts | {"schema_version": "1.0", "schema_labels": ("still_image", "web:page")}
    made = assessment(given, "a", codes)
    assert made["universalClassification"] == {"schema_version": "1.0", "labels": ["still_image", "web:page"]}
    _fits(made, "iccam_assessment_v3.json")
    assert redact({"schema_labels": ("Ana said",), "schema_version": "Ana"}, "iccam")[0] == {}
    assert redact({"schema_labels": ("still_image",)}, "police")[0] == {}


def test_the_date_the_public_reported_is_never_another_clock() -> None:
    items = [item_facts("https://host.example/0", "url", GRAVE, address_field=FIELD)]
    report = json.loads(EXPORTER.files(_package(view_case("IC-1", {}, items, "iccam")))["iccam-IC-1.json"])
    assert report["hotlineReceivedDate"] is None


def test_references_are_unique_over_cases_items_and_minutes() -> None:
    seen: list[str] = []
    for minute in range(3):
        cases = (_case(GRAVE, GRAVE), _case(GRAVE, reference="IC-2"))
        package = replace(_package(*cases), made_at=AT.replace(minute=minute))
        for name, body in EXPORTER.files(package).items():
            if name.endswith(".json"):
                report = json.loads(body)
                seen += [report["hotlineReference"], *(url["hotlineReference"] for url in report["urls"])]
    assert len(seen) == len(set(seen)) == 15


def test_one_address_goes_once_with_the_assessment_made_last() -> None:
    later = replace(GRAVE, classification=Classification.BASELINE, at=AT + timedelta(hours=1))
    for order in ((later, GRAVE), (GRAVE, later)):
        items = [item_facts("https://host.example/0", "url", said, address_field=FIELD) for said in order]
        case = view_case("IC-1", {"first_received": AT}, items, "iccam")
        report = json.loads(EXPORTER.files(_package(case))["iccam-IC-1.json"])
        assert [url["assessment"]["classification"] for url in report["urls"]] == [1]


def _fits(body: object, schema: str) -> None:
    text = (Path(__file__).parents[2] / "data" / "schemas" / schema).read_text(encoding="utf-8")
    jsonschema.Draft202012Validator(json.loads(text)).validate(body)
