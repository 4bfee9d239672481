"""Whether an address may be told of for what people said of it, asked by `hotline notices` and `hotline today` alike.

An assessment in force must say that it is unlawful, by a person who viewed what is there: the letter says so. And the
decision must still fit: no case was joined in since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from triage import disposition as disposing
from triage.assessment import GRAVE, Assessment, Classification, Viewed, in_force
from triage.disposition import Disposition
from triage.errors import RuleBroken
from triage.grouping import NewFact
from triage.notices import Standing

_UNLAWFUL = GRAVE | {Classification.ILLEGAL_OTHER}


def words_on(assessments: Iterable[Assessment]) -> dict[int | None, Assessment]:
    """Assessments in force by address; None: the whole case."""
    return {one.locator_no: one for one in in_force(assessments)}


def word_on(said: Mapping[int | None, Assessment], locator_id: int) -> Assessment | None:
    """Of `words_on`, the address's own assessment, else the case's; one that is unset says nothing."""
    for number in (locator_id, None):
        one = said.get(number)
        if one is not None and one.classification is not Classification.UNSET:
            return one
    return None


def is_joined_since(decided: Disposition, joined_at: int | None, new_facts: NewFact) -> bool:
    """Whether its case was joined with another one (`joined_at` in seconds since 1970) since it was decided."""
    since = joined_at is not None and decided.at.timestamp() < joined_at
    return since or bool(new_facts & NewFact.JOINED)


def ground(
    said: Assessment | None, decided: Disposition, assessments: Iterable[Assessment], *, joined_since: bool
) -> Standing | None:
    """Why an address with this word on it does not go: `NOT_ASSESSED`, `NOT_VIEWED`, `DECIDE_AGAIN`; None: it may."""
    if said is None or said.classification not in _UNLAWFUL:
        return Standing.NOT_ASSESSED
    if said.viewed is not Viewed.CONTENT:
        return Standing.NOT_VIEWED
    if joined_since:
        return Standing.DECIDE_AGAIN
    try:
        disposing.check(decided, assessments)
    except RuleBroken:
        return Standing.DECIDE_AGAIN
    return None
