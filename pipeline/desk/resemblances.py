"""What came with a case's reports, what lists say of it, and which other cases show the same or say nearly the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, or_, select

from pipeline.store.item_tables import MEMBER, content_item, picture_link, signal_match, text_group, text_member
from pipeline.store.schema import report
from triage.resemblance import LINK, SUGGESTION

LOOKUP_IDS = 500


@dataclass(frozen=True, slots=True)
class CameWith:
    """One attachment; `problem` says why it has no perceptual signal, or why it could not be read."""

    report_id: int
    position: int
    size_bytes: int
    media_type: str | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Listed:
    """What one list said of one attachment when it came in."""

    report_id: int
    position: int
    list: str
    version: str
    entry: int
    type: str
    form: str
    distance: int
    threshold: int
    opinion: str
    level: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Another case with an item that shows the same (`link`) or may show the same (`suggestion`), by its best pair."""

    case_id: int
    level: str
    type: str
    form: str
    other_form: str
    distance: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Flood:
    """A text of the case belongs to a group of near-equal texts: the group's first report, its size, how alike."""

    first_report: int
    reports: int
    jaccard: float


@dataclass(frozen=True, slots=True)
class Resemblances:
    """Everything of a case that is no address."""

    items: tuple[CameWith, ...] = ()
    listed: tuple[Listed, ...] = ()
    alike: tuple[Alike, ...] = ()
    floods: tuple[Flood, ...] = ()


def resemblances_of(connection: Connection, case_id: int, report_ids: Sequence[int]) -> Resemblances:
    """What is known of a case's reports; empty for the many that brought no attachment and no flooded text."""
    items = [CameWith(*row) for row in _all(connection, content_item, report_ids)]
    listed = [
        Listed(
            row.report_id, row.position, row.list, row.version, row.entry, row.type, row.form, row.distance,
            row.threshold, row.opinion, row.level,
        )
        for row in _all(connection, signal_match, report_ids)
    ]  # fmt: skip
    alike = _alike(connection, case_id, sorted({one.report_id for one in items}))
    return Resemblances(tuple(items), tuple(listed), tuple(alike), tuple(_floods(connection, report_ids)))


def _all(connection: Connection, table: Any, report_ids: Sequence[int]) -> list[Any]:
    rows: list[Any] = []
    for ids in _slices(report_ids):
        rows += connection.execute(select(table).where(table.c.report_id.in_(ids))).all()
    return sorted(rows, key=lambda row: (row.report_id, row.position))


def _alike(connection: Connection, case_id: int, report_ids: Sequence[int]) -> list[Alike]:
    """Cases a link leads to. Copies are linked to the earliest of them, so the earliest one's links count too."""
    by_report = _linked(connection, report_ids)
    same = [other for other, rows in by_report.items() if any(row.level == LINK for row in rows)]
    for other, rows in _linked(connection, sorted(same), by_report.keys() | set(report_ids)).items():
        by_report[other] = [row for row in rows if row.level == LINK] or rows
    best: dict[int, tuple[Any, ...]] = {}
    pairs: Counter[int] = Counter()
    for other, case in _cases(connection, sorted(by_report)).items():
        if case == case_id:
            continue
        for row in by_report[other]:
            pairs[case] += 1
            found = (row.level != LINK, row.distance, row.type, row.form, row.other_form)
            best[case] = min(best.get(case, found), found)
    return [
        Alike(case, SUGGESTION if doubt else LINK, kind, form, other_form, distance, pairs[case])
        for case, (doubt, distance, kind, form, other_form) in sorted(best.items(), key=lambda one: (one[1], one[0]))
    ]


def _slices(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + LOOKUP_IDS] for start in range(0, len(ids), LOOKUP_IDS))


def _linked(
    connection: Connection, report_ids: Sequence[int], known: AbstractSet[int] = frozenset()
) -> dict[int, list[Any]]:
    """Other reports and the pairs that lead to them."""
    own = set(report_ids) | known
    found: dict[int, list[Any]] = {}
    for ids in _slices(report_ids):
        for row in connection.execute(_links(ids)):
            for other in {row.report_id, row.other_report} - own:
                found.setdefault(other, []).append(row)
    return found


def _links(ids: Sequence[int]) -> Select[Any]:
    table = picture_link.c
    return select(picture_link).where(or_(table.report_id.in_(ids), table.other_report.in_(ids)))


def _cases(connection: Connection, report_ids: Sequence[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for ids in _slices(report_ids):
        query = select(report.c.report_id, report.c.case_id).where(report.c.report_id.in_(ids))
        found |= {row.report_id: row.case_id for row in connection.execute(query)}
    return found


def _floods(connection: Connection, report_ids: Sequence[int]) -> list[Flood]:
    """The groups of near-equal texts the case's reports belong to, the largest first."""
    best: dict[int, int] = {}
    for first, jaccard in (*_members(connection, report_ids), *((one, 1000) for one in report_ids)):
        best[first] = max(best.get(first, 0), jaccard)
    found = []
    for ids in _slices(sorted(best)):
        query = select(text_group.c.first_report, text_group.c.reports).where(text_group.c.first_report.in_(ids))
        found += [Flood(first, count, best[first] / 1000) for first, count in connection.execute(query)]
    return sorted(found, key=lambda one: -one.reports)


def _members(connection: Connection, report_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(first report of the group, likeness in thousandths) of those reports that joined a group."""
    found: list[tuple[int, int]] = []
    wanted = np.array(sorted(report_ids), dtype=np.int64)
    while len(wanted):
        row = connection.execute(
            select(text_member).where(text_member.c.last_report >= int(wanted[0]))
            .order_by(text_member.c.last_report).limit(1)
        ).one_or_none()  # fmt: skip
        if row is None:
            break
        here = wanted[wanted <= row.last_report]
        members = np.frombuffer(row.members, dtype=MEMBER).reshape(-1, 3)
        chosen = members[np.isin(members[:, 0], here)]
        found += [(int(first), int(jaccard)) for _, first, jaccard in chosen]
        wanted = wanted[wanted > row.last_report]
    return found
