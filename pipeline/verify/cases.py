"""What a case says of itself: danger, label and what else puts it in its lane, from its reports and the opinions on
them; its status, from people's acts.

The police hold trusts the danger, the queue all of it. Reports only ever make a case graver, no person makes it less
so, and splits and joins count it afresh: it is never less grave than the opinions on the reports it has, it is a
question, unread or assigned to us just where they make it so, and its first and last report came when it says. A case
joined into another has none left: what it says is not compared.
"""

from __future__ import annotations

import numpy as np
from sqlalchemy import Connection

from pipeline.desk.people import known_as
from pipeline.store import bulk
from pipeline.store.schema import case_record, person
from pipeline.verify.chained import DISPOSED, PERSON_ADDED, REOPENED, Chained
from pipeline.verify.decisions import compare
from pipeline.verify.finding import Findings
from pipeline.verify.stream import Ints, columns, pieces
from pipeline.verify.world import OPINIONS, World, at
from triage.disposition import Kind
from triage.lifecycle import Status
from triage.notices import HostSaid
from triage.people import PersonStatus
from triage.report import Fact

_FURTHER = (
    "SELECT f.case_id, r.verdict_id, r.received_at, r.facts FROM further_link f"
    " JOIN report r ON r.report_id = f.report_id"
)
_TIMES = "SELECT case_id, first_received, last_received FROM case_record WHERE joined_into IS NULL"
_JOINED = "SELECT case_id, joined_into FROM case_record WHERE joined_into IS NOT NULL"
_DECIDED_BY = {
    Status.DECIDED: f"SELECT 1 FROM disposition d WHERE d.case_id = c.case_id AND d.kind <> '{Kind.CLOSE}'",
    Status.CLOSED: f"SELECT 1 FROM disposition d WHERE d.case_id = c.case_id AND d.kind = '{Kind.CLOSE}'",
    Status.REMOVED: f"SELECT 1 FROM notice_answer n WHERE n.said = '{HostSaid.REMOVED}'",
}
"""Without which act nobody's case has this status. A host's answer stays with the case it was noted on, which may have
been joined or split since, so that it is there is all that is asked."""


class Gravest:
    """Of each case, the gravest opinions any report linked to it has, whether one was assigned to us, and when its
    first and its last one came; told report by report."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.found: Ints = np.full_like(world.said_opinion, -1)
        self.first: Ints = np.full_like(world.cases, np.iinfo(np.int64).max)
        self.last: Ints = np.full_like(world.cases, np.iinfo(np.int64).min)
        self.texts: Ints = np.zeros_like(world.cases)
        """Of reports whose primary link is the case's, how many have a text."""

    def note(self, cases: Ints, verdicts: Ints, received: Ints, facts: Ints) -> None:
        """More links: the numbers of their cases and of the verdicts on their reports, when these came, and their
        facts; unknown ones count nothing."""
        there = at(self._world.cases, cases) >= 0
        cases, verdicts = cases[there], verdicts[there]
        np.minimum.at(self.first, cases, received[there])
        np.maximum.at(self.last, cases, received[there])
        assigned = (facts[there] & int(Fact.ASSIGNED)) > 0
        brought = (*(at(opinions, verdicts) for opinions in self._world.opinions), assigned.astype(np.int64))
        for found, said in zip(self.found, brought, strict=True):
            np.maximum.at(found, cases, said)

    def note_texts(self, cases: Ints) -> None:
        """The case of each further report that has a text."""
        np.add.at(self.texts, cases[at(self._world.cases, cases) >= 0], 1)


def check_cases(connection: Connection, world: World, gravest: Gravest, findings: Findings) -> None:
    """Hold what every case says of itself against its reports and decisions; `gravest` knows each report."""
    if not world.unfinished:  # a batch counts its cases after its reports
        for rows in pieces(connection, _FURTHER):
            gravest.note(*columns(rows, 4))
        for name, found, said in zip(OPINIONS[:2], gravest.found, world.said_opinion, strict=False):
            for number in np.flatnonzero(said < found):
                findings.add(f"case_{name}", f"C{number}", f"its {name} is less grave than an opinion on its reports")
        there = world.cases == np.arange(len(world.cases))
        for number in np.flatnonzero(there & (gravest.found[2:] != world.said_opinion[2:]).any(axis=0)):
            findings.add("case_lane", f"C{number}", "is a question, unread or assigned otherwise than its reports are")
        _check_times(connection, gravest, findings)
    for status, act in _DECIDED_BY.items():
        bare = f"SELECT c.case_id FROM case_record c WHERE c.status = '{status}' AND c.joined_into IS NULL"
        for rows in pieces(connection, f"{bare} AND NOT EXISTS ({act})"):
            for (number,) in rows:
                findings.add("case_status", f"C{number}", f"is {status}, and nobody's act made it so")


def check_reopened(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Nobody takes back a closing that was not there, and what was reopened last is closed no more.

    A case is closed by its own decision alone, never by a split or a join, so its own number is compared.
    """
    closed: dict[int, list[int]] = {}
    for one in chained.of(DISPOSED):
        if one.word("kind") == Kind.CLOSE:
            closed.setdefault(one.number, []).append(one.seq)
    last: dict[int, int] = {}
    for one in chained.of(REOPENED):
        if not any(last.get(one.number, 0) < seq < one.seq for seq in closed.get(one.number, ())):
            findings.add("case_reopened", one.subject, "was reopened, and nobody had closed it")
        last[one.number] = one.seq
    undone = [number for number, seq in last.items() if not any(after > seq for after in closed.get(number, ()))]
    for number, status, into in bulk.lookup(connection, case_record, "case_id", undone, ("status", "joined_into")):
        if status == Status.CLOSED and into is None:
            findings.add("case_status", f"C{number}", "is closed, though its closing was taken back")


def check_joined(connection: Connection, chained: Chained, findings: Findings) -> None:
    """A case is part of another only where a person joined it: nobody can decide it any more."""
    rows = (row for piece in pieces(connection, _JOINED) for row in piece)
    there = [((number, into), f"C{number}") for number, into in rows]
    told = [(pair, f"C{pair[0]}") for pair in chained.joined.items()]
    compare("case joined into another", there, told, findings, code="case_joined")


def check_people(connection: Connection, chained: Chained, index_key: bytes, findings: Findings) -> None:
    """Hold every person, by role, status, time, name and operating-system user, against the event that registered them,
    both ways; events of an older version know the role only. No act changes a status yet: everybody is active."""
    rows = connection.execute(person.select()).all()
    there = [((row.person_id, row.role, row.status, row.added_at), f"P{row.person_id}") for row in rows]
    told = [
        ((one.number, one.word("role"), PersonStatus.ACTIVE, one.at), one.subject) for one in chained.of(PERSON_ADDED)
    ]
    compare("person with this role, status and day", there, told, findings, code="person")
    names = {one.number: one.word("known_as") for one in chained.of(PERSON_ADDED)}
    for row in rows:
        if names.get(row.person_id, "") not in ("", known_as(row.name, row.os_user, index_key)):
            findings.add("person", f"P{row.person_id}", "its name or operating-system user in person was changed")


def _check_times(connection: Connection, gravest: Gravest, findings: Findings) -> None:
    for rows in pieces(connection, _TIMES):
        numbers, *said = columns(rows, 3)
        for number in numbers[(said[0] != gravest.first[numbers]) | (said[1] != gravest.last[numbers])]:
            findings.add("case_times", f"C{number}", "its first or last report came at another time than it says")
