"""What a first person does from a profile or number ("s profila X sam mu odgovorila", "from account X I told him").

The word "profile" alone makes what follows a suspect's. So where its writer does something from it in the same clause,
gave it to somebody, or stands right beside it ("od mene, nalog X"), or it was stolen from the writer, it is perhaps the
writer's: masked for everybody. What was got "sa profila X", and what was seen on one, stays the suspect's, and so does
what another does from it. `surely` asks for more, since what is the writer's is no place content is: a verb of writing
or telling to somebody, and nothing else in the clause.
The words are those of `[first_person]` in `data/redaction/roles.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.redacting.wording import CLAUSE_END, SIGNS, STATEMENT_END, Tables, pattern
from triage.shadow import shadow

_KEYS = (
    "sources", "through", "first", "english_sources", "english_first", "turns", "got", "seen", "others", "gave", "me",
    "me_before", "does", "surely", "english_surely", "places",
)  # fmt: skip
NEEDED = tuple(("first_person", key) for key in _KEYS)
"""What the table of `roles.toml` must hold."""
_ENDS = re.compile(r"\s*(?:[.!?;,)\n]|\Z)")
_APPOSED = re.compile(r"\s*[,)–-]")


@dataclass(frozen=True, slots=True)
class _Tongue:
    """The words of one group of languages: English "I" is "and" elsewhere."""

    source: re.Pattern[str]
    near: re.Pattern[str]
    surely: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """The patterns, compiled; made by `of`."""

    tongues: tuple[_Tongue, ...]
    things: re.Pattern[str]
    joined: re.Pattern[str]
    others: re.Pattern[str]
    got: re.Pattern[str]
    seen: re.Pattern[str]
    before: re.Pattern[str]
    written: re.Pattern[str]
    gave: re.Pattern[str]
    beside: re.Pattern[str]
    behind_me: re.Pattern[str]
    does: re.Pattern[str]

    @classmethod
    def of(cls, read: Tables) -> FirstPerson:
        """From the tables of `roles.toml`."""
        own, holds = read["first_person"], read["holds"]
        things = pattern([*holds["things"], *own["places"]])
        joined = rf"(?:{SIGNS}|{things}|{pattern(holds['joining'])})*\Z"
        turns, got, seen = (pattern(own[key]) for key in ("turns", "got", "seen"))
        speech, wrote, writing = (pattern(holds[key]) for key in ("speech", "wrote", "writing"))
        whom, sources = rf"(?:\s{pattern(holds['whom'])})*", pattern([*own["sources"], *own["through"]])
        written = rf"(?:{wrote}\s{speech}|{speech}{whom}\s{wrote}|{writing}){whom}\s{sources}"

        def tongue(language: str) -> _Tongue:
            words = {key: pattern(own[language + key]) for key in ("sources", "first", "surely")}
            near = rf"\W*(?:(?!{turns})\w+\W+){{0,3}}?{words['first']}"
            return _Tongue(re.compile(words["sources"]), re.compile(near), re.compile(rf"\W*{words['surely']}"))

        return cls(
            (tongue(""), tongue("english_")), re.compile(things), re.compile(joined),
            re.compile(pattern(own["others"])),
            re.compile(rf"\W*(?:\w+\W+){{0,6}}?{got}"), re.compile(rf"{got}|{seen}"),
            re.compile(rf"{speech}{whom}\s{sources}"), re.compile(written), re.compile(pattern(own["gave"])),
            re.compile(rf"{pattern(own['me'])}\s*[,(–-]{joined}"),
            re.compile(rf"{pattern(own['me_before'])}\s\w+\s*[,(–-]{joined}"), re.compile(pattern(own["does"])),
        )  # fmt: skip

    def perhaps(self, before: str, after: str) -> bool:
        """Whether what stands between `before` and `after` (not in shadow) is perhaps its writer's."""
        told = STATEMENT_END.split(shadow(before))[-1]
        *earlier, clause = CLAUSE_END.split(told)
        behind = shadow(after)
        if any(self.joined.match(clause, one.end()) for one in self.gave.finditer(clause)):
            return True
        if self.beside.search(told) or (self.behind_me.search(told) and _APPOSED.match(behind)):
            return True
        goes_on = CLAUSE_END.split(behind)[0]
        if self.got.match(goes_on):
            return False
        from_it = (*self.written.finditer(clause), *self.before.finditer(clause))
        if any(self.joined.match(clause, one.end()) for one in from_it):
            return True
        return self._went_on(clause, goes_on) or (bool(earlier) and self._said_last(earlier[-1], clause, behind))

    def surely(self, before: str, behind: str) -> bool:
        """Whether its writer wrote to somebody or called from it, by the shadows of what stands around it."""
        clause, goes_on = CLAUSE_END.split(before)[-1], CLAUSE_END.split(behind)[0]
        return any(
            tongue.surely.match(goes_on) is not None and not clause[: source.start()].strip()
            for tongue in self.tongues
            for source in tongue.source.finditer(clause)
            if self.joined.match(clause, source.end())
        )

    def _went_on(self, clause: str, goes_on: str) -> bool:
        """Whether the clause begins with "from the profile", and a first person goes on close behind."""
        for tongue in self.tongues:
            for source in tongue.source.finditer(clause):
                lead = clause[: source.start()]
                led = self.joined.match(clause, source.end()) and self.things.search(clause, source.end())
                if led and self.others.search(lead) is None and tongue.near.match(goes_on):
                    return True
        return False

    def _said_last(self, earlier: str, clause: str, behind: str) -> bool:
        """Whether a first person did something to somebody, and the value ends the sentence ("…, s profila X")."""
        if _ENDS.match(behind) is None or self.does.search(earlier) is None or self.seen.search(earlier):
            return False
        sources = (source for tongue in self.tongues for source in tongue.source.finditer(clause))
        return any(not clause[: one.start()].strip() and self.joined.match(clause, one.end()) for one in sources)
