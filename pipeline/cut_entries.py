"""Ends what a killed `hotline new` or `rejects mend` left behind, before anybody enters or mends again, and each night.

What had reached the store, or was sealed on its way, is taken in to its end. What had not is forgotten: its words were
in the memory of the process only. Mended rows are in their rejects still, so for them nothing is gone on with before
the store has some of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.after_ingest import unsettled
from pipeline.artefacts import UNIT
from pipeline.batch import run_batch
from pipeline.bootstrap import App
from pipeline.mending import claims
from pipeline.runs import began
from pipeline.small_run import forget, incoming
from pipeline.store.commit_run import is_committed
from triage.errors import HotlineError

NEW = "new-"
_SMALL = re.compile(r"new-[0-9]{8}-[0-9]{6}-[0-9a-f]{6}|(mend|table)-J[0-9]+-[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Ended:
    """Runs that were taken in to their end, and runs that could not be."""

    finished: tuple[str, ...]
    unfinished: tuple[str, ...]


def is_small(run_id: str) -> bool:
    """Whether the id is one that entering or mending gives."""
    return _SMALL.fullmatch(run_id) is not None


def end_cut(app: App, now: datetime) -> Ended:
    """End every small run that was cut, and settle the rejects they claimed. Call it `small_run.alone`."""
    finished, unfinished = [], []
    for run_id in _cut(app):
        try:
            if _goes_on(app, run_id):
                finished.append(run_id)
        except HotlineError:
            unfinished.append(run_id)
    for run_id in claims.claiming_runs(app):
        if is_committed(app.store, run_id):
            claims.settle(app, run_id, now)
        elif run_id not in unfinished:
            claims.release(app, run_id)
    _clear(app, unfinished)
    return Ended(tuple(finished), tuple(unfinished))


def _clear(app: App, unfinished: Collection[str]) -> None:
    """Remove what killed processes left where entered rows lie: links to memory that is gone, or files of words."""
    for left in incoming(app.workspace).glob("*.*"):
        if not left.name.startswith(tuple(unfinished)):
            left.unlink(missing_ok=True)


def _cut(app: App) -> list[str]:
    return [run_id for run_id in unsettled(app.store) if is_small(run_id) and _was_entered(app, run_id)]


def _was_entered(app: App, run_id: str) -> bool:
    """Whether its rows lay in `incoming`: a batch may be called like that by hand."""
    if not began(app.workspace, run_id):
        return True
    return all(Path(file.path).parent == incoming(app.workspace) for file in app.run(run_id).files)


def _goes_on(app: App, run_id: str) -> bool:
    """Take it in to its end, or forget it. Raises HotlineError where neither can be."""
    entered = run_id.startswith(NEW) and began(app.workspace, run_id)
    sealed = entered and app.artefacts(run_id).complete(UNIT, 0)
    if not sealed and forget(app, run_id):
        return False
    run_batch(app, app.run(run_id), 1, apart=False)
    return True
