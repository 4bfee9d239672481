"""The last, durable transaction of a batch: its counts and its one audit event; and whether a run has got that far."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import numpy as np
from sqlalchemy import Connection, func, select, update

from pipeline.store.audit import COMMITTED, MACHINE, says
from pipeline.store.beside import beside_digests
from pipeline.store.engine import reading, writing
from pipeline.store.imprints import imprints_digest
from pipeline.store.linked import FETCH_ROWS
from pipeline.store.schema import run, run_step
from pipeline.store.store import Store
from triage.errors import Damage
from triage.report import run_range

MARKS_GONE = (
    "the store is damaged: its audit chain says that run {} was taken in, what the store itself says of that is gone:"
    " run `hotline verify`, then restore the store from your backup"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """The law of conservation for one run: read = accepted + rejected + already_known."""

    read: int
    accepted: int
    rejected: int
    already_known: int
    new_cases: int


def is_committed(store: Store, run_id: str) -> bool:
    """Whether the run's last transaction happened; artefacts may be gone by then."""
    with reading(store.engine) as connection:
        found = connection.execute(select(run.c.committed_at).where(run.c.run_id == run_id)).scalar_one_or_none()
    return found is not None


def was_committed(store: Store, run_id: str) -> bool:
    """Whether the audit chain says so, which outlasts damage to the run itself."""
    with reading(store.engine) as connection:
        return says(connection, COMMITTED, run_id)


def counts_of(store: Store, run_id: str) -> Counts:
    """The counts of a committed run."""
    with reading(store.engine) as connection:
        row = connection.execute(select(run).where(run.c.run_id == run_id)).one()
    return Counts(row.read, row.accepted, row.rejected, row.already_known, row.new_cases)


def finish(
    store: Store, run_no: int, run_id: str, read: int, rejected: int, manifest_digest: str, now: datetime
) -> Counts:
    """Write the run's counts and its audit event; the second time it answers what stands there.

    Raises Damage where the chain has that event and the run says nothing of it.
    """
    first, beyond = run_range(run_no)
    with writing(store.engine) as connection:
        row = connection.execute(select(run).where(run.c.run_no == run_no)).one()
        if row.committed_at is not None:
            return Counts(row.read, row.accepted, row.rejected, row.already_known, row.new_cases)
        if says(connection, COMMITTED, run_id):
            raise Damage(MARKS_GONE.format(run_id))
        steps = connection.execute(
            select(*(func.coalesce(func.sum(run_step.c[name]), 0) for name in ("known", "conflicts", "opened"))).where(
                run_step.c.run_no == run_no
            )
        ).one()
        known, conflicts, new_cases = (int(step) for step in steps)
        accepted, ids = _ids_digest(connection, first, beyond)
        counts = Counts(read, accepted, rejected + conflicts, known, new_cases)
        connection.execute(
            update(run).where(run.c.run_no == run_no).values(
                committed_at=int(now.timestamp()), read=read, accepted=accepted, rejected=counts.rejected,
                already_known=counts.already_known, new_cases=new_cases,
            )
        )  # fmt: skip
        store.record(connection, now, MACHINE, COMMITTED, run_id, {
            "read": read, "accepted": accepted, "rejected": counts.rejected, "already_known": counts.already_known,
            "new_cases": new_cases, "manifest": manifest_digest, "ids": ids,
            "registered": row.registered_at, "imprints": imprints_digest(connection, first, beyond),
            **beside_digests(connection, run_no, store.index_key),
        })  # fmt: skip
    _checkpoint(store)
    return counts


def _ids_digest(connection: Connection, first: int, beyond: int) -> tuple[int, str]:
    """Count and SHA-256 of the packed ids in order."""
    digest, count = hashlib.sha256(), 0
    statement = f"SELECT report_id FROM report WHERE report_id >= {first} AND report_id < {beyond} ORDER BY report_id"
    cursor = connection.exec_driver_sql(statement).cursor
    while rows := cursor.fetchmany(FETCH_ROWS):
        digest.update(np.fromiter(chain.from_iterable(rows), dtype=">i8", count=len(rows)).tobytes())
        count += len(rows)
    return count, digest.hexdigest()


def _checkpoint(store: Store) -> None:
    """Move SQLite's write-ahead log into the file, so that a copy of the file is whole."""
    if store.engine.dialect.name == "sqlite":
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
