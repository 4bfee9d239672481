"""What a reporter ticks takes no danger away that the words have alone."""

from __future__ import annotations

import numpy as np
import pytest

from classifiers.base import Said
from classifiers.features import FACTS, category_rows
from pipeline.bootstrap import decider
from triage.verdict import Escalation, Label

_CATEGORIES = [
    "csam", "grooming", "child_blackmail", "generated_imagery", "inappropriate_communication", "account_misuse",
    "violence", "hate_speech", "fraud", "question", "other",
]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Prodaju djevojčicu od 13 godina za brak.", "Mësuesi i merr fotografi fëmijëve në zhveshtore.",
        "Učenica mi se povjerila da je stric dira.", "Oženili su je sa 14 i zatvorili u kuću.",
        "Tata me tjera da se slikam za njegove prijatelje.", "Drži je u stanu i ne pušta, ima 15 godina.",
    ],
)  # fmt: skip
def test_no_category_lowers_the_danger(text: str) -> None:
    alone, *ticked = decider().decide_all([Said(description=text, category=one) for one in (None, *_CATEGORIES)])
    assert alone.escalate > Escalation.NONE
    assert [one for one, verdict in zip(_CATEGORIES, ticked, strict=True) if verdict.escalate < alone.escalate] == []


@pytest.mark.parametrize(
    "text", ["Koliko dugo čuvate prijave?", "What do you do with a report?", "Is it legal to sell a used telephone?"]
)
def test_a_mere_question_stays_one(text: str) -> None:
    verdict = decider().decide(Said(description=text, category="question"))
    assert (verdict.label, verdict.escalate) == (Label.INCOMPLETE, Escalation.NONE)


def test_rows_of_categories_are_those_of_the_weights() -> None:
    rows = category_rows([Said(), Said(category="question"), Said(category="spam")])
    assert rows.dtype == np.int64
    assert rows.tolist() == [-1, FACTS.index("category:question"), -1]
