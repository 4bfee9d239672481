"""Tables of notices to hosts: who is written to, which letters went about which addresses, and what police said of it.

A host's name is kept as a keyed digest only, since the names together would be a list of places. An abuse contact is an
organisation's public role address and stands in clear. Nothing here names a reporter.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table, Text

from pipeline.store.schema import Number, metadata

abuse_contact = Table(
    "abuse_contact", metadata,
    Column("contact_id", Number, primary_key=True),
    Column("recipient", Text, nullable=False),
    Column("name", Text, nullable=False), Column("mail", Text, nullable=False),
    Column("language", Text, nullable=False), Column("source", Text, nullable=False),
    Column("person_id", Number, nullable=False),
    Column("added_at", Number, nullable=False),
    Column("retired_at", Number),
)  # fmt: skip
"""A host, provider or regulator a person looked up: `recipient` is a code of `data/routes`, `source` how it is known.
"""

contact_host = Table(
    "contact_host", metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("contact_id", Number, nullable=False),
    Column("person_id", Number, nullable=False),
    Column("added_at", Number, nullable=False),
)  # fmt: skip
"""Which contact answers for a host (and all below it), by the keyed digest of its name."""

notice = Table(
    "notice", metadata,
    Column("notice_id", Number, primary_key=True),
    Column("contact_id", Number, nullable=False, index=True),
    Column("reminder", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("person_id", Number, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("state", Text, nullable=False),
)  # fmt: skip
"""One letter, written before it is sent: `state` is `claimed` until it went (`sent`) or was refused before anything
left (`refused`). `digest` is keyed over the letter as a person was shown it; `reminder` counts those before it."""

notice_item = Table(
    "notice_item", metadata,
    Column("contact_id", Number, primary_key=True, autoincrement=False),
    Column("locator_id", Number, primary_key=True, autoincrement=False),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    Column("notice_id", Number, nullable=False, index=True),
    Column("case_id", Number, nullable=False),
    Column("disposition_id", Number, nullable=False),
)  # fmt: skip
"""Which addresses a letter names. An address goes to a contact once per turn: that is the key. `case_id` is its case
when the letter was made; the address keeps its number where cases are split or joined."""

notice_answer = Table(
    "notice_answer", metadata,
    Column("answer_id", Number, primary_key=True),
    Column("contact_id", Number, nullable=False),
    Column("locator_id", Number, nullable=False, index=True),
    Column("case_id", Number, nullable=False),
    Column("said", Text, nullable=False),
    Column("said_at", Number, nullable=False),
    Column("person_id", Number, nullable=False),
    Column("made_at", Number, nullable=False),
)  # fmt: skip
"""What a host did about one address: `said` is `removed` or `refused`, `said_at` when; written down by a person."""

hold_word = Table(
    "hold_word", metadata,
    Column("word_id", Number, primary_key=True),
    Column("case_id", Number, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("recipient", Text),
    Column("reason", Text, nullable=False),
    Column("escalate", Integer, nullable=False),
    Column("person_id", Number, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("granted_by", Number), Column("granted_at", Number),
)  # fmt: skip
"""What a person wrote down about the police hold of a case: a `hold` or `release` police asked for, or an `override`,
which counts once another person granted it. `escalate` is the danger the case stood at then."""
