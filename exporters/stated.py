"""What a person stated in an urgent call to the recipient of a package: more than any program suspects of the case.

A reason of the closed list, the reference that was read out, when, and whether somebody was reached; no word of the
call, nobody's name, and never a call to another agency.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo

from exporters.wording import Words, capital
from triage.errors import RuleBroken
from triage.urgent_call import CallReason

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Stated:
    """One reason and its call. `reached` is None where the call has no log yet: then `at` is when its sheet was made.

    Raises RuleBroken for anything that could carry more than that.
    """

    reason: CallReason
    reference: str
    at: datetime
    reached: bool | None

    def __post_init__(self) -> None:
        known = isinstance(self.reason, CallReason) and _REFERENCE.fullmatch(self.reference)
        if not known or self.at.tzinfo is None:
            raise RuleBroken("what a person stated is a reason of the list, a reference and a time with an offset")


def said(one: Stated, case: str, words: Words, zone: tzinfo) -> str:
    """The statement and its call in words; `case` is the reference of the case today, another one after a joining."""
    reason = capital(words.code("call_reason", one.reason))
    moved = one.reference != case
    stated = words.said("cover", "stated_in" if moved else "stated", reason=reason, reference=case)
    key = {True: "told_by_call", False: "nobody_reached", None: "call_open"}[one.reached]
    at = words.time(one.at, zone) if one.reached is None else words.told(one.at, zone)
    return f"{stated} {words.said('cover', key, at=at, number=one.reference)}"
