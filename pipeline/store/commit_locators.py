"""Decide, under the write lock, which case every locator of a batch belongs to, and open the cases that are new.

A known locator stays where it is, also where a person moved it. A new one goes to the case its key belongs to, else to
a new case. The unique indexes on digests and keys make two batches with the same address one case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import Connection

from pipeline.store import bulk
from pipeline.store.engine import writing
from pipeline.store.schema import case_key, case_record, locator
from pipeline.store.store import Store
from triage.lifecycle import Status

CHUNK_LOCATORS = 20_000
Ints = npt.NDArray[np.int64]
CASE_COLUMNS = (
    "case_id", "status", "status_before", "lane", "label", "escalate", "assigned", "question", "reports",
    "new_facts", "opened_run", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Where:
    """For every locator of the batch, its number in the store and its case's."""

    locator_ids: Ints
    case_ids: Ints


def commit_locators(store: Store, run_no: int, envelope_id: int, rule_version: str, locators: pa.Table, keys: pa.Table) -> Where:
    """Give every locator a number and a case. Safe to repeat: the second time everything is known."""
    all_keys = keys["key"].to_pylist()
    locator_ids = np.zeros(locators.num_rows, dtype=np.int64)
    case_ids = np.zeros(locators.num_rows, dtype=np.int64)
    for start in range(0, locators.num_rows, CHUNK_LOCATORS):
        rows = locators.slice(start, CHUNK_LOCATORS).to_pylist()
        for row in rows:
            row["key_digest"] = all_keys[row["key"]]
        with writing(store.engine, bulk=True) as connection:
            found = _chunk(store, connection, run_no, envelope_id, rule_version, rows)
        locator_ids[start : start + len(rows)] = [pair[0] for pair in found]
        case_ids[start : start + len(rows)] = [pair[1] for pair in found]
    return Where(locator_ids, case_ids)


def new_case_row(case_id: int, run_no: int) -> tuple[Any, ...]:
    """A case before any report is counted: it waits in no lane yet."""
    return (case_id, Status.NEW, Status.NEW, None, 0, 0, False, True, 0, 0, run_no, 0)


def _chunk(
    store: Store, connection: Connection, run_no: int, envelope_id: int, rule_version: str, rows: Sequence[dict[str, Any]]
) -> list[tuple[int, int]]:
    known = {
        digest: (locator_id, case_id)
        for digest, locator_id, case_id in bulk.lookup(
            connection, locator, "digest", [row["digest"] for row in rows], ("locator_id", "case_id")
        )
    }
    fresh = [row for row in rows if row["digest"] not in known]
    if fresh:
        cases = _cases_of(store, connection, run_no, rule_version, sorted({row["key_digest"] for row in fresh}))
        first = store.take_numbers(connection, "locator", len(fresh))
        columns = ("locator_id", "kind", "digest", "case_id", "envelope_id", "salt", "sealed", "rules")
        bulk.insert(connection, locator, columns, [
            (first + index, row["kind"], row["digest"], cases[row["key_digest"]], envelope_id, row["salt"], row["sealed"], row["rules"])
            for index, row in enumerate(fresh)
        ])  # fmt: skip
        known |= {row["digest"]: (first + index, cases[row["key_digest"]]) for index, row in enumerate(fresh)}
    return [known[row["digest"]] for row in rows]


def _cases_of(store: Store, connection: Connection, run_no: int, rule_version: str, keys: list[bytes]) -> dict[bytes, int]:
    """The case of every key: by this rule version if it is known there, else by an earlier one, else a new case."""
    cases: dict[bytes, int] = {}
    current: set[bytes] = set()
    for key, version, case_id in bulk.lookup(connection, case_key, "key", keys, ("rule_version", "case_id")):
        if version == rule_version:
            current.add(key)
            cases[key] = case_id
        else:
            cases.setdefault(key, case_id)
    unknown = [key for key in keys if key not in cases]
    if unknown:
        first = store.take_numbers(connection, "case", len(unknown))
        bulk.insert(connection, case_record, CASE_COLUMNS, [new_case_row(first + index, run_no) for index in range(len(unknown))])
        cases |= {key: first + index for index, key in enumerate(unknown)}
    bulk.insert(
        connection, case_key, ("key", "rule_version", "case_id"),
        [(key, rule_version, cases[key]) for key in keys if key not in current],
    )  # fmt: skip
    return cases
