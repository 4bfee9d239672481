"""Register a run before anything is read: one manifest names its files, settings and the versions of every rule.

Luigi tasks get the run's id and nothing else, so no path or address can reach a log or the scheduler through them.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from pipeline import keys
from pipeline.channels.base import Cut
from pipeline.channels.sos import SosAlert
from pipeline.durable import write_file
from pipeline.identity import text_digests
from pipeline.inputs import Found, InputFile, Piece, look, units
from pipeline.store import schema
from pipeline.store.engine import writing
from pipeline.store.store import Store
from pipeline.workspace import Workspace, make_private
from triage.errors import Damage, UnusableInput, UsageError

RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True, slots=True)
class Run:
    """A registered run, as its manifest says."""

    run_id: str
    run_no: int
    registered_at: int
    files: tuple[InputFile, ...]
    unreadable: tuple[InputFile, ...]
    growing: int
    units: tuple[tuple[Piece, ...], ...]
    versions: dict[str, str]
    key_id: str
    after_ingest: str
    taken: tuple[tuple[str, str], ...] = ()
    """Digest and run of files that are gone because that run took them in."""
    untimed: int | None = None
    """When rows came that do not say it themselves, where that was before this run: of rejects that are read again."""
    passed: tuple[InputFile, ...] = ()
    """What of its folders was left alone."""

    @property
    def now(self) -> datetime:
        """The moment of registration, the same on every restart."""
        return datetime.fromtimestamp(self.registered_at, UTC)

    @property
    def missing_time(self) -> datetime:
        """What stands in for a missing time."""
        return self.now if self.untimed is None else datetime.fromtimestamp(self.untimed, UTC)

    def rows_of(self, number: int) -> str:
        """What the rows of one of its files are known by, with their number, where they bring no id: its SHA-256.

        Two SOS calls may say the same, and neither may vanish behind the other: theirs is a digest of the file's bytes,
        its place and when it was written. So a file that stays where it is, after a crash too, is the same call, and a
        later one of the same name is another.
        """
        file = self.files[number]
        if file.channel != SosAlert.name:
            return file.sha256
        said = f"{file.sha256}\x1f{file.path}\x1f{file.written}"
        return hashlib.sha256(said.encode("utf-8", "surrogateescape")).hexdigest()

    def same_bytes(self) -> list[tuple[int, ...]]:
        """Files whose rows are known by the same: each row of them comes in, or is kept as a reject, only once."""
        alike: dict[str, list[int]] = {}
        for number in range(len(self.files)):
            alike.setdefault(self.rows_of(number), []).append(number)
        return [tuple(numbers) for numbers in alike.values() if len(numbers) > 1]

    def manifest_digest(self, workspace: Workspace) -> str:
        """SHA-256 of the manifest as it lies on disk, kept in the audit chain."""
        return hashlib.sha256((workspace.run(self.run_id) / MANIFEST_NAME).read_bytes()).hexdigest()


def new_run_id(now: datetime) -> str:
    """An opaque id that sorts by time."""
    return f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def find_inputs(given: list[Path]) -> Found:
    """The files behind the given paths. Raises UnusableInput where a path does not exist or nothing can be read."""
    missing = [path for path in given if not path.exists()]
    if missing:
        raise UnusableInput(f"{len(missing)} of {len(given)} inputs do not exist: check the paths")
    return look([path.absolute() for path in given])


def register(
    workspace: Workspace, store: Store, run_id: str, found: Found, *,
    versions: dict[str, str], after_ingest: str, now: datetime,
    taken: tuple[tuple[str, str], ...] = (), untimed: datetime | None = None,
) -> Run:  # fmt: skip
    """Register a run, or answer the one already registered under this id with the same input.

    Raises UsageError where the id is taken by other input, BadConfiguration where there is no place to write to.
    """
    if not RUN_ID.fullmatch(run_id):
        raise UsageError("a batch id is up to 64 letters, digits, dots, dashes and underlines")
    folder = workspace.run(run_id)
    if (folder / MANIFEST_NAME).is_file():
        return _same_run(load(workspace, run_id), found, taken)
    workspace.make_missing()
    digest = _input_digest([file.sha256 for file in found.files + found.unreadable] + [sha256 for sha256, _ in taken])
    run_no = _registered(store, run_id, digest, found, int(now.timestamp()))
    run = Run(
        run_id, run_no, int(now.timestamp()), found.files, found.unreadable, len(found.growing),
        tuple(tuple(unit) for unit in units(found.files)), versions, store.active_key(), after_ingest, taken,
        None if untimed is None else int(untimed.timestamp()), found.passed,
    )  # fmt: skip
    keys.work_key(workspace, run_id, create=True)
    make_private(folder)
    write_file(folder / MANIFEST_NAME, json.dumps(asdict(run), indent=1, sort_keys=True).encode())
    return run


def began(workspace: Workspace, run_id: str) -> bool:
    """Whether a run got as far as its manifest: one killed before has read nothing and leaves only its number."""
    return (workspace.run(run_id) / MANIFEST_NAME).is_file()


def load(workspace: Workspace, run_id: str) -> Run:
    """A registered run. Raises UsageError if there is none, Damage if its manifest cannot be read."""
    if not RUN_ID.fullmatch(run_id):
        raise UsageError("a batch id is up to 64 letters, digits, dots, dashes and underlines")
    try:
        read = json.loads((workspace.run(run_id) / MANIFEST_NAME).read_bytes())
        files, unreadable = (tuple(_file(entry) for entry in read.pop(name)) for name in ("files", "unreadable"))
        grouped = tuple(tuple((piece[0], piece[1]) for piece in unit) for unit in read.pop("units"))
        taken = tuple((str(sha256), str(by)) for sha256, by in read.pop("taken", ()))
        passed = tuple(_file(entry) for entry in read.pop("passed", ()))
        return Run(files=files, unreadable=unreadable, units=grouped, taken=taken, passed=passed, **read)
    except FileNotFoundError:
        raise UsageError(f"no run is called {run_id}: see `hotline status`") from None
    except (ValueError, TypeError, KeyError):
        raise Damage(f"the manifest of run {run_id} was changed: run the batch again under a new id") from None


def _file(entry: dict[str, Any]) -> InputFile:
    return InputFile(**{**entry, "cuts": tuple(Cut(**cut) for cut in entry["cuts"])})


def _same_run(run: Run, found: Found, taken: tuple[tuple[str, str], ...]) -> Run:
    """The registered run, if what is there now is (what is left of) the same input."""
    registered = {file.sha256 for file in run.files + run.unreadable} | {sha256 for sha256, _ in run.taken}
    offered = {file.sha256 for file in found.files + found.unreadable} | {sha256 for sha256, _ in taken}
    if not offered <= registered:
        raise UsageError(f"batch {run.run_id} was registered with other input: choose another --batch id")
    return run


def _registered(store: Store, run_id: str, digest: str, found: Found, now: int) -> int:
    """The run's number, writing it down if this is the first try."""
    with writing(store.engine) as connection:
        row = connection.execute(
            select(schema.run.c.run_no, schema.run.c.manifest_digest).where(schema.run.c.run_id == run_id)
        ).one_or_none()
        if row is not None:
            if row.manifest_digest != digest:
                raise UsageError(f"batch {run_id} was registered with other input: choose another --batch id")
            return int(row.run_no)
        run_no = store.take_numbers(connection, "run", 1)
        connection.execute(
            schema.run.insert().values(run_no=run_no, run_id=run_id, manifest_digest=digest, registered_at=now)
        )
        paths = text_digests([file.path for file in found.files], store.index_key)
        for number, file in enumerate(found.files):
            connection.execute(
                schema.input_file.insert().values(
                    run_no=run_no, file_no=number, sha256=file.sha256, bytes=file.size, path_digest=paths[number]
                )
            )
        return run_no


def _input_digest(digests: list[str]) -> str:
    return hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()
