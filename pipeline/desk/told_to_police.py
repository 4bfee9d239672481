"""What police were told of a case that was split or joined, address by address: its hold is worked out from that.

A decision counts for what lay in its case when it was made. Of that a package told what still lay there when it was
made, and a call what lay there when its sheet was. So a decision has gone, for what a case holds now, once one package
to its agency told of all of that; until then nothing runs out and no word about the rest lets it go. Rows the chain
says nothing of (`verify` names them) count as if they had told of everything in their case.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from pipeline.desk.case_moves import DISPOSED, JOINED, SPLIT_OFF, Moves
from pipeline.desk.links import Link, links_of_each, pairs
from pipeline.desk.times import clocks
from pipeline.desk.told_danger import CALLED, EXPORTED
from pipeline.desk.told_in_moves import NEVER, Stay, stays
from pipeline.desk.told_reports import places
from pipeline.store import bulk
from pipeline.store.delivery_tables import urgent_call
from pipeline.store.schema import audit, package
from triage.lea_hold import Told
from triage.verdict import Escalation

_READ = frozenset({DISPOSED, EXPORTED, CALLED, JOINED, SPLIT_OFF})


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision for police, the case it was made about, who made it, and the package it left in."""

    case_id: int
    told: Told
    person_id: int
    package_id: int | None


@dataclass(frozen=True, slots=True)
class _Event:
    seq: int
    event: str
    details: Mapping[str, Any]
    at: int
    actor: str


@dataclass(frozen=True, slots=True)
class _Telling:
    """A package, or a call that reached them: what it told this agency of what the case holds now, and when."""

    recipient: str
    at: datetime
    told: frozenset[Link]
    package_id: int | None
    danger: Escalation | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What the addresses of one case went through, and who was told of them."""

    holds: frozenset[Link]
    """Addresses (0, number), and reports without one (number, 0)."""
    lay: Sequence[Stay]
    events: Mapping[str, Sequence[_Event]]
    committed: Mapping[int, int]
    tellings: Sequence[_Telling]
    exported: frozenset[int]
    """Packages the chain tells of."""
    calls: Mapping[tuple[int, str], Sequence[datetime]]
    """Calls the chain says nothing of, by case and agency."""

    def about(self, one: Decision) -> frozenset[Link]:
        """What the case holds of that which lay in the decision's case when it was made."""
        seconds = int(one.told.decided_at.timestamp())
        events = self.events.get(f"C{one.case_id}", ())
        for event in events:
            mine = (DISPOSED, f"person:{one.person_id}", seconds)
            if (event.event, event.actor, event.at) == mine and event.details.get("recipient") == one.told.recipient:
                return _there(self.lay, one.case_id, event.seq, self.committed)
        place = max((event.seq for event in events if event.at < seconds), default=0)
        return _there(self.lay, one.case_id, place, None)

    def of(self, one: Decision, every: Iterable[Decision]) -> Told | None:
        """The decision as far as it concerns this case; None: a later one for the same agency carried it out."""
        about = self.about(one)
        if not about:
            return replace(one.told, danger=None)
        mine = [each for each in self.tellings if each.recipient == one.told.recipient and about <= each.told]
        packed = [each for each in mine if each.package_id is not None]
        gone_at = one.told.gone_at
        if one.package_id in self.exported and one.package_id not in {each.package_id for each in packed}:
            later = {each.package_id for each in packed if each.at >= one.told.decided_at}
            if any(other.package_id in later and about <= self.about(other) for other in every if other is not one):
                return None
            gone_at = min((each.at for each in packed if each.package_id in later), default=None)
        called = [each.at for each in mine if each.package_id is None]
        called += self.calls.get((one.case_id, one.told.recipient), ())
        dangers = [each.danger for each in mine if each.danger is not None]
        return replace(
            one.told, gone_at=gone_at, called_at=min(called, default=None), danger=max(dangers, default=None),
            called_since=min((at for at in called if at >= one.told.decided_at), default=None),
        )  # fmt: skip

    def in_hand(self, wanted: Iterable[Link], every: Collection[Decision]) -> tuple[tuple[Told, ...], ...]:
        """Of each wanted address the decisions that were about it, or whose package told of it."""
        of_each = [(one.told, self.about(one) | self._packed(one)) for one in every]
        return tuple(tuple(told for told, about in of_each if link in about) for link in wanted)

    def first_told(self, agencies: Collection[str]) -> dict[Link, datetime]:
        """When one of these agencies first heard of each address; one they did not hear of is not in it."""
        found: dict[Link, datetime] = {}
        for one in sorted(self.tellings, key=lambda one: one.at, reverse=True):
            if one.recipient in agencies:
                found |= dict.fromkeys(one.told, one.at)
        return found

    def by_agency(self) -> dict[str, bool]:
        """Who a package, or a call that reached them, told of something the case holds, and whether of all of it."""
        found: defaultdict[str, frozenset[Link]] = defaultdict(frozenset)
        for one in self.tellings:
            found[one.recipient] |= one.told
        return {recipient: self.holds <= told for recipient, told in found.items() if told}

    def _packed(self, one: Decision) -> frozenset[Link]:
        return frozenset(
            link for each in self.tellings if each.package_id is not None and each.package_id == one.package_id
            for link in each.told
        )  # fmt: skip


def heard_in(connection: Connection, moves: Moves, case_ids: Collection[int]) -> dict[int, Heard]:
    """What police heard of each of these cases that was split off or took one in; the others are not in it."""
    return heard_of(connection, moves, [one for one in case_ids if moves.moved(one)])


def heard_of(connection: Connection, moves: Moves, moved: Collection[int]) -> dict[int, Heard]:
    """The same of each of these cases, also of one that only lost something."""
    if not moved:
        return {}
    sources = {home for case_id in moved for one in moves.sources(case_id) for home in moves.path(one)}
    events = _events(connection, sources)
    links = {case_id: pairs(each) for case_id, each in links_of_each(connection, moved).items()}
    committed = places(connection, {report for each in links.values() for report, _ in each})
    spoken, by_row = _calls(connection, sources, events)
    exported = {int(one.details["package"]) for each in events.values() for one in each if one.event == EXPORTED}
    gone = dict(bulk.lookup(connection, package, "package_id", exported, ("made_at",)))
    found = dict[int, Heard]()
    for case_id in moved:
        lay = stays(events, case_id, links.get(case_id, ()))
        tellings = [
            _Telling(str(event.details["recipient"]), at, _there(lay, stay, event.seq, committed), number,
                     _danger(event))
            for stay in sorted({one.case_id for one in lay}) for event in events.get(f"C{stay}", ())
            for number, at in _when(event, gone, spoken)
        ]  # fmt: skip
        holds = frozenset(map(_key, links.get(case_id, ())))
        found[case_id] = Heard(holds, lay, events, committed, tellings, frozenset(exported), by_row)
    return found


def _key(link: Link) -> Link:
    """An address is the same whichever report names it."""
    return (0, link[1]) if link[1] else link


def _there(lay: Iterable[Stay], case_id: int, place: int, committed: Mapping[int, int] | None) -> frozenset[Link]:
    """What lay in that case at this place in the chain, as far as its reports were in by then (None: whatever is)."""
    return frozenset(
        _key(link) for one in lay if one.case_id == case_id and one.since <= place < one.until for link in one.links
        if committed is None or committed.get(link[0], NEVER) < place
    )  # fmt: skip


def _when(
    event: _Event, gone: Mapping[int, int], spoken: Mapping[int, datetime]
) -> list[tuple[int | None, datetime]]:  # fmt: skip
    """The package's number and when it was made, or when a call reached them; none for any other event."""
    if event.event == EXPORTED and int(event.details["package"]) in gone:
        number = int(event.details["package"])
        return [(number, _at(gone[number]))]
    if event.event == CALLED and event.details["call"] in spoken:
        return [(None, spoken[event.details["call"]])]
    return []


def _danger(event: _Event) -> Escalation | None:
    return Escalation[event.details["escalate"].upper()] if "escalate" in event.details else None


def _calls(
    connection: Connection, case_ids: Collection[int], events: Mapping[str, Sequence[_Event]]
) -> tuple[dict[int, datetime], dict[tuple[int, str], list[datetime]]]:
    """When each call reached somebody, by its number; those the chain says nothing of by case and agency."""
    known = {one.details["call"] for each in events.values() for one in each if one.event == CALLED}
    spoken, by_row = dict[int, datetime](), defaultdict[tuple[int, str], list[datetime]](list)
    columns = ("call_id", "recipient", "spoken_at", "reached")
    for case_id, number, recipient, at, reached in bulk.lookup(connection, urgent_call, "case_id", case_ids, columns):
        if reached and at is not None:
            spoken[number] = _at(at)
            if number not in known:
                by_row[case_id, recipient].append(_at(at))
    return spoken, by_row


def _events(connection: Connection, case_ids: Iterable[int]) -> Mapping[str, list[_Event]]:
    """Decisions, packages, calls, joins and splits of these cases, in order."""
    columns = ("seq", "event", "details", "at", "actor")
    found: defaultdict[str, list[_Event]] = defaultdict(list)
    for subject, seq, event, details, at, actor in sorted(
        bulk.lookup(connection, audit, "subject", [f"C{one}" for one in case_ids], columns)
    ):
        if event in _READ:
            seconds = int(datetime.fromisoformat(at).timestamp())
            found[subject].append(_Event(int(seq), str(event), json.loads(details), seconds, str(actor)))
    return found


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, clocks().zone)
