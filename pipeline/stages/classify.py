"""The machine's opinion on every row of a part: judged once per distinct thing said, then mapped back."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.base import Said
from pipeline.stages.distinct import Ints, distinct, first_rows
from triage.clocks import QUESTION_REASONS
from triage.report import Fact
from triage.verdict import Verdict, comes_soon

Decide = Callable[[Sequence[Said]], list[Verdict]]
_Outcome = tuple[Verdict, str]
"""A verdict and its reasons as stored."""
_SAID = (
    "category",
    "reporter_group",
    "language",
    "location",
    "description",
    "kinds",
    "problems",
    "channel",
    "attachments",
    "matches",
)
"""Columns in the order in which `Said` has them."""
_OF_PLACES = ("kinds", "problems")
JUDGED = (*(name for name in _SAID if name not in (*_OF_PLACES, "matches")), "facts")
"""Columns of the rows this stage reads."""
_JSON = json.JSONEncoder(separators=(",", ":"))
_FACTS = Fact.OWN_CHILD | Fact.ALERT | Fact.ASSIGNED | Fact.UNHEARD


def classify(
    rows: pa.Table, places: pa.Table, decide_all: Decide, version: str, matches: Mapping[int, str] | None = None,
    beside: Decide | None = None,
) -> dict[str, pa.Table]:  # fmt: skip
    """Tables `rows` (`verdict`: number into the second table, per row) and `verdicts` (distinct outcomes).

    `matches`: for rows with items that lists know, `level list@version` words, one line each. `beside`: how a model
    would decide that does not count yet; a table `beside` then counts its outcomes against those that do.
    """
    rows = rows.append_column("matches", _sparse(matches or {}, rows.num_rows))
    codes, said = _distinct_said(rows, places)
    verdicts = decide_all(said)
    numbers, outcomes = _numbered(verdicts, version)
    per_said = np.array([numbers[verdict] for verdict in verdicts], dtype=np.int64)
    more = {} if beside is None else {"beside": _compared(verdicts, beside(said), codes)}
    return {
        "rows": pa.table({"verdict": per_said[codes] if len(codes) else np.array([], dtype=np.int64)}),
        "verdicts": _table(outcomes, version),
        **more,
    }


def _numbered(verdicts: Sequence[Verdict], version: str) -> tuple[dict[Verdict, int], dict[bytes, _Outcome]]:
    """The number of each distinct verdict, and what is stored of it by digest, in the order of the numbers."""
    numbers: dict[Verdict, int] = {}
    places: dict[bytes, int] = {}
    outcomes: dict[bytes, _Outcome] = {}
    for verdict in dict.fromkeys(verdicts):
        reasons = reasons_json(verdict)
        digest = verdict_digest(verdict, reasons, version)
        numbers[verdict] = places.setdefault(digest, len(places))
        outcomes.setdefault(digest, (verdict, reasons))
    return numbers, outcomes


def verdict_digest(verdict: Verdict, reasons: str, version: str) -> bytes:
    """By what a stored verdict is known: its version, its opinion and its `reasons` as stored (BLAKE2b, 16 bytes)."""
    body = f"{version}\x1f{verdict.label}\x1f{verdict.escalate}\x1f{verdict.score:.4f}\x1f{verdict.to_person}\x1f"
    return hashlib.blake2b((body + reasons).encode(), digest_size=16).digest()


def reasons_json(verdict: Verdict) -> str:
    """Reasons as stored: codes, rules and spans, never the text they point at."""
    given = [f"[{_named(*one[:3])},{one.start},{one.end},{round(one.weight, 4)!r}]" for one in verdict.reasons]
    return f"[{','.join(given)}]"


@lru_cache(10_000)
def _named(code: str, rule: str, field: str) -> str:
    """Three words as JSON has them: few are met, in millions of reasons."""
    return _JSON.encode((code, rule, field))[1:-1]


def _compared(verdicts: Sequence[Verdict], others: Sequence[Verdict], codes: Ints) -> pa.Table:
    """How many rows got which label and escalation, and which from the model beside."""
    rows: Counter[tuple[str, ...]] = Counter()
    for verdict, other, count in zip(verdicts, others, np.bincount(codes, minlength=len(verdicts)), strict=True):
        words = (
            str(verdict.label), str(verdict.escalate), _who(verdict),
            str(other.label), str(other.escalate), _who(other),
        )  # fmt: skip
        rows[words] += int(count)
    names = ("label", "escalate", "to_person", "label_beside", "escalate_beside", "to_person_beside")
    columns = {name: pa.array([words[place] for words in rows], pa.string()) for place, name in enumerate(names)}
    return pa.table(columns | {"reports": pa.array(rows.values(), pa.int64())})


def _who(verdict: Verdict) -> str:
    return "person" if verdict.to_person else ""


def _distinct_said(rows: pa.Table, places: pa.Table) -> tuple[Ints, list[Said]]:
    facts = np.bitwise_and(rows["facts"].to_numpy(), int(_FACTS)).astype(np.int64)
    codes = distinct(facts)[1]
    for name in _SAID:
        codes = _combined(codes, _codes(_column(name, rows, places)))
    first = first_rows(codes)
    positions = pa.array(first)
    columns = [_column(name, rows, places).take(positions).to_pylist() for name in _SAID]
    said = [
        Said(
            category, group, language, location or "", description or "", _words(kinds), _words(problems), channel,
            attachments or 0, _pairs(matches or ""), **_told(fact),
        )
        for category, group, language, location, description, kinds, problems, channel, attachments, matches, fact
        in zip(*columns, facts[first].tolist(), strict=True)
    ]  # fmt: skip
    return codes, said


def _combined(codes: Ints, others: Ints) -> Ints:
    """Codes of distinct pairs; rows that agreed in both agree in the result."""
    if not len(others) or others.min() == others.max():
        return codes
    pairs = codes * (int(others.max()) + 2) + others + 1
    return distinct(pairs)[1]


def _column(name: str, rows: pa.Table, places: pa.Table) -> pa.ChunkedArray | pa.Array:
    if name in _OF_PLACES:
        return places[name]
    if name != "location":
        return rows[name]
    return pc.if_else(places["only_address"], pa.scalar(None, pa.large_string()), rows["location"])


def _codes(column: pa.ChunkedArray | pa.Array) -> Ints:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    codes: Ints = array.dictionary_encode().indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    return codes


@lru_cache(1_000)
def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


@lru_cache(1_000)
def _pairs(lines: str) -> frozenset[tuple[str, str]]:
    parts = (line.partition(" ") for line in lines.splitlines())
    return frozenset((level, rule) for level, _, rule in parts)


@lru_cache(1_000)
def _told(facts: int) -> dict[str, bool]:
    """What the facts of a row say, by the names of `Said`."""
    return {
        "concerns_own_child": bool(facts & Fact.OWN_CHILD),
        "assigned": bool(facts & Fact.ASSIGNED),
        "alert": bool(facts & Fact.ALERT),
        "unheard": bool(facts & Fact.UNHEARD),
    }


def _sparse(values: Mapping[int, str], count: int) -> pa.Array:
    """A column that holds a text in few rows."""
    if not values:
        return pa.nulls(count, pa.string())
    return pa.array([values.get(row) for row in range(count)], pa.string())


def _table(outcomes: dict[bytes, _Outcome], version: str) -> pa.Table:
    verdicts = [verdict for verdict, _ in outcomes.values()]
    return pa.table({
        "digest": pa.array(list(outcomes), pa.binary()),
        "label": pa.array([int(verdict.label) for verdict in verdicts], pa.int16()),
        "escalate": pa.array([int(verdict.escalate) for verdict in verdicts], pa.int16()),
        "score": pa.array([verdict.score for verdict in verdicts], pa.float64()),
        "to_person": pa.array([verdict.to_person for verdict in verdicts], pa.bool_()),
        "question": pa.array([
            any(reason.code in QUESTION_REASONS for reason in verdict.reasons) for verdict in verdicts
        ], pa.bool_()),
        "unread": pa.array([
            any(comes_soon(reason.code, reason.rule) for reason in verdict.reasons) for verdict in verdicts
        ], pa.bool_()),
        "reasons": pa.array([reasons for _, reasons in outcomes.values()], pa.string()),
        "version": pa.array([version] * len(verdicts), pa.string()),
    })  # fmt: skip
