"""On the screen of a case: what it leaves open at ICCAM, and under which number an agency keeps it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipeline.cli.screens import INDENT, harmless
from pipeline.desk.caseview import CaseFacts
from pipeline.desk.iccam_open import hosting_notes, left_open
from pipeline.desk.their_numbers import TheirNumber
from pipeline.desk.times import local
from pipeline.store.engine import reading

if TYPE_CHECKING:
    from pipeline.bootstrap import App


def blocks(case: CaseFacts, numbers: Iterable[TheirNumber], now: datetime) -> list[str]:
    """The lines, each block only where there is something to say."""
    unanswered, hosting = left_open(case)
    lines = [f"{INDENT}{one.recipient}: {harmless(one.number)}, said {local(one.said_at, now)}" for one in numbers]
    found = ["", "Their number for it", *lines] if lines else []
    lines = [f"{INDENT}not answered: {', '.join(unanswered)} (`hotline assess`)"] if unanswered else []
    lines += [f"{INDENT}{note}" for note in hosting]
    return [*found, "", "Open for ICCAM", *lines] if lines else found


def as_json(case: CaseFacts, numbers: Iterable[TheirNumber]) -> dict[str, Any]:
    """The same for a program."""
    unanswered, hosting = left_open(case)
    return {
        "their_numbers": [
            {"recipient": one.recipient, "number": one.number, "said_at": one.said_at.isoformat()} for one in numbers
        ],
        "unanswered_for_iccam": list(unanswered), "iccam_notes": list(hosting),
    }  # fmt: skip


def hosting_lines(app: App, case_ids: Collection[int]) -> list[str]:
    """A line for each case decided for ICCAM that is hosted where perhaps nobody acts, or nobody knows where."""
    if not case_ids:
        return []
    with reading(app.store.engine) as connection:
        found = hosting_notes(connection, case_ids)
    return [f"C{case_id}: {note}" for case_id, notes in found.items() for note in notes]
