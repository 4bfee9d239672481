"""What a fake ICCAM holds and the order it keeps (reference/hotline_systems.md §3.4), without any HTTP.

Written from the rules and not from our client's code, so that the two check each other. Every refusal is a `No` with
the field it is about.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

HOTLINE_COUNTRIES = frozenset({"BA", "NL", "DE"})
ORPHANS_GO_TO = "NL"
"""Content hosted where no hotline is (an orphan) is assigned to one that holds the mandate."""
BASELINE, NATIONAL, IGNORE = 1, 2, 4
FINAL = frozenset({3, 4, 6})
_REPORT_FIELDS = {
    "reportingAnalystName", "hotlineReceivedDate", "hotlineReference", "memo", "sourceUrlUsername", "sourceUrlPassword",
    "sourceUrlReferrer", "sourceUrlSiteType", "sourceUrlCommerciality", "sourceUrlPaymentMethods", "urls",
}  # fmt: skip
_URL_FIELDS = {
    "urlString", "hotlineReference", "hostingCountryCode", "hostingIpAddress", "hostingIsp", "hostingOrganization",
    "isSourceUrl", "memo", "contentType", "assessment", "actions",
}  # fmt: skip
_ASSESSMENT_FIELDS = {
    "assessingAnalystName", "classification", "ageCategorization", "genderCategorization",
    "virtualContentCategorization", "userGeneratedContentCategorization", "childModelingCategorization",
}  # fmt: skip
_NUMBERS = {
    "classification": {1, 2, 4}, "ageCategorization": {1, 2, 3, 4, None}, "genderCategorization": {1, 2, 3, 4, None},
}  # fmt: skip


class No(Exception):
    """A refusal; `about` is the field named in `errors`."""

    def __init__(self, about: str) -> None:
        super().__init__(about)
        self.about = about


@dataclass
class Content:
    """One content item."""

    content_id: int
    report_id: int
    url: dict[str, Any]
    assigned_country: str
    assigned_at: str
    reference: str | None
    assessments: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, Any]] = field(default_factory=list)

    def said(self) -> dict[str, Any]:
        """As `GET rest/Content/{id}` answers."""
        return {
            "contentId": self.content_id, "reportId": self.report_id, "url": self.url,
            "assignedCountryCode": self.assigned_country, "countryAssignmentDate": self.assigned_at,
            "hotlineReference": self.reference, "assessments": self.assessments, "actions": self.actions,
            "referrerUrl": None, "memo": None, "internalOfIccam": "kept there",
        }  # fmt: skip


@dataclass
class Report:
    """One report; `settled` once ICCAM has worked it in, which is not within the run that sent it."""

    report_id: int
    body: dict[str, Any]
    contents: list[int]
    settled: bool = False

    def said(self, contents: dict[int, Content]) -> dict[str, Any]:
        """As `GET rest/Reports/{id}` answers."""
        listed = [{"contentId": number, "urlString": contents[number].url["urlString"]} for number in self.contents]
        kept = {name: value for name, value in self.body.items() if name != "urls"}
        return kept | {"reportId": self.report_id, "reportContents": listed}


class Iccam:
    """Everything ICCAM knows, for one hotline that asks (`home`)."""

    def __init__(self, home: str = "BA") -> None:
        self.home = home
        self.reports: dict[int, Report] = {}
        self.contents: dict[int, Content] = {}

    def settle(self) -> None:
        """Time passes: reports sent so far are worked in."""
        for report in self.reports.values():
            report.settled = True

    def take_report(self, body: dict[str, Any]) -> int:
        """`POST rest/reports`."""
        self._check_report(body)
        number = 500 + len(self.reports)
        report = self.reports[number] = Report(number, body, [])
        for url in body["urls"]:
            hosted = url["hostingCountryCode"]
            assigned = self.home if hosted is None else hosted if hosted in HOTLINE_COUNTRIES else ORPHANS_GO_TO
            content = self.assign(report, url, assigned, "2026-03-03T08:00:00Z")
            content.assessments.append(url["assessment"])
        return number

    def report_from_abroad(self, received: str, urls: list[tuple[str, str, str, str]], **source: Any) -> list[int]:
        """A report of another hotline: (address, hosting country, assigned country, assignment date) per item."""
        body = {
            "hotlineReceivedDate": received, "hotlineReference": None, "sourceUrlSiteType": source.get("site_type"),
            "sourceUrlCommerciality": source.get("commerciality"), "sourceUrlPaymentMethods": source.get("payment", []),
        }  # fmt: skip
        number = 500 + len(self.reports)
        report = self.reports[number] = Report(number, body, [], settled=True)
        made = []
        for address, hosted, assigned, at in urls:
            url = {"urlString": address, "hostingCountryCode": hosted, "isSourceUrl": not made}
            made.append(self.assign(report, url, assigned, at).content_id)
        return made

    def assign(self, report: Report, url: dict[str, Any], country: str, at: str) -> Content:
        """Make a content item."""
        number = 9000 + len(self.contents)
        shown = {name: url[name] for name in ("urlString", "isSourceUrl", "hostingCountryCode")}
        content = Content(number, report.report_id, shown, country, at, url.get("hotlineReference"))
        self.contents[number] = content
        report.contents.append(number)
        return content

    def assess(self, content_id: int, body: dict[str, Any]) -> None:
        """`PUT rest/Content/{id}/assessment`."""
        content = self._content(content_id)
        _check_assessment(body)
        if content.actions:
            raise No("actions")
        if content.assessments:
            last = content.assessments[-1]["classification"]
            if last != NATIONAL or content.url["hostingCountryCode"] != self.home:
                raise No("classification")
        elif content.assigned_country != self.home:
            raise No("classification")
        content.assessments.append(body)

    def set_source(self, report_id: int, name: str, value: Any) -> None:
        """`PUT rest/Reports/{id}/source-url/…`."""
        report = self._report(report_id)
        if not self._all_assessed(report):
            raise No("assessment")
        report.body[name] = value

    def act(self, content_id: int, body: dict[str, Any]) -> None:
        """`POST rest/Content/{id}/actions`."""
        content = self._content(content_id)
        report = self._report(content.report_id)
        types = {action["actionType"] for action in content.actions}
        kind = body.get("actionType")
        names = ("sourceUrlSiteType", "sourceUrlCommerciality", "sourceUrlPaymentMethods")
        if content.assigned_country != self.home:
            raise No("hostingCountryCode")
        if not report.settled or not self._all_assessed(report) or not all(report.body[name] for name in names):
            raise No("assessment")
        if kind not in {1, 2, 3, 4, 6} or kind in types or types & FINAL:
            raise No("actionType")
        if (kind in {4, 6}) is not isinstance(body.get("reasonId"), int):
            raise No("reasonId")
        content.actions.append(body)

    def set_reference(self, content_id: int, reference: str) -> None:
        """`PUT rest/Content/{id}/hotline-reference`."""
        content = self._content(content_id)
        if content.assigned_country != self.home:
            raise No("reference")
        content.reference = reference

    def work_list(self, name: str, since: str | None, most: int) -> list[dict[str, Any]]:
        """`GET rest/Content/<list>`: what is assigned to the hotline that asks, oldest first."""
        chosen = {
            "no-reference": lambda one: one.reference is None,
            "unassessed": lambda one: not one.assessments,
            "unactioned": lambda one: not one.actions,
        }[name]
        mine = [one for one in self.contents.values() if one.assigned_country == self.home and chosen(one)]
        late = sorted((one for one in mine if one.assigned_at >= (since or "")), key=lambda one: one.assigned_at)
        return [{"reportId": one.report_id, "contentId": one.content_id} for one in late[: min(most, 200)]]

    def _check_report(self, body: dict[str, Any]) -> None:
        if set(body) != _REPORT_FIELDS or not body["urls"]:
            raise No("urls")
        if not isinstance(body["hotlineReference"], str):
            raise No("hotlineReference")
        if any(known.body.get("hotlineReference") == body["hotlineReference"] for known in self.reports.values()):
            raise No("hotlineReference")
        for url in body["urls"]:
            if set(url) != _URL_FIELDS or url["actions"] or url["contentType"] not in {1, 2}:
                raise No("urls")
            _check_assessment(url["assessment"])
            if url["assessment"]["classification"] not in {BASELINE, NATIONAL}:
                raise No("classification")

    def _all_assessed(self, report: Report) -> bool:
        return all(self.contents[number].assessments for number in report.contents)

    def _content(self, content_id: int) -> Content:
        if content_id not in self.contents:
            raise No("reference")
        return self.contents[content_id]

    def _report(self, report_id: int) -> Report:
        if report_id not in self.reports:
            raise No("reference")
        return self.reports[report_id]


def _check_assessment(body: dict[str, Any]) -> None:
    """Only fields ICCAM's public description knows, and a slot for labels where it is not empty."""
    slot = body.get("universalClassification")
    if set(body) - {"universalClassification"} != _ASSESSMENT_FIELDS or (slot is not None and not slot["labels"]):
        raise No("assessment")
    for name, numbers in _NUMBERS.items():
        if isinstance(body[name], bool) or body[name] not in numbers:
            raise No(name)
