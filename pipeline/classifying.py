"""Classify a file's reports without a workspace: for trying out rules, for evaluation, for another program.

The same code as a run's (channel, checks, locators, classifiers), chunk by chunk, with nothing kept: contact data is
sealed on the way as in a run, to a key that is thrown away.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from classifiers.decide import Decider
from pipeline.channels.base import RowReject
from pipeline.intake import Accepted
from pipeline.keys import KEY_BYTES, PublicKey
from pipeline.redacting_setup import own_words
from pipeline.resources import text
from pipeline.sealing import Sealer
from pipeline.stages.classify import classify
from pipeline.stages.ingest import FileFacts, rows_table
from pipeline.stages.locate import Find, locate, places_of
from pipeline.stages.pointing import Spoken, names_linked
from pipeline.unstored import channel_of, unstored_rows
from triage.answers import Answers
from triage.completeness import PLACE_REASONS, missing_parts, tells_when
from triage.language import language_of
from triage.verdict import Escalation, Label

_NO_FILE = "0" * 64
_THROWN_AWAY = "0" * 16
"""Id of the key nobody has."""
WordRange = tuple[int, int]
"""The first and the last word, counted from 1."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """The machine's word on one report. `reasons` hold code, rule, field, start, end and weight; `id` is the row's
    number where the file gave none. `language` and `script` are what the text is written in (`triage/language.py`),
    not what the reporter chose for answers; `missing` names the parts an answer would ask for. `words` says for every
    reason which words of its field it is about, counted from 1 (None: none); it is there where a person asked only."""

    id: str
    label: str
    escalate: str
    score: float
    reasons: tuple[Mapping[str, object], ...]
    language: str
    script: str
    missing: tuple[str, ...]
    to_person: bool
    words: tuple[WordRange | None, ...] = ()

    def as_json(self) -> str:
        """One line of JSON, in ASCII, with its LF; without `words`, since the reasons hold their spans."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__ if name != "words"}) + "\n"


@dataclass(frozen=True, slots=True)
class _Outcome:
    """One distinct verdict as the stage stores it, read once for all its rows."""

    label: str
    escalate: str
    score: float
    reasons: tuple[Mapping[str, object], ...]
    codes: frozenset[str]
    to_person: bool

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> _Outcome:
        reasons = _reasons(row["reasons"])
        codes = frozenset(str(reason["code"]) for reason in reasons)
        label, escalate = str(Label(row["label"])), str(Escalation(row["escalate"]))
        return cls(label, escalate, row["score"], reasons, codes, row["to_person"])


@dataclass(frozen=True, slots=True)
class Chunk:
    """Opinions on the readable rows of one chunk, and the rows that could not be read."""

    opinions: tuple[Opinion, ...]
    rejects: tuple[RowReject, ...]


def classified(path: Path, find: Find, decider: Decider, *, with_words: bool = False) -> Iterator[Chunk]:
    """Opinions on every report of one file, in order. Raises UnusableInput where no channel can read it."""
    channel = channel_of(path)
    answers = Answers.from_toml(text("answers/missing.toml"))
    index_key = os.urandom(KEY_BYTES)
    sealer = Sealer(PublicKey(_THROWN_AWAY, X25519PrivateKey.generate().public_key()))
    for accepted in unstored_rows(path, channel):
        rows, _ = rows_table(accepted, FileFacts(0, _NO_FILE, channel.name), 0, 0, 0, sealer, index_key)
        spoken = Spoken(find)
        located = locate({0: rows}, spoken, own_words, index_key)
        places = located[places_of(0)]
        tables = classify(rows, places, decider.decide_all, decider.version)
        problems = [frozenset(str(words).split()) for words in places["problems"].to_pylist()]
        linked = names_linked(located, 0)
        opinions = _opinions(accepted, problems, tables, answers, with_words, spoken, linked)
        yield Chunk(tuple(opinions), tuple(accepted.rejects))


def _opinions(
    accepted: Accepted, problems: Sequence[frozenset[str]], tables: Mapping[str, pa.Table], answers: Answers,
    with_words: bool, spoken: Spoken, linked: Mapping[int, Sequence[str]],
) -> Iterator[Opinion]:  # fmt: skip
    outcomes = [_Outcome.of(row) for row in tables["verdicts"].to_pylist()]
    names = ("id", "category", "location", "description")
    rows = list(zip(*(accepted.columns[name] for name in names), strict=True))
    languages = language_of([description or location or "" for _, _, location, description in rows])
    numbers = tables["rows"]["verdict"].to_pylist()
    for place, (given, category, location, description) in enumerate(rows):
        outcome, language = outcomes[numbers[place]], languages[place]
        reasons = spoken.pointed(outcome.reasons, location or "", description or "", problems[place],
                                 linked.get(place, ()))  # fmt: skip
        told = f"{location or ''} {description or ''}"
        missing = missing_parts(
            outcome.codes, told=bool((description or "").strip()), category=category, problems=problems[place],
            dated=not outcome.codes & PLACE_REASONS or tells_when(told, answers.time_begins),
        )  # fmt: skip
        yield Opinion(
            given or str(accepted.row_numbers[place]), outcome.label, outcome.escalate, outcome.score,
            reasons, language.code, language.script, tuple(map(str, missing)), outcome.to_person,
            _words(reasons, {"location": location, "description": description}) if with_words else (),
        )  # fmt: skip


def _words(
    reasons: Sequence[Mapping[str, Any]], fields: Mapping[str, str | None]
) -> tuple[WordRange | None, ...]:
    """For every reason the words its span touches; None where it is about no text."""
    return tuple(_word_range(fields.get(one["field"]) or "", one["start"], one["end"]) for one in reasons)


def _word_range(text: str, start: int, end: int) -> WordRange | None:
    if not start < end <= len(text):
        return None
    return len(text[: start + 1].split()), len(text[:end].split())


def _reasons(stored: str) -> tuple[Mapping[str, object], ...]:
    names = ("code", "rule", "field", "start", "end", "weight")
    return tuple(dict(zip(names, reason, strict=True)) for reason in json.loads(stored))
