"""Keys of their own for every recipient and purpose, made of the workspace's index key and stored nowhere.

HMAC-SHA256 (RFC 2104) as for external references (`pipeline/desk/references.py`): the same telephone is shown under the
same digest to one recipient in every package, and under another to the next, so that two recipients cannot compare.
"""

from __future__ import annotations

import hmac

MASKED_VALUES, RELEASED_TEXTS = "masked values 1", "released texts 1"
"""Purposes: digests shown in place of what was masked, and the digest of texts a person released."""
_PURPOSE = b"hotline recipient key"


def recipient_key(index_key: bytes, purpose: str, recipient: str) -> bytes:
    """32 bytes for one purpose and one recipient (a code of `data/routes`)."""
    return hmac.digest(index_key, b"\x1f".join((_PURPOSE, purpose.encode(), recipient.encode())), "sha256")
