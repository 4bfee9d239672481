"""Content other hotlines assigned to this country through ICCAM (INHOPE), as its version 3 interface gives it.

`received_at` is when the content was assigned here: the day the public reported it abroad is another clock. Every item
gets the category `csam`, because ICCAM carries nothing else; what it is here a person still assesses.
Source of the format: reference notes on ICCAM v3 (`GET rest/Content/{id}`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.channels._document import Row, is_document, is_object, read_document
from pipeline.channels.base import Channel, RawRows

_SIGNATURE = re.compile(rb'"contents"\s*:\s*\[')
_NAMES = {"contentId": "id", "countryAssignmentDate": "received_at", "memo": "description"}
_EXTRA_NAMES = {
    "reportId": "report_id",
    "assignedCountryCode": "assigned_country",
    "referrerUrl": "referrer",
    "hostingCountryCode": "hosting_country",
    "isSourceUrl": "is_source_url",
}


class Iccam(Channel):
    """`{"contents": […]}`; one element is one content item and one report of source `ICCAM`."""

    name = "iccam"
    rank = 0

    def recognises(self, path: Path, head: bytes) -> bool:
        """By `*.iccam.json` or by a list `contents`."""
        return is_document(path, head, ".iccam.json", _SIGNATURE)

    def read(self, path: Path) -> Iterator[RawRows]:
        """The rows of one work list. Raises OSError."""
        yield from read_document(path, lambda document: document.get("contents"), _row, ("contents",))


def _row(_document: dict[str, object], content: dict[str, object]) -> Row:
    row = Row()
    row.put("source", "ICCAM")
    row.put("category", "csam")
    url = content.get("url")
    for key, value in content.items():
        if key in _NAMES:
            row.put(_NAMES[key], value)
        elif key != "url":
            row.keep(_EXTRA_NAMES.get(key, key), value)
    if is_object(url):
        row.put("location", url.get("urlString"))
        for key, value in url.items():
            if key != "urlString":
                row.keep(_EXTRA_NAMES.get(key, key), value)
    else:
        row.put("location", url)
    return row
