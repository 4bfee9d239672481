"""Which reports of a case the packages of an agency told of, wherever they lay when each was made.

A join writes down which reports it brought: by that, and by the order of the audit chain, each report is followed back
to the case it lay in. Older joins did not; what such a case held then is taken to have lain in both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from pipeline.desk.case_moves import JOINED, SPLIT_OFF
from pipeline.desk.numbers import report_number, shown_report

BROUGHT = "brought"
"""Detail of a join: the reports the case did not have before, by their numbers."""
_MOST_NAMED = 1_000
"""A join that brings more names none: the chain is no place for lists."""
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


def brought(reports: Iterable[int]) -> dict[str, str]:
    """What a join writes down of the reports it brought; nothing where they are too many."""
    named = sorted(set(reports))
    return {BROUGHT: " ".join(map(shown_report, named))} if len(named) <= _MOST_NAMED else {}


def told_by(
    events: Mapping[str, Sequence[_E]], case_id: int, reports: Mapping[int, int], is_package: Callable[[_E], bool]
) -> dict[int, frozenset[int]]:
    """By place of a package in the chain: those of the case's reports it told of, none left out.

    `reports`: packed number to the place of its batch's commit.
    """
    found: defaultdict[int, frozenset[int]] = defaultdict(frozenset)
    todo = [(case_id, frozenset(reports), NEVER)]
    while todo:
        one, there, end = todo.pop()
        for event in reversed(events.get(f"C{one}", ())):
            if event.seq >= end:
                continue
            if is_package(event):
                found[event.seq] |= {each for each in there if reports[each] < event.seq}
            other = str(event.details.get("from", "")).removeprefix("C")
            if event.event == JOINED and other:
                came = _came(event, there)
                todo.append((int(other), came, event.seq))
                there = there - came if BROUGHT in event.details else there
            elif event.event == SPLIT_OFF and other:
                todo.append((int(other), there, event.seq))
    return {seq: told for seq, told in found.items() if told}


def _came(event: Event, there: frozenset[int]) -> frozenset[int]:
    named = event.details.get(BROUGHT)
    return there if named is None else there & frozenset(map(report_number, str(named).split()))
