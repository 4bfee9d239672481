"""After the address rules changed: give every locator its key under the new rules, beside the old keys.

Nothing is moved and no key is removed. Where two cases meet in one new key, a person is asked (a *suggestion*); what
people split or kept apart before is not asked again. Safe to repeat, and to stop at any time: packs of locators are
done one after the other, each in a transaction of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from pipeline.bootstrap import App
from pipeline.desk.people import actor
from pipeline.desk.vaultroom import Vaultroom
from pipeline.identity import text_digests
from pipeline.store import bulk
from pipeline.store.engine import breathe, reading, writing
from pipeline.store.schema import case_key, locator, locator_pack, suggestion
from triage.people import Act, Person, require
from triage.rekeying import key_of
from triage.url_rules import UrlRules

PACKS_PER_STEP = 8
Progress = Callable[[int, int], None]
"""Told how many locators are done, of how many."""


@dataclass(slots=True)
class Rekeyed:
    """What came of it: locators looked at, keys added, cases that met, locators whose form can no longer be read."""

    version: str
    locators: int = 0
    keys_added: int = 0
    suggested: int = 0
    unreadable: int = 0


def rekey(app: App, by: Person, now: datetime, vault: Vaultroom, rules: UrlRules, progress: Progress) -> Rekeyed:
    """Add the keys of `rules` for every locator. Raises RuleBroken by role, KeyProblem without the private key."""
    require(by, Act.RUN_BATCH)
    done = Rekeyed(rules.version)
    with reading(app.store.engine) as connection:
        total = connection.execute(select(func.max(locator_pack.c.last_id))).scalar_one() or 0
    last = 0
    while True:
        with reading(app.store.engine) as connection:
            packs = connection.execute(
                select(locator_pack).where(locator_pack.c.first_id > last)
                .order_by(locator_pack.c.first_id).limit(PACKS_PER_STEP)
            ).all()  # fmt: skip
            keyed = [entry for pack in packs for entry in _keyed(app, connection, vault, rules, pack)]
        if not packs:
            break
        last = packs[-1].first_id
        with writing(app.store.engine, bulk=True) as connection:
            _add(connection, rules.version, keyed, now, done)
        breathe()
        progress(min(packs[-1].last_id, total), total)
    with writing(app.store.engine) as connection:
        details = {"locators": done.locators, "keys": done.keys_added, "suggested": done.suggested}
        app.store.record(connection, now, actor(by), "rekeyed", f"rules:{rules.version}", details)
    return done


def _keyed(
    app: App, connection: Connection, vault: Vaultroom, rules: UrlRules, pack: Row[Any]
) -> list[tuple[bytes, bytes | None]]:
    """Digest of every locator of a pack, with the digest of its key under `rules`."""
    entries: list[tuple[bytes, bytes | None]] = []
    for number in range(pack.first_id, pack.last_id + 1):
        digest, place = vault.place(connection, pack, number)
        key = key_of(place.kind, place.canonical, rules)
        entries.append((digest, None if key is None else text_digests([key], app.store.index_key)[0]))
    return entries


def _add(
    connection: Connection, version: str, keyed: list[tuple[bytes, bytes | None]], now: datetime, done: Rekeyed
) -> None:
    """Add what is missing for one step's locators and note the cases that meet."""
    digests = [digest for digest, _ in keyed]
    case_of = {bytes(row[0]): row[1] for row in bulk.lookup(connection, locator, "digest", digests, ("case_id",))}
    cases: dict[bytes, set[int]] = {}
    for digest, key in keyed:
        if key is None:
            done.unreadable += 1
        elif digest in case_of:
            cases.setdefault(key, set()).add(case_of[digest])
    owners: dict[bytes, set[int]] = {}
    current: dict[bytes, int] = {}
    for found, known, case_id in bulk.lookup(connection, case_key, "key", sorted(cases), ("rule_version", "case_id")):
        owners.setdefault(bytes(found), set()).add(case_id)
        if known == version:
            current[bytes(found)] = case_id
    new = [(key, version, min(owners.get(key) or here)) for key, here in sorted(cases.items()) if key not in current]
    done.locators += len(keyed)
    done.keys_added += bulk.insert(connection, case_key, ("key", "rule_version", "case_id"), new)
    done.suggested += _suggest(connection, version, [here | owners.get(key, set()) for key, here in cases.items()], now)


def _suggest(connection: Connection, version: str, meetings: list[set[int]], now: datetime) -> int:
    pairs = sorted({(min(met), other) for met in meetings for other in met if other != min(met)})
    columns = ("case_a", "case_b", "rule_version", "made_at")
    return bulk.insert(connection, suggestion, columns, [(a, b, version, int(now.timestamp())) for a, b in pairs])
