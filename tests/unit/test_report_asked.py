"""What is asked of the whole decision chooses from where `suspect` speaks: no lower than need be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from classifiers.base import Said
from classifiers.locators import Locators
from classifiers.model import HEADS, Threshold
from classifiers.phrases import Phrases
from pipeline.bootstrap import rule_texts
from pipeline.training.reports.asked import lowered
from pipeline.training.reports.examples import Phrasing
from pipeline.training.reports.thresholds import NEVER, Wish
from pipeline.training.reports.unseen import Foretold, Unseen
from triage.verdict import Label

URL = frozenset({"url"})
ALONE = dict.fromkeys(HEADS, Threshold(NEVER, NEVER)) | {"suspect": Threshold(0.25, 0.7)}
"""What the heads would do by their own figures."""
MEANT = (0.9, 0.8, 0.6, 0.4, 0.2)
OTHERS = (0.5, 0.3, 0.1)
"""What the model foretold of five suspects, and of texts that are none."""


def unseen(source: str = "dev") -> Unseen:
    """Texts the rules know nothing of but their place."""
    labels = ["csam_suspect"] * len(MEANT) + ["complete"] * len(OTHERS)
    phrasings = [
        Phrasing(f"ovo su tri riječi {place}", str(place), "page", "bs", "latin", "url", None, label, "none", source)
        for place, label in enumerate(labels)
    ]
    said = [Said(description=one.text, locator_kinds=URL) for one in phrasings]
    rows = [[odds, *[0.0] * (len(HEADS) - 1)] for odds in (*MEANT, *OTHERS)]
    nothing = np.zeros((1, len(HEADS)), np.float32)
    foretold = Foretold("1", nothing, nothing, *[nothing[0]] * 3, ALONE, dict(zip(said, rows, strict=True)))
    return Unseen(phrasings, said, foretold, [Locators()])


def test_suspect_speaks_from_the_highest_threshold_that_finds_enough() -> None:
    assert lowered(unseen(), ALONE, Wish(0.6, 0.5))["suspect"] == Threshold(0.25, 0.55)
    assert lowered(unseen(), ALONE, Wish(0.8, 0.5))["suspect"] == Threshold(0.25, 0.35)


def test_a_threshold_that_finds_enough_stays_and_so_do_those_of_other_heads() -> None:
    assert lowered(unseen(), ALONE, Wish(0.4, 0.5)) == ALONE
    assert lowered(unseen(), ALONE, Wish(0.8, 0.5)) == ALONE | {"suspect": Threshold(0.25, 0.35)}


def test_a_doubt_is_never_above_speaking() -> None:
    assert lowered(unseen(), ALONE, Wish(1.0, 0.5))["suspect"] == Threshold(0.15, 0.15)


def test_nothing_changes_where_too_little_of_it_would_be_right() -> None:
    assert lowered(unseen(), ALONE, Wish(0.8, 0.9)) == ALONE


def test_texts_of_other_sources_have_no_part_in_the_choice() -> None:
    assert lowered(unseen("suspects"), ALONE, Wish(0.8, 0.5)) == ALONE


def test_sentences_told_beside_a_question_are_judged_though_no_one_measured_them() -> None:
    text = "How do I protect my son? My neighbour plays loud music at night. What can I do?"
    asked = [one._replace(category="question", description=text) for one in unseen().said[:1]]
    foretold = replace(unseen().foretold, held_out=dict.fromkeys(asked, [0.0] * len(HEADS)))
    opinions = [Locators(), Phrases.load(rule_texts())]
    decided = replace(unseen(), said=asked, foretold=foretold, opinions=opinions).decided(ALONE)
    assert [verdict.label for verdict in decided] == [Label.INCOMPLETE]
