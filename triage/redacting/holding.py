"""What somebody says to use or have ("ja koristim profil X", "I have the number X"): the reporter's, whoever was named.

A reporter tells of a suspect and a breath later of the own profile, and the word "profile" alone would make it the
suspect's. So a verb in the first person right before a value, with nothing between but words that join, outranks every
other word. "Imam" and "I have" may also be said of a suspect's number: masked for everybody, but still a place content
is. The words are those of `[holds]` in `data/redaction/roles.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.redacting.wording import Tables, pattern

NEEDED = (("holds", "uses"), ("holds", "has"), ("holds", "things"), ("holds", "joining"))
"""Tables of `roles.toml` and what each must hold."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The words, compiled; made by `of`."""

    uses: re.Pattern[str]
    verbs: re.Pattern[str]
    things: re.Pattern[str]
    joining: re.Pattern[str]

    @classmethod
    def of(cls, read: Tables) -> Holding:
        """From the table of `roles.toml`."""
        holds = read["holds"]
        things, joining = pattern(holds["things"]), pattern(holds["joining"])
        return cls(
            re.compile(pattern(holds["uses"])), re.compile(pattern([*holds["uses"], *holds["has"]])),
            re.compile(things), re.compile(rf"(?:[\s:=\"'„“”«»(@–-]|{things}|{joining})*"),
        )  # fmt: skip

    def perhaps(self, clause: str) -> bool:
        """Whether the shadow of a clause ends with its writer's using or having what follows."""
        return any(self.joining.fullmatch(clause, verb.end()) for verb in self.verbs.finditer(clause))

    def surely(self, clause: str) -> bool:
        """Whether it ends with using an account or a number: no channel or group many people use."""
        return any(
            self.joining.fullmatch(clause, verb.end()) and self.things.search(clause, verb.end())
            for verb in self.uses.finditer(clause)
        )
