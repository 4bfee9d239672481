"""MD5 (RFC 1321): many older hash lists hold nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from triage.signals._weak import WeakDigest


class Md5(WeakDigest):
    """MD5 of the bytes as they came."""

    name = "md5"
    bits = 128

    @classmethod
    def examples(cls) -> Sequence[tuple[bytes, str]]:
        """The empty input and `abc`, as RFC 1321 gives them."""
        return (
            (b"", "d41d8cd98f00b204e9800998ecf8427e"),
            (b"abc", "900150983cd24fb0d6963f7d28e17f72"),
        )
