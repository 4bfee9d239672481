"""Trains the name model: the same weights for the same seed on the same machine; the best so far is always on disk."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import spacy
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import Adam, Optimizer, fix_random_seed, set_dropout_rate

from pipeline.training.names.copies import SETTLED, VARIED, OtherMentions, OtherNames, shown
from pipeline.training.names.measuring import measure
from pipeline.training.names.sentences import Sentence, label_numbers
from triage.redacting.name_chain import gradients
from triage.redacting.name_features import COLUMNS, give_lexicon
from triage.redacting.name_language import CODE
from triage.redacting.name_tagger import ARCHITECTURE, FACTORY, NameTagger

EPOCHS_BETWEEN_CHECKS, SETTLED_EPOCHS_BETWEEN_CHECKS = 5, 2
SET_WEIGHTS = {"hr": 1.0, "sr": 1.0, "tweets": 0.4, "legal": 0.4, "web": 0.4}
ALIKE = ("hr", "sr", "tweets", "web")
SCORED_AT = 0.3
"""Development sets that choose the weights, and the threshold their leaks are counted at meanwhile."""
WARM_UP_STEPS, LOWEST_RATE_SHARE, LONGEST_SENTENCE_WORDS = 400, 0.03, 200
COMPONENT = "names"
OLDEST_SPACY = ">=3.8.14,<3.9.0"
_LENGTH_JITTER_WORDS = 6
_Gold = tuple[Doc, npt.NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Sizes and pace of a training; the defaults are the shipped model's. `rows`, `widths`: tables of COLUMNS.

    The last `settled` epochs are shown in the manner SETTLED of `copies`.
    """

    seed: int = 2026
    epochs: int = 24
    settled: int = 8
    width: int = 160
    depth: int = 4
    batch_words: int = 700
    rate: float = 0.0015
    dropout: float = 0.35
    rows: tuple[int, ...] = (8000, 6000, 3000, 5000, 2000, 1500, 100)
    widths: tuple[int, ...] = (96, 64, 32, 48, 32, 24, 16)


@dataclass(frozen=True, slots=True)
class Material:
    """What is trained on and measured on, by set.

    `shares`, `settled_shares`: the part of a training set shown per epoch, before and in the settled epochs; all of it
    if not named.
    """

    training: Mapping[str, Sequence[Sentence]]
    development: Mapping[str, Sequence[Sentence]]
    others: OtherNames
    shares: Mapping[str, float]
    settled_shares: Mapping[str, float]


def blank(plan: Plan, lexicon: Mapping[str, str]) -> Language:
    """An untrained pipeline that knows the lexicon."""
    fix_random_seed(plan.seed)
    nlp = spacy.blank(CODE)
    model = {
        "@architectures": ARCHITECTURE, "width": plan.width, "depth": plan.depth, "seed": plan.seed,
        "rows": dict(zip(COLUMNS, plan.rows, strict=True)), "widths": dict(zip(COLUMNS, plan.widths, strict=True)),
    }  # fmt: skip
    tagger = cast("NameTagger", nlp.add_pipe(FACTORY, name=COMPONENT, config={"model": model}))
    give_lexicon(tagger.model, lexicon)
    tagger.model.initialize(X=[nlp.make_doc("a b")])
    nlp.meta.update(spacy_version=OLDEST_SPACY, license="CC BY-SA 4.0", description="Names, places and organisations")
    return nlp


def train(nlp: Language, material: Material, plan: Plan, out: Path) -> None:
    """Train `nlp` and leave the best averaged weights in `out`, without the words it read. Prints a line per check."""
    generator = np.random.default_rng(plan.seed)
    tagger = cast("NameTagger", nlp.get_pipe(COMPONENT))
    optimizer = Adam(learn_rate=plan.rate, L2=0.0, grad_clip=1.0, use_averages=True)
    mentions = _mentions_by_set(material.training)
    started, step, total, best = time.process_time(), 0, _steps(material, plan), -np.inf
    for epoch in range(plan.epochs):
        settled = epoch >= plan.epochs - plan.settled
        for batch in _batches(nlp, _epoch(material, mentions, generator, settled), plan.batch_words, generator):
            warmth = min(1.0, (step + 1) / min(WARM_UP_STEPS, 1 + total // 10))
            optimizer.learn_rate = plan.rate * warmth * max(LOWEST_RATE_SHARE, 1 - step / total)
            _step(tagger, batch, optimizer, plan.dropout)
            step += 1
        between = SETTLED_EPOCHS_BETWEEN_CHECKS if settled else EPOCHS_BETWEEN_CHECKS
        if (plan.epochs - 1 - epoch) % between:
            continue
        with tagger.model.use_params(optimizer.averages):
            score, figures = _score(nlp, material.development)
            if score > best:
                best = score
                nlp.to_disk(out, exclude=["vocab"])
        spent = time.process_time() - started
        print(
            f"epoch {epoch + 1} of {plan.epochs}, {spent:.0f} s, score {score:.4f} (best {best:.4f}): {figures}",
            flush=True,
        )


def _mentions_by_set(training: Mapping[str, Sequence[Sentence]]) -> dict[str, OtherMentions]:
    """News, tweets and web texts share their mentions; the other sets are too unlike."""
    alike = OtherMentions([each for name in ALIKE if name in training for each in training[name]])
    return {name: alike if name in ALIKE else OtherMentions(sentences) for name, sentences in training.items()}


def _steps(material: Material, plan: Plan) -> int:
    """About how many batches the whole training has."""
    words = sum(
        len(sentence.words)
        * (
            material.shares.get(name, 1.0) * (plan.epochs - plan.settled)
            + material.settled_shares.get(name, 1.0) * plan.settled
        )
        for name, sentences in material.training.items()
        for sentence in sentences
    )
    return max(1, int(words / plan.batch_words))


def _epoch(
    material: Material, mentions: Mapping[str, OtherMentions], generator: np.random.Generator, settled: bool
) -> list[Sentence]:
    shares, manner = (material.settled_shares, SETTLED) if settled else (material.shares, VARIED)
    seen = []
    for name, sentences in material.training.items():
        seen += shown(sentences, material.others, mentions[name], generator, manner, shares.get(name, 1.0))
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
    steps = tagger.model.get_ref("steps")
    emitted, counted = gradients(scores, [gold for _, gold in batch], steps.get_param("steps"))
    words = sum(map(len, emitted))
    steps.inc_grad("steps", counted / words)
    backprop([each / words for each in emitted])
    tagger.model.finish_update(optimizer)
    set_dropout_rate(tagger.model, 0.0)


def _score(nlp: Language, development: Mapping[str, Sequence[Sentence]]) -> tuple[float, str]:
    """What the best weights are chosen by: F on news, and above all few names left visible in lower case."""
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
