"""Bring the parts together: distinct locators and case keys of the whole batch, each once, the canonical form sealed.

Which case a key belongs to is not decided here but in `commit`, under the write lock; this stage only says which
reports of the batch share a locator and which locators share a key.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from pipeline.sealing import Sealer, new_salts
from pipeline.stages.distinct import first_rows

LOCATOR_FIELD = "canonical"
BETWEEN = "\x1f"
"""Stands between kind, rule trail and canonical form in what is sealed."""


def group(parts: Mapping[int, pa.Table], sealer: Sealer) -> dict[str, pa.Table]:
    """Tables `locators` (distinct in the batch, with `key` numbers), `keys` (digests) and one `map-<part>` per part.

    `parts` gives each part's `locators` table; the maps say which batch locator each of them is.
    """
    tables = [table.select(["digest", "key_digest", "kind", "canonical", "rules"]) for table in parts.values()]
    everything = pa.concat_tables(tables) if tables else None
    if everything is None or everything.num_rows == 0:
        return {"locators": _empty(), "keys": pa.table({"key": pa.array([], pa.binary())}), **_no_maps(parts)}
    encoded = everything["digest"].combine_chunks().dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    distinct = everything.take(pa.array(first_rows(codes))).combine_chunks()
    keys = distinct["key_digest"].combine_chunks().dictionary_encode()
    offsets = np.cumsum([0] + [table.num_rows for table in tables])
    maps = {
        f"map-{part}": pa.table({"locator": codes[offsets[index] : offsets[index + 1]]})
        for index, part in enumerate(parts)
    }
    return {
        "locators": _sealed(distinct, sealer).append_column("key", keys.indices.cast(pa.int64())),
        "keys": pa.table({"key": keys.dictionary}),
        **maps,
    }


def locator_subject(digest: bytes) -> int:
    """The number a locator's sealed form is bound to: the first eight bytes of its digest."""
    return int.from_bytes(digest[:8], "big")


def _sealed(distinct: pa.Table, sealer: Sealer) -> pa.Table:
    digests = distinct["digest"].to_pylist()
    salts = new_salts(len(digests))
    columns = (distinct[name].to_pylist() for name in ("kind", "rules", "canonical"))
    words = [BETWEEN.join(row) for row in zip(*columns, strict=True)]
    sealed = sealer.seal_column([locator_subject(digest) for digest in digests], salts, LOCATOR_FIELD, words)
    return pa.table({
        "digest": distinct["digest"],
        "salt": pa.array(salts, pa.binary()), "sealed": pa.array(sealed, pa.binary()),
    })  # fmt: skip


def _empty() -> pa.Table:
    names = {"digest": pa.binary(), "salt": pa.binary(), "sealed": pa.binary()}
    return pa.table({**{name: pa.array([], kind) for name, kind in names.items()}, "key": pa.array([], pa.int64())})


def _no_maps(parts: Mapping[int, pa.Table]) -> dict[str, pa.Table]:
    return {f"map-{part}": pa.table({"locator": pa.array([], pa.int64())}) for part in parts}
