"""Last words without the word itself send people at once; thanks at the end of a report, and what is over, do not."""

from __future__ import annotations

import pytest

from tests.ruled import judged
from triage.verdict import Escalation


@pytest.mark.parametrize(
    "text",
    [
        "Odlučila sam. Hvala vam na svemu, ali ovo je zadnja poruka.",
        "Hvala vam na svemu, zbogom.",
        "Ово је последња порука. Опростите ми.",
        "Poslednji put pišem. Hvala vam za sve.",
        "Sve je gotovo za mene.",
        "Für mich ist alles vorbei.",
        "Its over for me, bye",
        "Nisam zaslužio da postojim.",
        "Nisam zaslužila da živim.",
        "Ich habe es nicht verdient zu leben.",
        "Alle wären froh, wenn es mich nicht gäbe. Ich bin 13.",
        "Lebt wohl. Ich bin 13.",
        "Mit mir wird es bald vorbei sein. Ich bin 14.",
        "Dečak stoji na mostu i plače, kaže da su slike svuda.",
        "Kad ovo pročitate, mene više neće biti",
        "This is my last message. Tell my mum I love her.",
        "thank you for everything, you wont hear from me again",
        "Tut mir leid, Mama. Lebt wohl.",
        "Farewell. I am 13.",
    ],
)
def test_last_words_are_a_risk_to_life(text: str) -> None:
    assert judged(text).escalate is Escalation.RISK_TO_LIFE


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for everything, the page is at site.example.",
        "Hvala vam na svemu, stranica je na site.example/page/12",
        "Vielen Dank für alles.",
        "Hvala na svemu.",
        "Hvala i doviđenja.",
        "This is the last message he wrote me.",
        "Zadnja poruka koju mi je poslao bila je ružna.",
        "Das ist die letzte Nachricht, die er mir geschrieben hat.",
        "It is over for this page, it was removed.",
        "Für diese Seite ist alles vorbei, sie ist gelöscht.",
        "It is all over the internet.",
        "My dad came over to me.",
        "He sent it all over me and my class.",
        "Za mene je gotovo sve na toj stranici strašno.",
        "Er lebt wohl mit dem Kind allein.",
        "Lebt wohl ein Kind dort?",
        "Ovo je zadnja prijava koju šaljem, stranica još radi.",
        "This is my last message about this page, please remove it.",
        "My child does not hear me.",
        "Moje dijete me više ne čuje kad igra igricu.",
        "He deserves to live in prison.",
        "Das hat er nicht verdient.",
        "Nisam zaslužila ovu ocjenu.",
        "Djeca stoje na mostu na slici.",
        "Moja kćerka stoji na balkonu i maše.",
        "Tell your colleagues I love this service.",
        "The boy in the film stands on a roof and cries.",
        "Goodbye and thanks, I am 13 and you removed my picture.",
        "I do not want to be there, tell me what to do?",
        "Neće više biti problema.",
        "Last week he wrote me, thank you all.",
    ],
)
def test_thanks_and_what_is_over_are_none(text: str) -> None:
    assert judged(text, placed=True).escalate is not Escalation.RISK_TO_LIFE
