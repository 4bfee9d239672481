"""The hotline's own web form: a folder as a queue, one JSON file per submission.

The reporter sees the form's own receipt; here its number is only the report's `id`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.channels._document import Row, is_document, is_object, read_document
from pipeline.channels._headings import text_fields
from pipeline.channels._json_text import UnreadableJson
from pipeline.channels.base import Channel, RawRows
from triage.report import FIELDS

_SIGNATURE = re.compile(rb'"form"\s*:\s*"')
_FILE_NAME = re.compile(r"submission-.*\.json", re.IGNORECASE)
_FIELD_NAMES = {name: name for name in FIELDS}


class WebForm(Channel):
    """`{"form", "version", "submitted_at", "id", "fields": {…}}`; one file is one report."""

    name = "webform"
    rank = 0

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the queue's file names or by the key `form`."""
        suffix = ".json" if _FILE_NAME.fullmatch(path.name) else ".form.json"
        return is_document(path, head, suffix, _SIGNATURE)

    def read(self, path: Path) -> Iterator[RawRows]:
        """One row. Raises OSError."""
        yield from read_document(path, _submission, _row)


def _submission(document: dict[str, object]) -> object:
    return [document] if is_object(document.get("fields")) else None


def _row(document: dict[str, object], _element: dict[str, object]) -> Row:
    answers = document["fields"]
    if not is_object(answers):
        raise UnreadableJson("not_an_object")
    row = Row()
    row.put("received_at", document.get("submitted_at"))
    row.put_all(answers, _names(answers))
    row.put("id", document.get("id"))
    row.put_all({key: value for key, value in document.items() if key not in ("fields", "id", "submitted_at")}, {})
    return row


def _names(answers: dict[str, object]) -> dict[str, str]:
    """Which answer is which field: by the field's own name, text and place also by another one for them."""
    others = text_fields(key for key in answers if key not in _FIELD_NAMES)
    return _FIELD_NAMES | {key: field for key, field in others.items() if field not in answers}
