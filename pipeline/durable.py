"""Write so that a power cut leaves the old state or the new one: temporary name, fsync, rename, fsync the folder.

Luigi's own atomic file renames without fsync, so after a cut an empty file can count as done; nothing here does.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from triage.errors import ServiceFailed

TEMPORARY_MARK = ".tmp-"
DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG})
"""A disk that is full, closed to us or broken."""


@contextmanager
def on_disk(advice: str) -> Iterator[None]:
    """A full or closed disk is an outside failure. Raises ServiceFailed with `advice`: what to do and what was done."""
    try:
        yield
    except OSError as error:
        if error.errno not in DISK_ERRORS:
            raise
        raise ServiceFailed(advice) from None


def write_file(path: Path, content: bytes) -> None:
    """Replace `path` with `content`, all or nothing."""
    temporary = path.with_name(f"{TEMPORARY_MARK}{os.getpid()}-{path.name}")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A temporary folder that becomes `path` when the block ends well; an existing `path` wins and ours is dropped.

    The caller fsyncs the files it writes (`write_file` does). Two workers making one folder end with one of the two,
    equal ones.
    """
    temporary = path.with_name(f"{TEMPORARY_MARK}{os.getpid()}-{path.name}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        yield temporary
        sync_folder(temporary)
        try:
            temporary.rename(path)
        except OSError:
            if not path.is_dir():
                raise
        sync_folder(path.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def maker_of(temporary: Path) -> int:
    """The process that writes, or wrote, a temporary file or folder; -1 if its name does not say."""
    pid = temporary.name.removeprefix(TEMPORARY_MARK).partition("-")[0]
    return int(pid) if pid.isascii() and pid.isdigit() else -1


def runs(pid: int) -> bool:
    """Whether a process of this id is alive; -1 is none."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def remove_leftovers(folder: Path) -> int:
    """Remove temporary files and folders a killed process left; answers how many."""
    leftovers = list(folder.glob(f"{TEMPORARY_MARK}*"))
    for leftover in leftovers:
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink(missing_ok=True)
    return len(leftovers)
