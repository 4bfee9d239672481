"""Names of columns and fields as lists write them, and how cells become a row; for tables and lines of objects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from pipeline.lists.formats.base import Row
from pipeline.lists.values import type_named

_NOISE = re.compile(r"[^a-z0-9]")
_TAGS_APART = re.compile(r"[;|,]")
_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "type": ("type", "algorithm", "hashtype", "signaltype", "indicatortype", "hashname"),
        "value": ("value", "hash", "hashvalue", "indicator", "digest", "signal", "signalvalue"),
        "opinion": ("opinion", "status", "verdict"),
        "threshold": ("threshold", "radius", "maxdistance"),
        "tags": ("tags", "tag", "labels", "label", "category", "classification"),
        "own_id": ("id", "ownid", "entryid", "reference", "mediaid"),
        "quality": ("quality", "pdqquality"),
        "withdrawn": ("withdrawn", "shoulddelete", "deleted"),
    }
)
_FIELD_OF = MappingProxyType({name: field for field, names in _FIELDS.items() for name in names})
_YES = frozenset({"true", "1", "yes"})


@lru_cache(maxsize=4096)
def field_of(heading: str) -> str:
    """The field a heading means: one of `_FIELDS`, `value:TYPE` for a column of values of one type, or nothing."""
    field = _FIELD_OF.get(_NOISE.sub("", heading.lower()), "")
    if not field:
        kind = type_named(heading)
        return f"value:{kind}" if kind else ""
    return field


def row_of(number: int, cells: Iterable[tuple[str, str]]) -> Row:
    """A row from (field, text) pairs; empty cells say nothing."""
    said: dict[str, str] = {}
    typed: list[tuple[str, str]] = []
    for field, written in cells:
        text = written.strip()
        if text and field.startswith("value:"):
            typed.append((field[6:], text))
        elif text and field:
            said.setdefault(field, text)
    if "value" in said:
        typed.insert(0, (said.get("type", ""), said["value"]))
    return Row(
        number, tuple(typed), said.get("opinion", ""), said.get("threshold", ""), tags_of(said.get("tags", "")),
        said.get("own_id", ""), said.get("quality", ""), said.get("withdrawn", "").lower() in _YES,
    )  # fmt: skip


@lru_cache(maxsize=4096)
def tags_of(written: str) -> tuple[str, ...]:
    """Tags written in one cell, parted by semicolon, bar or comma; each once, in order."""
    if not written:
        return ()
    return tuple(dict.fromkeys(tag.strip() for tag in _TAGS_APART.split(written) if tag.strip()))


def text_of(value: object) -> str:
    """A JSON value as a cell: text, numbers and truth values as written, lists of words as tags, others nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return str(value)
    if isinstance(value, list):
        return ";".join(text_of(one) for one in value if isinstance(one, (str, int)))
    return ""
