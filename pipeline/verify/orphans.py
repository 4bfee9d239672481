"""Rows that point to rows which are not there. Foreign keys guard few of these, since they would slow every commit."""

from __future__ import annotations

from sqlalchemy import Connection

from pipeline.verify.finding import Findings
from pipeline.verify.stream import scalar
from pipeline.verify.world import World
from triage.report import Fact

POINTERS = (
    ("further_link", "report_id", "report", "report_id"),
    ("contact", "report_id", "report", "report_id"),
    ("receipt", "report_id", "report", "report_id"),
    ("contact", "envelope_id", "envelope", "envelope_id"),
    ("sealed_text", "envelope_id", "envelope", "envelope_id"),
    ("locator_pack", "envelope_id", "envelope", "envelope_id"),
    ("reject", "envelope_id", "envelope", "envelope_id"),
    ("envelope", "key_id", "vault_key", "key_id"),
    ("reject", "run_no", "run", "run_no"),
    ("input_file", "run_no", "run", "run_no"),
    ("case_reports", "run_no", "run", "run_no"),
    ("case_record", "opened_run", "run", "run_no"),
    ("case_fact", "run_no", "run", "run_no"),
    ("assessment", "case_id", "case_record", "case_id"),
    ("assessment", "person_id", "person", "person_id"),
    ("disposition", "case_id", "case_record", "case_id"),
    ("disposition", "person_id", "person", "person_id"),
    ("answer_sent", "report_id", "report", "report_id"),
    ("answer_sent", "person_id", "person", "person_id"),
    ("contact_withdrawn", "report_id", "report", "report_id"),
    ("contact_withdrawn", "person_id", "person", "person_id"),
    ("disposition", "package_id", "package", "package_id"),
    ("alert", "report_id", "report", "report_id"),
    ("alert", "raised_by", "person", "person_id"),
    ("alert", "ended_by", "person", "person_id"),
    ("alert_told", "alert_id", "alert", "alert_id"),
    ("alert_told", "acknowledged_by", "person", "person_id"),
    ("text_release", "case_id", "case_record", "case_id"),
    ("text_release", "person_id", "person", "person_id"),
    ("urgent_call", "case_id", "case_record", "case_id"),
    ("urgent_call", "person_id", "person", "person_id"),
    ("urgent_call", "envelope_id", "envelope", "envelope_id"),
    ("police_feedback", "case_id", "case_record", "case_id"),
    ("police_feedback", "person_id", "person", "person_id"),
    ("disclosure", "report_id", "report", "report_id"),
    ("disclosure", "case_id", "case_record", "case_id"),
    ("disclosure", "asked_by", "person", "person_id"),
    ("disclosure", "released_by", "person", "person_id"),
    ("disclosure", "package_id", "package", "package_id"),
    ("content_item", "report_id", "report", "report_id"),
    ("signal", "report_id", "content_item", "report_id"),
    ("signal_match", "report_id", "content_item", "report_id"),
    ("picture_link", "report_id", "content_item", "report_id"),
    ("picture_link", "other_report", "content_item", "report_id"),
    ("text_group", "first_report", "report", "report_id"),
    ("suggestion", "case_a", "case_record", "case_id"),
    ("suggestion", "case_b", "case_record", "case_id"),
)
"""Table and column, and where its value must be."""
OF_WHOLE_RUNS = (("case_fact", "case_id", "case_record", "case_id"),)
"""The same, but while a run is under way a case may not have its record yet.

Addresses and keys may name a case without a record for good: its number is given before the reports are written, and
the only report that named it may have been refused (known already, or an id conflict).
"""
NUMBERED = (
    ("case_key", "case_id", "case"),
    ("locator", "case_id", "case"),
    ("case_record", "case_id", "case"),
    ("locator", "locator_id", "locator"),
)
"""Table and column whose values must have been given out by this counter."""


def check_pointers(connection: Connection, world: World, findings: Findings) -> None:
    """Count pointers to nothing, table by table; and contacts that should be there."""
    for table, column, other, key in POINTERS + (() if world.unfinished else OF_WHOLE_RUNS):
        count = scalar(
            connection,
            f"SELECT COUNT(*) FROM {table} t WHERE t.{column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM {other} o WHERE o.{key} = t.{column})",
        )
        if count:
            findings.add("orphan", table, f"{count} rows name a {other} that is not there")
    for table, column, name in NUMBERED:
        following = scalar(connection, f"SELECT next_value FROM counter WHERE name = '{name}'")
        if scalar(connection, f"SELECT MAX({column}) FROM {table}") >= following:
            findings.add("counter", table, f"holds a {name} number that was never given out")
    lost = scalar(
        connection,
        f"SELECT COUNT(*) FROM report r WHERE (r.facts & {int(Fact.HAS_CONTACT)}) > 0 AND r.salt IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.report_id = r.report_id)",
    )
    if lost:
        findings.add("contact_missing", "contact", f"{lost} reporters left a contact that is not there")
