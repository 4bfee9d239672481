"""Redactors for tests: the shipped rule layers with name lists, a name model and a language that tests decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from pipeline.bootstrap import url_rules
from pipeline.redacting_setup import roles, rule_layers
from triage.redacting.redactor import Redactor
from triage.redacting.spans import Layer, Span, Text


@dataclass(frozen=True)
class Listed:
    """A name list that knows these words, only with the capital they are given with."""

    words: Mapping[str, str] = field(default_factory=dict)
    name: str = "names"
    version: str = "test"

    def find(self, text: Text) -> Iterable[Span]:
        for word, kind in self.words.items():
            start = text.latin.find(word)
            if start >= 0:
                yield text.from_latin(start, start + len(word), kind, "names:test")


@dataclass
class Model:
    """A name model that knows one word and counts what it was asked."""

    word: str = ""
    asked: list[str] = field(default_factory=list)

    def find_many(self, texts: Sequence[Text]) -> list[list[Span]]:
        self.asked += [text.original for text in texts]
        return [list(Listed({self.word: "name"}).find(text)) if self.word else [] for text in texts]


@dataclass(frozen=True)
class Said:
    code: str = "bcs"
    confidence: float = 1.0


@dataclass(frozen=True)
class SaysAlways:
    said: Said = Said()

    def __call__(self, texts: Sequence[str]) -> list[Said]:
        return [self.said] * len(texts)


@cache
def _layers() -> tuple[Layer, ...]:
    return rule_layers(url_rules())


def redactor(words: Mapping[str, str] | None = None, model: Model | None = None, said: Said | None = None) -> Redactor:
    """The shipped rules; by default nobody is on a list, the model finds nothing and the language is sure."""
    return Redactor(_layers(), roles(), Listed(words or {}), model or Model(), SaysAlways(said or Said()))


def rules_alone() -> Redactor:
    """Without lists, model and language: for `spans_of`; it withholds every text."""
    return Redactor(_layers(), roles(), None, None, None)


def masked(text: str) -> str:
    """The text with the rule layers' placeholders."""
    return redactor().redact(text).text
