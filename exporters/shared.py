"""One report that names places of several cases: said with each case but the first, so that nobody takes it for two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from exporters.wording import Words
from triage.errors import RuleBroken

MOST_NAMED = 10
"""On paper."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Report `number` of a case is report `theirs` of an earlier case of the same package, `reference`.

    Both are places in their case, as texts are numbered. Raises RuleBroken for a place that is none.
    """

    number: int
    reference: str
    theirs: int

    def __post_init__(self) -> None:
        if min(self.number, self.theirs) < 1:
            raise RuleBroken("a report of two cases is named by its place in each")


def in_codes(shared: Iterable[Shared]) -> list[str]:
    """All of them for a table, in English."""
    return [f"report {one.number}: report {one.theirs} of {one.reference}" for one in shared]


def named(shared: tuple[Shared, ...], words: Words) -> str:
    """Which reports of a case stand in another one too."""
    told = [
        words.said("cover", "shared", number=one.number, reference=one.reference, theirs=one.theirs)
        for one in shared[:MOST_NAMED]
    ]
    return "; ".join([*told, *(["…"] if len(shared) > MOST_NAMED else [])])
