"""Which cases hold today what an agency was told of under a reference: its answers are about those.

One rule: an answer concerns every case that holds an address or a report which a package or a call under its reference
told this recipient of. Where that was spread over several cases each of them hears of it, since nobody but a person can
tell which of them it means; where nothing of it is left, the case the reference's own was joined into does. So no
answer is hidden from a case it may concern, and none reaches a case only because it lay beside it for a while.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from pipeline.desk.case_moves import JOINED, SPLIT_OFF, Moves, moves_in
from pipeline.desk.links import Link, links_of_each, pairs
from pipeline.desk.told_danger import CALLED, EXPORTED
from pipeline.desk.told_in_moves import told_by
from pipeline.desk.told_reports import places
from pipeline.store import bulk
from pipeline.store.schema import audit

_TOLD = frozenset({EXPORTED, CALLED})
_READ = frozenset({*_TOLD, JOINED, SPLIT_OFF})
Reference = tuple[int, str]
"""The case a reference was made for, and the recipient that knows it by that."""


@dataclass(frozen=True, slots=True)
class _Event:
    seq: int
    event: str
    details: Mapping[str, Any]


def cases_now(connection: Connection, references: Iterable[Reference]) -> dict[Reference, tuple[int, ...]]:
    """Of each reference the cases it stands for today, by number; at least one. All of them in a few questions."""
    wanted = set(references)
    moves = moves_in(connection)
    heirs = moves.heirs({case_id for case_id, _ in wanted})
    moved = {one for one in wanted if heirs[one[0]] != {one[0]}}
    found: defaultdict[Reference, set[int]] = defaultdict(set)
    for case_id, told in told_under(connection, moves, {heir for one in moved for heir in heirs[one[0]]}).items():
        for one in told & moved:
            found[one].add(case_id)
    return {one: tuple(sorted(found[one])) or (moves.home(one[0]),) for one in wanted}


def told_under(connection: Connection, moves: Moves, case_ids: Collection[int]) -> Mapping[int, set[Reference]]:
    """Of each case the references under which anything it holds was told, by a package or a call."""
    if not case_ids:
        return {}
    links: dict[int, frozenset[Link]] = {
        case_id: pairs(each) for case_id, each in links_of_each(connection, case_ids).items()
    }
    events = _events(connection, {one for case_id in case_ids for one in moves.sources(case_id)})
    committed = places(connection, {report for each in links.values() for report, _ in each})
    return {
        case_id: {
            (one.case_id, str(one.event.details["recipient"]))
            for one in told_by(events, case_id, each, committed, _tells).values()
        }
        for case_id, each in links.items()
    }


def _tells(one: _Event) -> bool:
    return one.event in _TOLD


def _events(connection: Connection, case_ids: Iterable[int]) -> Mapping[str, list[_Event]]:
    """Packages, calls, joins and splits of these cases, in order."""
    rows = bulk.lookup(connection, audit, "subject", [f"C{one}" for one in case_ids], ("seq", "event", "details"))
    found: defaultdict[str, list[_Event]] = defaultdict(list)
    for subject, seq, event, details in sorted(rows):
        if event in _READ:
            found[subject].append(_Event(int(seq), str(event), json.loads(details)))
    return found
