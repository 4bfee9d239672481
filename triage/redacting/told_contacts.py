"""Whether a third person tells how to reach the reporter: "the caller's number is X", "kontakt roditelja X".

A helpline tells of who called it, and a clerk of who reported. Their contact is no place content may be. Own is only
what a clause of nothing but such words leads to; a "caller" may be whoever rang a child, so where calls are told of
before, only words for reaching one are sure. The words are `[told_contact]` of `data/redaction/roles.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.redacting.wording import CLAUSE_END, QUOTE, SENTENCE_END, Tables, pattern, shadow_words
from triage.shadow import shadow

_BEFORE_CHARS, _AFTER_CHARS, _TOLD_CHARS, _MOST_BETWEEN = 160, 60, 1_000, 60
_SIGNS = r"[\s:=(.–-]"
_COLON = re.compile(r"[:=–-]\s{0,3}\Z")
_GOES_ON = re.compile(r"\s{1,3}([^\W\d_]+)")
_KEYS = (
    "callers", "reporters", "parents", "reach", "numbers", "joining", "towards", "calls", "to_us", "also", "theirs",
    "labels",
)  # fmt: skip
NEEDED = tuple(("told_contact", key) for key in _KEYS)
"""What the table of `roles.toml` must hold."""


@dataclass(frozen=True, slots=True)
class ToldContacts:
    """The rules, compiled; made by `of`."""

    listed: re.Pattern[str]
    callers: re.Pattern[str]
    parents: re.Pattern[str]
    whose: re.Pattern[str]
    reach: re.Pattern[str]
    numbers: re.Pattern[str]
    calls: re.Pattern[str]
    conjunctions: re.Pattern[str]
    theirs: re.Pattern[str]
    beside: re.Pattern[str]
    towards: frozenset[str]
    also: frozenset[str]

    @classmethod
    def of(cls, read: Tables) -> ToldContacts:
        """From the table of `roles.toml`."""
        words = read["told_contact"]
        whose = [*words["callers"], *words["reporters"], *words["parents"]]
        also, numbers, joining = pattern(words["also"]), pattern(words["numbers"]), pattern(words["joining"])
        every = pattern([*whose, *words["reach"], *words["numbers"], *words["joining"]])
        return cls(
            listed=re.compile(rf"(?:{_SIGNS}|{every})*"), callers=re.compile(pattern(words["callers"])),
            parents=re.compile(pattern(words["parents"])), whose=re.compile(pattern(whose)),
            reach=re.compile(pattern(words["reach"])), numbers=re.compile(numbers),
            calls=re.compile(rf"{pattern(words['calls'])}(?!\s{{1,3}}{pattern(words['to_us'])})"),
            conjunctions=re.compile(also),
            theirs=re.compile(rf"\W{{0,3}}{also}\s{{1,3}}{pattern(words['theirs'])}(?:{_SIGNS}|{numbers}|{joining})*"),
            beside=re.compile(rf"[\s,/]{{0,4}}(?:{also})?\s{{0,3}}(?:{pattern(words['labels'])})?[\s:.]{{0,3}}"),
            towards=shadow_words(words["towards"]), also=shadow_words(words["also"]),
        )  # fmt: skip

    def lead_to(self, text: str, start: int, end: int) -> bool:
        """Whether `text[start:end]` is said to be the reporter's in the third person. Pure."""
        before = shadow(text[max(0, start - _BEFORE_CHARS) : start])
        if len(QUOTE.findall(SENTENCE_END.split(before)[-1])) % 2:
            return False
        clause = CLAUSE_END.split(before)[-1]
        begins = (0, *(one.end() for one in self.conjunctions.finditer(clause)))
        return any(self._leads(clause[at:], text, start, end) for at in begins)

    def lead_on(self, text: str, previous: int, start: int, end: int, *, name: bool) -> bool:
        """Whether it goes on from what was said so and ended at `previous`: "…, X", "… and her mail is X".

        `name`: it is a chosen name, which only "her", "his" joins.
        """
        if start - previous > _MOST_BETWEEN or self._goes_on(text, end):
            return False
        between = shadow(text[previous:start])
        return self.theirs.fullmatch(between) is not None or (not name and self.beside.fullmatch(between) is not None)

    def _leads(self, clause: str, text: str, start: int, end: int) -> bool:
        if self.whose.search(clause) is None or self.listed.fullmatch(clause) is None:
            return False
        if clause.split()[0].strip(":") in self.towards:
            return False
        if self.reach.search(clause) is not None:
            return True
        numbered = self.numbers.search(self.parents.sub(" ", clause)) is not None
        labelled = self.parents.search(clause) is None and _COLON.search(clause) is not None
        if not (numbered or labelled) or self._goes_on(text, end):
            return False
        told = shadow(text[max(0, start - _TOLD_CHARS) : start])[: -len(clause)]
        return self.callers.search(clause) is None or self.calls.search(told) is None

    def _goes_on(self, text: str, end: int) -> bool:
        """Whether the sentence says more of the value right behind it: "caller: X sends pictures"."""
        word = _GOES_ON.match(text[end : end + _AFTER_CHARS])
        return word is not None and word[1][0].islower() and shadow(word[1]) not in self.also
