"""What a model's card says: how the whole decision (rules and model together) and each head fare on unseen families.

Every figure is measured on invented texts; none of them is a promise about real reports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.model import HEADS, Threshold
from pipeline.scoring import bins, calibration_error, escalated, macro_f, precision, recall, share
from pipeline.training.reports.examples import OPEN, YES, Phrasing
from pipeline.training.reports.learn import Learned
from pipeline.training.reports.unseen import Unseen
from triage.verdict import ESCALATIONS, Label, Verdict

_SUSPECT, _AT = "suspect", (0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
"""What another threshold of `suspect` would give."""
CASES = "cases"
"""Source of a hotline's own decided cases."""
Odds = NDArray[np.float64]


def figures(learned: Learned, measured: NDArray[np.bool_], unseen: Unseen) -> dict[str, Any]:
    """All figures: per head, calibration, and the decision with and without the model on the `measured` texts, which
    are those of `unseen`."""
    kept, together, chosen = unseen.phrasings, unseen.decided, learned.thresholds
    verdicts = together(chosen)
    return {
        "texts": len(measured), "measured": len(kept), "families": int(learned.families.max()) + 1,
        "heads": {name: _head(learned, measured, place) for place, name in enumerate(HEADS)},
        "calibration": calibration(*_known(learned, measured, 0)),
        "rules_alone": decision(kept, unseen.by_rules()),
        "together": decision(kept, verdicts),
        "at": {
            f"{speak:.1f}": decision(kept, together(chosen | {_SUSPECT: Threshold(min(_AT), speak)}))
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
