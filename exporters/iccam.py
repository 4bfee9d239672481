"""ICCAM v3 reports, one JSON file per case, as `POST rest/reports` takes them (reference/hotline_systems.md §3.2).

Only items a person viewed and assessed as national or baseline go, and only kinds that are addresses on the web.
What the analyst did not answer is null, never a default; what was answered goes exactly as answered. Numbers of
enumerations are data (`data/iccam_codes.toml`). No memo, no person's name but the alias, no internal id.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from exporters import plain_json
from exporters.base import Exporter
from exporters.package import CaseView, ItemView, Package
from triage.assessment import GRAVE
from triage.errors import BadConfiguration, RuleBroken

CODES_FILE = "iccam_codes.toml"
LISTS = ("classification", "gender", "age_group", "site_type", "commerciality", "payment_methods", "yes_no")
_SENDABLE_KINDS = frozenset({"url", "onion", "ipfs"})
_TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"

_Codes = Mapping[str, Mapping[str, int | bool]]


class IccamExporter(Exporter):
    """Kind `iccam`: reports for INHOPE's exchange platform."""

    kind = "iccam"
    recipient_kind = "iccam"
    needs = (CODES_FILE,)
    schemas: ClassVar[Mapping[str, str]] = {"iccam-*.json": "iccam_report_v3.json"}

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self._codes = read_codes(texts[CODES_FILE])

    def _contents(self, package: Package) -> Mapping[str, bytes]:
        ready = [(case, items) for case in package.cases if (items := sendable(case))]
        if not ready or len(ready) != len(package.cases):
            raise RuleBroken("every case for ICCAM needs an address a person viewed and assessed national or baseline")
        return {
            f"iccam-{case.reference}.json": plain_json.write(self._report(case, items, package))
            for case, items in ready
        }

    def _report(self, case: CaseView, items: Sequence[ItemView], package: Package) -> dict[str, object]:
        source = next((item for item in items if item.facts.get("is_source") is True), items[0])
        reference = f"{case.reference}_{package.made_at.astimezone(UTC):%Y%m%d%H%M}"
        return {
            "reportingAnalystName": package.analyst_alias,
            "hotlineReceivedDate": _time(case.facts.get("first_received")),
            "hotlineReference": reference,
            "memo": None,
            "sourceUrlUsername": None,
            "sourceUrlPassword": None,
            "sourceUrlReferrer": None,
            "sourceUrlSiteType": self._code("site_type", source.facts.get("site_type")),
            "sourceUrlCommerciality": self._code("commerciality", source.facts.get("commerciality")),
            "sourceUrlPaymentMethods": self._several("payment_methods", source.facts.get("payment_methods")),
            "urls": [
                self._url(item, f"{reference}-{number}", item is source, package.analyst_alias)
                for number, item in enumerate(items, start=1)
            ],
        }

    def _url(self, item: ItemView, reference: str, is_source: bool, alias: str) -> dict[str, object]:
        return {
            "urlString": item.facts["address_without_tokens"],
            "hotlineReference": reference,
            "hostingCountryCode": item.facts.get("hosting_country"),
            "hostingIpAddress": None,
            "hostingIsp": None,
            "hostingOrganization": None,
            "isSourceUrl": is_source,
            "memo": None,
            "contentType": 2 if is_source else 1,  # 1 media, 2 website
            "assessment": self._assessment(item, alias),
            "actions": [],  # ICCAM takes actions only after the report, in a run of their own (§3.4)
        }

    def _assessment(self, item: ItemView, alias: str) -> dict[str, object]:
        answered = item.facts.get
        return {
            "assessingAnalystName": alias,
            "classification": self._code("classification", answered("classification")),
            "ageCategorization": self._code("age_group", answered("age_group")),
            "genderCategorization": self._code("gender", answered("gender")),
            "virtualContentCategorization": self._code("yes_no", answered("virtual")),
            "userGeneratedContentCategorization": self._code("yes_no", answered("user_generated")),
            "childModelingCategorization": self._code("yes_no", answered("child_modeling")),
        }

    def _code(self, name: str, answer: object) -> int | bool | None:
        """ICCAM's number for an answer; unset is null. Raises RuleBroken for a word ICCAM has no number for."""
        if answer is None:
            return None
        word = ("yes" if answer else "no") if isinstance(answer, bool) else str(answer)
        if word not in self._codes[name]:
            raise RuleBroken(f"ICCAM has no number for this answer to {name}: see data/{CODES_FILE}")
        return self._codes[name][word]

    def _several(self, name: str, answers: object) -> list[int | bool | None]:
        return [self._code(name, answer) for answer in answers] if isinstance(answers, tuple | list) else []

    def examples(self) -> Sequence[Package]:
        """A fully answered case of two items, and one with nothing answered but the classification."""
        at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        seen = {"kind": "url", "viewed": "content", "assessed_at": at}
        full = seen | {
            "address_without_tokens": "https://host.example/a", "classification": "baseline", "is_source": True,
            "virtual": False,
            "hosting_country": "NL", "gender": "both", "age_group": "infant", "user_generated": True,
            "child_modeling": False, "site_type": "forum", "commerciality": "commercial",
            "payment_methods": ("sms", "other"),
        }  # fmt: skip
        bare = seen | {
            "address_without_tokens": "https://host.example/b", "classification": "national", "is_source": False,
        }  # fmt: skip
        received = {"first_received": datetime(2026, 3, 1, 23, 59, tzinfo=UTC)}
        return (
            Package(self.kind, "iccam", at, "inhope_agreement", "assess_and_act",
                    (CaseView("0123", received, (ItemView(full), ItemView(bare))),
                     CaseView("IC-2", received, (ItemView(bare),)))),
        )  # fmt: skip


def sendable(case: CaseView) -> tuple[ItemView, ...]:
    """The items ICCAM may get: viewed, assessed national or baseline, and an address on the web."""
    return tuple(
        item for item in case.items
        if item.facts.get("classification") in GRAVE and item.facts.get("viewed") == "content"
        and item.facts.get("kind") in _SENDABLE_KINDS and "address_without_tokens" in item.facts
    )  # fmt: skip


def read_codes(text: str) -> _Codes:
    """ICCAM's numbers by list and word. Raises BadConfiguration if a list is missing."""
    try:
        data = tomllib.loads(text)
        return {name: dict(data[name]) for name in LISTS}
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError):
        raise BadConfiguration(f"{CODES_FILE} cannot be read: compare it with the one delivered") from None


def _time(at: object) -> str | None:
    return at.astimezone(UTC).strftime(_TIME_FORMAT) if isinstance(at, datetime) else None
