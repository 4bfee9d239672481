"""Whose it is: the reporter's, the child's, the suspect's or another's, by the words just before a span.

A role opens doors for police (`roles_table`), so a wrong one may show a reporter. Hence: only the words of the same
clause speak, at most eight, after the span before; where they name two people ("profil mog sina", "her account")
nobody is believed; a child or a suspect must be named right before, with nothing between but words that only join
("kćerka se zove X", "čovjek s broja X", never "čovjek me zove na X"); what is the reporter's elsewhere in the text is
nobody else's, for a child often has the reporter's surname. "Uses the nickname X" says whose it is only where nobody
but a suspect was spoken of or named before it. The rest stays `unknown`, which is masked for everybody.
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

_BEFORE_CHARS, _AFTER_CHARS, _MOST_WORDS = 90, 70, 8
_CLAUSE_END = re.compile(r"[!?;,\n]|\.(?=\s|$)")
_SENTENCE_END = re.compile(r"[!?;\n]|\.(?=\s|$)")
_WORD = re.compile(r"[^\W\d_]+")
_AGE = re.compile(r"[\s,(\[]{0,3}(?:(?:ima|imam|je|koja|koji|stara?|tek|is|aged?|who|ist)\s){0,3}(\d{1,2})(?![\d.:/])")
_GROWN_UP_YEARS = 18
_NEAR = ("child", "suspect")
"""Roles the table gives something for: these need their word right before the span."""
_REPORTER = "reporter"
_KIN = "kin"
_ORDER = ("child", "other", "suspect", _REPORTER)
"""Of phrases that begin at one place the first of these speaks: "moja kćerka" is the child, not "moja" the reporter."""
OWN = "own"
"""Name of the group of `Roles.cues` that makes a way to reach somebody the writer's own (`own_words.py`)."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The words that name a role, compiled; made by `from_toml`."""

    cues: re.Pattern[str]
    joining: re.Pattern[str]
    adult: re.Pattern[str]
    mine: re.Pattern[str]
    uses: re.Pattern[str]
    young: re.Pattern[str]

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
        kin, adult, mine, uses = (read.get(name, {}) for name in (_KIN, "adult", "mine", "uses"))
        needed = [one.get("phrases") for one in (kin, adult, mine, uses)]
        if not all([*needed, mine.get("close"), uses.get("unless")]):
            raise BadConfiguration(
                "data/redaction/roles.toml: [kin], [adult], [mine], [uses] need phrases, [mine] close, [uses] unless"
            )
        first, *others = ((role, phrases[role]) for role in _ORDER[:-1])
        said = [first, (_KIN, kin["phrases"]), *others, (OWN, own["phrases"])]
        said.append((_REPORTER, [*phrases[_REPORTER], *own["greetings"]]))
        cues = "|".join(f"(?P<{name}>{pattern(words)})" for name, words in said)
        return cls(
            re.compile(cues), re.compile(rf"(?:[\s:=\"'„“”«»(@.–-]|{pattern(joining)})*"),
            re.compile(pattern(adult["phrases"])),
            re.compile(rf"[\s(\[–-]{{0,4}}{pattern(mine['close'])}|.*?{pattern(mine['phrases'])}"),
            re.compile(pattern(uses["phrases"])), re.compile(pattern(uses["unless"])),
        )  # fmt: skip

    def assigned(self, text: str, spans: Sequence[Span]) -> list[Span]:
        """The spans (sorted, apart from each other) with a role where the text says one; known roles stay."""
        said: list[Span] = []
        last = 0
        starts = [*(span.start for span in spans), len(text)]
        for span, following in zip(spans, starts[1:], strict=True):
            if span.role == "unknown":
                before = text[max(last, span.start - _BEFORE_CHARS) : span.start]
                after = text[span.end : min(following, span.end + _AFTER_CHARS)]
                role = self._role(before, after)
                if role == "unknown" and self._used(text[: span.start], after, said):
                    role = "suspect"
                span = replace(span, role=role)
            said.append(span)
            last = span.end
        return _without_the_reporters(text, said)

    def _role(self, before: str, after: str) -> str:
        clause = _CLAUSE_END.split(shadow(before))[-1]
        words = " ".join(clause.split()[-_MOST_WORDS:])
        cues = list(self.cues.finditer(words))
        named = {_REPORTER if match.lastgroup == OWN else match.lastgroup for match in cues}
        if len(named) != 1:
            return "unknown"
        role = str(named.pop())
        near = self.joining.fullmatch(words, cues[-1].end()) is not None
        if role not in (*_NEAR, _KIN):
            return role
        return self._doubted(role, _SENTENCE_END.split(shadow(after))[0]) if near else "unknown"

    def _used(self, before: str, after: str, earlier: Sequence[Span]) -> bool:
        """Is it said that somebody goes by this name, where nobody but a suspect was spoken of so far, nor named?"""
        clause = _CLAUSE_END.split(shadow(before[-_BEFORE_CHARS:]))[-1]
        if not any(self.joining.fullmatch(clause, said.end()) for said in self.uses.finditer(clause)):
            return False
        named = any(one.role != "suspect" and (one.role != "unknown" or one.kind == "name") for one in earlier)
        folded = shadow(before)
        others = any(cue.lastgroup != "suspect" for cue in self.cues.finditer(folded)) or self.young.search(folded)
        return not (named or others or self.mine.match(_SENTENCE_END.split(shadow(after))[0]))

    def _doubted(self, role: str, after: str) -> str:
        """The role unless what follows in the sentence says that it is the reporter's, or somebody grown up."""
        if self.mine.match(after) is not None:
            return "unknown"
        if role == "suspect":
            return role
        age = _AGE.match(after)
        if age is not None:
            return "child" if int(age[1]) < _GROWN_UP_YEARS else "unknown"
        return "unknown" if role == _KIN or self.adult.search(after) is not None else role


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
