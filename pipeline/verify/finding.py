"""What `verify` finds, and a collector that keeps a flood of one kind from hiding the others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

SHOWN_OF_ONE_KIND = 20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree. `code` groups them; `subject` is an id (`C12`, a run id), never input."""

    code: str
    subject: str
    says: str


class Findings:
    """Collects findings; of each kind the first SHOWN_OF_ONE_KIND in full and the number of the rest."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._counts: Counter[str] = Counter()

    def add(self, code: str, subject: object, says: str) -> None:
        """One more."""
        self._counts[code] += 1
        if self._counts[code] <= SHOWN_OF_ONE_KIND:
            self._kept.append(Finding(code, str(subject), says))

    def all(self) -> tuple[Finding, ...]:
        """What was found, in order, with one line for what was left out of each kind."""
        more = [
            Finding(code, "", f"and {count - SHOWN_OF_ONE_KIND} more of this kind")
            for code, count in self._counts.items()
            if count > SHOWN_OF_ONE_KIND
        ]
        return (*self._kept, *more)
