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


@pytest.mark.parametrize(
    "text",
    [
        "He told me to withdraw the report or he will hurt me", "He threatens me if I do not withdraw the report",
        "My stepfather found out, please cancel my report, he will hurt me", "He forces me to withdraw my report",
        "I take my report back, he threatens me", "Please delete my report, he is threatening us",
        "It was a mistake, please ignore my report, he says he will kill me",
        "molim povucite prijavu, prijeti mi ako ne povučem", "Молим повуците пријаву, прети ми ако не повучем",
        "Odustajem od prijave jer mi prijeti", "Moram povući prijavu inače će me istući",
        "Морам повући пријаву иначе ће ме истући", "obrišite moju prijavu, prijeti mi",
        "Ich ziehe meine Meldung zurück, er droht mir", "Nehme meine Meldung zurück, mein Vater droht uns",
        "Er hat gesagt, ich soll die Meldung zurückziehen, sonst tut er mir weh",
        "Më kërcënon nëse nuk e tërheq raportin", "Tërhiqni raportin, më kërcënon",
        "Harrojeni raportin, përndryshe më rreh",
    ],
)  # fmt: skip
@pytest.mark.parametrize("placed", [True, False])
def test_who_takes_it_back_under_threat_is_in_danger(text: str, placed: bool) -> None:
    assert judged(text, placed=placed).escalate >= Escalation.DANGER_NOW


@pytest.mark.parametrize(
    "text",
    [
        "Povucite prijavu, prijeti mojoj kćerki", "Повуците пријаву, прети мојој ћерки",
        "Please delete my report, he is threatening my daughter", "I withdraw my report or he will hurt my son",
        "Ich ziehe meine Meldung zurück, er droht meiner Tochter", "E tërheq raportimin, ai e kërcënon vajzën time",
    ],
)  # fmt: skip
def test_a_child_spoken_of_there_is_blackmailed(text: str) -> None:
    verdict = judged(text)
    assert verdict.escalate is Escalation.DANGER_NOW
    assert "child_blackmailed" in {reason.code for reason in verdict.reasons}


@pytest.mark.parametrize(
    "text",
    [
        *TAKEN_BACK, "I withdraw my report about threats in a comment", "Povlačim prijavu o prijetnjama",
        "Повлачим пријаву о пријетњама", "I withdraw the report, sorry if I hurt somebody",
        "Povlačim prijavu, bojim se da sam pogriješila", "Moram povući prijavu jer sam pogriješila",
        "Forget my report about the dog that hurt me", "Ich ziehe meine Meldung zurück, tut mir leid",
        "E tërheq raportimin, ishte gabim", "Please cancel my report if it is a mistake",
    ],
)  # fmt: skip
def test_who_only_takes_it_back_is_in_no_danger(text: str) -> None:
    verdict = judged(text)
    assert verdict.escalate is Escalation.NONE
    assert verdict.to_person
