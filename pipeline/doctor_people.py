"""What `hotline doctor` says of the people: whether two of them can take a case to police, and whether each can log in.

A release takes a second person (four eyes). A hotline of one finds that out with a package that waits for nobody,
so it is told before.
"""

from __future__ import annotations

import pwd
from collections.abc import Callable

from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.doctor_check import Check, State
from pipeline.printable import printable
from pipeline.store.engine import reading
from pipeline.store.schema import person
from triage.people import MAY, Act, PersonStatus

_ADD = "add one with `hotline init --add-person NAME:ROLE:OSUSER`"


def has_user(name: str) -> bool:
    """Whether this machine knows an operating-system user of that name."""
    try:
        pwd.getpwnam(name)
    except (KeyError, ValueError):
        return False
    return True


def check_people(app: App, known: Callable[[str], bool]) -> Check:
    """Who is active: two who can assess and release one case, all of them users of this machine (none in a demo is)."""
    with reading(app.store.engine) as connection:
        asked = select(person.c.role, person.c.os_user).where(person.c.status == str(PersonStatus.ACTIVE))
        here = connection.execute(asked.order_by(person.c.person_id)).all()
    releasing = sum(one.role in MAY[Act.RELEASE] for one in here)
    assessing = sum(one.role in MAY[Act.ASSESS] for one in here)
    wrong = []
    if not releasing:
        wrong.append(f"nobody may release a package for police: {_ADD}")
    elif assessing < 2:
        wrong.append(f"one person alone may assess and release, and a release takes a second one: {_ADD}")
    names = [one.os_user or "" for one in here]
    strange = [] if app.settings.kind == "demo" else [printable(name) for name in names if not known(name)]
    if strange:
        wrong.append(f"no user of this machine, so they can do nothing here: {', '.join(strange)}")
    if wrong:
        return Check("people", State.WARN, "; ".join(wrong))
    only = "; what the only one who may release assesses, nobody can release" if releasing == 1 else ""
    return Check("people", State.OK, f"{len(here)} active, two different ones can assess and release{only}")
