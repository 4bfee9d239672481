"""Keyed digests of what a run brought beside its reports: the audit chain holds them, `verify` makes them anew.

Sources by name, rejects by place and reason, what came with reports (attachments and their digests), and which sealed
texts there are (words, raw messages, further columns) and how long. What people do about a reject, and what is sealed
in its row, is not in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from pipeline.store.linked import FETCH_ROWS
from triage.report import run_range

_SOURCES = (
    "SELECT source_no, channel, source FROM source WHERE source_no IN"
    " (SELECT source_no FROM report WHERE report_id >= {first} AND report_id < {beyond}) ORDER BY source_no"
)
_REJECTS = (
    "SELECT reject_id, file_sha256, row, file_no, field, reason, advice, channel FROM reject WHERE run_no = {run_no}"
    " ORDER BY reject_id"
)
_ITEMS = (
    "SELECT report_id, position, size_bytes, media_type, problem FROM content_item"
    " WHERE report_id >= {first} AND report_id < {beyond} ORDER BY report_id, position"
)
_SIGNALS = (
    "SELECT report_id, position, type, form, value, quality FROM signal"
    " WHERE report_id >= {first} AND report_id < {beyond} ORDER BY report_id, position, type, form"
)
_TEXTS = (
    "SELECT first_report, kind, last_report, envelope_id, LENGTH(directory), LENGTH(payload) FROM sealed_text"
    " WHERE first_report >= {first} AND first_report < {beyond} ORDER BY first_report, kind"
)
"""Nothing else tells that a report has a raw message. What lies in a pack is held against its length elsewhere."""
ITEMS = "items"
_BESIDE = {"sources": (_SOURCES,), "rejects": (_REJECTS,), ITEMS: (_ITEMS, _SIGNALS), "texts": (_TEXTS,)}
NAMES = tuple(_BESIDE)
"""What is digested, by its name in the audit event."""


def beside_digests(connection: Connection, run_no: int, index_key: bytes) -> dict[str, str]:
    """One digest per name of NAMES over everything the store has of it for this run."""
    return {name: beside_digest(connection, name, run_no, index_key) for name in NAMES}


def beside_digest(connection: Connection, name: str, run_no: int, index_key: bytes) -> str:
    """One of them."""
    first, beyond = run_range(run_no)
    digest = hashlib.blake2b(key=index_key, digest_size=32)
    for statement in _BESIDE[name]:
        for row in _rows(connection, statement.format(run_no=run_no, first=first, beyond=beyond)):
            digest.update(repr(row).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _rows(connection: Connection, statement: str) -> Iterator[tuple[Any, ...]]:
    """Rows as both engines give them; their drivers differ in the kind of bytes alone."""
    result = connection.exec_driver_sql(statement)
    while rows := result.fetchmany(FETCH_ROWS):
        for row in rows:
            yield tuple(bytes(one) if isinstance(one, memoryview) else one for one in row)
