"""Whether an address may be told of for what people said of it, asked by `hotline notices` and `hotline today` alike.

An assessment in force must say that it is unlawful, by a person who viewed what is there: the letter says so. And the
decision must still fit: no case was joined in since, and police did not say since that they see no offence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import Connection

from pipeline.desk.case_moves import Moves
from pipeline.routes import routes
from pipeline.store import bulk
from pipeline.store.delivery_tables import police_feedback
from triage import disposition as disposing
from triage.assessment import GRAVE, Assessment, Classification, Viewed, in_force
from triage.disposition import Disposition, Kind
from triage.errors import RuleBroken
from triage.grouping import NewFact
from triage.notices import Standing
from triage.police_feedback import FeedbackState

_UNLAWFUL = GRAVE | {Classification.ILLEGAL_OTHER}


def words_on(assessments: Iterable[Assessment]) -> dict[int | None, Assessment]:
    """Assessments in force by address; None: the whole case."""
    return {one.locator_no: one for one in in_force(assessments)}


def changed_since(
    decided: Disposition, joined_at: int | None, new_facts: NewFact, no_offence_at: int | None
) -> Standing | None:
    """What came since it was decided: its case was joined with another one, or police saw no offence; None: neither.

    Times are seconds since 1970.
    """
    joined = joined_at is not None and decided.at.timestamp() < joined_at
    if joined or new_facts & NewFact.JOINED:
        return Standing.DECIDE_AGAIN
    told = no_offence_at is not None and decided.at.timestamp() < no_offence_at
    return Standing.NO_OFFENCE if told else None


def no_offence_in(connection: Connection, case_ids: Collection[int], moves: Moves) -> dict[int, int]:
    """When police last said `no_offence` of each of these cases, or of what one was split off or joined from.

    Without a signature too: that frees no notice, but a person should hear it before one goes.
    """
    sources = {case_id: moves.sources(case_id) for case_id in case_ids}
    police = {one.code for one in routes().recipients.values() if one.kind is Kind.POLICE}
    every = sorted({one for each in sources.values() for one in each})
    found: dict[int, int] = {}
    for case_id, recipient, state, at in bulk.lookup(
        connection, police_feedback, "case_id", every, ("recipient", "state", "imported_at")
    ):
        if recipient in police and state == FeedbackState.NO_OFFENCE:
            found[case_id] = max(at, found.get(case_id, at))
    said = {case_id: [found[one] for one in each if one in found] for case_id, each in sources.items()}
    return {case_id: max(times) for case_id, times in said.items() if times}


def ground(
    said: Assessment | None, decided: Disposition, assessments: Collection[Assessment], locator_id: int, *,
    changed: Standing | None,
) -> Standing | None:  # fmt: skip
    """Why an address with this word on it does not go: `NOT_ASSESSED`, `NOT_VIEWED`, what `changed` since the decision,
    `DECIDE_AGAIN` (also where the address was classified otherwise since); None: it may."""
    if said is None or said.classification not in _UNLAWFUL:
        return Standing.NOT_ASSESSED
    if said.viewed is not Viewed.CONTENT:
        return Standing.NOT_VIEWED
    if changed is not None:
        return changed
    try:
        disposing.check(decided, assessments)
        disposing.check_still_fits(decided, assessments, locator_id)
    except RuleBroken:
        return Standing.DECIDE_AGAIN
    return None
