"""SOS calls and which organisations were told of them: numbers, codes and times; never a note, a name or an address."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, SmallInteger, Table, Text

from pipeline.store.schema import Number, metadata

alert = Table(
    "alert", metadata,
    Column("alert_id", Number, primary_key=True),
    Column("report_id", Number, unique=True),
    Column("area", Text, nullable=False),
    Column("called_at", Number, nullable=False),
    Column("drill", Boolean, nullable=False),
    Column("raised_at", Number, nullable=False),
    Column("raised_by", Number),
    Column("ended_at", Number), Column("ended_by", Number), Column("ended_reason", Text),
)  # fmt: skip
"""One SOS call, or a drill (no report; `raised_by` is who began it). `area` as it may leave, "" where unknown."""

alert_told = Table(
    "alert_told", metadata,
    Column("alert_id", Number, primary_key=True, autoincrement=False),
    Column("partner", Text, primary_key=True),
    Column("turn", SmallInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("told_at", Number, nullable=False),
    Column("due_at", Number, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("digest", Text),
    Column("acknowledged_at", Number), Column("acknowledged_by", Number), Column("acknowledged_how", Text),
)  # fmt: skip
"""One alert to one organisation, written before it goes: `state` is `claimed` until it went (`sent`) or was refused
before anything left (`refused`). `turn` counts from 1, `digest` is the SHA-256 of the sealed file."""
