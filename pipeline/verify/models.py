"""The model in force, and the one that runs beside it, are those the audit chain tells of: only a person switches."""

from __future__ import annotations

import json

from sqlalchemy import Connection, select

from pipeline.report_models import SHIPPED, Chosen, chosen
from pipeline.store.schema import audit
from pipeline.verify.finding import Findings

TRAINED, SWITCHED = "model_trained", "model_switched"


def check_models(connection: Connection, findings: Findings) -> None:
    """Compare what the store says with the last word of a person."""
    kept, told = chosen(connection), _told(connection)
    if kept != told:
        findings.add("report_model", "models", "the model in force, or beside it, is not the one a person chose last")


def _told(connection: Connection) -> Chosen:
    events = select(audit.c.event, audit.c.subject, audit.c.details).where(audit.c.event.in_((TRAINED, SWITCHED)))
    row = connection.execute(events.order_by(audit.c.seq.desc()).limit(1)).one_or_none()
    if row is None:
        return Chosen(SHIPPED, None)
    try:
        said = dict(json.loads(row.details))
    except (TypeError, ValueError):
        said = {}
    if row.event == SWITCHED:
        return Chosen(row.subject, said.get("before"))
    return Chosen(str(said.get("in_force")), row.subject)
