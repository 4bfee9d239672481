"""SHA-1 (FIPS 180-4): many hash lists (VICS, NCMEC) carry it."""

from __future__ import annotations

from collections.abc import Sequence

from triage.signals._weak import WeakDigest


class Sha1(WeakDigest):
    """SHA-1 of the bytes as they came."""

    name = "sha1"
    bits = 160

    @classmethod
    def examples(cls) -> Sequence[tuple[bytes, str]]:
        """The empty input and `abc`, as FIPS 180-4 gives them."""
        return (
            (b"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            (b"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        )
