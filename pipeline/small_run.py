"""Take in a few rows a person entered or mended, as a run of their own through the same intake as everything else.

The rows lie in the workspace's private folder `incoming` for the seconds the run takes; the run deletes them once they
are committed, and so does `hotline nightly` with what a killed process left.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.batch import run_batch
from pipeline.bootstrap import App, rule_versions
from pipeline.channels.jsonl import JsonLines
from pipeline.durable import write_file
from pipeline.inputs import look
from pipeline.intake import check
from pipeline.runs import Run, register
from pipeline.workspace import Workspace, make_private
from triage.errors import UsageError

Row = Mapping[str, str]


def incoming(workspace: Workspace) -> Path:
    """Where such rows lie while they are taken in."""
    return workspace.root / "incoming"


def take_in(app: App, rows: Sequence[Row], run_id: str, now: datetime) -> tuple[Run, dict[str, object]]:
    """Commit the rows (field name to text) under this run id; answers the run and its summary.

    The same rows and id again go on where it stopped. Raises UsageError, naming field and reason but no value, before
    anything is stored if intake would not accept a row.
    """
    app.vault()
    path = make_private(incoming(app.workspace)) / f"{run_id}.jsonl"
    lines = (json.dumps(dict(row), sort_keys=True) for row in rows)
    write_file(path, "".join(line + "\n" for line in lines).encode())
    try:
        _must_be_acceptable(path, now)
        found = look([path])
        run = register(
            app.workspace, app.store, run_id, found, versions=rule_versions(), after_ingest="delete", now=now
        )
        return run, run_batch(app, run, 1)
    finally:
        path.unlink(missing_ok=True)


def _must_be_acceptable(path: Path, now: datetime) -> None:
    for raw in JsonLines().read(path):
        alerts = any(one == "sos" for one in raw.columns.get("channel", ()))
        for reject in check(raw, JsonLines.name, now, alert=alerts).rejects:
            where = f"{reject.field}: " if reject.field else ""
            raise UsageError(f"{where}{reject.reason.replace('_', ' ')}: {reject.advice}")
