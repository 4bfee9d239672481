"""Which redacted texts a person let go: digests only, never a text."""

from __future__ import annotations

from sqlalchemy import Column, Integer, Table, Text

from pipeline.store.schema import Number, metadata

text_release = Table(
    "text_release", metadata,
    Column("release_id", Number, primary_key=True),
    Column("case_id", Number, nullable=False, index=True),
    Column("recipient", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("redactor", Text, nullable=False),
    Column("texts", Integer, nullable=False),
    Column("person_id", Number, nullable=False),
    Column("made_at", Number, nullable=False),
)  # fmt: skip
"""`digest` is keyed (HMAC-SHA256, 64 hexadecimal digits) over the redacted texts as they were shown, `texts` how many
they were, `redactor` the version that made them. What is redacted anew before an export must have the digest again."""
