"""The register of abuse contacts: hosts, providers and regulators a person looked up, and which hosts they answer for.

The name of a host is never stored, only its keyed digest: the register tells whether a host is known, not which there
are. A host below a registered name belongs to it, unless it is registered itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, delete, func, select, update

from pipeline.bootstrap import App
from pipeline.desk.people import actor
from pipeline.identity import text_digests
from pipeline.routes import routes
from pipeline.store.engine import reading, writing
from pipeline.store.notice_tables import abuse_contact, contact_host
from triage.answer_contact import usable_address
from triage.disposition import Kind
from triage.errors import RuleBroken, UsageError
from triage.notices import LANGUAGES, SOURCES, host_of, names_of
from triage.people import Act, Person, require

ADDED, RETIRED, ASSIGNED = "abuse_contact_added", "abuse_contact_retired", "abuse_contact_assigned"
"""Audit events; their subject is `contact:…`."""
HOST = "host"
"""The recipient whose contacts differ from host to host; any other kind of notice has one contact."""
MOST_NAME_CHARS = 80
_HOST_MARK = "notice host\x1f"
_SHOWN_HEX_DIGITS = 32
_SHOWN = re.compile(r"[Hh]?([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Contact:
    """One abuse contact. `recipient` is a code of data/routes, `hosts` how many host names it answers for."""

    contact_id: int
    recipient: str
    name: str
    mail: str
    language: str
    source: str
    looked_up: datetime
    retired: bool
    hosts: int = 0

    @property
    def shown(self) -> str:
        """Its number as people see it."""
        return f"H{self.contact_id}"


@dataclass(frozen=True, slots=True)
class NewContact:
    """What a person looked up."""

    name: str
    mail: str
    language: str
    source: str
    recipient: str = HOST


def add(app: App, by: Person, new: NewContact, now: datetime) -> Contact:
    """Register a contact. Raises RuleBroken, UsageError naming what does not fit, never what was given."""
    require(by, Act.MANAGE_RECIPIENTS)
    _check(new)
    values = {
        "recipient": new.recipient, "name": new.name, "mail": new.mail, "language": new.language,
        "source": new.source, "person_id": by.person_id, "added_at": int(now.timestamp()),
    }  # fmt: skip
    with writing(app.store.engine) as connection:
        if any(one.recipient == new.recipient != HOST for one in contacts_in(connection)):
            raise RuleBroken(f"{new.recipient} has a contact already: retire it first")
        if any(one.mail.casefold() == new.mail.casefold() for one in contacts_in(connection)):
            raise RuleBroken("this address is another contact's already: assign the hosts to that one")
        row = connection.execute(abuse_contact.insert().values(values).returning(abuse_contact)).one()
        said = {"recipient": new.recipient, "language": new.language, "source": new.source,
                "who": who_digest(new.name, new.mail)}  # fmt: skip
        app.store.record(connection, now, actor(by), ADDED, f"contact:{row.contact_id}", said)
    return _contact(row, 0)


def retire(app: App, by: Person, contact_id: int, now: datetime) -> None:
    """Write to a contact no more; its hosts wait for another one. Raises UsageError if there is none."""
    require(by, Act.MANAGE_RECIPIENTS)
    with writing(app.store.engine) as connection:
        contact_in(connection, contact_id)
        connection.execute(
            update(abuse_contact).where(abuse_contact.c.contact_id == contact_id)
            .values(retired_at=int(now.timestamp()))
        )  # fmt: skip
        connection.execute(delete(contact_host).where(contact_host.c.contact_id == contact_id))
        app.store.record(connection, now, actor(by), RETIRED, f"contact:{contact_id}", {})


def assign(app: App, by: Person, contact_id: int, hosts: Iterable[str], now: datetime) -> int:
    """Say that a contact answers for these hosts and all below them; answers how many. Raises UsageError."""
    require(by, Act.ASSIGN_HOSTS)
    digests = {digest_of(app, host) for host in hosts}
    if not digests:
        raise UsageError("nothing here names a host that could be written to")
    with writing(app.store.engine) as connection:
        if contact_in(connection, contact_id).recipient != HOST:
            raise RuleBroken("only a contact of a host answers for hosts")
        connection.execute(delete(contact_host).where(contact_host.c.digest.in_(digests)))
        connection.execute(
            contact_host.insert(),
            [{"digest": one, "contact_id": contact_id, "person_id": by.person_id, "added_at": int(now.timestamp())}
             for one in sorted(digests)],
        )  # fmt: skip
        said = {"hosts": len(digests), "digests": [shown_digest(one) for one in sorted(digests)]}
        app.store.record(connection, now, actor(by), ASSIGNED, f"contact:{contact_id}", said)
    return len(digests)


def host_named(given: str) -> str:
    """The host a person typed, alone or as an address. Raises UsageError without repeating it."""
    plain = given.strip().lower().replace("[.]", ".").replace("hxxp", "http", 1)
    host = host_of(plain if "://" in plain else f"http://{plain}")
    if host is None or ("." not in host and ":" not in host) or any(sign.isspace() for sign in host):
        raise UsageError("a host is given as its name, as host.example")
    return host


def listed(app: App, by: Person) -> tuple[Contact, ...]:
    """Every contact in force, by number."""
    require(by, Act.SEE_QUEUE)
    with reading(app.store.engine) as connection:
        return contacts_in(connection)


def contacts_in(connection: Connection) -> tuple[Contact, ...]:
    """`listed`, inside a transaction the caller holds."""
    grouped = select(contact_host.c.contact_id, func.count()).group_by(contact_host.c.contact_id)
    counts = {int(contact_id): int(count) for contact_id, count in connection.execute(grouped)}
    rows = connection.execute(
        select(abuse_contact).where(abuse_contact.c.retired_at.is_(None)).order_by(abuse_contact.c.contact_id)
    )
    return tuple(_contact(row, counts.get(row.contact_id, 0)) for row in rows)


def recipients_in(connection: Connection) -> dict[int, str]:
    """Whose every contact is or was: its recipient's code; retired ones too, since letters to them may be in doubt."""
    rows = connection.execute(select(abuse_contact.c.contact_id, abuse_contact.c.recipient))
    return {int(row.contact_id): str(row.recipient) for row in rows}


def contact_in(connection: Connection, contact_id: int) -> Contact:
    """One contact in force. Raises UsageError if there is none."""
    for one in contacts_in(connection):
        if one.contact_id == contact_id:
            return one
    raise UsageError("there is no such contact in force: see `hotline notices contacts list`")


def hosts_in(connection: Connection) -> dict[bytes, int]:
    """Digest of a host's name to the number of its contact."""
    return {bytes(row.digest): row.contact_id for row in connection.execute(select(contact_host))}


def contact_for(app: App, known: dict[bytes, int], host: str) -> int | None:
    """The contact of a host or of the nearest name above it that has one; `known` as of `hosts_in`."""
    return next((known[one] for name in names_of(host) if (one := digest_of(app, name)) in known), None)


def digest_of(app: App, host: str) -> bytes:
    """A host's name as the register knows it."""
    return bytes(text_digests([f"{_HOST_MARK}{host}"], app.store.index_key)[0])


def shown_digest(digest: bytes) -> str:
    """A host's keyed digest as the chain names it."""
    return digest.hex()[:_SHOWN_HEX_DIGITS]


def who_digest(name: str, mail: str) -> str:
    """What the chain keeps of a contact's name and address, so that a changed one is seen."""
    return sha256(f"{name}\x1f{mail}".encode()).hexdigest()[:_SHOWN_HEX_DIGITS]


def contact_number(given: str) -> int:
    """The contact a person means by `H3`. Raises UsageError."""
    match = _SHOWN.fullmatch(given.strip())
    if match is None:
        raise UsageError("a contact is given as H3: see `hotline notices contacts list`")
    return int(match[1])


def _check(new: NewContact) -> None:
    kinds = [one.code for one in routes().recipients.values() if one.kind is Kind.NOTICE]
    if new.recipient not in kinds:
        raise UsageError(f"a contact is for one of: {', '.join(kinds)}")
    if not new.name.isprintable() or not 0 < len(new.name.strip()) <= MOST_NAME_CHARS:
        raise UsageError(f"the name of a contact is one line of at most {MOST_NAME_CHARS} characters")
    if usable_address(new.mail) != new.mail or new.mail.startswith("-"):
        raise UsageError("the mail of a contact is one plain address, as abuse@host.example")
    if new.language not in LANGUAGES or new.source not in SOURCES:
        raise UsageError(f"language is one of {', '.join(LANGUAGES)}; source is one of {', '.join(SOURCES)}")


def _contact(row: Row[Any], hosts: int) -> Contact:
    return Contact(
        row.contact_id, row.recipient, row.name, row.mail, row.language, row.source,
        datetime.fromtimestamp(row.added_at, UTC), row.retired_at is not None, hosts,
    )  # fmt: skip
