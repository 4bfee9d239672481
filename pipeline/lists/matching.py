"""Ask all lists in force about content: which entries its signals match, how near, and how much that says.

Levels. `known`: the very bytes, or the whole picture by PDQ within 31 bits at quality 50 or better, on an entry its
list stands by and no person disputed. `suggestion`: everything further off (turned, mirrored, trimmed, cut, wider,
another picture hash), and entries in doubt. `allowed`: a hit on an allow list, and hits it suppresses. `quarantined`:
the entry matched too much (`pipeline.lists.flood`). A match is a reason for people to look, never an assessment.

An allow-list hit suppresses only what is no stronger than itself (SHA-256 > SHA-1 > MD5 > look of a picture): bytes on
a known list stay known although a like-looking picture is allowed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import numpy as np

from pipeline.bootstrap import App
from pipeline.identity import text_digests
from pipeline.lists.catalogue import InForce, all_opened
from pipeline.lists.flood import Flood, Matched
from pipeline.lists.opinions import UNTOUCHED, Said, State, entry_digest, states
from pipeline.lists.saved import Entry
from pipeline.lists.values import (
    BYTE_DIGEST_BYTES,
    LINK_QUALITY,
    LINK_RADIUS_BITS,
    PERCEPTUAL_BYTES,
    ListKind,
    Opinion,
)
from pipeline.store.engine import reading
from triage.signals.base import WHOLE, Signal

NO_ASSESSMENT = "A match is a reason to look, never an assessment: only a person classifies content."
_STRENGTH: Mapping[str, int] = {kind: -place for place, kind in enumerate(BYTE_DIGEST_BYTES)}
_LOOKS = -len(BYTE_DIGEST_BYTES)
"""Strength of a match by the look of a picture, below every digest of bytes."""


class Level(StrEnum):
    """How much a match says, most first."""

    KNOWN = "known"
    QUARANTINED = "quarantined"
    SUGGESTION = "suggestion"
    ALLOWED = "allowed"


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry of one list that a content item matched; `distance` and `threshold` in bits, `why` a plain phrase."""

    list: str
    version: str
    entry: int
    own_id: str
    tags: tuple[str, ...]
    type: str
    form: str
    distance: int
    threshold: int
    opinion: str
    level: Level
    why: str
    said_here: str | None = None
    """What a person here said of the entry (`pipeline.lists.opinions.Said`)."""


@dataclass(frozen=True)
class Lists:
    """All lists in force, with what was said of their entries; opened once for many items. Holds no connection."""

    in_force: tuple[InForce, ...]
    said: Mapping[int, Mapping[bytes, State]]
    flood: Flood
    index_key: bytes

    @classmethod
    def open(cls, app: App, now: datetime) -> Lists:
        """Open them all. Raises Damage if one's files are not what was imported."""
        with reading(app.store.engine) as connection:
            in_force = tuple(all_opened(app, connection))
            said = {one.list_no: states(connection, one.list_no) for one in in_force}
            flood = Flood.of_day(connection, app.settings.flood_matches, now)
        return cls(in_force, said, flood, app.store.index_key)

    @property
    def versions(self) -> dict[str, str]:
        """List name to version: for a run's manifest."""
        return {one.saved.name: one.saved.manifest.version for one in self.in_force}


@dataclass(frozen=True, slots=True)
class _Hit:
    of: InForce
    entry: Entry
    digest: bytes
    state: State
    signal: Signal
    distance: int

    @property
    def firm(self) -> bool:
        """The very bytes, or the whole picture near enough and good enough to speak for itself."""
        return self.signal.type in BYTE_DIGEST_BYTES or (
            self.signal.type == "pdq" and self.signal.form == WHOLE
            and (self.signal.quality or 0) >= LINK_QUALITY and self.distance <= LINK_RADIUS_BITS
        )  # fmt: skip

    @property
    def allows(self) -> bool:
        return self.of.saved.manifest.source.kind is ListKind.ALLOW

    @property
    def stood_by(self) -> bool:
        """Its list says yes and no person says no."""
        return self.entry.opinion is Opinion.POSITIVE and self.state.said is not Said.DISPUTED

    @property
    def strength(self) -> int:
        return _STRENGTH.get(self.signal.type, _LOOKS)


def match_signals(lists: Lists, signals: Sequence[Signal]) -> list[Answer]:
    """Every entry one content item matches, by level, then distance; counted for the flood guard (`Lists.flood`)."""
    return match_many(lists, [signals])[0]


def match_many(lists: Lists, items: Sequence[Sequence[Signal]]) -> list[list[Answer]]:
    """The same for many items in one pass over the lists, in their order."""
    hits: defaultdict[int, list[_Hit]] = defaultdict(list)
    for one in lists.in_force:
        for item, hit in _hits(lists, one, items):
            hits[item].append(hit)
    return [_answers(lists, signals, hits.get(item, [])) for item, signals in enumerate(items)]


def _hits(lists: Lists, one: InForce, items: Sequence[Sequence[Signal]]) -> Iterator[tuple[int, _Hit]]:
    entries: dict[int, tuple[Entry, bytes, State]] = {}
    for kind in one.saved.first_numbers:
        asked = [(item, signal) for item, signals in enumerate(items) for signal in signals if signal.type == kind]
        if not asked:
            continue
        values = np.frombuffer(b"".join(signal.value for _, signal in asked), dtype=np.uint8)
        queries = values.reshape(len(asked), -1)
        if kind in PERCEPTUAL_BYTES:
            places, numbers, distances = one.saved.near(kind, queries)
        else:
            places, numbers = one.saved.exact(kind, queries)
            distances = np.zeros(len(places), dtype=np.int64)
        for place, number, distance in zip(places.tolist(), numbers.tolist(), distances.tolist(), strict=True):
            if number not in entries:
                entries[number] = _looked_up(lists, one, number)
            yield asked[place][0], _Hit(one, *entries[number], asked[place][1], distance)


def _looked_up(lists: Lists, one: InForce, number: int) -> tuple[Entry, bytes, State]:
    entry = one.saved.entry(number)
    if entry is None:
        raise IndexError("the index of a list names an entry that is not there")
    digest = entry_digest(entry, lists.index_key)
    return entry, digest, lists.said[one.list_no].get(digest, UNTOUCHED)


def _answers(lists: Lists, signals: Sequence[Signal], hits: Sequence[_Hit]) -> list[Answer]:
    if not hits:
        return []
    allowing = [hit for hit in hits if hit.allows and hit.firm and hit.stood_by]
    strongest = max(allowing, key=lambda hit: hit.strength, default=None)
    item = _item(lists, signals)
    answers = [_answer(hit, Level.ALLOWED, "on an allow list") for hit in _nearest(allowing)]
    for hit in _nearest([hit for hit in hits if not hit.allows]):
        level, why = _level(hit)
        if strongest is not None and strongest.strength >= hit.strength:
            level, why = Level.ALLOWED, f"suppressed by allow list {strongest.of.saved.name}: {why}"
        elif hit.state.said is None and lists.flood.over(_matched(hit, item)):
            level, why = Level.QUARANTINED, _FLOODED
        answers.append(_answer(hit, level, why))
    order = list(Level)
    return sorted(answers, key=lambda one: (order.index(one.level), one.distance, one.list, one.entry))


_FLOODED = "the entry matched too many different items: a person must confirm or dispute it first"


def _level(hit: _Hit) -> tuple[Level, str]:
    """What a hit on a known list says by itself."""
    if hit.state.quarantined_at is not None:
        return Level.QUARANTINED, _FLOODED
    if hit.state.said is Said.DISPUTED:
        return Level.SUGGESTION, "a person here disputed this entry"
    if hit.entry.opinion is not Opinion.POSITIVE:
        return Level.SUGGESTION, f"the list's own opinion is {hit.entry.opinion.name.lower()}"
    if hit.firm:
        return Level.KNOWN, "the very bytes" if hit.signal.type in BYTE_DIGEST_BYTES else "the whole picture"
    return Level.SUGGESTION, _far(hit)


def _far(hit: _Hit) -> str:
    """Why a hit by the look of a picture does not speak for itself."""
    if hit.signal.type != "pdq":
        return f"{hit.signal.type} alone"
    if hit.signal.form != WHOLE:
        return "only after the picture was changed"
    if hit.signal.quality is None:
        return "quality of the picture not known"
    if hit.signal.quality < LINK_QUALITY:
        return "picture of low quality"
    return f"farther than {LINK_RADIUS_BITS} bits"


def _nearest(hits: Sequence[_Hit]) -> list[_Hit]:
    """Of several hits on one entry (forms of one picture) the one that says most."""
    best: dict[tuple[int, int], _Hit] = {}
    for hit in sorted(hits, key=lambda hit: (not hit.firm, hit.distance)):
        best.setdefault((hit.of.list_no, hit.entry.number), hit)
    return list(best.values())


def _answer(hit: _Hit, level: Level, why: str) -> Answer:
    entry, manifest = hit.entry, hit.of.saved.manifest
    return Answer(
        manifest.source.name, manifest.version, entry.number, entry.own_id, entry.tags, entry.type, hit.signal.form,
        hit.distance, entry.threshold, entry.opinion.name.lower(), level, why, hit.state.said,
    )  # fmt: skip


def _matched(hit: _Hit, item: bytes) -> Matched:
    return Matched(hit.of.list_no, hit.of.saved.manifest.version, hit.entry.number, hit.digest, item)


def _item(lists: Lists, signals: Sequence[Signal]) -> bytes:
    """A keyed digest that tells one content item from another: of its SHA-256 if there is one, else of all it has."""
    whole = [signal for signal in signals if signal.type == "sha256"] or sorted(signals, key=lambda one: one.type)
    return text_digests(["|".join(f"{one.type}:{one.form}:{one.value.hex()}" for one in whole)], lists.index_key)[0]
