"""Destroy a run's working key some days after commit, and with it every copy of its artefacts; then remove them.

What reporters wrote goes through the stages under that key only, so once it is gone a backup of `runs/` holds nothing
readable. The store keeps its own sealed copy. Limits: overwriting a file is no proof on flash or copying file systems;
the key was 32 bytes in one small file, and backups must leave `keys/work` out.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from pipeline.after_ingest import STEP as SETTLED
from pipeline.durable import TEMPORARY_MARK, is_abandoned, remove_leftovers, sync_folder
from pipeline.inputs import INCOMING
from pipeline.keys import KEY_BYTES
from pipeline.store.audit import MACHINE
from pipeline.store.commit_reports import mark_step, step_done
from pipeline.store.engine import reading, writing
from pipeline.store.schema import run, run_step
from pipeline.store.store import Store
from pipeline.workspace import Workspace

STEP = "work_key_destroyed"
LEFTOVER_SECONDS = 3600
"""Younger temporary files may belong to a process that still works, on this machine or another."""



def due(store: Store, days: int, now: datetime) -> list[tuple[int, str]]:
    """Runs (number, id) committed more than `days` ago whose files were dealt with and whose key was not destroyed."""
    latest = int((now - timedelta(days=days)).timestamp())
    settled = select(run_step.c.run_no).where(run_step.c.step == SETTLED)
    destroyed = select(run_step.c.run_no).where(run_step.c.step == STEP)
    with reading(store.engine) as connection:
        rows = connection.execute(
            select(run.c.run_no, run.c.run_id)
            .where(run.c.committed_at <= latest, run.c.run_no.in_(settled), run.c.run_no.not_in(destroyed))
            .order_by(run.c.run_no)
        ).all()
    return [(row.run_no, row.run_id) for row in rows]


def destroy_due(workspace: Workspace, store: Store, days: int, now: datetime) -> list[str]:
    """Destroy the key and remove the artefacts of every run that is due; answers their ids. Safe to repeat.

    Manifest, summary, timings and log stay: they hold counts and ids only.
    """
    done: list[str] = []
    for run_no, run_id in due(store, days, now):
        destroy(workspace, run_id)
        with writing(store.engine) as connection:
            if not step_done(connection, run_no, STEP, 0):
                store.record(connection, now, MACHINE, STEP, run_id, {"days": days})
                mark_step(connection, run_no, STEP, 0)
        done.append(run_id)
    return done


def destroy(workspace: Workspace, run_id: str) -> None:
    """Destroy a run's working key and remove its artefacts, whoever asks; safe to repeat."""
    _destroy(workspace.work_keys / f"{run_id}.key")
    _remove_artefacts(workspace.run(run_id))


def remove_abandoned(workspace: Workspace, clock: Callable[[], float] = time.time) -> int:
    """Remove temporary files, and rows a person entered, that a killed process left; answers how many."""
    latest = clock() - LEFTOVER_SECONDS
    removed = 0
    for found in sorted(workspace.root.rglob(f"{TEMPORARY_MARK}*"), reverse=True):
        if _older(found, latest) and is_abandoned(found):
            removed += 1
            shutil.rmtree(found, ignore_errors=True) if found.is_dir() else found.unlink(missing_ok=True)
    for found in (workspace.root / INCOMING).glob("*.*"):
        if _older(found, latest):
            removed += 1
            found.unlink(missing_ok=True)
    return removed


def _destroy(path: Path) -> None:
    """Overwrite the key where it lies, then remove it."""
    try:
        with path.open("r+b") as file:
            file.write(os.urandom(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return
    sync_folder(path.parent)


def _remove_artefacts(folder: Path) -> None:
    """Every stage's folder; a run keeps its files and its timings."""
    if not folder.is_dir():
        return
    remove_leftovers(folder)
    for stage in folder.iterdir():
        if stage.is_dir() and any(stage.glob("part-*")):
            shutil.rmtree(stage)
    sync_folder(folder)


def _older(path: Path, latest: float) -> bool:
    try:
        return path.lstat().st_mtime <= latest
    except OSError:
        return False
