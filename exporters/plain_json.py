"""JSON with the same bytes for the same values: sorted keys, ASCII only, so no control or bidi mark survives raw."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime


def write(value: object) -> bytes:
    """One JSON document, indented, with a newline at its end. Raises TypeError on a value JSON has no word for."""
    return (json.dumps(plain(value), indent=1, sort_keys=True, allow_nan=False) + "\n").encode("ascii")


def plain(value: object) -> object:
    """Times become ISO 8601 text, tuples lists, enum words plain text; everything else stays what it is."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return str(value)
    return value
