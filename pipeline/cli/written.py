"""The file a command writes: there only once it is whole, `-` for the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from triage.errors import UsageError

_UNFIT = "the output file cannot be written: check the path given with --out"


@contextmanager
def written(out: str, source: Path | None = None) -> Iterator[BinaryIO]:
    """The file to write, there only once it is whole; `source` is what is read meanwhile.

    Raises UsageError, without the path, if it cannot be written, would replace `source`, or is a folder or a device.
    """
    if out == "-":
        with ended_by_reader():
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    path = Path(out)
    _check(path, source)
    with _beside(path) as (temporary, file):
        yield file
        file.flush()
        os.fsync(file.fileno())
        try:
            temporary.replace(path)
        except OSError:
            raise UsageError(_UNFIT) from None


@contextmanager
def ended_by_reader() -> Iterator[None]:
    """A reader that has seen enough (`| head`) ends the command in good order; click would answer 1."""
    try:
        yield
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())  # what is still buffered is flushed when the program ends
        os.close(nowhere)
        raise click.exceptions.Exit(0) from None


def _check(path: Path, source: Path | None) -> None:
    try:
        if path.exists() and not path.is_file():
            raise UsageError("--out names a folder or a device, no file: give a file, or - for the terminal")
        if source is not None and path.exists() and source.exists() and path.samefile(source):
            raise UsageError("--out names the file that is read: give another one")
    except (OSError, ValueError):
        raise UsageError(_UNFIT) from None


@contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    from pipeline.durable import TEMPORARY_MARK

    temporary = path.with_name(f"{TEMPORARY_MARK}{os.getpid()}-{path.name}")
    try:
        file = temporary.open("wb")
    except (OSError, ValueError):
        raise UsageError(_UNFIT) from None
    try:
        with file:
            yield temporary, file
    finally:
        temporary.unlink(missing_ok=True)
