"""Which cases lie in a case: what it was split off from, what was joined into it, and theirs in turn, by the chain.

What was decided about a case before it was split or joined stays about that case; a join moves its rows to the other,
so the chain alone says whose they were. Times are whole seconds, as the rows of the store have them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from pipeline.store.schema import audit

DISPOSED, JOINED, SPLIT, SPLIT_OFF = "case_disposed", "cases_joined", "case_split", "case_split_off"
ALWAYS = 1 << 62
"""Later than any second: a case lies in itself for good."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Every split and join. `parents`: case to (the one it was split off, when); `taken_in`: case to (other, when)."""

    parents: Mapping[int, tuple[int, int]]
    taken_in: Mapping[int, tuple[tuple[int, int], ...]]
    homes: Mapping[int, int]
    """Case to the one it was joined into."""

    def sources(self, case_id: int, until: int = ALWAYS, seen: int = ALWAYS) -> dict[int, int]:
        """The cases that lie in this one as it was at `until`, and until when what was decided about each counts.

        Joins after `seen` are left out.
        """
        found, todo = dict[int, int](), [(case_id, until)]
        while todo:
            one, end = todo.pop()
            if one in found and found[one] >= end:
                continue
            found[one] = end
            if one in self.parents:
                parent, at = self.parents[one]
                todo.append((parent, min(at, end)))
            todo.extend((other, end) for other, at in self.taken_in.get(one, ()) if at <= min(end, seen))
        return found

    def moved(self, case_id: int) -> bool:
        """Whether it was split off a case, or one was joined into it."""
        return case_id in self.parents or case_id in self.taken_in

    def members(self, case_id: int) -> list[int]:
        """Every case joined into this one, directly or by way of others."""
        found = [other for other, _ in self.taken_in.get(case_id, ())]
        for one in found:
            found += [other for other, _ in self.taken_in.get(one, ()) if other not in found]
        return found

    def strand(self, case_id: int) -> dict[int, int]:
        """The case and those it was split off from in turn, without what was joined into any of them."""
        found, end = {case_id: ALWAYS}, ALWAYS
        while case_id in self.parents and self.parents[case_id][0] not in found:
            case_id, end = self.parents[case_id][0], min(end, self.parents[case_id][1])
            found[case_id] = end
        return found

    def path(self, case_id: int) -> list[int]:
        """The case, the one it was joined into, and so on to the one its rows lie in today."""
        found = [case_id]
        while found[-1] in self.homes:
            found.append(self.homes[found[-1]])
        return found

    def home(self, case_id: int) -> int:
        """The case this one's rows lie in today."""
        return self.path(case_id)[-1]

    def heirs(self, case_ids: Iterable[int]) -> dict[int, set[int]]:
        """Of each case those that may hold something of it today: where its rows lie, and all that was split off there
        or on the way, in turn; none of them was joined into another."""
        children = defaultdict[int, list[int]](list)
        for child, (parent, _) in self.parents.items():
            children[parent].append(child)
        found = dict[int, set[int]]()
        for case_id in case_ids:
            seen, todo = {case_id}, [case_id]
            while todo:
                one = todo.pop()
                new = {*children.get(one, ()), self.homes.get(one, one)} - seen
                seen |= new
                todo += new
            found[case_id] = seen - self.homes.keys()
        return found

    def joined_at(self, case_id: int) -> int | None:
        """When a case was joined into this one last."""
        return max((at for _, at in self.taken_in.get(case_id, ())), default=None)


@dataclass(frozen=True, slots=True)
class Decided:
    """A row of `disposition` as the chain tells it too. Two of the same second and person are told by their order."""

    number: int
    home: int
    person_id: int
    made_at: int
    recipient: str


def moves_in(connection: Connection) -> Moves:
    """Read every split and join from the chain."""
    parents, homes = dict[int, tuple[int, int]](), dict[int, int]()
    taken_in: defaultdict[int, tuple[tuple[int, int], ...]] = defaultdict(tuple)
    query = select(audit.c.event, audit.c.subject, audit.c.details, audit.c.at)
    for row in connection.execute(query.where(audit.c.event.in_((JOINED, SPLIT_OFF))).order_by(audit.c.seq)):
        details, case_id = json.loads(row.details), _number(row.subject)
        if "from" not in details:
            continue  # a join is told of at both cases; the one that took in counts
        other, at = _number(details["from"]), _seconds(row.at)
        if row.event == SPLIT_OFF:
            parents[case_id] = (other, at)
        else:
            taken_in[case_id] += ((other, at),)
            homes[other] = case_id
    return Moves(parents, dict(taken_in), homes)


def origins(connection: Connection, moves: Moves, rows: Iterable[Decided]) -> dict[int, int]:
    """Decision to the case it was made about; one the chain does not tell of counts for the case it lies in."""
    found, mixed = dict[int, int](), list[Decided]()
    for one in sorted(rows, key=lambda one: one.number):
        found[one.number] = one.home
        if one.home in moves.taken_in:
            mixed.append(one)
    told = _disposed(connection, {case_id for one in mixed for case_id in (one.home, *moves.members(one.home))})
    for one in mixed:
        subjects = told.get((one.person_id, one.made_at, one.recipient))
        if subjects:
            found[one.number] = subjects.pop(0)
    return found


def _disposed(connection: Connection, case_ids: Collection[int]) -> dict[tuple[int, int, str], list[int]]:
    found: defaultdict[tuple[int, int, str], list[int]] = defaultdict(list)
    if not case_ids:
        return found
    mine = audit.c.subject.in_([f"C{case_id}" for case_id in sorted(case_ids)])
    query = select(audit.c.actor, audit.c.at, audit.c.subject, audit.c.details).where(audit.c.event == DISPOSED, mine)
    for row in connection.execute(query.order_by(audit.c.seq)):
        said = json.loads(row.details)
        key = (int(row.actor.removeprefix("person:")), _seconds(row.at), str(said["recipient"]))
        found[key].append(_number(row.subject))
    return found


def _number(shown: str) -> int:
    return int(shown.removeprefix("C"))


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp())
