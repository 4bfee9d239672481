"""Alerts of an SOS app: an organisation, a coarse place, a time, sometimes a note. There is no address and no sender.

A batch is no live alarm: by the time it is read hours may have passed. It only makes sure that no alert is forgotten;
classification makes every one of them `danger_now` by its channel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.channels._document import Row, is_document, read_document
from pipeline.channels.base import Channel, RawRows

_SIGNATURE = re.compile(rb'"alert"\s*:\s*"sos"')
_NAMES = {"id": "id", "organisation": "source", "place": "area", "at": "received_at", "note": "description"}


class SosAlert(Channel):
    """`{"alert": "sos", "organisation", "place", "at", "id", "note"}`; one file is one alert."""

    name = "sos"
    rank = 0

    def recognises(self, path: Path, head: bytes) -> bool:
        """By `*.sos.json` or by `"alert": "sos"`."""
        return is_document(path, head, ".sos.json", _SIGNATURE)

    def read(self, path: Path) -> Iterator[RawRows]:
        """One row, whatever is missing in it: an alert is never turned away for its form. Raises OSError."""
        yield from read_document(path, lambda document: [document], _row)


def _row(_document: dict[str, object], alert: dict[str, object]) -> Row:
    row = Row()
    row.put_all(alert, _NAMES)
    return row
