"""What is asked of the whole decision, and from where `suspect` must speak so that it is met.

Asked: of the suspects among the development phrasings, each judged by a model that saw none of its family, 98 % are
found, and of what is called a suspect there 85 % is right. The threshold a head gets by its own figures
(`thresholds.py`) does not know what rules find or hold back; where it leaves too many unheard, the highest lower one
that meets the wish is taken, so that no more is suspected than need be. A doubt stays where it was.

Limit: the figure a threshold was chosen by is no measure of it any more. What it is worth on other texts is said by the
frozen and the held-out set, which have no part in the choice.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from classifiers.model import HEADS, Threshold
from pipeline.scoring import precision, recall
from pipeline.training.reports.examples import Phrasing
from pipeline.training.reports.thresholds import Wish
from pipeline.training.reports.unseen import Unseen
from triage.verdict import Label, Verdict

DEVELOPMENT = "dev"
"""Source of the phrasings it is asked of."""
ASKED = Wish(0.98, 0.85)
_SUSPECT = "suspect"
_LABEL = str(Label.CSAM_SUSPECT)


def lowered(unseen: Unseen, chosen: dict[str, Threshold], asked: Wish = ASKED) -> dict[str, Threshold]:
    """The thresholds, `suspect`'s as low as is needed; as they were where that is not at all, or does not help."""
    ours, first = unseen.where(lambda one: one.source == DEVELOPMENT), chosen[_SUSPECT]
    meant = np.array([one.label == _LABEL for one in ours.phrasings], bool)
    given = ours.decided(chosen)
    if not meant.any() or _measured(ours.phrasings, given)[0] >= asked.found:
        return chosen
    odds = ours.odds(HEADS.index(_SUSPECT))
    missed = meant & np.array([verdict.label is not Label.CSAM_SUSPECT for verdict in given], bool)
    for place in sorted({float(one) for one in odds[missed] if one < first.speak}, reverse=True):
        speak = round((place + float(odds[odds < place].max(initial=0.0))) / 2, 6)
        lower = chosen | {_SUSPECT: Threshold(min(first.doubt, speak), speak)}
        found, right = _measured(ours.phrasings, ours.decided(lower))
        if right < asked.right:
            break
        if found >= asked.found:
            return lower
    return chosen


def _measured(meant: Sequence[Phrasing], given: Sequence[Verdict]) -> tuple[float, float]:
    """Suspects found, and how many of those named are suspects; nothing named is all right."""
    labels = [(one.label, str(verdict.label)) for one, verdict in zip(meant, given, strict=True)]
    right = precision(labels, _LABEL)
    return recall(labels, _LABEL) or 0.0, 1.0 if right is None else right
