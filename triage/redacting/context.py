"""Names, places and chosen names by the words before them: "zovem se X Y", "iz X", "nastavnik X", "my name is X".

Each rule of `data/redaction/context.toml` names the phrases, what follows them, whose it is, and whether words in lower
case count too. Capitalised words always count; of words in lower case at most two, and only as long as none of them is
an ordinary word (`stop_words`). Works in every script the shadow folds; needs no model.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from triage.errors import BadConfiguration
from triage.redacting.casing import is_uncased
from triage.redacting.spans import KINDS, ROLES, Span, Text
from triage.redacting.wording import pattern, shadow_words
from triage.shadow import shadow

_GAP = re.compile(r"(?:[ \t]{0,3}[:=\n][ \t]{0,3}|[ \t]{1,3}[–—-][ \t]{1,3}|[ \t]{0,3})[\"'„“”«»(]{0,2}")
_BETWEEN = re.compile(r"[ \t]{1,3}|\.[ \t]{0,2}")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+){0,3}")
_MOST_LOWER_WORDS = 2
_LEAST_LETTERS = 2
_KEYS = {"phrases", "kind", "role", "most", "lower"}


@dataclass(frozen=True, slots=True)
class Rule:
    """After one of `phrases`: up to `most` words of `kind`; `lower` says when words in lower case count as well.

    `always`, `never`, or `uncased`: only in a text without capitals.
    """

    name: str
    phrases: tuple[str, ...]
    kind: str
    role: str
    most: int
    lower: str


@dataclass(frozen=True, slots=True)
class Context:
    """The layer, over compiled rules; made by `from_toml`."""

    rules: tuple[tuple[Rule, re.Pattern[str]], ...]
    screen: re.Pattern[str]
    stop_words: frozenset[str]
    capital_stop_words: frozenset[str]
    name: str = "context"
    version: str = "1"

    @classmethod
    def from_toml(cls, rules: str, stop_words: str) -> Context:
        """The layer from the texts of its two files. Raises BadConfiguration for a rule of another shape."""
        read = tuple(_rule(name, table) for name, table in tomllib.loads(rules).get("rule", {}).items())
        compiled = tuple((rule, re.compile(pattern(rule.phrases))) for rule in read)
        words = [word for listed in tomllib.loads(stop_words)["words"].values() for word in listed]
        every = pattern(phrase for rule in read for phrase in rule.phrases)
        return cls(compiled, re.compile(every), shadow_words(words), frozenset(word.lower() for word in words))

    def find(self, text: Text) -> Iterable[Span]:
        """Spans of the words that follow a phrase; a text without any of the phrases is passed over."""
        if self.screen.search(text.shadow) is None:
            return
        uncased = is_uncased(text.latin)
        lower = {"always", "uncased"} if uncased else {"always"}
        for rule, phrases in self.rules:
            for match in phrases.finditer(text.shadow):
                if text.shadow[match.start() - 1 : match.start()] == "-":
                    continue
                place = text.latin_place(match.end())
                stretch = self._names_from(text.latin, place, rule, uncased, lower=rule.lower in lower)
                if stretch is not None:
                    yield text.from_latin(*stretch, rule.kind, f"context:{rule.name}", rule.role)

    def _names_from(self, latin: str, place: int, rule: Rule, uncased: bool, *, lower: bool) -> tuple[int, int] | None:
        """The stretch of the words of a name right behind `place`; None where an ordinary word stands there."""
        gap = _GAP.match(latin, place)
        if gap is None or gap.end() == place:
            return None
        start = end = at = gap.end()
        for number in range(rule.most):
            word = _WORD.match(latin, at)
            if word is None:
                break
            capital = word.group()[0].isupper() and not uncased
            if not self._may_be_name(word.group(), capital, lower=lower and number < _MOST_LOWER_WORDS):
                break
            lower = lower and not capital
            end = word.end()
            between = _BETWEEN.match(latin, end)
            if between is None or (between.group()[0] == "." and end - word.start() > 1):
                break
            at = between.end()
        return (start, end) if end > start else None

    def _may_be_name(self, word: str, capital: bool, *, lower: bool) -> bool:
        """A capitalised word is ordinary only in its exact spelling: "Jane" is not the Albanian "janë"."""
        if capital:
            return word.lower() not in self.capital_stop_words
        return lower and len(word) >= _LEAST_LETTERS and shadow(word) not in self.stop_words


def _rule(name: str, table: Mapping[str, Any]) -> Rule:
    if set(table) - _KEYS or not table.get("phrases") or table.get("kind") not in KINDS:
        raise BadConfiguration(
            f"data/redaction/context.toml: rule {name} needs phrases and a kind, and only known keys"
        )
    role, lower = table.get("role", "unknown"), table.get("lower", "never")
    if role not in ROLES or lower not in ("always", "uncased", "never"):
        raise BadConfiguration(f"data/redaction/context.toml: rule {name} has a role or a `lower` that is not known")
    return Rule(name, tuple(table["phrases"]), table["kind"], role, int(table.get("most", 2)), lower)
