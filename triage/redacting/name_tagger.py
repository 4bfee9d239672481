"""The spaCy component `hotline_names`: the network of `name_network.py` and the label chain of `name_chain.py`.

Sets `doc.ents` to the most likely entities, `doc.user_data[BEST]` to their labels by word (positions in LABELS) and
`doc.user_data[PROBABILITIES]` to an array (words, kinds): the probability that a word belongs to a name of each kind,
on which the redactor may set a cautious threshold.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from spacy.language import Language
from spacy.pipeline import TrainablePipe
from spacy.tokens import Doc, Span
from thinc.api import Model

from triage.redacting.name_chain import BEST, KINDS, LABELS, PROBABILITIES, best_labels, marginals
from triage.redacting.name_network import STEPS, recast

if TYPE_CHECKING:
    from pathlib import Path

FACTORY = "hotline_names"
_MARKS = 4
_TOLD = 1 + _MARKS * len(KINDS)
"""Labels before this one are told; those of OTHER entities, which stand behind, count as outside."""
_MOST_WORDS_PADDED = 8_000


@Language.factory(FACTORY, assigns=["doc.ents"])
def make_name_tagger(nlp: Language, name: str, model: Model[Any, Any]) -> NameTagger:
    """What spaCy calls for `nlp.add_pipe("hotline_names")` and when it loads the shipped folder."""
    return NameTagger(nlp.vocab, model, name)


class NameTagger(TrainablePipe):  # type: ignore[misc]
    """Entities and name probabilities of texts; trained by `pipeline.training.names`."""

    def predict(self, docs: Iterable[Doc]) -> list[tuple[Any, Any]]:
        """For each text the best label of each word and the probability of each kind for each word."""
        docs = list(docs)
        answers = [(np.zeros(0, dtype=np.int64), np.zeros((0, len(KINDS)), dtype="f"))] * len(docs)
        by_length = sorted((place for place, doc in enumerate(docs) if len(doc)), key=lambda place: len(docs[place]))
        for places in _groups(by_length, docs):
            scores = self.model.predict([docs[place] for place in places])
            for place, answer in zip(places, self._labelled(scores), strict=True):
                answers[place] = answer
        return answers

    def set_annotations(self, docs: Iterable[Doc], scores: Sequence[tuple[Any, Any]]) -> None:
        """Write entities and probabilities into the texts."""
        for doc, (labels, probabilities) in zip(docs, scores, strict=True):
            doc.user_data[PROBABILITIES], doc.user_data[BEST] = probabilities, labels
            doc.set_ents(_entities(doc, labels))

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> NameTagger:
        """Read the component; its weights, kept as numbers of two bytes, are used as numbers of four."""
        super().from_disk(path, exclude=exclude)
        recast(self.model, "f4")
        return self

    def _labelled(self, scores: list[Any]) -> list[tuple[Any, Any]]:
        steps = self.model.get_ref(STEPS).get_param(STEPS)
        chances, _ = marginals(scores, steps)
        kinds = [row[:, 1:_TOLD].reshape(len(row), len(KINDS), _MARKS).sum(axis=2).astype("f") for row in chances]
        best = [np.where(row < _TOLD, row, 0) for row in best_labels(scores, steps)]
        return list(zip(best, kinds, strict=True))


def _groups(places: Sequence[int], docs: Sequence[Doc]) -> Iterable[list[int]]:
    """Texts of like length together, so that one very long text does not make the padding of all others long."""
    group: list[int] = []
    for place in places:
        if group and (len(group) + 1) * len(docs[place]) > _MOST_WORDS_PADDED:
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _entities(doc: Doc, labels: Sequence[int]) -> list[Span]:
    found, start = [], 0
    for place in np.flatnonzero(labels).tolist():
        label = LABELS[labels[place]]
        if label[0] in "BU":
            start = place
        if label[0] in "LU":
            found.append(Span(doc, start, place + 1, label=label[2:]))
    return found
