"""Whether ICCAM has what was exported for it: a file in `exports/` proves that it was prepared, not that it went."""

from __future__ import annotations

import json

from sqlalchemy import Connection, select

from pipeline.store.delivery_tables import iccam_case


def taken_by_iccam(connection: Connection, case_id: int) -> bool:
    """Whether ICCAM took a report of the case, or an answer to content INHOPE assigned; what is in doubt counts as no.

    What somebody uploads by hand nobody notes here, so of that it says no too.
    """
    known = iccam_case.c
    row = connection.execute(
        select(known.report_id, known.attempted, known.refused).where(known.case_id == case_id)
    ).one_or_none()
    if row is None:
        return False
    return row.report_id is not None or (row.refused is None and not json.loads(row.attempted))
