"""Receipt codes: every row is one the audit chain says was given, for the report it was given for."""

from __future__ import annotations

from sqlalchemy import Connection, select

from pipeline.desk.numbers import shown_report
from pipeline.receipts import receipt_digest
from pipeline.store.schema import receipt
from pipeline.verify.chained import REPORT_ENTERED, Chained
from pipeline.verify.decisions import compare
from pipeline.verify.finding import Findings

_DETAIL = "receipt"


def check_receipts(connection: Connection, chained: Chained, index_key: bytes, findings: Findings) -> None:
    """Hold receipts against the reports people entered, both ways.

    Events from before the chain kept a digest say only that their report has a receipt.
    """
    told = [((one.subject, one.word(_DETAIL)), one.subject) for one in chained.of(REPORT_ENTERED)]
    undigested = {subject for (subject, digest), _ in told if not digest}
    rows = []
    for row in connection.execute(select(receipt)):
        name = shown_report(row.report_id)
        digest = "" if name in undigested else receipt_digest(bytes(row.receipt_hash), row.report_id, index_key)
        rows.append(((name, digest), name))
    compare("receipt", rows, told, findings)
