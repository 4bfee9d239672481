"""How fast one core classifies and redacts distinct reports, in processor time: a busy machine gives the same figure.

Distinct reports are made of the phrasings: two sentences and a number nobody else has. What is loaded once (rules,
models, compiled code) is loaded by a small batch that is not counted. Matrix products run in one thread: processor time
is that of all threads, and one that waits spends it too. Nothing looks for reference cycles meanwhile, as in a run
(`pipeline/tasks/base.py`).
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from threadpoolctl import ThreadpoolController

from classifiers.base import Said
from pipeline.evaluating.tables import Section, Table, Target
from triage.verdict import Verdict

CLASSIFIED, REDACTED, WARM_UP = 6_000, 1_500, 100
_SEED = 7
_Item = TypeVar("_Item")
_LEAST_CLASSIFIED, _LEAST_REDACTED = 2_000.0, 300.0


def distinct_texts(sentences: Sequence[str], count: int) -> list[str]:
    """`count` different texts of two sentences each; the same for the same sentences."""
    chosen = np.random.default_rng(_SEED).integers(0, len(sentences), (count, 2)).tolist()
    return [f"{sentences[first]} {sentences[second]} ({number})" for number, (first, second) in enumerate(chosen)]


def speed_section(
    sentences: Sequence[str], decide_all: Callable[[Sequence[Said]], list[Verdict]],
    redact_many: Callable[[Sequence[str]], object] | None,
) -> Section:  # fmt: skip
    """Reports per second of processor time; `redact_many` None where nothing can be redacted."""
    if not sentences:
        return Section("speed", skipped=("no phrasings to make reports of",))
    texts = distinct_texts(sentences, CLASSIFIED + WARM_UP)
    said = [Said(location="", description=text, locator_kinds=frozenset({"url"})) for text in texts]
    classified = _rate(decide_all, said)
    targets = [Target("distinct reports classified per second", classified, _LEAST_CLASSIFIED, counted=True)]
    skipped = []
    if redact_many is None:
        skipped.append("reports redacted per second: no name lists or no name model in this installation")
    else:
        rate = _rate(redact_many, texts[: REDACTED + WARM_UP])
        targets.append(Target("reports redacted per second", rate, _LEAST_REDACTED, counted=True))
    length = sum(map(len, texts)) / len(texts)
    table = Table("what was measured", ("", "reports"), (
        ("classified", CLASSIFIED), ("redacted", REDACTED if redact_many else 0), ("mean characters", round(length)),
    ))  # fmt: skip
    return Section("speed", tuple(targets), (table,), tuple(skipped))


def _rate(work: Callable[[Sequence[_Item]], object], items: Sequence[_Item]) -> float:
    work(items[:WARM_UP])
    gc.disable()
    try:
        with ThreadpoolController().limit(limits=1):
            started = time.process_time()
            work(items[WARM_UP:])
            return (len(items) - WARM_UP) / (time.process_time() - started)
    finally:
        gc.enable()
