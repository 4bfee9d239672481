"""What a case decided for ICCAM leaves open there: questions nobody answered, and a hosting country nobody acts in.

ICCAM takes a report with both: unset stays null, and content in a country without a hotline may be given to another
one. So nothing is refused here, but a person is told while they look at the case, not only by `hotline iccam push`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection

from exporters.iccam_items import SENDABLE_KINDS
from exporters.iccam_payloads import SOURCE_ANSWERS
from pipeline.desk.caseview import CaseFacts
from pipeline.desk.records import assessments_of_each, dispositions_of_each
from pipeline.routes import routes
from triage.assessment import GRAVE, Assessment, IccamAnswers, in_force, word_on
from triage.disposition import Kind
from triage.lifecycle import Status

_ABROAD = "hosted_abroad"
UNKNOWN = (
    "decided as hosted abroad, but no assessment says where: ICCAM gets no country, so no hotline there is told; say "
    "it with `hotline assess ... --hosting-country XX`"
)
NO_MEMBER = (
    "{} has no hotline of INHOPE (data/routes/inhope_members.toml): perhaps nobody there takes it up, so decide for "
    "police too"
)


def hosting_notes(connection: Connection, case_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Of cases decided for ICCAM what is to be said of their hosting countries; a case without is not in it."""
    said = assessments_of_each(connection, case_ids)
    reasons = {
        case_id: {one.made.reason for one in made if one.made.kind is Kind.ICCAM}
        for case_id, made in dispositions_of_each(connection, case_ids).items()
    }  # fmt: skip
    found = {case_id: _hosting(said.get(case_id, ()), given) for case_id, given in reasons.items() if given}
    return {case_id: notes for case_id, notes in found.items() if notes}


def left_open(case: CaseFacts) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of a case as its screen has it: questions about its source nobody answered, and `hosting_notes`.

    Both empty where it is not decided for ICCAM or closed; no questions where INHOPE assigned content of it to us: who
    reported it there answered them.
    """
    reasons = {one.made.reason for one in case.dispositions if one.made.kind is Kind.ICCAM}
    if not reasons or case.status is Status.CLOSED:
        return (), ()
    return () if case.contents else _unanswered(case), _hosting(case.assessments, reasons)


def _unanswered(case: CaseFacts) -> tuple[str, ...]:
    of_item: Mapping[int | None, Assessment] = {one.locator_no: one for one in in_force(case.assessments)}
    words = {
        item.locator_id: word for item in case.locators if item.kind in SENDABLE_KINDS
        and (word := word_on(of_item, item.locator_id)) is not None and word.classification in GRAVE
    }  # fmt: skip
    if not words:
        return ()
    source = words.get(case.primary_locator or 0, words[min(words)])
    answers = source.iccam or IccamAnswers()
    return tuple(name for name in SOURCE_ANSWERS if not getattr(answers, name))


def _hosting(assessments: Iterable[Assessment], reasons: Collection[str]) -> tuple[str, ...]:
    countries = {one.hosting_country or "" for one in in_force(assessments) if one.classification in GRAVE}
    unknown = (UNKNOWN,) if "" in countries and _ABROAD in reasons else ()
    strange = sorted(countries - {""} - routes().inhope_members)
    return (*unknown, *(NO_MEMBER.format(country) for country in strange))
