"""SHA-1 (FIPS 180-4): many hash lists (VICS, NCMEC) carry it.

Collisions can be made: a match is a reason to look, no proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from triage.signals.base import ByteSignalType, Signal


class Sha1(ByteSignalType):
    """SHA-1 of the bytes as they came."""

    name = "sha1"
    bits = 160

    @classmethod
    def of_bytes(cls, content: bytes) -> Signal:
        """SHA-1 of `content`: 20 bytes."""
        return Signal(cls.name, hashlib.sha1(content, usedforsecurity=False).digest())

    @classmethod
    def examples(cls) -> Sequence[tuple[bytes, str]]:
        """The empty input and `abc`, as FIPS 180-4 gives them."""
        return (
            (b"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            (b"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        )
