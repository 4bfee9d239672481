"""The shipped model: what it learns from in this repository, and the base set a hotline's own training starts from."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.base import RuleTexts
from classifiers.model import ABOUT_FILE, WEIGHTS_FILE, Model, Trained
from classifiers.registry import all_classifiers
from pipeline.training.reports.asked import lowered
from pipeline.training.reports.examples import WRITTEN_SOURCES, Phrasing
from pipeline.training.reports.figures import figures
from pipeline.training.reports.files import CARD_FILE, about_file, card, weights_file
from pipeline.training.reports.learn import learn
from pipeline.training.reports.unseen import Unseen

BASE_FILE = "training_set.tsv"
BASE_COLUMNS = ("text", "family", "kind", "language", "script", "place", "category", "label", "escalate", "source")
MEASURED_SOURCES = frozenset({*WRITTEN_SOURCES, "phrasings", "cases"})
"""Texts written without looking at the model; sample texts and patterns are learned from only."""


@dataclass(frozen=True, slots=True)
class Made:
    """A model's files by name, and its figures."""

    files: Mapping[str, bytes]
    told: Mapping[str, Any]


def make(
    phrasings: Sequence[Phrasing], rules: RuleTexts, seed: int, told: Callable[[str], None],
    measured: NDArray[np.bool_] | None = None, facts: Mapping[str, Any] | None = None,
) -> Made:  # fmt: skip
    """Train and measure; equal input gives equal files. `rules` are those it will stand beside."""
    if measured is None:
        measured = np.array([one.source in MEASURED_SOURCES for one in phrasings])
    learned = learn(phrasings, measured, seed, told)
    about: dict[str, Any] = {"seed": seed, "texts_by_source": _counted(phrasings)} | dict(facts or {})
    files = {WEIGHTS_FILE: weights_file(learned), ABOUT_FILE: about_file(learned, {}, about)}
    opinions = [kind.load(rules) for name, kind in all_classifiers().items() if name != Model.name]
    unseen = Unseen.of(phrasings, learned, measured, Trained.read(files), opinions)
    alone = learned.thresholds
    learned = replace(learned, thresholds=lowered(unseen, alone))
    counted = figures(learned, measured, unseen) | {"suspect_alone": alone["suspect"].speak}
    files[ABOUT_FILE] = about_file(learned, counted, about)
    files[CARD_FILE] = card(counted, about).encode()
    return Made(files, counted)


def base_file(phrasings: Sequence[Phrasing]) -> bytes:
    """All texts as one TSV, to train again from; texts hold no tab and no line end."""
    stream = io.StringIO()
    rows = csv.writer(stream, delimiter="\t", quoting=csv.QUOTE_NONE, lineterminator="\n", quotechar=None)
    rows.writerow(BASE_COLUMNS)
    rows.writerows([getattr(one, name) or "" for name in BASE_COLUMNS] for one in phrasings)
    return stream.getvalue().encode()


def base_texts(text: str) -> list[Phrasing]:
    """The texts of a base file, as they were. Raises KeyError if a column is missing."""
    rows = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [
        Phrasing(
            row["text"], row["family"], row["kind"], row["language"], row["script"], row["place"],
            row["category"] or None, row["label"], row["escalate"], row["source"],
        )
        for row in rows
    ]  # fmt: skip


def _counted(phrasings: Sequence[Phrasing]) -> str:
    names = sorted({one.source for one in phrasings})
    return ", ".join(f"{name} {sum(one.source == name for one in phrasings)}" for name in names)
