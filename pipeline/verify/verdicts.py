"""The machine's opinions: every stored verdict is the one its digest was made of.

The digest has no key, so it shows an edit of what a verdict says, not one by somebody who makes the digest anew.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection

from pipeline.stages.classify import verdict_digest
from pipeline.verify.finding import Findings
from pipeline.verify.stream import pieces
from triage.clocks import QUESTION_REASONS
from triage.verdict import Escalation, Label, Verdict, comes_soon

_COLUMNS = "verdict_id, digest, label, escalate, score, to_person, question, unread, reasons, version"


def check_verdicts(connection: Connection, findings: Findings) -> None:
    """Make every digest again from its row. Raises ValueError for a label, danger or reasons nobody ever wrote."""
    for rows in pieces(connection, f"SELECT {_COLUMNS} FROM verdict"):
        for number, digest, label, escalate, score, to_person, question, unread, reasons, version in rows:
            said = Verdict(Label(label), Escalation(escalate), score=score, to_person=bool(to_person))
            told = json.loads(reasons)
            asks = any(reason[0] in QUESTION_REASONS for reason in told)
            strange = any(comes_soon(code, rule) for code, rule, *_ in told)
            kept = (bytes(digest), bool(question), bool(unread))
            if kept != (verdict_digest(said, reasons, version), asks, strange):
                findings.add("verdict", f"verdict {number}", "does not say what it said when it was stored")
