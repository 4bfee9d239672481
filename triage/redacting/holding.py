"""What somebody says to use or have ("ja koristim profil X", "I have the number X"): the reporter's, whoever was named.

A reporter tells of a suspect and a breath later of the own profile, and the word "profile" alone would make it the
suspect's. So a verb in the first person right before a value, with nothing between but words that join, outranks every
other word. "Imam" and "I have" may also be said of a suspect's number: masked for everybody, but still a place content
is. What the writer answered from ("javio sam se sa naloga X") is the writer's as well, and so is what a first person
did "sa svog profila": that word is whose the verb is. The words are those of `[holds]` in `data/redaction/roles.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from triage.redacting.wording import Tables, pattern

_KEYS = ("uses", "has", "things", "joining", "writing", "wrote", "speech", "whom", "sources", "selves", "turns")
NEEDED = tuple(("holds", key) for key in _KEYS)
"""Tables of `roles.toml` and what each must hold."""


@dataclass(frozen=True, slots=True)
class Holding:
    """The words, compiled; made by `of`."""

    uses: re.Pattern[str]
    verbs: re.Pattern[str]
    things: re.Pattern[str]
    joining: re.Pattern[str]
    sources: re.Pattern[str]
    selves: re.Pattern[str]
    first: re.Pattern[str]

    @classmethod
    def of(cls, read: Tables) -> Holding:
        """From the table of `roles.toml`."""
        holds = read["holds"]
        things, joining = pattern(holds["things"]), pattern(holds["joining"])
        return cls(
            re.compile(pattern(holds["uses"])), re.compile(pattern([*holds["uses"], *holds["has"]])),
            re.compile(things), re.compile(rf"(?:[\s:=\"'„“”«»(@–-]|{things}|{joining})*"), re.compile(_sources(holds)),
            re.compile(pattern(holds["selves"])),
            re.compile(rf"[^\w]*(?:{pattern(holds['speech'])}|\w+\s{pattern(holds['speech'])}|{pattern(holds['writing'])})"),
        )  # fmt: skip

    def perhaps(self, clause: str) -> bool:
        """Whether the shadow of a clause ends with its writer's using or having what follows."""
        said = (*self.verbs.finditer(clause), *self.sources.finditer(clause))
        return any(self.joining.fullmatch(clause, verb.end()) for verb in said)

    def went_on(self, clause: str, after: str) -> bool:
        """Whether the clause ends with one's "own" what follows, and a first person goes on behind it (`after`)."""
        own = any(self.joining.fullmatch(clause, one.end()) for one in self.selves.finditer(clause))
        return own and self.first.match(after) is not None

    def surely(self, clause: str) -> bool:
        """Whether it ends with using an account or a number: no channel or group many people use."""
        return any(
            self.joining.fullmatch(clause, verb.end()) and self.things.search(clause, verb.end())
            for verb in (*self.uses.finditer(clause), *self.sources.finditer(clause))
        )


def _sources(holds: Mapping[str, Sequence[str]]) -> str:
    """What its writer wrote from: a verb of writing in the first person and "from"; or a first person's "own".

    Behind a word that turns the sentence ("vidjela sam da piše sa svog profila") the own is another's.
    """
    words = {key: pattern(holds[key]) for key in _KEYS}
    wrote, speech, whom, turns = (words[key] for key in ("wrote", "speech", "whom", "turns"))
    whom = rf"(?:\s{whom})*"
    written = rf"{words['writing']}|{wrote}\s{speech}|{speech}{whom}\s{wrote}"
    first = rf"(?:{speech}|{words['writing']})"
    return rf"(?:{written}){whom}\s{words['sources']}|{first}(?:(?!{turns}).)*?{words['selves']}"
