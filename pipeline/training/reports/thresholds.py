"""Where a head speaks and where it leaves a doubt: as much found as wanted, as long as enough of it is right.

Each head is looked at alone. What `suspect` needs for the whole decision to hear enough, rules and all, is chosen after
that (`asked.py`).

A missed danger is the worst error and a missed suspicion the next, so these lean towards finding; a question,
advertising or a test is said only where it is nearly certain, because it makes a report wait.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.base import ESCALATION_REASONS
from classifiers.model import HEADS, Threshold
from pipeline.training.reports.examples import OPEN, YES

NEVER = 1.1
"""Above every probability: a head nothing is known of stays silent."""

LEAST_DOUBT = 0.5
"""A doubt is at least this share of what speaks: people cannot look first at everything."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Share of what is meant that shall be found, while at least `right` of what is said is right."""

    found: float
    right: float


SPEAK = {
    "suspect": Wish(0.98, 0.84), "seeks_material": Wish(0.95, 0.70), "seeks_help_for_self": Wish(0.95, 0.70),
    "question": Wish(1.0, 0.93), "spam": Wish(1.0, 0.93), "test": Wish(1.0, 0.93),
    "alarm": Wish(0.95, 0.70),
} | dict.fromkeys(ESCALATION_REASONS, Wish(0.90, 0.50))  # fmt: skip
DOUBT = {"suspect": Wish(0.98, 0.75)} | dict.fromkeys(HEADS[1:], Wish(0.97, 0.55))


def chosen(unseen: NDArray[np.float64], targets: NDArray[np.int8], measured: NDArray[np.bool_]) -> dict[str, Threshold]:
    """Thresholds per head from probabilities (texts, heads) of unseen texts; a doubt is never above speaking."""
    found = {}
    for head, name in enumerate(HEADS):
        known = measured & (targets[:, head] != OPEN)
        odds, meant = unseen[known, head], targets[known, head] == YES
        speak = least(odds, meant, SPEAK[name])
        doubt = max(least(odds, meant, DOUBT[name]), speak * LEAST_DOUBT)
        found[name] = Threshold(min(doubt, speak), speak)
    return found


def least(odds: NDArray[np.float64], meant: NDArray[np.bool_], wish: Wish) -> float:
    """The threshold that fulfils a wish: found first, but never so low that less than `wish.right` of it is right.

    It lies half way to the next lower probability. NEVER where nothing is meant, or everything, or nothing is right.
    """
    if not meant.any() or meant.all():
        return NEVER
    places = np.sort(odds[meant])
    wanted = float(places[int(np.floor((1 - wish.found) * len(places)))])
    order = np.argsort(-odds, kind="stable")
    share = np.cumsum(meant[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= wish.right)
    if not len(good):
        return NEVER
    speaks = max(wanted, float(odds[order][good[-1]]))
    below = odds[odds < speaks]
    return round((speaks + float(below.max(initial=0.0))) / 2, 6)
