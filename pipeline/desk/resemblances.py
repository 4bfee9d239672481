"""What came with a case's reports, what lists say of it, and which other cases show the same or say nearly the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Table, and_, or_, select

from pipeline.bootstrap import App
from pipeline.lists.matching import Level, Lists, match_many
from pipeline.store import bulk
from pipeline.store.engine import reading
from pipeline.store.item_tables import (
    MEMBER,
    content_item,
    picture_link,
    signal,
    signal_match,
    text_group,
    text_member,
)
from pipeline.store.schema import case_record, report
from triage.resemblance import LINK, SUGGESTION
from triage.signals.base import Signal

_CAME = ("position", "size_bytes", "media_type", "problem")
_LISTED = (
    "position", "list", "version", "entry", "type", "form", "distance", "threshold", "opinion", "level",
)  # fmt: skip
ASKED_MOST = 50
ITEMS_MOST = 200
"""Attachments of one case whose links are followed."""
PAIRS_MOST = 100
FLOOD_MOST = 1_000
"""Reports of a flood whose cases are named."""
_Item = tuple[int, int]


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
    """What one list says of one attachment, when it came in or today; only today also what a person here said of it."""

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
    said_here: str | None = None


@dataclass(frozen=True, slots=True)
class Alike:
    """Another case with an item that shows the same (`link`) or may show the same (`suggestion`), by its best pair.

    `own` and `other` are the two attachments (report, place in it), `status` where the other case stands.
    """

    case_id: int
    level: str
    type: str
    form: str
    other_form: str
    distance: int
    pairs: int
    own: tuple[int, int]
    other: tuple[int, int]
    status: str


@dataclass(frozen=True, slots=True)
class Flood:
    """A text of the case belongs to a group of near-equal texts: the group's first report and its case, how many
    reports it has, how many of them are this case's own, how alike; `cases`: the other cases of its first
    `FLOOD_MOST` reports."""

    first_report: int
    first_case: int
    reports: int
    own: int
    jaccard: float
    cases: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Resemblances:
    """Everything of a case that is no address."""

    items: tuple[CameWith, ...] = ()
    listed: tuple[Listed, ...] = ()
    alike: tuple[Alike, ...] = ()
    floods: tuple[Flood, ...] = ()


def resemblances_of(connection: Connection, case_id: int, report_ids: Sequence[int]) -> Resemblances:
    """What is known of a case's reports; empty for the many that brought no attachment and no flooded text."""
    items = [CameWith(*row) for row in _of_reports(connection, content_item, report_ids, _CAME)]
    listed = [Listed(*row) for row in _of_reports(connection, signal_match, report_ids, _LISTED)]
    allowed = {(one.report_id, one.position) for one in listed if one.level == Level.ALLOWED}
    alike = _alike(connection, case_id, [(one.report_id, one.position) for one in items[:ITEMS_MOST]], allowed)
    return Resemblances(tuple(items), tuple(listed), tuple(alike), tuple(_floods(connection, case_id, report_ids)))


def listed_now(app: App, found: Resemblances, now: datetime) -> tuple[Listed, ...]:
    """What the lists in force say today of the first `ASKED_MOST` attachments: lists change after a report came in."""
    items = found.items[:ASKED_MOST]
    with reading(app.store.engine) as connection:
        rows = {
            (one.report_id, one.position): connection.execute(
                select(signal).where(signal.c.report_id == one.report_id, signal.c.position == one.position)
            ).all()
            for one in items
        }
    signals = [
        [Signal(row.type, bytes(row.value), row.form, row.quality) for row in rows[one.report_id, one.position]]
        for one in items
    ]
    answers = match_many(Lists.open(app, now), signals) if items else []
    return tuple(
        Listed(
            item.report_id, item.position, one.list, one.version, one.entry, one.type, one.form, one.distance,
            one.threshold, one.opinion, str(one.level), one.said_here,
        )
        for item, said in zip(items, answers, strict=True) for one in said
    )  # fmt: skip


def _of_reports(connection: Connection, table: Table, ids: Sequence[int], columns: Sequence[str]) -> list[Any]:
    """Rows of some reports, their number first, in the order of reports and attachments."""
    return sorted(bulk.lookup(connection, table, "report_id", ids, columns), key=lambda row: row[:2])


def _alike(connection: Connection, case_id: int, items: Iterable[_Item], allowed: AbstractSet[_Item]) -> list[Alike]:
    """Cases a link leads to, from attachment to attachment. Copies are linked to the earliest of them, so the links of
    an attachment that shows the same count too. What an allow list knows leads nowhere."""
    found = [(own, other, row) for own in items if own not in allowed for other, row in _pairs(connection, own)]
    near = {(own, other) for own, other, _ in found}
    for own, other, row in list(found):
        if row.level == LINK:
            further = ((beyond, link) for beyond, link in _pairs(connection, other) if (own, beyond) not in near)
            found += [(own, beyond, link) for beyond, link in further if beyond != own]
    best: dict[int, tuple[Any, ...]] = {}
    pairs: Counter[int] = Counter()
    cases = _cases(connection, sorted({other[0] for _, other, _ in found}))
    for own, other, row in found:
        case = cases.get(other[0], case_id)
        if case != case_id:
            pairs[case] += 1
            told = (row.level != LINK, row.distance, row.type, row.form, row.other_form, own, other)
            best[case] = min(best.get(case, told), told)
    stands = _statuses(connection, sorted(best))
    ordered = sorted(best.items(), key=lambda one: (one[1][:2], one[0]))
    return [
        Alike(
            case, SUGGESTION if told[0] else LINK, type=told[2], form=told[3], other_form=told[4], distance=told[1],
            pairs=pairs[case], own=told[5], other=told[6], status=stands[case],
        )
        for case, told in ordered
    ]  # fmt: skip


def _pairs(connection: Connection, item: _Item) -> list[tuple[_Item, Any]]:
    """Attachments linked to one, each with its pair; at most `PAIRS_MOST`, the nearest."""
    table = picture_link.c
    mine = and_(table.report_id == item[0], table.position == item[1])
    others = and_(table.other_report == item[0], table.other_position == item[1])
    query = select(picture_link).where(or_(mine, others)).order_by(table.level, table.distance).limit(PAIRS_MOST)
    return [
        ((row.other_report, row.other_position) if (row.report_id, row.position) == item else
         (row.report_id, row.position), row)
        for row in connection.execute(query)
    ]  # fmt: skip


def _statuses(connection: Connection, cases: Sequence[int]) -> dict[int, str]:
    return {row[0]: row[1] for row in bulk.lookup(connection, case_record, "case_id", cases, ("status",))}


def _cases(connection: Connection, report_ids: Sequence[int]) -> dict[int, int]:
    return {row[0]: row[1] for row in bulk.lookup(connection, report, "report_id", report_ids, ("case_id",))}


def _floods(connection: Connection, case_id: int, report_ids: Sequence[int]) -> list[Flood]:
    """The groups of near-equal texts the case's reports belong to with others, the largest first."""
    best: dict[int, int] = {}
    own: Counter[int] = Counter()
    for first, jaccard in (*_members(connection, report_ids), *((one, 1000) for one in report_ids)):
        best[first] = max(best.get(first, 0), jaccard)
        own[first] += 1
    cases = _cases(connection, sorted(best))
    found = [
        Flood(
            first, cases.get(first, 0), later + 1, own[first], best[first] / 1000,
            _others(connection, first, case_id),
        )
        for first, later in bulk.lookup(connection, text_group, "first_report", sorted(best), ("reports",))
        if later + 1 > own[first]
    ]  # fmt: skip
    return sorted(found, key=lambda one: -one.reports)


def _others(connection: Connection, first: int, case_id: int) -> tuple[int, ...]:
    """The cases, but this one, that reports of a group belong to; of at most `FLOOD_MOST` reports."""
    members = [first]
    for row in connection.execute(select(text_member.c.members).order_by(text_member.c.last_report)):
        packed = np.frombuffer(row.members, dtype=MEMBER).reshape(-1, 3)
        members += packed[packed[:, 1] == first, 0].tolist()
        if len(members) >= FLOOD_MOST:
            break
    return tuple(sorted(set(_cases(connection, members[:FLOOD_MOST]).values()) - {case_id}))


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
