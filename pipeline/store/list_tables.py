"""Tables of hash lists: which version is in force, what people and the flood guard said of entries, today's matches.

The values themselves never come in here: they lie as arrays in the workspace (`pipeline.lists.saved`). An entry is
known by a digest keyed with the workspace's index key: what was said of it holds in the list's next version too.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, LargeBinary, Table, Text

from pipeline.store.schema import Number, metadata

hash_list = Table(
    "hash_list", metadata,
    Column("list_no", Number, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("version", Text, nullable=False),
    Column("previous", Text),
    Column("manifest_digest", Text, nullable=False),
    Column("imported_by", Number, nullable=False),
    Column("imported_at", Number, nullable=False),
)  # fmt: skip
"""The version of each list that is in force, and the one before, which is kept until the next import."""

hash_entry = Table(
    "hash_entry", metadata,
    Column("list_no", Number, ForeignKey("hash_list.list_no"), primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, primary_key=True),
    Column("version", Text, nullable=False), Column("entry", Number, nullable=False),
    Column("said", Text), Column("reason", Text), Column("person_id", Number), Column("said_at", Number),
    Column("quarantined_at", Number),
    sqlite_with_rowid=False,
)  # fmt: skip
"""What was said of one entry (and its number in the version in force then): `said` by a person (`confirmed`,
`disputed`), `quarantined_at` by the flood guard."""

hash_match = Table(
    "hash_match", metadata,
    Column("list_no", Number, ForeignKey("hash_list.list_no"), primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, primary_key=True),
    Column("day", Number, primary_key=True, autoincrement=False),
    Column("item", LargeBinary, primary_key=True),
    sqlite_with_rowid=False,
)  # fmt: skip
"""Which distinct items an entry matched on a day (days since 1970, UTC): no more than the flood guard has to count."""
