"""What is known of one saved version of a list: where it comes from, what it holds, and the digests of its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pipeline.lists.values import RADIUS_BITS, ListKind
from triage.errors import Damage

MANIFEST_NAME = "MANIFEST"


@dataclass(frozen=True, slots=True)
class Source:
    """What an import was asked for: equal ones give an equal list."""

    name: str
    kind: ListKind
    licence: str
    thresholds: Mapping[str, int]
    """Radius in bits by perceptual type, where the operator gave another than `RADIUS_BITS`."""
    format: str
    sha256: str
    bytes: int

    def radius(self, kind: str) -> int:
        """The list's threshold for a type; 0 for digests of bytes."""
        return self.thresholds.get(kind, RADIUS_BITS.get(kind, 0))


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of the rows. `opinions` counts entries by type and opinion, `unusable` values by type as written."""

    rows: int = 0
    entries: int = 0
    repeated: int = 0
    rejected: int = 0
    withdrawn: int = 0
    opinions: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unusable: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One saved version. `files` is name to size and SHA-256; `imported_by` a person's number."""

    source: Source
    version: str
    imported_by: int
    imported_at: str
    counted: Counted
    files: Mapping[str, Mapping[str, Any]]

    def to_bytes(self) -> bytes:
        """As JSON, in one order."""
        return json.dumps(asdict(self), sort_keys=True, indent=1).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Manifest:
        """Read back. Raises Damage."""
        try:
            read = json.loads(content)
            source = Source(**read["source"] | {"kind": ListKind(read["source"]["kind"])})
            return cls(**read | {"source": source, "counted": Counted(**read["counted"])})
        except (ValueError, TypeError, KeyError):
            raise Damage("the manifest of a hash list cannot be read: import the list again") from None
