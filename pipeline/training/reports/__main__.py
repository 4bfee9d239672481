"""Train the shipped model from the texts in this repository.

    python -m pipeline.training.reports --seed 2026 --out data/models/reports

A few minutes on one core; the same seed and texts give the same bytes. Never reads `phrasings_heldout.tsv`: that set is
for measuring only.
"""

from __future__ import annotations

import sys
from itertools import chain
from pathlib import Path

import click

from classifiers.base import RuleTexts
from pipeline import resources
from pipeline.durable import write_file
from pipeline.sealed import MANIFEST, manifest
from pipeline.training.reports.augment import bland, mingled
from pipeline.training.reports.examples import Phrasing, of_patterns, of_sample, read_tsv
from pipeline.training.reports.files import CARD_FILE
from pipeline.training.reports.shipped import BASE_FILE, base_file, make

_PATTERNS, _SAMPLES = "training/reports", "sample_texts"
_SLOTS = "slots"
_WRITTEN = ("negatives", "suspects", "dangers", "everyday")
"""Phrasings written for training, a file each."""


@click.command()
@click.option("--seed", type=int, default=2026, show_default=True)
@click.option("--phrasings", type=click.Path(path_type=Path, exists=True), default=Path("tests/data"), metavar="DIR")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="DIR")
def train(seed: int, phrasings: Path, out: Path) -> None:
    """Train, measure, write weights, thresholds, card, the texts learned from, and the manifest (without the card)."""
    texts = _texts(phrasings, seed)
    rules = RuleTexts(
        {name.removesuffix(".toml"): text for name, text in resources.texts("phrases").items()},
        resources.text("categories.toml"),
    )
    made = make(texts, rules, seed, lambda line: click.echo(line, err=True))
    out.mkdir(parents=True, exist_ok=True)
    files = {**made.files, BASE_FILE: base_file(texts)}
    files[MANIFEST] = manifest({name: content for name, content in files.items() if name != CARD_FILE})
    for name, content in files.items():
        write_file(out / name, content)
    for name, value in made.told["together"].items():
        click.echo(f"{name.replace('_', ' '):28}{value}")


def _texts(phrasings: Path, seed: int) -> list[Phrasing]:
    sample = {name.removesuffix(".toml"): text for name, text in resources.texts(_SAMPLES).items()}
    sample.pop(_SLOTS)
    found = [
        *read_tsv((phrasings / "phrasings.tsv").read_text("utf-8"), "phrasings"),
        *read_tsv((phrasings / "phrasings_dev.tsv").read_text("utf-8"), "dev"),
        *chain.from_iterable(read_tsv(resources.text(f"training/phrasings_{name}.tsv"), name) for name in _WRITTEN),
        *of_sample(sample, seed),
        *bland(seed),
    ]
    for text in resources.texts(_PATTERNS).values():
        found += of_patterns(text, seed)
    return [*found, *mingled(found, seed)]


if __name__ == "__main__":
    sys.exit(train())
