"""Which reporters' contacts police were told, who asked and who released: numbers and codes, never a contact."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from pipeline.store.schema import Number, metadata

disclosure = Table(
    "disclosure", metadata,
    Column("disclosure_id", Number, primary_key=True),
    Column("report_id", Number, nullable=False, index=True),
    Column("case_id", Number, nullable=False, index=True),
    Column("recipient", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_by", Number, nullable=False),
    Column("asked_at", Number, nullable=False),
    Column("state", Text, nullable=False),
    Column("released_by", Number),
    Column("released_at", Number),
    Column("package_id", Number),
)  # fmt: skip
"""One reporter's contact for one police agency, asked for about the case of that moment. `state` is `asked`, `opened`
(released, and the contact opened; nothing more is known), `made` (it is in that package) or `withdrawn`. A report goes
to an agency once, unless somebody asks anew on purpose: then it has another row."""
