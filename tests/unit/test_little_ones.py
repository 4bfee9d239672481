"""A little one that somebody touches or beats, whatever names, places and numbers stand between."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from tests.ruled import RULES
from triage.verdict import Escalation, Verdict

PHONE = frozenset({"phone"})


def judged(text: str) -> Verdict:
    return RULES.decide(Said(description=text, locator_kinds=PHONE))


def heard(text: str) -> Escalation:
    return judged(text).escalate


@pytest.mark.parametrize(
    "text",
    [
        "trener Edin dira malog Adija 061-777-666", "stric Dino K. dira malu Selmu 061-777-666",
        "susjeda Ana K., s treceg kata, tuce malog Luku 091 234 5678",
        "комшија на другом спрату, Дино К., дира малу Селму (8), чује се плач. 061-777-666",
        "the neighbour upstairs, Dan K., touches little Emma 061 777 666",
        "ocuh, Ivan P., tuce malog Luku svaki dan. moj broj 061 777 666",
        "Dobar dan, moj komšija iz prizemlja, Dino K., dira malu Selmu. Ulica Titova 5, Zenica. Hvala",
        "der Nachbar im zweiten Stock, Herr Franz K., schlägt den kleinen Jonas 0171 1234567",
        "trajneri, Arben K. nga kati i dytë, prek të voglën Ema 044 123 456",
        "komshiu prek të voglin Arben 044 123 456", "ujak tuče malog brata, drugi sprat, 061 777 666",
        "ocuh Ivan Perić, Titova 5, 3. kat, tel 091 234 5678, dira Luciju (9)",
        "Очух Иван, Титова 5, трећи спрат, 064 123 4567, дира Луцију (9)",
        "stepdad John Smith, 5 High Street, flat 3, 0044 7700 900123, beats Emma (7)",
        "Onkel Peter, Hauptstraße 5, 2. Stock, 0171 1234567, schlägt Lena",
        "xhaxhai Agim, rruga Titova 5, kati i tretë, 044 123 456, rreh Lirën",
    ],
)  # fmt: skip
def test_a_little_one_who_is_touched_or_beaten_is_in_danger_now(text: str) -> None:
    assert heard(text) is Escalation.DANGER_NOW


@pytest.mark.parametrize(
    "text",
    [
        "dira malu kutiju", "trener dira malu kutiju", "little help", "the coach hit the little box",
        "trener je pohvalio malog", "pobijedio malu ekipu", "trener je pobijedio malu ekipu",
        "susjed tuče mali bubanj", "nastavnik tuče malu loptu", "trener mazi malog psa", "komšija ima malu pomoć",
    ],
)  # fmt: skip
def test_what_is_little_and_no_child_raises_no_alarm(text: str) -> None:
    assert heard(text) is Escalation.NONE


@pytest.mark.parametrize(
    "text",
    [
        "trener Edin K. iz Zenice, drugi sprat, tuče Amara i Selmu 061-777-666", "Edin dira Adija 061-777-666",
        "coach Edin, second floor, flat 5, touches Adi 061-777-666", "Един дира Адија 061-777-666",
        "Trainer Kevin, zweiter Stock, schlägt Jonas 0171 1234567", "trajneri Arben K. nga kati i dytë, prek Luanin",
    ],
)  # fmt: skip
def test_whom_only_a_name_tells_is_looked_after_by_a_person(text: str) -> None:
    verdict = judged(text)
    assert verdict.to_person or verdict.escalate is Escalation.DANGER_NOW


@pytest.mark.parametrize(
    "text",
    [
        "ova pjesma dira u srce", "the coach beat the champions in the final game",
        "Der Film berührt", "stranica dira osjećaje ljudi",
    ],
)  # fmt: skip
def test_what_hurts_nobody_is_no_doubt(text: str) -> None:
    verdict = judged(text)
    assert verdict.escalate is Escalation.NONE
    assert not verdict.to_person
