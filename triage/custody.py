"""The audit chain: each event names the digest of the one before it, so none can be changed, dropped or moved alone.

Pure: canonical bytes and digests only. The store appends under its write lock; `verify` walks the chain again. A chain
does not stop its owner from rewriting all of it: signing its head is the business of a later command.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

GENESIS = "0" * 64
"""What the first event names as its predecessor."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    `seq` counts from 1 without gaps. `actor` is a person's number as `person:3` or `machine`. `subject` is an id
    (`C12`, a run id), never an address or a name. `details` holds counts, codes and digests only.
    """

    seq: int
    at: str
    actor: str
    event: str
    subject: str
    details: Mapping[str, object]

    def canonical(self, previous: str) -> bytes:
        """The bytes that are hashed: sorted JSON without spaces, UTF-8."""
        body = {
            "seq": self.seq, "at": self.at, "actor": self.actor, "event": self.event,
            "subject": self.subject, "details": dict(self.details), "previous": previous,
        }  # fmt: skip
        return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()

    def digest(self, previous: str) -> str:
        """SHA-256 over `canonical`, as hex."""
        return hashlib.sha256(self.canonical(previous)).hexdigest()


def broken_links(chain: Iterable[tuple[Event, str, str]]) -> list[str]:
    """What is wrong with a chain given as (event, stored previous, stored digest) in order of `seq`.

    Answers one sentence per finding, empty if the chain is whole.
    """
    findings: list[str] = []
    previous, expected = GENESIS, 1
    for event, stored_previous, stored_digest in chain:
        if event.seq != expected:
            findings.append(f"audit event {expected} is missing (found {event.seq})")
        if stored_previous != previous:
            findings.append(f"audit event {event.seq} does not follow the event before it")
        if event.digest(stored_previous) != stored_digest:
            findings.append(f"audit event {event.seq} was changed after it was written")
        previous, expected = stored_digest, event.seq + 1
    return findings
