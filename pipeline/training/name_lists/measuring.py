"""Measures the name lists alone: name words left visible and other words masked, by set and typing style.

Run: `python -m pipeline.training.name_lists.measuring ../shared/text/ner`. The sets are those of
`pipeline.training.names.corpora.development`, none of which was counted for the classes, and made-up reports whose
names and wording were written by another hand than the lists. Printed are shares, never words.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.resources import texts
from pipeline.training.labelled_words import placed, touched
from pipeline.training.names.copies import restyled
from pipeline.training.names.corpora import development
from pipeline.training.names.sentences import Sentence
from pipeline.training.names.templates import Reports
from triage.redacting.name_lists import NameLists
from triage.redacting.text import read

STYLES = ("as written", "cyrillic", "lower")
MADE_UP_SEED, MADE_UP_REPORTS = 20261122, 1_000


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares of words: names and places left visible, ordinary words masked; and how many names were looked at."""

    names: int
    name_leak: float
    place_leak: float
    over_masking: float


def measure(lists: NameLists, sentences: Iterable[Sentence]) -> Figures:
    """Words of letters only; a word is hidden if a span touches it. Entities of other kinds are not counted."""
    seen, hidden = dict.fromkeys(("PER", "LOC", ""), 0), dict.fromkeys(("PER", "LOC", ""), 0)
    for sentence in sentences:
        spans = list(lists.find(read(sentence.text)))
        for one in placed(sentence):
            if one.kind in seen and any(map(str.isalpha, one.word)):
                seen[one.kind] += 1
                hidden[one.kind] += touched(one, spans)
    left = {kind: 1 - hidden[kind] / max(1, seen[kind]) for kind in seen}
    return Figures(seen["PER"], left["PER"], left["LOC"], 1 - left[""])


def reports_per_second(lists: NameLists, sample: Sequence[str]) -> float:
    """Texts read and searched per second of CPU time."""
    ready = [read(text) for text in sample]
    start = time.process_time()
    for text in ready:
        lists.find(text)
    return len(ready) / (time.process_time() - start)


def main(arguments: list[str]) -> None:
    """Print a line per set and style; the one argument is the folder `ner` of the shared text data."""
    start = time.process_time()
    lists = NameLists.from_toml(texts("names"))
    print(f"loaded in {time.process_time() - start:.2f} s")
    made_up = Reports(np.random.default_rng(MADE_UP_SEED)).sentences(MADE_UP_REPORTS)
    for name, sentences in (development(Path(arguments[0])) | {"made up": made_up}).items():
        for style in STYLES:
            figures = measure(lists, [restyled(sentence, style) for sentence in sentences])
            print(
                f"{name:8s} {style:10s} names {figures.names:5d}  left visible {figures.name_leak:6.1%}"
                f"  places left {figures.place_leak:6.1%}  over-masking {figures.over_masking:6.2%}"
            )
    print(f"{reports_per_second(lists, [each.text for each in made_up]):,.0f} texts/s")


if __name__ == "__main__":
    main(sys.argv[1:])
