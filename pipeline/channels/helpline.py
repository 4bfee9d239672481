"""Hand-overs from a helpline: what children and parents told it by phone or chat and it may not deal with itself.

The contact is of the person who called; `safe` says whether writing or calling back puts them in no danger.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.channels._document import Row, is_document, is_object, read_document
from pipeline.channels._headings import text_fields
from pipeline.channels._json_text import as_text
from pipeline.channels.base import Channel, RawRows

_SIGNATURE = re.compile(rb'"handover"\s*:')
_KNOWN = ("handover", "organisation", "handed_over_at", "reports")
_NAMES = {
    "reference": "id",
    "summary": "description",
    "caller_group": "reporter_group",
    "category": "category",
    "area": "area",
    "language": "language",
    "attachments": "attachments",
}
_CONTACT_NAMES = {
    "name": "contact_name",
    "email": "contact_email",
    "phone": "contact_phone",
    "safe": "contact_is_safe",
    "best_time": "best_time",
    "name_to_use": "name_to_use",
}


class Helpline(Channel):
    """`{"handover": 1, "organisation", "handed_over_at", "reports": […]}`; one element of `reports` is one report."""

    name = "helpline"
    rank = 0

    def recognises(self, path: Path, head: bytes) -> bool:
        """By `*.handover.json` or by the key `handover`."""
        return is_document(path, head, ".handover.json", _SIGNATURE)

    def read(self, path: Path) -> Iterator[RawRows]:
        """The rows of one hand-over. Raises OSError."""
        yield from read_document(path, lambda document: document.get("reports"), _row, _KNOWN)


def _row(document: dict[str, object], report: dict[str, object]) -> Row:
    row = Row()
    row.put("source", document.get("organisation"))
    row.put("received_at", document.get("handed_over_at"))
    contact, addresses = report.get("contact"), report.get("addresses")
    said = {key: value for key, value in report.items() if key not in ("contact", "addresses")}
    row.put_all(said, _NAMES | _other_names(report))
    if isinstance(addresses, list):
        row.put("location", "\n".join(text for address in addresses if (text := as_text(address))))
    else:
        row.put("location", addresses)
    if is_object(contact):
        row.put_all(contact, _CONTACT_NAMES)
    else:
        row.keep("contact", contact)
    return row


def _other_names(report: dict[str, object]) -> dict[str, str]:
    """Text and place by other names ("notes", "url"), where their own are not there."""
    there = {"description" if "summary" in report else "", "location" if "addresses" in report else ""}
    others = text_fields(key for key in report if key not in (*_NAMES, "addresses"))
    return {key: field for key, field in others.items() if field not in there}
