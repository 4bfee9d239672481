"""Who asks for an office to turn to seeks no material; who asks for material still goes to a person as one who does."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from pipeline.bootstrap import decider
from triage.verdict import Label


@pytest.mark.parametrize(
    "text",
    ["Zanima me kome se mogu javiti.", "Zanima me kome da se javim.", "Занима ме коме се могу јавити.",
     "Kome se mogu obratiti?"],
)  # fmt: skip
@pytest.mark.parametrize("category", [None, "question"])
def test_who_asks_whom_to_turn_to_asks_a_question(text: str, category: str | None) -> None:
    verdict = decider().decide(Said(description=text, category=category, channel="webform"))
    codes = {reason.code for reason in verdict.reasons}
    assert verdict.label is Label.INCOMPLETE
    assert "question" in codes
    assert "seeks_material" not in codes


@pytest.mark.parametrize("text", ["Kome se mogu javiti za slike djece?", "Gdje mogu naći slike djece?"])
def test_who_names_material_is_still_heard_as_seeking_it(text: str) -> None:
    verdict = decider().decide(Said(description=text, channel="webform"))
    assert verdict.to_person
    assert "seeks_material" in {reason.code for reason in verdict.reasons}
