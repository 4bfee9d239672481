"""Folders of `exports/` the audit chain does not tell of: whatever lies there is taken for a package and carried out.

One somebody made, copied or renamed is none of ours, however whole it looks inside.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from exporters.manifest import MANIFEST
from pipeline.desk.package_folder import READY_MARK
from pipeline.durable import TEMPORARY_MARK
from pipeline.verify.chained import MADE, Acted, Chained
from pipeline.verify.finding import Findings

_PLAIN = re.compile(r"[a-z0-9-]{1,80}")
"""Names a screen may repeat: as ours are."""
_UNKNOWN = "a folder in exports/ the audit chain does not tell of, or under another name: carry it to nobody"


def folders_in(exports: Path) -> tuple[Path, ...]:
    """Every folder below `exports`, without those an export is still at work on."""
    if not exports.is_dir():
        return ()
    there = (path for path in sorted(exports.iterdir()) if not path.name.startswith((TEMPORARY_MARK, READY_MARK)))
    return tuple(path for path in there if path.is_dir())


def named(chained: Chained) -> Iterator[tuple[str, Acted]]:
    """Every package with the name its folder has; of those that lie in none, the name it would have."""
    given: Counter[str] = Counter()
    for one in chained.of(MADE):
        given[_stem(one)] += 1
        yield one.word("folder") or f"{_stem(one)}-{given[_stem(one)]}", one


def check_folders(there: Iterable[Path], chained: Chained, findings: Findings) -> None:
    """Name each folder that is none of the chain's.

    A package whose event names no folder may lie under a later number, since one in its way is stepped over: its
    manifest tells, and no second folder has it.
    """
    known = dict(named(chained))
    names = {path.name for path in there}
    moved = {(one.word("manifest"), _stem(one)) for name, one in known.items()
             if not one.word("folder") and name not in names}  # fmt: skip
    for number, path in enumerate(there, 1):
        whose = _manifest(path), path.name.rpartition("-")[0]
        if path.name in known:
            continue
        if whose in moved:
            moved.remove(whose)
            continue
        subject = path.name if _PLAIN.fullmatch(path.name) else f"folder {number} of exports/"
        findings.add("package_unknown", subject, _UNKNOWN)


def _stem(one: Acted) -> str:
    return f"{one.word('kind')}-{one.word('recipient')}-{datetime.fromtimestamp(one.at, UTC):%Y-%m-%d}"


def _manifest(folder: Path) -> str:
    try:
        return hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    except OSError:
        return ""
