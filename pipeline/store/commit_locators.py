"""Decide, under the write lock, which case every locator of a batch belongs to, numbering the cases that are new.

A known locator stays where it is, also where a person moved it. A new one goes to the case its key belongs to, else to
a new case. The unique indexes on digests and keys make two batches with the same address one case. The case's own row
is written when its reports are counted (`commit_cases`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection

from pipeline.packing import pack_locators
from pipeline.store import bulk
from pipeline.store.engine import breathe, writing
from pipeline.store.schema import case_key, locator, locator_pack
from pipeline.store.store import Store

CHUNK_LOCATORS = 20_000
Ints = npt.NDArray[np.int64]
_PACK_COLUMNS = ("first_id", "last_id", "salts", "digests", "lengths", "payload", "envelope_id")


@dataclass(frozen=True, slots=True)
class Where:
    """For every locator of the batch, its number in the store and its case's."""

    locator_ids: Ints
    case_ids: Ints


@dataclass(frozen=True, slots=True)
class _Chunk:
    digests: list[bytes]
    keys: list[bytes]
    salts: list[bytes]
    sealed: list[bytes]


def commit_locators(store: Store, envelope_id: int, rule_version: str, locators: pa.Table, keys: pa.Table) -> Where:
    """Give every locator a number and a case. Safe to repeat: the second time everything is known.

    In the order of digests: a slice then touches few neighbouring pages of the index instead of all of them, which
    keeps the tenth million as quick as the first.
    """
    locator_ids = np.zeros(locators.num_rows, dtype=np.int64)
    case_ids = np.zeros(locators.num_rows, dtype=np.int64)
    order = pc.sort_indices(locators["digest"]).to_numpy()
    for start in range(0, locators.num_rows, CHUNK_LOCATORS):
        places = order[start : start + CHUNK_LOCATORS]
        rows = locators.take(places)
        chunk = _Chunk(
            rows["digest"].to_pylist(), keys["key"].take(rows["key"]).to_pylist(),
            rows["salt"].to_pylist(), rows["sealed"].to_pylist(),
        )  # fmt: skip
        with writing(store.engine, bulk=True) as connection:
            numbers, cases = _commit_chunk(store, connection, envelope_id, rule_version, chunk)
        breathe()
        locator_ids[places], case_ids[places] = numbers, cases
    return Where(locator_ids, case_ids)


def _commit_chunk(
    store: Store, connection: Connection, envelope_id: int, rule_version: str, chunk: _Chunk
) -> tuple[list[int], list[int]]:
    known = {
        bytes(digest): (locator_id, case_id)
        for digest, locator_id, case_id in bulk.lookup(
            connection, locator, "digest", chunk.digests, ("locator_id", "case_id")
        )
    }
    fresh = [index for index, digest in enumerate(chunk.digests) if digest not in known]
    if fresh:
        cases = _cases_of(store, connection, rule_version, sorted({chunk.keys[index] for index in fresh}))
        first = store.take_numbers(connection, "locator", len(fresh))
        rows = [(chunk.digests[index], first + offset, cases[chunk.keys[index]]) for offset, index in enumerate(fresh)]
        bulk.insert(connection, locator, ("digest", "locator_id", "case_id"), sorted(rows))
        packs = pack_locators(
            first, *([column[index] for index in fresh] for column in (chunk.salts, chunk.digests, chunk.sealed))
        )
        bulk.insert(connection, locator_pack, _PACK_COLUMNS, [(*row, envelope_id) for row in packs])
        known |= {digest: (number, case) for digest, number, case in rows}
    found = [known[digest] for digest in chunk.digests]
    return [pair[0] for pair in found], [pair[1] for pair in found]


def _cases_of(store: Store, connection: Connection, rule_version: str, keys: list[bytes]) -> dict[bytes, int]:
    """The case of every key: by this rule version if it is known there, else by an earlier one, else a new number."""
    cases: dict[bytes, int] = {}
    current: set[bytes] = set()
    for found, version, case_id in bulk.lookup(connection, case_key, "key", keys, ("rule_version", "case_id")):
        key = bytes(found)
        if version == rule_version:
            current.add(key)
            cases[key] = case_id
        else:
            cases.setdefault(key, case_id)
    unknown = [key for key in keys if key not in cases]
    if unknown:
        first = store.take_numbers(connection, "case", len(unknown))
        cases |= {key: first + index for index, key in enumerate(unknown)}
    bulk.insert(
        connection, case_key, ("key", "rule_version", "case_id"),
        [(key, rule_version, cases[key]) for key in keys if key not in current],
    )  # fmt: skip
    return cases
