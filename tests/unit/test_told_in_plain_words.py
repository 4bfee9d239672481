"""What those it is done to tell in plain words, self-harm, and everyday words that only look grave."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from pipeline.bootstrap import decider
from triage.verdict import Escalation, Verdict

URL = frozenset({"url"})


def of(text: str, *, url: bool = False) -> Verdict:
    return decider().decide(Said(description=text, locator_kinds=URL if url else frozenset()))


def heard_by_rules(text: str) -> set[str]:
    return {one.code for one in of(text).reasons if one.rule.startswith("phrases.")}


def codes(text: str) -> set[str]:
    return {one.code for one in of(text).reasons}


@pytest.mark.parametrize(
    "text",
    [
        "стриц ме пипа", "tetak me pipa kad niko nije tu", "kum me pipa", "šogor me pipa", "komšija me pipa",
        "nastavnik me pipa posle časa", "pipa me ujko", "deda me pipa", "teča mi se ušunja u krevet",
        "tetak mi se uvlači u krevet", "stavlja mi ruku među noge", "budim se, on sedi na mom krevetu i mazi me",
        "susjed me hvata za grudi", "opa begrapscht mich", "ich werde begrapscht vom nachbarn",
        "nachbar packt mich am hintern", "ich hab angst nach hause zu gehen", "strah me ići kući", "mësuesi më puth",
        "my teacher rubs my leg under the desk", "stepdad sneaks into my bed", "u pomoć", "më ndihmoni ju lutem",
    ],
)  # fmt: skip
def test_hands_on_a_child_and_fear_of_home_are_danger_now(text: str) -> None:
    assert "danger_now" in heard_by_rules(text)


@pytest.mark.parametrize(
    "text", ["radi mi ružne stvari", "thotë që është sekreti ynë, daja im", "on mi kaže da je to naša tajna"]
)
def test_bad_things_and_our_secret_are_abuse(text: str) -> None:
    assert "abuse_described" in heard_by_rules(text)


def test_a_picture_of_mine_in_everybodys_hands_at_school_shows_a_known_child() -> None:
    assert {"text_signal", "child_identified"} <= heard_by_rules("alle in der klasse haben mein nacktbild")


@pytest.mark.parametrize(
    "text",
    [
        "porezala sam se po rukama, ne mogu da stanem", "ich ritze mich und kann nicht aufhören",
        "imam crne misli, treba mi pomoć", "i have dark thoughts, i am 13, please help",
        "ne mogu prestati misliti na smrt", "ich habe dunkle gedanken", "kam mendime të errëta", "i keep cutting",
        "ich schneide mir in die arme und kann nicht aufhören", "pres krahët dhe nuk ndalem dot",
        "narezala sam se opet",
    ],
)  # fmt: skip
def test_cutting_oneself_and_dark_thoughts_are_a_risk_to_life(text: str) -> None:
    assert "risk_to_life" in heard_by_rules(text)
    assert of(text).escalate >= Escalation.RISK_TO_LIFE


@pytest.mark.parametrize(
    "text", ["i have dark thoughts, i am 13, please help", "imam 13 godina, ne mogu prestati, pomozite"]
)
def test_a_child_that_asks_for_help_asks_for_no_prevention(text: str) -> None:
    assert "seeks_help_for_self" not in codes(text)
    assert of(text).to_person


@pytest.mark.parametrize(
    "text", ["i am 15 and i have thoughts about small children, help", "imam 16 godina i privlače me djeca"]
)
def test_a_young_one_with_thoughts_of_others_still_asks_for_prevention(text: str) -> None:
    assert "seeks_help_for_self" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "hvata me za guzu nastavnik", "mater me šalje kod komšije za pare", "kum me vodi u šumu", "daja vjen te unë",
        "my teacher gave me a bad grade", "hallo ich gehe mit mama ins kino",
    ],
)  # fmt: skip
def test_who_writes_little_of_somebody_near_and_of_himself_is_read_by_a_person(text: str) -> None:
    assert of(text).to_person
    assert any(":near-and-me@" in one.rule for one in of(text).reasons)
    assert not any(":near-and-me@" in one.rule for one in of(text, url=True).reasons)


@pytest.mark.parametrize(
    "text", ["Kako da razgovaram s mojim ujakom?", "Mein Nachbar verkauft mir sein Angebot", "hvata me prehlada"]
)
def test_a_question_and_an_offer_are_no_cry(text: str) -> None:
    assert not any(":near-and-me@" in one.rule for one in of(text).reasons)


@pytest.mark.parametrize(
    "text",
    [
        "My internet is slow since yesterday", "My phone is broken since yesterday", "I cannot log in to my account",
        "Hilfe bei der Anmeldung", "Deda me zove na rucak u nedelju", "Trener traži da nosimo dresove",
        "help urgently needed with printer", "udario me mraz", "spasi me od dosade",
    ],
)  # fmt: skip
def test_everyday_words_are_a_doubt_and_no_alarm(text: str) -> None:
    assert of(text).escalate is Escalation.NONE
    assert codes(text).isdisjoint({"text_signal", "danger_now", "risk_to_life"})


@pytest.mark.parametrize(
    "text",
    [
        "pokvarila mi se pipa", "My internet keeps cutting out again", "Porezala sam se na papir",
        "moja mama ima tajni recept", "dark mode does not work", "doktor mi je stavio ruku na leđa",
        "ich schneide mir die Haare", "pres autobusin përsëri", "më ndihmoni me faqen", "ponovo reže internet",
        "our secret santa has an account",
    ],
)  # fmt: skip
def test_neighbours_of_plain_words_alarm_no_rule(text: str) -> None:
    assert heard_by_rules(text).isdisjoint({"danger_now", "risk_to_life", "abuse_described", "text_signal"})


@pytest.mark.parametrize(
    "text", ["dad broke my phone and beats me", "Deda me zove u sobu", "Trener traži slike u dresu"]
)
def test_danger_beside_everyday_words_is_heard(text: str) -> None:
    assert of(text).escalate is not Escalation.NONE
