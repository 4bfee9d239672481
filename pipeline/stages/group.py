"""Prepare a stretch's distinct locators for the store: which share a case key, and the canonical form of each sealed.

Which case a key belongs to is not decided here but in `commit`, under the write lock.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sealing import Sealer, new_salts

LOCATOR_FIELD = "canonical"
BETWEEN = "\x1f"
"""Stands between kind, rule trail and canonical form in what is sealed."""


def group(located: pa.Table, sealer: Sealer) -> dict[str, pa.Table]:
    """Tables `locators` (digest, salt, sealed, and `key`, a number) and `keys` (digests), from `locate`'s locators."""
    keys = located["key_digest"].combine_chunks().dictionary_encode()
    digests = located["digest"].to_pylist()
    salts = new_salts(len(digests))
    columns = (located[name].cast(pa.large_string()) for name in ("kind", "rules", "canonical"))
    words = pc.binary_join_element_wise(*columns, pa.scalar(BETWEEN, pa.large_string())).to_pylist()
    sealed = sealer.seal_column([locator_subject(digest) for digest in digests], salts, LOCATOR_FIELD, words)
    locators = pa.table({
        "digest": located["digest"],
        "salt": pa.array(salts, pa.binary()),
        "sealed": pa.array(sealed, pa.binary()),
        "key": keys.indices.cast(pa.int64()),
    })
    return {"locators": locators, "keys": pa.table({"key": keys.dictionary})}


def locator_subject(digest: bytes) -> int:
    """The number a locator's sealed form is bound to: the first eight bytes of its digest."""
    return int.from_bytes(digest[:8], "big")
