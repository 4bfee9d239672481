"""The store's copy of what reporters wrote: every field under its report's own key, packed; and text digests."""

from __future__ import annotations

import pyarrow as pa

from pipeline.identity import DIGEST_BYTES, text_digests
from pipeline.packing import pack
from pipeline.sealing import Sealer

SEALED = ("report_id", "salt", "location", "description")
"""Columns of the rows this stage reads."""


def folded(text: str) -> str:
    """A description as it is compared with others: case and spaces make no other text of it."""
    return " ".join(text.lower().split())


def seal(rows: pa.Table, sealer: Sealer, index_key: bytes) -> dict[str, pa.Table]:
    """Tables `packs` (rows of `sealed_text`) and `texts` (one digest per report that has a description)."""
    ids = rows["report_id"].to_numpy().tolist()
    salts = rows["salt"].to_pylist()
    fields = {
        name: sealer.seal_column(ids, salts, name, rows[name].to_pylist())
        for name in ("location", "description")
        if rows[name].null_count < rows.num_rows
    }
    packs = list(pack(ids, fields))
    said = rows["description"].drop_null()
    texted = rows.filter(rows["description"].is_valid())
    distinct = said.combine_chunks().dictionary_encode()
    texts = map(folded, distinct.dictionary.to_pylist())
    digests = pa.array(text_digests(texts, index_key), pa.binary(DIGEST_BYTES))
    return {
        "packs": pa.table({
            "first_report": pa.array([row[0] for row in packs], pa.int64()),
            "last_report": pa.array([row[1] for row in packs], pa.int64()),
            "directory": pa.array([row[2] for row in packs], pa.large_binary()),
            "payload": pa.array([row[3] for row in packs], pa.large_binary()),
        }),
        "texts": pa.table({
            "report_id": texted["report_id"].combine_chunks(),
            "digest": digests.take(distinct.indices),
        }),
    }  # fmt: skip
