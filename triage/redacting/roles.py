"""Whose it is: the reporter's, the child's, the suspect's or another's, by the words just before a span.

A role opens doors for police (`roles_table`), so a wrong one may show a reporter. Hence: only the words of the same
clause speak, at most eight, after the span before; where they name two people ("profil mog sina", "her account")
nobody is believed; a child or a suspect must be named right before, with nothing between but words that only join
("kćerka se zove X", "čovjek s broja X", never "čovjek me zove na X"); what is the reporter's elsewhere in the text is
nobody else's, for a child often has the reporter's surname. The rest stays `unknown`, which is masked for everybody.
The words are data (`data/redaction/roles.toml`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from triage.errors import BadConfiguration
from triage.redacting.echoes import is_form, stems_of
from triage.redacting.spans import ROLES, Span
from triage.redacting.wording import pattern
from triage.shadow import shadow

_BEFORE_CHARS, _MOST_WORDS = 90, 8
_CLAUSE_END = re.compile(r"[!?;,\n]|\.(?=\s|$)")
_WORD = re.compile(r"[^\W\d_]+")
_NEAR = ("child", "suspect")
"""Roles the table gives something for: these need their word right before the span."""
_REPORTER = "reporter"
_ORDER = ("child", "other", "suspect", _REPORTER)
"""Of phrases that begin at one place the first of these speaks: "moja kćerka" is the child, not "moja" the reporter."""
OWN = "own"
"""Name of the group of `Roles.cues` that makes a way to reach somebody the writer's own (`own_words.py`)."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The words that name a role, compiled; made by `from_toml`."""

    cues: re.Pattern[str]
    joining: re.Pattern[str]

    @classmethod
    def from_toml(cls, text: str) -> Roles:
        """From the text of `roles.toml`: phrases per role, and words that join. Raises BadConfiguration otherwise."""
        read = tomllib.loads(text)
        phrases, joining = read.get("roles", {}), read.get("joining", {}).get("words", [])
        own = read.get("own_contact", {})
        if set(phrases) != set(_ORDER) or not set(_ORDER) <= set(ROLES):
            raise BadConfiguration(f"data/redaction/roles.toml: [roles] needs phrases for each of {', '.join(_ORDER)}")
        if not own.get("phrases") or not own.get("greetings"):
            raise BadConfiguration("data/redaction/roles.toml: [own_contact] needs phrases and greetings")
        said = [*((role, phrases[role]) for role in _ORDER[:-1]), (OWN, own["phrases"])]
        said.append((_REPORTER, [*phrases[_REPORTER], *own["greetings"]]))
        cues = "|".join(f"(?P<{name}>{pattern(words)})" for name, words in said)
        return cls(re.compile(cues), re.compile(rf"(?:[\s:=\"'„“”«»(@.–-]|{pattern(joining)})*"))

    def assigned(self, text: str, spans: Sequence[Span]) -> list[Span]:
        """The spans (sorted, apart from each other) with a role where the text says one; known roles stay."""
        said, last = [], 0
        for span in spans:
            if span.role == "unknown":
                span = replace(span, role=self._role(text[max(last, span.start - _BEFORE_CHARS) : span.start]))
            said.append(span)
            last = span.end
        return _without_the_reporters(text, said)

    def _role(self, before: str) -> str:
        clause = _CLAUSE_END.split(shadow(before))[-1]
        words = " ".join(clause.split()[-_MOST_WORDS:])
        cues = list(self.cues.finditer(words))
        named = {_REPORTER if match.lastgroup == OWN else match.lastgroup for match in cues}
        if len(named) != 1:
            return "unknown"
        role = str(named.pop())
        near = self.joining.fullmatch(words, cues[-1].end()) is not None
        return role if near or role not in _NEAR else "unknown"


def _without_the_reporters(text: str, spans: list[Span]) -> list[Span]:
    """The spans, those of a child or suspect made `unknown` that share a name's word or a value with the reporter."""
    own = [text[span.start : span.end] for span in spans if span.role == _REPORTER]
    if not own:
        return spans
    values = {_value(written) for written in own}
    stems = stems_of(word for written in own for word in _WORD.findall(written))

    def shared(span: Span) -> bool:
        written = text[span.start : span.end]
        return _value(written) in values or any(is_form(word, stems) for word in _WORD.findall(written))

    return [replace(span, role="unknown") if span.role in _NEAR and shared(span) else span for span in spans]


def _value(written: str) -> str:
    return "".join(character for character in shadow(written) if character.isalnum())
