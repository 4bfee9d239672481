"""The links of one run, as arrays: which report says what of which case. The case update counts these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import Connection

from pipeline.store.engine import reading
from pipeline.store.store import Store

Ints = npt.NDArray[np.int64]
_COLUMNS = (
    "r.report_id, {link}.case_id, {link}.locator_id, {seq}, r.received_at, v.label, v.escalate, v.question, v.unread,"
    " r.facts"
)
_PRIMARY = f"SELECT {_COLUMNS.format(link='r', seq='0')} FROM report r JOIN verdict v ON v.verdict_id = r.verdict_id"
_FURTHER = (
    f"SELECT {_COLUMNS.format(link='f', seq='f.seq')} FROM further_link f JOIN report r ON r.report_id = f.report_id"
    " JOIN verdict v ON v.verdict_id = r.verdict_id"
)
FETCH_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Linked:
    """One entry per link; `seq` 0 is the primary one, `locator` 0 stands for none."""

    report: Ints
    case: Ints
    locator: Ints
    seq: Ints
    received: Ints
    label: Ints
    escalate: Ints
    question: Ints
    unread: Ints
    facts: Ints


def linked_in_store(store: Store, first: int, last: int) -> Linked:
    """The links of reports numbered `first` to `last`, as the store has them: what a restarted commit counts from."""
    with reading(store.engine) as connection:
        tables = [
            _fetch(connection, f"{statement} WHERE r.report_id BETWEEN {first} AND {last}")
            for statement in (_PRIMARY, _FURTHER)
        ]
    return Linked(*np.concatenate(tables).T)


def joined(pieces: list[Linked]) -> Linked:
    """Several as one."""
    names = Linked.__slots__
    empty = np.empty(0, dtype=np.int64)
    return Linked(*(np.concatenate([getattr(one, name) for one in pieces] or [empty]) for name in names))


def _fetch(connection: Connection, statement: str) -> Ints:
    cursor = connection.exec_driver_sql(statement).cursor
    blocks = [np.empty((0, len(Linked.__slots__)), dtype=np.int64)]
    while rows := cursor.fetchmany(FETCH_ROWS):
        blocks.append(np.array([[value or 0 for value in row] for row in rows], dtype=np.int64))
    return np.concatenate(blocks)
