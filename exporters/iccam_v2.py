"""ICCAM v2 reports, one flat JSON file per address, as `POST SubmitLegacyReport` takes them (§3.1).

For hotlines whose access is still version 2. The same rules as for version 3: unset is null (never "not determined",
never baseline), no memo, no person but the alias. Version 2 takes one payment method only; an item with several is
refused, because one of them would be lost. What we do not ask (ethnicity, content type, hoster, the country of the
classification, the hotline's number in ICCAM) is null.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar

from exporters import plain_json
from exporters.base import Exporter
from exporters.iccam import check_all_sendable, example_package
from exporters.iccam_codes import CODES_FILE, Codes, Number, read_codes
from exporters.iccam_items import sendable, source_of, time_said, unique_reference, without_assigned
from exporters.package import CaseView, ItemView, Package
from triage.errors import RuleBroken

_NULL_FIELDS = (
    "ContentType", "Country", "EthnicityID", "HostingHotlineReference", "HostingIP", "HostingNetName", "HotlineID",
    "Memo", "PageTitle", "Password", "Username", "WebsiteName",
)  # fmt: skip


class IccamV2Exporter(Exporter):
    """Kind `iccam-v2`: the same reports for the older interface."""

    kind = "iccam-v2"
    recipient_kind = "iccam"
    on_request = True
    needs = (CODES_FILE,)
    schemas: ClassVar[Mapping[str, str]] = {"iccam-v2-*.json": "iccam_report_v2.json"}

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self._codes = read_codes(texts[CODES_FILE], version=2)

    def _contents(self, package: Package) -> Mapping[str, bytes]:
        cases = tuple(map(without_assigned, package.cases))
        if any(sendable(before) and not sendable(case) for before, case in zip(package.cases, cases, strict=True)):
            raise RuleBroken("INHOPE assigned all of this case to us: version 3 answers it, see `hotline export iccam`")
        package = replace(package, cases=cases)
        check_all_sendable(package)
        made: dict[str, bytes] = {}
        for case in package.cases:
            for number, body in enumerate(reports(case, package.analyst_alias, package.made_at, self._codes), start=1):
                made[f"iccam-v2-{case.reference}-{number}.json"] = plain_json.write(body)
        return made

    def examples(self) -> Sequence[Package]:
        """The same cases as for version 3."""
        return (example_package(self.kind),)


def reports(case: CaseView, alias: str, made_at: datetime, codes: Codes) -> list[dict[str, object]]:
    """One flat body per sendable item; the source's site answers stand in each, for version 2 has no other place."""
    items = sendable(case)
    source = source_of(items)
    reference = unique_reference(case.reference, made_at)
    received = time_said(case.facts.get("first_received"))
    return [
        _report(item, source, alias, codes)
        | {"Received": received, "ReportingHotlineReference": f"{reference}-{number}"}
        for number, item in enumerate(items, start=1)
    ]


def action(
    word: str, object_id: int, alias: str, at: datetime, codes: Codes, country: str | None = None
) -> dict[str, object]:
    """The body of `SubmitReportUpdate` or `SubmitItemUpdate`: an action on a report or item ICCAM knows by a number.

    `country` is where content moved to. Version 2 takes a reason as free text, so none is sent. Raises RuleBroken for
    a word version 2 has no number for.
    """
    return {
        "ObjectID": object_id, "ActionID": codes.number("action_type", word), "Analyst": alias, "Date": time_said(at),
        "Country": country, "Reason": None,
    }  # fmt: skip


def _report(item: ItemView, source: ItemView, alias: str, codes: Codes) -> dict[str, object]:
    said, of_source = item.facts.get, source.facts.get
    return dict.fromkeys(_NULL_FIELDS) | {
        "Analyst": alias,
        "ClassifiedBy": alias,
        "Url": item.facts["address_without_tokens"],
        "HostingCountry": said("hosting_country"),
        "ClassificationDate": time_said(said("assessed_at")),
        "SiteTypeID": codes.number("site_type", of_source("site_type")),
        "ClassificationID": codes.number("classification", said("classification")),
        "GenderID": codes.number("gender", said("gender")),
        "AgeGroupID": codes.number("age_group", said("age_group")),
        "CommercialityID": codes.number("commerciality", of_source("commerciality")),
        "PaymentMethodID": _payment(codes.numbers("payment_methods", of_source("payment_methods"))),
        "IsVirtual": codes.number("yes_no", said("virtual")),
        "IsChildModeling": codes.number("yes_no", said("child_modeling")),
        "IsUserGC": codes.number("yes_no", said("user_generated")),
    }


def _payment(numbers: list[Number | None]) -> Number | None:
    if len(numbers) > 1:
        raise RuleBroken("ICCAM version 2 takes one payment method per report: use version 3, or name only one")
    return numbers[0] if numbers else None
