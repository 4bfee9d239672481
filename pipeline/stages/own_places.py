"""Which rows name a place that their own contact fields hold: compared as keyed digests, nothing in clear."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from pipeline.identity import DIGEST_BYTES, own_digests
from pipeline.stages.distinct import Ints

OwnRows = dict[tuple[int, frozenset[str]], list[int]]
"""A row's distinct thing said (its code) and the keys in it that are the reporter's own, to the rows."""


def own_rows(own: pa.ChunkedArray, codes: Ints, keys: Mapping[int, frozenset[str]], index_key: bytes) -> OwnRows:
    """Rows whose `own` digests (see `stages/ingest.py`) hold a key of what they said.

    `keys`: of the codes that have any. Only rows with both are looked at one by one.
    """
    found: OwnRows = {}
    if not keys or own.null_count == len(own):
        return found
    may = np.zeros(int(codes.max()) + 1, dtype=bool)
    may[list(keys)] = True
    rows = np.flatnonzero(may[codes] & own.is_valid().to_numpy())
    digests: dict[int, list[tuple[bytes, str]]] = {}
    for row, held in zip(rows.tolist(), own.take(pa.array(rows)).to_pylist(), strict=True):
        code = int(codes[row])
        if code not in digests:
            ordered = sorted(keys[code])
            digests[code] = list(zip(own_digests(ordered, index_key), ordered, strict=True))
        held_digests = {held[start : start + DIGEST_BYTES] for start in range(0, len(held), DIGEST_BYTES)}
        matched = frozenset(key for digest, key in digests[code] if digest in held_digests)
        if matched:
            found.setdefault((code, matched), []).append(row)
    return found
