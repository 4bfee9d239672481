"""Alerts of an SOS app: an organisation, a coarse place, a time, sometimes a note. There is no address and no sender.

A batch is no live alarm: by the time it is read hours may have passed. It only makes sure that no alert is forgotten;
classification makes every one of them `danger_now` by its channel.

Somebody waits for help behind such a file, so it is read as far as it goes: bytes that are no text, a key said twice, a
NUL, a number that is none, more calls than one. What was sent is then kept beside the call, sealed with it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from pipeline.channels._collect import RowCollector
from pipeline.channels._document import LARGEST_BYTES, Row, is_document, is_object, raw_text
from pipeline.channels._encoding import is_binary
from pipeline.channels._json_text import UnreadableJson, decode, parse_object
from pipeline.channels._rejects import trouble_with
from pipeline.channels.base import HEAD_BYTES, MAX_FIELD_CHARS, Channel, RawRows

AS_SENT = "call_as_sent"
"""What was sent, beside a call that could not be read strictly."""
_FEW_CALLS = 20
"""With each of so many calls in one file all that was sent is kept; of more with the first, not as often as there are
calls."""
_SUFFIX = ".sos.json"
_FILE_NAME = re.compile(r"(?:.*[ ._-])?sos(?:[ ._-].*)?\.json", re.IGNORECASE)
_SIGNATURE = re.compile(rb'"alert"\s*:\s*"sos"')
_NAMES = {
    "id": "id", "organisation": "source", "place": "area", "at": "received_at", "time": "received_at",
    "note": "description", "attachments": "attachments",
}  # fmt: skip
_LOOSE = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=str)
_SPACE = re.compile(r"[\s\0]*")
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


class SosAlert(Channel):
    """`{"alert": "sos", "organisation", "place", "at", "id", "note"}`; one file is one alert."""

    name = "sos"
    rank = 0
    reads_empty: ClassVar[bool] = True

    def recognises(self, path: Path, head: bytes) -> bool:
        """By `sos` in a JSON file's name, whatever it holds: somebody may wait behind it; or by `"alert": "sos"`."""
        return _FILE_NAME.fullmatch(path.name) is not None or is_document(path, head, _SUFFIX, _SIGNATURE)

    def read(self, path: Path) -> Iterator[RawRows]:
        """One row, whatever is missing or damaged in it: only what holds no JSON object is a reject. Raises OSError."""
        with path.open("rb") as file:
            data = file.read(LARGEST_BYTES + 1)
        gathered = RowCollector()
        if len(data) > LARGEST_BYTES:
            gathered.reject(1, "document_too_large", {})
        elif not data:
            gathered.reject(1, "empty_file", {})
        elif is_binary(data[:HEAD_BYTES]):
            gathered.reject(1, "call_no_text", {"raw": raw_text(data)})
        else:
            yield from _read(gathered, data)
        yield from gathered.take()


def usable(said: dict[str, str]) -> dict[str, str]:
    """The same as it can be stored: without NUL and half letters, and not endless."""
    return {
        name: _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)[:MAX_FIELD_CHARS] if trouble_with(text) else text
        for name, text in said.items()
    }


def _read(gathered: RowCollector, data: bytes) -> Iterator[RawRows]:
    try:
        _add(gathered, 1, parse_object(decode(data)), "")
    except UnreadableJson as damage:
        sent = data.decode(json.detect_encoding(data), "replace")
        calls, whole = _objects(sent)
        for number, call in enumerate(calls, start=1):
            _add(gathered, number, call, sent if number == 1 or len(calls) <= _FEW_CALLS else "")
            if gathered.full:
                yield from gathered.take()
        if not whole:
            gathered.reject(len(calls) + 1, damage.reason, {"raw": raw_text(data)})


def _objects(sent: str) -> tuple[list[dict[str, object]], bool]:
    """Every object of a text, also those of a list; and whether that is all it holds."""
    found: list[dict[str, object]] = []
    at, whole = _start(sent, 0), True
    while at < len(sent):
        try:
            value, end = _LOOSE.raw_decode(sent, at)
        except (ValueError, RecursionError):
            return found, False
        elements = value if isinstance(value, list) else [value]
        calls = [one for one in elements if is_object(one)]
        whole = whole and len(calls) == len(elements)
        found += calls
        at = _start(sent, end)
    return found, whole and bool(found)


def _start(sent: str, at: int) -> int:
    """Where the next value begins."""
    space = _SPACE.match(sent, at)
    return space.end() if space else at


def _add(gathered: RowCollector, number: int, call: dict[str, object], sent: str) -> None:
    """One call; `sent` is kept with it, as the call itself is where a part of it could not be."""
    row = Row()
    damaged = False
    for key, value in call.items():
        try:
            row.put_all({key: value}, {} if _NAMES.get(key) in row.fields else _NAMES)
        except UnreadableJson:
            damaged = True
    damaged = damaged or any(trouble_with(text) for text in (*row.fields.values(), *row.extra.values()))
    if sent or damaged:
        row.extra[AS_SENT] = sent or _written(call)
    gathered.add(number, usable(row.fields), usable(row.extra))


def _written(call: dict[str, object]) -> str:
    try:
        return json.dumps(call)
    except RecursionError:
        return "too deep"
