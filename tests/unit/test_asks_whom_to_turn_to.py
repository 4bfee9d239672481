"""Who asks for an office, or how to report, asks a question; who asks for material still goes to a person.

Who asks how to report and says where, or what was seen, has reported.
"""

from __future__ import annotations

import pytest

from classifiers.base import Said
from pipeline.bootstrap import decider
from triage.verdict import Label


@pytest.mark.parametrize(
    "text",
    ["Zanima me kome se mogu javiti.", "Zanima me kome da se javim.", "Занима ме коме се могу јавити.",
     "Kome se mogu obratiti?"],
)  # fmt: skip
@pytest.mark.parametrize("category", [None, "question"])
def test_who_asks_whom_to_turn_to_asks_a_question(text: str, category: str | None) -> None:
    verdict = decider().decide(Said(description=text, category=category, channel="webform"))
    codes = {reason.code for reason in verdict.reasons}
    assert verdict.label is Label.INCOMPLETE
    assert "question" in codes
    assert "seeks_material" not in codes


@pytest.mark.parametrize("text", ["Kome se mogu javiti za slike djece?", "Gdje mogu naći slike djece?"])
def test_who_names_material_is_still_heard_as_seeking_it(text: str) -> None:
    verdict = decider().decide(Said(description=text, channel="webform"))
    assert verdict.to_person
    assert "seeks_material" in {reason.code for reason in verdict.reasons}


HOW_TO_REPORT = [
    "Kako mogu prijaviti stranicu?", "Како могу да пријавим страницу?", "Gdje mogu prijaviti sajt?",
    "Mogu li prijaviti profil?",
    "How can I report a page?", "Where do I report a website?", "Wie kann ich eine Seite melden?",
    "Wie kann ich eine Seite melden, auf der illegale Inhalte sind?", "Si mund ta raportoj një faqe?",
]  # fmt: skip


@pytest.mark.parametrize("text", HOW_TO_REPORT)
def test_who_asks_how_to_report_and_says_no_more_asks_a_question(text: str) -> None:
    codes = _codes(Said(description=text, channel="webform"))
    assert "question" in codes
    assert "report_described" not in codes


@pytest.mark.parametrize("text", HOW_TO_REPORT)
def test_who_asks_how_to_report_an_address_reports_it(text: str) -> None:
    codes = _codes(Said(description=text, locator_kinds=frozenset({"url"})))
    assert "report_described" in codes
    assert "question" not in codes


@pytest.mark.parametrize(
    "text",
    ["Kako mogu prijaviti stranicu sa slikama djece?", "Како да пријавим профил који шаље поруке дјеци?",
     "How can I report a fake profile?", "Wie kann ich eine Seite melden, auf der Bilder von Kindern sind?",
     "Si mund ta raportoj një faqe me foto të fëmijëve?"],
)  # fmt: skip
def test_who_says_what_was_seen_is_no_mere_question(text: str) -> None:
    rules = [reason.rule for reason in decider().decide(Said(description=text)).reasons]
    assert not any("to-report@" in rule and "asks-" in rule for rule in rules)


@pytest.mark.parametrize("text", ["Trebam podatke o broju prijava za istraživanje.", "Kako da pošaljem prijavu?"])
def test_a_question_about_reports_stays_one_beside_an_address(text: str) -> None:
    assert "question" in _codes(Said(description=text, locator_kinds=frozenset({"url"})))


def _codes(said: Said) -> set[str]:
    return {reason.code for reason in decider().decide(said).reasons}


@pytest.mark.parametrize(
    "text",
    ["Želim prijaviti nezakonite slike, možete li provjeriti?", "I want to report illegal pictures, can you check?",
     "Ich möchte illegale Bilder melden, können Sie das prüfen?"],
)  # fmt: skip
def test_who_reports_and_asks_to_have_it_checked_reports(text: str) -> None:
    verdict = decider().decide(Said(description=text, locator_kinds=frozenset({"url"})))
    assert verdict.label is not Label.INCOMPLETE
    assert not {"seeks_material", "seeks_help_for_self"} & {reason.code for reason in verdict.reasons}
