"""The bodies of ICCAM version 3: report, assessment and action (reference/hotline_systems.md §3.2), and back.

Answers go exactly as given; what is unset is null. No memo, no person but the alias, no internal id. Texts stay texts:
nothing that looks like a number becomes one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from exporters.iccam_codes import Codes
from exporters.iccam_items import SLOT, labels_said, sendable, source_of, time_said, unique_reference
from exporters.package import CaseView, ItemView
from triage.assessment import Classification
from triage.errors import RuleBroken

ANSWERS = {
    "classification": ("classification", "classification"),
    "age_group": ("age_group", "ageCategorization"),
    "gender": ("gender", "genderCategorization"),
    "virtual": ("yes_no", "virtualContentCategorization"),
    "user_generated": ("yes_no", "userGeneratedContentCategorization"),
    "child_modeling": ("yes_no", "childModelingCategorization"),
}
"""Our question to its code list and its field in an assessment."""
SOURCE_ANSWERS = {
    "site_type": "sourceUrlSiteType",
    "commerciality": "sourceUrlCommerciality",
    "payment_methods": "sourceUrlPaymentMethods",
}
"""Our question about the source of a report to its field in a report; the code list has the question's name."""
FINAL_ACTIONS = ("removed", "unavailable", "not_illegal")
"""After one of these ICCAM takes no further action."""
_WITH_REASON = ("unavailable", "not_illegal")
_CLOSED_BY = {Classification.NOT_ILLEGAL: "not_illegal", Classification.NOT_ASSESSED: "unavailable"}
_MEDIA, _WEBSITE = "media", "website"


def report(case: CaseView, alias: str, made_at: datetime, codes: Codes) -> dict[str, object]:
    """The body of `POST rest/reports` for a case with at least one sendable item.

    `first_received` must be when the public reported; without it the date is null, never another clock's.
    """
    items = sendable(case)
    source = source_of(items)
    reference = unique_reference(case.reference, made_at)
    return {
        "reportingAnalystName": alias,
        "hotlineReceivedDate": time_said(case.facts.get("first_received")),
        "hotlineReference": reference,
        "memo": None,
        "sourceUrlUsername": None,
        "sourceUrlPassword": None,
        "sourceUrlReferrer": None,
        "sourceUrlSiteType": codes.number("site_type", source.facts.get("site_type")),
        "sourceUrlCommerciality": codes.number("commerciality", source.facts.get("commerciality")),
        "sourceUrlPaymentMethods": codes.numbers("payment_methods", source.facts.get("payment_methods")),
        "urls": [
            _url(item, f"{reference}-{number}", item is source, alias, codes)
            for number, item in enumerate(items, start=1)
        ],
    }


def assessment(facts: Mapping[str, object], alias: str, codes: Codes) -> dict[str, object]:
    """The body of `PUT rest/Content/{id}/assessment` from redacted facts of one item.

    Unset, `illegal_other` and any word without a number raise RuleBroken: they never go. `not_assessed` and
    `not_illegal` are ICCAM's one word "ignore" and go only for items INHOPE assigned; the action's reason tells them
    apart.
    """
    if facts.get("classification") is None:
        raise RuleBroken("this item is not assessed yet: unset never becomes an answer for ICCAM")
    said: dict[str, object] = {field: codes.number(name, facts.get(ours)) for ours, (name, field) in ANSWERS.items()}
    return {"assessingAnalystName": alias, **said, SLOT: labels_said(facts)}


def action(word: str, alias: str, at: datetime, codes: Codes, reason: str | None = None) -> dict[str, object]:
    """The body of `POST rest/Content/{id}/actions`: `word` of list `action_type`, `reason` of `action_reason`.

    Raises RuleBroken for an unknown word, a missing reason (`unavailable`, `not_illegal`) or one that is not asked.
    """
    number = codes.number("action_type", word)
    if (reason is None) is (word in _WITH_REASON):
        raise RuleBroken(f"a reason belongs to these actions and no other: {', '.join(_WITH_REASON)}")
    body: dict[str, object] = {"actionType": number, "actioningAnalystName": alias, "actionDate": time_said(at)}
    if reason is not None:
        body |= {"reasonId": codes.number("action_reason", reason), "reasonText": reason.replace("_", " ")}
    return body


def closing_action(facts: Mapping[str, object], alias: str, codes: Codes) -> dict[str, object] | None:
    """The action that goes with an assessment: not illegal or not assessable, with the analyst's own reason; else None.

    Raises RuleBroken if the assessment has no time or a reason ICCAM has no number for.
    """
    word = _CLOSED_BY.get(Classification(str(facts.get("classification", Classification.UNSET))))
    if word is None:
        return None
    at, reason = facts.get("assessed_at"), facts.get("assessment_reason")
    if not isinstance(at, datetime) or not isinstance(reason, str):
        raise RuleBroken("an item closed for ICCAM needs the assessment's time and reason")
    return action(word, alias, at, codes, str(reason))


def answers_of(body: Mapping[str, object], codes: Codes) -> dict[str, object]:
    """The reverse of `assessment`: what was answered, in our words; unset questions and unknown numbers are left out.

    `not_illegal` stands for ICCAM's "ignore".
    """
    found: dict[str, object] = {}
    for ours, (name, field) in ANSWERS.items():
        word = codes.word(name, body.get(field))
        if word is not None:
            found[ours] = word == "yes" if name == "yes_no" else word
    return found


def source_answers_of(body: Mapping[str, object], codes: Codes) -> dict[str, object]:
    """What a report says about its source, in our words; unset questions and unknown numbers are left out."""
    found: dict[str, object] = {}
    for ours, field in SOURCE_ANSWERS.items():
        value = body.get(field)
        if isinstance(value, tuple | list):
            if words := tuple(word for each in value if (word := codes.word(ours, each)) is not None):
                found[ours] = words
        elif (said := codes.word(ours, value)) is not None:
            found[ours] = said
    return found


def _url(item: ItemView, reference: str, is_source: bool, alias: str, codes: Codes) -> dict[str, object]:
    return {
        "urlString": item.facts["address_without_tokens"],
        "hotlineReference": reference,
        "hostingCountryCode": item.facts.get("hosting_country"),
        "hostingIpAddress": None,
        "hostingIsp": None,
        "hostingOrganization": None,
        "isSourceUrl": is_source,
        "memo": None,
        "contentType": codes.number("content_type", _WEBSITE if is_source else _MEDIA),
        "assessment": assessment(item.facts, alias, codes),
        "actions": [],  # ICCAM takes actions only after the report, in a run of their own (§3.4)
    }
