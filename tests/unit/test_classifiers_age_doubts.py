"""Who is said to be of age and not believed, cameras where pupils change, bare horror at children: a person looks."""

from __future__ import annotations

import pytest

from tests.ruled import judged
from triage.verdict import Escalation, Label


@pytest.mark.parametrize(
    "text",
    [
        "Skrivena kamera u ženskoj svlačionici srednje škole.",
        "Скривена камера у женској свлачионици средње школе.",
        "Skrivena kamera u ženskoj svlačionici gimnazije.",
        "Skrivene kamere iz ženskih svlačionica škole i fakulteta.",
        "These are babies. I feel sick.",
        "Strašno, to su bebe.",
        "Das sind ja Babys, schrecklich.",
        "They claim she is 18, I do not believe it.",
        "Sie soll 18 sein, das glaube ich nicht.",
        "Piše da su punoljetne, ne vjerujem, jedna nosi školsku torbu.",
        "Kažu da ima 18 ali ne izgleda.",
        "Schuluniform, keine Erwachsene.",
        "Ich bin heute 28. Auf den Bildern war ich 12.",
        "Danas imam 28. Na slikama sam imala 12.",
        "I am 28 now. In the pictures I was 12.",
        "Nema više od 9-10 god. Strašno.",
        "Nosi školsku uniformu i nema grudi, ne može biti odrasla.",
    ],
)
def test_what_may_show_children_is_seen_by_a_person(text: str) -> None:
    verdict = judged(text, placed=True)
    assert verdict.label is Label.CSAM_SUSPECT or verdict.to_person
    assert verdict.escalate < Escalation.RISK_TO_LIFE


@pytest.mark.parametrize(
    "text",
    [
        "Hidden cameras in the changing room of a gym.",
        "Wir haben eine Kamera in der Schule.",
        "The school has no grown-ups at the gate in the morning.",
        "They are 18, I believe it.",
        "The site costs 20 euros, I do not believe it.",
        "Izgleda kao da ima 18.",
        "No more than 10 pages load.",
        "Ne više od 5 slika, loša stranica.",
        "Kids songs for small children are terrible.",
        "Strašno loša stranica za djecu.",
        "My kids are sick today.",
        "Ich bin 28, hier sind meine Bilder ohne Erlaubnis.",
        "Imam 28 godina, neko je objavio 12 mojih slika.",
        "The uniform shop has no sizes for adults.",
        "Ne vjerujem ovoj stranici, prevara je.",
    ],
)
def test_numbers_cameras_and_complaints_leave_no_doubt(text: str) -> None:
    verdict = judged(text, placed=True)
    assert verdict.label is Label.COMPLETE
    assert not verdict.to_person
