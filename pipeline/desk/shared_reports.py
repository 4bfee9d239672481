"""Reports that name places of several cases: each case on a screen names the others, and a package counts each once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from exporters.package import CaseView
from exporters.shared import Shared
from exporters.withheld import FIELD, Withheld
from pipeline.store import bulk
from pipeline.store.schema import further_link, report


def also_in(connection: Connection, case_id: int, report_ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Report to the other cases it belongs to; reports of this case alone are not in it."""
    ids, found = list(report_ids), defaultdict[int, set[int]](set)
    for table in (report, further_link):
        for report_id, other in bulk.lookup(connection, table, "report_id", ids, ("case_id",)):
            if other != case_id:
                found[report_id].add(other)
    return {one: tuple(sorted(found[one])) for one in ids if one in found}


def named_elsewhere(connection: Connection, cases: Collection[int], reports: Iterable[int]) -> dict[int, int]:
    """Cases but these to how many addresses these reports name there: what a package of these cases does not hold."""
    ids, found = set(reports), defaultdict[int, set[int]](set)
    for table in (report, further_link):
        for _, other, place in bulk.lookup(connection, table, "report_id", ids, ("case_id", "locator_id")):
            if other not in cases and place:
                found[other].add(place)
    return {one: len(found[one]) for one in sorted(found)}


def counted_once(cases: Sequence[tuple[CaseView, Sequence[int]]]) -> tuple[CaseView, ...]:
    """The views of one package with what they share: `cases` are views with their reports, oldest first.

    A text that stands with one case is not called missing from another.
    """
    first: dict[int, tuple[str, int]] = {}
    given = {ids[one.number - 1] for view, ids in cases for one in view.texts}
    return tuple(_told(view, ids, first, given) for view, ids in cases)


def _told(view: CaseView, ids: Sequence[int], first: dict[int, tuple[str, int]], given: set[int]) -> CaseView:
    places = [(number, *first.setdefault(one, (view.reference, number))) for number, one in enumerate(ids, start=1)]
    shared = tuple(Shared(*place) for place in places if place[1] != view.reference)
    left = tuple(_left(view.withheld, ids, given))
    removed = view.removed if left or not view.withheld else tuple(one for one in view.removed if one != FIELD)
    return replace(view, shared=shared, withheld=left, removed=removed)


def _left(withheld: Iterable[Withheld], ids: Sequence[int], given: set[int]) -> Iterator[Withheld]:
    for one in withheld:
        numbers = tuple(number for number in one.numbers if ids[number - 1] not in given)
        if numbers:
            yield replace(one, numbers=numbers)
