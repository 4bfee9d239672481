"""Runs a batch in a process that kills itself, and every process it started, at one named moment.

    python -m tests.faults.killed_run WORKSPACE BATCH MOMENT INPUT...

MOMENT is `none`, `before:STAGE` or `after:STAGE` (around the rename that makes an artefact), `commit:N` (before the
N-th commit of the store, counted over all processes) or `committed:N` (right after it). Parts, stretches and slices
are made small, so that a small batch passes through every kind of step several times.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

import pipeline.artefacts
import pipeline.inputs
import pipeline.store.commit_cases
import pipeline.store.commit_locators
import pipeline.store.commit_reports
import pipeline.tasks.parts
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


def main(arguments: list[str]) -> None:
    """Run the batch; see the module's docstring."""
    workspace, batch, moment, *inputs = arguments
    os.setpgid(0, 0)
    for (module, name), value in SMALL.items():
        setattr(module, name, value)
    from pipeline.bootstrap import App

    app: Any = App.at(workspace)
    kind, _, detail = moment.partition(":")
    if kind in ("before", "after"):
        kill_around_artefacts(kind, detail)
    elif kind in ("commit", "committed"):
        kill_around_commit(int(detail), Path(workspace) / "commits-seen", after=kind == "committed")
    take_in(app, batch, *(Path(one) for one in inputs))


if __name__ == "__main__":
    main(sys.argv[1:])
