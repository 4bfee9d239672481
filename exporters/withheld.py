"""Reports' texts that a package does not hold: why, and of which reports, so that nobody takes what came for all.

Said of the case on the cover and in the report, in codes in the tables; a package never holds more of such a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exporters.wording import Words
from triage.errors import RuleBroken
from triage.redacting.redactor import WITHHELD_REASONS

SWITCHED_OFF, NOT_RELEASED, NO_REDACTOR = "switched_off", "not_released", "no_redactor"
SENT_BEFORE = "sent_before"
REASONS = (SWITCHED_OFF, NOT_RELEASED, SENT_BEFORE, NO_REDACTOR, *WITHHELD_REASONS)
"""This recipient gets none; nobody let them go, as they are now; nobody did now, and it got them in a package before;
they could not be redacted; the redactor's own."""
FIELD = "description"
"""The field whose text is meant, among what was taken out of a case."""
MOST_NUMBERS_NAMED = 10
"""On paper; `redaction.csv` names every report."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """One reason, and the reports it holds of by their place in the case, as texts are numbered.

    Raises RuleBroken for anything else.
    """

    why: str
    numbers: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.why not in REASONS or not self.numbers or min(self.numbers) < 1:
            raise RuleBroken("a text that is withheld is named by a known reason and its report's place in the case")


def reasons(withheld: Sequence[Withheld], words: Words) -> str:
    """Why, each reason once."""
    return words.listed("withheld", (one.why for one in withheld))


def named(withheld: Sequence[Withheld], words: Words) -> str:
    """Which reports and why, for a case of which other texts came along."""
    return "; ".join(
        words.said("cover", "report_left", numbers=_some(one.numbers), why=words.code("withheld", one.why))
        for one in withheld
    )


def in_codes(withheld: Sequence[Withheld], *, some_came: bool) -> list[str]:
    """The same for a table, in English: which reports is said unless it is every one."""
    is_all = not some_came and len(withheld) == 1
    return [
        f"{one.why.replace('_', ' ')}: " + ("every text" if is_all else f"report {', '.join(map(str, one.numbers))}")
        for one in withheld
    ]


def _some(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:MOST_NUMBERS_NAMED]))
    return f"{shown}, …" if len(numbers) > MOST_NUMBERS_NAMED else shown
