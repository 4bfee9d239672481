"""JSON documents: what web form, helpline, SOS and ICCAM files have in common.

A document is read as a whole (at most `LARGEST_BYTES`). One that is damaged is one reject, row 1, with its text; one
element that is no object is one reject with its text; all else becomes rows by the channel's own mapping. What stands
beside the list of reports and no channel knows is kept with each of them: it may be the one sentence that matters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TypeGuard

from pipeline.channels._collect import RowCollector
from pipeline.channels._encoding import is_binary, plain_head
from pipeline.channels._json_text import UnreadableJson, as_text, decode, parse_object
from pipeline.channels.base import RawRows
from pipeline.unheard import unheard
from triage.report import FIELDS

LARGEST_BYTES = 64 * 1024 * 1024
"""A hand-over holds some hundred reports at most; 64 MB is far beyond that and still fits in memory."""
_OTHER_CHANNELS = frozenset({".jsonl", ".ndjson", ".csv", ".tsv", ".tab", ".txt", ".eml", ".mbox"})


class Row:
    """One report of a document while it is being filled: texts by field name, and by other names."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.extra: dict[str, str] = {}

    def put(self, name: str, value: object) -> None:
        """Set a field unless nothing was said; raises UnreadableJson for what nests too deeply."""
        text = as_text(value)
        if text is not None:
            self.fields[name] = text

    def put_all(self, values: Mapping[str, object], names: Mapping[str, str]) -> None:
        """Every value under the field `names` gives its key, or under its own key as extra."""
        for key, value in values.items():
            if key in names:
                self.put(names[key], value)
            else:
                self.keep(key, value)

    def keep(self, name: str, value: object) -> None:
        """Set an extra value unless nothing was said; one that stands there already stays, beside it."""
        text = as_text(value)
        if text is None:
            return
        free, number = name, 2
        while self.extra.get(free, text) != text:
            free, number = f"{name}_{number}", number + 1
        self.extra[free] = text

    def keep_beside(self, document: Mapping[str, object]) -> None:
        """What stands beside the reports of a document, never as if it were a field of this one."""
        for key, value in document.items():
            self.keep(f"document_{key}" if key in FIELDS or key in self.extra else key, value)


def is_document(path: Path, head: bytes, suffix: str, signature: re.Pattern[bytes]) -> bool:
    """Whether the file has this channel's name ending, or is a JSON object showing the channel's signature."""
    if is_binary(head):
        return False
    if path.name.lower().endswith(suffix):
        return True
    text = plain_head(head).lstrip()
    return text.startswith(b"{") and path.suffix.lower() not in _OTHER_CHANNELS and bool(signature.search(text))


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Whether a JSON value is an object (its keys are always text)."""
    return isinstance(value, dict)


def raw_text(data: bytes) -> str:
    """The document's text, or its bytes one character each where they are no text."""
    try:
        return decode(data)
    except UnreadableJson:
        return data.decode("latin-1")


def read_document(
    path: Path,
    elements_of: Callable[[dict[str, object]], object],
    row_of: Callable[[dict[str, object], dict[str, object]], Row],
    known: Collection[str] | None = None,
) -> Iterator[RawRows]:
    """The rows of one document: `elements_of(document)` is its list of reports, `row_of(document, element)` one row.

    `known` are the document's keys the channel reads itself, all others are kept with every report; None where `row_of`
    keeps them. Raises OSError. An empty file has no rows.
    """
    with path.open("rb") as file:
        data = file.read(LARGEST_BYTES + 1)
    gathered = RowCollector()
    if len(data) > LARGEST_BYTES:
        gathered.reject(1, "document_too_large", {})
    elif data:
        yield from _read(gathered, data, elements_of, row_of, known)
    yield from gathered.take()


def _read(
    gathered: RowCollector,
    data: bytes,
    elements_of: Callable[[dict[str, object]], object],
    row_of: Callable[[dict[str, object], dict[str, object]], Row],
    known: Collection[str] | None,
) -> Iterator[RawRows]:
    try:
        document = parse_object(decode(data))
    except UnreadableJson as damage:
        gathered.reject(1, damage.reason, {"raw": raw_text(data)})
        return
    elements = elements_of(document)
    beside = {} if known is None else {key: value for key, value in document.items() if key not in known}
    if not isinstance(elements, list) or (not elements and _speaks(beside)):
        gathered.reject(1, "missing_part", {"raw": raw_text(data)})
        return
    for number, element in enumerate(elements, start=1):
        try:
            if not is_object(element):
                raise UnreadableJson("not_an_object")
            row = row_of(document, element)
            row.keep_beside(beside)
        except UnreadableJson as damage:
            said = {"document": element_text(beside, lambda: data)} if beside else {}
            gathered.reject(number, damage.reason, {"raw": element_text(element, lambda: data)} | said)
        else:
            gathered.add(number, row.fields, row.extra)
        if gathered.full:
            yield from gathered.take()


def _speaks(beside: Mapping[str, object]) -> bool:
    """Whether somebody says something beside a list without a report."""
    try:
        return unheard({key: [as_text(value)] for key, value in beside.items()}, 1)[0]
    except UnreadableJson:
        return True


def element_text(element: object, whole: Callable[[], bytes]) -> str:
    """The element as JSON; the whole document if the element nests too deeply to be written."""
    try:
        return as_text(element) or "null"
    except UnreadableJson:
        return raw_text(whole())
