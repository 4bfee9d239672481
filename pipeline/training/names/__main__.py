"""`python -m pipeline.training.names --shared ../shared/text --out data/models/names`: about half an hour on one core.

Every few epochs the development sets are measured; nothing is written to `--out` before the end. The same seed gives
the same weights on the same machine; the arithmetic runs on one thread (`make names-model` sets OMP_NUM_THREADS and
OPENBLAS_NUM_THREADS to 1).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from pipeline.training.names import corpora, lists
from pipeline.training.names.card import PROSE
from pipeline.training.names.copies import OtherNames
from pipeline.training.names.shipping import ship
from pipeline.training.names.templates import Reports
from pipeline.training.names.training import Material, Plan, train

REPORTS = 7000
SHOWN = {"en": 0.3, "legal": 0.12, "reports": 0.5, "tweets": 0.8}
"""Share of a set shown per epoch.

The two pronunciations of the legal set say the same, and its capitals, like the English ones, are often no names.
"""


def main() -> None:
    """Read, train, choose thresholds, write."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.training.names", description="Train the name model.")
    parser.add_argument("--shared", type=Path, required=True, help="folder with ner/ and names/")
    parser.add_argument("--out", type=Path, required=True, help="folder of the model; written over")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only-ship", action="store_true", help="keep the weights in --out; thresholds and card anew")
    given = parser.parse_args()
    development = corpora.development(given.shared / "ner")
    if not given.only_ship:
        _train(given.shared, development, Plan(seed=given.seed), given.out)
    print("\n".join(ship(given.out, development, PROSE, given.seed)))


def _train(shared: Path, development: corpora.Sets, plan: Plan, out: Path) -> None:
    names = shared / "names"
    sets = corpora.training(shared / "ner")
    sets["reports"] = Reports(np.random.default_rng(plan.seed)).sentences(REPORTS)
    sentences = (sentence for group in sets.values() for sentence in group)
    lexicon = lists.lexicon_of(sentences, lists.listed_kinds(names))
    others = OtherNames(lists.inflected_names(names), lists.surnames(names))
    print(
        {name: len(group) for name, group in sets.items()},
        f"sentences, {len(lexicon)} words in the lexicon",
        flush=True,
    )
    train(lexicon, Material(sets, development, others, SHOWN), plan, out)


if __name__ == "__main__":
    main()
