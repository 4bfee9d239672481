"""A mended reject became a report: the run it went into took in, or knew already, as many rows as rejects name it.

Pieces of a table that were read again under a heading became rows: reports, or rejects of their own.
"""

from __future__ import annotations

from sqlalchemy import Connection, case, func, select

from pipeline.mending.claims import TABLE
from pipeline.mending.listing import MENDED
from pipeline.store.schema import reject, run
from pipeline.verify.finding import Findings


def check_mended(connection: Connection, findings: Findings) -> None:
    """Count per run; a run that is missing or not committed took in nothing."""
    counted = (
        select(reject.c.closed_reason.label("run_id"), func.count().label("rejects"))
        .where(reject.c.status == MENDED).group_by(reject.c.closed_reason).subquery()
    )  # fmt: skip
    anew = case((run.c.run_id.startswith(TABLE), run.c.rejected), else_=0)
    taken = func.coalesce(run.c.accepted, 0) + func.coalesce(run.c.already_known, 0) + func.coalesce(anew, 0)
    query = (
        select(counted.c.run_id, counted.c.rejects, func.coalesce(taken, 0).label("taken"))
        .outerjoin(run, run.c.run_id == counted.c.run_id).order_by(counted.c.run_id)
    )  # fmt: skip
    for row in connection.execute(query):
        if row.taken < (1 if row.run_id.startswith(TABLE) else row.rejects):
            says = f"{row.rejects} rejects are mended by it, and it took in {row.taken}: a report may be lost"
            findings.add("mended_without_report", row.run_id, says)
