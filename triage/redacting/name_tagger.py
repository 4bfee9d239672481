"""The spaCy component `hotline_names` and its network: hashed features, a window encoder, a label chain.

Sets `doc.ents` to the most likely entities, `doc.user_data[BEST]` to their labels by word (positions in LABELS) and
`doc.user_data[PROBABILITIES]` to an array (words, kinds): the probability that a word belongs to a name of each kind,
on which the redactor may set a cautious threshold.
Network: Lample et al. 2016 with spaCy's convolutions (MaxoutWindowEncoder) in place of the recurrent layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import numpy as np
from spacy.language import Language
from spacy.ml.models.tok2vec import MaxoutWindowEncoder
from spacy.pipeline import TrainablePipe
from spacy.strings import hash_string  # type: ignore[attr-defined]
from spacy.tokens import Doc, Span
from spacy.util import registry
from thinc.api import (
    HashEmbed,
    Linear,
    Maxout,
    Model,
    NumpyOps,
    chain,
    concatenate,
    list2ragged,
    ragged2list,
    with_array,
)

from triage.redacting.name_chain import BEST, KINDS, LABELS, PROBABILITIES, best_labels, marginals
from triage.redacting.name_features import COLUMNS, name_features

FACTORY, ARCHITECTURE = "hotline_names", "hotline.NameNetwork.v1"
_MARKS = 4
_TOLD = 1 + _MARKS * len(KINDS)
"""Labels before this one are told; those of OTHER entities, which stand behind, count as outside."""
_MOST_WORDS_PADDED = 8_000
_MIXING = np.array([hash_string(name) | 1 for name in COLUMNS], dtype=np.uint64)
"""Odd numbers that make one number of a row of hashes."""
_OPS = NumpyOps(use_blis=False)
"""numpy's own matrix product is three times as fast on one core as the one thinc brings (98 to 29 GFLOP/s)."""


@registry.architectures(ARCHITECTURE)  # type: ignore[untyped-decorator]
def name_network(width: int, depth: int, rows: dict[str, int], widths: dict[str, int], seed: int) -> Model[Any, Any]:
    """The network. `rows` and `widths` give the table of each feature column; `seed` hides words in training."""
    tables: list[Model[Any, Any]] = [
        HashEmbed(nO=widths[name], nV=rows[name], column=place, seed=7 + place, dropout=0.0)
        for place, name in enumerate(COLUMNS)
    ]
    mixed = Maxout(nO=width, nI=sum(widths[name] for name in COLUMNS), nP=2, dropout=0.0, normalize=True)
    embedded: Model[Any, Any] = with_array(_once_per_row(chain(concatenate(*tables), mixed)))
    embed: Model[Any, Any] = chain(name_features(seed), list2ragged(), embedded, ragged2list())
    encode = MaxoutWindowEncoder(width=width, window_size=1, maxout_pieces=2, depth=depth)
    scored: Model[Any, Any] = with_array(Linear(nO=len(LABELS), nI=width))
    steps: Model[Any, Any] = Model(
        "label_steps",
        _unchanged,
        params={"steps": cast("Any", np.zeros((len(LABELS), len(LABELS)), dtype="f"))},
    )
    model: Model[Any, Any] = chain(embed, encode, scored, steps)
    model.set_ref("steps", steps)
    for layer in model.walk():
        layer.ops = _OPS
    return model


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

    def _labelled(self, scores: list[Any]) -> list[tuple[Any, Any]]:
        steps = self.model.get_ref("steps").get_param("steps")
        chances, _ = marginals(scores, steps)
        kinds = [row[:, 1:_TOLD].reshape(len(row), len(KINDS), _MARKS).sum(axis=2).astype("f") for row in chances]
        best = [np.where(row < _TOLD, row, 0) for row in best_labels(scores, steps)]
        return list(zip(best, kinds, strict=True))


def _once_per_row(layer: Model[Any, Any]) -> Model[Any, Any]:
    """The layer, but in prediction equal rows (`je`, a comma) are worked out once, which spares about half of them."""

    def forward(model: Model[Any, Any], rows: Any, is_train: bool) -> tuple[Any, Any]:
        if is_train:
            return cast("tuple[Any, Any]", model.layers[0](rows, is_train))
        _, first, back = np.unique(rows @ _MIXING, return_index=True, return_inverse=True)
        return model.layers[0].predict(rows[first])[back], lambda _gradient: rows

    def init(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: ARG001, N803
        model.layers[0].initialize()

    return Model("once_per_row", forward, init=init, layers=[layer])


def _unchanged(model: Model[Any, Any], scores: Any, is_train: bool) -> tuple[Any, Any]:  # noqa: ARG001
    """The chain's parameters live in a layer of their own; `name_chain` uses them, the scores pass."""
    return scores, lambda gradient: gradient


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
