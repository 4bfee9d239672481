"""JSON shaped like ThreatExchange's: `data` with `indicator`, `type` (HASH_PDQ, HASH_MD5, HASH_SHA256 …), `status`.

Field names are those of the public Graph API documents. MALICIOUS is a positive opinion, NON_MALICIOUS a negative one,
SUSPICIOUS and UNKNOWN are disputed; descriptors that disagree make the entry disputed. Tags stay the list's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.lists.formats._cells import text_of
from pipeline.lists.formats._json_items import items
from pipeline.lists.formats.base import ListFormat, Row
from pipeline.lists.values import BadValue, opinion_of

_BEGINS = re.compile(rb'\{\s*"(?:data|paging)"\s*:\s*[\[{]|\[')


class ThreatExchange(ListFormat):
    """What the Graph API and its relatives answer."""

    name = "threatexchange"
    rank = 0

    def recognises(self, head: bytes) -> bool:
        """By a document or array of objects with an indicator."""
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
        return _BEGINS.match(start) is not None and b'"indicator"' in head

    def rows(self, path: Path) -> Iterator[Row]:
        """Every indicator or descriptor. Raises UnusableInput where the document breaks, OSError."""
        with path.open("rb") as file:
            start = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
        names = () if start.startswith(b"[") else ("data",)
        for number, item in enumerate(items(path, *names), start=1):
            yield _row(number, item) if isinstance(item, dict) else Row(number, problem=("", "not_an_object"))


def _row(number: int, item: dict[str, object]) -> Row:
    named = item.get("indicator")
    inner = named if isinstance(named, dict) else {"indicator": named, "type": item.get("type")}
    kind = text_of(inner.get("type")) or text_of(item.get("type"))
    value = text_of(inner.get("indicator"))
    descriptors = _listed(item.get("descriptors"))
    statuses = [text_of(one.get("status")) for one in (item, *descriptors) if one.get("status")]
    statuses += [text_of(one.get("category")) for one in _listed(item.get("opinions")) if one.get("category")]
    tags = [tag for one in (item, *descriptors, *_listed(item.get("opinions"))) for tag in _tags(one.get("tags"))]
    return Row(
        number, ((kind, value),) if value else (), _together(statuses), tags=tuple(dict.fromkeys(tags)),
        own_id=text_of(item.get("id")), withdrawn=item.get("should_delete") is True,
    )  # fmt: skip


def _listed(value: object) -> list[dict[str, object]]:
    """The objects of a list, or of the Graph API's `{"data": [...]}` around one."""
    inner = value.get("data") if isinstance(value, dict) else value
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


def _tags(value: object) -> list[str]:
    if isinstance(value, list):
        return [text_of(one) for one in value if isinstance(one, str)]
    return [text_of(one.get("text")) for one in _listed(value)]


def _together(statuses: list[str]) -> str:
    """One opinion of several: the one they share, else disputed; one nobody knows is handed on to be rejected."""
    try:
        shared = {opinion_of(status) for status in statuses}
    except BadValue:
        return next(iter(statuses))
    return "disputed" if len(shared) > 1 else next(iter(statuses), "")
