"""Pinned keys: whom packages are sealed to, by whom and when, is what the audit chain tells; so is what was retired,
and since when the vault has which keys.

The chain is replayed: a key pinned retires the one before it; one pinned again stands there with its last pinning.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.desk.recipients import OWN
from pipeline.store.delivery_tables import recipient_key
from pipeline.store.schema import vault_key
from pipeline.verify.chained import KEY_ADDED, KEY_RETIRED, OWN_KEY_MADE, VAULT_KEY_ADDED, Acted, Chained
from pipeline.verify.decisions import compare
from pipeline.verify.finding import Findings

_SUBJECT = "recipient:"
_MACHINE = -1
"""As `Acted.person`; rows have 0 for the machine, which pins the keys of a demonstration."""


@dataclass(frozen=True, slots=True)
class _Pinned:
    """One key as its row has it or as the chain tells it: who pinned it, when, until when (seconds)."""

    person: int
    added: int
    retired: int | None = None


def check_keys(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Hold every pinned key against the chain, and the other way round."""
    rows = connection.execute(select(recipient_key)).all()
    there = {(row.recipient, row.fingerprint): _pinned(row) for row in rows}
    told = _told(chained)
    for recipient, fingerprint in sorted(there.keys() | told.keys()):
        key = recipient, fingerprint
        subject = _SUBJECT + recipient
        if key not in there:
            findings.add("recipient_key", subject, "the audit chain tells of a key that is not there")
        elif key not in told:
            findings.add("recipient_key", subject, "a key stands there the audit chain does not tell of: seal nothing")
        elif there[key] != told[key]:
            findings.add("recipient_key", subject, "a key was not pinned or retired as the audit chain wrote it down")


def check_vault_keys(connection: Connection, chained: Chained, findings: Findings) -> None:
    """Hold the vault's keys, and since when there are, against the chain; no act retires one yet."""
    rows = connection.execute(select(vault_key)).all()
    there = [((row.key_id, row.created_at, row.retired_at), f"vault key {row.key_id}") for row in rows]
    told = [((one.subject, one.at, None), f"vault key {one.subject}") for one in chained.of(VAULT_KEY_ADDED)]
    compare("vault key", there, told, findings, code="vault_key")


def _pinned(row: Row[Any]) -> _Pinned:
    return _Pinned(row.person_id or _MACHINE, row.added_at, row.retired_at)


def _told(chained: Chained) -> dict[tuple[str, str], _Pinned]:
    """Every key the chain tells of, by recipient and fingerprint, as its last step left it."""
    found: dict[tuple[str, str], _Pinned] = {}
    steps = [(name, one) for name in (KEY_ADDED, KEY_RETIRED, OWN_KEY_MADE) for one in chained.of(name)]
    for name, one in sorted(steps, key=lambda step: step[1].seq):
        recipient = _recipient(name, one)
        for key, before in found.items():
            if key[0] == recipient and before.retired is None:
                found[key] = replace(before, retired=one.at)
        if name != KEY_RETIRED:
            found[recipient, one.word("fingerprint")] = _Pinned(one.person, one.at)
    return found


def _recipient(name: str, one: Acted) -> str:
    return OWN if name == OWN_KEY_MADE else one.subject.removeprefix(_SUBJECT)
