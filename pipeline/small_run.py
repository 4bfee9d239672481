"""Take in what a person entered or mended, as a run of its own through the same intake as everything else.

For the seconds the run takes, the rows lie in this process's memory only: the file in the workspace's folder `incoming`
is a link to it, so a killed process leaves no word behind. Where the system has no such memory files, it is a private
file, deleted once committed; `hotline nightly` removes what a killed process left.

So such a run cannot be gone on with by anybody else before its rows are sealed: what fails or is stopped earlier is
forgotten whole, and `pipeline/cut_entries.py` ends what a killed process left. One process at a time does any of this.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select

from pipeline.batch import run_batch
from pipeline.bootstrap import App
from pipeline.carried import Carried, as_file, beside_path, looked_for
from pipeline.channels.csv_table import CsvTable
from pipeline.channels.jsonl import JsonLines
from pipeline.channels.sos import SosAlert
from pipeline.durable import write_file
from pipeline.hashing import Hasher
from pipeline.inputs import INCOMING, look
from pipeline.intake import check
from pipeline.retention_runs import destroy
from pipeline.runs import MANIFEST_NAME, Run, register
from pipeline.store import schema
from pipeline.store.engine import writing
from pipeline.workspace import Workspace, make_private
from triage.errors import HotlineError, UsageError

Row = Mapping[str, str]
Summary = dict[str, object]
MEMORY_NAME, LOCK_NAME = "hotline-incoming", "lock"
_NOTHING_KEPT = "nothing of it is stored: mend what stands in its log, and enter it again"
_HALF_KEPT = "part of it is stored: do not enter it again, the next one to enter a report, or the night, ends it"


def incoming(workspace: Workspace) -> Path:
    """Where such rows lie while they are taken in."""
    return workspace.root / INCOMING


@contextmanager
def alone(workspace: Workspace, *, wait: bool = True) -> Iterator[None]:
    """One process of this machine at a time takes in rows a person entered; a killed one lets go.

    Raises UsageError where `wait` is false and another one holds it.
    """
    with (make_private(incoming(workspace)) / LOCK_NAME).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise UsageError("somebody enters or mends a report just now: try again in a minute") from None
        yield


def take_in(
    app: App, rows: Sequence[Row], run_id: str, now: datetime, carried: Mapping[int, Carried] | None = None
) -> tuple[Run, Summary]:
    """Commit the rows (field name to text) under this run id; answers the run and its summary. Call it `alone`.

    `carried`: what goes with a row, by its number from 1. Raises UsageError, naming field and reason but no value,
    before anything is stored if intake would not accept a row; HotlineError if a task failed. What did not reach the
    store by then is forgotten.
    """
    app.vault()
    with ExitStack() as stack:
        path = stack.enter_context(_file_of(make_private(incoming(app.workspace)) / f"{run_id}.jsonl", _as_lines(rows)))
        for why in _unfit(path, now).values():
            raise UsageError(why)
        if carried:
            stack.enter_context(_file_of(beside_path(path), as_file(carried)))
        return _through(app, [path], run_id, now, calls=all(row.get("channel") == SosAlert.name for row in rows))


def take_in_tables(
    app: App, tables: Sequence[bytes], run_id: str, now: datetime, untimed: datetime, folder: Path | None
) -> None:
    """Commit CSV files under this run id, with rejects of their own; `untimed` is when a row came that does not say it,
    `folder` where attachments may still lie.

    Call it `alone`. Raises UsageError, before anything is stored, where no row at all would be accepted; HotlineError
    as `take_in`.
    """
    app.vault()
    here = make_private(incoming(app.workspace))
    with ExitStack() as stack:
        paths = [
            stack.enter_context(_file_of(here / f"{run_id}-{number}.csv", table))
            for number, table in enumerate(tables, start=1)
        ]
        chunks = (check(raw, CsvTable.name, untimed) for path in paths for raw in CsvTable().read(path))
        if not any(chunk.row_numbers for chunk in chunks):
            raise UsageError("under this heading no line would become a report: see `hotline rejects show`")
        with Hasher() as hasher:
            beside = [as_file(_found(path, folder, hasher)) for path in paths]
        for path, content in zip(paths, beside, strict=True):
            stack.enter_context(_file_of(beside_path(path), content))
        _through(app, paths, run_id, now, untimed)


def _found(path: Path, folder: Path | None, hasher: Hasher) -> dict[int, Carried]:
    """What the rows of a table name, those that will be rejects among them."""
    said: dict[int, str | None] = {}
    for raw in CsvTable().read(path):
        said |= dict(zip(raw.row_numbers, raw.columns.get("attachments", ()), strict=False))
        said |= {one.row: one.values.get("attachments") for one in raw.rejects}
    return {row: Carried(items=looked_for(folder, names, hasher)) for row, names in said.items() if names}


def unfit(app: App, rows: Sequence[Row], run_id: str, now: datetime) -> dict[int, str]:
    """Why intake would not accept which of the rows, by place from 0; field and reason, no value. Call it `alone`."""
    with _file_of(make_private(incoming(app.workspace)) / f"{run_id}.jsonl", _as_lines(rows)) as path:
        return {row - 1: why for row, why in _unfit(path, now).items()}


def _through(
    app: App, paths: Sequence[Path], run_id: str, now: datetime, untimed: datetime | None = None, *,
    calls: bool = False,
) -> tuple[Run, Summary]:
    found = look(paths)
    if len(found.files) != len(paths):
        raise UsageError("what was given is in no format a channel reads: look for control characters in it")
    try:
        run = register(
            app.workspace, app.store, run_id, found,
            versions=app.rule_versions(calls=calls), after_ingest="delete", now=now, untimed=untimed,
        )  # fmt: skip
        return run, run_batch(app, run, 1, apart=False)
    except BaseException as error:
        forgotten = forget(app, run_id)
        if type(error) is HotlineError:
            raise HotlineError(f"run {run_id} failed: {_NOTHING_KEPT if forgotten else _HALF_KEPT}") from None
        raise


def forget(app: App, run_id: str) -> bool:
    """Undo a small run of which nothing is in the store; False where something is, and it must be ended instead."""
    with writing(app.store.engine) as connection:
        run_no = connection.execute(select(schema.run.c.run_no).where(schema.run.c.run_id == run_id)).scalar()
        if run_no is not None:
            steps = schema.run_step
            if connection.execute(select(steps.c.run_no).where(steps.c.run_no == run_no).limit(1)).first():
                return False
            for table in (schema.input_file, schema.run):
                connection.execute(delete(table).where(table.c.run_no == run_no))
    (app.workspace.run(run_id) / MANIFEST_NAME).unlink(missing_ok=True)
    destroy(app.workspace, run_id)
    return True


@contextmanager
def _file_of(path: Path, content: bytes) -> Iterator[Path]:
    """A path that reads as `content` in this process and those it starts, while the block lasts."""
    path.unlink(missing_ok=True)
    in_memory = hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir()
    descriptor = os.memfd_create(MEMORY_NAME) if in_memory else None
    try:
        if descriptor is None:
            write_file(path, content)
        else:
            with os.fdopen(os.dup(descriptor), "wb") as memory:
                memory.write(content)
            path.symlink_to(f"/proc/{os.getpid()}/fd/{descriptor}")
        yield path
    finally:
        path.unlink(missing_ok=True)
        if descriptor is not None:
            os.close(descriptor)


def _as_lines(rows: Sequence[Row]) -> bytes:
    return "".join(json.dumps(dict(row), sort_keys=True) + "\n" for row in rows).encode()


def _unfit(path: Path, now: datetime) -> dict[int, str]:
    """Why intake would not accept which rows, by their number in the file."""
    found: dict[int, str] = {}
    for raw in JsonLines().read(path):
        for reject in check(raw, JsonLines.name, now, trusted=True).rejects:
            where = f"{reject.field}: " if reject.field else ""
            found[reject.row] = f"{where}{reject.reason.replace('_', ' ')}: {reject.advice}"
    return found
