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


def main(stage: str, workspace: Path, file: Path) -> int:
    """Fail in `stage`; answers the command line's exit code. It stays broken: call it in a process that ends."""

    def quoting(*given: Any, **named: Any) -> Any:
        raise ValueError(f"could not handle {[repr(one) for one in given]} {named}")

    def quoting_rows(*given: Any) -> Any:
        raise ValueError(f"could not insert {given[-1][:50]}")

    if stage == "commit":
        pipeline.store.bulk.insert = quoting_rows
    elif stage == "digest":
        pipeline.tasks.digest.digest = quoting
    elif stage == "relate":
        pipeline.relating.texts.sketch = quoting
    elif stage == "group":
        pipeline.tasks.group.group = quoting
    else:
        setattr(pipeline.tasks.parts, stage, quoting)
    return answer(["run", str(file), "--batch", "failing", "--workspace", str(workspace)])
