"""One entry that suddenly matches very many different items is more likely a mistake than a wave: it is set aside.

Counted are distinct items an entry matched on a day (UTC): what the store remembers and what this process has seen
since. Processes at work side by side learn of each other's matches once they were remembered. Over the limit
(`flood_matches`) hits are quarantined until a person confirms or disputes the entry. Allow lists are not counted: to
match the pictures everybody sends is what they are for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from pipeline.lists.opinions import put
from pipeline.store import bulk
from pipeline.store.audit import MACHINE
from pipeline.store.list_tables import hash_entry, hash_list, hash_match
from pipeline.store.store import Store

_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Matched:
    """An entry (by list, version, number in it, and keyed digest) matched an item (by keyed digest)."""

    list_no: int
    version: str
    entry: int
    digest: bytes
    item: bytes


@dataclass(frozen=True, slots=True)
class Quarantined:
    """How many entries of a list wait for a person's word, and since when the oldest does (seconds since 1970)."""

    name: str
    entries: int
    oldest: int


@dataclass(slots=True)
class Flood:
    """The day's count of one process. `fresh` are matches the store does not know yet: hand them to `remember`."""

    limit: int
    seen: defaultdict[tuple[int, bytes], set[bytes]] = field(default_factory=lambda: defaultdict(set))
    fresh: list[Matched] = field(default_factory=list)

    @classmethod
    def of_day(cls, connection: Connection, limit: int, now: datetime) -> Flood:
        """What the store remembers of this day."""
        flood = cls(limit)
        columns = (hash_match.c.list_no, hash_match.c.digest, hash_match.c.item)
        for row in connection.execute(select(*columns).where(hash_match.c.day == _day(now))):
            flood.seen[row.list_no, bytes(row.digest)].add(bytes(row.item))
        return flood

    def over(self, matched: Matched) -> bool:
        """Count a match; whether its entry has by now matched more distinct items than the limit."""
        items = self.seen[matched.list_no, matched.digest]
        if matched.item not in items and len(items) <= self.limit:
            items.add(matched.item)
            self.fresh.append(matched)
        return len(items) > self.limit


def remember(connection: Connection, store: Store, limit: int, now: datetime, matches: Iterable[Matched]) -> int:
    """Write matches into the store, inside the caller's transaction; answers how many entries are newly quarantined.

    Safe to repeat with the same matches on the same day. Matches of earlier days are dropped.
    """
    day, matches = _day(now), list(matches)
    connection.execute(delete(hash_match).where(hash_match.c.day < day))
    rows = sorted({(one.list_no, one.digest, day, one.item) for one in matches})
    bulk.insert(connection, hash_match, ("list_no", "digest", "day", "item"), rows)
    newly = 0
    for list_no, digest, version, number in sorted({(m.list_no, m.digest, m.version, m.entry) for m in matches}):
        of_entry = (hash_match.c.list_no == list_no) & (hash_match.c.digest == digest) & (hash_match.c.day == day)
        items = connection.execute(select(func.count()).select_from(hash_match).where(of_entry)).scalar_one()
        if items > limit and _unspoken(connection, list_no, digest):
            words = {"version": version, "entry": number, "quarantined_at": int(now.timestamp())}
            put(connection, list_no, digest, words)
            name = connection.execute(select(hash_list.c.name).where(hash_list.c.list_no == list_no)).scalar_one()
            details = {"version": version, "entry": number, "items": items}
            store.record(connection, now, MACHINE, "list_entry_quarantined", f"list:{name}", details)
            newly += 1
    return newly


def waiting(connection: Connection) -> list[Quarantined]:
    """Lists with entries in quarantine, by name: for `today` and `lists show`."""
    rows = connection.execute(
        select(hash_list.c.name, func.count(), func.min(hash_entry.c.quarantined_at))
        .join(hash_entry, hash_entry.c.list_no == hash_list.c.list_no)
        .where(hash_entry.c.quarantined_at.is_not(None))
        .group_by(hash_list.c.name).order_by(hash_list.c.name)
    )  # fmt: skip
    return [Quarantined(name, entries, oldest) for name, entries, oldest in rows]


def _unspoken(connection: Connection, list_no: int, digest: bytes) -> bool:
    """Whether nobody has said anything of the entry yet, and the guard neither."""
    place = (hash_entry.c.list_no == list_no) & (hash_entry.c.digest == digest)
    row = connection.execute(select(hash_entry).where(place)).one_or_none()
    return row is None or (row.said is None and row.quarantined_at is None)


def _day(now: datetime) -> int:
    return int(now.timestamp()) // _DAY_SECONDS
