"""The entries of NCMEC's hash sharing as JSON: `images`, `videos` or `entries` with `fingerprints` by type.

The names are those of the XML; that they nest so in JSON is assumed. `deleted` true takes an entry back. Classification
and member stay the list's own tags.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.lists.formats._cells import text_of
from pipeline.lists.formats._json_items import items
from pipeline.lists.formats.base import ListFormat, Row

_ARRAYS = ("images", "videos", "entries")
_BEGINS = re.compile(rb'\{\s*"(?:queryResult|images|videos|entries|maxTimestamp|paging)"|\[')


class NcmecJson(ListFormat):
    """The same entries, from a partner's tool."""

    name = "ncmec-json"
    rank = 0

    def recognises(self, head: bytes) -> bool:
        """By a document of entries with fingerprints."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        return _BEGINS.match(start) is not None and b'"fingerprints"' in head

    def rows(self, path: Path) -> Iterator[Row]:
        """Every entry. Raises UnusableInput where the document breaks, OSError."""
        with path.open("rb") as file:
            start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
        names = () if start.startswith(b"[") else _ARRAYS
        for number, item in enumerate(items(path, *names), start=1):
            yield _row(number, item) if isinstance(item, dict) else Row(number, problem=("", "not_an_object"))


def _row(number: int, item: dict[str, object]) -> Row:
    prints = item.get("fingerprints")
    values = [(kind, text_of(value)) for kind, value in prints.items() if value] if isinstance(prints, dict) else []
    member = item.get("member")
    tags = [f"{name}:{text_of(value)}" for name, value in (
        ("classification", item.get("classification")),
        ("member", member.get("id") if isinstance(member, dict) else member),
    ) if text_of(value)]  # fmt: skip
    return Row(
        number, tuple(values), "disputed" if item.get("negativeFeedback") else "", tags=tuple(tags),
        own_id=text_of(item.get("id")), withdrawn=item.get("deleted") is True,
    )  # fmt: skip
