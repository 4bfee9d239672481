"""Who is blackmailed and names the account: the alarm is that of the words, whatever leads to the blackmailer."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from tests.ruled import RULES
from triage.verdict import Escalation

HANDLE = frozenset({"handle"})


@pytest.mark.parametrize("locators", [HANDLE, frozenset[str]()])
@pytest.mark.parametrize(
    "text",
    [
        "someone is blackmailing me on instagram",
        "jemand erpresst mich auf instagram",
        "уцењује ме момак са инстаграма",
        "dikush po me shantazhon ne instagram",
        "ovaj profil me ucjenjuje",
        "Jemand erpresst mich, wenn ich nicht zahle, stellt er alles online",
        "neko me ucjenjuje, ako ne platim sve će svi vidjeti",
        "ucjenjuje me neko, ako ne platim sve će svi vidjeti",
    ],
)
def test_who_is_blackmailed_is_heard_with_and_without_the_account(text: str, locators: frozenset[str]) -> None:
    verdict = RULES.decide(Said(description=text, locator_kinds=locators))
    assert verdict.escalate is Escalation.CHILD_BLACKMAILED


@pytest.mark.parametrize(
    "text",
    [
        "I am 34 and someone is blackmailing me on instagram",
        "imam 40 godina i ucjenjuje me",
        "punoljetna sam, ucjenjuje me bivši na instagramu",
        "jam 35 vjeç dhe dikush po me shantazhon",
        "what should I do if someone blackmails me?",
        "šta da radim ako me neko ucjenjuje?",
        "was mache ich wenn mich jemand erpresst?",
        "nobody is blackmailing me",
        "blackmail of companies in the news",
        "he forwards me everything, tells me about it if I ask",
    ],
)
def test_grown_ups_and_those_who_only_ask_what_if_raise_no_alarm(text: str) -> None:
    assert RULES.decide(Said(description=text, locator_kinds=HANDLE)).escalate is Escalation.NONE


@pytest.mark.parametrize("text", ["blackmailing on this page", "blank page", "the black market at this address"])
def test_words_that_begin_like_a_mashed_keyboard_are_no_test(text: str) -> None:
    assert "test" not in {reason.code for reason in RULES.decide(Said(description=text)).reasons}


@pytest.mark.parametrize("text", ["bla", "bla bla", "blabla", "blablabla", "blah"])
def test_a_mashed_keyboard_is_a_test(text: str) -> None:
    assert "test" in {reason.code for reason in RULES.decide(Said(description=text)).reasons}
