"""Which envelope opens what: its number says run, unit and purpose, so one that stands at a wrong row is seen unopened.

A row that names another envelope can not be opened: a reporter nobody can reach, a reject nobody can mend. What lies in
envelopes and rows is seen only by opening it (`deep`).
"""

from __future__ import annotations

from sqlalchemy import Connection

from pipeline.store.envelopes import (
    CONFLICT_ENVELOPE,
    INGEST_ENVELOPE,
    LOCATOR_ENVELOPE,
    PARTS_PER_UNIT,
    PURPOSES,
    RUN_SHIFT,
    TEXT_ENVELOPE,
)
from pipeline.verify.finding import Findings
from pipeline.verify.stream import scalar
from triage.report import MAX_UNITS_PER_RUN, ReportId

_ROW_BITS = ReportId(0, 1, 0).packed().bit_length() - 1
_OF_RUN = (1 << RUN_SHIFT) - 1
_PURPOSE = f"(envelope_id & {PURPOSES - 1})"
_RUN = f"(envelope_id >> {RUN_SHIFT})"
_UNIT = f"((envelope_id & {_OF_RUN}) / {PURPOSES * PARTS_PER_UNIT})"
_REPORTS = "{report} >> " + str(_ROW_BITS)
_SAME_UNIT = f"({_RUN} * {MAX_UNITS_PER_RUN} + {_UNIT}) = ({_REPORTS})"
_FITTING = {
    "contact": f"{_PURPOSE} = {INGEST_ENVELOPE} AND {_SAME_UNIT.format(report='report_id')}",
    "sealed_text": (
        f"{_PURPOSE} = CASE WHEN kind = 0 THEN {TEXT_ENVELOPE} ELSE {INGEST_ENVELOPE} END"
        f" AND {_SAME_UNIT.format(report='first_report')}"
    ),
    "locator_pack": f"{_PURPOSE} = {LOCATOR_ENVELOPE}",
    "reject": f"{_PURPOSE} IN ({INGEST_ENVELOPE}, {CONFLICT_ENVELOPE}) AND {_RUN} = run_no",
    "urgent_call": "(envelope_id IS NULL OR envelope_id = call_id)",
}
"""Table, and what is so of every row of it."""


def check_envelopes(connection: Connection, findings: Findings) -> None:
    """Count, table by table, the rows whose envelope can not be theirs."""
    for table, fits in _FITTING.items():
        count = scalar(connection, f"SELECT COUNT(*) FROM {table} WHERE NOT ({fits})")
        if count:
            findings.add("envelope", table, f"{count} rows name an envelope that is not theirs: they can not be opened")
