"""What ICCAM has of a case: what it took, and what INHOPE assigned to us.

A file in `exports/` proves that it was prepared, not that it went.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection, or_, select

from pipeline.desk.iccam_past import assigned_contents
from pipeline.store.delivery_tables import iccam_case


def taken_by_iccam(connection: Connection, case_id: int) -> bool:
    """Whether ICCAM took a report of the case, or an answer to content INHOPE assigned; what is in doubt counts as no.

    What somebody uploaded by hand it says no of until `hotline iccam push` found it there.
    """
    known = iccam_case.c
    row = connection.execute(
        select(known.report_id, known.attempted, known.refused).where(known.case_id == case_id)
    ).one_or_none()
    if row is None:
        return False
    return row.report_id is not None or (row.refused is None and not json.loads(row.attempted))


def assigned_to_us(connection: Connection, case_id: int) -> tuple[tuple[int, int], ...]:
    """Addresses (their number) of content INHOPE assigned, each with ICCAM's number: it gets an answer, no new report.

    None where a report of ours about the case went there before, or may have: then that one is gone on with.
    """
    known = iccam_case.c
    ours = connection.execute(
        select(known.case_id).where(
            known.case_id == case_id, or_(known.report_id.is_not(None), known.attempted != "[]")
        )
    ).one_or_none()
    if ours is not None:
        return ()
    contents = assigned_contents(connection, case_id)
    return tuple((one.locator_id, one.content_id) for one in contents if one.locator_id is not None)
