"""The broken things a drop folder always holds: each must become a reject with a reason or an unreadable file.

They carry no report of the 860 and no person's words.
"""

from __future__ import annotations

from collections.abc import Mapping

REJECTS: Mapping[str, str] = {
    "app-reports.jsonl": "last line truncated",
    "web-export-2026.csv": "one row with too many cells, one with bytes that are no UTF-8",
    "webform/submission-9001.json": "document truncated",
}
"""File to what is wrong in it."""
REJECT_COUNT = 4
UNREADABLE: Mapping[str, bytes] = {
    "empty.csv": b"",
    "photo.bin": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
}
"""Files of which nothing can be read: an empty one and a binary one (a signature and counting bytes, no picture)."""
_TOO_MANY_CELLS = b"W-2026-9001,web,2026-03-01T10:00:00+01:00,other" + b",x" * 40 + b"\r\n"
_NO_UTF8 = b"W-2026-9002,web,2026-03-02T10:00:00+01:00,other,ne znam,pro\xb9lo \xff\xfe" + b"," * 12 + b"\r\n"


def with_broken_things(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The drop folder's files with the damage added. Raises KeyError if a file to damage is not there."""
    damaged = {**files, **UNREADABLE}
    table = damaged["web-export-2026.csv"].splitlines(keepends=True)
    middle = len(table) // 2
    damaged["web-export-2026.csv"] = b"".join([*table[:middle], _TOO_MANY_CELLS, _NO_UTF8, *table[middle:]])
    damaged["app-reports.jsonl"] += b'{"id": "A-2026-9003", "category": "other", "location": "https://tabla.exa'
    damaged["webform/submission-9001.json"] = b'{"form": "hotline-web", "version": 1, "submitted_at": "2026-04-01T0'
    return damaged
