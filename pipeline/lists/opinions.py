"""What people and the flood guard said of entries, and the two acts: a person confirms an entry or disputes it.

Last word counts. Either act ends a quarantine. A confirmed entry is not quarantined again; a disputed one only suggests
from then on; confirming never makes more of an entry than its list does. The audit event names list, version, entry
number and reason, never the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from pipeline.bootstrap import App
from pipeline.desk.people import actor
from pipeline.identity import text_digests
from pipeline.lists.catalogue import InForce, opened
from pipeline.lists.saved import Entry, SavedList
from pipeline.store.engine import writing
from pipeline.store.list_tables import hash_entry
from triage.errors import UsageError
from triage.people import Act, Person, require


class Said(StrEnum):
    """What a person said of an entry."""

    CONFIRMED = "confirmed"
    DISPUTED = "disputed"


CONFIRM_REASONS = ("viewed", "source_confirmed", "no_flood")
"""The person saw the content in the course of an assessment; its source stands by it; so many matches are right."""
DISPUTE_REASONS = ("not_illegal", "everyday_picture", "wrong_entry", "source_withdrew")
_EVENTS: Mapping[Said, str] = {Said.CONFIRMED: "list_entry_confirmed", Said.DISPUTED: "list_entry_disputed"}


@dataclass(frozen=True, slots=True)
class State:
    """What was said of one entry; nothing, until somebody does."""

    said: Said | None = None
    reason: str = ""
    quarantined_at: int | None = None
    version: str = ""
    entry: int = 0


UNTOUCHED = State()


def states(connection: Connection, list_no: int) -> dict[bytes, State]:
    """Every entry of a list of which something was said, by its keyed digest."""
    rows = connection.execute(select(hash_entry).where(hash_entry.c.list_no == list_no))
    return {
        bytes(row.digest): State(
            Said(row.said) if row.said else None, row.reason or "", row.quarantined_at, row.version, row.entry
        )
        for row in rows
    }


def numbered(saved: SavedList, said: Mapping[bytes, State], index_key: bytes) -> dict[int, State]:
    """The same by number in this version, rising; what is no longer in the list is left out.

    Costs nothing where all was said of this version, else one look at every entry (seconds for a million).
    """
    if all(state.version == saved.manifest.version for state in said.values()):
        return dict(sorted(((state.entry, state) for state in said.values()), key=lambda pair: pair[0]))
    digests = text_digests((_words(kind, value) for _, kind, value in saved.values()), index_key)
    return {number: said[digest] for number, digest in enumerate(digests, start=1) if digest in said}


def entry_digest(entry: Entry, index_key: bytes) -> bytes:
    """By which the store knows an entry, in this version of its list and the next."""
    return text_digests([_words(entry.type, entry.value)], index_key)[0]


def say(app: App, by: Person, name: str, number: int, said: Said, reason: str, now: datetime) -> bool:
    """A person's word on entry `number` of the version in force; answers whether that ended a quarantine.

    Raises RuleBroken by role, UsageError where there is no such list, entry or reason.
    """
    require(by, Act.ASSESS)
    if reason not in (CONFIRM_REASONS if said is Said.CONFIRMED else DISPUTE_REASONS):
        raise UsageError("this reason is not one of those that can be given: see --help")
    with writing(app.store.engine) as connection:
        in_force: InForce = opened(app, connection, name)
        entry = in_force.saved.entry(number)
        if entry is None:
            raise UsageError(f"list {name} has entries 1 to {in_force.saved.manifest.counted.entries}")
        digest = entry_digest(entry, app.store.index_key)
        before = states(connection, in_force.list_no).get(digest)
        words = {
            "version": in_force.saved.manifest.version, "entry": number, "said": str(said), "reason": reason,
            "person_id": by.person_id, "said_at": int(now.timestamp()), "quarantined_at": None,
        }  # fmt: skip
        put(connection, in_force.list_no, digest, words)
        released = before is not None and before.quarantined_at is not None
        details = {
            "version": in_force.saved.manifest.version, "entry": number, "reason": reason, "released": released,
        }  # fmt: skip
        app.store.record(connection, now, actor(by), _EVENTS[said], f"list:{name}", details)
    return released


def put(connection: Connection, list_no: int, digest: bytes, words: Mapping[str, object]) -> None:
    """Write columns of one entry's row, made if it is not there."""
    place = (hash_entry.c.list_no == list_no) & (hash_entry.c.digest == digest)
    if connection.execute(select(hash_entry.c.list_no).where(place)).first() is None:
        connection.execute(hash_entry.insert().values(list_no=list_no, digest=digest, **words))
    else:
        connection.execute(hash_entry.update().where(place).values(**words))


def _words(kind: str, value: bytes) -> str:
    return f"hash-entry:{kind}:{value.hex()}"
