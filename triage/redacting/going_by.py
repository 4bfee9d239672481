"""How a suspect goes by, in few words: "he is on ig X", "his number X", "a man …, snap: X", "a man …, nick je X".

People name an app by its short form and leave out the verb. "He is X" and "his number X" say it of whom the text speaks
of; whether that may only be a suspect is decided by `roles.py`. An app or "nick" alone says nothing of whose X is:
it is the suspect's only where the sentence so far spoke of a suspect and of nobody else, least of all of its writer.
The words are those of `[goes_by]` in `data/redaction/roles.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.redacting.wording import SIGNS, Tables, pattern

_KEYS = ("apps", "he", "his", "things", "behind", "leads", "me", "not_he", "reported", "nicks")
NEEDED = tuple(("goes_by", key) for key in _KEYS)
"""What the table of `roles.toml` must hold."""

_IS = r"(?:se zove|je|is|ist|eshte)"


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

    @classmethod
    def of(cls, read: Tables) -> GoingBy:
        """From the tables of `roles.toml`."""
        words = read["goes_by"]
        things, lead = pattern([*words["things"], *words["apps"]]), rf"\W*(?:{pattern(words['leads'])}\s+)*"
        his = rf"{pattern(words['his'])}\s{things}|{things}\s{pattern(words['behind'])}"
        return cls(
            re.compile(pattern(words["he"])), re.compile(rf"(?P<lead>{lead})(?:{his})"),
            re.compile(
                rf"{lead}(?:(?:(?:na|u|on|auf|ne)\s)?{pattern(words['apps'])}(?:\s{pattern(words['things'])})?(?:\s{_IS})?"
                rf"|{pattern(words['nicks'])}\s{_IS}){SIGNS}+"
            ),
            re.compile(pattern(words["me"])), re.compile(pattern(words["not_he"])),
            re.compile(pattern(words["reported"])),
            re.compile(rf"{pattern(read['victim']['does'])}\s{pattern(read['toward']['phrases'])}\s{pattern(words['apps'])}{SIGNS}+\Z"),
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
