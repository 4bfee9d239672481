"""No child is there, the words say, and the pictures are of one: a person looks. That there is none stays a mention."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from pipeline.bootstrap import decider
from tests.ruled import RULES
from triage.verdict import Label, Verdict

URL = frozenset({"url"})
YET_SHOWN = [
    "Nema djeteta, ali slike su djeteta", "Nema djece, ali na slikama je djevojčica",
    "Pišu da nema djece, a na slikama su djeca", "Нема детета, али слике су детета",
    "There is no child but the pictures are of a child", "They say no children, yet a girl is in the video",
    "The pictures are of a child, there is no child now", "Nema djece, ali slike su moje kćerke",
    "Kein Kind, aber die Bilder zeigen ein Kind", "Es sind keine Kinder da, aber auf den Fotos ist ein Mädchen",
    "Nuk ka fëmijë, por fotot janë të një fëmije", "Nuk ka fëmijë, por në foto është një vajzë",
]  # fmt: skip
NONE_SHOWN = [
    "There is nothing with minors, but the site is annoying", "Nema ništa s djecom, ali stranica je dosadna",
    "Нема ништа с дјецом, али страница је досадна", "Nichts mit Kindern, aber die Seite nervt",
    "Nuk ka asgjë me fëmijë, por faqja është e bezdisshme", "Na stranici nema djece, samo slike odraslih",
    "There are no children in the pictures, only adults", "Nema djece na slikama",
    "Keine Kinder auf den Bildern, nur Erwachsene",
]  # fmt: skip


def judged(text: str, category: str = "other") -> Verdict:
    return RULES.decide(Said(category, description=text, locator_kinds=URL))


@pytest.mark.parametrize("text", YET_SHOWN)
@pytest.mark.parametrize("category", ["other", "question", None])
def test_pictures_of_a_child_beside_it_are_read_by_a_person(text: str, category: str | None) -> None:
    said = Said(category, description=text, locator_kinds=URL)
    assert RULES.decide(said).to_person
    assert decider().decide(said).to_person


@pytest.mark.parametrize("text", YET_SHOWN)
def test_what_was_ticked_stands(text: str) -> None:
    assert judged(text, "csam").label is Label.CSAM_SUSPECT


def test_a_suspicion_the_model_is_sure_of_stands() -> None:
    said = Said("other", description="Nuk ka fëmijë, por fotot janë të një fëmije", locator_kinds=URL)
    assert decider().decide(said).label is Label.CSAM_SUSPECT


@pytest.mark.parametrize("text", NONE_SHOWN)
def test_that_no_child_is_there_stays_a_mention(text: str) -> None:
    verdict = judged(text)
    assert {reason.code for reason in verdict.reasons if not reason.rule.startswith("locators")} == {"mentioned_only"}
    assert not verdict.to_person
    assert judged(text, "csam").label is Label.COMPLETE
