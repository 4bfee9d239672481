"""One word decides nothing: a page that recommends or tests is no question and no test, a husband's blow no child's."""

from __future__ import annotations

import pytest

from tests.ruled import judged
from triage.verdict import Escalation, Label


@pytest.mark.parametrize(
    "text",
    [
        "Фејк профил директора наше школе који вређа наставнике.",
        "Lažni profil koji vrijeđa nastavnike.",
        "This test page of a bank steals passwords.",
        "Stranica preporučuje lijekove bez recepta.",
        "The site recommends pills without a prescription.",
    ],
)
def test_what_a_page_does_is_a_report(text: str) -> None:
    assert judged(text, placed=True).label is Label.COMPLETE


@pytest.mark.parametrize(
    "text",
    [
        "Besplatno skidanje krekovanih programa, kliknite ovdje piše na stranici.",
        "The site offers free loans and takes your deposit.",
    ],
)
def test_what_a_page_offers_is_read_by_a_person(text: str) -> None:
    assert judged(text, placed=True).to_person


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("This is a test of the form.", "test"),
        ("Best casino bonus, visit now, 50 percent discount!", "spam"),
        ("Kupite jeftino, najbolja ponuda, nazovite!", "spam"),
        ("Koje nastavne programe imate za zaštitu djece?", "question"),
        ("Možete li mi preporučiti filter?", "question"),
    ],
)
def test_tests_adverts_and_questions_stay_what_they_are(text: str, reason: str) -> None:
    verdict = judged(text, placed=True)
    assert verdict.label is Label.INCOMPLETE
    assert reason in {one.code for one in verdict.reasons}
    assert not verdict.to_person


@pytest.mark.parametrize(
    "text",
    [
        "Odrasla sam osoba i muž me tuče, nemamo djece.",
        "Muž me tuče već godinama, djece nemamo.",
        "Ich bin 40, mein Mann schlägt mich, wir haben keine Kinder.",
    ],
)
def test_a_grown_up_who_is_beaten_is_no_child_in_danger_yet_read(text: str) -> None:
    verdict = judged(text)
    assert verdict.escalate is Escalation.NONE
    assert verdict.to_person


@pytest.mark.parametrize(
    "text",
    ["Имам 12 година, како да закључам профил?", "Kako zaključati profil djeteta od 12 godina?"],
)
def test_a_profile_that_is_locked_is_nobody(text: str) -> None:
    assert judged(text).escalate is Escalation.NONE


def test_pupils_who_plan_a_fight_meet_no_stranger() -> None:
    verdict = judged("Grupa u kojoj se vređaju učenici i dogovaraju tuče.", placed=True)
    assert verdict.label is Label.COMPLETE


@pytest.mark.parametrize(
    ("text", "graver"),
    [
        ("Ich verletze mich selbst.", Escalation.RISK_TO_LIFE),
        ("He hits himself.", Escalation.RISK_TO_LIFE),
        ("Mein Vater schlägt mich.", Escalation.DANGER_NOW),
        ("Očuh dogovara susret s djetetom i tuče ga.", Escalation.DANGER_NOW),
        ("Moje dijete je zaključano u podrumu.", Escalation.DANGER_NOW),
    ],
)
def test_who_hurts_a_child_or_oneself_is_heard(text: str, graver: Escalation) -> None:
    assert judged(text).escalate is graver
