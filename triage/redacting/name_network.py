"""The network of the name model: hashed features, a mix layer, convolutions over the words, a score for each label.

Lample et al. 2016 with convolutions in place of the recurrent layer; those look ever further (Strubell et al. 2017), so
that four of them see seventeen words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from spacy.strings import hash_string  # type: ignore[attr-defined]
from spacy.util import registry
from thinc.api import (
    HashEmbed,
    Linear,
    Maxout,
    Model,
    NumpyOps,
    Ragged,
    chain,
    concatenate,
    list2ragged,
    ragged2list,
    residual,
    with_array,
)

from triage.redacting.name_chain import LABELS
from triage.redacting.name_features import COLUMNS, name_features

ARCHITECTURE = "hotline.NameNetwork.v2"
STEPS = "steps"
"""Name of the reference to the layer that keeps the label chain's parameters, and of the parameter."""
_MIXING = np.array([hash_string(name) | 1 for name in COLUMNS], dtype=np.uint64)
"""Odd numbers that make one number of a row of hashes."""
_LEAST_SPREAD = 1e-8
"""What thinc adds to a variance before it divides by it."""
_OPS = NumpyOps(use_blis=False)
"""numpy's own matrix product is three times as fast on one core as the one thinc brings (98 to 29 GFLOP/s)."""


@registry.architectures(ARCHITECTURE)  # type: ignore[untyped-decorator]
def name_network(
    width: int, reach: list[int], rows: dict[str, int], widths: dict[str, int], seed: int
) -> Model[Any, Any]:
    """The network.

    `reach` has for each convolution how many words to the left and right it looks, `rows` and `widths` the table of
    each feature column; `seed` hides words in training.
    """
    tables: list[Model[Any, Any]] = [
        HashEmbed(nO=widths[name], nV=rows[name], column=place, seed=7 + place, dropout=0.0)
        for place, name in enumerate(COLUMNS)
    ]
    mixed = _maxout(width, sum(widths[name] for name in COLUMNS))
    embedded: Model[Any, Any] = with_array(_once_per_row(chain(concatenate(*tables), mixed)))
    convolutions: list[Model[Any, Any]] = [
        residual(chain(_neighbours(words), with_array(_maxout(width, 3 * width)))) for words in reach
    ]
    scored: Model[Any, Any] = with_array(Linear(nO=len(LABELS), nI=width))
    label_steps: Model[Any, Any] = Model(
        "label_steps",
        _unchanged,
        params={STEPS: cast("Any", np.zeros((len(LABELS), len(LABELS)), dtype="f"))},
    )
    model: Model[Any, Any] = chain(
        name_features(seed), list2ragged(), embedded, *convolutions, scored, ragged2list(), label_steps
    )
    model.set_ref(STEPS, label_steps)
    for layer in model.walk():
        layer.ops = _OPS
    return model


def weights_of(network: Model[Any, Any]) -> list[Any]:
    """All weights of a network as arrays, in an order that `give_weights` knows."""
    return [node.get_param(name) for node in _with_weights(network) for name in node.param_names]


def give_weights(network: Model[Any, Any], weights: Sequence[Any]) -> None:
    """Put weights into a network of the same sizes. Raises ValueError if they are not."""
    places = [(node, name) for node in _with_weights(network) for name in node.param_names]
    if [each.shape for each in weights] != [node.get_param(name).shape for node, name in places]:
        raise ValueError("the weights are of a network of other sizes")
    for (node, name), each in zip(places, weights, strict=True):
        node.set_param(name, each.copy())


def recast(network: Model[Any, Any], kind: str) -> None:
    """Turn all weights into numbers of a kind: `f2` to be kept (half the size), `f4` to be used."""
    give_weights(network, [each.astype(kind) for each in weights_of(network)])


def _with_weights(network: Model[Any, Any]) -> list[Model[Any, Any]]:
    return [node for node in network.walk(order="dfs_pre") if any(node.has_param(name) for name in node.param_names)]


def _maxout(width: int, wide: int) -> Model[Any, Any]:
    """thinc's Maxout of two pieces with its normalisation; in prediction the same sums, worked out in place."""
    layer: Model[Any, Any] = Maxout(width, wide, nP=2, dropout=0.0, normalize=True)

    def forward(model: Model[Any, Any], rows: Any, is_train: bool) -> tuple[Any, Any]:
        if is_train:
            return cast("tuple[Any, Any]", model.layers[0](rows, is_train))
        pieces, norm = _with_weights(model.layers[0])
        weights, bias = (cast("Any", pieces.get_param(name)).swapaxes(0, 1).reshape(2 * width, -1) for name in "Wb")
        both = rows @ weights.T
        both += bias.T
        larger = np.maximum(both[:, :width], both[:, width:])
        larger -= larger.mean(axis=1, keepdims=True)
        spread = np.einsum("ij,ij->i", larger, larger) / width + _LEAST_SPREAD
        larger *= (spread**-0.5)[:, None]
        larger *= norm.get_param("G")
        larger += norm.get_param("b")
        return larger, lambda _gradient: rows

    def init(model: Model[Any, Any], X: Any = None, Y: Any = None) -> None:  # noqa: ARG001, N803
        model.layers[0].initialize()

    return Model("maxout", forward, init=init, layers=[layer], dims={"nO": width, "nI": wide})


def _neighbours(step: int) -> Model[Ragged, Ragged]:
    """Each word's vector between those of the words `step` to its left and right in its text; zeros where none is."""

    def forward(model: Model[Ragged, Ragged], words: Ragged, is_train: bool) -> tuple[Ragged, Any]:  # noqa: ARG001
        vectors = cast("Any", words.dataXd)
        texts = np.repeat(np.arange(len(words.lengths)), cast("Any", words.lengths))
        apart = np.flatnonzero(texts[step:] != texts[:-step])
        width = vectors.shape[1]
        joined: Any = np.empty((len(vectors), 3 * width), dtype="f")
        joined[:, width : 2 * width] = vectors
        joined[step:, :width], joined[:step, :width], joined[apart + step, :width] = vectors[:-step], 0, 0
        joined[:-step, 2 * width :], joined[-step:, 2 * width :], joined[apart, 2 * width :] = vectors[step:], 0, 0

        def backward(change: Ragged) -> Ragged:
            left, summed, right = np.split(cast("Any", change.dataXd).copy(), 3, axis=1)
            left[apart + step], right[apart] = 0, 0
            summed[:-step] += left[step:]
            summed[step:] += right[:-step]
            return Ragged(cast("Any", np.ascontiguousarray(summed)), words.lengths)

        return Ragged(joined, words.lengths), backward

    return Model(f"neighbours_{step}", forward)


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
