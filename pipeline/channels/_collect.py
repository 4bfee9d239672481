"""Gathers rows that arrive one by one into the columns a channel hands over, refusing values nothing could store.

For channels whose rows are objects of their own (JSON, mail). The CSV channel is built from columns and has no use
for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.channels._json_text import as_text
from pipeline.channels._rejects import first_trouble, message_kept, reject, storable
from pipeline.channels.base import CHUNK_ROWS, Column, RawRows, RowReject
from triage.report import FIELDS

CHUNK_CHARS = 32 * 1024 * 1024
"""A chunk also ends when it holds this much text, so that few large reports do not fill the memory."""
_MOST_EXTRA_NAMES = 200
_MORE = "more"
_FIELDS = frozenset(FIELDS)


class RowCollector:
    """Rows and rejects of one chunk; `take` hands them over and starts the next."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._numbers: list[int] = []
        self._fields: list[Mapping[str, str]] = []
        self._extra: list[Mapping[str, str]] = []
        self._extra_names: dict[str, None] = {}
        self._raw: list[bytes | None] = []
        self._rejects: list[RowReject] = []
        self._chars = 0

    @property
    def full(self) -> bool:
        """Whether it is time to `take`."""
        return len(self._numbers) + len(self._rejects) >= CHUNK_ROWS or self._chars >= CHUNK_CHARS

    def add(self, row: int, fields: Mapping[str, str], extra: Mapping[str, str], raw: bytes | None = None) -> None:
        """One row as field name to text and other name to text; becomes a reject if a value cannot be stored."""
        trouble = first_trouble(fields) or first_trouble(extra)
        if trouble:
            name, reason = trouble
            self.reject(row, reason, {**extra, **fields, **message_kept(raw)}, name if name in _FIELDS else "")
            return
        self._numbers.append(row)
        self._fields.append(fields)
        self._extra.append(self._few_names(extra) if extra else extra)
        self._raw.append(raw)
        self._chars += len(raw or b"") + sum(map(len, fields.values())) + sum(map(len, extra.values()))

    def reject(self, row: int, reason: str, values: Mapping[str, str], field: str = "") -> None:
        """One row that is none, for a reason of `_rejects.ADVICE`."""
        kept = {storable(name): storable(text) for name, text in values.items()}
        self._rejects.append(reject(row, reason, kept, field))
        self._chars += sum(map(len, kept.values()))

    def take(self) -> Iterable[RawRows]:
        """What was gathered since the last `take`: one RawRows, or nothing."""
        if self._numbers or self._rejects:
            rows = RawRows(
                self._numbers,
                _columns(self._fields, [name for name in FIELDS if any(name in row for row in self._fields)]),
                _columns(self._extra, list(self._extra_names)),
                self._raw if any(raw is not None for raw in self._raw) else None,
                self._rejects,
            )
            self._start()
            yield rows

    def _few_names(self, extra: Mapping[str, str]) -> Mapping[str, str]:
        """The same, with names beyond `_MOST_EXTRA_NAMES` a chunk packed into `more`, with an own `more`.

        Each name costs a column.
        """
        kept: dict[str, str] = {}
        packed: dict[str, str] = {}
        for name, text in extra.items():
            if name in self._extra_names or len(self._extra_names) < _MOST_EXTRA_NAMES:
                self._extra_names[name] = None
                kept[name] = text
            else:
                packed[name] = text
        if packed:
            own = {_MORE: kept[_MORE]} if _MORE in kept else {}
            self._extra_names[_MORE] = None
            kept[_MORE] = as_text(own | packed) or ""
        return kept


def _columns(rows: list[Mapping[str, str]], names: list[str]) -> dict[str, Column]:
    return {name: [row.get(name) for row in rows] for name in names}
