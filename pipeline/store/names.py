"""Numbers for things many reports share: their sources and their verdicts, each stored once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import select

from pipeline.store import bulk
from pipeline.store.engine import reading, writing
from pipeline.store.schema import source, verdict
from pipeline.store.store import Store

_VERDICT_COLUMNS = ("digest", "label", "escalate", "score", "to_person", "question", "unread", "reasons", "version")
LOOKUP_ROWS = 20_000


def source_numbers(store: Store, sources: Sequence[str]) -> list[int]:
    """Numbers of `channel<US>source` words, in their order, stored if new."""
    pairs = [tuple(one.split("\x1f", 1)) for one in sources]
    with reading(store.engine) as connection:
        known = {(row.channel, row.source): row.source_no for row in connection.execute(select(source))}
    new = [pair for pair in pairs if pair not in known]
    if new:
        with writing(store.engine) as connection:
            bulk.insert(connection, source, ("channel", "source"), new)
            known = {(row.channel, row.source): row.source_no for row in connection.execute(select(source))}
    return [known[pair[0], pair[1]] for pair in pairs]


def verdict_numbers(store: Store, verdicts: pa.Table) -> npt.NDArray[np.int64]:
    """Numbers of a part's distinct verdicts, in their order, stored if new."""
    digests = verdicts["digest"].to_pylist()
    known: dict[bytes, int] = {}
    for start in range(0, len(digests), LOOKUP_ROWS):
        piece = digests[start : start + LOOKUP_ROWS]
        rows = list(
            zip(*(verdicts[name][start : start + LOOKUP_ROWS].to_pylist() for name in _VERDICT_COLUMNS), strict=True)
        )
        with writing(store.engine, bulk=True) as connection:
            bulk.insert(connection, verdict, _VERDICT_COLUMNS, rows)
            known |= {
                bytes(row[0]): row[1] for row in bulk.lookup(connection, verdict, "digest", piece, ("verdict_id",))
            }
    return np.array([known[digest] for digest in digests], dtype=np.int64)
