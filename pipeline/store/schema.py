"""The tables of the case store, for SQLite and PostgreSQL alike.

Times are seconds since 1970 in UTC. Digests are keyed with the workspace's index key. Addresses, texts, contacts and
raw messages are in here only as sealed bytes. `report.case_id` is the report's one primary link; `further_link` holds
the others; `case_reports` lists both by case. Dropping `report.salt` erases a report for good (see `pipeline.sealing`).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }  # fmt: skip
)
SCHEMA_VERSION = "0011"
"""The newest migration: a store of another version is not opened (a test compares)."""
Number = BigInteger().with_variant(Integer, "sqlite")
"""A 64-bit number; on SQLite the word INTEGER makes a primary key the row's own number."""

meta = Table("meta", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))
"""Facts about the store itself: kind of workspace, index key check, count of people's moves of locators."""

counter = Table(
    "counter", metadata, Column("name", Text, primary_key=True), Column("next_value", Number, nullable=False)
)
"""Numbers handed out in blocks under the write lock."""

vault_key = Table(
    "vault_key", metadata,
    Column("key_id", Text, primary_key=True),
    Column("created_at", Number, nullable=False),
    Column("retired_at", Number),
)  # fmt: skip

person = Table(
    "person", metadata,
    Column("person_id", Number, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("os_user", Text, unique=True),
    Column("added_at", Number, nullable=False),
)  # fmt: skip

run = Table(
    "run", metadata,
    Column("run_no", Number, primary_key=True),
    Column("run_id", Text, nullable=False, unique=True),
    Column("manifest_digest", Text, nullable=False),
    Column("registered_at", Number, nullable=False),
    Column("committed_at", Number),
    Column("read", Number), Column("accepted", Number), Column("rejected", Number),
    Column("already_known", Number), Column("new_cases", Number),
)  # fmt: skip

input_file = Table(
    "input_file", metadata,
    Column("run_no", Number, ForeignKey("run.run_no"), primary_key=True, autoincrement=False),
    Column("file_no", Integer, primary_key=True, autoincrement=False),
    Column("sha256", Text, nullable=False, index=True),
    Column("bytes", Number, nullable=False),
    Column("path_digest", LargeBinary, nullable=False, index=True),
    Column("rows", Number),
)  # fmt: skip

run_step = Table(
    "run_step", metadata,
    Column("run_no", Number, primary_key=True, autoincrement=False),
    Column("step", Text, primary_key=True),
    Column("chunk", Number, primary_key=True, autoincrement=False),
    Column("known", Number, nullable=False), Column("conflicts", Number, nullable=False),
    Column("opened", Number, nullable=False),
)  # fmt: skip
"""One row per bounded transaction that must not happen twice, written inside it."""

source = Table(
    "source", metadata,
    Column("source_no", Number, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("source", Text, nullable=False),
    UniqueConstraint("channel", "source"),
)  # fmt: skip

envelope = Table(
    "envelope", metadata,
    Column("envelope_id", Number, primary_key=True, autoincrement=False),
    Column("key_id", Text, ForeignKey("vault_key.key_id"), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
)  # fmt: skip

verdict = Table(
    "verdict", metadata,
    Column("verdict_id", Number, primary_key=True),
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("label", SmallInteger, nullable=False),
    Column("escalate", SmallInteger, nullable=False),
    Column("score", Float, nullable=False),
    Column("to_person", Boolean, nullable=False),
    Column("question", Boolean, nullable=False),
    Column("unread", Boolean, nullable=False, server_default=false()),
    Column("reasons", Text, nullable=False),
    Column("version", Text, nullable=False),
)  # fmt: skip

report = Table(
    "report", metadata,
    Column("report_id", Number, primary_key=True, autoincrement=False),
    Column("source_no", Number, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("content_digest", LargeBinary, nullable=False),
    Column("received_at", Number, nullable=False),
    Column("category", Text), Column("area", Text), Column("language", Text), Column("reporter_group", Text),
    Column("facts", Integer, nullable=False),
    Column("verdict_id", Number, nullable=False),
    Column("case_id", Number, nullable=False),
    Column("locator_id", Number),
    Column("salt", LargeBinary),
    Index("uq_report_identity", "source_no", "external_id", unique=True),
)  # fmt: skip

report_imprint = Table(
    "report_imprint", metadata,
    Column("first_report", Number, primary_key=True, autoincrement=False),
    Column("last_report", Number, nullable=False),
    Column("imprints", LargeBinary, nullable=False),
)  # fmt: skip
"""One number per report of a slice, over what nobody ever changes in its row (see `pipeline.store.imprints`)."""

further_link = Table(
    "further_link", metadata,
    Column("report_id", Number, primary_key=True, autoincrement=False),
    Column("seq", SmallInteger, primary_key=True, autoincrement=False),
    Column("case_id", Number, nullable=False),
    Column("locator_id", Number, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

sealed_text = Table(
    "sealed_text", metadata,
    Column("first_report", Number, primary_key=True, autoincrement=False),
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    Column("last_report", Number, nullable=False),
    Column("envelope_id", Number, nullable=False),
    Column("directory", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)  # fmt: skip
"""Sealed fields of neighbouring reports in one row: `directory` says where each lies (see `pipeline.packing`).
`kind` 0 is what the reporter wrote, 1 the raw message and columns no field is for."""

contact = Table(
    "contact", metadata,
    Column("report_id", Number, primary_key=True, autoincrement=False),
    Column("envelope_id", Number, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)  # fmt: skip
"""Who the reporter is. Intake inserts, and nothing but an audited disclosure reads."""

receipt = Table(
    "receipt", metadata,
    Column("receipt_hash", LargeBinary, primary_key=True),
    Column("report_id", Number, nullable=False),
)  # fmt: skip

locator = Table(
    "locator", metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("locator_id", Number, nullable=False),
    Column("case_id", Number, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""One distinct canonical address. `case_id` is where it belongs now; what a person split or joined is written here."""

locator_pack = Table(
    "locator_pack", metadata,
    Column("first_id", Number, primary_key=True, autoincrement=False),
    Column("last_id", Number, nullable=False),
    Column("envelope_id", Number, nullable=False),
    Column("salts", LargeBinary, nullable=False),
    Column("digests", LargeBinary, nullable=False),
    Column("lengths", LargeBinary, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)  # fmt: skip
"""What neighbouring locators say, sealed (see `pipeline.packing`)."""

case_reports = Table(
    "case_reports", metadata,
    Column("case_id", Number, primary_key=True, autoincrement=False),
    Column("run_no", Number, primary_key=True, autoincrement=False),
    Column("stretch", Integer, primary_key=True, autoincrement=False, server_default=text("0")),
    Column("links", LargeBinary, nullable=False),
)  # fmt: skip
"""Which reports one stretch of a run linked to a case: rows of report, locator (0 for none) and
place in the report (0: primary)."""

case_key = Table(
    "case_key", metadata,
    Column("key", LargeBinary, primary_key=True),
    Column("rule_version", Text, primary_key=True),
    Column("case_id", Number, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip

case_record = Table(
    "case_record", metadata,
    Column("case_id", Number, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False), Column("status_before", Text, nullable=False),
    Column("lane", SmallInteger),
    Column("label", SmallInteger, nullable=False),
    Column("escalate", SmallInteger, nullable=False),
    Column("assigned", Boolean, nullable=False), Column("question", Boolean, nullable=False),
    Column("unread", Boolean, nullable=False, server_default=false()),
    Column("reports", Number, nullable=False),
    Column("first_received", Number), Column("last_received", Number), Column("waiting_since", Number),
    Column("new_facts", Integer, nullable=False),
    Column("opened_run", Number, nullable=False),
    Column("joined_into", Number),
    Column("held_by", Number), Column("held_until", Number),
    Column("version", Integer, nullable=False),
    Index(
        "ix_case_record_queue", "lane", "waiting_since",
        sqlite_where=text("lane IS NOT NULL"), postgresql_where=text("lane IS NOT NULL"),
    ),
)  # fmt: skip
"""`lane` is empty while the case waits for nobody. `version` counts people's acts, so a stale one is refused."""

case_fact = Table(
    "case_fact", metadata,
    Column("case_id", Number, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, primary_key=True),
    Column("run_no", Number, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""Which texts a case has seen (keyed digests), to tell an unlike text from a repeat."""

suggestion = Table(
    "suggestion", metadata,
    Column("suggestion_id", Number, primary_key=True),
    Column("case_a", Number, nullable=False), Column("case_b", Number, nullable=False),
    Column("rule_version", Text, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("answer", Text), Column("answered_by", Number), Column("answered_at", Number),
    UniqueConstraint("case_a", "case_b"),
)  # fmt: skip
"""Two cases that met in one key after a rule change: a person answers `join` or `apart`."""

assessment = Table(
    "assessment", metadata,
    Column("assessment_id", Number, primary_key=True),
    Column("case_id", Number, nullable=False, index=True),
    Column("locator_id", Number),
    Column("classification", Text, nullable=False),
    Column("reason", Text), Column("kind", Text),
    Column("viewed", Text, nullable=False),
    Column("hosting_country", Text), Column("hosting_source", Text),
    Column("iccam", Text, nullable=False),
    Column("person_id", Number, nullable=False),
    Column("made_at", Number, nullable=False),
)  # fmt: skip

disposition = Table(
    "disposition", metadata,
    Column("disposition_id", Number, primary_key=True),
    Column("case_id", Number, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("recipient", Text),
    Column("reason", Text),
    Column("person_id", Number, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("released_by", Number), Column("released_at", Number),
    Column("package_id", Number),
)  # fmt: skip

package = Table(
    "package", metadata,
    Column("package_id", Number, primary_key=True),
    Column("kind", Text, nullable=False), Column("recipient", Text, nullable=False),
    Column("manifest_digest", Text, nullable=False),
    Column("person_id", Number, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("name", Text), Column("bag_digest", Text),
)  # fmt: skip
"""Of a sealed package: `name` as its recipient sees it, `bag_digest` the SHA-256 of the manifest inside."""

reject = Table(
    "reject", metadata,
    Column("reject_id", Number, primary_key=True),
    Column("run_no", Number, nullable=False, index=True),
    Column("file_sha256", Text, nullable=False), Column("row", Number, nullable=False),
    Column("file_no", Integer, nullable=False),
    Column("field", Text, nullable=False), Column("reason", Text, nullable=False),
    Column("advice", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("envelope_id", Number, nullable=False), Column("salt", LargeBinary),
    Column("sealed", LargeBinary, nullable=False),
    Column("status", Text, nullable=False),
    Column("closed_by", Number), Column("closed_at", Number), Column("closed_reason", Text),
    UniqueConstraint("file_sha256", "row", "field", "reason"),
)  # fmt: skip
"""`file_sha256` is what the rows of its file are known by (`Run.rows_of`): of an SOS call not its bytes alone."""

audit = Table(
    "audit", metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("details", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
)  # fmt: skip
