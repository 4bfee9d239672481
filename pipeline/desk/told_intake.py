"""When reports of a case were taken in: where the custody of a police package begins.

A report is sealed before it is stored, so the commit of its batch is when it was in safe keeping. Told are times and
counts alone: no batch, no source and no report is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, select

from exporters.report_pdf import CustodyLine
from pipeline.desk.times import utc
from pipeline.desk.told_reports import reports_of
from pipeline.store.schema import run
from triage.report import ReportId

TAKEN_IN = "reports_taken_in"
"""A code of the words' table `custody`; nobody's act, so no audit event has its name."""


def taken_in(connection: Connection, cases: Mapping[int, str]) -> Iterator[CustodyLine]:
    """Of each case (internal number to reference) the batches that brought reports now in it, with how many."""
    committed = {
        int(row.run_no): utc(row.committed_at)
        for row in connection.execute(select(run.c.run_no, run.c.committed_at).where(run.c.committed_at.is_not(None)))
    }
    for case_id, reference in cases.items():
        brought = Counter(ReportId.unpack(one).run_no for one in reports_of(connection, case_id))
        for run_no in sorted(brought.keys() & committed.keys()):
            yield CustodyLine(committed[run_no], TAKEN_IN, brought[run_no], reference=reference)
