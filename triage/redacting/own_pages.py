"""Whether a web address said to be its writer's ("my account https://…") may still be where content is.

A profile its writer only mentions is the writer's; one that was taken over, was used on somebody, shows something, or
is what the report is about is content, and an address too few is the worse error. So a web address is own only behind a
word for a profile or an invitation to write there, in a report that tells of something else, and with none of these
words around it. The words are those of `[own_page]` in `data/redaction/roles.toml`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from triage.redacting.wording import CLAUSE_END, SENTENCE_END, WORD, Tables, pattern
from triage.shadow import shadow

_FAR_CHARS, _BEHIND_CHARS = 2_000, 300
_LEAST_WORDS_TOLD = 3
_KEYS = ("things", "invitations", "possessives", "taken", "shows", "reports", "means")
NEEDED = tuple(("own_page", key) for key in _KEYS)
"""What the table of `roles.toml` must hold."""
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S{0,64}@\S+")


@dataclass(frozen=True, slots=True)
class OwnPages:
    """The words, compiled; made by `of`."""

    named: re.Pattern[str]
    told: re.Pattern[str]
    taken: re.Pattern[str]
    shows: re.Pattern[str]

    @classmethod
    def of(cls, read: Tables) -> OwnPages:
        """From the table of `roles.toml`."""
        own = read["own_page"]
        mine, shows = pattern(own["possessives"]), pattern(own["shows"])
        return cls(
            re.compile(rf"{pattern(own['things'])}|{pattern(own['invitations'])}"),
            re.compile(rf"{shows}|{pattern(own['reports'])}|{pattern(own['means'])}"),
            re.compile(rf"{pattern(own['taken'])}|{mine}\s(?:\w+\s)?{shows}|{shows}\s(?:\w+\s)?{mine}"),
            re.compile(shows),
        )  # fmt: skip

    def named_in(self, clause: str) -> bool:
        """Whether the shadow of a clause names a profile, or where to write, and tells nothing of it."""
        return self.named.search(clause) is not None and self.told.search(clause) is None

    def may_be_content(
        self, text: str, start: int, end: int, following: int | None, others: Callable[[str], bool], *, only: bool
    ) -> bool:
        """Whether the report may be about the address itself. `following`: where the next place begins; `others`:
        whether a shadow names anybody but the writer; `only`: whether the report names no other place."""
        around = shadow(text[max(0, start - _FAR_CHARS) : end + _FAR_CHARS])
        behind = self._behind(text, end, following)
        if self.taken.search(around) or self.shows.search(behind) or others(SENTENCE_END.split(behind)[0]):
            return True
        clause = CLAUSE_END.split(text[max(0, start - _FAR_CHARS) : start])[-1]
        rest = text[max(0, start - _FAR_CHARS) : start - len(clause)] + text[end : end + _FAR_CHARS]
        return only and len(WORD.findall(_ADDRESS.sub(" ", rest))) < _LEAST_WORDS_TOLD

    def _behind(self, text: str, end: int, following: int | None) -> str:
        """What this sentence and the next say of it, without the clause that leads to another place."""
        stop = end + _BEHIND_CHARS
        led = following is not None and following <= stop
        behind = shadow(text[end : following if led else stop])
        ends = [one.start() for one in SENTENCE_END.finditer(behind)]
        if len(ends) > 1:
            return behind[: ends[1]]
        clauses = list(CLAUSE_END.finditer(behind))
        return behind[: clauses[-1].start()] if led and clauses else behind
