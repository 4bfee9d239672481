"""A report that takes itself back: who is pressed to be silent writes so too. A person reads it, nothing is lowered."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from tests.ruled import RULES
from triage.verdict import Escalation, Label, Verdict

URL = frozenset({"url"})
NOWHERE = frozenset({"no_locator"})
TAKEN_BACK = [
    "povlačim prijavu", "Povlačim svoju prijavu, pogriješila sam.", "Повлачим пријаву, била је грешка",
    "zaboravite moju prijavu", "odustajem od prijave", "Одустајем од пријаве", "stornirajte moju prijavu molim",
    "predomislila sam se", "sve sam izmislila sam", "obrišite moju prijavu", "želim povući prijavu",
    "I withdraw my report, it was a mistake", "please forget my report", "Please ignore my previous report",
    "cancel my report", "I take back what I reported yesterday", "take my report back", "I changed my mind", "I lied",
    "delete my report please", "I don't want to report any more",
    "Ich ziehe meine Meldung zurück", "ich möchte meine Meldung zurückziehen", "Bitte vergessen Sie meine Meldung",
    "ich habe es mir anders überlegt", "ich habe gelogen",
    "E tërheq raportimin tim", "harrojeni raportin tim", "ndërrova mendje", "gënjeva",
]  # fmt: skip


def judged(text: str, *, category: str | None = "other", placed: bool = False) -> Verdict:
    kinds, problems = (URL, frozenset[str]()) if placed else (frozenset[str](), NOWHERE)
    return RULES.decide(Said(category, description=text, locator_kinds=kinds, locator_problems=problems))


@pytest.mark.parametrize("text", TAKEN_BACK)
@pytest.mark.parametrize("category", ["other", "csam", "question", None])
@pytest.mark.parametrize("placed", [True, False])
def test_who_takes_a_report_back_is_read_by_a_person(text: str, category: str | None, placed: bool) -> None:
    assert judged(text, category=category, placed=placed).to_person


@pytest.mark.parametrize("text", TAKEN_BACK)
@pytest.mark.parametrize("category", ["csam", "grooming"])
def test_a_ticked_suspicion_is_not_lowered(text: str, category: str) -> None:
    assert judged(f"{text}. Molim vas.", category=category, placed=True).label is Label.CSAM_SUSPECT


@pytest.mark.parametrize(
    "text",
    [
        "Očuh me dira, ali povlačim prijavu, izmislila sam", "Очух ме дира, али повлачим пријаву, измислила сам",
        "I withdraw my report, my uncle beats me, it was a mistake",
        "Ich ziehe meine Meldung zurück. Mein Vater schlägt mich.",
        "Babai më rreh. Harrojeni raportin tim.",
    ],
)  # fmt: skip
def test_a_danger_told_beside_it_stands(text: str) -> None:
    verdict = judged(text)
    assert verdict.escalate is Escalation.DANGER_NOW
    assert verdict.to_person


def test_a_suspicion_told_beside_it_stands() -> None:
    verdict = judged("Illegal pictures of a child on this page. I withdraw my report.", placed=True)
    assert verdict.label is Label.CSAM_SUSPECT
    assert verdict.score == 1.0
    assert verdict.to_person


@pytest.mark.parametrize(
    "text",
    [
        "ne povlačim prijavu, stranica je i dalje tu", "please do not ignore my report", "don't forget my report",
        "he lied about his age", "lagao je o godinama", "Greška na stranici, ne mogu je otvoriti",
        "I want to report a page", "želim prijaviti stranicu", "Obrišite moju sliku sa stranice",
        "Ich habe vergessen wie die Seite heißt",
        "I forget the name of the page", "zaboravila sam lozinku", "The profile was cancelled after I reported it",
        "Harrova fjalëkalimin", "test, please ignore",
    ],
)  # fmt: skip
def test_neighbours_leave_no_doubt(text: str) -> None:
    assert not judged(text, placed=True).to_person
