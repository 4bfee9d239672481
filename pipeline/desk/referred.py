"""What a helpline is told besides the case: whether its advice can be passed on to who asked, and whether police know.

Who asked never leaves: the helpline advises, and the hotline passes that on where a contact was left that is safe.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection

from pipeline.desk.consent import reachable
from pipeline.desk.lea_holds import first_told
from pipeline.desk.links import all_links, links_of

HELPLINE = "helpline"
"""As `redacted_as`: who helps people, of whatever kind."""


def beside_referral(connection: Connection, case_ids: Collection[int]) -> dict[int, Mapping[str, object]]:
    """Raw facts for the referral of each case, still to be redacted. Opens no contact."""
    told = first_told(connection, case_ids)
    return {case_id: _facts(connection, case_id, told[case_id]) for case_id in case_ids}


def _facts(connection: Connection, case_id: int, told: datetime | None) -> dict[str, object]:
    reports = all_links(links_of(connection, case_id))[:, 0].tolist()
    return {
        "advice_can_be_passed_on": bool(reachable(connection, reports)),
        "police_told": told is not None,
        "police_told_at": told,
    }
