"""Runs batches, each in a process that kills itself, and every process it started, at one named moment.

Every run is a fork of the process of the test, which has imported and loaded everything: thirty runs pay for that once.
With workers, the tasks of a run have processes of their own, so many at once; with none they run in that of the run.

MOMENT is `none`, `before:STAGE` or `after:STAGE` (around the rename that makes an artefact), `commit:N` (before the
N-th commit of the store, counted over all processes) or `committed:N` (right after it). Parts, stretches and slices
are made small, so that a small batch passes through every kind of step several times.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from sqlalchemy import Connection

import pipeline.artefacts
import pipeline.inputs
import pipeline.store.commit_cases
import pipeline.store.commit_locators
import pipeline.store.commit_reports
import pipeline.tasks.parts
import pipeline.tasks.whole  # what a run imports sooner or later is imported once
from pipeline.bootstrap import App
from pipeline.durable import new_folder
from tests.factories import take_in

SMALL = {
    (pipeline.inputs, "UNIT_FILES"): 1,
    (pipeline.tasks.parts, "PARTS_PER_STRETCH"): 2,
    (pipeline.store.commit_reports, "SLICE_ROWS"): 16,
    (pipeline.store.commit_cases, "CHUNK_CASES"): 10,
    (pipeline.store.commit_locators, "CHUNK_LOCATORS"): 10,
}


def die() -> None:
    """As a power cut would: no handler, no clean-up, all processes of the run at once."""
    os.killpg(0, signal.SIGKILL)


def kill_around_artefacts(when: str, stage: str) -> None:
    """Die before or after the rename of the next artefact of a stage."""

    @contextmanager
    def deadly(path: Path) -> Iterator[Path]:
        here = path.parent.name == stage
        with new_folder(path) as temporary:
            yield temporary
            if here and when == "before":
                die()
        if here:
            die()

    pipeline.artefacts.new_folder = deadly  # type: ignore[assignment]


def kill_around_commit(number: int, counter: Path, *, after: bool) -> None:
    """Die before (or right after) the N-th commit of the store."""
    commit = Connection.commit

    def deadly(self: Connection) -> None:
        with counter.open("ab") as file:
            file.write(b".")
        last = counter.stat().st_size >= number
        if last and not after:
            die()
        commit(self)
        if last:
            die()

    Connection.commit = deadly  # type: ignore[method-assign]


class KilledRuns:
    """Runs batches and loses them, one at a time, for as long as the `with` lasts."""

    def __init__(self, workers: int = 0) -> None:
        self._workers = workers

    def __enter__(self) -> KilledRuns:
        self._errors = tempfile.TemporaryFile()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._errors.close()

    def begin(self, workspace: Path, batch: str, moment: str, *inputs: Path) -> None:
        """Start one run; the next is started after `end`."""
        (workspace / "commits-seen").unlink(missing_ok=True)
        what = (self._errors, self._workers, str(workspace), batch, moment, *map(str, inputs))
        self._run = get_context("fork").Process(target=_apart, args=what)
        self._run.start()

    def end(self) -> int:
        """Its return code, negative for the signal that ended it."""
        self._run.join()
        if self._run.exitcode is None:
            raise AssertionError("the run has not ended")
        return self._run.exitcode

    def run(self, workspace: Path, batch: str, moment: str, *inputs: Path) -> int:
        """One run from begin to end; raises AssertionError if it complained."""
        self.begin(workspace, batch, moment, *inputs)
        code = self.end()
        self._errors.seek(0)
        complaints = self._errors.read().decode()
        if "Error" in complaints:
            raise AssertionError(complaints)
        return code


def run_batch(workers: int, workspace: str, batch: str, moment: str, *inputs: str) -> None:
    """Run the batch in this process, which dies at `moment`."""
    os.setpgid(0, 0)
    for (module, name), value in SMALL.items():
        setattr(module, name, value)
    app: Any = App.at(workspace)
    kind, _, detail = moment.partition(":")
    if kind in ("before", "after"):
        kill_around_artefacts(kind, detail)
    elif kind in ("commit", "committed"):
        kill_around_commit(int(detail), Path(workspace) / "commits-seen", after=kind == "committed")
    take_in(app, batch, *(Path(one) for one in inputs), workers=workers)


def _apart(errors: IO[bytes], *run: Any) -> None:
    """In the fork: what is complained of goes into the file, also what pytest would have kept to itself."""
    os.dup2(errors.fileno(), 2)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", buffering=1)
    logging.getLogger().handlers.clear()
    run_batch(*run)
