"""What goes beside the words of a row that is mended: a mail's bytes, and what its attachments were digested to.

It lies beside the file of such rows, in the memory of the same process (`pipeline/small_run.py`). Only rows a person
mends have it: a file of the public cannot bring digests of its own making.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.attachments import MOST_PER_REPORT, NOT_HERE, Attached, beside, names_in
from pipeline.channels.base import RawRows
from pipeline.hashing import Hasher
from pipeline.stages.digest import Item, read_back, written

NOT_FOUND = "not_found"
"""Nobody digested it when its report came, and its file cannot be found any more: whether it was there is unknown."""
_SUFFIX = ".beside"


@dataclass(frozen=True, slots=True)
class Carried:
    """What goes with one row: the message it came in, byte for byte, and its attachments as items of no report yet."""

    raw: bytes | None = field(default=None, repr=False)
    items: tuple[Item, ...] = ()


def digested(found: Iterable[Attached], hasher: Hasher) -> Iterator[tuple[int, Item]]:
    """Row and item of each attachment, without what lists say of it."""
    for one in found:
        if one.content is None:
            yield one.row, Item(0, one.position, problem=one.problem)
        else:
            made = hasher.hashed(one.content)
            yield one.row, Item(0, one.position, made.size_bytes, made.media_type, made.problem, made.signals)


def looked_for(folder: Path | None, said: str | None, hasher: Hasher) -> tuple[Item, ...]:
    """What a field `attachments` names, where its file's folder is still known; what is not there is NOT_FOUND."""
    if folder is None:
        named = range(min(len(names_in(said)), MOST_PER_REPORT + 1))
        return tuple(Item(0, position, problem=NOT_FOUND) for position in named)
    found = (item for _, item in digested(beside(folder, 0, said), hasher))
    return tuple(replace(one, problem=NOT_FOUND) if one.problem == NOT_HERE else one for one in found)


def beside_path(path: Path) -> Path:
    """Where what goes with the rows of a file lies."""
    return path.with_suffix(_SUFFIX)


def as_file(carried: Mapping[int, Carried]) -> bytes:
    """What goes with rows, by their number in the file, as the file beside theirs holds it."""
    return json.dumps({
        row: [None if one.raw is None else base64.b64encode(one.raw).decode(), written(one.items)]
        for row, one in carried.items()
    }).encode()  # fmt: skip


def carried_with(path: Path) -> dict[int, Carried]:
    """The same read again, nothing where no such file is. Raises OSError."""
    try:
        said = json.loads(beside_path(path).read_bytes())
    except FileNotFoundError:
        return {}
    return {
        int(row): Carried(None if raw is None else base64.b64decode(raw), read_back(items))
        for row, (raw, items) in said.items()
    }


def with_messages(rows: RawRows, carried: Mapping[int, Carried]) -> RawRows:
    """The rows with the messages that go with them."""
    raw = [carried[row].raw if row in carried else None for row in rows.row_numbers]
    return replace(rows, raw=raw) if any(one is not None for one in raw) else rows
