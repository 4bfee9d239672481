"""The audit chain's word on people's acts, read once, so that decisions, rejects and packages can be held against it.

A move of a case rewrites its number in every row, never in the chain. So a case is compared by where it ended
(`World.cases`), and an assessment of one item, which a split takes along, without its case.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from pipeline.store.schema import audit

ASSESSED, DISPOSED, RELEASED = "case_assessed", "case_disposed", "case_released"
CLOSED, MENDED = "reject_closed", "reject_mended"
MADE, EXPORTED = "package_made", "exported"
TEXT_SHOWN, TEXT_RELEASED = "redacted_text_shown", "text_released"
CALL_MADE, CALL_LOGGED, CALL_REVIEWED = "urgent_call_made", "urgent_call_logged", "urgent_call_reviewed"
POLICE_SAID = "police_feedback"
_JOINED, _SPLIT_OFF = "cases_joined", "case_split_off"
_READ = (
    ASSESSED, DISPOSED, RELEASED, CLOSED, MENDED, MADE, EXPORTED, TEXT_SHOWN, TEXT_RELEASED, CALL_MADE, CALL_LOGGED,
    CALL_REVIEWED, POLICE_SAID, _JOINED, _SPLIT_OFF,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Acted:
    """One event a person caused. `at` in seconds since 1970; `person` and `number` are -1 where none can be read."""

    seq: int
    at: int
    person: int
    subject: str
    number: int
    details: Mapping[str, Any]

    def word(self, name: str) -> str:
        """A detail as text, empty if absent."""
        return str(self.details.get(name) or "")


@dataclass(frozen=True, slots=True)
class Chained:
    """Events by name, in the chain's order, and which case took which in when."""

    events: Mapping[str, list[Acted]]
    taken_in: Mapping[int, list[tuple[int, int]]]
    """Case to (seq, other case): the other was joined into it, or it was split off the other."""

    def of(self, event: str) -> list[Acted]:
        """Events of one name, in order."""
        return self.events.get(event, [])

    def sources(self, case_id: int, before: int) -> set[int]:
        """The case, and every case whose assessments may lie in it since before event `before`."""
        found, new = {case_id}, [(case_id, before)]
        while new:
            one, until = new.pop()
            for seq, other in self.taken_in.get(one, ()):
                if seq < until and other not in found:
                    found.add(other)
                    new.append((other, seq))
        return found


def read_acts(connection: Connection) -> Chained:
    """Read the chain's events about decisions, rejects and packages. Details nobody can read count as none."""
    events: defaultdict[str, list[Acted]] = defaultdict(list)
    taken_in: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in connection.execute(select(audit).where(audit.c.event.in_(_READ)).order_by(audit.c.seq)):
        said, subject = _read(row.details), row.subject
        one = Acted(row.seq, _seconds(row.at), _number(row.actor), subject, _number(subject), said)
        if row.event in (_JOINED, _SPLIT_OFF):
            if "from" in one.details:
                taken_in[one.number].append((one.seq, _number(one.word("from"))))
        else:
            events[row.event].append(one)
    return Chained(events, taken_in)


def _number(shown: str) -> int:
    """The number in `C12`, `J3`, `L7`, `package:4` or `person:1`."""
    digits = shown.rpartition(":")[2].lstrip("CJL")
    return int(digits) if digits.isascii() and digits.isdigit() else -1


def _seconds(moment: str) -> int:
    try:
        return int(datetime.fromisoformat(moment).timestamp())
    except ValueError:
        return -1


def _read(details: str) -> dict[str, Any]:
    try:
        said = json.loads(details)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
