"""What ICCAM and we say differently, as lines a person works off. Pure, but for `read_all`, which asks ICCAM.

Lines name a case by its external reference and content by ICCAM's number; they hold no address and no answer, only the
names of questions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.delivery.iccam.calls import Calls, Found
from pipeline.delivery.iccam.line import Refused
from pipeline.delivery.iccam.plan import differing_answers
from pipeline.delivery.iccam.push import find_sent, read_state
from pipeline.delivery.iccam.state import ContentState, OurCase, OurItem, ReportState, content_of


class Differs(StrEnum):
    """Kinds of differences, each a code of docs/iccam.md."""

    NOT_IN_ICCAM = "not_in_iccam"
    SENT_UNNOTED = "sent_unnoted"
    IN_DOUBT = "in_doubt"
    NOT_SHOWN = "not_shown"
    REFERENCE = "reference"
    NOT_HERE = "not_here"
    CONTENT_UNKNOWN = "content_unknown"
    ASSESSMENT_MISSING = "assessment_missing"
    ASSESSMENT = "assessment"
    ASSESSMENT_ONLY_THERE = "assessment_only_there"
    SOURCE = "source"
    ACTION_MISSING = "action_missing"
    ACTION_ONLY_THERE = "action_only_there"
    HOSTING_COUNTRY = "hosting_country"
    ASSIGNED_ELSEWHERE = "assigned_elsewhere"


@dataclass(frozen=True, slots=True)
class Line:
    """One difference; `detail` holds names of questions or ICCAM's numbers of actions, never an answer or address."""

    kind: Differs
    reference: str | None = None
    content_id: int | None = None
    detail: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = self.reference or "no case here"
        content = "" if self.content_id is None else f", content {self.content_id}"
        return f"{where}{content}: {self.kind}" + (f" ({', '.join(self.detail)})" if self.detail else "")


@dataclass(frozen=True, slots=True)
class Seen:
    """What ICCAM says of one case; `found` where it was asked for a reference, `refused` where it does not show it."""

    report: ReportState | None = None
    contents: Mapping[int, ContentState] = field(default_factory=dict)
    found: int | Found | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class ServerState:
    """What ICCAM says of all cases, by their reference, and which content it lists as ours to do."""

    cases: Mapping[str, Seen]
    assigned: Collection[int] = ()


def read_all(calls: Calls, cases: Iterable[OurCase], lists: Iterable[str] = ()) -> ServerState:
    """Ask ICCAM for every case and for the content ids of work lists. Raises ServiceFailed."""
    seen: dict[str, Seen] = {}
    for case in cases:
        if case.report_id is None and case.sent_as is not None:
            seen[case.reference] = Seen(found=find_sent(calls, case))
            continue
        try:
            seen[case.reference] = Seen(*read_state(calls, case))
        except Refused:
            seen[case.reference] = Seen(refused=True)
    assigned = {one.content_id for name in lists for one in calls.work_list(name)}
    return ServerState(seen, frozenset(assigned))


def reconcile(server: ServerState, cases: Iterable[OurCase], home_country: str) -> tuple[Line, ...]:
    """Every difference, in the order of the cases; then content ICCAM holds for ours that no case here knows."""
    lines: list[Line] = []
    known: set[int] = set()
    for case in cases:
        seen = server.cases.get(case.reference, Seen())
        matched = (content_of(item, seen.contents) for item in case.items)
        known |= {content.content_id for content in matched if content is not None}
        known |= {item.content_id for item in case.items if item.content_id is not None}
        lines += _of_case(case, seen, home_country)
    lines += [Line(Differs.NOT_HERE, None, number) for number in sorted(set(server.assigned) - known)]
    return tuple(lines)


def _of_case(case: OurCase, seen: Seen, home_country: str) -> list[Line]:
    if seen.refused:
        return [Line(Differs.NOT_SHOWN, case.reference)]
    if isinstance(seen.found, int):
        return [Line(Differs.SENT_UNNOTED, case.reference, detail=(f"report {seen.found}",))]
    if seen.found is Found.CANNOT_SAY:
        return [Line(Differs.IN_DOUBT, case.reference)]
    if seen.report is None:
        return [Line(Differs.NOT_IN_ICCAM, case.reference)]
    lines = []
    if case.sent_as is not None and seen.report.reference not in (None, case.sent_as):
        lines.append(Line(Differs.REFERENCE, case.reference))
    source = tuple(name for name, said in case.source.items() if seen.report.source.get(name) != said)
    if source:
        lines.append(Line(Differs.SOURCE, case.reference, detail=source))
    hosted = _hosting(case)
    for item in case.items:
        content = content_of(item, seen.contents)
        if content is None:
            lines.append(Line(Differs.CONTENT_UNKNOWN, case.reference, item.content_id))
        else:
            assigned_to_us = case.report is None
            lines += _of_item(case.reference, item, content, hosted.get(item.url), assigned_to_us, home_country)
    return lines


def _of_item(
    reference: str, item: OurItem, content: ContentState, hosted: object, assigned_to_us: bool, home_country: str
) -> list[Line]:
    lines: list[Line] = []

    def differs(kind: Differs, *detail: str) -> None:
        lines.append(Line(kind, reference, content.content_id, detail))

    last = content.assessments[-1] if content.assessments else None
    if last is None and item.assessment is not None:
        differs(Differs.ASSESSMENT_MISSING)
    elif last is not None and item.assessment is None:
        differs(Differs.ASSESSMENT_ONLY_THERE)
    elif last is not None and item.assessment is not None and (names := differing_answers(item.assessment, last)):
        differs(Differs.ASSESSMENT, *names)
    ours = {kind for body in item.actions if isinstance(kind := body.get("actionType"), int)}
    theirs = set(content.action_types)
    if ours - theirs:
        differs(Differs.ACTION_MISSING, *map(str, sorted(ours - theirs)))
    if theirs - ours:
        differs(Differs.ACTION_ONLY_THERE, *map(str, sorted(theirs - ours)))
    if hosted is not None and content.hosting_country != hosted:
        differs(Differs.HOSTING_COUNTRY)
    if assigned_to_us and content.assigned_country != home_country:
        differs(Differs.ASSIGNED_ELSEWHERE)
    return lines


def _hosting(case: OurCase) -> dict[object, object]:
    """Where we say each address of a report of ours is hosted."""
    urls = None if case.report is None else case.report.get("urls")
    given = urls if isinstance(urls, list) else []
    return {url.get("urlString"): url.get("hostingCountryCode") for url in given if isinstance(url, dict)}
