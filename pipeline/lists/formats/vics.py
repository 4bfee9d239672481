"""JSON shaped like Project VIC's: `Media` rows with MD5, SHA1 and the country's own category number.

The data model is not published; this reads what public importers and exporters of 1.x (`odata.metadata`) and 2.0
(`@odata.context`) agree on: cases with `Media` arrays, or a bare hash list whose `value` array holds the media rows.
A category number means different things in different countries: it stays the list's own tag (`category:2`) and is never
our classification. PhotoDNA is licensed and left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.lists.formats._cells import text_of
from pipeline.lists.formats._json_items import items
from pipeline.lists.formats.base import ListFormat, Row

_VALUES = ("MD5", "SHA1", "SHA256", "PhotoDNA")


class Vics(ListFormat):
    """What police tools and partners of Project VIC exchange."""

    name = "vics"
    rank = 0

    def recognises(self, head: bytes) -> bool:
        """By the name of the data model, or media rows."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        return start.startswith(b"{") and (b"ProjectVic" in head or (b'"Media"' in head and b'"MD5"' in head))

    def rows(self, path: Path) -> Iterator[Row]:
        """Every media row. Raises UnusableInput where the document breaks, OSError."""
        number = 0
        for number, item in enumerate(items(path, "Media"), start=1):
            yield _row(number, item)
        if not number:
            for number, item in enumerate(items(path, "value", "odata.value"), start=1):
                yield _row(number, item)


def _row(number: int, item: object) -> Row:
    if not isinstance(item, dict):
        return Row(number, problem=("", "not_an_object"))
    values = [(name, text_of(item[name])) for name in _VALUES if item.get(name)]
    further = item.get("AlternativeHashes")
    for one in further if isinstance(further, list) else ():
        if isinstance(one, dict) and one.get("HashValue"):
            values.append((text_of(one.get("HashName")), text_of(one["HashValue"])))
    tags = [f"category:{text_of(item['Category'])}"] if item.get("Category") is not None else []
    tags += [f"series:{text_of(item['Series'])}"] if item.get("Series") else []
    return Row(number, tuple(values), tags=tuple(tags), own_id=text_of(item.get("MediaID")))
