"""What becomes of input files once their rows are in the store: sealed to the vault (default), deleted, or kept.

What holds more than the store has of it is never deleted: it is sealed, where it was to go.

A plain input file is the one place where everything a reporter said still lies open, so it goes last and goes surely.
Every step may be cut by SIGKILL and done again: a sealed file appears whole or not at all, and an original is removed
only after its own bytes were read again and are those the manifest names.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, select, update

from pipeline.channels._rejects import IN_PART
from pipeline.channels.base import MAX_FIELD_CHARS
from pipeline.channels.sos import SosAlert
from pipeline.inputs import InputFile, sha256_of
from pipeline.keys import PublicKey
from pipeline.resources import resource
from pipeline.runs import Run
from pipeline.sealed_inputs import open_sealed, seal_stream, sealed_path
from pipeline.store.audit import MACHINE, says
from pipeline.store.commit_reports import mark_step, step_done
from pipeline.store.commit_run import MARKS_GONE
from pipeline.store.engine import reading, writing
from pipeline.store.schema import audit, input_file, reject, run, run_step
from pipeline.store.store import Store
from triage.errors import Damage

__all__ = ["STEP", "Became", "became_of", "is_settled", "open_sealed", "record", "settle", "settle_file", "unsettled",
    "was_settled"]

STEP = "after_ingest"
EVENT = "inputs_settled"
NOT_DELETED = "sealed_not_deleted"
"""Beside the counts: how many of the sealed files were to be deleted."""
FILE_CHANGED = "file_changed"
"""Reason of the reject that stands for a file which was another when it was to be read."""
Remove = Callable[[Path], None]


class Became(StrEnum):
    """What became of one input file."""

    SEALED = "sealed"
    DELETED = "deleted"
    KEPT = "kept"
    GONE = "gone"
    """It was not there any more; on a repeated try that is how one already dealt with looks."""
    CHANGED = "changed"
    """It no longer is what was taken in: never removed, and to be taken in by another run."""
    STUCK = "stuck"
    """It could not be removed (a read-only folder): kept, and said so."""


def settle(store: Store, run: Run, sealed_inputs: Path, vault: PublicKey) -> tuple[dict[int, Became], int]:
    """Deal with every file of a run; what became of each, and how many were sealed though they were to be deleted.

    A file that was another when it was to be read stays where it is, also where it is the former again: no run read it.
    """
    became: dict[int, Became] = {}
    not_deleted = 0
    changed, in_part = _changed_in(store, run), _read_in_part(store)
    for number, file in enumerate(run.files):
        wish = run.after_ingest
        if wish != "keep" and number in changed and Path(file.path).exists():
            became[number] = Became.CHANGED
            continue
        if wish == "delete" and (_is_long_call(file) or run.rows_of(number) in in_part):
            wish = "seal"
        became[number] = settle_file(file, wish, sealed_inputs, vault)
        not_deleted += became[number] is Became.SEALED and wish != run.after_ingest
    return became, not_deleted


def settle_file(
    file: InputFile, wish: str, sealed_inputs: Path, vault: PublicKey, remove: Remove = os.unlink
) -> Became:
    """Deal with one file: `wish` is `seal`, `delete` or `keep`. Safe to repeat. Files this project ships are kept."""
    path = Path(file.path)
    if wish == "keep" or _shipped(path):
        return Became.KEPT
    sealed = sealed_path(sealed_inputs, file.sha256)
    try:
        before = path.stat()
    except FileNotFoundError:
        return Became.SEALED if wish == "seal" and sealed.exists() else Became.GONE
    except OSError:
        return Became.STUCK
    try:
        if not _is_whole(path, file.sha256, sealed if wish == "seal" else None, vault):
            return Became.CHANGED
        now = path.stat()
        if _identity(before) != _identity(now):
            return Became.CHANGED
        remove(path)
    except OSError:
        return Became.STUCK
    return Became.SEALED if wish == "seal" else Became.DELETED


def is_settled(store: Store, run_no: int) -> bool:
    """Whether a run's input files were dealt with to the end."""
    with reading(store.engine) as connection:
        return step_done(connection, run_no, STEP, 0)


def unsettled(store: Store) -> tuple[str, ...]:
    """Ids of the runs that did not come to this step, their last one, in the order they were registered."""
    with reading(store.engine) as connection:
        return unsettled_in(connection)


def unsettled_in(connection: Connection) -> tuple[str, ...]:
    """The same within a transaction."""
    settled = select(run_step.c.run_no).where(run_step.c.step == STEP)
    rows = connection.execute(select(run.c.run_id).where(run.c.run_no.not_in(settled)).order_by(run.c.run_no))
    return tuple(str(row.run_id) for row in rows)


def was_settled(store: Store, run_id: str) -> bool:
    """Whether the audit chain says so, which outlasts damage to the store's own marks."""
    with reading(store.engine) as connection:
        return says(connection, EVENT, run_id)


def became_of(store: Store, run_id: str) -> dict[str, int]:
    """How many of a run's files became what, as the audit chain has it."""
    with reading(store.engine) as connection:
        said = connection.execute(
            select(audit.c.details).where(audit.c.event == EVENT, audit.c.subject == run_id)
            .order_by(audit.c.seq).limit(1)
        ).scalar_one_or_none()  # fmt: skip
    return dict(json.loads(said)) if said else {}


def record(
    store: Store, run: Run, became: Mapping[int, Became], rows: Mapping[int, int], now: datetime, not_deleted: int = 0
) -> None:
    """Write down once what became of the files and how many rows each brought (without rejects).

    Raises Damage where the chain has it already and the store's mark of it is gone.
    """
    with writing(store.engine) as connection:
        if step_done(connection, run.run_no, STEP, 0):
            return
        if says(connection, EVENT, run.run_id):
            raise Damage(MARKS_GONE.format(run.run_id))
        for number, count in rows.items():
            of_file = (input_file.c.run_no == run.run_no) & (input_file.c.file_no == number)
            connection.execute(update(input_file).where(of_file).values(rows=count))
        counts = Counter(str(one) for one in became.values())
        if not_deleted:
            counts[NOT_DELETED] = not_deleted
        store.record(connection, now, MACHINE, EVENT, run.run_id, dict(sorted(counts.items())))
        mark_step(connection, run.run_no, STEP, 0)


def _changed_in(store: Store, run: Run) -> set[int]:
    """Numbers of the run's files that were others when they were to be read."""
    query = select(reject.c.file_no).where(reject.c.run_no == run.run_no, reject.c.reason == FILE_CHANGED)
    with reading(store.engine) as connection:
        return set(connection.execute(query.distinct()).scalars())


def _read_in_part(store: Store) -> set[str]:
    """What files hold (digests) of which a reject carries only how its row begins.

    Of equal files of two runs, the first alone has rejects.
    """
    query = select(reject.c.file_sha256).where(reject.c.reason.in_({*IN_PART, FILE_CHANGED}))
    with reading(store.engine) as connection:
        return set(connection.execute(query.distinct()).scalars())


def _is_long_call(file: InputFile) -> bool:
    """Whether it is a call longer than one may be: the store has how it begins."""
    return file.channel == SosAlert.name and file.size > MAX_FIELD_CHARS


def _is_whole(path: Path, sha256: str, sealed: Path | None, vault: PublicKey) -> bool:
    """Whether the file still has its digest, sealing it on the way unless its sealed form is there already."""
    if sealed is None or sealed.exists():
        return sha256_of(path) == sha256
    with path.open("rb") as source:
        return seal_stream(source, sealed.parent, sha256, vault).sha256 == sha256


def _identity(found: os.stat_result) -> tuple[int, int, int, int]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def _shipped(path: Path) -> bool:
    """Whether the file is part of this project's own data (the sample): running it must not use it up."""
    return path.resolve().is_relative_to(Path(str(resource("sample"))).resolve())
