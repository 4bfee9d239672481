"""Take in a few rows a person entered or mended, as a run of their own through the same intake as everything else.

For the seconds the run takes, the rows lie in this process's memory only: the file in the workspace's folder `incoming`
is a link to it, so a killed process leaves no word behind. Where the system has no such memory files, it is a private
file, deleted once committed; `hotline nightly` removes what a killed process left.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipeline.batch import run_batch
from pipeline.bootstrap import App
from pipeline.channels.jsonl import JsonLines
from pipeline.durable import write_file
from pipeline.inputs import INCOMING, look
from pipeline.intake import check
from pipeline.runs import Run, register
from pipeline.workspace import Workspace, make_private
from triage.errors import UsageError

Row = Mapping[str, str]
MEMORY_NAME = "hotline-incoming"


def incoming(workspace: Workspace) -> Path:
    """Where such rows lie while they are taken in."""
    return workspace.root / INCOMING


def take_in(app: App, rows: Sequence[Row], run_id: str, now: datetime) -> tuple[Run, dict[str, object]]:
    """Commit the rows (field name to text) under this run id; answers the run and its summary.

    The same rows and id again go on where it stopped. Raises UsageError, naming field and reason but no value, before
    anything is stored if intake would not accept a row.
    """
    app.vault()
    lines = (json.dumps(dict(row), sort_keys=True) for row in rows)
    content = "".join(line + "\n" for line in lines).encode()
    with _file_of(make_private(incoming(app.workspace)) / f"{run_id}.jsonl", content) as path:
        _must_be_acceptable(path, now)
        found = look([path])
        run = register(
            app.workspace, app.store, run_id, found, versions=app.rule_versions(), after_ingest="delete", now=now
        )
        return run, run_batch(app, run, 1, apart=False)


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


def _must_be_acceptable(path: Path, now: datetime) -> None:
    for raw in JsonLines().read(path):
        for reject in check(raw, JsonLines.name, now, trusted=True).rejects:
            where = f"{reject.field}: " if reject.field else ""
            raise UsageError(f"{where}{reject.reason.replace('_', ' ')}: {reject.advice}")
