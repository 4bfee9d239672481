"""How right verdicts are: shares, F1 and calibration, counted one way for the evaluation and for a model's card.

*Expected calibration error*: the mean gap between stated and observed share over ten bins of equal width, weighted by
their size (Naeini and others 2015). A figure is None where there is nothing to count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from triage.verdict import Escalation

BINS = 10
Pair = tuple[str, str]
"""A label as meant and as given."""


class Escalated(NamedTuple):
    """Shares of escalations: given that were due, due that got any, due that got their own kind or a graver one."""

    precision: float | None
    recall: float | None
    as_grave: float | None


class Bin(NamedTuple):
    """What was stated between `number` and `number + 1` of BINS: mean of it, share that was so, how many."""

    number: int
    mean: float
    observed: float
    size: int


def share(answers: Iterable[bool]) -> float | None:
    """The share of yes."""
    given = list(answers)
    return sum(given) / len(given) if given else None


def recall(pairs: Iterable[Pair], label: str) -> float | None:
    """Of those meant so, the share that was given so."""
    return share(given == label for meant, given in pairs if meant == label)


def precision(pairs: Iterable[Pair], label: str) -> float | None:
    """Of those given so, the share that was meant so."""
    return share(meant == label for meant, given in pairs if given == label)


def macro_f(pairs: Sequence[Pair], labels: Iterable[str] | None = None) -> float | None:
    """Mean F1 over `labels`, each of which must occur; None: over all that were meant or given."""
    scores = []
    for label in labels if labels is not None else sorted({label for pair in pairs for label in pair}):
        both = sum(meant == given == label for meant, given in pairs)
        either = sum(meant == label for meant, _ in pairs) + sum(given == label for _, given in pairs)
        scores.append(2 * both / either)
    return sum(scores) / len(scores) if scores else None


def escalated(pairs: Iterable[tuple[Escalation, Escalation]]) -> Escalated:
    """Of pairs of what was due and what was given."""
    known = list(pairs)
    dangers = [(due, given) for due, given in known if due]
    return Escalated(
        share(bool(due) for due, given in known if given),
        share(bool(given) for _, given in dangers),
        share(given >= due for due, given in dangers),
    )


def bins(stated: Sequence[tuple[float, bool]]) -> list[Bin]:
    """The bins that hold anything; of pairs of a probability (0 to 1) and whether it was so."""
    found = []
    for number in range(BINS):
        inside = [(given, so) for given, so in stated if min(int(given * BINS), BINS - 1) == number]
        if inside:
            size = len(inside)
            mean, observed = sum(given for given, _ in inside) / size, sum(so for _, so in inside) / size
            found.append(Bin(number, mean, observed, size))
    return found


def calibration_error(found: Sequence[Bin]) -> float:
    """The expected calibration error over bins."""
    total = sum(one.size for one in found)
    return sum(abs(one.mean - one.observed) * one.size / total for one in found)
