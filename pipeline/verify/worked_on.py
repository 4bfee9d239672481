"""What people's acts leave on a case's row beside its status: how many they were, and since when it waits.

A case waits since the report that put it in its lane came; one a person worked on since it came back: since an act of
somebody, or since a report came. Which of those it was is not asked; another moment is found.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from sqlalchemy import Connection

from pipeline.store import bulk
from pipeline.store.schema import case_record, case_reports, report
from pipeline.verify.chained import (
    ASSESSED,
    CASE_TAKEN,
    DISPOSED,
    HELPLINE_SAID,
    JOINED,
    NOTICE_ANSWERED,
    POLICE_SAID,
    RELEASED,
    REOPENED,
    SPLIT,
    SPLIT_OFF,
    TEXT_RELEASED,
    Chained,
)
from pipeline.verify.finding import Findings
from pipeline.verify.links import LINK_BYTES
from pipeline.verify.stream import pieces
from triage.lifecycle import Status

_COUNTED = (ASSESSED, DISPOSED, RELEASED, REOPENED, SPLIT, JOINED, TEXT_RELEASED)
_MAY_COUNT = (NOTICE_ANSWERED, POLICE_SAID, HELPLINE_SAID)
"""Answers from outside change a case's row only where they move it."""
_MAY_WAIT_SINCE = (ASSESSED, DISPOSED, REOPENED, POLICE_SAID, HELPLINE_SAID, JOINED, SPLIT_OFF)
_FRESH = (
    f"SELECT case_id FROM case_record WHERE status = '{Status.NEW}' AND joined_into IS NULL"
    " AND (waiting_since IS NULL OR waiting_since <> first_received)"
)


def check_versions(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Hold the number of acts on every case against the chain: it is what refuses an act on a case that changed."""
    least = Counter(one.number for event in _COUNTED for one in chained.of(event))
    more = Counter(one.number for event in _MAY_COUNT for one in chained.of(event))
    said: dict[int, int] = {}
    for rows in pieces(connection, "SELECT case_id, version FROM case_record WHERE version <> 0"):
        said.update(rows)
    for number in sorted(said.keys() | least.keys()):
        if not 0 <= said.get(number, 0) - least[number] <= more[number]:
            findings.add("case_version", f"C{number}", "was not changed by people as often as the chain tells")


def check_waiting(connection: Connection, chained: Chained, findings: Findings) -> None:
    """A case waits since a report came to it, or to a case it exchanged reports with, or since an act on one of those;
    a new one nobody took, split or joined since a report of its own."""
    acts = {one.number for event in (CASE_TAKEN, *_MAY_WAIT_SINCE) for one in chained.of(event)}
    touched = acts | chained.moved()
    for rows in pieces(connection, _FRESH):
        touched.update(number for (number,) in rows)
    families = chained.families()
    moments = _moments(connection, chained, families, touched)
    found = bulk.lookup(connection, case_record, "case_id", touched, ("waiting_since", "joined_into"))
    for number, since, into in sorted(found, key=lambda row: row[0]):
        if into is None and since not in moments[families.get(number, number)]:
            findings.add("case_waiting", f"C{number}", "waits since a time when no report came and nobody acted on it")


def _moments(
    connection: Connection, chained: Chained, families: Mapping[int, int], touched: Iterable[int]
) -> defaultdict[int, set[int]]:
    """By family (a case that exchanged no reports is its own): when its reports came and when people acted on it."""
    moments: defaultdict[int, set[int]] = defaultdict(set)
    for event in _MAY_WAIT_SINCE:
        for one in chained.of(event):
            moments[families.get(one.number, one.number)].add(one.at)
    packs = bulk.lookup(connection, case_reports, "case_id", touched, ("links",))
    listed = [
        (families.get(row[0], row[0]), np.frombuffer(row[1], dtype="<i8").reshape(-1, 3)[:, 0].tolist())
        for row in packs if len(row[1]) % LINK_BYTES == 0
    ]  # fmt: skip
    wanted = {one for _, ids in listed for one in ids}
    received = dict(bulk.lookup(connection, report, "report_id", wanted, ("received_at",)))
    for family, ids in listed:
        moments[family].update(received[one] for one in ids if one in received)
    return moments
