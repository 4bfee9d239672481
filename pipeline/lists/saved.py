"""One version of a list on disk: arrays in a private folder, memory-mapped when asked, written all or nothing.

`<workspace>/lists/<name>/<version>/` holds for every type the values by rising value, for perceptual types the arrays
of `triage.matching.RadiusIndex` beside them, and for all entries opinion, own threshold, tags and own id. Entries are
numbered from 1 through the types in the order of `VALUE_BYTES`, by rising value: a number holds for its version only.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pipeline.durable import write_file
from pipeline.lists.entries import LIST_THRESHOLD, Block, Bytes, as_words
from pipeline.lists.manifest import MANIFEST_NAME, Manifest
from pipeline.lists.values import PERCEPTUAL_BYTES, VALUE_BYTES, Opinion
from pipeline.workspace import Workspace
from triage.errors import Damage

if TYPE_CHECKING:
    from triage.matching import RadiusIndex

REJECTS_NAME = "rejects.csv"
_TAGS_NAME = "tags.json"
_SMALL_BYTES = 65_536
"""Smaller arrays are read, not mapped: an empty one cannot be mapped."""

Numbers = npt.NDArray[np.int64]
Files = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list, looked up by its number. `threshold` in bits (0 for digests of bytes)."""

    number: int
    type: str
    value: bytes
    opinion: Opinion
    threshold: int
    tags: tuple[str, ...]
    own_id: str


@dataclass(frozen=True)
class SavedList:
    """An opened version; arrays are mapped when first used."""

    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: Path, digest: str) -> SavedList:
        """Open a version whose manifest must have this SHA-256. Raises Damage if files are missing or of other size.

        What the files hold is not read: before matching, open a list by `pipeline.lists.checked`.
        """
        opened = cls(folder, read_manifest(folder, digest))
        for name, facts in opened.manifest.files.items():
            path = folder / name
            if not path.is_file() or path.stat().st_size != facts["bytes"]:
                raise Damage(f"list {folder.parent.name} lacks a part of its files: import it again")
        return opened

    @property
    def name(self) -> str:
        """The list's name."""
        return self.manifest.source.name

    def changed_files(self) -> list[str]:
        """Names of files that no longer hold what was imported or cannot be read; reads everything."""
        return [name for name, facts in self.manifest.files.items() if not _holds(self.folder / name, facts["sha256"])]

    @cached_property
    def first_numbers(self) -> Mapping[str, int]:
        """Number of the first entry of each type that has entries."""
        firsts, following = {}, 1
        for kind in VALUE_BYTES:
            if kind in self.manifest.counted.opinions:
                firsts[kind] = following
                following += sum(self.manifest.counted.opinions[kind].values())
        return firsts

    def exact(self, kind: str, queries: Bytes) -> tuple[Numbers, Numbers]:
        """Places of the queries (m, width) that have an entry of equal value, and the numbers of those entries."""
        if kind not in self.first_numbers:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        words, wanted = self._words(kind), as_words(queries)
        rows = np.searchsorted(words, wanted)
        inside = np.flatnonzero(rows < len(words))
        found = inside[words[rows[inside]] == wanted[inside]]
        return found.astype(np.int64), rows[found].astype(np.int64) + self.first_numbers[kind]

    def near(self, kind: str, queries: Bytes) -> tuple[Numbers, Numbers, Numbers]:
        """Places of queries, numbers of entries and their distances, within the thresholds of list and entry."""
        if kind not in self.first_numbers:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        radius = self.manifest.source.radius(kind)
        hits = self._index(kind).search(queries, radius)
        query, number, distance = (
            np.asarray(part, dtype=np.int64) for part in (hits.query, hits.id, hits.distance)
        )
        own = self._array("threshold")[number - 1]
        kept = (own == LIST_THRESHOLD) | (distance <= own)
        return query[kept], number[kept], distance[kept]

    def entry(self, number: int) -> Entry | None:
        """The entry of a number, None if there is none."""
        if not 1 <= number <= self.manifest.counted.entries:
            return None
        kind = max((first, kind) for kind, first in self.first_numbers.items() if first <= number)[1]
        own = int(self._array("threshold")[number - 1])
        radius = self.manifest.source.radius(kind)
        return Entry(
            number, kind, self._array(f"values-{kind}")[number - self.first_numbers[kind]].tobytes(),
            Opinion(int(self._array("opinion")[number - 1])), radius if own == LIST_THRESHOLD else min(own, radius),
            self._tags[int(self._array("tags")[number - 1])],
            bytes(self._array("own_id")[number - 1]).decode("utf-8", "replace"),
        )  # fmt: skip

    def values(self) -> Iterator[tuple[int, str, bytes]]:
        """Number, type and value of every entry, rising."""
        for kind, first in self.first_numbers.items():
            for number, value in enumerate(self._array(f"values-{kind}"), start=first):
                yield number, kind, value.tobytes()

    @cached_property
    def _arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {}

    @cached_property
    def _indexes(self) -> dict[str, RadiusIndex]:
        return {}

    @cached_property
    def _tags(self) -> list[tuple[str, ...]]:
        return [tuple(tags) for tags in json.loads((self.folder / _TAGS_NAME).read_bytes())]

    def _array(self, name: str) -> npt.NDArray[Any]:
        if name not in self._arrays:
            path = self.folder / f"{name}.npy"
            small = path.stat().st_size <= _SMALL_BYTES
            self._arrays[name] = np.load(path, mmap_mode=None if small else "r", allow_pickle=False)
        return self._arrays[name]

    def _words(self, kind: str) -> npt.NDArray[np.bytes_]:
        return as_words(self._array(f"values-{kind}"))

    def _index(self, kind: str) -> RadiusIndex:
        from triage.matching import RadiusIndex

        if kind not in self._indexes:
            prefix = f"index-{kind}-"
            names = [name.removesuffix(".npy") for name in self.manifest.files if name.startswith(prefix)]
            self._indexes[kind] = RadiusIndex.from_arrays(
                {name.removeprefix(prefix): self._array(name) for name in names}
            )
        return self._indexes[kind]


def read_manifest(folder: Path, digest: str) -> Manifest:
    """The manifest of a version, which must have this SHA-256. Raises Damage if it is gone or changed."""
    try:
        content = (folder / MANIFEST_NAME).read_bytes()
    except OSError:
        raise Damage(f"list {folder.parent.name} is not where it was saved: import it again") from None
    if hashlib.sha256(content).hexdigest() != digest:
        raise Damage(f"the manifest of list {folder.parent.name} was changed: import it again")
    return Manifest.from_bytes(content)


def lists_folder(workspace: Workspace) -> Path:
    """Where all lists of a workspace lie."""
    return workspace.root / "lists"


def write_arrays(folder: Path, blocks: Mapping[str, Block], tags: list[tuple[str, ...]]) -> Files:
    """Write all arrays of a list into a (temporary) folder, durably; answers each file's size and SHA-256."""
    return dict(_written(folder, blocks, tags))


def described(path: Path) -> dict[str, Any]:
    """Size and SHA-256 of a file, as a manifest names them."""
    return {"bytes": path.stat().st_size, "sha256": _sha256(path)}


def _written(
    folder: Path, blocks: Mapping[str, Block], tags: list[tuple[str, ...]]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    following = 1
    for kind, block in blocks.items():
        yield _save(folder, f"values-{kind}", block.values)
        if kind in PERCEPTUAL_BYTES:
            numbers = np.arange(following, following + len(block), dtype=np.int64)
            for name, array in _index_arrays(block.values, numbers).items():
                yield _save(folder, f"index-{kind}-{name}", array)
        following += len(block)
    for name in ("opinion", "threshold", "tags"):
        yield _save(folder, name, np.concatenate([getattr(block, name) for block in blocks.values()]))
    yield _save(folder, "own_id", np.concatenate([block.own_ids for block in blocks.values()]))
    write_file(folder / _TAGS_NAME, json.dumps(tags, ensure_ascii=False).encode())
    yield _TAGS_NAME, described(folder / _TAGS_NAME)


def _index_arrays(values: Bytes, numbers: Numbers) -> Mapping[str, npt.NDArray[Any]]:
    from triage.matching import RadiusIndex

    return RadiusIndex.build(values, numbers).arrays()


def _save(folder: Path, name: str, array: npt.NDArray[Any]) -> tuple[str, Mapping[str, Any]]:
    path = folder / f"{name}.npy"
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return path.name, described(path)


def _holds(path: Path, digest: str) -> bool:
    try:
        return _sha256(path) == digest
    except OSError:
        return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
