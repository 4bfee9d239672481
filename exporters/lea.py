"""The law-enforcement package: a cover, exact addresses, tables and one machine-readable file.

Addresses are exact only in `addresses.txt`, `case.json` and, of a supplement, `addresses-new.txt`; elsewhere they are
defanged. `texts.txt` is there only where redacted texts were switched on for this recipient and released by a person.
Sealing, signing and PDF come with the later stages of delivery and use these files as they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from exporters import plain_csv, plain_json, redacted_texts, shared, withheld
from exporters.base import Exporter
from exporters.cover import cover
from exporters.package import CaseView, ItemView, New, Package, also_told
from exporters.shared import Shared
from exporters.stated import Stated
from exporters.withheld import NOT_RELEASED, Withheld
from exporters.wording import ALSO_TOLD, LANGUAGES, Words, words_file
from triage.defang import defang
from triage.errors import RuleBroken
from triage.urgent_call import CallReason

_CASE_COLUMNS = (
    "label", "escalate", "reason_codes", "category", "channel", "area", "areas", "reports", "attachments",
    "first_received", "last_received", "received_assumed", "concerns_own_child", "reporter_can_be_asked", "victim_sex",
    "victim_age_band", "relationship", "violence_kind", *ALSO_TOLD,
)  # fmt: skip
_OF_REPORTS = ("texts_left_out", "shared_reports")
"""Columns in English words, since they name reports by their places."""
_ITEM_COLUMNS = (
    "kind", "is_source", "is_new", "address_holds_contact", "classification", "assessment_reason", "illegal_kind",
    "viewed", "assessed_at", "hosting_country", "hosting_source", "gender", "age_group", "virtual", "user_generated",
    "child_modeling", "site_type", "commerciality", "payment_methods",
)  # fmt: skip

NEW_ADDRESSES = "addresses-new.txt"
_NOT_ALLOWED = "not allowed for this recipient"


class LawEnforcementExporter(Exporter):
    """Kind `lea`: a folder an officer can read without our tools."""

    kind = "lea"
    recipient_kind = "police"
    needs = tuple(map(words_file, LANGUAGES))
    schemas: ClassVar[Mapping[str, str]] = {
        "case.json": "lea_case.json",
        "reports.csv": "lea_reports.json",
        "redaction.csv": "lea_redaction.json",
    }

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self._words = {language: Words.from_toml(language, texts[words_file(language)]) for language in LANGUAGES}

    def _contents(self, package: Package) -> Mapping[str, bytes]:
        if not package.cases:
            raise RuleBroken("a law-enforcement package needs at least one case")
        words = self._words[package.language]
        made = {
            "cover.txt": cover(package, words),
            "addresses.txt": _addresses(package.cases),
            "reports.csv": _reports(package.cases),
            "case.json": plain_json.write(_document(package, words)),
            "redaction.csv": _removed(package.cases),
        }
        if new := _addresses(package.cases, only_new=True):
            made[NEW_ADDRESSES] = new
        if any(case.texts for case in package.cases):
            texts = ((case.reference, case.texts) for case in package.cases)
            made[redacted_texts.FILE] = redacted_texts.readable(package.recipient, texts, words)
        return made

    def examples(self) -> Sequence[Package]:
        """One urgent case with two addresses, one assessed; one case without an address; a supplement about that."""
        at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        items = (
            ItemView({"address": "https://host.example/a?x=1", "kind": "url", "is_source": True,
                      "classification": "national", "viewed": "content", "assessed_at": at,
                      "hosting_country": "NL", "hosting_source": "analyst", "gender": "not_determined"}),
            ItemView({"address": "=host.example/b", "kind": "handle"}),
        )  # fmt: skip
        facts = {
            "label": "csam_suspect", "escalate": "child_identified", "reason_codes": ("reporter_category",),
            "category": "csam", "channel": "webform", "area": "BA-BD-Brčko", "reports": 2,
            "first_received": at, "last_received": at, "referred_for": ("victim_may_be_here",),
        }  # fmt: skip
        alone = CaseView("LEA-2026-0002", {"label": "incomplete", "escalate": "abuse_described", "reports": 1})
        cases = (
            CaseView("LEA-2026-0001", facts, items, ("description", "location"),
                     withheld=(Withheld(NOT_RELEASED, (1, 2)),)),
            replace(alone, shared=(Shared(1, "LEA-2026-0001", 2),)),
        )
        return (
            Package(self.kind, "police-brcko", at, "duty_to_report_crime", "safeguard_child", cases),
            Package(self.kind, "police-fbih", at, "duty_to_report_crime", "investigate",
                    (replace(alone, news=(New("new_report", 2), New("joined", reference="LEA-2026-0003")),
                             stated=(Stated(CallReason.LIFE_AT_RISK, "LEA-2026-0003", at, reached=None),)),),
                    name="package-20260302-1A2B3C4D", supplement="package-20260227-5E6F7A8B"),
            Package(self.kind, "police-rs", at, "duty_to_report_crime", "investigate", (alone,)),
        )


def _addresses(cases: Sequence[CaseView], *, only_new: bool = False) -> bytes:
    """Exact addresses, each once, of a supplement also those that are new alone; a character that would break or
    disguise a line is written as defang writes it.
    """
    exact = {
        str(item.facts["address"]): None for case in cases for item in case.items
        if "address" in item.facts and (not only_new or item.facts.get("is_new") is True)
    }  # fmt: skip
    return "".join(f"{_one_line(address)}\n" for address in exact).encode("utf-8", errors="backslashreplace")


def _one_line(address: str) -> str:
    return "".join(char if char.isprintable() else defang(char) for char in address)


def _reports(cases: Sequence[CaseView]) -> bytes:
    rows = []
    for case in cases:
        for item in case.items or (ItemView({}),):
            address = defang(str(item.facts["address"])) if "address" in item.facts else None
            rows.append((case.reference, *(_cell(case.facts.get(name), name) for name in _CASE_COLUMNS),
                         _withheld(case), "; ".join(shared.in_codes(case.shared)), address,
                         *(item.facts.get(name) for name in _ITEM_COLUMNS)))  # fmt: skip
    return plain_csv.write(("reference", *_CASE_COLUMNS, *_OF_REPORTS, "address_defanged", *_ITEM_COLUMNS), rows)


def _cell(value: object, name: str) -> object:
    """As it is; names of areas have blanks in them, so several are kept apart by semicolons."""
    return "; ".join(map(str, value)) if name == "areas" and isinstance(value, tuple | list) else value


def _withheld(case: CaseView) -> str:
    return "; ".join(withheld.in_codes(case.withheld, some_came=bool(case.texts)))


def _removed(cases: Sequence[CaseView]) -> bytes:
    rows = [(case.reference, name, why) for case in cases for name in case.removed for why in _why_not(case, name)]
    rows += [
        (case.reference, "texts", f"masked in texts: {kind} {count}")
        for case in cases for kind, count in redacted_texts.masked_in(case.texts).items()
    ]  # fmt: skip
    return plain_csv.write(("reference", "field", "why"), rows)


def _why_not(case: CaseView, name: str) -> list[str]:
    """Why a field is not there: a text might be, so each reason is named, and an address; every other may never go to
    police."""
    if name == "address" and case.kept_back:
        return [f"would tell who reported: {case.kept_back}"]
    given = withheld.in_codes(case.withheld, some_came=bool(case.texts)) if name == withheld.FIELD else []
    return given or [_NOT_ALLOWED]


def _document(package: Package, words: Words) -> dict[str, object]:
    """Codes throughout; `names` says what the codes of recipients mean, in the package's language."""
    told = (code for case in package.cases for name in ALSO_TOLD for code in also_told(case, name))
    named = {"package": package.name, "supplement_to": package.supplement}
    return {
        "format": "hotline-triage/lea-case",
        "version": 1,
        **{name: said for name, said in named.items() if said is not None},
        "made_at": package.made_at,
        "recipient": package.recipient,
        "names": {code: words.recipient(code) for code in sorted({package.recipient, *told})},
        "basis": package.basis,
        "asked": package.asked,
        "cases": [_case(case) for case in package.cases],
    }


def _case(case: CaseView) -> dict[str, object]:
    told: dict[str, object] = {
        "reference": case.reference,
        "facts": case.facts,
        "items": [item.facts for item in case.items],
        "removed": case.removed,
    }
    if case.kept_back:
        told["addresses_kept_back"] = case.kept_back
    if case.texts:
        told["texts"] = redacted_texts.values(case.texts)
    if case.withheld:
        told["withheld"] = [{"why": one.why, "reports": one.numbers} for one in case.withheld]
    if case.shared:
        told["shared_reports"] = [
            {"report": one.number, "reference": one.reference, "their_report": one.theirs} for one in case.shared
        ]
    if case.stated:
        told["stated"] = [
            {"reason": str(one.reason), "call": one.reference, "at": one.at,
             **({} if one.reached is None else {"reached": one.reached})} for one in case.stated
        ]  # fmt: skip
    if case.news:
        told["news"] = [_new(one) for one in case.news]
    return told


def _new(one: New) -> dict[str, object]:
    said: dict[str, object] = {"code": one.code, "count": one.count}
    return said if one.reference is None else said | {"reference": one.reference}
