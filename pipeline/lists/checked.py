"""Open a list only if its files still hold what was imported: a flipped byte in an array is a match nobody learns of.

Every file is read and its SHA-256 compared, once; a stamp beside the arrays then remembers size, inode and both times
of each file, so that the many units of a run do not read gigabytes again and again. Whatever differs from the stamp is
read again. What changes below the file system (a failing disk) changes no time: `verify` reads everything always.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from pipeline.durable import write_file
from pipeline.lists.saved import SavedList
from triage.errors import Damage

_STAMP_NAME = ".checked"
_SETTLED_NS = 2_000_000_000
"""A file written later than this before the check may be written again within one tick of the file system's clock."""


def open_whole(folder: Path, digest: str) -> SavedList:
    """The version in this folder, whose manifest has this SHA-256. Raises Damage if a file is not what was imported."""
    saved = SavedList.open(folder, digest)
    stamp, files = folder / _STAMP_NAME, _facts(saved)
    facts = {"manifest": digest, "files": files}
    if not _stamped(stamp, facts):
        began_ns = time.time_ns()
        if saved.changed_files():
            raise Damage(f"list {saved.name} no longer holds what was imported: import it again, which mends it")
        if all(changed_ns < began_ns - _SETTLED_NS for *_, changed_ns in files.values()):
            with suppress(OSError):  # a workspace that can only be read is checked each time
                write_file(stamp, json.dumps(facts).encode())
    return saved


def _facts(saved: SavedList) -> dict[str, list[int]]:
    """What tells that no file was touched: device, inode, size in bytes, times of content and of inode in ns."""
    files = {}
    for name in saved.manifest.files:
        seen = (saved.folder / name).stat()
        files[name] = [seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns]
    return files


def _stamped(stamp: Path, facts: Mapping[str, object]) -> bool:
    try:
        return bool(json.loads(stamp.read_bytes()) == facts)
    except (OSError, ValueError):
        return False
