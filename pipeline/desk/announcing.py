"""Packages no screen named: an export that broke off half-way, or was killed, made them and told nobody.

Such a package is sealed and recorded, but who should carry it does not know of it. So what `hotline export` makes says
in the audit chain where it lies, and a second event follows once a screen named it; what lacks that one is named by the
next export of any kind.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from pipeline.bootstrap import App
from pipeline.desk.package_folder import MADE, Made
from pipeline.desk.people import actor
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit
from triage.people import Act, Person, require

ANNOUNCED = "packages_announced"
"""The audit event; its details list the numbers of packages."""


def unannounced(app: App, by: Person) -> tuple[Made, ...]:
    """Packages of earlier exports whose making was never shown, oldest first. Raises RuleBroken for who may not."""
    require(by, Act.EXPORT)
    found: dict[int, Made] = {}
    with reading(app.store.engine) as connection:
        query = select(audit.c.event, audit.c.subject, audit.c.details).where(audit.c.event.in_((MADE, ANNOUNCED)))
        for event, subject, details in connection.execute(query.order_by(audit.c.seq)):
            said = json.loads(details)
            if event == ANNOUNCED:
                for number in said["packages"]:
                    found.pop(number, None)
            elif "folder" in said:
                number, folder = int(subject.removeprefix("package:")), app.workspace.exports / said["folder"]
                found[number] = Made(
                    number, said["kind"], said["recipient"], folder, said["manifest"], name=said.get("name")
                )
    return tuple(found.values())


def announce(app: App, by: Person, made: Iterable[Made], now: datetime) -> None:
    """Write down that a screen named these packages."""
    numbers = [one.package_id for one in made]
    if numbers:
        with writing(app.store.engine) as connection:
            app.store.record(connection, now, actor(by), ANNOUNCED, "packages", {"packages": numbers})
