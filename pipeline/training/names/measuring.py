"""How good a name model is: entity F on raw text, name words left visible, other words hidden, by set and typing style.

A name word is *left visible* if it is neither in an entity of any kind nor above the threshold: a person's name taken
for a firm is hidden all the same. Only words with a letter count; entities of other kinds are neither names nor others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from spacy.language import Language

from pipeline.training.names.copies import restyled
from pipeline.training.names.sentences import Sentence, kinds_of_words
from triage.redacting.name_chain import BEST, KINDS, PROBABILITIES

STYLES = {"as written": "mixed", "cyrillic": "mixed", "lower": "plain", "title": "title"}
"""Typing style of a copy -> which threshold of the layer counts there."""

_PEOPLE = KINDS.index("PER") + 1


@dataclass(frozen=True, slots=True)
class Slice:
    """What a model said of a set in one style: counts of entities, and per word the gold kind and the hiding score."""

    right: int
    given: int
    wanted: int
    kinds: tuple[str, ...]
    scores: npt.NDArray[np.float64]

    @property
    def micro_f(self) -> float:
        """Exact-match F over all kinds, on raw text."""
        return 2 * self.right / max(1, self.given + self.wanted)

    def leak(self, threshold: float) -> float:
        """Share of person-name words left visible."""
        names = np.array([kind == "PER" for kind in self.kinds])
        return float((self.scores[names] <= threshold).mean()) if names.any() else 0.0

    def over_masking(self, threshold: float) -> float:
        """Share of words outside all entities that are hidden."""
        others = np.array([kind == "" for kind in self.kinds])
        return float((self.scores[others] > threshold).mean()) if others.any() else 0.0


def measure(nlp: Language, sentences: Sequence[Sentence], style: str, *, any_kind: bool = False) -> Slice:
    """Run the model over a set typed in a style of `copies.Manner`.

    A word scores its chance to belong to a person's name (a name of any kind if asked), plus 2 inside an entity.
    """
    shown = [restyled(sentence, style) for sentence in sentences]
    right = given = wanted = 0
    kinds: list[str] = []
    scores: list[float] = []
    for sentence, doc in zip(shown, nlp.pipe([each.text for each in shown], batch_size=128), strict=True):
        entities = sentence.entities()
        gold = {entity for entity in entities if entity[2] in KINDS}
        found = {(entity.start_char, entity.end_char, entity.label_) for entity in doc.ents}
        right, given, wanted = right + len(gold & found), given + len(found), wanted + len(gold)
        chances = doc.user_data[PROBABILITIES][:, : len(KINDS) if any_kind else _PEOPLE].sum(axis=1)
        chances = chances + 2.0 * (doc.user_data[BEST] > 0)
        for token, kind, chance in zip(doc, kinds_of_words(doc, entities)[0], chances, strict=True):
            if any(character.isalpha() for character in token.text):
                kinds.append(kind)
                scores.append(float(chance))
    return Slice(right, given, wanted, tuple(kinds), np.array(scores))


def joined(slices: Sequence[Slice]) -> Slice:
    """Several sets as one."""
    return Slice(
        sum(each.right for each in slices), sum(each.given for each in slices), sum(each.wanted for each in slices),
        tuple(kind for each in slices for kind in each.kinds), np.concatenate([each.scores for each in slices]),
    )  # fmt: skip


def lowest_threshold(slices: Sequence[Slice], most_over_masking: float) -> float:
    """The most cautious threshold (two decimals) that hides at most this share of other words; 1 if none does."""
    whole = joined(slices)
    fitting = (step / 100 for step in range(1, 100) if whole.over_masking(step / 100) <= most_over_masking)
    return next(fitting, 1.0)


def rows(nlp: Language, sets: Mapping[str, Sequence[Sentence]], thresholds: Mapping[str, float]) -> list[str]:
    """A Markdown table row per set and style: precision, recall, F, name words left visible, other words hidden."""
    lines = []
    for name, sentences in sets.items():
        for style, typed in STYLES.items():
            cut = measure(nlp, sentences, style)
            figures = (cut.right / max(1, cut.given), cut.right / max(1, cut.wanted), cut.micro_f)
            shares = (cut.leak(thresholds[typed]), cut.over_masking(thresholds[typed]))
            cells = [name, style, *(f"{figure:.3f}" for figure in figures), *(f"{share:.2%}" for share in shares)]
            lines.append(f"| {' | '.join(cells)} |")
    return lines
