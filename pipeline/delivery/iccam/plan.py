"""What may be sent next for one case, given what ICCAM says and what a person assessed. Pure: no line, no clock.

INHOPE's order (reference/hotline_systems.md §3.4): the report; in a later run every assessment, then site type,
commerciality and payment; in a later run again actions. Content is first assessed where it is assigned. Baseline is
final. Only national may be overruled, by the hotline of the hosting country. No new assessment once any action is set.
Actions only where the content is assigned to our country, each type once, none after a final one. What a person has
not answered is held back, never filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from exporters.iccam_codes import Codes
from exporters.iccam_payloads import ANSWERS, FINAL_ACTIONS, SOURCE_ANSWERS
from pipeline.delivery.iccam.state import Body, ContentState, OurCase, OurItem, ReportState, content_of
from triage.assessment import Classification


class Call(StrEnum):
    """What a step does."""

    REPORT = "report"
    ASSESSMENT = "assessment"
    SITE_TYPE = "site_type"
    COMMERCIALITY = "commerciality"
    PAYMENT_METHODS = "payment_methods"
    ACTION = "action"


class Why(StrEnum):
    """Why something is held back; a code a person can look up in docs/iccam.md."""

    NOT_ASSESSED = "not_assessed"
    CONTENT_UNKNOWN = "content_unknown"
    BASELINE_IS_FINAL = "baseline_is_final"
    ONLY_NATIONAL_IS_OVERRULED = "only_national_is_overruled"
    HOSTED_ELSEWHERE = "hosted_elsewhere"
    ACTION_ALREADY_SET = "action_already_set"
    OTHERS_NOT_ASSESSED = "others_not_assessed"
    SITE_TYPE_UNANSWERED = "site_type_unanswered"
    COMMERCIALITY_UNANSWERED = "commerciality_unanswered"
    PAYMENT_METHODS_UNANSWERED = "payment_methods_unanswered"
    ASSIGNED_ELSEWHERE = "assigned_elsewhere"
    FINAL_ACTION_SET = "final_action_set"
    ICCAM_SAYS_ILLEGAL = "iccam_says_illegal"


@dataclass(frozen=True, slots=True)
class Step:
    """One call for a case: to report or content `target` (0 for a new report); `item` counts ours from 1, else 0."""

    call: Call
    reference: str
    target: int
    item: int = 0
    body: object = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """Something of a case that may not go (now); `item` counts ours from 1, 0 for the whole report."""

    reference: str
    item: int
    why: Why


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps of one run, in their order, and what is held back."""

    steps: tuple[Step, ...]
    held: tuple[Held, ...] = ()


def next_steps(
    ours: OurCase, report: ReportState | None, contents: Mapping[int, ContentState], home_country: str, codes: Codes
) -> Plan:
    """The plan of one run. `contents` holds every content item of the report by ICCAM's id; `report` None: not there.

    An assigned case (no report of ours) whose report ICCAM does not show is held back as `content_unknown`.
    """
    if report is None:
        if ours.report is None:
            return Plan((), (Held(ours.reference, 0, Why.CONTENT_UNKNOWN),))
        return Plan((Step(Call.REPORT, ours.reference, 0, body=ours.report),))
    placed = [(number, item, content_of(item, contents)) for number, item in enumerate(ours.items, start=1)]
    steps: list[Step] = []
    held: list[Held] = []
    for number, item, content in placed:
        made = _assessing(ours.reference, number, item, content, home_country, codes)
        (steps if isinstance(made, Step) else held).append(made) if made else None  # type: ignore[arg-type]
    to_come = {step.target for step in steps}
    all_assessed = all(content.assessments or content.content_id in to_come for content in contents.values())
    missing = [name for name in SOURCE_ANSWERS if name not in report.source]
    if missing and all_assessed:
        _complete(ours, report, missing, steps, held)
    elif missing:
        held.append(Held(ours.reference, 0, Why.OTHERS_NOT_ASSESSED))
    if not steps and not missing and all_assessed:
        for number, item, content in placed:
            _acting(ours.reference, number, item, content, home_country, codes, steps, held)
    return Plan(tuple(steps), tuple(held))


def same_answers(ours: Body, theirs: Body) -> bool:
    """Whether two assessments say the same; a question nobody answered is the same as one that is absent or null."""
    return differing_answers(ours, theirs) == ()


def differing_answers(ours: Body, theirs: Body) -> tuple[str, ...]:
    """The questions two assessments answer differently. True and 1 are not the same answer."""
    pairs = ((name, ours.get(key), theirs.get(key)) for name, (_, key) in ANSWERS.items())
    return tuple(name for name, one, other in pairs if type(one) is not type(other) or one != other)


def _assessing(
    reference: str, number: int, item: OurItem, content: ContentState | None, home: str, codes: Codes
) -> Step | Held | None:
    """The assessment to send, why none may go, or None if ICCAM has it already."""
    if content is None:
        return Held(reference, number, Why.CONTENT_UNKNOWN)
    if item.assessment is None:
        return None if content.assessments else Held(reference, number, Why.NOT_ASSESSED)
    if not content.assessments and content.assigned_country != home:
        return Held(reference, number, Why.ASSIGNED_ELSEWHERE)
    if content.assessments:
        last = content.assessments[-1]
        if same_answers(item.assessment, last):
            return None
        why = _may_not_overrule(last, content, home, codes)
        if why is not None:
            return Held(reference, number, why)
    if content.action_types:
        return Held(reference, number, Why.ACTION_ALREADY_SET)
    return Step(Call.ASSESSMENT, reference, content.content_id, number, item.assessment)


def _may_not_overrule(last: Body, content: ContentState, home: str, codes: Codes) -> Why | None:
    said = codes.word("classification", last.get("classification"))
    if said == Classification.BASELINE:
        return Why.BASELINE_IS_FINAL
    if said != Classification.NATIONAL:
        return Why.ONLY_NATIONAL_IS_OVERRULED
    return None if content.hosting_country == home else Why.HOSTED_ELSEWHERE


def _complete(ours: OurCase, report: ReportState, missing: list[str], steps: list[Step], held: list[Held]) -> None:
    """Set what ICCAM lacks about the source, if a person answered it."""
    for name in missing:
        if name in ours.source:
            steps.append(Step(Call(name), ours.reference, report.report_id, body=ours.source[name]))
        else:
            held.append(Held(ours.reference, 0, Why(f"{name}_unanswered")))


def _acting(
    reference: str, number: int, item: OurItem, content: ContentState | None, home: str, codes: Codes,
    steps: list[Step], held: list[Held],
) -> None:  # fmt: skip
    """Actions ICCAM lacks, each type once and the final one last."""
    if content is None:
        return  # held back already
    finals = {codes.number("action_type", word) for word in FINAL_ACTIONS}
    wanted: dict[int, Body] = {}
    for body in sorted(item.actions, key=lambda body: body.get("actionType") in finals):
        kind = body.get("actionType")
        if isinstance(kind, int) and kind not in content.action_types:
            wanted.setdefault(kind, body)
    if not wanted:
        return
    if content.assigned_country != home:
        held.append(Held(reference, number, Why.ASSIGNED_ELSEWHERE))
        return
    closed = bool(finals.intersection(content.action_types))
    for kind, body in wanted.items():
        why = Why.FINAL_ACTION_SET if closed else _contradicts(kind, content, codes)
        if why is not None:
            held.append(Held(reference, number, why))
            return
        steps.append(Step(Call.ACTION, reference, content.content_id, number, body))
        closed = kind in finals


def _contradicts(kind: int, content: ContentState, codes: Codes) -> Why | None:
    """Content ICCAM holds for illegal is not closed as not illegal by an action: its assessment stands (§3.4)."""
    if codes.word("action_type", kind) != Classification.NOT_ILLEGAL:
        return None
    last = codes.word("classification", content.assessments[-1].get("classification"))
    return None if last == Classification.NOT_ILLEGAL else Why.ICCAM_SAYS_ILLEGAL
