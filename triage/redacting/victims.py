"""Who did it and to whom: "prati me, profil X" may be the victim's own X, "mojoj kćeri prijeti X" is the suspect's.

Whoever is followed, written to or robbed of an account has a profile too. One that is only put behind such words
("he follows me, profile X", "he hacked my account X") may be the victim's, so nobody is believed; "njegov profil je X"
and "s profila X" say whose it is. Where the victim stands in the dative or behind the verb, it is nobody's name: those
words are taken out before roles are looked for, and a value right behind "prijeti mojoj kćeri" would be the child's,
right behind "mojoj kćeri prijeti" it is who threatens. The words are `[victim]` in `data/redaction/roles.toml`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from triage.redacting.wording import SIGNS, STATEMENT_END, Tables, pattern

_KEYS = (
    "objects", "pronouns", "behind", "does", "takes", "harms", "things", "taken", "subjects", "between", "leads",
    "receivers", "gets", "from", "has", "owners", "hers",
)  # fmt: skip
NEEDED = tuple(("victim", key) for key in _KEYS)
"""What the table of `roles.toml` must hold."""
_MOST_ANY_WORDS = 2
_WHO = r"(?<!\w)(?:koji|koja|sto|who|that|der|die|qe|i\scili)"


@dataclass(frozen=True, slots=True)
class Victims:
    """The patterns, compiled; made by `of`."""

    apposed: re.Pattern[str]
    does: re.Pattern[str]
    takes: re.Pattern[str]
    victim: re.Pattern[str]
    taken: re.Pattern[str]
    by_somebody: re.Pattern[str]
    harmed: re.Pattern[str]
    by: re.Pattern[str]
    hers: re.Pattern[str]
    from_where: re.Pattern[str]

    @classmethod
    def of(cls, read: Tables) -> Victims:
        """From the tables of `roles.toml`."""
        words = {key: pattern(read["victim"][key]) for key in _KEYS}
        things, harms, does, subjects = (words[key] for key in ("things", "harms", "does", "subjects"))
        near, behind, pronouns = _any(read, "objects", "pronouns"), _any(read, "objects", "behind"), words["pronouns"]
        victim = _any(read, "objects", "pronouns", "behind", "owners")
        between = rf"(?:\s{words['between']})*"
        tail, lead = rf"{SIGNS}+(?:{words['between']}{SIGNS}+)*\Z", rf"(?:{words['leads']}\s)*"
        anything = rf"(?:\s[^\W\d_]+){{0,{_MOST_ANY_WORDS}}}"
        done = rf"(?:{victim}{between}\s{does}|{does}{between}\s{victim})"
        harmed = rf"{near}{between}\s{harms}"
        told = rf"{_WHO}\s(?:{harmed}|{harms}{between}\s(?:{pronouns}|{behind}))(?=\s{words['has']})"
        said = rf"{harmed}|{harms}{between}\s{pronouns}|{words['receivers']}{between}\s{words['gets']}\s{words['from']}"
        return cls(
            re.compile(rf"(?:(?P<same>[,:(–-])|[.;!?\n])\s*{lead}{things}{tail}"), re.compile(does),
            re.compile(words["takes"]), re.compile(victim),
            re.compile(rf"{words['takes']}{anything}\s{words['taken']}{tail}"),
            re.compile(rf"{subjects}{between}\s{done}{between}\s{things}{tail}"),
            re.compile(rf"{told}|{harmed}(?=\s+\w)"),
            re.compile(rf"\W*{lead}(?:{said})(?:\s(?:the\s|dem\s)?{things})?{SIGNS}+"),
            re.compile(words["hers"]),
            re.compile(rf"(?P<who>{subjects}){between}\s{harms}{between}\s{behind}(?=\s{words['has']})"),
        )  # fmt: skip

    def perhaps_theirs(self, told: str) -> bool:
        """Whether what stands behind these words (in shadow) may belong to whom something is done to.

        In a sentence of its own a profile may still be that of who was followed or robbed in the sentence before.
        """
        apposed = self.apposed.search(told)
        if apposed is not None:
            lead = STATEMENT_END.split(told[: apposed.start()])[-1]
            verbs = self.does if apposed["same"] else self.takes
            return verbs.search(lead) is not None and self.victim.search(lead) is not None
        sentence = STATEMENT_END.split(told)[-1]
        return self.taken.search(sentence) is not None or self.by_somebody.search(sentence) is not None

    def without(self, clause: str) -> str:
        """The clause (in shadow) without what is done to them: "čovjek koji piše mojoj kćeri ima" is "čovjek ima".

        "Čovjek piše mojoj kćeri s profila" is "čovjek s profila".
        """
        return self.harmed.sub(" ", self.from_where.sub(r"\g<who>", clause))

    def done_by(self, clause: str, after: str) -> bool:
        """Whether what stands between this clause and the rest (in shadow) is who does it: "mojoj kćeri prijeti"."""
        return self.by.fullmatch(clause) is not None and self.hers.search(after) is None


def _any(read: Tables, *keys: str) -> str:
    return pattern(phrase for key in keys for phrase in read["victim"][key])
