"""The word of the criminal codes is known in every language, and places where pictures "are" are no meeting."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from pipeline.bootstrap import decider
from triage.verdict import Escalation, Label

_URL = frozenset({"url"})


@pytest.mark.parametrize(
    "text",
    [
        "Prijavljujem stranicu sa dječjom pornografijom.", "Дечја порнографија на овој страници.",
        "I want to report child pornography", "Kinder auf dieser Seite, Pornografie",
        "Pornografi me fëmijë në këtë faqe",
    ],
)  # fmt: skip
def test_the_statutory_word_beside_a_child_makes_a_suspect(text: str) -> None:
    assert decider().decide(Said(description=text, locator_kinds=_URL)).label is Label.CSAM_SUSPECT


def test_of_adults_alone_it_makes_none() -> None:
    said = Said(description="This site shows pornography of adults", locator_kinds=_URL)
    assert decider().decide(said).label is Label.COMPLETE


@pytest.mark.parametrize(
    "text", ["Slike djece se nalaze u tajnoj grupi.", "Slike djece i odraslih se nalaze na ovoj stranici."]
)
def test_where_pictures_are_found_nobody_is_met(text: str) -> None:
    assert decider().decide(Said(description=text, locator_kinds=_URL)).escalate is not Escalation.DANGER_NOW
