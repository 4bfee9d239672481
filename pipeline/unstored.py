"""The rows of a file of any channel, checked but kept nowhere: for commands that need no workspace.

A readable row is always taken, also one without text, and its time does not matter.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.channels.base import Channel, RawRows
from pipeline.channels.registry import channel_for
from pipeline.intake import Accepted, check
from triage.errors import UnusableInput

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)


def unstored_rows(path: Path, channel: Channel) -> Iterator[Accepted]:
    """The file's rows chunk by chunk, in order, as `channel` (see `channel_of`) reads them."""
    for raw in channel.read(path):
        yield check(_timeless(raw), channel.name, _ANY_TIME, alert=True)


def channel_of(path: Path) -> Channel:
    """The channel that reads this file. Raises UnusableInput where none can."""
    if path.is_dir():
        raise UnusableInput("this is a folder: give one of its files; `hotline run` takes whole folders")
    try:
        channel = channel_for(path)
    except OSError as error:
        raise UnusableInput(f"this file cannot be read ({os.strerror(error.errno or 0)}): check the path") from None
    if channel is None or not path.stat().st_size:
        raise UnusableInput("this file is empty or in no format a channel reads: see docs/channels.md")
    return channel


def _timeless(raw: RawRows) -> RawRows:
    return replace(raw, columns={name: column for name, column in raw.columns.items() if name != "received_at"})
