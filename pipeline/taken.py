"""Inputs that are not there any more because an earlier run took them in and sealed or deleted them.

Naming such a file again is no mistake: whoever repeats a command (or a list of files) gets the answer that everything
in it is known, and from which run, instead of an error about a missing file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, select

from pipeline.after_ingest import STEP
from pipeline.identity import text_digests
from pipeline.inputs import Found
from pipeline.runs import Run, register
from pipeline.store import bulk, schema
from pipeline.store.commit_reports import mark_step, step_done
from pipeline.store.commit_run import finish
from pipeline.store.engine import reading, writing
from pipeline.store.store import Store
from pipeline.workspace import Workspace
from triage.errors import UnusableInput

KNOWN_STEP = "taken_before"


@dataclass(frozen=True, slots=True)
class Taken:
    """One input that an earlier run took in: its digest, its rows, how many more are rejects, and that run."""

    sha256: str
    rows: int
    run_id: str
    rejected: int = 0


def taken_before(store: Store, paths: Sequence[Path]) -> list[Taken]:
    """What stood at these paths, by the last committed run that took it in. Raises UnusableInput for an unknown one."""
    digests = text_digests([str(path.absolute()) for path in paths], store.index_key)
    files, runs = schema.input_file.c, schema.run.c
    latest: dict[bytes, Taken] = {}
    with reading(store.engine) as connection:
        for row in connection.execute(
            select(files.path_digest, files.sha256, files.rows, runs.run_id)
            .join(schema.run, runs.run_no == files.run_no)
            .where(files.path_digest.in_(digests), runs.committed_at.is_not(None), files.rows.is_not(None))
            .order_by(runs.run_no)
        ):
            latest[bytes(row.path_digest)] = Taken(row.sha256, row.rows, row.run_id)
        rejects = _rejects_of(connection, {one.sha256 for one in latest.values()})
    missing = sum(digest not in latest for digest in digests)
    if missing:
        raise UnusableInput(f"{missing} of {len(paths)} inputs do not exist and no run took them in: check the paths")
    found = (latest[digest] for digest in dict.fromkeys(digests))
    return [replace(one, rejected=rejects[one.sha256]) for one in found]


def _rejects_of(connection: Connection, files: set[str]) -> Counter[str]:
    """How many rows of each file, by its digest, could not be read."""
    return Counter(row[0] for row in bulk.lookup(connection, schema.reject, "file_sha256", files, ("row",)))


def register_taken(
    workspace: Workspace, store: Store, run_id: str, taken: Sequence[Taken], versions: dict[str, str], now: datetime
) -> Run:
    """A run of its own in which everything is already known; committed at once. Safe to repeat.

    Raises UsageError where the id is taken by other input.
    """
    known, rejected = sum(one.rows for one in taken), sum(one.rejected for one in taken)
    by = tuple((one.sha256, one.run_id) for one in taken)
    nothing = Found((), (), ())
    run = register(workspace, store, run_id, nothing, versions=versions, after_ingest="keep", now=now, taken=by)
    with writing(store.engine) as connection:
        if not step_done(connection, run.run_no, KNOWN_STEP, 0):
            mark_step(connection, run.run_no, KNOWN_STEP, 0, known=known)
            mark_step(connection, run.run_no, STEP, 0)
    finish(store, run.run_no, run_id, known + rejected, rejected, run.manifest_digest(workspace), now)
    return run
