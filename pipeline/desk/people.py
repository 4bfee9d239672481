"""Who is acting: every act is attributed to a registered person, found by the operating-system user.

Why not a log-in: on the command line the operating system already knows who is there. A demo workspace has sample
people instead, chosen with HOTLINE_DEMO_PERSON; a real workspace refuses that variable, so nobody acts as another.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from pipeline.bootstrap import App
from pipeline.identity import text_digests
from pipeline.store import audit
from pipeline.store.audit import MACHINE
from pipeline.store.engine import reading
from pipeline.store.schema import person
from triage.errors import BadConfiguration, RuleBroken, UsageError
from triage.people import Act, Person, PersonStatus, Role, require

DEMO_PERSON_VARIABLE = "HOTLINE_DEMO_PERSON"
MAX_NAME_CHARS = 80


def acting(app: App, environ: Mapping[str, str] | None = None) -> Person:
    """The person this command is attributed to. Raises BadConfiguration saying how to register or choose one."""
    chosen = (os.environ if environ is None else environ).get(DEMO_PERSON_VARIABLE)
    if app.settings.kind != "demo":
        if chosen is not None:
            raise BadConfiguration(f"{DEMO_PERSON_VARIABLE} is for demo workspaces only: unset it, this one is real")
        otherwise = "you are not registered here: ask a supervisor for `hotline init --add-person`"
        return _registered(app, os_user(), otherwise)
    if not chosen:
        raise BadConfiguration(f"choose who acts in this demo: set {DEMO_PERSON_VARIABLE} to {_choices(app)}")
    return _registered(app, chosen, f"{DEMO_PERSON_VARIABLE} names nobody here: set it to {_choices(app)}")


def allowed(app: App, act: Act, doing: str = "") -> Person:
    """The acting person, if they may do this (`doing`, in words). Raises RuleBroken naming the roles that may."""
    person_here = acting(app)
    require(person_here, act, doing)
    return person_here


def check_unattended(app: App, act: Act, doing: str = "") -> None:
    """Refuse an act that needs nobody at work to a registered person whose role may not do it. Raises RuleBroken.

    Who is not registered is no person: a service account that runs it by the clock.
    """
    try:
        name = os.environ.get(DEMO_PERSON_VARIABLE) if app.settings.kind == "demo" else os_user()
    except KeyError:  # a service account the operating system has no name for
        return
    person_here = _found(app, name) if name else None
    if person_here is not None:
        require(person_here, act, doing)


def os_user() -> str:
    """The operating-system user this process runs as."""
    return pwd.getpwuid(os.getuid()).pw_name


def actor(of: Person) -> str:
    """How the audit chain names a person: by number, never by name."""
    return f"person:{of.person_id}"


def names(connection: Connection) -> dict[int, str]:
    """Person number to name, for screens inside the hotline; names never leave."""
    return {row.person_id: row.name for row in connection.execute(select(person.c.person_id, person.c.name))}


def parse_new(given: str) -> tuple[str, Role, str]:
    """Read `NAME:ROLE:OSUSER`. Raises UsageError without repeating what was given."""
    parts = [part.strip() for part in given.split(":")]
    roles = ", ".join(Role)
    if len(parts) != 3 or not all(parts) or len(parts[0]) > MAX_NAME_CHARS:
        raise UsageError(f"a person is given as NAME:ROLE:OSUSER, for instance 'Ana:analyst:ana'; roles are {roles}")
    for one in parts:
        check_name(one)
    try:
        return parts[0], Role(parts[1]), parts[2]
    except ValueError:
        raise UsageError(f"the role of a person is one of {roles}") from None


def check_name(name: str) -> None:
    """Raises UsageError, without repeating it, where a screen that shows the name would do what it says."""
    if not name.isprintable():
        raise UsageError("a person's name holds a sign no screen shows (a line's end, a control code): write it anew")


def add(
    connection: Connection, now: datetime, name: str, role: Role, os_name: str, index_key: bytes, by: str = MACHINE
) -> int:
    """Register a person inside a writing transaction; answers their number.

    Raises RuleBroken if the name or the operating-system user is registered already.
    """
    taken = select(func.count()).select_from(person).where((person.c.name == name) | (person.c.os_user == os_name))
    if connection.execute(taken).scalar_one():
        raise RuleBroken("a person with this name or operating-system user is registered already")
    values = {
        "name": name, "role": str(role), "status": str(PersonStatus.ACTIVE), "os_user": os_name,
        "added_at": int(now.timestamp()),
    }  # fmt: skip
    number = int(connection.execute(person.insert().values(values).returning(person.c.person_id)).scalar_one())
    details = {"role": str(role), "known_as": known_as(name, os_name, index_key)}
    audit.append(connection, now, by, "person_added", f"P{number}", details)
    return number


def known_as(name: str, os_name: str | None, index_key: bytes) -> str:
    """Keyed digest of a person's name and operating-system user: the chain holds it, and never the name."""
    return text_digests([f"{name}\x1f{os_name}"], index_key)[0].hex()


def _registered(app: App, name: str, otherwise: str) -> Person:
    here = _found(app, name)
    if here is None:
        raise BadConfiguration(otherwise)
    return here


def _found(app: App, name: str) -> Person | None:
    with reading(app.store.engine) as connection:
        row = connection.execute(select(person).where(person.c.os_user == name)).one_or_none()
    if row is None:
        return None
    return Person(row.person_id, row.name, Role(row.role), PersonStatus(row.status), row.os_user)


def _choices(app: App) -> str:
    with reading(app.store.engine) as connection:
        return " or ".join(connection.execute(select(person.c.os_user).order_by(person.c.person_id)).scalars())
