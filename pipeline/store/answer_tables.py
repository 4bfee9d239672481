"""Which answers went to reporters, and who wants none: numbers and codes, never a contact or a word of the letter."""

from __future__ import annotations

from sqlalchemy import Column, Table, Text

from pipeline.store.schema import Number, metadata

answer_sent = Table(
    "answer_sent", metadata,
    Column("report_id", Number, primary_key=True, autoincrement=False),
    Column("template", Text, primary_key=True),
    Column("language", Text, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("person_id", Number, nullable=False),
    Column("state", Text, nullable=False),
)  # fmt: skip
"""One answer to one report, written before it is sent: `state` is `claimed` until it went (`sent`), was refused before
anything left or taken out of the outbox again (`refused`), or had no address to go to (`no_email`). `calling`: a person
was shown the telephone number; then `sent` if the reporter was reached, `no_email` if not. What was read out to
somebody with a receipt code is `sent`. A report gets each template once: that is the key."""

contact_withdrawn = Table(
    "contact_withdrawn", metadata,
    Column("report_id", Number, primary_key=True, autoincrement=False),
    Column("person_id", Number, nullable=False),
    Column("made_at", Number, nullable=False),
)  # fmt: skip
"""Reports whose reporters want no contact any more, and who wrote that down when."""
