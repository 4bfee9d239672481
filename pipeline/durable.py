"""Write so that a power cut leaves the old state or the new one: temporary name, fsync, rename, fsync the folder.

Luigi's own atomic file renames without fsync, so after a cut an empty file can count as done; nothing here does.
A temporary name says which process of which machine made it: workspaces are shared, and a process number of another
machine says nothing here.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from triage.errors import ServiceFailed

TEMPORARY_MARK = ".tmp-"
DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO, errno.EFBIG})
"""A disk that is full, closed to us or broken."""
ELSEWHERE_SECONDS = 24 * 3600
"""Nobody on another machine is at work on one file for so long; clocks of machines differ by less."""
_MADE_BY = re.compile(re.escape(TEMPORARY_MARK) + r"([0-9]{1,10})\.([0-9a-f]{8})-")
_MACHINE_HEX_DIGITS = 8


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
    temporary = temporary_for(path)
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
    temporary = temporary_for(path)
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


def temporary_for(path: Path) -> Path:
    """Beside `path`, where this process writes what becomes it."""
    return path.with_name(f"{_our_mark()}{path.name}")


def is_ours(temporary: Path) -> bool:
    """Whether this very process made a temporary file or folder."""
    return temporary.name.startswith(_our_mark())


def is_abandoned(temporary: Path) -> bool:
    """Whether nobody is at work on a temporary file or folder: its process here ended. Of one of another machine, or
    of one whose name does not say, that cannot be seen: it is, once it is older than ELSEWHERE_SECONDS."""
    made = _MADE_BY.match(temporary.name)
    if made is not None and made[2] == machine():
        return not _runs(int(made[1]))
    try:
        return temporary.lstat().st_mtime < time.time() - ELSEWHERE_SECONDS
    except OSError:  # gone meanwhile
        return False


@cache
def machine() -> str:
    """This machine since it was started: of its name, its kernel's start and its list of processes, which a container
    has for itself. A digest, since it stands in names of files."""
    said = [os.uname().nodename]
    with suppress(OSError):
        said.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii"))
        said.append(str(Path("/proc/self/ns/pid").readlink()))
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:_MACHINE_HEX_DIGITS]


def _our_mark() -> str:
    return f"{TEMPORARY_MARK}{os.getpid()}.{machine()}-"


def _runs(pid: int) -> bool:
    """Whether a process of this number is alive here; 0 is none."""
    if pid == 0:
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
