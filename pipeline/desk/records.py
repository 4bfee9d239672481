"""People's words as the store keeps them: assessments and dispositions to rows and back, nothing filled in."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.desk.times import utc
from pipeline.store import bulk
from pipeline.store.schema import assessment, disposition
from triage.assessment import (
    GRAVE,
    AgeGroup,
    Assessment,
    Classification,
    Commerciality,
    Gender,
    IccamAnswers,
    IllegalKind,
    PaymentMethod,
    SiteType,
    Viewed,
)
from triage.disposition import Disposition, Kind
from triage.errors import RuleBroken

_WORDS: dict[str, type[StrEnum]] = {
    "gender": Gender, "age_group": AgeGroup, "site_type": SiteType, "commerciality": Commerciality,
}  # fmt: skip
YES_NO_ANSWERS = ("virtual", "user_generated", "child_modeling")
WORD_ANSWERS = tuple(_WORDS)
PAYMENT_ANSWER = "payment_methods"


@dataclass(frozen=True, slots=True)
class StoredDisposition:
    """A disposition with its number, and who let it go in which package."""

    disposition_id: int
    made: Disposition
    released_by: int | None
    released_at: datetime | None
    package_id: int | None


def answers(given: dict[str, Any]) -> IccamAnswers | None:
    """ICCAM's answers from words; what is absent or None stays unset. Raises RuleBroken naming question and words."""
    read: dict[str, Any] = {}
    for name, value in given.items():
        if value is None:
            continue
        if name in _WORDS:
            read[name] = one_of(_WORDS[name], value, name)
        elif name == PAYMENT_ANSWER:
            read[name] = tuple(one_of(PaymentMethod, word, name) for word in value)
        elif name in YES_NO_ANSWERS and isinstance(value, bool):
            read[name] = value
        else:
            raise RuleBroken(f"{name if name in YES_NO_ANSWERS else 'this question'} takes yes or no, or stays unset")
    return IccamAnswers(**read) if read else None


def one_of(words: type[StrEnum], given: str, name: str) -> Any:
    """The member a word stands for. Raises RuleBroken listing the words, without repeating what was given."""
    try:
        return words(given)
    except ValueError:
        raise RuleBroken(f"{name} is one of: {', '.join(words)}") from None


def assessment_values(said: Assessment) -> dict[str, Any]:
    """The row of an assessment; unset stays NULL."""
    iccam = said.iccam or IccamAnswers()
    given = {name: getattr(iccam, name) for name in IccamAnswers.__slots__ if getattr(iccam, name) is not None}
    return {
        "case_id": said.case_no, "locator_id": said.locator_no, "classification": str(said.classification),
        "reason": said.reason, "kind": None if said.kind is None else str(said.kind), "viewed": str(said.viewed),
        "hosting_country": said.hosting_country, "hosting_source": said.hosting_source,
        "iccam": json.dumps(given, sort_keys=True), "person_id": said.by, "made_at": int(said.at.timestamp()),
    }  # fmt: skip


def assessments_of(connection: Connection, case_id: int) -> tuple[Assessment, ...]:
    """Every assessment of a case, in the order they were made."""
    rows = connection.execute(
        select(assessment).where(assessment.c.case_id == case_id)
        .order_by(assessment.c.made_at, assessment.c.assessment_id)
    )  # fmt: skip
    return tuple(_assessment(row) for row in rows)


def grave_among(connection: Connection, cases: Collection[int]) -> frozenset[int]:
    """Of these cases those of which something stands assessed as national or baseline: all that may go to ICCAM."""
    columns = ("made_at", "assessment_id", "locator_id", "classification")
    rows = sorted(bulk.lookup(connection, assessment, "case_id", cases, columns), key=lambda row: row[1:3])
    last = {(case_id, place): classification for case_id, _, _, place, classification in rows}
    return frozenset(case_id for (case_id, _), said in last.items() if Classification(said) in GRAVE)


def disposition_values(made: Disposition) -> dict[str, Any]:
    """The row of a disposition nobody released yet."""
    return {
        "case_id": made.case_no, "kind": str(made.kind), "recipient": made.recipient, "reason": made.reason,
        "person_id": made.by, "made_at": int(made.at.timestamp()),
    }  # fmt: skip


def dispositions_of(connection: Connection, case_id: int) -> tuple[StoredDisposition, ...]:
    """Every disposition of a case, in the order they were made."""
    rows = connection.execute(
        select(disposition).where(disposition.c.case_id == case_id).order_by(disposition.c.disposition_id)
    )
    return tuple(
        StoredDisposition(
            row.disposition_id,
            Disposition(row.case_id, Kind(row.kind), row.recipient, row.person_id, utc(row.made_at), row.reason),
            row.released_by, None if row.released_at is None else utc(row.released_at), row.package_id,
        )
        for row in rows
    )  # fmt: skip


def _assessment(row: Row[Any]) -> Assessment:
    return Assessment(
        row.case_id, row.locator_id, Classification(row.classification), row.person_id, utc(row.made_at),
        Viewed(row.viewed), row.reason, None if row.kind is None else IllegalKind(row.kind),
        row.hosting_country, row.hosting_source, answers(json.loads(row.iccam)),
    )  # fmt: skip
