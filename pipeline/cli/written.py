"""The file a command writes: there only once it is whole, `-` for the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def written(out: str) -> Iterator[BinaryIO]:
    """The file to write, there only once it is whole. Raises UsageError, without the path, if it cannot be written."""
    from pipeline.durable import TEMPORARY_MARK
    from triage.errors import UsageError

    if out == "-":
        stream = sys.stdout.buffer
        yield stream
        stream.flush()
        return
    path = Path(out)
    temporary = path.with_name(f"{TEMPORARY_MARK}{os.getpid()}-{path.name}")
    try:
        file = temporary.open("wb")
    except (OSError, ValueError):
        raise UsageError("the output file cannot be written: check the path given with --out") from None
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        try:
            temporary.replace(path)
        except OSError:
            raise UsageError("the output file cannot be written: check the path given with --out") from None
    finally:
        temporary.unlink(missing_ok=True)
