"""Cuts a mailbox file into messages as it streams by, one message in memory at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LARGEST_MAIL_BYTES = 25 * 1024 * 1024
"""What mail servers commonly take; a larger one is a reject."""
_LINE_BYTES = 1024 * 1024
_SEPARATOR = re.compile(rb"From \S*[ \t]+(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .{0,60}?\d:\d\d(?::\d\d)?.{0,40}?\d{4}")
_SEPARATOR_BYTES = 200
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MailBytes:
    """One message as it stands in the file; only its beginning if it is larger than `LARGEST_MAIL_BYTES`."""

    data: bytes
    too_large: bool


def is_mailbox(head: bytes) -> bool:
    """Whether a file, or a line, begins as a message in an mbox does: `From sender date`."""
    return bool(_SEPARATOR.match(head[:_SEPARATOR_BYTES]))


def messages_of(path: Path, mailbox: bool) -> Iterator[MailBytes]:
    """Every message of the file; the whole file if it is no mailbox. Raises OSError."""
    lines: list[bytes] = []
    size, after_blank, whole_line = 0, True, True
    started = False
    with path.open("rb") as file:
        while line := file.readline(_LINE_BYTES):
            if mailbox and after_blank and whole_line and is_mailbox(line):
                if started:
                    yield _message(lines, size)
                lines, size = [], 0
            elif size <= LARGEST_MAIL_BYTES:
                lines.append(line)
                size += len(line)
            started = True
            after_blank, whole_line = not line.strip(), line.endswith(b"\n")
    if started:
        yield _message(lines, size)


def unquoted(data: bytes) -> bytes:
    """A mailbox's message as it was sent: `>From ` at a line's start was `From `."""
    return _QUOTED_FROM.sub(rb"\1", data) if b">From " in data else data


def _message(lines: list[bytes], size: int) -> MailBytes:
    return MailBytes(b"".join(lines), size > LARGEST_MAIL_BYTES)
