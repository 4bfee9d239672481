"""A linear-chain conditional random field over the labels of a text's words, in numpy, for a batch at once.

It gives two things the redactor needs from one pass: the most likely labelling (Viterbi) and, for each word, the
probability of each label over *all* labellings (forward-backward), which a cautious threshold can be set on.
Algorithm: Lafferty, McCallum, Pereira 2001; scaled forward-backward as in Rabiner 1989.
Labels are BILUO (begin, inside, last of several words; unit; outside); impossible neighbours have weight 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

KINDS = ("PER", "LOC", "ORG")
PROBABILITIES, BEST = "hotline_name_probabilities", "hotline_name_labels"
"""Where in `doc.user_data` the component leaves what it computed for the layer."""
OTHER = "OTH"
"""Names of works, products, laws, events: learned, so that they are not taken for ours, and never told."""
LABELS = ("O", *(f"{mark}-{kind}" for kind in (*KINDS, OTHER) for mark in "BILU"))
Floats = npt.NDArray[np.float32]
_Doubles = npt.NDArray[np.float64]


def _may_follow(left: str, right: str) -> bool:
    inside = left[0] in "BI"
    return (right[0] in "IL" and right[1:] == left[1:]) if inside else right[0] in "OBU"


ALLOWED = np.array([[_may_follow(left, right) for right in LABELS] for left in LABELS])
STARTS = np.array([label[0] in "OBU" for label in LABELS])
ENDS = np.array([label[0] in "OLU" for label in LABELS])


def pad(scores: Sequence[Floats]) -> tuple[_Doubles, npt.NDArray[np.bool_]]:
    """Scores of texts (words, labels) as one array (texts, longest, labels) and which of its words exist."""
    lengths = np.array([len(each) for each in scores])
    padded = np.zeros((len(scores), max(1, int(lengths.max(initial=1))), len(LABELS)))
    for row, each in zip(padded, scores, strict=True):
        row[: len(each)] = each
    return padded, np.arange(padded.shape[1])[None, :] < lengths[:, None]


def marginals(scores: Sequence[Floats], transitions: Floats) -> tuple[list[_Doubles], _Doubles]:
    """Probability of each label for each word, and the expected number of each transition over the whole batch."""
    padded, real = pad(scores)
    weights = np.exp(padded - padded.max(axis=2, keepdims=True))
    steps = np.exp(transitions.astype(np.float64)) * ALLOWED
    forward, backward, scale = np.zeros_like(weights), np.ones_like(weights), np.ones(real.shape)
    last = np.maximum(real.sum(axis=1) - 1, 0)
    for place in range(weights.shape[1]):
        reached = STARTS if place == 0 else forward[:, place - 1] @ steps
        current = reached * weights[:, place] * np.where((last == place)[:, None], ENDS, 1.0)
        total = current.sum(axis=1)
        scale[:, place] = np.where(real[:, place], total, 1.0)
        forward[:, place] = current / np.where(total > 0, total, 1.0)[:, None]
    closing = np.where((np.arange(weights.shape[1]) == last[:, None])[:, :, None], ENDS, 1.0)
    seen = weights * closing / scale[:, :, None]
    for place in range(weights.shape[1] - 2, -1, -1):
        follows = real[:, place + 1][:, None]
        backward[:, place] = np.where(follows, (seen[:, place + 1] * backward[:, place + 1]) @ steps.T, 1.0)
    both = forward * backward
    pairs = real[:, 1:, None]
    counts = np.einsum("tpi,tpj->ij", forward[:, :-1] * pairs, (seen * backward)[:, 1:] * pairs) * steps
    return [row[:length] for row, length in zip(both, last + 1, strict=True)], counts


def best_labels(scores: Sequence[Floats], transitions: Floats) -> list[npt.NDArray[np.int64]]:
    """The most likely allowed labelling of each text, as positions in LABELS."""
    padded, real = pad(scores)
    steps = np.where(ALLOWED, transitions, -np.inf)
    last = real.sum(axis=1) - 1
    padded = padded + np.where((np.arange(padded.shape[1]) == last[:, None])[:, :, None] & ~ENDS, -np.inf, 0.0)
    best = np.where(STARTS, padded[:, 0], -np.inf)
    came = np.zeros(padded.shape, dtype=np.int64)
    for place in range(1, padded.shape[1]):
        through = best[:, :, None] + steps[None]
        came[:, place] = through.argmax(axis=1)
        further = through.max(axis=1) + padded[:, place]
        best = np.where(real[:, place][:, None], further, best)
    return [_walk_back(best[row].argmax(), came[row, : last[row] + 1]) for row in range(len(scores))]


def gradients(
    scores: Sequence[Floats], gold: Sequence[npt.NDArray[np.int64]], transitions: Floats
) -> tuple[list[Any], Any]:
    """Gradient of the negative log-likelihood of the gold labels: per word score, and of the transitions."""
    expected, counts = marginals(scores, transitions)
    for row, labels in zip(expected, gold, strict=True):
        row[np.arange(len(labels)), labels] -= 1.0
        np.subtract.at(counts, (labels[:-1], labels[1:]), 1.0)
    return [row.astype(np.float32) for row in expected], counts.astype(np.float32)


def _walk_back(label: np.intp, came: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    path = np.zeros(len(came), dtype=np.int64)
    for place in range(len(came) - 1, -1, -1):
        path[place] = label
        label = came[place, label]
    return path
