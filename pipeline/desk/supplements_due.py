"""Police agencies whose package was overtaken while people decided the case for others: a supplement is due.

A case that waits in a lane is left out: whoever takes it sees there which agency has an older package. One that left
it is decided, often for one agency alone, and nobody opens it again. Read for the screen of the day, so from packages
and what people said: that a supplement would tell of more reports counts once another agency was told of more. Of a
case that was split or joined alone it is asked which packages told of what it holds now (`pipeline/desk/told_now.py`).
`pipeline/desk/older_packages.py` has all of it, of one case.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.desk.case_moves import Moves, moves_in
from pipeline.desk.sent_packages import police_agencies
from pipeline.desk.told_danger import CALLED, EXPORTED
from pipeline.desk.told_now import Reference, told_under
from pipeline.store import bulk
from pipeline.store.delivery_tables import urgent_call
from pipeline.store.schema import assessment, audit, case_record, disposition, package
from triage.disposition import Kind
from triage.lifecycle import Status
from triage.verdict import Escalation

MOST_NAMED = 2_000
"""Cases named in one question."""


class Lack(StrEnum):
    """What the agency's last package does not tell."""

    GRAVER_DANGER = "graver_danger"
    NEW_ASSESSMENT = "new_assessment"
    MORE_REPORTS = "more_reports"


@dataclass(frozen=True, slots=True)
class Due:
    """A case and an agency that is owed a supplement; `lacks` gravest first."""

    case_id: int
    recipient: str
    lacks: tuple[Lack, ...]


@dataclass(slots=True)
class _Told:
    """What an agency's packages told of a case: the gravest danger (None: not written down), when the last was made and
    how many reports it told of; of calls that reached it only the danger."""

    danger: Escalation | None = None
    made_at: int = 0
    reports: int | None = None

    def of(self, said: Mapping[str, Any]) -> None:
        """One more telling of danger."""
        if "escalate" in said:
            danger = Escalation[str(said["escalate"]).upper()]
            self.danger = danger if self.danger is None else max(danger, self.danger)


def supplements_due(connection: Connection) -> tuple[Due, ...]:
    """Every case and agency, gravest lack first, then by case."""
    owed, waits = _settled(connection)
    if not owed:
        return ()
    moves = moves_in(connection)
    moved = told_under(connection, moves, {one for one in owed if one in moves.parents or one in moves.taken_in})
    owed = {one: owed[one] for one in owed if one in moved or owed[one][1]}
    told = _told(connection, {*owed, *(case_id for each in moved.values() for case_id, _ in each)})
    assessed: dict[int, int] = {}
    for case_id, made_at in bulk.lookup(connection, assessment, "case_id", sorted(owed), ("made_at",)):
        assessed[case_id] = max(int(made_at), assessed.get(case_id, 0))
    found = []
    for case_id, (escalate, agencies) in owed.items():
        under = moved.get(case_id, ())
        had = {code: _together(told, case_id, _parts(case_id, code, under), code, moves) for code in police_agencies()}
        most = max((one.reports or 0 for one in had.values()), default=0)
        former = {code for _, code in under if code in had and (case_id, code) not in waits}
        for code in sorted(agencies | former):
            lacks = _lacks(had[code], escalate, assessed.get(case_id, 0), most)
            found += [Due(case_id, code, lacks)] if lacks else []
    order = list(Lack)
    return tuple(sorted(found, key=lambda one: (order.index(one.lacks[0]), one.case_id, one.recipient)))


def _parts(case_id: int, recipient: str, under: Collection[Reference]) -> Collection[int]:
    """The cases under whose references this agency was told of what the case holds; itself where nothing moved."""
    return [one for one, code in under if code == recipient] or [case_id]


def _lacks(had: _Told, escalate: Escalation, assessed: int, most: int) -> tuple[Lack, ...]:
    if not had.made_at:
        return ()
    found = {
        Lack.GRAVER_DANGER: had.danger is not None and escalate > had.danger,
        Lack.NEW_ASSESSMENT: assessed > had.made_at,
        Lack.MORE_REPORTS: had.reports is not None and most > had.reports,
    }
    return tuple(one for one in Lack if found[one])


def _settled(connection: Connection) -> tuple[dict[int, tuple[Escalation, set[str]]], set[tuple[int, str]]]:
    """Cases decided for police, in no lane and not closed, with their danger and the agencies that were sent them and
    wait for nothing; and case and agency where something waits."""
    rows = connection.execute(
        select(disposition.c.case_id, disposition.c.recipient, disposition.c.package_id, case_record.c.escalate)
        .join(case_record, case_record.c.case_id == disposition.c.case_id)
        .where(
            disposition.c.kind == str(Kind.POLICE), disposition.c.recipient.in_(police_agencies()),
            case_record.c.lane.is_(None), case_record.c.status != str(Status.CLOSED),
        )
        .order_by(disposition.c.case_id)
    ).all()  # fmt: skip
    waits = {(row.case_id, row.recipient) for row in rows if row.package_id is None}
    found: dict[int, tuple[Escalation, set[str]]] = {}
    for row in rows:
        sent = found.setdefault(row.case_id, (Escalation(row.escalate), set()))[1]
        if row.package_id is not None and (row.case_id, row.recipient) not in waits:
            sent.add(str(row.recipient))
    return found, waits


def _told(connection: Connection, case_ids: Collection[int]) -> Mapping[tuple[int, str], _Told]:
    """Case, as it was named then, and agency to what it was told. One pass over the events of packages and calls."""
    subjects: Mapping[str, int] = {f"C{case_id}": case_id for case_id in case_ids}
    rows = bulk.lookup(connection, urgent_call, "case_id", sorted(case_ids), ("call_id", "reached"))
    reached = {call_id for _, call_id, spoken in rows if spoken}
    events = [(str(row.event), subjects[row.subject], json.loads(row.details))
              for row in _events(connection, subjects) if row.subject in subjects]  # fmt: skip
    numbers = sorted({int(said["package"]) for event, _, said in events if event == EXPORTED})
    made = {number: int(at) for number, at in bulk.lookup(connection, package, "package_id", numbers, ("made_at",))}
    found: defaultdict[tuple[int, str], _Told] = defaultdict(_Told)
    for event, case_id, said in events:
        one = found[case_id, str(said["recipient"])]
        if event == EXPORTED:
            one.of(said)
            one.made_at, one.reports = made.get(int(said["package"]), 0), said.get("reports")
        elif said["call"] in reached:
            one.of(said)
    return found


def _events(connection: Connection, subjects: Collection[str]) -> Iterable[Row[Any]]:
    """Those of these cases at least: the store leaves out the others, whose history only grows, unless it is asked for
    so many that telling it costs as much as it saves."""
    query = select(audit.c.event, audit.c.subject, audit.c.details).where(audit.c.event.in_((EXPORTED, CALLED)))
    if len(subjects) <= MOST_NAMED:
        query = query.where(audit.c.subject.in_(sorted(subjects)))
    return connection.execute(query.order_by(audit.c.seq))


def _together(
    told: Mapping[tuple[int, str], _Told], case_id: int, members: Iterable[int], recipient: str, moves: Moves
) -> _Told:
    """What the agency was told of a case and of those its things came from; a package made after a case was joined
    tells of that one's reports itself, and how many one told of that it was split off says nothing of it."""
    own, joined = told.get((case_id, recipient), _Told()), dict(moves.taken_in.get(case_id, ()))
    parts = {other: told[other, recipient] for other in members if (other, recipient) in told}
    inside = {case_id, *moves.members(case_id)}
    counted = [one.reports if other in inside else None for other, one in parts.items()
               if other == case_id or (joined.get(other, own.made_at + 1) if other in inside else 1) > own.made_at]
    known = [one for one in counted if one is not None]
    return _Told(
        max((one.danger for one in parts.values() if one.danger is not None), default=None),
        max((one.made_at for one in parts.values()), default=0),
        sum(known) if known and len(known) == len(counted) else None,
    )
