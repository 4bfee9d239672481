"""Keys of those who get sealed packages: pinned by a person who compared the fingerprint with the agency.

The certificate lies in the workspace, its fingerprint in the store with who pinned it; both must agree each time
something is sealed. A recipient has one key at a time; a new one retires the one before, which stays written down,
and waits for a second person (`replaced_keys.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from exporters.sealing import Certificate, check_fingerprint, check_recipient
from pipeline.bootstrap import App
from pipeline.delivery import agency_keys
from pipeline.delivery.packing import Agency
from pipeline.desk.people import actor
from pipeline.desk.replaced_keys import REPLACED, Replaced, replaced_by, waiting_key
from pipeline.routes import routes
from pipeline.store.delivery_tables import recipient_key
from pipeline.store.engine import reading, writing
from triage.disposition import Kind
from triage.errors import KeyProblem, RuleBroken, UsageError
from triage.people import Act, Person, require

OWN = "(own)"
"""In place of a recipient: the hotline's own signing key."""
ADDED, RETIRED = "recipient_key_added", "recipient_key_retired"
"""Audit events."""
_WITH_KEYS = frozenset({Kind.POLICE, Kind.PARTNER, Kind.HELPLINE, Kind.PREVENTION})
"""Who gets something sealed, or signs what they answer."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """One recipient of data/routes and its key: `fingerprint` is "" without one, `problem` why it cannot be used.

    `needs_key`: whether it gets anything sealed, or signs what it answers.
    """

    recipient: str
    name: str
    fingerprint: str
    problem: str
    needs_key: bool = True


def add_key(
    app: App, by: Person, recipient: str, given: bytes, fingerprint: str, now: datetime, *, also: bool = False
) -> Certificate:
    """Pin an agency's certificate. `fingerprint` is what the agency read out, not what the file says.

    A newer copy of the key pinned already takes the place of the old copy, a revoked one takes it out of force.
    `also`: a person confirms that it shares this key with another recipient. Raises UsageError for a recipient nobody
    knows, KeyProblem for a key that cannot be used or is another one, RuleBroken for one another recipient has.
    """
    require(by, Act.MANAGE_RECIPIENTS)
    return pin(app, actor(by), by.person_id, recipient, given, fingerprint, now, also=also)


def pin(
    app: App, who: str, person_id: int, recipient: str, given: bytes, fingerprint: str, now: datetime, *,
    also: bool = False,
) -> Certificate:  # fmt: skip
    """`add_key` once it is settled who does it (`who` as the audit chain names them)."""
    _known(recipient)
    if routes().recipients[recipient].kind not in _WITH_KEYS:
        raise UsageError("nothing is sealed to this recipient and nothing of it is checked: it needs no key")
    certificate = Certificate.read(given)
    check_fingerprint(certificate, fingerprint)
    _take_out_of_force(app, who, certificate, now)
    check_recipient(certificate, fingerprint, now)
    with reading(app.store.engine) as connection:
        if certificate.fingerprint == pinned(connection, OWN):
            raise KeyProblem("this is the hotline's own certificate: ask the agency for theirs")
    with writing(app.store.engine) as connection:
        before = pinned(connection, recipient)
        if before == certificate.fingerprint:
            return _renew(app, connection, who, person_id, recipient, certificate, now)
        others = _sharing(connection, certificate.fingerprint)
        if others and not also:
            raise RuleBroken(
                f"this key is pinned for {', '.join(others)}: whoever holds it opens what is sealed for both; ask this "
                "recipient for its own key, or confirm with --also that they share it"
            )
        said = {"fingerprint": certificate.fingerprint, "before": before or "", "shared_with": ", ".join(others)}
        replaced = replaced_by(connection, recipient, certificate.fingerprint, who)
        _write_down(app, connection, who, person_id, recipient, now, said)
        if replaced is not None:
            _say_replaced(app, connection, replaced, now)
        return agency_keys.store_certificate(app.workspace, recipient, given, fingerprint, now)


def _renew(
    app: App, connection: Connection, who: str, person_id: int, recipient: str, given: Certificate, now: datetime
) -> Certificate:
    """Take in what the owner of a pinned key says newly of it, for everybody it is pinned for.

    The fingerprint was compared when it was pinned, and all that is taken in is signed by that key; what the copy kept
    says stays, so an older copy takes nothing away. Raises RuleBroken where nothing is new.
    """
    renewed: dict[str, Certificate] = {}
    for code in _sharing(connection, given.fingerprint):
        kept = agency_keys.same_kept(app.workspace, code, given)
        newest = given if kept is None else kept.together_with(given)
        if kept is None or newest.body != kept.body:
            said = {"fingerprint": given.fingerprint, "before": given.fingerprint, "why": "its owner renewed it"}
            _write_down(app, connection, who, person_id, code, now, said)
            renewed[code] = agency_keys.store_certificate(app.workspace, code, newest.body, given.fingerprint, now)
    if not renewed:
        raise RuleBroken("this key is pinned for this recipient already: nothing to do")
    return renewed.get(recipient, given)


def _write_down(
    app: App, connection: Connection, who: str, person_id: int, code: str, now: datetime, said: dict[str, str]
) -> None:
    """The row and the event of a pinning; the key before, or the same one's pinning before, gives way."""
    at, fingerprint = int(now.timestamp()), said["fingerprint"]
    _retire(connection, code, at)
    again = (recipient_key.c.recipient == code) & (recipient_key.c.fingerprint == fingerprint)
    connection.execute(recipient_key.delete().where(again))
    connection.execute(
        recipient_key.insert().values(recipient=code, fingerprint=fingerprint, person_id=person_id, added_at=at)
    )
    app.store.record(connection, now, who, ADDED, f"recipient:{code}", said)


def _say_replaced(app: App, connection: Connection, one: Replaced, now: datetime) -> None:
    """An event of its own: `recipient_key_added` alone would look like any first pinning."""
    said = {"fingerprint": one.fingerprint, "before": one.before, "sealed_before": one.sealed_before}
    app.store.record(connection, now, one.by, REPLACED, f"recipient:{one.recipient}", said)


def _take_out_of_force(app: App, who: str, given: Certificate, now: datetime) -> None:
    """Retire a pinned key, for everybody it is pinned for, whose owner says in `given` that it must not be used.

    Sealing goes by our copy, so a revocation nobody takes in would change nothing. Raises KeyProblem once it is done.
    """
    out: dict[str, str] = {}
    with writing(app.store.engine) as connection:
        for code in _sharing(connection, given.fingerprint):
            kept = agency_keys.same_kept(app.workspace, code, given)
            newest = given if kept is None else kept.together_with(given)
            problem = _unusable(newest, now)
            if not newest.revoked and (not problem or kept is None or _unusable(kept, now)):
                continue
            _retire(connection, code, int(now.timestamp()))
            why = "its owner revoked it" if newest.revoked else "its owner's newest copy cannot be sealed to"
            said = {"fingerprint": given.fingerprint, "why": why}
            app.store.record(connection, now, who, RETIRED, f"recipient:{code}", said)
            agency_keys.forget_certificate(app.workspace, code)
            out[code] = problem
    if out:
        raise KeyProblem(
            f"{min(out.values())}. The key pinned for {', '.join(out)} is out of force from now on: nothing is sealed "
            "to it, and what would have gone is left out until another key is pinned"
        )


def _unusable(certificate: Certificate, now: datetime) -> str:
    """Why nothing may be sealed to it; empty where it may."""
    try:
        check_recipient(certificate, certificate.fingerprint, now)
    except KeyProblem as wrong:
        return str(wrong)
    return ""


def pin_own(app: App, who: str, person_id: int, certificate: Certificate, now: datetime) -> None:
    """Write down which signing key is ours, once; another one later is refused by `check_own`."""
    with writing(app.store.engine) as connection:
        if pinned(connection, OWN) is None:
            connection.execute(recipient_key.insert().values(
                recipient=OWN, fingerprint=certificate.fingerprint, person_id=person_id, added_at=int(now.timestamp()),
            ))  # fmt: skip
            said = {"fingerprint": certificate.fingerprint}
            app.store.record(connection, now, who, "own_key_made", "recipient:own", said)


def check_own(app: App, certificate: Certificate) -> None:
    """Raises KeyProblem unless this is the signing key agencies were told of."""
    with reading(app.store.engine) as connection:
        if pinned(connection, OWN) != certificate.fingerprint:
            raise KeyProblem(
                "keys/signing.pgp is not the signing key agencies were told of: restore it, or see `hotline recipients "
                "own-key`"
            )


def retire_key(app: App, by: Person, recipient: str, now: datetime) -> tuple[str, ...]:
    """Use this recipient's key no more: nothing can be sealed for it until another is pinned.

    Answers who else has the very same key: for them it stays in force.
    """
    require(by, Act.MANAGE_RECIPIENTS)
    _known(recipient)
    with writing(app.store.engine) as connection:
        before = pinned(connection, recipient)
        if before is None:
            raise RuleBroken("this recipient has no key: nothing to do")
        _retire(connection, recipient, int(now.timestamp()))
        app.store.record(connection, now, actor(by), RETIRED, f"recipient:{recipient}", {"fingerprint": before})
        agency_keys.forget_certificate(app.workspace, recipient)
        return tuple(_sharing(connection, before))


def pinned(connection: Connection, recipient: str) -> str | None:
    """The fingerprint in force for a recipient."""
    found = connection.execute(
        select(recipient_key.c.fingerprint).where(
            recipient_key.c.recipient == recipient, recipient_key.c.retired_at.is_(None)
        )
    ).scalar_one_or_none()
    return None if found is None else str(found)


def had_key(connection: Connection, recipient: str) -> bool:
    """Whether a key was ever pinned for a recipient, in force or not."""
    found = connection.execute(select(recipient_key.c.recipient).where(recipient_key.c.recipient == recipient).limit(1))
    return found.first() is not None


def in_force(connection: Connection) -> dict[str, str]:
    """Recipient code to the fingerprint pinned for it and not retired; without our own."""
    rows = connection.execute(
        select(recipient_key.c.recipient, recipient_key.c.fingerprint)
        .where(recipient_key.c.retired_at.is_(None), recipient_key.c.recipient != OWN)
        .order_by(recipient_key.c.recipient)
    )
    return {row.recipient: row.fingerprint for row in rows}


def usable(app: App, connection: Connection, recipient: str, now: datetime) -> Agency | None:
    """Whom to seal to; None where no key was ever pinned or the last was retired.

    Raises KeyProblem, saying what to do, where one is pinned but must not be used.
    """
    wanted = pinned(connection, recipient)
    if wanted is None:
        return None
    certificate = agency_keys.certificate_of(app.workspace, recipient)
    check_recipient(certificate, wanted, now)
    waiting = waiting_key(connection, recipient)
    if waiting is not None:
        raise KeyProblem(waiting.says)
    return Agency(certificate, wanted)


def listed(app: App, now: datetime) -> tuple[Pinned, ...]:
    """Every recipient and the state of its key."""
    found = []
    with reading(app.store.engine) as connection:
        for one in routes().recipients.values():
            problem = ""
            try:
                usable(app, connection, one.code, now)
            except KeyProblem as wrong:
                problem = str(wrong)
            fingerprint = pinned(connection, one.code) or ""
            found.append(Pinned(one.code, one.name, fingerprint, problem, one.kind in _WITH_KEYS))
    return tuple(found)


def _known(recipient: str) -> None:
    known = routes().recipients
    if recipient not in known:
        raise UsageError(f"there is no such recipient; there are: {', '.join(known)}")


def _sharing(connection: Connection, fingerprint: str) -> list[str]:
    """For whom this key is in force."""
    return [one for one, key in in_force(connection).items() if key == fingerprint]


def _retire(connection: Connection, recipient: str, at: int) -> None:
    connection.execute(
        update(recipient_key).values(retired_at=at).where(
            recipient_key.c.recipient == recipient, recipient_key.c.retired_at.is_(None)
        )
    )  # fmt: skip
