"""A recipient's key that another one replaced: nothing is sealed to the new one until a second person confirms it.

Who pins a key decides who opens packages. With the first one that is all there is; with another one in its place
somebody could, alone, send again to themselves what the agency has. So the replacing is an event of its own in the
audit chain, and so is the confirming; which key waits is read from them, without a table that could be changed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from pipeline.bootstrap import App
from pipeline.desk.people import actor
from pipeline.store.delivery_tables import recipient_key
from pipeline.store.engine import writing
from pipeline.store.schema import audit, package
from triage.errors import RuleBroken
from triage.people import Act, Person, require

REPLACED, CONFIRMED = "recipient_key_replaced", "recipient_key_confirmed"
"""Audit events."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """A key in force that waits for a second person: which one it replaced, and who did it (as in the audit chain).

    `sealed_before`: how many sealed packages went to the one before.
    """

    recipient: str
    fingerprint: str
    before: str
    sealed_before: int
    by: str

    @property
    def says(self) -> str:
        """For everybody who would seal to it."""
        return (
            "its key was replaced by another one: until a second person compared the new fingerprint with the agency "
            f"and confirmed it, nothing is sealed to it: `hotline recipients confirm {self.recipient}`"
        )


def replaced_by(connection: Connection, recipient: str, fingerprint: str, who: str) -> Replaced | None:
    """What pinning this fingerprint replaces, asked before it is pinned; None for a first key or the last settled one.

    A key retired first, or one nobody confirmed, settles nothing: whoever pins goes round no second person by them.
    """
    keys = connection.execute(
        select(recipient_key).where(recipient_key.c.recipient == recipient)
        .order_by(recipient_key.c.retired_at.is_(None).desc(), recipient_key.c.retired_at.desc())
    ).all()  # fmt: skip
    if not keys:
        return None
    last = _last(connection, recipient)
    settled = keys[0].fingerprint if last is None else last.before or last.fingerprint
    if settled == fingerprint:
        return None
    others = [row.retired_at for row in keys if row.fingerprint != settled and row.retired_at is not None]
    since = max((at for at in others if last is None or not last.before), default=0)
    return Replaced(recipient, fingerprint, settled, _sealed(connection, recipient, since), who)


def waiting_key(connection: Connection, recipient: str) -> Replaced | None:
    """The recipient's key in force, if it replaced another one and no second person confirmed it."""
    keys = connection.execute(select(recipient_key).where(recipient_key.c.recipient == recipient)).all()
    now = [row.fingerprint for row in keys if row.retired_at is None]
    if len(keys) < 2 or not now:
        return None
    last = _last(connection, recipient)
    return last if last is not None and last.before and last.fingerprint == now[0] else None


def waiting_keys(connection: Connection) -> tuple[Replaced, ...]:
    """Every key that waits so, by recipient."""
    rows = select(recipient_key.c.recipient).distinct().where(recipient_key.c.retired_at.is_(None))
    found = [waiting_key(connection, code) for code in sorted(connection.execute(rows).scalars())]
    return tuple(one for one in found if one is not None)


def confirm(app: App, by: Person, recipient: str, now: datetime) -> Replaced:
    """Let packages be sealed to a key that replaced another one. Raises RuleBroken for who replaced it themselves."""
    require(by, Act.MANAGE_RECIPIENTS)
    with writing(app.store.engine) as connection:
        found = waiting_key(connection, recipient)
        if found is None:
            raise RuleBroken("no replaced key of this recipient waits for anybody: see `hotline recipients list`")
        if found.by == actor(by):
            raise RuleBroken("you replaced this key yourself: another person must compare it with the agency")
        said = {"fingerprint": found.fingerprint, "before": found.before}
        app.store.record(connection, now, actor(by), CONFIRMED, f"recipient:{recipient}", said)
    return found


def _last(connection: Connection, recipient: str) -> Replaced | None:
    """What the chain said last; with "" as `before` where it was confirmed."""
    row = connection.execute(
        select(audit).where(audit.c.event.in_((REPLACED, CONFIRMED)), audit.c.subject == f"recipient:{recipient}")
        .order_by(audit.c.seq.desc()).limit(1)
    ).one_or_none()  # fmt: skip
    if row is None:
        return None
    said = json.loads(row.details)
    before = said["before"] if row.event == REPLACED else ""
    return Replaced(recipient, said["fingerprint"], before, int(said.get("sealed_before", 0)), row.actor)


def _sealed(connection: Connection, recipient: str, since: int) -> int:
    """Sealed packages made for a recipient since then (seconds)."""
    return int(connection.execute(
        select(func.count()).select_from(package).where(
            package.c.recipient == recipient, package.c.name.is_not(None), package.c.made_at >= since
        )
    ).scalar_one())  # fmt: skip
