"""What a look at one thing says: its name, how it is, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing is."""

    OK = "ok"
    WARN = "warn"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `says` tells how it is and, unless it is ok, what to do."""

    name: str
    state: State
    says: str
