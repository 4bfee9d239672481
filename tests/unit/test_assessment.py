"""Only a person's full answer makes content national or baseline; unset stays unset."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from triage.assessment import (
    GRAVE,
    NOT_ASSESSED_REASONS,
    NOT_ILLEGAL_REASONS,
    Assessment,
    Classification,
    Gender,
    IccamAnswers,
    IllegalKind,
    Viewed,
    changed_since,
    check,
    check_bulk,
    in_force,
)
from triage.errors import RuleBroken

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SEEN = Assessment(1, 1, Classification.NATIONAL, by=7, at=AT, viewed=Viewed.CONTENT)
PLAIN = Assessment(2, None, Classification.NOT_ASSESSED, by=7, at=AT, reason="link_expired")


def test_an_assessment_of_seen_content_may_be_national_or_baseline() -> None:
    for grave in GRAVE:
        check(replace(SEEN, classification=grave))


@pytest.mark.parametrize("grave", sorted(GRAVE))
@pytest.mark.parametrize("viewed", [Viewed.NO, Viewed.ADDRESS_ONLY])
def test_who_has_not_seen_the_content_cannot_call_it_grave(grave: Classification, viewed: Viewed) -> None:
    with pytest.raises(RuleBroken, match="viewed"):
        check(replace(SEEN, classification=grave, viewed=viewed))


@pytest.mark.parametrize("grave", sorted(GRAVE))
def test_a_whole_case_cannot_be_called_grave(grave: Classification) -> None:
    with pytest.raises(RuleBroken, match="per item"):
        check(replace(SEEN, classification=grave, locator_no=None))


@pytest.mark.parametrize("grave", sorted(GRAVE))
def test_a_file_of_several_rows_cannot_hold_a_grave_one_and_the_message_names_the_row(grave: Classification) -> None:
    with pytest.raises(RuleBroken, match="row 2"):
        check_bulk([PLAIN, replace(SEEN, classification=grave), PLAIN])


def test_a_file_of_one_row_may_hold_a_grave_one() -> None:
    check_bulk([SEEN])


def test_a_broken_row_of_a_file_is_named() -> None:
    with pytest.raises(RuleBroken, match="row 3"):
        check_bulk([PLAIN, PLAIN, replace(PLAIN, reason=None)])


@pytest.mark.parametrize(
    ("classification", "reasons"),
    [(Classification.NOT_ASSESSED, NOT_ASSESSED_REASONS), (Classification.NOT_ILLEGAL, NOT_ILLEGAL_REASONS)],
)
def test_reasons_belong_to_their_classification(classification: Classification, reasons: tuple[str, ...]) -> None:
    for reason in reasons:
        check(replace(PLAIN, classification=classification, reason=reason))
    wrong = NOT_ILLEGAL_REASONS[0] if reasons is NOT_ASSESSED_REASONS else NOT_ASSESSED_REASONS[0]
    for bad in (None, "", wrong):
        with pytest.raises(RuleBroken, match="reason"):
            check(replace(PLAIN, classification=classification, reason=bad))


def test_otherwise_illegal_needs_a_kind_and_nothing_else_takes_one() -> None:
    other = Assessment(1, None, Classification.ILLEGAL_OTHER, by=7, at=AT, kind=IllegalKind.FRAUD)
    check(other)
    with pytest.raises(RuleBroken, match="kind"):
        check(replace(other, kind=None))
    with pytest.raises(RuleBroken, match="kind"):
        check(replace(SEEN, kind=IllegalKind.FRAUD))


def test_a_reason_where_none_belongs_is_refused() -> None:
    with pytest.raises(RuleBroken, match="reason"):
        check(replace(SEEN, reason="link_expired"))


def test_iccam_questions_belong_to_grave_classifications_only() -> None:
    check(replace(SEEN, iccam=IccamAnswers(gender=Gender.BOTH)))
    with pytest.raises(RuleBroken, match="ICCAM"):
        check(replace(PLAIN, iccam=IccamAnswers()))


def test_an_unanswered_question_stays_unset() -> None:
    answers = IccamAnswers()
    assert all(getattr(answers, name) is None for name in answers.__slots__)


@pytest.mark.parametrize(("country", "source"), [("NL", None), (None, "whois"), ("nl", "whois"), ("NL", "Somebody X")])
def test_hosting_needs_a_country_code_and_a_source_code(country: str | None, source: str | None) -> None:
    check(replace(SEEN, hosting_country="NL", hosting_source="whois"))
    with pytest.raises(RuleBroken, match="hosting"):
        check(replace(SEEN, hosting_country=country, hosting_source=source))


def test_a_time_without_offset_is_refused() -> None:
    with pytest.raises(RuleBroken, match="offset"):
        check(replace(SEEN, at=AT.replace(tzinfo=None)))


def test_the_last_assessment_of_an_item_counts_whatever_order_they_come_in() -> None:
    later = replace(SEEN, classification=Classification.BASELINE, at=AT + timedelta(hours=1))
    other_item = replace(SEEN, locator_no=2)
    assert in_force([later, other_item, SEEN]) == (later, other_item)


WHOLE = replace(
    SEEN, locator_no=None, classification=Classification.NOT_ILLEGAL, reason="adult_content", at=AT + timedelta(hours=1)
)


def test_a_later_word_on_the_whole_case_overrules_older_ones_on_its_items() -> None:
    assert in_force([SEEN, replace(SEEN, locator_no=2), WHOLE]) == (WHOLE,)
    assert in_force([WHOLE, SEEN]) == (WHOLE,), "whatever order they come in"


def test_a_still_later_word_on_an_item_overrules_the_case_for_that_item_only() -> None:
    still = replace(SEEN, at=AT + timedelta(hours=2))
    assert in_force([SEEN, replace(SEEN, locator_no=2), WHOLE, still]) == (WHOLE, still)


def test_an_older_word_on_the_case_an_unset_one_and_one_on_another_case_overrule_nothing() -> None:
    for other in (
        replace(WHOLE, at=AT - timedelta(hours=1)),
        replace(WHOLE, classification=Classification.UNSET, reason=None),
        replace(WHOLE, case_no=SEEN.case_no + 1),
    ):
        assert SEEN in in_force([SEEN, other])


def test_only_what_stood_assessed_and_is_classified_otherwise_counts_as_changed() -> None:
    again, first = replace(SEEN, at=WHOLE.at, by=SEEN.by + 1), replace(SEEN, locator_no=2, at=WHOLE.at)
    assert not changed_since([SEEN, again, first], AT)
    assert SEEN.locator_no in changed_since([SEEN, WHOLE], AT)
    assert not changed_since([SEEN, WHOLE], WHOLE.at)
