"""Who may let what leave (DESIGN §1): every gate, from both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from triage.assessment import Assessment, Classification, IllegalKind, Viewed
from triage.disposition import CLOSE_REASONS, Disposition, Kind, check, check_release, needs_assessment, needs_release
from triage.errors import RuleBroken

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GRAVE = Assessment(1, 1, Classification.BASELINE, by=7, at=AT, viewed=Viewed.CONTENT)
OTHER = Assessment(1, None, Classification.ILLEGAL_OTHER, by=7, at=AT, viewed=Viewed.CONTENT, kind=IllegalKind.THREAT)
NOT_ILLEGAL = Assessment(1, None, Classification.NOT_ILLEGAL, by=7, at=AT, reason="adult_content")
UNSET = Assessment(1, None, Classification.UNSET, by=7, at=AT)
PASSES = {
    Kind.ICCAM: [GRAVE],
    Kind.NOTICE: [GRAVE, OTHER],
    Kind.POLICE: [GRAVE, OTHER, NOT_ILLEGAL],
}


def _to(kind: Kind) -> Disposition:
    recipient = None if kind in (Kind.ANSWER, Kind.CLOSE) else "somebody"
    reason = "answered" if kind is Kind.CLOSE else "protocol"
    return Disposition(1, kind, recipient, by=7, at=AT, reason=reason)


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("given", [GRAVE, OTHER, NOT_ILLEGAL, UNSET, None])
def test_each_kind_passes_exactly_with_the_assessments_it_needs(kind: Kind, given: Assessment | None) -> None:
    assessments = [] if given is None else [given]
    if not needs_assessment(kind) or given in PASSES[kind]:
        check(_to(kind), assessments)
    else:
        with pytest.raises(RuleBroken, match="needs"):
            check(_to(kind), assessments)


@pytest.mark.parametrize("viewed", [Viewed.NO, Viewed.ADDRESS_ONLY])
def test_a_notice_needs_content_somebody_viewed_and_police_do_not(viewed: Viewed) -> None:
    unseen = replace(OTHER, viewed=viewed)
    with pytest.raises(RuleBroken, match="`--viewed content`"):
        check(_to(Kind.NOTICE), [unseen])
    check(_to(Kind.NOTICE), [unseen, replace(OTHER, locator_no=2)])
    check(_to(Kind.POLICE), [unseen])


def test_helpline_answer_and_close_need_one_person_only() -> None:
    assert {kind for kind in Kind if needs_assessment(kind)} == {Kind.POLICE, Kind.ICCAM, Kind.NOTICE}


def test_an_assessment_of_another_case_opens_no_gate() -> None:
    with pytest.raises(RuleBroken):
        check(_to(Kind.ICCAM), [replace(GRAVE, case_no=2)])


def test_an_assessment_that_was_overruled_opens_no_gate() -> None:
    later = AT + timedelta(hours=1)
    overruled = Assessment(1, 1, Classification.NOT_ILLEGAL, by=8, at=later, reason="virtual_material")
    with pytest.raises(RuleBroken):
        check(_to(Kind.ICCAM), [GRAVE, overruled])


def test_only_the_police_package_needs_a_release() -> None:
    assert [kind for kind in Kind if needs_release(kind)] == [Kind.POLICE]


def test_who_assessed_cannot_release_and_another_can() -> None:
    check_release(_to(Kind.POLICE), 8, [GRAVE])
    with pytest.raises(RuleBroken, match="another person"):
        check_release(_to(Kind.POLICE), 7, [GRAVE])


def test_who_assessed_one_of_several_items_cannot_release() -> None:
    with pytest.raises(RuleBroken, match="another person"):
        check_release(_to(Kind.POLICE), 8, [GRAVE, replace(GRAVE, locator_no=2, by=8)])


@pytest.mark.parametrize("assessments", [[], [UNSET], [replace(GRAVE, case_no=2)]])
def test_nothing_is_released_without_an_assessment(assessments: list[Assessment]) -> None:
    with pytest.raises(RuleBroken, match="assessment"):
        check_release(_to(Kind.POLICE), 8, assessments)


def test_a_kind_that_needs_no_release_cannot_be_released() -> None:
    with pytest.raises(RuleBroken, match="no release"):
        check_release(_to(Kind.HELPLINE), 8, [GRAVE])


def test_closing_needs_a_close_reason() -> None:
    for reason in CLOSE_REASONS:
        check(replace(_to(Kind.CLOSE), reason=reason), [])
    for reason in ("", "protocol", "because I said so"):
        with pytest.raises(RuleBroken, match="reasons"):
            check(replace(_to(Kind.CLOSE), reason=reason), [])


def test_a_reason_in_words_is_refused_and_not_repeated() -> None:
    with pytest.raises(RuleBroken) as broken:
        check(replace(_to(Kind.HELPLINE), reason="Ana asked me to"), [])
    assert "Ana" not in str(broken.value)


def test_recipients_are_named_where_there_is_one_and_only_there() -> None:
    for kind, recipient in ((Kind.HELPLINE, None), (Kind.HELPLINE, ""), (Kind.ANSWER, "x"), (Kind.CLOSE, "x")):
        with pytest.raises(RuleBroken, match="recipient"):
            check(replace(_to(kind), recipient=recipient), [])


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(RuleBroken, match="offset"):
        check(replace(_to(Kind.HELPLINE), at=AT.replace(tzinfo=None)), [])
