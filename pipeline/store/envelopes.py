"""Numbers of the envelopes a batch makes: run, part and purpose, the same on every try."""

from __future__ import annotations

PARTS_PER_UNIT = 10_000
"""A unit's parts are numbered `unit * PARTS_PER_UNIT` and up."""
INGEST_ENVELOPE, TEXT_ENVELOPE, LOCATOR_ENVELOPE, CONFLICT_ENVELOPE = range(4)
PURPOSES = 4
RUN_SHIFT = 34


def envelope_id(run_no: int, part: int, purpose: int) -> int:
    """A number for the envelope of one part and purpose, the same on every try."""
    return (run_no << RUN_SHIFT) | (part * PURPOSES + purpose)
