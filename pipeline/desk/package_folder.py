"""A package on disk and in the store: both or neither.

The files are written and fsynced beside their place first; then, in one short transaction under the write lock, the
folder is renamed into place and the package, its cases and the audit event are written. A process killed in between
leaves at most a folder the store does not know, which the next package of that name removes.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from exporters.manifest import MANIFEST
from pipeline.bootstrap import App
from pipeline.desk.people import actor
from pipeline.durable import TEMPORARY_MARK, sync_folder, write_file
from pipeline.store.engine import writing
from pipeline.store.schema import package
from pipeline.workspace import make_private
from triage.people import Person


@dataclass(frozen=True, slots=True)
class Made:
    """One package: its number and folder, who it is for, and the SHA-256 of its manifest. `cases` are internal ids.

    `passphrase` opens it, where it is locked with one: to be told by telephone, kept nowhere.
    """

    package_id: int
    kind: str
    recipient: str
    folder: Path
    manifest_digest: str
    cases: tuple[int, ...] = ()
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Sending:
    """What is to be stored: exporter kind, recipient code, name to bytes with the manifest, internal case ids.

    `texts`: case to how many redacted texts of it are in the package. `name`, `bag_digest` and
    `passphrase` are those of a sealed one; the chain says that there was a passphrase, and nothing keeps it.
    """

    kind: str
    recipient: str
    files: Mapping[str, bytes]
    cases: tuple[int, ...] = ()
    again: bool = False
    texts: Mapping[int, int] = field(default_factory=dict)
    name: str | None = None
    bag_digest: str | None = None
    passphrase: str | None = field(default=None, repr=False)


Claim = Callable[[Connection, int], None]
"""Given the connection and the package's number: check that nothing changed meanwhile (raise) and mark the cases."""


def store_package(app: App, sending: Sending, by: Person, now: datetime, claim: Claim) -> Made:
    """Write the folder `exports/<kind>-<recipient>-<date>-<n>` and its rows, all or nothing.

    Raises whatever `claim` raises; then nothing was written.
    """
    digest = hashlib.sha256(sending.files[MANIFEST]).hexdigest()
    exports = make_private(app.workspace.exports)
    beside = exports / f"{TEMPORARY_MARK}{os.getpid()}-{sending.kind}"
    with _written(beside, sending.files), writing(app.store.engine) as connection:
        folder = exports / _name(connection, sending, now)
        number = _insert(connection, sending, digest, by, now)
        claim(connection, number)
        made = Made(number, sending.kind, sending.recipient, folder, digest, sending.cases, sending.passphrase)
        _record(app, connection, made, sending, by, now)
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
        sync_folder(exports)
    return made


@contextmanager
def _written(folder: Path, files: Mapping[str, bytes]) -> Iterator[None]:
    shutil.rmtree(folder, ignore_errors=True)
    make_private(folder)
    try:
        for name, body in files.items():
            write_file(folder / name, body)
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _name(connection: Connection, sending: Sending, now: datetime) -> str:
    """The first name of that day (UTC) the store has not given away."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    given = connection.execute(
        select(func.count()).select_from(package).where(
            package.c.kind == sending.kind, package.c.recipient == sending.recipient,
            package.c.made_at >= int(day.timestamp()), package.c.made_at < int((day + timedelta(days=1)).timestamp()),
        )
    ).scalar_one()  # fmt: skip
    return f"{sending.kind}-{sending.recipient}-{day:%Y-%m-%d}-{given + 1}"


def _insert(connection: Connection, sending: Sending, digest: str, by: Person, now: datetime) -> int:
    values = {
        "kind": sending.kind, "recipient": sending.recipient, "manifest_digest": digest, "person_id": by.person_id,
        "made_at": int(now.timestamp()), "name": sending.name, "bag_digest": sending.bag_digest,
    }  # fmt: skip
    return int(connection.execute(package.insert().values(values).returning(package.c.package_id)).scalar_one())


def _record(app: App, connection: Connection, made: Made, sending: Sending, by: Person, now: datetime) -> None:
    """One audit event for the package, and one in the history of every case in it."""
    about = {"kind": made.kind, "recipient": made.recipient, "again": sending.again}
    details = about | {"manifest": made.manifest_digest, "cases": len(made.cases)}
    if sending.name is not None:
        details |= {"name": sending.name, "bag": sending.bag_digest, "by_passphrase": sending.passphrase is not None}
    app.store.record(connection, now, actor(by), "package_made", f"package:{made.package_id}", details)
    for case_id in made.cases:
        said = about | {"package": made.package_id}
        if case_id in sending.texts:
            said["texts"] = sending.texts[case_id]
        app.store.record(connection, now, actor(by), "exported", f"C{case_id}", said)
