"""MD5 (RFC 1321): many older hash lists hold nothing else.

Collisions can be made: a match is a reason to look, no proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from triage.signals.base import ByteSignalType, Signal


class Md5(ByteSignalType):
    """MD5 of the bytes as they came."""

    name = "md5"
    bits = 128

    @classmethod
    def of_bytes(cls, content: bytes) -> Signal:
        """MD5 of `content`: 16 bytes."""
        return Signal(cls.name, hashlib.md5(content, usedforsecurity=False).digest())

    @classmethod
    def examples(cls) -> Sequence[tuple[bytes, str]]:
        """The empty input and `abc`, as RFC 1321 gives them."""
        return (
            (b"", "d41d8cd98f00b204e9800998ecf8427e"),
            (b"abc", "900150983cd24fb0d6963f7d28e17f72"),
        )
