"""A parent, teacher or relative who worries about a child asks for the child: never help for himself."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from pipeline.bootstrap import decider
from triage.verdict import Escalation, Label, Verdict


def heard(text: str, *locator_kinds: str) -> Verdict:
    return decider().decide(Said(description=text, locator_kinds=frozenset(locator_kinds)))


def codes(verdict: Verdict) -> set[str]:
    return {reason.code for reason in verdict.reasons}


WORRIES = [
    "I am a mother. I am worried what my son does online, what can I do?",
    "My daughter spends hours on chats and I am worried. Who can help us?",
    "I am concerned about my teenage daughter. She is very withdrawn. Is there somebody I can talk to?",
    "My son is addicted to his phone, I am worried. Who can help us?",
    "My nephew talks to people online and I am concerned. Help please",
    "Zabrinuta sam za sina, stalno je na internetu",
    "Moj sin ne može prestati gledati video igre, zabrinuta sam, trebamo pomoć",
    "Bojim se za svoju kćerku, ne znam šta radi na internetu",
    "Ne mogu prestati misliti na to šta moja kćerka radi online. Pomozite nam.",
    "Nastavnica sam, zabrinuta za učenicu koja se povukla u sebe",
    "Забринут сам за сина, стално је на мрежи",
    "Meine Tochter chattet stundenlang und ich mache mir Sorgen. Wer kann uns helfen?",
    "Wir machen uns Sorgen um unser Kind, es ist nur am Handy",
    "Jemi prindër të shqetësuar për vajzën tonë. Ku mund të kërkojmë ndihmë?",
    "Djali im rri gjithë ditën në telefon, jam i shqetësuar, ku mund të marr ndihmë?",
]


@pytest.mark.parametrize("text", WORRIES)
def test_worry_about_a_child_is_a_question_and_no_help_for_oneself(text: str) -> None:
    verdict = heard(text)
    assert verdict.label is Label.INCOMPLETE
    assert "question" in codes(verdict)
    assert not codes(verdict) & {"seeks_help_for_self", "seeks_material"}


@pytest.mark.parametrize(
    "text",
    [
        "I am a parent and I am worried because I feel drawn to my son's friends. Who can help me?",
        "I'm worried that I will do something to a child. Who can help me?",
        "I am worried about my own thoughts about children",
        "Zabrinut sam zbog svojih misli o djeci", "Забринут сам због својих мисли о дјеци",
        "Imam sina i brinem se šta gledam na internetu, ne mogu prestati, kome da se javim",
        "Bojim se da ću povrijediti svoje dijete, pomozite mi",
        "Ich mache mir Sorgen, weil ich Kinder anziehend finde. Wo gibt es Hilfe?",
        "Ich habe Angst, dass ich meiner Tochter etwas antue",
        "Jam i shqetësuar për mendimet e mia për fëmijët",
        "My son has thoughts about younger children and I am worried, who can help him?",
    ],
)  # fmt: skip
def test_worry_about_own_thoughts_stays_help_for_oneself(text: str) -> None:
    assert "seeks_help_for_self" in codes(heard(text))


@pytest.mark.parametrize(
    "text",
    [
        "Zabrinuta sam majka, dijete mi se stalno dopisuje sa nepoznatim",
        "Забринута сам мајка, дијете ми се стално дописује са непознатим",
        "Djetetu piše nepoznat čovjek, zabrinut sam, šta da radim?",
        "Moja kćerka priča sa starijim momkom preko interneta i zabrinuta sam",
    ],
)
def test_a_stranger_who_writes_to_the_child_stays_a_danger_whoever_worries(text: str) -> None:
    verdict = heard(text)
    assert verdict.escalate >= Escalation.ABUSE_DESCRIBED
    assert "report_described" in codes(verdict)
    assert codes(verdict) & {"text_signal", "text_doubt"}
    assert "seeks_help_for_self" not in codes(verdict)


def test_worry_beside_an_address_is_a_report() -> None:
    verdict = heard("Zabrinuta sam za djecu zbog ovoga.", "url")
    assert verdict.label is not Label.INCOMPLETE
    assert "report_described" in codes(verdict)


def test_worry_about_a_mistreated_child_is_no_mere_question() -> None:
    verdict = heard("Zabrinuta sam za nećaka, otac ga tuče")
    assert verdict.escalate is Escalation.DANGER_NOW
    assert "question" not in codes(verdict)
