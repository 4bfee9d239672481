"""Learns the heads, measures them on families of meaning none of them saw, calibrates them and sets their thresholds.

scikit-learn is imported here only. One logistic regression (liblinear, weights balanced by class) per head; scores of
texts held out with their whole family give the sigmoid (Platt 1999) and the thresholds; then each head learns from all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from classifiers.base import Said
from classifiers.features import FACTS, SPACE, facts, packed, spoken
from classifiers.features_kernels import matrix
from classifiers.model import HEADS, Threshold
from pipeline.training.reports.augment import COPIES, copies
from pipeline.training.reports.examples import OPEN, YES, Phrasing, as_said
from pipeline.training.reports.thresholds import chosen

FOLDS = 5
STRENGTH = 8.0
"""Inverse of regularisation (scikit-learn's C); 1 to 16 differ by .005 in average precision."""
LEAST_TEXTS = 2
"""A feature fewer invented texts share is not learned, nor one that real reports of fewer cases share: a rare word of
one case must not be found again in the weights."""
_ALIKE = 0.62
"""Cosine from which two texts count as one family (the same sentence in another spelling)."""
_BLOCK = 512
_UNBOUND, _SURELY = 1e3, 20.0
"""A sigmoid of two parameters needs no regularisation; where all texts agree, or scores mean nothing, there is none."""
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Learned:
    """What `classifiers.model` needs, and the scores it was measured by.

    `words` float32 (SPACE, heads), `facts` (len(FACTS), heads), the rest (heads,). `unseen` float64 (phrasings, heads):
    the probability each head gave to a text of a family it had not seen; `targets` int8 of the same shape.
    """

    words: NDArray[np.float32]
    facts: NDArray[np.float32]
    bias: Floats
    slope: Floats
    shift: Floats
    thresholds: dict[str, Threshold]
    unseen: Floats
    targets: NDArray[np.int8]
    families: Ints


def learn(
    phrasings: Sequence[Phrasing], measured: NDArray[np.bool_], seed: int, told: Told, times: int = COPIES
) -> Learned:
    """Learn every head; `measured` (one per phrasing): whose scores calibrate and set thresholds; `told` hears of it.

    A head that is never meant, or always, learns nothing and stays silent.
    """
    families = families_of(phrasings)
    made = copies(phrasings, families.tolist(), seed, times)
    rows, own = features([one.said for one in made]), features([as_said(one, one.category) for one in phrasings])
    targets = np.array([one.targets for one in phrasings])
    wanted, groups = np.array([one.targets for one in made]), np.array([one.family for one in made])
    kept = _learnable(rows, groups, np.repeat([one.said is not None for one in phrasings], times + 1))
    rows, own = rows[:, kept], own[:, kept]
    folds = _folds(families, seed)
    weights, bias = np.zeros((SPACE + len(FACTS), len(HEADS))), np.zeros(len(HEADS))
    slope, shift, unseen = np.zeros(len(HEADS)), np.zeros(len(HEADS)), np.zeros(targets.shape)
    for head, name in enumerate(HEADS):
        told(f"{name}: {int((targets[:, head] == YES).sum())} of {len(phrasings)} texts")
        drawn = np.zeros(len(phrasings))
        for fold in range(FOLDS):
            mine = np.flatnonzero(folds[families] == fold)
            coefficients, intercept = _regression(rows, wanted[:, head], folds[groups] != fold, seed)
            drawn[mine] = own[mine] @ coefficients + intercept
        known = measured & (targets[:, head] != OPEN)
        slope[head], shift[head] = _sigmoid(drawn[known], targets[known, head])
        unseen[:, head] = _crossed(drawn, targets[:, head], known, folds[families])
        weights[kept, head], bias[head] = _regression(rows, wanted[:, head], np.ones(len(made), bool), seed)
    return Learned(
        weights[:SPACE].astype(np.float32), weights[SPACE:].astype(np.float32), bias, slope, shift,
        chosen(unseen, targets, measured), unseen, targets, families,
    )  # fmt: skip


def features(said: Sequence[Said]) -> Any:
    """Words and facts as one sparse matrix (n, SPACE + len(FACTS))."""
    starts, columns, values = matrix(*packed([spoken(one) for one in said]), SPACE)
    words = sp.csr_matrix((values, columns, starts), shape=(len(said), SPACE))
    return sp.hstack([words, sp.csr_matrix(facts(said))]).tocsr()


def families_of(phrasings: Sequence[Phrasing]) -> Ints:
    """A family number per text: those of one written family, and texts so alike that one gives the other away."""
    words = features([Said(description=one.text) for one in phrasings])[:, :SPACE]
    names: dict[str, int] = {}
    count = len(phrasings)
    named = [count + names.setdefault(one.family, len(names)) for one in phrasings]
    left, right = [np.arange(count)], [np.array(named, np.int64)]
    for first in range(0, count, _BLOCK):
        alike = (words[first : first + _BLOCK] @ words.T).tocoo()
        near = alike.data >= _ALIKE
        left.append(alike.row[near] + first)
        right.append(alike.col[near])
    edges = (np.concatenate(left), np.concatenate(right))
    size = count + len(names)
    graph = sp.coo_matrix((np.ones(len(edges[0])), edges), shape=(size, size))
    found: Ints = sp.csgraph.connected_components(graph, directed=False)[1][:count].astype(np.int64)
    return found


def _learnable(rows: Any, groups: Ints, real: NDArray[np.bool_]) -> Ints:
    """Columns shared by enough invented texts, or by enough families of all."""
    size = rows.shape[1]
    texts = np.bincount(rows[np.flatnonzero(~real)].indices, minlength=size)
    families = np.repeat(groups, np.diff(rows.indptr)) * size + rows.indices
    shared = np.bincount(np.unique(families) % size, minlength=size)
    return np.flatnonzero((texts >= LEAST_TEXTS) | (shared >= LEAST_TEXTS))


def _folds(families: Ints, seed: int) -> Ints:
    """The fold of each family number, largest families first into the smallest fold, ties by chance."""
    sizes = np.bincount(families)
    order = np.argsort(-sizes + np.random.default_rng(seed).random(len(sizes)) / 2, kind="stable")
    filled, folds = np.zeros(FOLDS, np.int64), np.zeros(len(sizes), np.int64)
    for family in order:
        folds[family] = int(np.argmin(filled))
        filled[folds[family]] += sizes[family]
    return folds


def _regression(rows: Any, wanted: NDArray[np.int8], used: NDArray[np.bool_], seed: int) -> tuple[Floats, float]:
    """Coefficients per column and the intercept; zeros where there is nothing to tell apart."""
    from sklearn.linear_model import LogisticRegression

    places = np.flatnonzero(used & (wanted != OPEN))
    if len(np.unique(wanted[places])) < 2:
        return np.zeros(rows.shape[1]), 0.0
    model = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear", random_state=seed)
    model.fit(rows[places], wanted[places])
    return model.coef_[0], float(model.intercept_[0])


def _sigmoid(drawn: Floats, targets: NDArray[np.int8]) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    if len(np.unique(targets)) < 2:
        return 0.0, -_SURELY
    model = LogisticRegression(C=_UNBOUND).fit(drawn[:, None], targets)
    slope = float(model.coef_[0, 0])
    return (slope, float(model.intercept_[0])) if slope > 0 else (0.0, -_SURELY)


def _crossed(drawn: Floats, targets: NDArray[np.int8], known: NDArray[np.bool_], folds: Ints) -> Floats:
    """Probabilities whose sigmoid, too, comes from the other folds: what the figures are measured by."""
    found = np.zeros(len(drawn))
    for fold in range(FOLDS):
        others = known & (folds != fold)
        slope, shift = _sigmoid(drawn[others], targets[others])
        mine = folds == fold
        found[mine] = 1 / (1 + np.exp(-(slope * drawn[mine] + shift)))
    return found
