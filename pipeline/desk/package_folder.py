"""A package on disk and in the store: both or neither.

The files are written and fsynced under a hidden name first; then, in one short transaction under the write lock, the
package, its cases and the audit event are written, and after it the folder gets its name. A process killed in between
leaves a hidden folder, which the next export puts right (`tidy`): one the store has gets its name, any other goes. So
no folder with a name is ever unknown to the store, and no case that counts as sent lacks its package.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import Connection, func, select

from exporters.manifest import MANIFEST
from pipeline.bootstrap import App
from pipeline.desk.people import actor
from pipeline.durable import TEMPORARY_MARK, is_abandoned, on_disk, sync_folder, temporary_for, write_file
from pipeline.store.engine import writing
from pipeline.store.schema import package
from pipeline.workspace import make_private
from triage.people import Person
from triage.verdict import Escalation

MADE = "package_made"
"""The audit event of a package."""
READY_MARK = ".ready-"
"""Before the name of a folder whose package is about to be, or was just, written into the store."""
_NO_ROOM = "the disk is full or closed to us: make room and export again"


@dataclass(frozen=True, slots=True)
class Made:
    """One package: its number and folder, who it is for, and the SHA-256 of its manifest. `cases` are internal ids.

    `name` is what a sealed one is called outside, `supplement` the first package it adds to. `unstamped`: a time stamp
    was asked for and did not come.
    """

    package_id: int
    kind: str
    recipient: str
    folder: Path
    manifest_digest: str
    cases: tuple[int, ...] = ()
    name: str | None = None
    supplement: str | None = None
    unstamped: bool = False

    @property
    def called(self) -> str:
        """Its one name on every screen: that of a sealed one, else its folder's."""
        return self.name or self.folder.name


@dataclass(frozen=True, slots=True)
class Sending:
    """What is to be stored: exporter kind, recipient code, name to bytes with the manifest, internal case ids.

    `texts`: case to how many redacted texts of it are in the package. `name` and
    `bag_digest` are those of a sealed one, `by_passphrase` says that it is locked with one. `dangers`:
    case to the danger police are told of, so that a later package can say that it is graver; `reports`: case to how
    many reports of it police are told of, so that a screen can say what they lack; `repeated`: cases it says nothing
    new of, so that what waits for police does not wait anew. `announced`: a screen names the
    package later and writes that down (`pipeline/desk/announcing.py`). `unstamped`: as of `Made`.
    """

    kind: str
    recipient: str
    files: Mapping[str, bytes]
    cases: tuple[int, ...] = ()
    again: bool = False
    texts: Mapping[int, int] = field(default_factory=dict)
    name: str | None = None
    bag_digest: str | None = None
    by_passphrase: bool = False
    dangers: Mapping[int, Escalation] = field(default_factory=dict)
    reports: Mapping[int, int] = field(default_factory=dict)
    repeated: frozenset[int] = frozenset()
    announced: bool = False
    unstamped: bool = False


Claim = Callable[[Connection, int], None]
"""Given the connection and the package's number: check that nothing changed meanwhile (raise) and mark the cases."""


def store_package(app: App, sending: Sending, by: Person, now: datetime, claim: Claim) -> Made:
    """Write the folder `exports/<kind>-<recipient>-<date>-<n>` and its rows, all or nothing.

    Raises whatever `claim` raises; then nothing was written.
    """
    digest = hashlib.sha256(sending.files[MANIFEST]).hexdigest()
    exports = make_private(app.workspace.exports)
    beside = temporary_for(exports / sending.kind)
    with on_disk(_NO_ROOM), _written(beside, sending.files):
        with writing(app.store.engine) as connection:
            folder = exports / _name(connection, sending, now, exports)
            number = _insert(connection, sending, digest, by, now)
            claim(connection, number)
            made = Made(number, sending.kind, sending.recipient, folder, digest, sending.cases, sending.name,
                        unstamped=sending.unstamped)  # fmt: skip
            _record(app, connection, made, sending, by, now)
            ready = exports / f"{READY_MARK}{folder.name}"
            beside.rename(ready)
            sync_folder(exports)
        _rename(ready, folder)
        sync_folder(exports)
    return made


def note_package(app: App, connection: Connection, sending: Sending, by: Person, now: datetime) -> int:
    """Write down a package that lies in no folder (a notice went as a mail), in a transaction; answers its number."""
    digest = hashlib.sha256(sending.files[MANIFEST]).hexdigest()
    number = _insert(connection, sending, digest, by, now)
    made = Made(number, sending.kind, sending.recipient, Path(), digest, sending.cases)
    _record(app, connection, made, sending, by, now)
    return number


def tidy(app: App) -> int:
    """Put right what killed exports left: a folder whose package the store has gets its name, every other one goes.

    Answers how many were there. Folders of an export that is still at work, here or on another machine, are left alone.
    """
    exports = app.workspace.exports
    found = 0
    for left in exports.glob(f"{TEMPORARY_MARK}*"):
        if is_abandoned(left):
            found += 1
            shutil.rmtree(left, ignore_errors=True)
    ready = sorted(exports.glob(f"{READY_MARK}*"))
    if ready:
        with writing(app.store.engine) as connection:  # whoever is between commit and renaming has done so after this
            known = {row.manifest_digest for row in connection.execute(select(package.c.manifest_digest))}
            for left in ready:
                found += _finish(left, known)
        sync_folder(exports)
    return found


def _rename(ready: Path, folder: Path) -> None:
    """Give a stored package its name, unless another export that tidied was quicker."""
    try:
        ready.rename(folder)
    except FileNotFoundError:
        if not folder.is_dir():
            raise


def _finish(left: Path, known: Container[str]) -> int:
    folder = left.with_name(left.name.removeprefix(READY_MARK))
    try:
        digest = hashlib.sha256((left / MANIFEST).read_bytes()).hexdigest()
    except FileNotFoundError:  # its own process was quicker, or it is none of ours
        digest = ""
    if digest in known and not folder.exists():
        left.rename(folder)
    else:
        shutil.rmtree(left, ignore_errors=True)
    return 1


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


def _name(connection: Connection, sending: Sending, now: datetime, exports: Path) -> str:
    """The first name of that day (UTC) neither the store nor the folder has given away."""
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    given = connection.execute(
        select(func.count()).select_from(package).where(
            package.c.kind == sending.kind, package.c.recipient == sending.recipient,
            package.c.made_at >= int(day.timestamp()), package.c.made_at < int((day + timedelta(days=1)).timestamp()),
        )
    ).scalar_one()  # fmt: skip
    stem = f"{sending.kind}-{sending.recipient}-{day:%Y-%m-%d}"
    return next(name for number in count(given + 1) if not (exports / (name := f"{stem}-{number}")).exists())


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
        details |= {"name": sending.name, "bag": sending.bag_digest, "by_passphrase": sending.by_passphrase}
    if sending.unstamped:
        details["unstamped"] = True
    if sending.announced:
        details["folder"] = made.folder.name
    app.store.record(connection, now, actor(by), MADE, f"package:{made.package_id}", details)
    for case_id in made.cases:
        said = about | {"package": made.package_id, "name": made.called}
        if case_id in sending.texts:
            said["texts"] = sending.texts[case_id]
        if case_id in sending.dangers:
            said["escalate"] = str(sending.dangers[case_id])
        if case_id in sending.reports:
            said["reports"] = sending.reports[case_id]
        if case_id in sending.repeated:
            said["repeated"] = True
        app.store.record(connection, now, actor(by), "exported", f"C{case_id}", said)
