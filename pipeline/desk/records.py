"""People's words as the store keeps them: assessments and dispositions to rows and back, nothing filled in."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from pipeline.desk.times import utc
from pipeline.identity import text_digests
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
    in_force,
)
from triage.disposition import Disposition, Kind
from triage.errors import RuleBroken

_WORDS: dict[str, type[StrEnum]] = {
    "gender": Gender, "age_group": AgeGroup, "site_type": SiteType, "commerciality": Commerciality,
}  # fmt: skip
_ASSESSMENT = (
    "made_at", "assessment_id", "locator_id", "classification", "person_id", "viewed", "reason", "kind",
    "hosting_country", "hosting_source", "iccam",
)  # fmt: skip
_DISPOSITION = (
    "disposition_id", "kind", "recipient", "person_id", "made_at", "reason", "released_by", "released_at", "package_id",
)  # fmt: skip
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


def assessment_digests(rows: Iterable[Mapping[Any, Any]], index_key: bytes) -> list[str]:
    """Keyed digests of what assessments say beside their classification: the chain holds them, so an edit shows."""
    said = [json.dumps([row[name] for name in ("reason", "kind", "hosting_source", "iccam")]) for row in rows]
    return [one.hex() for one in text_digests(said, index_key)]


def assessments_of(connection: Connection, case_id: int) -> tuple[Assessment, ...]:
    """Every assessment of a case, in the order they were made."""
    return assessments_of_each(connection, (case_id,)).get(case_id, ())


def assessments_of_each(connection: Connection, cases: Iterable[int]) -> dict[int, tuple[Assessment, ...]]:
    """`assessments_of` for many cases in one question; a case without any is not in it."""
    found: defaultdict[int, list[Assessment]] = defaultdict(list)
    for row in sorted(bulk.lookup(connection, assessment, "case_id", cases, _ASSESSMENT), key=lambda row: row[1:3]):
        (case_id, made_at, _, item, said, by, viewed, reason, kind, country, source, iccam) = row
        found[case_id].append(Assessment(
            case_id, item, Classification(said), by, utc(made_at), Viewed(viewed), reason,
            None if kind is None else IllegalKind(kind), country, source, answers(json.loads(iccam)),
        ))  # fmt: skip
    return {case_id: tuple(said) for case_id, said in found.items()}


def grave_among(connection: Connection, cases: Collection[int]) -> frozenset[int]:
    """Of these cases those of which something stands assessed as national or baseline: all that may go to ICCAM."""
    return frozenset(case_id for case_id, _ in grave_places(connection, cases))


def grave_places(connection: Connection, cases: Collection[int]) -> frozenset[tuple[int, int | None]]:
    """Of these cases what stands assessed so: case and address, None for the case as a whole."""
    said = assessments_of_each(connection, cases)
    return frozenset(
        (case_id, one.locator_no) for case_id, each in said.items() for one in in_force(each)
        if one.classification in GRAVE
    )  # fmt: skip


def disposition_values(made: Disposition) -> dict[str, Any]:
    """The row of a disposition nobody released yet."""
    return {
        "case_id": made.case_no, "kind": str(made.kind), "recipient": made.recipient, "reason": made.reason,
        "person_id": made.by, "made_at": int(made.at.timestamp()),
    }  # fmt: skip


def dispositions_of(connection: Connection, case_id: int) -> tuple[StoredDisposition, ...]:
    """Every disposition of a case, in the order they were made."""
    return dispositions_of_each(connection, (case_id,)).get(case_id, ())


def dispositions_of_each(
    connection: Connection, cases: Iterable[int]
) -> dict[int, tuple[StoredDisposition, ...]]:
    """`dispositions_of` for many cases in one question; a case without any is not in it."""
    found: defaultdict[int, list[StoredDisposition]] = defaultdict(list)
    for row in sorted(bulk.lookup(connection, disposition, "case_id", cases, _DISPOSITION), key=lambda row: row[1]):
        case_id, number, kind, recipient, person_id, made_at, reason, released_by, released_at, package_id = row
        made = Disposition(case_id, Kind(kind), recipient, person_id, utc(made_at), reason)
        at = None if released_at is None else utc(released_at)
        found[case_id].append(StoredDisposition(number, made, released_by, at, package_id))
    return {case_id: tuple(made) for case_id, made in found.items()}
