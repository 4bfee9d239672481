"""SHA-256 (FIPS 180-4): the identity of bytes here and in every exchange format."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from triage.signals.base import ByteSignalType, Signal


class Sha256(ByteSignalType):
    """SHA-256 of the bytes as they came."""

    name = "sha256"
    bits = 256

    @classmethod
    def of_bytes(cls, content: bytes) -> Signal:
        """SHA-256 of `content`: 32 bytes."""
        return Signal(cls.name, hashlib.sha256(content).digest())

    @classmethod
    def examples(cls) -> Sequence[tuple[bytes, str]]:
        """The empty input and `abc`, as FIPS 180-4 gives them."""
        return (
            (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        )
