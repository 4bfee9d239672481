"""What the other checks look things up in: which cases, locators, verdicts, sources and runs there are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from pipeline.store.schema import run
from pipeline.verify.finding import Findings
from pipeline.verify.stream import Ints, columns, pieces, scalar

OPINIONS = ("label", "danger", "no question", "unread")
"""Of which a case has the gravest any report brought: what is no mere question outweighs what is."""
_OPINIONS = "label, escalate, CASE WHEN question THEN 0 ELSE 1 END, CASE WHEN unread THEN 1 ELSE 0 END"


@dataclass(frozen=True, slots=True)
class World:
    """Arrays indexed by number; -1 or 0 where there is nothing."""

    runs: dict[int, Any]
    """Run number to its row."""
    cases: Ints
    """Case number to the case it was joined into in the end (itself if it was not), -1 where there is none."""
    said_reports: Ints
    """Case number to the number of links its record says it has."""
    said_opinion: Ints
    """A row for each of OPINIONS, and one for whether it was assigned to us: case number to what its record says."""
    locator_case: Ints
    """Locator number to its case, -1 where there is none."""
    verdicts: Ints
    opinions: Ints
    """A row for each of OPINIONS: verdict number to what it says, -1 where there is none."""
    sources: Ints

    @property
    def unfinished(self) -> bool:
        """Whether a run is under way, so that some things may stand there half."""
        return any(row.committed_at is None for row in self.runs.values())

    def case_of(self, numbers: Ints) -> Ints:
        """Where the given cases ended; -1 for none."""
        return at(self.cases, numbers)

    def end_of(self, number: int) -> int:
        """The same for one case, and the number itself where there is no such case."""
        end = int(self.cases[number]) if 0 <= number < len(self.cases) else -1
        return number if end < 0 else end

    def case_with(self, locator: int) -> int:
        """The case an address lies in; -1 where there is none."""
        return self.end_of(int(at(self.locator_case, np.array([locator]))[0]))


def at(table: Ints, numbers: Ints) -> Ints:
    """`table[numbers]`, -1 outside the table."""
    inside = (numbers >= 0) & (numbers < len(table))
    return np.where(inside, table[np.where(inside, numbers, 0)], -1)


def look_round(connection: Connection, findings: Findings) -> World:
    """Read the small tables and the two columns of the large ones that everything is checked against."""
    runs = {row.run_no: row for row in connection.execute(select(run).order_by(run.c.run_no))}
    cases, said, opinion = _cases(connection, findings)
    verdicts, opinions = _verdicts(connection)
    locators = _empty(connection, "locator", "locator_id")
    for rows in pieces(connection, "SELECT locator_id, case_id FROM locator"):
        numbers, of = columns(rows, 2)
        own, counts = np.unique(numbers, return_counts=True)
        for number in own[(counts > 1) | (at(locators, own) >= 0)]:
            findings.add("locator_twice", f"locator {number}", "two addresses have this number")
        locators[numbers] = of
    return World(
        runs, cases, said, opinion, locators, verdicts, opinions, _known(connection, "source", "source_no"),
    )  # fmt: skip


def _cases(connection: Connection, findings: Findings) -> tuple[Ints, Ints, Ints]:
    cases, said, *opinion = (_empty(connection, "case_record", "case_id") for _ in range(3 + len(OPINIONS)))
    joined: dict[int, int] = {}
    statement = (
        f"SELECT case_id, reports, joined_into, {_OPINIONS}, CASE WHEN assigned THEN 1 ELSE 0 END FROM case_record"
    )
    for rows in pieces(connection, statement):
        numbers, counts, into, *found = columns(rows, 4 + len(OPINIONS))
        cases[numbers], said[numbers] = numbers, counts
        for column, values in zip(opinion, found, strict=True):
            column[numbers] = values
        joined.update({int(one): int(other) for one, other in zip(numbers, into, strict=True) if other})
    for number in joined:
        seen, end = {number}, number
        while end in joined and joined[end] not in seen:
            end = joined[end]
            seen.add(end)
        if end in joined or end >= len(cases) or cases[end] < 0:
            findings.add("join_nowhere", f"C{number}", "was joined into a case that is not there, or into itself")
        else:
            cases[number] = end
    return cases, said, np.stack(opinion)


def _verdicts(connection: Connection) -> tuple[Ints, Ints]:
    verdicts, *opinion = (_empty(connection, "verdict", "verdict_id") for _ in range(1 + len(OPINIONS)))
    for rows in pieces(connection, f"SELECT verdict_id, {_OPINIONS} FROM verdict"):
        numbers, *found = columns(rows, 1 + len(OPINIONS))
        verdicts[numbers] = numbers
        for column, values in zip(opinion, found, strict=True):
            column[numbers] = values
    return verdicts, np.stack(opinion)


def _known(connection: Connection, table: str, column: str) -> Ints:
    known = _empty(connection, table, column)
    for rows in pieces(connection, f"SELECT {column} FROM {table}"):
        numbers = columns(rows, 1)[0]
        known[numbers] = numbers
    return known


def _empty(connection: Connection, table: str, column: str) -> Ints:
    return np.full(max(scalar(connection, f"SELECT max({column}) FROM {table}"), 0) + 1, -1, dtype=np.int64)
