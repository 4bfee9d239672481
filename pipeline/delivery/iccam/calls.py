"""ICCAM's calls with typed answers (reference/hotline_systems.md §3.2). An answer that does not fit is no answer.

Bodies go as they are, only an empty slot for labels stays here: ICCAM's public description does not know it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from exporters.iccam_items import SLOT
from exporters.iccam_payloads import SOURCE_ANSWERS
from pipeline.delivery.iccam.line import Answered, Line, Refused
from pipeline.delivery.iccam.state import Body, ContentState, ReportState

MAX_RESULTS = 200
"""The most a work list gives at once."""
NO_REFERENCE, UNASSESSED, UNACTIONED = "no-reference", "unassessed", "unactioned"
WORK_LISTS = (NO_REFERENCE, "unassigned-to-hotline", UNASSESSED, UNACTIONED, "orphaned")
"""Work lists that take `countryAssignmentStartDate`."""
_UNREADABLE = "this program cannot read it, run this again later; if it stays, tell INHOPE"


class Found(Enum):
    """What ICCAM says of a reference when it does not name a report."""

    NOT_THERE = "not_there"
    CANNOT_SAY = "cannot_say"


@dataclass(frozen=True, slots=True)
class Listed:
    """One item of a work list; not every list says when it was assigned."""

    report_id: int
    content_id: int
    assigned_at: str | None


class Calls:
    """One method per call. All raise Refused (final) or ServiceFailed (later), see `Line.call`."""

    def __init__(self, line: Line, find_path: str = "rest/Reports") -> None:
        self._line, self._find_path = line, find_path

    def post_report(self, body: Body) -> int:
        """Send a new report; answers ICCAM's number. ServiceFailed also if the answer is no number: it is in doubt."""
        return _number(self._line.call("POST", "rest/reports", body=sent_form(body)))

    def find_report(self, reference: str) -> int | Found:
        """The number of the report that carries exactly this reference.

        Only an empty list means that it is not there; any other answer without it means that ICCAM cannot say.
        Raises ServiceFailed.
        """
        try:
            answer = self._line.call("GET", self._find_path, {"hotlineReference": reference})
        except Refused:
            return Found.CANNOT_SAY
        if not isinstance(answer, list):
            return Found.CANNOT_SAY
        for one in answer:
            if isinstance(one, dict) and one.get("hotlineReference") == reference:
                return _number(one.get("reportId"))
        return Found.CANNOT_SAY if answer else Found.NOT_THERE

    def report(self, report_id: int) -> ReportState:
        """One report with the ids of its contents."""
        said = _object(self._line.call("GET", f"rest/Reports/{report_id:d}"))
        listed = _objects(said, "reportContents")
        contents = tuple((_number(one.get("contentId")), _text(one.get("urlString"))) for one in listed)
        source = {name: given for name, key in SOURCE_ANSWERS.items() if (given := said.get(key)) not in (None, [])}
        return ReportState(
            report_id, _text_or_none(said.get("hotlineReference")), contents, source,
            _text_or_none(said.get("hotlineReceivedDate")),
        )  # fmt: skip

    def content(self, content_id: int) -> ContentState:
        """One content item with its assessments and actions."""
        return content_in(self.content_body(content_id))

    def content_body(self, content_id: int) -> dict[str, object]:
        """The same as ICCAM said it."""
        return _object(self._line.call("GET", f"rest/Content/{content_id:d}"))

    def assess(self, content_id: int, body: Body) -> None:
        """Set an assessment."""
        self._line.call("PUT", f"rest/Content/{content_id:d}/assessment", body=without_empty_slot(body))

    def act(self, content_id: int, body: Body) -> None:
        """Add an action."""
        self._line.call("POST", f"rest/Content/{content_id:d}/actions", body=dict(body))

    def set_site_type(self, report_id: int, number: int) -> None:
        """What sort of place the report's source is."""
        self._line.call("PUT", f"rest/Reports/{report_id:d}/source-url/site-type", {"siteType": number})

    def set_commerciality(self, report_id: int, number: int) -> None:
        """Whether the report's source asks for money."""
        self._line.call("PUT", f"rest/Reports/{report_id:d}/source-url/commerciality", {"commerciality": number})

    def set_payment_methods(self, report_id: int, numbers: tuple[int, ...]) -> None:
        """How the report's source asks for money."""
        self._line.call("PUT", f"rest/Reports/{report_id:d}/source-url/payment-methods", body=list(numbers))

    def set_reference(self, content_id: int, reference: str) -> None:
        """Our external reference for content INHOPE assigned to us; it leaves the list `no-reference` by that."""
        self._line.call("PUT", f"rest/Content/{content_id:d}/hotline-reference", {"reference": reference})

    def work_list(self, name: str, since: str | None = None) -> tuple[Listed, ...]:
        """At most MAX_RESULTS items of a work list, assigned at or after `since` (as ICCAM writes times)."""
        query: dict[str, str | int] = {"maxResults": MAX_RESULTS}
        if since is not None:
            query["countryAssignmentStartDate"] = since
        answer = self._line.call("GET", f"rest/Content/{name}", query)
        if not isinstance(answer, list):
            raise Answered(200, _UNREADABLE)
        return tuple(
            Listed(
                _number(one.get("reportId")), _number(one.get("contentId")),
                _text_or_none(one.get("countryAssignmentDate")),
            )
            for one in map(_object, answer)
        )  # fmt: skip


def content_in(said: Body) -> ContentState:
    """A content item from ICCAM's words. Raises ServiceFailed if they do not fit."""
    url = _object(said.get("url"))
    report_id = said.get("reportId")
    return ContentState(
        _number(said.get("contentId")),
        None if report_id is None else _number(report_id),
        _text(url.get("urlString")),
        _text_or_none(url.get("hostingCountryCode")),
        _text_or_none(said.get("assignedCountryCode")),
        _text_or_none(said.get("countryAssignmentDate")),
        _text_or_none(said.get("hotlineReference")),
        tuple(_objects(said, "assessments")),
        tuple(_number(one.get("actionType")) for one in _objects(said, "actions")),
    )


def sent_form(report: Body) -> dict[str, object]:
    """A report as it goes over the line: as it is, without empty slots for labels."""
    urls = report.get("urls")
    made = [
        {**url, "assessment": without_empty_slot(url["assessment"])} if isinstance(url.get("assessment"), dict) else url
        for url in (urls if isinstance(urls, list) else [])
    ]
    return {**report, "urls": made}


def without_empty_slot(assessment: Body) -> dict[str, object]:
    """An assessment; the slot for labels goes along only where labels were given."""
    slot = assessment.get(SLOT)
    empty = not isinstance(slot, Mapping) or not slot.get("labels")
    return {name: value for name, value in assessment.items() if not (empty and name == SLOT)}


def _object(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise Answered(200, _UNREADABLE)
    return value


def _objects(said: Body, name: str) -> list[dict[str, object]]:
    value = said.get(name)
    if value is not None and not isinstance(value, list):
        raise Answered(200, _UNREADABLE)
    return [_object(one) for one in value or ()]


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Answered(200, _UNREADABLE)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Answered(200, _UNREADABLE)
    return value


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)
