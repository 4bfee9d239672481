"""The one way stages hand data to each other: folders of encrypted Parquet parts with a manifest.

An artefact is `runs/<run-id>/<stage>/<part>/`: one Parquet file per named table, each at most 50,000 rows, encrypted
whole under the run's working key (AES-256-GCM, authenticated with run, stage, part and table), and `_MANIFEST` with
their SHA-256 digests. It is written under a temporary name, fsynced, renamed, and the parent folder fsynced. It is
complete only if the manifest reads and every file has the size it names; content digests are checked on reading.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.durable import new_folder, write_file
from triage.errors import Damage

MANIFEST_NAME = "_MANIFEST"
SUFFIX = ".parquet.sealed"
ROWS, UNIT = "rows", "unit"
"""Stages of reading: the rows of a part, sealed already, and the list of parts a unit of input files came to."""
SKETCH = "sketch"
"""Digests of a stretch's texts, made beforehand where they are many."""
_NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Artefacts:
    """The artefacts of one run."""

    root: Path
    run_id: str
    key: bytes

    def folder(self, stage: str, part: int) -> Path:
        """Where one part of one stage lies."""
        return self.root / stage / f"part-{part:08d}"

    def complete(self, stage: str, part: int) -> bool:
        """Whether the part was written to its end: half-written, truncated and empty ones are not complete."""
        folder = self.folder(stage, part)
        manifest = _manifest(folder)
        return manifest is not None and all(
            (folder / name).is_file() and (folder / name).stat().st_size == entry["bytes"]
            for name, entry in manifest["files"].items()
        )

    def write(
        self, stage: str, part: int, tables: Mapping[str, pa.Table], facts: Mapping[str, object] | None = None
    ) -> None:
        """Write all tables of one part, or nothing. `facts` are counts other stages need; no values."""
        folder = self.folder(stage, part)
        folder.parent.mkdir(parents=True, exist_ok=True)
        if folder.exists() and not self.complete(stage, part):
            _discard(folder)
        with new_folder(folder) as temporary:
            files: dict[str, object] = {}
            for name, table in tables.items():
                content = self._encrypt(stage, part, name, table)
                write_file(temporary / (name + SUFFIX), content)
                files[name + SUFFIX] = {
                    "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), "rows": table.num_rows,
                }  # fmt: skip
            manifest = {"run": self.run_id, "stage": stage, "part": part, "files": files, "facts": dict(facts or {})}
            write_file(temporary / MANIFEST_NAME, json.dumps(manifest, sort_keys=True, indent=1).encode())

    def read(self, stage: str, part: int, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """One table, or some of its columns. Raises Damage if it is not what was written."""
        folder = self.folder(stage, part)
        manifest = _manifest(folder)
        if manifest is None or name + SUFFIX not in manifest["files"]:
            raise Damage(f"artefact {stage} part {part} of run {self.run_id} is missing or half-written: run it again")
        content = (folder / (name + SUFFIX)).read_bytes()
        if hashlib.sha256(content).hexdigest() != manifest["files"][name + SUFFIX]["sha256"]:
            raise Damage(f"artefact {stage} part {part} of run {self.run_id} was changed: delete it and run it again")
        try:
            plain = AESGCM(self.key).decrypt(
                content[:_NONCE_BYTES], content[_NONCE_BYTES:], self._bound(stage, part, name)
            )
        except InvalidTag:
            raise Damage(
                f"artefact {stage} part {part} of run {self.run_id} has another key: do not mix runs"
            ) from None
        return pq.read_table(
            pa.BufferReader(plain), columns=None if columns is None else list(columns), use_threads=False
        )

    def facts(self, stage: str, part: int) -> dict[str, object]:
        """The counts written beside a part."""
        manifest = _manifest(self.folder(stage, part))
        if manifest is None:
            raise Damage(f"artefact {stage} part {part} of run {self.run_id} is missing or half-written: run it again")
        return dict(manifest["facts"])

    def names(self, stage: str, part: int) -> list[str]:
        """Names of the tables a part holds."""
        manifest = _manifest(self.folder(stage, part))
        return sorted(name.removesuffix(SUFFIX) for name in manifest["files"]) if manifest else []

    def parts(self, stage: str) -> list[int]:
        """Numbers of the complete parts of a stage, rising."""
        folder = self.root / stage
        numbers = (int(path.name.removeprefix("part-")) for path in folder.glob("part-*")) if folder.is_dir() else ()
        return sorted(number for number in numbers if self.complete(stage, number))

    def damaged(self) -> tuple[str, ...]:
        """Parts that are not what was written, as `stage part number`; needs no key. Reads everything."""
        folders = sorted(self.root.glob("*/part-*"))
        return tuple(f"{one.parent.name} part {int(one.name.removeprefix('part-'))}" for one in folders if _spoilt(one))

    def _encrypt(self, stage: str, part: int, name: str, table: pa.Table) -> bytes:
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="lz4", use_dictionary=False, write_statistics=False)
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + AESGCM(self.key).encrypt(
            nonce, memoryview(sink.getvalue()).cast("B"), self._bound(stage, part, name)
        )

    def _bound(self, stage: str, part: int, name: str) -> bytes:
        return f"{self.run_id}/{stage}/{part}/{name}".encode()


def _manifest(folder: Path) -> dict[str, dict[str, dict[str, object]]] | None:
    try:
        read = json.loads((folder / MANIFEST_NAME).read_bytes())
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) and isinstance(read.get("files"), dict) else None


def _spoilt(folder: Path) -> bool:
    manifest = _manifest(folder)
    if manifest is None:
        return True
    try:
        return any(
            hashlib.sha256((folder / name).read_bytes()).hexdigest() != entry["sha256"]
            for name, entry in manifest["files"].items()
        )
    except (OSError, KeyError, TypeError):
        return True


def _discard(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
