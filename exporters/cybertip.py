"""CyberTipline reports, one XML file per case, in the order of elements NCMEC's schema demands.

Only addresses a person viewed and assessed as national or baseline go, as for ICCAM; each says so beside it, since no
file is uploaded whose details could carry `fileViewedByEsp`. The incident type follows from the assessment alone, by a
closed list; urgency from the escalation, called suspected. Nothing unset is filled in. The reporter is the hotline's
organisation: no person of the hotline or of the public is named, and who may have put the content there is not guessed.

Source: reference/hotline_systems.md §4.1, and two public clients that agree on the order and on
`thirdPartyHostedContent` being an attribute (Johannes-Andersen/Cybertipline-Tools, Boostport/ncmec-go).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from exporters.base import Exporter
from exporters.iccam_items import sendable
from exporters.package import CaseView, ItemView, Package
from triage.assessment import GRAVE, Classification
from triage.errors import BadConfiguration, RuleBroken
from triage.verdict import Escalation

SETTINGS_FILE = "cybertip.toml"
PLACEHOLDER = "FILL IN"
"""How a value begins that the operator has not given yet."""
MAX_REASON_CHARS, MAX_URL_CHARS = 3000, 2083
_EMAIL = re.compile(r"[^\s@<>]{1,64}@[A-Za-z0-9.-]{1,255}")
_ASSESSED = {
    Classification.BASELINE: "baseline (INTERPOL's criteria)",
    Classification.NATIONAL: "CSAM under the hotline's national law",
}
_WHAT_IT_IS = (
    "Reference of the hotline: {reference}. Every address was viewed and assessed by a person; a reason for high "
    "priority, where one is given, is suspected, not established. No file is attached, and who reported to the hotline "
    "is not told."
)
_RECEIVED = "When the hotline received the first report; when the content was put there is not known."
_VIEWED = "When a person of the hotline viewed the content; when it was put there is not known."


@dataclass(frozen=True, slots=True)
class Reporting:
    """What `data/cybertip.toml` says: the organisation and its words; placeholders stand until somebody fills them."""

    organisation: str
    email: str
    legal_url: str
    note: str
    incident_type: Mapping[str, str]
    escalation: Mapping[str, str]

    def check_filled(self) -> None:
        """Raises BadConfiguration, naming the value, while the operator has not said who reports."""
        for name in ("organisation", "email"):
            given = getattr(self, name)
            if not given.strip() or given.startswith(PLACEHOLDER):
                raise BadConfiguration(f"data/{SETTINGS_FILE}: fill in reporter.{name} before the first export")
        if not _EMAIL.fullmatch(self.email):
            raise BadConfiguration(f"data/{SETTINGS_FILE}: reporter.email is no e-mail address")


class CyberTipExporter(Exporter):
    """Kind `cybertip`: reports for the clearing house NCMEC, to be submitted by the operator."""

    kind = "cybertip"
    recipient_kind = "clearing_house"
    needs = (SETTINGS_FILE,)
    schemas: ClassVar[Mapping[str, str]] = {"cybertip-*.xml": "cybertip_report.xsd"}

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self._reporting = read_reporting(texts[SETTINGS_FILE])

    def _contents(self, package: Package) -> Mapping[str, bytes]:
        self._reporting.check_filled()
        ready = [(case, items) for case in package.cases if (items := sendable(case))]
        if not ready or len(ready) != len(package.cases):
            raise RuleBroken("every case for NCMEC needs an address a person viewed and assessed national or baseline")
        return {f"cybertip-{case.reference}.xml": self._report(case, items) for case, items in ready}

    def _report(self, case: CaseView, items: Sequence[ItemView]) -> bytes:
        report = Element("report")
        self._summary(SubElement(report, "incidentSummary"), case, items)
        for item in items:
            page = SubElement(SubElement(report, "internetDetails"), "webPageIncident", thirdPartyHostedContent="true")
            SubElement(page, "url").text = written_out(str(item.facts["address_without_tokens"]))
            SubElement(page, "additionalInfo").text = _seen(item)
        self._reporter(SubElement(report, "reporter"))
        SubElement(report, "additionalInfo").text = _WHAT_IT_IS.format(reference=case.reference)
        indent(report)
        made: bytes = tostring(report, encoding="UTF-8", xml_declaration=True)
        return made + b"\n"

    def _summary(self, summary: Element, case: CaseView, items: Sequence[ItemView]) -> None:
        said = {str(item.facts["classification"]) for item in items}
        gravest = [word for word in Classification if word in said][-1]
        if gravest not in self._reporting.incident_type:
            raise RuleBroken(f"data/{SETTINGS_FILE} has no incident type for what a person assessed")
        SubElement(summary, "incidentType").text = self._reporting.incident_type[gravest]
        reason = self._reporting.escalation.get(str(case.facts.get("escalate")))
        if reason is not None:
            SubElement(summary, "escalateToHighPriority").text = reason
        at, what = _when(case, items)
        SubElement(summary, "incidentDateTime").text = _time(at)
        SubElement(summary, "incidentDateTimeDescription").text = what

    def _reporter(self, reporter: Element) -> None:
        given = self._reporting
        SubElement(SubElement(reporter, "reportingPerson"), "email").text = given.email
        SubElement(reporter, "companyTemplate").text = " ".join(filter(None, (f"{given.organisation}.", given.note)))
        if given.legal_url:
            SubElement(reporter, "legalURL").text = given.legal_url

    def examples(self) -> Sequence[Package]:
        """An urgent case of two addresses and one that is not urgent."""
        at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
        seen = {"kind": "url", "viewed": "content", "assessed_at": at}
        one = seen | {"address_without_tokens": "https://host.example/a?x=1&y=2", "classification": "baseline",
                      "hosting_country": "NL"}  # fmt: skip
        two = seen | {"address_without_tokens": "https://host.example/b", "classification": "national"}
        received = {"first_received": datetime(2026, 3, 1, 23, 59, tzinfo=UTC)}
        cases = (
            CaseView("CT-1", received | {"escalate": "child_identified"}, (ItemView(one), ItemView(two))),
            CaseView("CT-2", received | {"escalate": "none"}, (ItemView(two),)),
        )
        return (Package(self.kind, "clearing-house", at, "clearing_house_agreement", "assess_and_act", cases),)


def written_out(address: str) -> str:
    """An address XML 1.0 can hold: what is no visible character is percent-encoded, as in any URL; the rest stays."""
    return "".join(
        char if char.isprintable() and char != " " else quote(char, safe="", errors="replace") for char in address
    )


def read_reporting(text: str) -> Reporting:
    """Read `data/cybertip.toml`. Raises BadConfiguration if something is missing or is not what its name says."""
    try:
        data = tomllib.loads(text)
        reporter = data["reporter"]
        read = Reporting(
            **{name: str(reporter[name]) for name in ("organisation", "email", "legal_url", "note")},
            incident_type=dict(data["incident_type"]),
            escalation=dict(data["escalation"]),
        )
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError):
        raise BadConfiguration(f"data/{SETTINGS_FILE} cannot be read: compare it with the one delivered") from None
    known = {str(word) for word in Escalation} - {str(Escalation.NONE)}
    words = (read.organisation, read.email, read.legal_url, read.note, *read.incident_type.values())
    reasons = tuple(read.escalation.values())
    if not set(read.incident_type) <= set(GRAVE) or not set(read.escalation) <= known:
        raise BadConfiguration(f"data/{SETTINGS_FILE}: only national, baseline and kinds of danger have words there")
    if not all(isinstance(word, str) and word.isprintable() for word in (*words, *reasons)):
        raise BadConfiguration(f"data/{SETTINGS_FILE}: every value is a text in one line")
    if len(read.legal_url) > MAX_URL_CHARS or not all(0 < len(reason) <= MAX_REASON_CHARS for reason in reasons):
        raise BadConfiguration(f"data/{SETTINGS_FILE}: legal_url or a reason of escalation is too long or empty")
    return read


def _when(case: CaseView, items: Sequence[ItemView]) -> tuple[datetime, str]:
    """The time NCMEC demands, and what it is the time of; never a time nobody noted."""
    received = case.facts.get("first_received")
    if isinstance(received, datetime):
        return received, _RECEIVED
    seen = [at for item in items if isinstance(at := item.facts.get("assessed_at"), datetime)]
    if not seen:
        raise RuleBroken("a report for NCMEC needs a time: when it was received, or when a person viewed the content")
    return min(seen), _VIEWED


def _seen(item: ItemView) -> str:
    """That a person viewed the content, when, as what it was assessed and where it is hosted, as far as is known."""
    at, country = item.facts.get("assessed_at"), item.facts.get("hosting_country")
    when = f" at {_time(at)}" if isinstance(at, datetime) else ""
    where = f" Hosted in {country}." if country else ""
    as_what = _ASSESSED[Classification(str(item.facts["classification"]))]
    return f"Viewed by a person of the hotline{when} and assessed as {as_what}.{where}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
