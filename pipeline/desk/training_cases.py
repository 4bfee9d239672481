"""What a hotline's own people decided, as texts to learn from: opened from the vault for this once, kept nowhere.

Only a person's assessment or closing reason counts, never what a machine said. What people did not decide (whether a
child was in danger, for instance) stays open: the model does not learn from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from classifiers.base import Said
from classifiers.model import HEADS
from pipeline.bootstrap import App
from pipeline.desk.people import actor
from pipeline.desk.records import assessments_of, dispositions_of
from pipeline.desk.vaultroom import Place, Vaultroom
from pipeline.store.engine import reading, writing
from pipeline.store.schema import assessment, disposition, report, source
from pipeline.training.reports.examples import NO, OPEN, YES, Phrasing
from pipeline.training.reports.figures import CASES as SOURCE
from triage.assessment import GRAVE, Classification, in_force
from triage.disposition import Kind
from triage.errors import RuleBroken
from triage.people import Act, Person, require
from triage.report import Fact

LEAST_CASES = 200
LEAST_OF_A_CLASS = 20
"""Fewer decided cases teach a model the chance of the day."""
TEXTS_PER_CASE = 3
"""Reports read of one case: a flood on one address must not outweigh all others."""
_IDS_PER_QUERY = 500
_NATURES = {"spam": "spam", "test": "test"}
"""Close reasons that say what a report was."""
_QUESTIONS = frozenset({"question", "worried_parent"})


@dataclass(frozen=True, slots=True)
class Decided:
    """One case people decided: whether it was child sexual abuse material (None: not said), and its nature if any."""

    case_id: int
    suspect: bool | None
    nature: str | None

    @property
    def targets(self) -> tuple[int, ...]:
        """For each head: yes, no or open."""
        return tuple(self._target(head) for head in HEADS)

    def _target(self, head: str) -> int:
        if head == "suspect":
            return OPEN if self.suspect is None else YES if self.suspect else NO
        if head == self.nature:
            return YES
        return NO if head in ("question", "spam", "test") and (self.nature or self.suspect) else OPEN


def gathered(app: App, by: Person, now: datetime) -> list[Phrasing]:
    """Texts of decided cases with what people decided; one line in the audit chain says that they were read.

    Raises RuleBroken if this person may not, or if there are too few cases to learn from.
    """
    require(by, Act.MANAGE_MODELS)
    require(by, Act.READ_TEXT)
    with reading(app.store.engine) as connection:
        cases = list(_decided(connection))
    check_enough(cases)
    with writing(app.store.engine) as connection:
        app.store.record(connection, now, actor(by), "texts_read_for_training", SOURCE, {"cases": len(cases)})
    return list(_phrasings(app, cases))


def check_enough(cases: Collection[Decided]) -> None:
    """Raises RuleBroken, with the numbers, unless there are enough decided cases of both kinds."""
    suspects = sum(one.suspect is True for one in cases)
    others = sum(one.suspect is False or one.nature is not None for one in cases)
    if len(cases) < LEAST_CASES or min(suspects, others) < LEAST_OF_A_CLASS:
        raise RuleBroken(
            f"too little to learn from: {len(cases)} decided cases, {suspects} of them baseline or national, {others} "
            f"not; it takes {LEAST_CASES}, and {LEAST_OF_A_CLASS} of each"
        )


def _decided(connection: Connection) -> Iterator[Decided]:
    """Every case with a decision that says what it was."""
    ids = set(connection.execute(select(assessment.c.case_id).distinct()).scalars())
    ids |= set(connection.execute(select(disposition.c.case_id).distinct()).scalars())
    for case_id in sorted(ids):
        said = {one.classification for one in in_force(assessments_of(connection, case_id))}
        suspect = True if said & GRAVE else False if said & _NOT_ABUSE else None
        natures = {_nature(one.made.kind, one.made.reason) for one in dispositions_of(connection, case_id)}
        nature = next(iter(sorted(natures - {None}, key=str)), None) if not suspect else None
        if suspect is not None or nature is not None:
            yield Decided(case_id, bool(suspect) if suspect is not None else None, nature)


_NOT_ABUSE = frozenset({Classification.NOT_ILLEGAL, Classification.ILLEGAL_OTHER})


def _nature(kind: Kind, reason: str) -> str | None:
    if kind is Kind.CLOSE:
        return _NATURES.get(reason)
    return "question" if kind is Kind.ANSWER and reason in _QUESTIONS else None


def _phrasings(app: App, cases: list[Decided]) -> Iterator[Phrasing]:
    vault = Vaultroom(app)
    with reading(app.store.engine) as connection:
        rows = _reports(connection, [one.case_id for one in cases])
    places = vault.locators([row.locator_id for of_case in rows.values() for row in of_case if row.locator_id])
    for case in cases:
        seen: set[str] = set()
        for row in rows[case.case_id]:
            told = vault.texts(row.report_id)
            text = told.get("description", "")
            if text.strip() and text not in seen and len(seen) < TEXTS_PER_CASE:
                seen.add(text)
                yield _phrasing(case, text, _said(row, told, places))


def _reports(connection: Connection, ids: list[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    columns = (
        report.c.report_id, report.c.case_id, report.c.category, report.c.reporter_group, report.c.facts,
        report.c.locator_id, source.c.channel,
    )  # fmt: skip
    joined = report.join(source, report.c.source_no == source.c.source_no)
    for first in range(0, len(ids), _IDS_PER_QUERY):
        some = ids[first : first + _IDS_PER_QUERY]
        query = select(*columns).select_from(joined).where(report.c.case_id.in_(some)).order_by(report.c.report_id)
        for row in connection.execute(query):
            found[row.case_id].append(row)
    return found


def _said(row: Row[Any], told: Mapping[str, str], places: Mapping[int, Place]) -> Said:
    return Said(
        category=row.category, reporter_group=row.reporter_group, description=told.get("description", ""),
        locator_kinds=frozenset({places[row.locator_id].kind} if row.locator_id else ()), channel=row.channel,
        attachments=int(bool(row.facts & Fact.HAS_ATTACHMENT)), concerns_own_child=bool(row.facts & Fact.OWN_CHILD),
        assigned=bool(row.facts & Fact.ASSIGNED), alert=bool(row.facts & Fact.ALERT),
    )  # fmt: skip


def _phrasing(case: Decided, text: str, said: Said) -> Phrasing:
    placed = bool(said.locator_kinds or said.attachments)
    label = "csam_suspect" if case.suspect and placed else "complete" if placed and not case.nature else "incomplete"
    return Phrasing(
        text, f"case:{case.case_id}", SOURCE, "und", "und", "url" if placed else "none", said.category, label, "none",
        SOURCE, said, case.targets,
    )  # fmt: skip
