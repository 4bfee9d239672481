"""Classify a file's reports without a workspace: for trying out rules, for evaluation, for another program.

The same code as a run's (channel, checks, locators, classifiers), chunk by chunk, with nothing kept: contact data is
sealed on the way as in a run, to a key that is thrown away. A readable row always gets an answer, also one without
text, and its time does not matter.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from classifiers.decide import Decider
from pipeline.channels.base import Channel, RawRows
from pipeline.channels.registry import channel_for
from pipeline.intake import Accepted, check
from pipeline.keys import KEY_BYTES, PublicKey
from pipeline.sealing import Sealer
from pipeline.stages.classify import classify
from pipeline.stages.ingest import FileFacts, rows_table
from pipeline.stages.locate import Find, locate, places_of
from triage.errors import UnusableInput
from triage.verdict import Escalation, Label

_NO_FILE = "0" * 64
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_THROWN_AWAY = "0" * 16
"""Id of the key nobody has."""


@dataclass(frozen=True, slots=True)
class Opinion:
    """The machine's word on one report. `reasons` hold code, rule, field, start and end; `id` is the row's number
    where the file gave none."""

    id: str
    label: str
    escalate: str
    score: float
    reasons: tuple[Mapping[str, object], ...]
    language: str | None

    def as_json(self) -> str:
        """One line of JSON, in ASCII, with its LF."""
        named = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps(named | {"reasons": list(self.reasons)}) + "\n"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Opinions on the readable rows of one chunk, and how many rows could not be read."""

    opinions: tuple[Opinion, ...]
    unreadable: int


def classified(path: Path, find: Find, decider: Decider) -> Iterator[Chunk]:
    """Opinions on every report of one file, in order. Raises UnusableInput where no channel can read it."""
    channel = _channel(path)
    index_key = os.urandom(KEY_BYTES)
    sealer = Sealer(PublicKey(_THROWN_AWAY, X25519PrivateKey.generate().public_key()))
    for raw in channel.read(path):
        accepted = check(_timeless(raw), channel.name, _ANY_TIME, alert=True)
        rows, _ = rows_table(accepted, FileFacts(0, _NO_FILE, channel.name), 0, 0, 0, sealer, index_key)
        places = locate({0: rows}, find, index_key)[places_of(0)]
        tables = classify(rows, places, decider.decide_all, decider.version)
        yield Chunk(tuple(_opinions(accepted, tables)), len(accepted.rejects))


def _channel(path: Path) -> Channel:
    try:
        channel = channel_for(path)
    except OSError as error:
        raise UnusableInput(f"this file cannot be read ({os.strerror(error.errno or 0)}): check the path") from None
    if channel is None or not path.stat().st_size:
        raise UnusableInput("this file is empty or in no format a channel reads: see docs/channels.md")
    return channel


def _timeless(raw: RawRows) -> RawRows:
    return replace(raw, columns={name: column for name, column in raw.columns.items() if name != "received_at"})


def _opinions(accepted: Accepted, tables: Mapping[str, pa.Table]) -> Iterator[Opinion]:
    verdicts = [
        (str(Label(row["label"])), str(Escalation(row["escalate"])), row["score"], _reasons(row["reasons"]))
        for row in tables["verdicts"].to_pylist()
    ]
    ids, languages = accepted.columns["id"], accepted.columns["language"]
    numbers = tables["rows"]["verdict"].to_pylist()
    for row, given, language, number in zip(accepted.row_numbers, ids, languages, numbers, strict=True):
        label, escalate, score, reasons = verdicts[number]
        yield Opinion(given or str(row), label, escalate, score, reasons, language)


def _reasons(stored: str) -> tuple[Mapping[str, object], ...]:
    names = ("code", "rule", "field", "start", "end")
    return tuple(dict(zip(names, reason, strict=False)) for reason in json.loads(stored))
