"""Whether a text gives a telephone, mail address or chosen name as its writer's own: "moj broj je X", "X is my number".

What is the writer's own is no place content may be, and must never leave; what is not may be the one trace of a
suspect, and must not be lost. So only words that leave no doubt count: right before or right after, nothing between but
words that join, nobody else named or speaking in the sentence; or an invitation to ask ("for more information X") where
no advertisement is told of; or a signature at the end; or behind a self-naming (`introductions.py`). The words are
those of `data/redaction/roles.toml`, and the cues are the ones `roles.py` reads.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from triage.errors import BadConfiguration
from triage.redacting.introductions import Introductions
from triage.redacting.roles import OWN, Roles
from triage.redacting.wording import pattern, shadow_words
from triage.shadow import shadow

_BEFORE_CHARS, _AFTER_CHARS, _SIGNATURE_CHARS = 160, 60, 120
_CLAUSE_END = re.compile(r"[!?;,\n]|\.(?=\s|$)")
_SENTENCE_END = re.compile(r"[!?\n]|\.(?=\s|$)")
_BETWEEN = r"\s\d:=+/\"'„“”«»(@.–\-"
_QUOTE = re.compile(r"[\"„“”«»]")
_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"([^\W\d_]+)\s*$")
_NAME_ENDS = re.compile(r"\s{0,3}[,\n–-]\s{0,3}(?:[^\W\d_a-zčćžšđа-шђјљњћџ][^\W\d_]+[\s.]{0,3}){2,3}\Z")
"""Nothing but a name behind it to the end of the text: "Hvala, 061 …, X Y"."""
_LABEL_ENDS = re.compile(r"(?:^|[.!?\n,;])\s{0,3}(?P<label>[^\W\d_]+)[\s.:]{0,3}\Z")
"""A sentence or clause of one word right before it: "…, tel. X"."""
_MOST_CHARS_TOLD = 1_000
_MOST_WORDS_AFTER_A_SIGNATURE = 6
_MOST_WORDS_BEFORE_IT, _MOST_ANY_WORDS = 6, 2
_LEAST_WORDS_OF_A_MESSAGE = 3
_LISTS = (
    "phrases", "invitations", "adverts", "somebody", "joining", "towards", "unless", "own_speech", "greetings",
    "thanks", "labels",
)  # fmt: skip
_OTHERS, _THANKS = "others", "thanks"
_OURS = (OWN, "reporter")


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The rules, compiled; made by `from_toml`."""

    roles: Roles
    after: re.Pattern[str]
    joining: re.Pattern[str]
    unless: re.Pattern[str]
    greetings: re.Pattern[str]
    towards: frozenset[str]
    labels: frozenset[str]
    introductions: Introductions
    invitations: re.Pattern[str]
    adverts: re.Pattern[str]
    somebody: re.Pattern[str]
    own_speech: re.Pattern[str]

    @classmethod
    def from_toml(cls, text: str, stop_words: str, given_names: str = "") -> OwnWords:
        """From the texts of `roles.toml`, `stop_words.toml` and `given_names.toml`; the last may be empty.

        Raises BadConfiguration where a list is missing.
        """
        roles, own = Roles.from_toml(text), tomllib.loads(text)["own_contact"]
        if missing := [name for name in _LISTS if not own.get(name)]:
            raise BadConfiguration(f"data/redaction/roles.toml: [own_contact] needs {', '.join(missing)}")
        joining, behind = (rf"(?:[{signs}]|{pattern(own['joining'])})*" for signs in (_BETWEEN, _BETWEEN + ")"))
        own_speech, unless = pattern(own["own_speech"]), pattern(own["unless"])
        greetings = f"{pattern(own['greetings'])}|(?P<{_THANKS}>{pattern(own['thanks'])})"
        return cls(
            roles, re.compile(f"{behind}{pattern(own['phrases'])}{behind}"), re.compile(joining),
            re.compile(rf"{own_speech}\s{{1,3}}{unless}|(?P<{_OTHERS}>{unless})(?!\s{{1,3}}{own_speech})"),
            re.compile(greetings), shadow_words(own["towards"]), shadow_words(own["labels"]),
            Introductions.from_toml(text, stop_words, given_names), re.compile(pattern(own["invitations"])),
            re.compile(pattern(own["adverts"])), re.compile(pattern(own["somebody"])), re.compile(own_speech),
        )  # fmt: skip

    def own(self, text: str, start: int, end: int) -> bool:
        """Whether `text[start:end]` is said to be the writer's own. Pure; looks at some 200 characters around it."""
        first = max(0, start - _BEFORE_CHARS)
        before = shadow(text[first:start])
        if self._said_before(before) or self._said_after(text, before, end) or self._signed(text, start, end):
            return True
        if self._used(before) or self._invited(before) or self._labelled(text, start, end):
            return True
        return self.introductions.lead_to(text, first, start, end)

    def _said_before(self, before: str) -> bool:
        clause = _CLAUSE_END.split(before)[-1]
        cues = list(self.roles.cues.finditer(clause))
        for cue in cues:
            if cue.lastgroup == OWN and self.joining.fullmatch(clause, cue.end()) is not None:
                first = next(one for one in cues if one.lastgroup == OWN)
                named = {one.lastgroup for one in cues if one.start() < cue.start()}
                word = _LAST_WORD.search(clause, 0, first.start())
                towards = word is not None and word.group(1) in self.towards
                lead = before[: len(before) - len(clause) + cue.start()]
                return named <= set(_OURS) and not towards and not self._somebody_else_speaks(lead)
        return False

    def _used(self, before: str) -> bool:
        """Whether the writer says to use it ("koristim profil X"), and quotes nobody and no offer."""
        clause = _CLAUSE_END.split(before)[-1]
        used = self.roles.holding.surely(clause)
        return used and not self._somebody_else_speaks(before) and self.adverts.search(before) is None

    def _invited(self, before: str) -> bool:
        """Whether only an invitation to ask leads to it ("za više informacija X"), and no advertisement is told of."""
        clause = _CLAUSE_END.split(before)[-1]
        if self.adverts.search(before) or self._somebody_else_speaks(before) or self._others_named(clause):
            return False
        return any(self.joining.fullmatch(clause, one.end()) for one in self.invitations.finditer(clause))

    def _labelled(self, text: str, start: int, end: int) -> bool:
        """Whether it is a signature without a greeting: a label before it, a name to the end of the text behind it.

        What was told before must be the writer's own doing, and nobody else may have been spoken of.
        """
        if start > _MOST_CHARS_TOLD or not _NAME_ENDS.match(text, end):
            return False
        before = shadow(text[:start])
        label = _LABEL_ENDS.search(before)
        if label is None or label["label"] not in self.labels:
            return False
        told = before[: label.start()]
        others = any(words.search(told) for words in (self.somebody, self.adverts, self.unless))
        others = others or self._others_named(told)
        return not _WORD.search(told) or (self.own_speech.search(told) is not None and not others)

    def _others_named(self, text: str) -> bool:
        return not {cue.lastgroup for cue in self.roles.cues.finditer(text)} <= set(_OURS)

    def _said_after(self, text: str, before: str, end: int) -> bool:
        clause = _CLAUSE_END.split(shadow(text[end : end + _AFTER_CHARS]))[0]
        return self.after.fullmatch(clause) is not None and not self._somebody_else_speaks(before)

    def _somebody_else_speaks(self, before: str) -> bool:
        sentence = _SENTENCE_END.split(before)[-1]
        if len(_QUOTE.findall(sentence)) % 2:
            return True
        return any(match.lastgroup == _OTHERS for match in self.unless.finditer(sentence))

    def _signed(self, text: str, start: int, end: int) -> bool:
        """Whether it stands in a signature: a greeting late in the text, a name or labels, little behind it."""
        if len(_WORD.findall(text[end : end + _SIGNATURE_CHARS])) > _MOST_WORDS_AFTER_A_SIGNATURE:
            return False
        first = max(0, start - _SIGNATURE_CHARS)
        folded = shadow(text[first:start])
        greeting = next(reversed(list(self.greetings.finditer(folded))), None)
        if greeting is None:
            return False
        earlier = _WORD.findall(text, max(0, first - _SIGNATURE_CHARS), first)
        lead = len(earlier) + len(_WORD.findall(folded, 0, greeting.start()))
        between = folded[greeting.end() :]
        named = {cue.lastgroup for cue in self.roles.cues.finditer(between)}
        words = _WORD.findall(between)
        if lead < _LEAST_WORDS_OF_A_MESSAGE or len(words) > _MOST_WORDS_BEFORE_IT or not named <= set(_OURS):
            return False
        if greeting.lastgroup == _THANKS and self.labels.isdisjoint(words) and not _NAME_ENDS.match(text, end):
            return False
        capitals = _capitals(text[first:start])
        return len(words) <= _MOST_ANY_WORDS or all(word in self.labels or word in capitals for word in words)


def _capitals(text: str) -> frozenset[str]:
    """Shadows of the words that begin with a capital letter."""
    return frozenset(shadow(word) for word in _WORD.findall(text) if word[0].isupper())
