"""Reading back what packages of kind `iccam` hold, byte for byte as they were made.

A package is found by the digest of its manifest, which the store keeps, and is used only if every file in it is as the
manifest says: what goes to INHOPE is what was exported.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from exporters.iccam import ANSWER_PREFIX
from exporters.manifest import MANIFEST, verify
from triage.errors import Damage


class Unusable(StrEnum):
    """Why a package cannot be sent; a code of docs/iccam.md."""

    PACKAGE_GONE = "package_gone"
    PACKAGE_CHANGED = "package_changed"


class Shelf:
    """The folders below `exports/` that hold packages for ICCAM; each is read and checked once."""

    def __init__(self, exports: Path) -> None:
        self._folders = {
            hashlib.sha256(manifest.read_bytes()).hexdigest(): manifest.parent
            for manifest in sorted(exports.glob(f"iccam-*/{MANIFEST}"))
        }
        self._read: dict[str, Mapping[str, bytes] | None] = {}

    def body(self, manifest_digest: str, reference: str) -> dict[str, object] | Unusable | None:
        """The report body of a case in a package, or why there is none to send; None where the package answers content
        INHOPE assigned, which the push makes anew."""
        folder = self._folders.get(manifest_digest)
        if folder is None:
            return Unusable.PACKAGE_GONE
        if manifest_digest not in self._read:
            files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
            self._read[manifest_digest] = None if verify(files) else files
        files_or_none = self._read[manifest_digest]
        if files_or_none is None:
            return Unusable.PACKAGE_CHANGED
        body = files_or_none.get(f"iccam-{reference}.json")
        if body is None and any(name.startswith(ANSWER_PREFIX) for name in files_or_none):
            return None
        if body is None:
            return Unusable.PACKAGE_GONE
        said = json.loads(body)
        if not isinstance(said, dict):
            raise Damage("a package for ICCAM holds something else: run `hotline verify`")
        return said
