"""The file a command writes: there only once it is whole, `-` for the terminal.

Whatever takes `--out` writes by this, and opens it before it makes anything: a name that will not do costs nothing.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from pipeline.durable import on_disk, temporary_for
from pipeline.workspace import SETTINGS_NAME
from triage.errors import UsageError

_UNFIT = "the output file cannot be written: check the path given with --out"
_THERE = "the output file is there already and is not written over: give another name with --out"
_NO_FILE = "--out names a folder or a device, no file: give a file, or - for the terminal"
_LINK = "--out names a link, which is neither followed nor replaced: give the file itself"
_NO_FOLDER = "--out names no folder, or one that cannot be: give a folder, or one that is not there yet"
_IN_WORKSPACE = "--out names a file of a workspace, which is no place for it: give another one"
_AT_ITS_TOP = frozenset({".csv", ".tsv", ".json", ".jsonl", ".txt", ".asc"})
_NO_ROOM = "the disk of the output file is full or closed to us: make room, or give another place with --out"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS})
"""What a file system answers that knows no second name for a file, as that of many a memory stick."""


@contextmanager
def written(out: str, source: Path | None = None, *, only_new: bool = False) -> Iterator[BinaryIO]:
    """The file to write, there only once it is whole; `source` is what is read meanwhile.

    Raises UsageError, without the path, if it cannot be written, would replace `source`, or is a folder, a device or a
    link; with `only_new` also if it is there. Raises ServiceFailed where the disk is full: then there is no file.
    """
    if out == "-":
        with ended_by_reader():
            yield sys.stdout.buffer
            sys.stdout.buffer.flush()
        return
    path = Path(out)
    _check(path, source, only_new=only_new)
    with on_disk(_NO_ROOM), _beside(path) as (temporary, file):
        yield file
        file.flush()
        os.fsync(file.fileno())
        try:
            (_put_new if only_new else os.replace)(temporary, path)
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


def folder_for_files(out: str) -> Path:
    """The folder a command writes into, to be asked before it makes anything. Raises UsageError if it can be none."""
    path = Path(out)
    try:
        wrong = not out.strip() or (path.is_symlink() and not path.exists()) or (path.exists() and not path.is_dir())
    except (OSError, ValueError):
        wrong = True
    if wrong:
        raise UsageError(_NO_FOLDER)
    return path


def _put_new(temporary: Path, path: Path) -> None:
    """Give the file its name unless something came there meanwhile. Raises OSError."""
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        path.touch(exist_ok=False)
        temporary.replace(path)


def _check(path: Path, source: Path | None, *, only_new: bool) -> None:
    try:
        if path.exists() and not path.is_file():
            raise UsageError(_NO_FILE)
        if _is_of_a_workspace(path):
            raise UsageError(_IN_WORKSPACE)
        if only_new and (path.exists() or path.is_symlink()):
            raise UsageError(_THERE)
        if path.is_symlink():
            raise UsageError(_LINK)
        if source is not None and path.exists() and source.exists() and path.samefile(source):
            raise UsageError("--out names the file that is read: give another one")
    except (OSError, ValueError):
        raise UsageError(_UNFIT) from None


def _is_of_a_workspace(path: Path) -> bool:
    """Whether it lies in a workspace, other than as a table or a certificate at its top: store, keys and settings are
    never replaced."""
    place = path.resolve()
    above = next((folder for folder in place.parents if (folder / SETTINGS_NAME).is_file()), None)
    return above is not None and (place.parent != above or place.suffix.lower() not in _AT_ITS_TOP)


@contextmanager
def _beside(path: Path) -> Iterator[tuple[Path, BinaryIO]]:
    temporary = temporary_for(path)
    try:
        temporary.unlink(missing_ok=True)
        file = temporary.open("xb")  # never through a link somebody laid there
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno in _FULL:
            raise
        raise UsageError(_UNFIT) from None
    try:
        with file:
            yield temporary, file
    finally:
        temporary.unlink(missing_ok=True)
