"""What is told beside a question is heard as it would be alone, and a question in doubt does not wait long."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.base import Said
from classifiers.decide import build
from classifiers.sentences import MOST, told_beside
from triage.verdict import Escalation, comes_soon

DATA = Path(__file__).parents[2] / "data"
PHRASES = {path.stem: path.read_text("utf-8") for path in (DATA / "phrases").glob("*.toml")}
MODELS = {
    f"reports/{path.name}": path.read_bytes() for path in (DATA / "models" / "reports").iterdir() if path.is_file()
}
DECIDER = build(PHRASES, (DATA / "categories.toml").read_text("utf-8"), MODELS)


def test_sentences_that_ask_nothing_stand_where_they_stood() -> None:
    text = "Which app is good? My son was hurt by him. Thanks."
    assert list(told_beside(text)) == [" " * 18 + " My son was hurt by him." + " " * 8]


@pytest.mark.parametrize("text", ["", "One sentence alone is no other.", "Is it so? Why?", "Yes. No. Thanks a lot."])
def test_nothing_is_told_beside_what_stands_alone(text: str) -> None:
    assert not list(told_beside(text))


def test_what_is_told_alone_is_not_taken_apart_again() -> None:
    (told,) = told_beside("Which app is good? My son was hurt by him. Thanks.")
    assert not list(told_beside(told))


def test_a_long_text_is_looked_at_up_to_a_number_of_sentences() -> None:
    assert len(list(told_beside("He went home by bus. " * 10 * MOST))) == MOST


@pytest.mark.parametrize(
    "text",
    [
        "Welche App empfehlen Sie für Kinder? Der Onkel fotografiert meine Tochter (5) beim Baden.",
        "Which app do you recommend? My nephew told me his stepfather touches him at night.",
        "Koju aplikaciju preporučujete? Očuh dira moju kćerku svaku noć u sobi.",
    ],
)
def test_danger_told_beside_a_question_is_danger(text: str) -> None:
    assert DECIDER.decide(Said(description=text)).escalate is Escalation.DANGER_NOW


@pytest.mark.parametrize(
    "text",
    [
        "Hi, quick question about parental controls. Also my 9 year old said her coach showed her his privates at "
        "practice. Which app do you recommend?",
        "Kako da podesim filter na telefonu? Trener je mojoj kćerki (9) pokazao intimne dijelove na treningu.",
        "Ist es normal, dass der Onkel meine Tochter (5) beim Baden fotografiert und die Bilder verschickt?",
    ],
)
def test_a_question_in_doubt_is_read_by_a_person_soon(text: str) -> None:
    verdict = DECIDER.decide(Said(description=text))
    assert verdict.to_person
    assert any(comes_soon(reason.code, reason.rule) for reason in verdict.reasons)


@pytest.mark.parametrize(
    "text",
    [
        "My son is 12 years old. He spends all day on his phone. What can I do?",
        "How do I report a page? Do you keep my name secret? I found something on a forum.",
        "Which filter do you recommend for a tablet? We would like to use it at home.",
    ],
)
def test_an_everyday_question_waits_among_questions(text: str) -> None:
    verdict = DECIDER.decide(Said(description=text))
    assert verdict.escalate is Escalation.NONE
    assert not any(comes_soon(reason.code, reason.rule) for reason in verdict.reasons)
