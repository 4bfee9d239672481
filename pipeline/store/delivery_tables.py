"""Tables of what leaves and comes back: agencies' pinned keys, what police answered, urgent calls.

Nothing here names a reporter or a child. What was said in a call is sealed to the vault.
"""

from __future__ import annotations

from sqlalchemy import Boolean, Column, LargeBinary, Table, Text, UniqueConstraint

from pipeline.store.schema import Number, metadata

recipient_key = Table(
    "recipient_key", metadata,
    Column("recipient", Text, primary_key=True),
    Column("fingerprint", Text, primary_key=True),
    Column("person_id", Number, nullable=False),
    Column("added_at", Number, nullable=False),
    Column("retired_at", Number),
)  # fmt: skip
"""Fingerprints a person compared with the agency by telephone; the certificate itself lies in the workspace. At most
one of a recipient is not retired."""

police_feedback = Table(
    "police_feedback", metadata,
    Column("feedback_id", Number, primary_key=True),
    Column("case_id", Number, nullable=False, index=True),
    Column("recipient", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("their_number", Text),
    Column("said_at", Number, nullable=False),
    Column("signed", Boolean, nullable=False),
    Column("file_sha256", Text, nullable=False),
    Column("person_id", Number, nullable=False),
    Column("imported_at", Number, nullable=False),
    UniqueConstraint("recipient", "case_id", "state", "said_at"),
)  # fmt: skip
"""One line of an answer: what an agency said of one case, when, under which number of theirs."""

urgent_call = Table(
    "urgent_call", metadata,
    Column("call_id", Number, primary_key=True),
    Column("case_id", Number, nullable=False, index=True),
    Column("recipient", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person_id", Number, nullable=False),
    Column("made_at", Number, nullable=False),
    Column("spoken_at", Number), Column("reached", Boolean),
    Column("logged_by", Number), Column("logged_at", Number),
    Column("envelope_id", Number), Column("salt", LargeBinary), Column("sealed", LargeBinary),
    Column("reviewed_by", Number), Column("reviewed_at", Number), Column("review", Text),
)  # fmt: skip
"""A call sheet one person made on their own, the call itself (whether somebody was reached; who was spoken with and
what was said, sealed), and the review by another person. Only a call that reached somebody tells police anything."""

iccam_case = Table(
    "iccam_case", metadata,
    Column("case_id", Number, primary_key=True, autoincrement=False),
    Column("report_id", Number),
    Column("attempted", Text, nullable=False),
    Column("refused", Text),
    Column("settled", Text),
    Column("last_at", Number, nullable=False),
)  # fmt: skip
"""Where a case stands with ICCAM: its number there, the references sending began with (JSON), the last refusal (JSON:
call, status, names of fields) and for which state of the case nothing is left to send. References of a report ICCAM
took stay in `attempted`."""
