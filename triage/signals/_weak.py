"""What MD5 and SHA-1 share: collisions can be made, so a match is a reason to look, no proof."""

from __future__ import annotations

import hashlib

from triage.signals.base import ByteSignalType, Signal


class WeakDigest(ByteSignalType):
    """A digest of the bytes as they came; `name` is also what `hashlib` calls it."""

    @classmethod
    def of_bytes(cls, content: bytes) -> Signal:
        """The digest of `content`: `bits` of it."""
        return Signal(cls.name, hashlib.new(cls.name, content, usedforsecurity=False).digest())
