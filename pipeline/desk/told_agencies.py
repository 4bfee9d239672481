"""Who knows what a case holds now, once something came to it from another case or left it: all of it, or a part.

Where nothing ever did, whoever was sent the case or called about it knows it, and nothing needs to be asked here.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from pipeline.desk.case_moves import JOINED, SPLIT, SPLIT_OFF, moves_in
from pipeline.desk.told_to_police import heard_of
from pipeline.store.schema import audit


def told_agencies(connection: Connection, case_id: int) -> Mapping[str, bool] | None:
    """Recipient of a package, or of a call that reached it, to whether it was told of everything the case holds now.

    Who was told of nothing that lies here now is not in it. None: nothing ever came to the case or left it.
    """
    moved = select(audit.c.seq).where(
        audit.c.subject == f"C{case_id}", audit.c.event.in_((JOINED, SPLIT, SPLIT_OFF))
    ).limit(1)  # fmt: skip
    if connection.execute(moved).first() is None:
        return None
    return heard_of(connection, moves_in(connection), [case_id])[case_id].by_agency()
