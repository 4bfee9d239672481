"""What a model's card says: how the whole decision (rules and model together) and each head fare on unseen families.

Every figure is measured on invented texts; none of them is a promise about real reports.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.base import Said
from classifiers.decide import Decider
from classifiers.model import HEADS, Model, Threshold, Trained
from pipeline.scoring import ESCALATIONS, bins, calibration_error, escalated, macro_f, precision, recall, share
from pipeline.training.reports.examples import OPEN, YES, Phrasing, as_said
from pipeline.training.reports.learn import Learned
from triage.verdict import Label, Verdict

_SUSPECT, _AT = "suspect", (0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
"""What another threshold of `suspect` would give."""
CASES = "cases"
"""Source of a hotline's own decided cases."""
Odds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Foretold(Trained):
    """A trained model that answers with the probabilities it gave while a text's family was held out."""

    held_out: Mapping[Said, Sequence[float]] | None = None

    def probabilities(self, said: Sequence[Said], texts: tuple[Any, Any]) -> NDArray[np.float32]:
        """The stored row of each report; raises KeyError on one that was not measured."""
        del texts
        held_out = self.held_out or {}
        return np.array([held_out[one] for one in said], np.float32)


def figures(
    phrasings: Sequence[Phrasing], learned: Learned, measured: NDArray[np.bool_], trained: Trained, rules: Decider,
    opinions: Sequence[Any],
) -> dict[str, Any]:  # fmt: skip
    """All figures: per head, calibration, and the decision with and without the model. `opinions`: the classifiers
    beside the model, to decide with."""
    shown = [place for place in np.flatnonzero(measured).tolist() if phrasings[place].label]
    said = [as_said(phrasings[place], phrasings[place].category) for place in shown]
    held_out = {one: learned.unseen[place].tolist() for one, place in zip(said, shown, strict=True)}
    parts = {name: getattr(trained, name) for name in Trained.__dataclass_fields__}

    def together(thresholds: Mapping[str, Threshold]) -> list[Verdict]:
        told = Foretold(**(parts | {"thresholds": thresholds}), held_out=held_out)
        return Decider([*opinions, Model(told)]).decide_all(said)

    kept = [phrasings[place] for place in shown]
    verdicts = together(trained.thresholds)
    return {
        "texts": len(phrasings), "measured": len(shown), "families": int(learned.families.max()) + 1,
        "heads": {name: _head(learned, measured, place) for place, name in enumerate(HEADS)},
        "calibration": calibration(*_known(learned, measured, 0)),
        "rules_alone": decision(kept, rules.decide_all(said)),
        "together": decision(kept, verdicts),
        "at": {
            f"{speak:.1f}": decision(kept, together(dict(trained.thresholds) | {_SUSPECT: Threshold(min(_AT), speak)}))
            for speak in _AT
        },
        "by_language": _by(kept, verdicts, lambda one: f"{one.language} {one.script}"),
        "by_source": _by(kept, verdicts, lambda one: one.source),
    }  # fmt: skip


def decision(meant: Sequence[Phrasing], given: Sequence[Verdict]) -> dict[str, float]:
    """Suspects found and right, F1 over the three labels, escalations found (at least as grave as meant) and right.

    Of real cases nobody wrote down whether a child was in danger: escalations are measured on the other texts.
    """
    both = list(zip(meant, given, strict=True))
    labels = [(one.label, str(verdict.label)) for one, verdict in both]
    alarms = escalated((ESCALATIONS[one.escalate], verdict.escalate) for one, verdict in both if one.source != CASES)
    occurring = {one.label for one in meant}
    suspect = str(Label.CSAM_SUSPECT)
    doubted = [one.to_person and one.label is not Label.CSAM_SUSPECT and not one.escalate for one in given]
    return {"texts": len(meant)} | {
        name: round(figure or 0.0, 3)
        for name, figure in (
            ("suspect_recall", recall(labels, suspect)), ("suspect_precision", precision(labels, suspect)),
            ("macro_f1", macro_f(labels, [str(one) for one in Label if str(one) in occurring])),
            ("escalate_recall", alarms.recall), ("escalate_recall_as_grave", alarms.as_grave),
            ("escalate_precision", alarms.precision), ("only_a_doubt", share(doubted)),
        )
    }  # fmt: skip


def calibration(odds: Odds, meant: NDArray[np.bool_]) -> dict[str, Any]:
    """Expected calibration error, and the bins: mean probability, share that was meant, texts."""
    found = bins(list(zip(odds.tolist(), meant.tolist(), strict=True)))
    shown = [one._replace(mean=round(one.mean, 3), observed=round(one.observed, 3)) for one in found]
    rows = [(one.mean, one.observed, one.size) for one in shown]
    return {"expected_calibration_error": round(calibration_error(shown), 4), "bins": rows}


def as_percent(share: float | None) -> str:
    """For people; `-` where there was nothing to measure."""
    return "-" if share is None or np.isnan(share) else f"{100 * share:.1f} %"


def _by(
    meant: Sequence[Phrasing], given: Sequence[Verdict], group: Callable[[Phrasing], str]
) -> dict[str, dict[str, float]]:
    places: dict[str, list[int]] = {}
    for place, one in enumerate(meant):
        places.setdefault(group(one), []).append(place)
    return {
        name: decision([meant[place] for place in some], [given[place] for place in some])
        for name, some in sorted(places.items())
    }


def _head(learned: Learned, measured: NDArray[np.bool_], head: int) -> dict[str, Any]:
    odds, meant = _known(learned, measured, head)
    threshold = learned.thresholds[HEADS[head]]
    return {
        "meant": int(meant.sum()), "of": len(meant), "average_precision": _average_precision(odds, meant),
        "speak": threshold.speak, "recall": _share(odds >= threshold.speak, meant),
        "precision": _share(meant, odds >= threshold.speak), "doubt": threshold.doubt,
        "recall_with_doubt": _share(odds >= threshold.doubt, meant),
    }  # fmt: skip


def _known(learned: Learned, measured: NDArray[np.bool_], head: int) -> tuple[Odds, NDArray[np.bool_]]:
    known = measured & (learned.targets[:, head] != OPEN)
    return learned.unseen[known, head], learned.targets[known, head] == YES


def _average_precision(odds: Odds, meant: NDArray[np.bool_]) -> float:
    right = meant[np.argsort(-odds, kind="stable")]
    if not right.any():
        return 0.0
    share = np.cumsum(right) / np.arange(1, len(right) + 1)
    return round(float(share[right].mean()), 3)


def _share(found: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
    return round(float(found[among].mean()), 3) if among.any() else 0.0
