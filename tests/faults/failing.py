"""Runs a batch in which one stage fails with an error that quotes what it was given, as libraries do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pipeline.relating.texts
import pipeline.store.bulk
import pipeline.tasks.digest
import pipeline.tasks.group
import pipeline.tasks.parts
from pipeline.cli.main import answer


def main(stage: str, arguments: list[str]) -> None:
    """Fail in `stage`, then end with the command line's exit code."""

    def quoting(*given: Any, **named: Any) -> Any:
        raise ValueError(f"could not handle {[repr(one) for one in given]} {named}")

    def quoting_rows(*given: Any) -> Any:
        raise ValueError(f"could not insert {given[-1][:50]}")

    if stage == "commit":
        pipeline.store.bulk.insert = quoting_rows
    elif stage == "digest":
        pipeline.tasks.digest.digest = quoting
    elif stage == "relate":
        pipeline.relating.texts.sketches = quoting
    elif stage == "group":
        pipeline.tasks.group.group = quoting
    else:
        setattr(pipeline.tasks.parts, stage, quoting)
    workspace, file = arguments
    import os

    os.environ["HOTLINE_TASK_RETRIES"] = "0"
    raise SystemExit(answer(["run", str(Path(file)), "--batch", "failing", "--workspace", workspace]))
