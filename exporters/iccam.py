"""ICCAM v3 reports, one JSON file per case, as `POST rest/reports` takes them (reference/hotline_systems.md §3.2).

Only items a person viewed and assessed as national or baseline go, and only kinds that are addresses on the web.
What the analyst did not answer is null, never a default; what was answered goes exactly as answered. Content INHOPE
assigned to us is in ICCAM already: it gets an assessment (`PUT rest/Content/{id}/assessment`) and no report. Bodies are
made in `iccam_payloads.py`, numbers of enumerations are data (`iccam_codes.py`), version 2 is `iccam_v2.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import ClassVar

from exporters import plain_json
from exporters.base import Exporter
from exporters.iccam_codes import CODES_FILE, read_codes
from exporters.iccam_items import assigned_numbers, without_assigned
from exporters.iccam_items import sendable as sendable
from exporters.iccam_payloads import assessment, report
from exporters.package import CaseView, ItemView, Package
from triage.errors import RuleBroken

ANSWER_PREFIX = "content-"
"""How files are called that hold an answer to content INHOPE assigned, by ICCAM's number of it."""


class IccamExporter(Exporter):
    """Kind `iccam`: reports for INHOPE's exchange platform."""

    kind = "iccam"
    recipient_kind = "iccam"
    needs = (CODES_FILE,)
    schemas: ClassVar[Mapping[str, str]] = {
        "iccam-*.json": "iccam_report_v3.json", f"{ANSWER_PREFIX}*-assessment.json": "iccam_assessment_v3.json",
    }  # fmt: skip

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self._codes = read_codes(texts[CODES_FILE])

    def _contents(self, package: Package) -> Mapping[str, bytes]:
        check_all_sendable(package)
        alias, made = package.analyst_alias, dict[str, bytes]()
        for case in package.cases:
            own = without_assigned(case)
            if sendable(own):
                body = report(own, alias, package.made_at, self._codes)
                made[f"iccam-{case.reference}.json"] = plain_json.write(body)
            for item in sendable(case):
                for number in assigned_numbers(item):
                    answer = assessment(item.facts, alias, self._codes)
                    made[f"{ANSWER_PREFIX}{number}-assessment.json"] = plain_json.write(answer)
        return made

    def examples(self) -> Sequence[Package]:
        """A fully answered case of two items, one with nothing answered but the classification, one INHOPE assigned."""
        package = example_package(self.kind)
        bare = package.cases[1].items[0].facts
        assigned = CaseView("IC-3", {}, (ItemView({**bare, "assigned_content": (70001,)}),))
        return (replace(package, cases=(*package.cases, assigned)),)


def check_all_sendable(package: Package) -> None:
    """One case that may not go stops the package instead of vanishing from it: raises RuleBroken."""
    if not package.cases or not all(sendable(case) for case in package.cases):
        raise RuleBroken(
            "every case for ICCAM needs an address on the web, Tor or IPFS (no telephone, no profile, no invitation)"
            " that a person viewed and assessed national or baseline"
        )


def example_package(kind: str) -> Package:
    """What both versions of the exporter show as an example."""
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    seen = {"kind": "url", "viewed": "content", "assessed_at": at}
    full = seen | {
        "address_without_tokens": "https://host.example/a", "classification": "baseline", "is_source": True,
        "virtual": False, "hosting_country": "NL", "gender": "both", "age_group": "infant", "user_generated": True,
        "child_modeling": False, "site_type": "forum", "commerciality": "commercial", "payment_methods": ("sms",),
        "schema_version": "1.0", "schema_labels": ("still_image",),
    }  # fmt: skip
    bare = seen | {
        "address_without_tokens": "https://host.example/b", "classification": "national", "is_source": False,
    }  # fmt: skip
    received = {"first_received": datetime(2026, 3, 1, 23, 59, tzinfo=UTC)}
    cases = (
        CaseView("0123", received, (ItemView(full), ItemView(bare))),
        CaseView("IC-2", received, (ItemView(bare),)),
    )
    return Package(kind, "iccam", at, "inhope_agreement", "assess_and_act", cases)
