"""The referral list: codes for a helpline, no address and no text."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from exporters import plain_csv
from exporters.package import Package, item_facts, view_case
from exporters.referral import ReferralExporter

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_question_is_handed_over_in_codes_without_address_or_text() -> None:
    raw = {"label": "incomplete", "reason_codes": ("question",), "first_received": AT, "reporter_group": "parent",
           "description": "words of a parent", "contact_phone": "0000"}  # fmt: skip
    case = view_case("HL-1", raw, [item_facts("https://host.example/a", "url", None)], "helpline")
    package = Package("referral", "helpline", AT, "referral_agreement", "offer_help", (case,))

    files = ReferralExporter({}).files(package)

    row = plain_csv.read(files["referral.csv"])[0]
    assert (row["reference"], row["reason_codes"], row["first_received"]) == ("HL-1", "question", "2026-03-02")
    assert row["reporter_group"] == "parent"
    assert json.loads(files["referral.json"])["cases"] == [
        {"reference": "HL-1", "label": "incomplete", "reason_codes": ["question"], "first_received": "2026-03-02",
         "reporter_group": "parent"}
    ]  # fmt: skip
    assert not any(secret in body for body in files.values() for secret in (b"host.example", b"words", b"0000"))
