"""Tables of content items: what came with reports, by digests only, what they resemble, and texts that are alike.

An item is one attachment of one report, known by report and place in it. Nothing of its bytes is here, only digests.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, Index, Integer, LargeBinary, SmallInteger, Table, Text

from pipeline.store.schema import Number, metadata

content_item = Table(
    "content_item", metadata,
    Column("report_id", Number, primary_key=True, autoincrement=False),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    Column("size_bytes", Number, nullable=False),
    Column("media_type", Text),
    Column("problem", Text),
    sqlite_with_rowid=False,
)  # fmt: skip
"""`problem` says why there is no perceptual signal (a file that is no picture, low quality …) or no digest at all."""

signal = Table(
    "signal", metadata,
    Column("report_id", Number, primary_key=True, autoincrement=False),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    Column("type", Text, primary_key=True),
    Column("form", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
    Column("quality", SmallInteger),
    Index("ix_signal_value", "type", "value"),
    sqlite_with_rowid=False,
)  # fmt: skip

signal_match = Table(
    "signal_match", metadata,
    Column("report_id", Number, primary_key=True, autoincrement=False),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    Column("list", Text, primary_key=True),
    Column("entry", Number, primary_key=True, autoincrement=False),
    Column("type", Text, primary_key=True),
    Column("form", Text, primary_key=True),
    Column("version", Text, nullable=False),
    Column("distance", SmallInteger, nullable=False),
    Column("threshold", SmallInteger, nullable=False),
    Column("opinion", Text, nullable=False),
    Column("level", Text, nullable=False),
    sqlite_with_rowid=False,
)  # fmt: skip
"""What lists said of an item when it came in. A match is a reason to look, never an assessment."""

picture_link = Table(
    "picture_link", metadata,
    Column("report_id", Number, primary_key=True, autoincrement=False),
    Column("position", SmallInteger, primary_key=True, autoincrement=False),
    Column("other_report", Number, primary_key=True, autoincrement=False),
    Column("other_position", SmallInteger, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("form", Text, nullable=False), Column("other_form", Text, nullable=False),
    Column("distance", SmallInteger, nullable=False),
    Column("level", Text, nullable=False),
    Index("ix_picture_link_other", "other_report"),
    sqlite_with_rowid=False,
)  # fmt: skip
"""An item and an earlier one that shows the same (`link`) or may show the same (`suggestion`)."""

MEMBER, MEMBER_BYTES = "<i8", 24
"""One packed member is three of these: report, first report of its group, likeness in thousandths."""

text_group = Table(
    "text_group", metadata,
    Column("first_report", Number, primary_key=True, autoincrement=False),
    Column("reports", Number, nullable=False),
    Column("last_run", Number, nullable=False),
)  # fmt: skip
"""A flood: how many later reports say nearly the same as the first one."""

text_sketch = Table(
    "text_sketch", metadata,
    Column("run_no", Number, primary_key=True, autoincrement=False),
    Column("stretch", Integer, primary_key=True, autoincrement=False),
    Column("texts", Number, nullable=False),
    Column("reports", LargeBinary, nullable=False),
    Column("offsets", LargeBinary, nullable=False),
    Column("shingles", LargeBinary, nullable=False),
)  # fmt: skip
"""Keyed digests of the word pairs of one stretch's texts; `reports`: the first report of each text's group."""

text_member = Table(
    "text_member", metadata,
    Column("run_no", Number, primary_key=True, autoincrement=False),
    Column("stretch", Integer, primary_key=True, autoincrement=False),
    Column("first_report", Number, nullable=False),
    Column("last_report", Number, nullable=False),
    Column("members", LargeBinary, nullable=False),
    Column("least", Float, nullable=False),
)  # fmt: skip
"""Which reports of one stretch belong to which flood: rows of report, first report of the flood, and how alike they
are (Jaccard, in thousandths), by report. `least` is the threshold that held."""
