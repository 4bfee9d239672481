"""Append to the audit chain and read it back. Appends happen inside the caller's transaction, under the write lock."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from pipeline.store.schema import audit
from triage.custody import GENESIS, Event

MACHINE = "machine"
COMMITTED = "batch_committed"
"""Event of a batch that is whole in the store; its subject is the run."""


def append(
    connection: Connection, now: datetime, actor: str, event: str, subject: str, details: Mapping[str, object]
) -> None:
    """One event at the end of the chain. `details` holds counts, codes and digests; never input."""
    last = connection.execute(select(audit.c.seq, audit.c.digest).order_by(audit.c.seq.desc()).limit(1)).one_or_none()
    seq, previous = (last.seq + 1, last.digest) if last else (1, GENESIS)
    entry = Event(seq, now.astimezone(UTC).isoformat(timespec="seconds"), actor, event, subject, details)
    connection.execute(
        audit.insert().values(
            seq=seq, at=entry.at, actor=actor, event=event, subject=subject,
            details=json.dumps(dict(details), sort_keys=True), previous=previous, digest=entry.digest(previous),
        )
    )  # fmt: skip


def says(connection: Connection, event: str, subject: str) -> bool:
    """Whether the chain has such an event."""
    found = select(audit.c.seq).where(audit.c.event == event, audit.c.subject == subject).limit(1)
    return connection.execute(found).first() is not None


def latest_time(connection: Connection, within: int = 10_000) -> datetime | None:
    """The latest time among so many last events, None before the first: later than now where a clock went back."""
    last = select(audit.c.at).order_by(audit.c.seq.desc()).limit(within).subquery()
    at = connection.execute(select(func.max(last.c.at))).scalar_one()
    return None if at is None else datetime.fromisoformat(at)


def chain(connection: Connection) -> Iterator[tuple[Event, str, str]]:
    """The whole chain in order, for `triage.custody.broken_links`."""
    for row in connection.execute(select(audit).order_by(audit.c.seq)):
        try:
            details = json.loads(row.details)
        except ValueError:
            details = {"unreadable": True}
        event = Event(row.seq, row.at, row.actor, row.event, row.subject, details)
        yield event, row.previous, row.digest
