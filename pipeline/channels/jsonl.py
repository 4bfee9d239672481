"""JSON Lines: one report per line, an object with the field names of `triage.report.FIELDS`.

Names as `data/headers.toml` knows them are understood too. Row numbers are line numbers; blank lines are no rows.
One damaged line costs one reject. Other names are kept as extra; lists and objects stay JSON text. Text is UTF-8, or
UTF-16 with or without a byte-order mark. A file that is one list of such objects, or one object over several lines, is
read as well: each object is a row, numbered in the list.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, TextIO

from pipeline.channels._collect import RowCollector
from pipeline.channels._document import LARGEST_BYTES, element_text, is_object, raw_text
from pipeline.channels._encoding import BAD_BYTES, is_binary, plain_head, utf16_of
from pipeline.channels._headings import field_of, own_name
from pipeline.channels._json_text import UnreadableJson, as_text, decode, parse_object, parse_value
from pipeline.channels.base import Channel, RawRows

_SUFFIXES = frozenset({".jsonl", ".ndjson"})
_LONGEST_LINE_BYTES = 32 * 1024 * 1024
_KEPT_OF_LONGER_BYTES = 1024 * 1024
_HEAD_BYTES = 4096
_BOM = b"\xef\xbb\xbf"
_LINE_ENDS = ("\n", "\r")


class JsonLines(Channel):
    """What programs exchange: other hotlines' exports, this project's own tools."""

    name = "jsonl"
    rank = 1

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the file name, or a first line that is an object naming a field."""
        if is_binary(head):
            return False
        text = plain_head(head).lstrip()
        if path.suffix.lower() in _SUFFIXES or (path.suffix.lower() == ".json" and text.startswith((b"{", b"["))):
            return True
        line = b"".join(text.splitlines()[:1])
        try:
            return any(field_of(name) for name in parse_object(line.decode("utf-8", "replace")))
        except UnreadableJson:
            return False

    def read(self, path: Path) -> Iterator[RawRows]:
        """Chunks of at most `CHUNK_ROWS` lines, or objects of a list. Raises OSError."""
        gathered = RowCollector()
        elements = None if _begins_with_object(path) else _document(gathered, path)
        if elements is not None:
            for number, element in enumerate(elements, start=1):
                _read_element(gathered, number, element, path)
                if gathered.full:
                    yield from gathered.take()
            yield from gathered.take()
            return
        with path.open("rb") as file:
            for number, line in enumerate(_lines(file), start=1):
                if not line.isspace():
                    _read_line(gathered, number, line)
                if gathered.full:
                    yield from gathered.take()
        yield from gathered.take()


def _begins_with_object(path: Path) -> bool:
    """Whether the first line that says something is an object by itself, or nothing is said at all."""
    with path.open("rb") as file:
        return all(map(_is_object_line, islice((line for line in _lines(file) if not line.isspace()), 1)))


def _is_object_line(line: bytes) -> bool:
    try:
        parse_object(line.decode("utf-8"))
    except (UnicodeDecodeError, UnreadableJson):
        return False
    return True


def _document(gathered: RowCollector, path: Path) -> list[object] | None:
    """The objects of a file that is one document, None if it is rather read by lines. A damaged one is one reject."""
    with path.open("rb") as file:
        data = file.read(LARGEST_BYTES + 1)
    try:
        if len(data) > LARGEST_BYTES:
            raise UnreadableJson("document_too_large")
        value = parse_value(decode(data))
    except UnreadableJson as damage:
        if _may_be_lines(path):
            return None
        gathered.reject(1, damage.reason, {} if len(data) > LARGEST_BYTES else {"raw": raw_text(data)})
        return []
    return value if isinstance(value, list) else [value] if is_object(value) else None


def _read_element(gathered: RowCollector, number: int, element: object, path: Path) -> None:
    try:
        if not is_object(element):
            raise UnreadableJson("not_an_object")
        gathered.add(number, *fields_and_extra(element))
    except UnreadableJson as damage:
        gathered.reject(number, damage.reason, {"raw": element_text(element, path.read_bytes)})


def _may_be_lines(path: Path) -> bool:
    """Whether the name says so, or a line is an object by itself, or there is but one line."""
    if path.suffix.lower() in _SUFFIXES:
        return True
    with path.open("rb") as file:
        said = (line for line in _lines(file) if not line.isspace())
        first = next(said, b"")
        second = next(said, None)
        return second is None or any(map(_is_object_line, chain((first, second), said)))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Every line as UTF-8, whatever ends it: line feed, carriage return or both.

    Of one beyond the limit only as much as shows that it is too long, the rest is passed over. Half a character of
    UTF-16 becomes bytes that are no UTF-8, so that its line is `undecodable` as any such line is.
    """
    head = file.read(_HEAD_BYTES)
    found = utf16_of(head)
    file.seek(found[1] if found else len(_BOM) if head.startswith(_BOM) else 0)
    with io.TextIOWrapper(file, found[0] if found else "latin-1", BAD_BYTES, newline="") as text:
        while line := _line(text):
            yield line.encode("utf-8", "surrogatepass") if found else line.encode("latin-1")


def _line(file: TextIO) -> str:
    line = rest = file.readline(_LONGEST_LINE_BYTES + 1)
    while len(rest) > _LONGEST_LINE_BYTES and not rest.endswith(_LINE_ENDS):
        rest = file.readline(_LONGEST_LINE_BYTES + 1)
    return line


def _read_line(gathered: RowCollector, number: int, line: bytes) -> None:
    if len(line) > _LONGEST_LINE_BYTES:
        gathered.reject(number, "line_too_long", {"raw": line[:_KEPT_OF_LONGER_BYTES].decode("latin-1")})
        return
    try:
        gathered.add(number, *fields_and_extra(parse_object(line.decode("utf-8"))))
    except UnicodeDecodeError:
        gathered.reject(number, "undecodable", {"raw": line.decode("latin-1")})
    except UnreadableJson as damage:
        gathered.reject(number, _reason(damage, line), {"raw": line.decode("utf-8")})


def _reason(damage: UnreadableJson, line: bytes) -> str:
    """A line cut off is a truncated row only where the file ends with it."""
    if damage.reason == "not_an_object" and line.lstrip().startswith(b"[") and b"{" in line:
        return "list_in_line"
    if damage.reason != "truncated_document":
        return damage.reason
    return "not_json" if line.endswith((b"\n", b"\r")) else "truncated_row"


def fields_and_extra(values: dict[str, object]) -> tuple[dict[str, str], dict[str, str]]:
    """An object's values as text, by field name and by other names; the second of two names for a field is extra.

    Names that come out alike are numbered, as those of a table's columns are: nothing takes another's place.
    """
    fields: dict[str, str] = {}
    extra: dict[str, str] = {}
    for number, (name, value) in enumerate(values.items(), start=1):
        text = as_text(value)
        if text is None:
            continue
        field = field_of(name)
        if field and field not in fields and (field == name or field not in values):
            fields[field] = text
        else:
            extra[own_name(name, number, extra)] = text
    return fields, extra
