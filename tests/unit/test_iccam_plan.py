"""What may be sent to ICCAM next, by INHOPE's order (reference/hotline_systems.md §3.4). No socket."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.delivery.iccam.plan import Call, Plan, Why, next_steps
from pipeline.delivery.iccam.state import ContentState, OurCase, OurItem, ReportState, case_of_report
from tests.iccam_cases import CODES, HOME, LEA, REMOVED, assigned_case, exported, our_case
from triage.assessment import Classification
from triage.errors import UnusableInput

BASELINE, NATIONAL, IGNORE = ({"classification": number} for number in (1, 2, 4))
SOURCE: dict[str, Any] = {"site_type": 6, "commerciality": 3, "payment_methods": [9]}
URL = "https://host.example/IC-1/0"
CONTENT = ContentState(9000, 501, URL, HOME, HOME)


def _plan(ours: OurCase, content: ContentState, source: dict[str, Any] | None = None, *others: ContentState) -> Plan:
    contents = {one.content_id: one for one in (content, *others)}
    report = ReportState(501, None, tuple((one.content_id, one.url) for one in contents.values()), source or {})
    return next_steps(ours, report, contents, HOME, CODES)


def _calls(plan: Plan) -> list[Call]:
    return [step.call for step in plan.steps]


def _why(plan: Plan) -> list[Why]:
    return [held.why for held in plan.held]


def _ours(assessment: Any, *actions: Any) -> OurCase:
    return OurCase("IC-1", (OurItem(URL, None, assessment, actions),), source=SOURCE)


def test_a_new_report_is_the_only_step_of_its_run() -> None:
    plan = next_steps(our_case(actions={1: [LEA]}), None, {}, HOME, CODES)
    assert _calls(plan) == [Call.REPORT]
    assert plan.held == ()


def test_assessments_come_first_then_the_source_and_no_action_in_the_same_run() -> None:
    plan = _plan(_ours(NATIONAL, LEA), CONTENT)
    assert _calls(plan) == [Call.ASSESSMENT, Call.SITE_TYPE, Call.COMMERCIALITY, Call.PAYMENT_METHODS]
    assert [step.body for step in plan.steps[1:]] == [6, 3, [9]]


def test_the_source_waits_until_all_of_the_report_is_assessed() -> None:
    other = ContentState(9001, 501, "https://host.example/other", "NL", "NL")
    plan = _plan(_ours(NATIONAL), CONTENT, None, other)
    assert _calls(plan) == [Call.ASSESSMENT]
    assert _why(plan) == [Why.OTHERS_NOT_ASSESSED]


def test_what_nobody_answered_about_the_source_is_held_back_and_never_filled_in() -> None:
    plan = _plan(replace(_ours(NATIONAL), source={"commerciality": 3}), CONTENT)
    assert _calls(plan) == [Call.ASSESSMENT, Call.COMMERCIALITY]
    assert _why(plan) == [Why.SITE_TYPE_UNANSWERED, Why.PAYMENT_METHODS_UNANSWERED]


def test_what_iccam_has_is_not_sent_again() -> None:
    plan = _plan(_ours(NATIONAL), replace(CONTENT, assessments=(NATIONAL,)), SOURCE)
    assert plan == Plan(())


def test_an_unassessed_item_is_held_back() -> None:
    plan = _plan(_ours(None, LEA), CONTENT, SOURCE)
    assert plan.steps == ()
    assert _why(plan) == [Why.NOT_ASSESSED]


def test_baseline_is_final() -> None:
    plan = _plan(_ours(NATIONAL), replace(CONTENT, assessments=(NATIONAL, BASELINE)), SOURCE)
    assert (plan.steps, _why(plan)) == ((), [Why.BASELINE_IS_FINAL])


def test_national_is_overruled_by_the_hosting_country_and_by_nobody_else() -> None:
    here = _plan(_ours(BASELINE), replace(CONTENT, assessments=(NATIONAL,)), SOURCE)
    assert _calls(here) == [Call.ASSESSMENT]
    abroad = _plan(_ours(BASELINE), replace(CONTENT, hosting_country="NL", assessments=(NATIONAL,)), SOURCE)
    assert (abroad.steps, _why(abroad)) == ((), [Why.HOSTED_ELSEWHERE])


def test_hosting_and_assignment_are_two_countries() -> None:
    orphan = replace(CONTENT, hosting_country="XK", assigned_country=HOME)
    assert _calls(_plan(_ours(NATIONAL), orphan))[0] is Call.ASSESSMENT
    elsewhere = replace(CONTENT, assigned_country="NL")
    assert Why.ASSIGNED_ELSEWHERE in _why(_plan(_ours(NATIONAL), elsewhere))
    assert Call.ASSESSMENT not in _calls(_plan(_ours(NATIONAL), elsewhere))


def test_only_the_last_assessment_counts() -> None:
    assert _plan(_ours(BASELINE), replace(CONTENT, assessments=(NATIONAL, BASELINE)), SOURCE) == Plan(())


def test_what_iccam_ignores_is_not_assessed_again() -> None:
    plan = _plan(_ours(NATIONAL), replace(CONTENT, assessments=(IGNORE,)), SOURCE)
    assert (plan.steps, _why(plan)) == ((), [Why.ONLY_NATIONAL_IS_OVERRULED])


def test_no_assessment_follows_an_action() -> None:
    plan = _plan(_ours(BASELINE), replace(CONTENT, assessments=(NATIONAL,), action_types=(1,)), SOURCE)
    assert (plan.steps, _why(plan)) == ((), [Why.ACTION_ALREADY_SET])


def test_actions_come_once_each_and_the_final_one_last() -> None:
    ready = replace(CONTENT, assessments=(NATIONAL,))
    plan = _plan(_ours(NATIONAL, REMOVED, LEA, LEA), ready, SOURCE)
    assert [step.body for step in plan.steps] == [LEA, REMOVED]
    assert _plan(_ours(NATIONAL, REMOVED, LEA), replace(ready, action_types=(1, 3)), SOURCE) == Plan(())


def test_nothing_follows_a_final_action() -> None:
    closed = replace(CONTENT, assessments=(NATIONAL,), action_types=(3,))
    plan = _plan(_ours(NATIONAL, LEA), closed, SOURCE)
    assert (plan.steps, _why(plan)) == ((), [Why.FINAL_ACTION_SET])
    unavailable = LEA | {"actionType": 4}
    both = _plan(_ours(NATIONAL, unavailable, REMOVED), replace(closed, action_types=()), SOURCE)
    assert len(both.steps) == 1
    assert _why(both) == [Why.FINAL_ACTION_SET]


def test_actions_need_the_content_assigned_to_us() -> None:
    plan = _plan(_ours(NATIONAL, LEA), replace(CONTENT, assigned_country="NL", assessments=(NATIONAL,)), SOURCE)
    assert (plan.steps, _why(plan)) == ((), [Why.ASSIGNED_ELSEWHERE])


def test_actions_wait_until_iccam_shows_the_three_answers_about_the_source() -> None:
    partly = {name: said for name, said in SOURCE.items() if name != "commerciality"}
    plan = _plan(_ours(NATIONAL, LEA), replace(CONTENT, assessments=(NATIONAL,)), partly)
    assert _calls(plan) == [Call.COMMERCIALITY]


def test_no_action_goes_in_the_run_of_a_new_assessment_or_while_an_answer_is_missing() -> None:
    overruling = _plan(_ours(BASELINE, LEA), replace(CONTENT, assessments=(NATIONAL,)), SOURCE)
    assert _calls(overruling) == [Call.ASSESSMENT]
    unanswered = _plan(replace(_ours(NATIONAL, LEA), source={}), replace(CONTENT, assessments=(NATIONAL,)))
    assert unanswered.steps == ()
    assert len(unanswered.held) == 3


def test_content_iccam_holds_for_illegal_is_not_closed_as_not_illegal() -> None:
    ours = assigned_case(9000, Classification.NOT_ILLEGAL, "virtual_material")
    plan = _plan(ours, replace(CONTENT, assessments=(BASELINE,)), SOURCE)
    assert plan.steps == ()
    assert _why(plan) == [Why.BASELINE_IS_FINAL, Why.ICCAM_SAYS_ILLEGAL]
    agreed = _plan(ours, replace(CONTENT, assessments=(ours.items[0].assessment or {},)), SOURCE)
    assert [step.body["reasonId"] for step in agreed.steps if isinstance(step.body, dict)] == [18]


def test_baseline_content_assigned_to_us_still_takes_our_actions() -> None:
    plan = _plan(_ours(BASELINE, REMOVED), replace(CONTENT, hosting_country="NL", assessments=(BASELINE,)), SOURCE)
    assert _calls(plan) == [Call.ACTION]


def test_content_that_cannot_be_told_apart_is_held_back() -> None:
    twin = replace(CONTENT, content_id=9001)
    assert _why(_plan(_ours(NATIONAL), CONTENT, SOURCE, twin)) == [Why.CONTENT_UNKNOWN]
    assert _why(_plan(_ours(NATIONAL), replace(CONTENT, url="https://other.example/"), SOURCE)) == [Why.CONTENT_UNKNOWN]
    assert _why(next_steps(assigned_case(1, Classification.NATIONAL), None, {}, HOME, CODES)) == [Why.CONTENT_UNKNOWN]


def test_a_yes_and_the_number_one_are_two_answers() -> None:
    ours = _ours({"classification": 2, "virtualContentCategorization": True})
    theirs = {"classification": 2, "virtualContentCategorization": 1}
    assert _calls(_plan(ours, replace(CONTENT, assessments=(theirs,)), SOURCE)) == [Call.ASSESSMENT]


def test_plans_print_neither_address_nor_answer() -> None:
    case = our_case()
    said = repr((case, _plan(_ours(NATIONAL, LEA), CONTENT), ReportState(1, None, ((1, URL),)), CONTENT))
    assert "host.example" not in said
    assert "analyst" not in said


@pytest.mark.parametrize("spoiled", [{}, {"urls": []}, {"urls": [1]}, {"urls": [{}]}, {"hotlineReference": 7}])
def test_a_package_that_is_not_ours_is_refused(spoiled: dict[str, Any]) -> None:
    with pytest.raises(UnusableInput, match="export the case again"):
        case_of_report("IC-1", (exported() | spoiled) if spoiled else {})
