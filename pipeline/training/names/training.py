"""Trains the name model: the same weights for the same seed on the same machine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Adam, Model, Optimizer, fix_random_seed, set_dropout_rate

from pipeline.training.names.copies import OtherMentions, OtherNames, shown
from pipeline.training.names.measuring import measure
from pipeline.training.names.sentences import Sentence, label_numbers
from triage.redacting.name_chain import gradients
from triage.redacting.name_features import COLUMNS, give_lexicon
from triage.redacting.name_language import CODE
from triage.redacting.name_network import ARCHITECTURE, STEPS, give_weights, recast, weights_of
from triage.redacting.name_tagger import FACTORY, NameTagger

EPOCHS_BETWEEN_CHECKS = 2
SET_WEIGHTS = {"hr": 1.0, "sr": 1.0, "tweets": 0.4, "legal": 0.4, "web": 0.4}
ALIKE = ("hr", "sr", "tweets", "web")
SCORED_AT = 0.3
"""Development sets that are measured on the way, and the threshold their leaks are counted at meanwhile."""
WARM_UP_STEPS, LONGEST_SENTENCE_WORDS = 400, 200
COMPONENT = "names"
OLDEST_SPACY = ">=3.8.14,<3.9.0"
_LENGTH_JITTER_WORDS = 6
_Gold = tuple[Doc, npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes and pace of a training; the defaults are the shipped model's.

    `epochs`: in how many the rate would fall to nothing; `turn`: the epoch after which the common beginning is left;
    `endings`, `ending_epochs`: how many runs start there, and in how many epochs the rate left falls to nothing in
    each; `reach`: see `name_network`; `rows`, `widths`: tables of COLUMNS.
    """

    seed: int = 2026
    epochs: int = 24
    turn: int = 10
    endings: int = 5
    ending_epochs: int = 4
    width: int = 160
    reach: tuple[int, ...] = (1, 1, 2, 4)
    batch_words: int = 700
    rate: float = 0.0015
    dropout: float = 0.35
    rows: tuple[int, ...] = (8000, 6000, 3000, 5000, 2000, 1500, 600, 20)
    widths: tuple[int, ...] = (96, 64, 32, 48, 32, 24, 24, 8)


@dataclass(frozen=True, slots=True)
class Pace:
    """One run: its seed, the rate it starts with, in how many epochs that falls to nothing, and the last one run."""

    seed: int
    rate: float
    epochs: int
    last: int


@dataclass(frozen=True, slots=True)
class Material:
    """What is trained on and measured on, by set.

    `shares`: the part of a training set shown per epoch; all of it if not named.
    """

    training: Mapping[str, Sequence[Sentence]]
    development: Mapping[str, Sequence[Sentence]]
    others: OtherNames
    shares: Mapping[str, float]


def blank(plan: Plan, lexicon: Mapping[str, str]) -> Language:
    """An untrained pipeline that knows the lexicon."""
    fix_random_seed(plan.seed)
    nlp = spacy.blank(CODE)
    model = {
        "@architectures": ARCHITECTURE, "width": plan.width, "reach": list(plan.reach), "seed": plan.seed,
        "rows": dict(zip(COLUMNS, plan.rows, strict=True)), "widths": dict(zip(COLUMNS, plan.widths, strict=True)),
    }  # fmt: skip
    tagger = cast("NameTagger", nlp.add_pipe(FACTORY, name=COMPONENT, config={"model": model}))
    give_lexicon(tagger.model, lexicon)
    tagger.model.initialize(X=[nlp.make_doc("a b")])
    nlp.meta.update(spacy_version=OLDEST_SPACY, license="CC BY-SA 4.0", description="Names, places and organisations")
    return nlp


def train(lexicon: Mapping[str, str], material: Material, plan: Plan, out: Path) -> None:
    """Train a model that knows the lexicon and leave it in `out`, without the words it read; prints a line per check.

    After a common beginning several endings of it are run from the same weights, each with a seed of its own. What is
    kept is the mean of the averaged weights at the end of the beginning and at each check of the endings (Wortsman et
    al. 2022): nearly as good as asking all of them, for the price of one. Nothing is chosen by the development sets.
    """
    nlp = blank(plan, lexicon)
    kept = _run(nlp, material, plan, Pace(plan.seed, plan.rate, plan.epochs, plan.turn))[-1:]
    turn, left = weights_of(_network(nlp)), plan.rate * (1 - plan.turn / plan.epochs)
    for seed in range(plan.seed + 1, plan.seed + 1 + plan.endings):
        ending = blank(replace(plan, seed=seed), lexicon)
        give_weights(_network(ending), turn)
        kept += _run(ending, material, plan, Pace(seed, left, plan.ending_epochs, plan.ending_epochs))
    give_weights(_network(nlp), [np.mean(alike, axis=0) for alike in zip(*kept, strict=True)])
    print("mean of all:", *_score(nlp, material.development), flush=True)
    recast(_network(nlp), "f2")
    nlp.to_disk(out, exclude=["vocab"])


def _network(nlp: Language) -> Model[Any, Any]:
    network: Model[Any, Any] = cast("NameTagger", nlp.get_pipe(COMPONENT)).model
    return network


def _run(nlp: Language, material: Material, plan: Plan, pace: Pace) -> list[list[Any]]:
    """The averaged weights at each check; `nlp` keeps the last ones, not averaged."""
    generator = np.random.default_rng(pace.seed)
    tagger = cast("NameTagger", nlp.get_pipe(COMPONENT))
    optimizer = Adam(learn_rate=pace.rate, L2=0.0, grad_clip=1.0, use_averages=True)
    mentions = _mentions_by_set(material.training)
    started, step, total = time.process_time(), 0, _steps(material, plan, pace.epochs)
    kept: list[list[Any]] = []
    for epoch in range(1, pace.last + 1):
        for batch in _batches(nlp, _epoch(material, mentions, generator), plan.batch_words, generator):
            warmth = min(1.0, (step + 1) / min(WARM_UP_STEPS, 1 + total // 10))
            optimizer.learn_rate = warmth * pace.rate * max(0.0, 1 - step / total)
            _step(tagger, batch, optimizer, plan.dropout)
            step += 1
        if (pace.last - epoch) % EPOCHS_BETWEEN_CHECKS == 0:
            with tagger.model.use_params(optimizer.averages):
                score, figures = _score(nlp, material.development)
                kept.append([each.copy() for each in weights_of(tagger.model)])
            spent = time.process_time() - started
            print(f"seed {pace.seed}, epoch {epoch} of {pace.last}, {spent:.0f} s, {score:.4f}: {figures}", flush=True)
    return kept


def _mentions_by_set(training: Mapping[str, Sequence[Sentence]]) -> dict[str, OtherMentions]:
    """News, tweets and web texts share their mentions; the other sets are too unlike."""
    alike = OtherMentions([each for name in ALIKE if name in training for each in training[name]])
    return {name: alike if name in ALIKE else OtherMentions(sentences) for name, sentences in training.items()}


def _steps(material: Material, plan: Plan, epochs: int) -> int:
    """About how many batches a run has."""
    words = sum(
        len(sentence.words) * material.shares.get(name, 1.0) * epochs
        for name, sentences in material.training.items()
        for sentence in sentences
    )
    return max(1, int(words / plan.batch_words))


def _epoch(material: Material, mentions: Mapping[str, OtherMentions], generator: np.random.Generator) -> list[Sentence]:
    seen = []
    for name, sentences in material.training.items():
        seen += shown(sentences, material.others, mentions[name], generator, material.shares.get(name, 1.0))
    return seen


def _batches(
    nlp: Language, sentences: list[Sentence], size: int, generator: np.random.Generator
) -> Iterator[list[_Gold]]:
    """Batches of about `size` words, sentences of like length together, batches in random order."""
    docs = [(nlp.make_doc(sentence.text), sentence.entities()) for sentence in sentences]
    golden = [(doc, label_numbers(doc, found)) for doc, found in docs if 0 < len(doc) <= LONGEST_SENTENCE_WORDS]
    order = np.argsort([len(doc) + generator.random() * _LENGTH_JITTER_WORDS for doc, _ in golden], kind="stable")
    batches: list[list[_Gold]] = [[]]
    count = 0
    for place in order:
        batches[-1].append(golden[place])
        count += len(golden[place][0])
        if count >= size:
            batches.append([])
            count = 0
    for place in generator.permutation(len(batches)):
        if batches[place]:
            yield batches[place]


def _step(tagger: NameTagger, batch: list[_Gold], optimizer: Optimizer, dropout: float) -> None:
    set_dropout_rate(tagger.model, dropout)
    scores, backprop = tagger.model.begin_update([doc for doc, _ in batch])
    steps = tagger.model.get_ref(STEPS)
    emitted, counted = gradients(scores, [gold for _, gold in batch], steps.get_param(STEPS))
    words = sum(map(len, emitted))
    steps.inc_grad(STEPS, counted / words)
    backprop([each / words for each in emitted])
    tagger.model.finish_update(optimizer)
    set_dropout_rate(tagger.model, 0.0)


def _score(nlp: Language, development: Mapping[str, Sequence[Sentence]]) -> tuple[float, str]:
    """One number to compare runs by: F, and above all few names left visible in lower case. Nothing is chosen by it."""
    total, lines = 0.0, []
    for name, weight in SET_WEIGHTS.items():
        if name not in development:
            continue
        written, lower = (measure(nlp, development[name], style, any_kind=True) for style in ("as written", "lower"))
        leaks = written.leak(SCORED_AT) + 2 * lower.leak(SCORED_AT)
        total += weight * (written.micro_f + lower.micro_f - leaks - 2 * lower.over_masking(SCORED_AT))
        lines.append(
            f"{name} F {written.micro_f:.3f} leak {written.leak(SCORED_AT):.3f}, "
            f"lower {lower.micro_f:.3f} {lower.leak(SCORED_AT):.3f}"
        )
    return total, "; ".join(lines)
