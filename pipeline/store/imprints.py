"""One number per report over everything in its row that nobody ever changes: `verify` names a row edited by hand.

Made of whole columns (0.1 µs a report) with the workspace's index key: it shows an edit, and tells who holds the store
alone nothing of what was said. What moves (the case) and what goes (the salt) is not in it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from pipeline.identity import DIGEST_BYTES, text_digests
from pipeline.store import bulk
from pipeline.store.schema import report_imprint

NUMBERS = ("report_id", "source_no", "received_at", "facts", "verdict_id", "locator_id")
WIDTHS = {"external_id": 40, "content_digest": DIGEST_BYTES}
"""Columns of which nearly every value is another, and as many bytes of each as the store ever keeps."""
CODES = ("category", "area", "language", "reporter_group")
"""Columns of few distinct values, or none."""
TEXTS = (*WIDTHS, *CODES)
IMPRINT_BYTES = 8
_WORD = "<u8"
Words = npt.NDArray[np.uint64]


def imprints(columns: Mapping[str, Any], index_key: bytes) -> Words:
    """One per row. Whole numbers with 0 for none under NUMBERS, Arrow texts or bytes under WIDTHS and CODES."""
    state = np.full(len(columns["report_id"]), _start(index_key), dtype=np.uint64)
    for name in NUMBERS:
        state = spread(state ^ columns[name].astype(np.uint64))
    for name, width in WIDTHS.items():
        for word in _wide(columns[name], width):
            state = spread(state ^ word)
    for name in CODES:
        state = spread(state ^ _coded(columns[name], index_key))
    return state


def spread(value: Words) -> Words:
    """Each number to another, every bit of which depends on every bit (splitmix64's finaliser, Steele et al. 2014)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        value = (value ^ (value >> np.uint64(shift))) * np.uint64(factor)
    return value ^ (value >> np.uint64(31))


def keep_imprints(connection: Connection, report_ids: list[int], found: Words) -> None:
    """Write the imprints of neighbouring reports, given in the order of their numbers, into one row."""
    if report_ids:
        row = (report_ids[0], report_ids[-1], found.astype(_WORD).tobytes())
        bulk.insert(connection, report_imprint, ("first_report", "last_report", "imprints"), [row])


def imprints_digest(connection: Connection, first: int, beyond: int) -> str:
    """SHA-256 over the imprints of a run's reports, for its audit event."""
    digest = hashlib.sha256()
    statement = (
        f"SELECT imprints FROM report_imprint WHERE first_report >= {first} AND first_report < {beyond}"
        " ORDER BY first_report"
    )
    for (stored,) in connection.exec_driver_sql(statement):
        digest.update(stored)
    return digest.hexdigest()


def _start(index_key: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(key=index_key, digest_size=8, person=b"imprint").digest())


def _wide(column: pa.Array, width: int) -> list[Words]:
    """The length of each value, and its bytes in words."""
    lengths = pc.binary_length(column).to_numpy(zero_copy_only=False).astype(np.uint64)
    padded = pc.ascii_rpad(column.view(pa.string()), width, padding="\0").view(pa.binary())
    stored = pc.binary_slice(padded, 0, width).buffers()[2]
    words = np.frombuffer(stored, dtype=_WORD, count=len(column) * width // 8).reshape(-1, width // 8)
    return [lengths, *words.T]


def _coded(column: pa.Array, index_key: bytes) -> Words:
    """A number for each distinct value, 0 for none."""
    coded = column.dictionary_encode()
    digests = text_digests(coded.dictionary.to_pylist(), index_key)
    words: Words = np.array([0, *(int.from_bytes(digest[:8]) for digest in digests)], dtype=np.uint64)
    places: npt.NDArray[np.int64] = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return words[places + 1]
