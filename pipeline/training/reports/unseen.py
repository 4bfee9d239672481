"""The whole decision on texts whose family the model had not seen: rules, and the probabilities of the training."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from classifiers.base import Classifier, Said
from classifiers.decide import Decider
from classifiers.model import HEADS, Model, Threshold, Trained
from pipeline.training.reports.examples import Phrasing, as_said
from pipeline.training.reports.learn import Learned
from triage.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Foretold(Trained):
    """A trained model that answers with the probabilities it gave while a text's family was held out."""

    held_out: Mapping[Said, Sequence[float]] | None = None

    def probabilities(self, said: Sequence[Said], texts: tuple[Any, Any]) -> NDArray[np.float32]:
        """The stored row of each report.

        Nothing for a sentence judged apart from one, which was not measured: beside a question words alone are no alarm
        (`classifiers/decide.py`), so what rules hear in it decides.
        """
        del texts
        held_out, unmeasured = self.held_out or {}, [0.0] * len(HEADS)
        return np.array([held_out.get(one, unmeasured) for one in said], np.float32)

    def gravest(self, said: Sequence[Said], texts: tuple[Any, Any]) -> NDArray[np.float32]:
        """The stored row as well: what a text's words alone would have told was not measured."""
        return self.probabilities(said, texts)


@dataclass(frozen=True, slots=True)
class Unseen:
    """Phrasings with a label, as reports, and the model that foretells each; `opinions`: the rules beside it."""

    phrasings: Sequence[Phrasing]
    said: Sequence[Said]
    foretold: Foretold
    opinions: Sequence[Classifier]

    @classmethod
    def of(
        cls, phrasings: Sequence[Phrasing], learned: Learned, measured: NDArray[np.bool_], trained: Trained,
        opinions: Sequence[Classifier],
    ) -> Self:  # fmt: skip
        """Those of `phrasings` that are `measured` and have a label."""
        shown = [place for place in np.flatnonzero(measured).tolist() if phrasings[place].label]
        said = [as_said(phrasings[place], phrasings[place].category) for place in shown]
        held_out = {one: learned.unseen[place].tolist() for one, place in zip(said, shown, strict=True)}
        parts = {name: getattr(trained, name) for name in Trained.__dataclass_fields__}
        return cls([phrasings[place] for place in shown], said, Foretold(**parts, held_out=held_out), opinions)

    def where(self, wanted: Callable[[Phrasing], bool]) -> Self:
        """Some of them."""
        kept = [place for place, one in enumerate(self.phrasings) if wanted(one)]
        return replace(
            self, phrasings=[self.phrasings[place] for place in kept], said=[self.said[place] for place in kept]
        )

    def decided(self, thresholds: Mapping[str, Threshold]) -> list[Verdict]:
        """The verdict on each, were these the thresholds."""
        told = replace(self.foretold, thresholds=thresholds)
        return Decider([*self.opinions, Model(told)]).decide_all(self.said)

    def by_rules(self) -> list[Verdict]:
        """The verdict of rules alone on each."""
        return Decider(self.opinions).decide_all(self.said)

    def odds(self, head: int) -> NDArray[np.float32]:
        """What the model foretold of each for one of HEADS."""
        return self.foretold.probabilities(self.said, (None, None))[:, head]
