"""Where what a case holds lay before: packages and acts of other cases count for it as far as they were about it.

A case holds links: a report, and the address it names there. A join writes down which addresses and which reports it
brought: by that, and by the order of the audit chain, each link is followed back through every split and join to the
cases it lay in, and from when until when. Older joins named reports alone or nothing; where nobody can tell, a link is
taken to have lain in both cases. Feedback, supplements, custody and the screen of the case all ask here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from pipeline.desk.case_moves import JOINED, SPLIT_OFF
from pipeline.desk.links import Link
from pipeline.desk.numbers import report_number, shown_report

BROUGHT, BROUGHT_ITEMS = "brought", "brought_items"
"""Details of a join: the reports the case did not have before, and the addresses it brought, by their numbers."""
_MOST_NAMED = 1_000
"""A join that brings more names none of them: the chain is no place for lists."""
NEVER = 1 << 62
"""After every place in the chain."""


class Event(Protocol):
    """One event of a case in the chain."""

    @property
    def seq(self) -> int:
        """Its place in the chain."""

    @property
    def event(self) -> str:
        """What happened, as a code."""

    @property
    def details(self) -> Mapping[str, Any]:
        """What was written down of it."""


_E = TypeVar("_E", bound=Event)


@dataclass(frozen=True, slots=True)
class Stay:
    """Links of a case that lay together in one case, between two places in the chain (neither included)."""

    case_id: int
    links: frozenset[Link]
    since: int
    until: int

    def has(self, seq: int) -> bool:
        """Whether they lay there at this place in the chain."""
        return self.since < seq < self.until


@dataclass(frozen=True, slots=True)
class Telling(Generic[_E]):
    """A package (or call) that told of something a case holds: its event, the case it was about then, what it told."""

    event: _E
    case_id: int
    links: frozenset[Link]


def brought(reports: Iterable[int], items: Iterable[int]) -> dict[str, str]:
    """What a join writes down of the reports and the addresses it brought; nothing of those that are too many."""
    named = {BROUGHT: sorted(set(reports)), BROUGHT_ITEMS: sorted(set(items) - {0})}
    shown = {BROUGHT: shown_report, BROUGHT_ITEMS: "L{}".format}
    return {name: " ".join(map(shown[name], those)) for name, those in named.items() if len(those) <= _MOST_NAMED}


def stays(events: Mapping[str, Sequence[Event]], case_id: int, links: Iterable[Link]) -> list[Stay]:
    """Where the links a case holds now lay, in the case itself and before in others.

    `events`: the splits and joins, at least, of the case and of those it came from, by subject and in order.
    """
    found: list[Stay] = []
    todo = [(case_id, frozenset(links), NEVER)]
    while todo:
        one, there, end = todo.pop()
        for event in reversed(events.get(f"C{one}", ())):
            other = source_of(event)
            if other is None or event.seq >= end:
                continue
            found.append(Stay(one, there, event.seq, end))
            came, there = (there, frozenset[Link]()) if event.event == SPLIT_OFF else _parted(event, there)
            todo.append((other, came, event.seq))
            end = event.seq
        found.append(Stay(one, there, 0, end))
    return [one for one in found if one.links]


def told_by(
    events: Mapping[str, Sequence[_E]], case_id: int, links: Iterable[Link], places: Mapping[int, int],
    is_package: Callable[[_E], bool],
) -> dict[int, Telling[_E]]:  # fmt: skip
    """By place in the chain the packages that told of links the case holds now, in order; none is left out.

    `places`: report to the place of its batch's commit, since a package tells of what was in by then.
    """
    found: dict[int, Telling[_E]] = {}
    for stay in stays(events, case_id, links):
        for event in events.get(f"C{stay.case_id}", ()):
            if stay.has(event.seq) and is_package(event):
                told = frozenset(one for one in stay.links if places.get(one[0], NEVER) < event.seq)
                more = found.get(event.seq, Telling(event, stay.case_id, told))
                found[event.seq] = replace(more, links=more.links | told)
    return {seq: found[seq] for seq in sorted(found) if found[seq].links}


def reports_told(told: Iterable[Telling[_E]]) -> frozenset[int]:
    """The reports at least one of these told of."""
    return frozenset(report for one in told for report, _ in one.links)


def told_last(told: Iterable[Telling[_E]], links: Collection[Link], before: int) -> list[int]:
    """The cases an agency knows these links by: of each the one it was told in last before a place in the chain."""
    last: dict[Link, int] = {}
    for one in told:
        if one.event.seq < before:
            last |= dict.fromkeys(one.links.intersection(links), one.case_id)
    return sorted(set(last.values()))


def is_about(lay: Iterable[Stay], case_id: int, event: Event) -> bool:
    """Whether something of what lies here lay in that case when this was done there, and its address, if it was on
    one, among it."""
    item = event.details.get("item")
    there = [one.links for one in lay if one.case_id == case_id and one.has(event.seq)]
    return bool(there) if item is None else any(item == f"L{each}" for links in there for _, each in links)


def source_of(event: Event) -> int | None:
    """The case something came from by a split or a join; a join is told of at both cases, and the other names none."""
    if event.event not in (JOINED, SPLIT_OFF) or "from" not in event.details:
        return None
    return int(str(event.details["from"]).removeprefix("C"))


def _parted(event: Event, there: frozenset[Link]) -> tuple[frozenset[Link], frozenset[Link]]:
    """Those a join brought, and those that lay in the case before; in both where it does not say."""
    reports, items = _named(event, BROUGHT), _named(event, BROUGHT_ITEMS)
    came, stayed = set[Link](), set[Link]()
    for link in there:
        report, item = link
        known, number = (items, item) if item and items is not None else (reports, report)
        if known is None or number in known:
            came.add(link)
        if known is None or number not in known:
            stayed.add(link)
    return frozenset(came), frozenset(stayed)


def _named(event: Event, name: str) -> frozenset[int] | None:
    if name not in event.details:
        return None
    numbers = str(event.details[name]).split()
    return frozenset(report_number(one) if name == BROUGHT else int(one.removeprefix("L")) for one in numbers)
