"""What people stated of a case in urgent calls to one police agency, for the package that follows.

The calls that reached the agency count; where none did, those that were tried or are still to be written down, but
for such as a second person found wrong, a sheet made by mistake ends that way, or without need any more.
"""

from __future__ import annotations

from sqlalchemy import Connection

from exporters.stated import Stated
from pipeline.bootstrap import App
from pipeline.desk.references import external_reference
from pipeline.desk.urgent_calls import Call, calls_about
from pipeline.routes import routes
from triage.urgent_call import CallReason, Outcome

_ENDED = (Outcome.NOT_JUSTIFIED, Outcome.NOTHING_NEEDED)


def stated_to(app: App, connection: Connection, case_id: int, recipient: str) -> tuple[Stated, ...]:
    """Each reason once, with its newest call to this agency (a code of data/routes), newest first."""
    found = calls_about(connection, case_id, recipient)
    spoken = [one for one in found if one.reached]
    by_reason: dict[CallReason, Call] = {}
    for one in spoken or [one for one in found if one.outcome not in _ENDED]:
        by_reason.setdefault(one.reason, one)
    key, country = app.store.index_key, routes().home_country
    return tuple(
        Stated(
            one.reason, external_reference(key, country, recipient, one.case_id), one.spoken_at or one.made_at,
            one.reached,
        )
        for one in by_reason.values()
    )  # fmt: skip
