"""The bytes that came with a report: read into memory from the input folder, for digests only, and never kept.

Attachments are suspect bytes (DESIGN §1): no tool opens them, nothing of them is copied to the workspace. A name in a
report is somebody else's text, so it must lead to an ordinary file inside the folder of the file that names it.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LARGEST_BYTES = 64 * 1024 * 1024
"""A larger file is not digested: nobody attaches such a picture, and films are for evidence collection."""
MOST_PER_REPORT = 200
"""Attachments beyond this number are counted as one that is not looked for."""
NOT_HERE, TOO_LARGE, TOO_MANY = "not_here", "too_large", "too_many"
_NAME_KEYS = ("file", "path", "filename", "name")


@dataclass(frozen=True, slots=True)
class Attached:
    """One attachment: the row that brought it (numbered as the channel numbers rows), its place among the row's
    attachments, and its bytes; or, without bytes, why there are none."""

    row: int
    position: int
    content: bytes | None = field(default=None, repr=False)
    problem: str | None = None


def beside(folder: Path, row: int, said: str | None) -> Iterator[Attached]:
    """Every attachment the field `attachments` of one row names, as files in or below `folder`."""
    names = names_in(said)
    for position, name in enumerate(names[:MOST_PER_REPORT]):
        yield _read(folder, row, position, name)
    if len(names) > MOST_PER_REPORT:
        yield Attached(row, MOST_PER_REPORT, problem=TOO_MANY)


def names_in(said: str | None) -> list[str | None]:
    """The names a field holds: a JSON list of names or of objects with a name, or names between semicolons.

    None stands for an entry without a name: it is counted, but leads to no file.
    """
    if not said or not said.strip():
        return []
    try:
        listed = json.loads(said)
    except (ValueError, RecursionError):
        return [piece.strip() for piece in said.split(";") if piece.strip()]
    return [_name(one) for one in listed] if isinstance(listed, list) else [_name(listed)]


def _name(entry: object) -> str | None:
    if isinstance(entry, dict):
        entry = next((entry[key] for key in _NAME_KEYS if entry.get(key)), None)
    return entry.strip() or None if isinstance(entry, str) else None


def _read(folder: Path, row: int, position: int, name: str | None) -> Attached:
    path = _inside(folder, name)
    try:
        if path is None or not stat.S_ISREG(path.stat().st_mode):
            return Attached(row, position, problem=NOT_HERE)
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except OSError:
        return Attached(row, position, problem=NOT_HERE)
    if len(content) > LARGEST_BYTES:
        return Attached(row, position, problem=TOO_LARGE)
    return Attached(row, position, content)


def _inside(folder: Path, name: str | None) -> Path | None:
    """Where a name leads, with every symbolic link followed; None where that is outside the folder."""
    if not name or "\0" in name:
        return None
    try:
        root, path = folder.resolve(), (folder / name.replace("\\", "/")).resolve()
    except (OSError, ValueError, RuntimeError):
        return None
    return path if path.is_relative_to(root) else None


def of_rows(folder: Path, rows: Sequence[int], said: Sequence[str | None]) -> Iterator[Attached]:
    """The attachments of many rows."""
    for row, words in zip(rows, said, strict=True):
        if words:
            yield from beside(folder, row, words)
