"""Pages told of in bland words of trade leave a doubt, so that a person looks; toys, clothes and clubs do not."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from tests.ruled import RULES
from triage.verdict import Label

URL = frozenset({"url"})


@pytest.mark.parametrize(
    "text",
    [
        "preteen models site",
        "site with preteen models",
        "Tauschbörse für Kinderbilder, nur für Mitglieder",
        "razmjena slika djece, samo za članove",
        "exchange of pictures of kids, members only",
        "shkëmbim fotosh fëmijësh, vetëm për anëtarë",
    ],
)
def test_bland_words_of_trade_in_pictures_of_children_are_looked_at(text: str) -> None:
    verdict = RULES.decide(Said(description=text, locator_kinds=URL))
    assert verdict.to_person or verdict.label is Label.CSAM_SUSPECT


@pytest.mark.parametrize(
    "text",
    [
        "members only swap of kids clothes",
        "Tauschbörse für Kinderkleidung, nur für Mitglieder",
        "model railway site for kids",
        "my kids like the site with model trains",
        "the model files for the baby monitor are broken",
        "the members of our club sell old books",
    ],
)
def test_toys_clothes_and_clubs_leave_no_doubt(text: str) -> None:
    verdict = RULES.decide(Said(description=text, locator_kinds=URL))
    assert verdict.label is Label.COMPLETE
    assert not verdict.to_person
