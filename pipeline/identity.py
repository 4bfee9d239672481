"""Who is who: report identities, content digests, address digests, all keyed with the workspace's index key."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence

DIGEST_BYTES = 16
_PLAIN_ID = re.compile(r"[A-Za-z0-9._:/#-]{1,64}")
_ABSENT = "\x00"
_BETWEEN = "\x1f"


def stored_id(external_id: str, index_key: bytes) -> str:
    """An id as the store keeps it: plain ids as they are, anything else (a Message-ID, an address) as a digest.

    Ids are shown and logged; one that could name a person must not be.
    """
    if _PLAIN_ID.fullmatch(external_id):
        return external_id
    return "~" + hmac.digest(index_key, external_id.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]


def row_identity(file_sha256: str, row: int) -> tuple[str, str]:
    """(source, id) of a report that brought no id: its file's digest and its row, in an order that sorts."""
    return f"file:{file_sha256[:32]}", f"{row:09d}"


def content_digests(columns: Sequence[Iterable[str | None]], index_key: bytes) -> list[bytes]:
    """One keyed digest per row over columns given in a fixed order; equal rows give equal digests."""
    new, key = hashlib.blake2b, index_key
    filled = [[_ABSENT if value is None else value for value in column] for column in columns]
    return [
        new(_BETWEEN.join(row).encode("utf-8", "surrogatepass"), key=key, digest_size=DIGEST_BYTES).digest()
        for row in zip(*filled, strict=True)
    ]


def text_digests(texts: Iterable[str], index_key: bytes) -> list[bytes]:
    """One keyed digest per text (an address, a case key, a description)."""
    new = hashlib.blake2b
    return [new(said.encode("utf-8", "surrogatepass"), key=index_key, digest_size=DIGEST_BYTES).digest() for said in texts]
