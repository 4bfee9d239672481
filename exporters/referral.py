"""The referral list for a helpline: which conversations wait, in codes; no address leaves, and by default no text.

Where redacted texts were switched on for this recipient and released by a person, `texts.txt` holds them. The
reference is the one the helpline answers with; who wants an answer and how they can be reached stays here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import ClassVar

from exporters import plain_csv, plain_json, redacted_texts
from exporters.base import Exporter
from exporters.package import CaseView, ItemView, Package
from triage.errors import RuleBroken

_COLUMNS = (
    "label", "escalate", "reason_codes", "category", "area", "reports", "first_received", "last_received",
    "reporter_group", "concerns_own_child", "victim_sex", "victim_age_band", "relationship", "violence_kind",
)  # fmt: skip


class ReferralExporter(Exporter):
    """Kind `referral`: one row per case, and the same as JSON."""

    kind = "referral"
    recipient_kind = "helpline"
    schemas: ClassVar[Mapping[str, str]] = {"referral.json": "referral.json", "referral.csv": "referral_rows.json"}

    def _contents(self, package: Package) -> Mapping[str, bytes]:
        if not package.cases:
            raise RuleBroken("a referral needs at least one case")
        rows = [(case.reference, *(case.facts.get(name) for name in _COLUMNS)) for case in package.cases]
        document = {
            "format": "hotline-triage/referral",
            "version": 1,
            "made_at": package.made_at,
            "recipient": package.recipient,
            "basis": package.basis,
            "asked": package.asked,
            "cases": [{"reference": case.reference} | dict(case.facts) | _texts(case) for case in package.cases],
        }
        made = {
            "referral.csv": plain_csv.write(("reference", *_COLUMNS), rows),
            "referral.json": plain_json.write(document),
        }
        if any(case.texts for case in package.cases):
            texts = ((case.reference, case.texts) for case in package.cases)
            made[redacted_texts.FILE] = redacted_texts.readable(package.recipient, texts)
        return made

    def examples(self) -> Sequence[Package]:
        """A parent's question and a described abuse without an address."""
        at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        day = date(2026, 3, 1)
        cases = (
            CaseView("HL-17", {"label": "incomplete", "escalate": "none", "reason_codes": ("question",),
                               "category": "question", "reports": 1, "first_received": day,
                               "reporter_group": "parent", "concerns_own_child": True}),
            CaseView("HL-18", {"label": "incomplete", "escalate": "abuse_described", "area": "BA-RS",
                               "first_received": day}, (ItemView({"kind": "phone"}),), ("description",)),
        )  # fmt: skip
        return (Package(self.kind, "helpline", at, "referral_agreement", "offer_help", cases),)


def _texts(case: CaseView) -> dict[str, object]:
    return {"texts": redacted_texts.values(case.texts)} if case.texts else {}
