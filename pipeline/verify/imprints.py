"""What a report's row says and nobody ever changes is what was committed; the row that differs is named.

The audit chain holds a digest of the imprints of a run, and they are made anew here from the rows. Runs committed
before imprints were kept have none, and nothing of this is seen of them.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection

from pipeline.store.imprints import CODES, IMPRINT_BYTES, NUMBERS, TEXTS, WIDTHS, imprints
from pipeline.verify.batches import Batches
from pipeline.verify.finding import Findings
from pipeline.verify.reports import shown
from pipeline.verify.stream import pieces
from pipeline.verify.world import World
from triage.report import ReportId

_SLICES = 8
_TYPES = {**dict.fromkeys(WIDTHS, pa.string()), **dict.fromkeys(CODES, pa.string()), "content_digest": pa.binary()}


def check_imprints(
    connection: Connection, world: World, batches: Batches, index_key: bytes, findings: Findings
) -> None:
    """Hold every slice of reports against its imprints, and those of a run against the audit chain."""
    digests = {number: hashlib.sha256() for number in world.runs}
    statement = "SELECT first_report, last_report, imprints FROM report_imprint ORDER BY first_report"
    for rows in pieces(connection, statement, _SLICES):
        for first, last, stored in rows:
            digests.setdefault(ReportId.unpack(first).run_no, hashlib.sha256()).update(stored)
            _slice(connection, first, last, bytes(stored), index_key, findings)
    for number, row in world.runs.items():
        told = {details["imprints"] for details in batches.get(row.run_id, ()) if "imprints" in details}
        if row.committed_at is not None and told - {digests[number].hexdigest()}:
            findings.add("imprints_changed", row.run_id, "report_imprint is not as the audit chain wrote it down")


def _slice(
    connection: Connection, first: int, last: int, stored: bytes, index_key: bytes, findings: Findings
) -> None:
    statement = (
        f"SELECT {', '.join((*NUMBERS, *TEXTS))} FROM report WHERE report_id BETWEEN {first} AND {last}"
        " ORDER BY report_id"
    )
    rows = connection.exec_driver_sql(statement).all()
    if not rows or len(rows) * IMPRINT_BYTES != len(stored) or rows[-1][0] != last:
        findings.add("imprints_changed", shown(first), "the imprints from here on are not as many as their reports")
        return
    columns = dict(zip((*NUMBERS, *TEXTS), zip(*rows, strict=True), strict=True))
    found: dict[str, Any] = {name: np.array([one or 0 for one in columns[name]], dtype=np.int64) for name in NUMBERS}
    found |= {name: pa.array(columns[name], _TYPES[name]) for name in TEXTS}
    changed = imprints(found, index_key) != np.frombuffer(stored, dtype="<u8")
    for report_id in found["report_id"][changed].tolist():
        findings.add("report_changed", shown(report_id), "its row in the table report is not as it was committed")
