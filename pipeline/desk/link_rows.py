"""Rewrites the links of a case after a move: the packed rows, the reports' own rows, and what is counted from them."""

from __future__ import annotations

from typing import Any

import numpy as np
from sqlalchemy import Connection

from pipeline.desk.links import LINK, Ints, LinkedReport, Opinion, opinions_in, reports_in
from pipeline.store import bulk
from pipeline.store.schema import case_reports
from triage.grouping import LANES, Standing, lane_alone
from triage.lifecycle import Status
from triage.report import Fact
from triage.verdict import Escalation, Label


def write(connection: Connection, case_id: int, links: dict[int, Ints]) -> None:
    """Replace a case's packed links of the given runs; a run without any is left out."""
    connection.execute(case_reports.delete().where(case_reports.c.case_id == case_id, case_reports.c.run_no.in_(links)))
    rows = [(case_id, run_no, _packed(given)) for run_no, given in sorted(links.items()) if len(given)]
    bulk.insert(connection, case_reports, ("case_id", "run_no", "links"), rows)


def repoint(connection: Connection, links: Ints, case_id: int) -> None:
    """Let the reports' own rows name another case for these links."""
    primary = links[:, 2] == 0
    first = [(case_id, report) for report in links[primary][:, 0].tolist()]
    others = [(case_id, report, seq) for report, _, seq in links[~primary].tolist()]
    bulk.update(connection, "UPDATE report SET case_id = ? WHERE report_id = ?", first)
    bulk.update(connection, "UPDATE further_link SET case_id = ? WHERE report_id = ? AND seq = ?", others)


def counted(connection: Connection, links: Ints) -> dict[str, Any]:
    """What a case's row says of its links, counted afresh as `commit_cases` counts them for a new case."""
    reports = reports_in(connection, links[:, 0].tolist())
    by_verdict = opinions_in(connection, (one.verdict_id for one in reports))
    opinions = by_verdict.values()
    received = [one.received_at for one in reports]
    lanes = [_lane_alone(one, by_verdict[one.verdict_id]) for one in reports]
    return {
        "reports": len(links),
        "first_received": min(received),
        "last_received": max(received),
        "waiting_since": min(at for at, lane in zip(received, lanes, strict=True) if lane == min(lanes)),
        "label": max(one.label for one in opinions),
        "escalate": max(one.escalate for one in opinions),
        "assigned": any(one.facts & Fact.ASSIGNED for one in reports),
        "question": all(one.question for one in opinions),
        "unread": any(one.unread for one in opinions),
    }


def _lane_alone(report: LinkedReport, opinion: Opinion) -> int:
    assigned = bool(report.facts & Fact.ASSIGNED)
    danger = Escalation(opinion.escalate)
    return LANES.index(lane_alone(Label(opinion.label), danger, assigned, opinion.question, opinion.unread))


def lane_number(status: Status, before: Status, count: dict[str, Any]) -> int | None:
    """The stored lane of a case with these counts, None where it waits for nobody."""
    standing = Standing(
        status, before, Label(count["label"]), Escalation(count["escalate"]), count["assigned"], count["question"],
        unread=count["unread"],
    )  # fmt: skip
    return None if standing.lane is None else LANES.index(standing.lane)


def _packed(links: Ints) -> bytes:
    order = np.lexsort((links[:, 2], links[:, 0]))
    return links[order].astype(LINK).tobytes()
