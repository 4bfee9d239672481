"""How a suspect goes by, in few words: "he is on ig X", "his number X", "a man …, snap: X", "a man …, nick je X".

People name an app by its short form and leave out the verb. "He is X" and "his number X" say it of whom the text speaks
of; whether that may only be a suspect is decided by `roles.py`. An app or "nick" alone says nothing of whose X is:
it is the suspect's only where the sentence so far spoke of a suspect and of nobody else, least of all of its writer.
"On snap is X" is said in the third person: never its writer's, so there the sentence before may speak of the suspect.
"Unter dem Namen X" says nothing of whose it is; it is his where "he" does something in the same clause.
The words are those of `[goes_by]` in `data/redaction/roles.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.redacting.wording import SIGNS, Tables, pattern

_KEYS = ("apps", "he", "his", "things", "behind", "leads", "me", "not_he", "reported", "nicks", "under", "anybody")
NEEDED = tuple(("goes_by", key) for key in _KEYS)
"""What the table of `roles.toml` must hold."""

_IS = r"(?:se zove|je|is|ist er|ist|heisst er|eshte)"
_ON = r"(?:na|u|on|auf|ne)"
_HE = {"je": "on", "se zove": "on", "is": "he", "ist": "er", "ist er": "er", "heisst er": "er", "eshte": "ai"}
"""The word for him in the language of the verb: "on" is him in one and a place in another."""
_TO_WRITER = re.compile(r"(?<!\w)(?:to )?(?:me|mene|mi|meni|nam|nas|us|mir|mich|uns)(?!\w)")
_AND = re.compile(r"(?<!\w)i(?!\w)")
_FIRST_PERSON = re.compile(r"\w(?:am|em|im)(?!\w)")
_SUBJECT = re.compile(r"\A\W*on\s|(?<!\w)(?:he|er|ai)(?!\w)")
_HE_BEHIND = re.compile(r"\W*(?:auf\s\w+\s)?\w+\s(?:er|ein mann)(?!\w)")


@dataclass(frozen=True, slots=True)
class GoingBy:
    """The patterns, compiled; made by `of`."""

    he: re.Pattern[str]
    his: re.Pattern[str]
    app: re.Pattern[str]
    me: re.Pattern[str]
    not_he: re.Pattern[str]
    reported: re.Pattern[str]
    toward: re.Pattern[str]
    third: re.Pattern[str]
    under: re.Pattern[str]
    anybody: re.Pattern[str]
    does: re.Pattern[str]
    victim: re.Pattern[str]

    @classmethod
    def of(cls, read: Tables) -> GoingBy:
        """From the tables of `roles.toml`."""
        words = read["goes_by"]
        things, lead = pattern([*words["things"], *words["apps"]]), rf"\W*(?:{pattern(words['leads'])}\s+)*"
        his = rf"{pattern(words['his'])}\s{things}|{things}\s{pattern(words['behind'])}"
        return cls(
            re.compile(pattern(words["he"])), re.compile(rf"(?P<lead>{lead})(?:{his})"),
            re.compile(
                rf"{lead}(?:(?:{_ON}\s)?{pattern(words['apps'])}(?:\s{pattern(words['things'])})?(?:\s{_IS})?"
                rf"|{pattern(words['nicks'])}\s{_IS}){SIGNS}+"
            ),
            re.compile(pattern(words["me"])), re.compile(pattern(words["not_he"])),
            re.compile(pattern(words["reported"])),
            re.compile(rf"{pattern(read['victim']['does'])}\s{pattern(read['toward']['phrases'])}\s{pattern(words['apps'])}{SIGNS}+\Z"),
            re.compile(rf"{lead}{_ON}\s{pattern(words['apps'])}\s(?P<verb>{_IS}){SIGNS}+"),
            re.compile(pattern(words["under"])), re.compile(pattern(words["anybody"])),
            re.compile(pattern(read["victim"]["does"])),
            re.compile(pattern([*read["victim"]["objects"], *read["victim"]["pronouns"], *read["victim"]["behind"],
                                *read["victim"]["owners"]])),
        )  # fmt: skip

    def said(self, clause: str, joining: re.Pattern[str]) -> int | None:
        """Where in the clause (in shadow) it is said of him what follows it; None where it is not.

        "He is" may stand anywhere; "his number" only at the clause's start, for "he wrote to his number" is another's.
        """
        label = self.his.match(clause)
        said = [*((label,) if label is not None else ()), *self.he.finditer(clause)]
        return next((one.start() for one in said if joining.fullmatch(clause, one.end())), None)

    def named_app(self, clause: str) -> bool:
        """Whether the clause is nothing but an app's name, or "nick je", which what follows is a name on."""
        return self.app.fullmatch(clause) is not None

    def third_person(self, clause: str) -> str | None:
        """The verb of "on snap is", which is said of somebody else than its writer; None where it is not said."""
        said = self.third.fullmatch(clause)
        return None if said is None else str(said["verb"])

    def of_him(self, verb: str, before: str, after: str) -> bool:
        """Whether "on snap is X" may go on about him: no victim is spoken of, and the writer at most as written to."""
        told = self.reported.sub(" ", _TO_WRITER.sub(" ", before))
        said = f"{told} {after}"
        mine = self.me.search(_AND.sub(" ", said) if _HE[verb] == "on" else said)
        return mine is None and self.victim.search(told) is None

    def he_does(self, verb: str, before: str) -> bool:
        """Whether the word for him stands before, in the language of the verb."""
        return re.search(rf"(?<!\w){_HE[verb]}(?!\w)", before) is not None

    def under_name(self, clause: str, after: str, suspect: re.Pattern[str], joining: re.Pattern[str]) -> bool:
        """Whether the clause speaks of him who does something "under the name" of what follows, and of nobody else."""
        said = next((one for one in self.under.finditer(clause) if joining.fullmatch(clause, one.end())), None)
        if said is None or self.me.search(after) or self.anybody.search(clause) or self.not_he.search(clause):
            return False
        lead = clause[: said.start()]
        if not lead.strip():
            return _HE_BEHIND.match(after) is not None
        who = _SUBJECT.search(lead) or suspect.search(lead)
        if who is None or self.me.search(lead) or _FIRST_PERSON.search(lead) or self.victim.search(lead):
            return False
        return self.does.search(lead, who.end()) is not None
