"""Keep a receipt code's keyed hash, and find the report of a code somebody brings back."""

from __future__ import annotations

import hmac

from sqlalchemy import Connection, select

from pipeline.store.schema import receipt
from triage.receipts import secret_of

_PURPOSE = b"hotline receipt 1"
_GIVEN = b"hotline receipt given 1"
_DIGEST_HEX_DIGITS = 16


def receipt_hash(code: str, index_key: bytes) -> bytes:
    """What the store keeps of a code: useless without the index key. Raises ValueError for what is no code."""
    return hmac.digest(index_key, _PURPOSE + secret_of(code), "sha256")


def receipt_digest(kept: bytes, report_id: int, index_key: bytes) -> str:
    """What the audit chain says of a receipt: which code (`kept`: its hash) is for which report."""
    said = _GIVEN + report_id.to_bytes(8, "big") + kept
    return hmac.digest(index_key, said, "sha256").hex()[:_DIGEST_HEX_DIGITS]


def report_of(connection: Connection, code: str, index_key: bytes) -> int | None:
    """The report a code was given for, None if none. Raises ValueError for what is no code."""
    found = connection.execute(
        select(receipt.c.report_id).where(receipt.c.receipt_hash == receipt_hash(code, index_key))
    ).scalar_one_or_none()
    return None if found is None else int(found)
