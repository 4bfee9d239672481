"""What somebody in charge or of the family does to a child is told, though it is only asked whether that is normal."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from tests.ruled import RULES
from triage.verdict import Escalation, Verdict

URL = frozenset({"url"})
NOWHERE = frozenset({"no_locator"})


def judged(text: str, *, placed: bool = False) -> Verdict:
    kinds, problems = (URL, frozenset[str]()) if placed else (frozenset[str](), NOWHERE)
    return RULES.decide(Said("question", description=text, locator_kinds=kinds, locator_problems=problems))


@pytest.mark.parametrize(
    "text",
    [
        "Is it normal that the coach touches my daughter?", "Should the teacher touch the pupils like that?",
        "Is it normal that the coach puts his hand under my daughter's shirt?",
        "Is it fine if grandpa touches my granddaughter?", "Is it ok that the football coach touches my son?",
        "Da li je u redu da trener dira moju kćerku?", "Да ли је у реду да тренер дира моју ћерку?",
        "Smije li trener dirati moju kćerku?", "Смије ли тренер дирати моју кћерку?",
        "Je li normalno da joj trener stavlja ruku pod majicu?", "Је ли нормално да јој тренер ставља руку под мајицу?",
        "Molim savjet, da li je normalno da učitelj ljubi moju kćerku?", "Smije li djed ljubiti unuku?",
        "Ist es normal, dass der Trainer meine Tochter anfasst?", "Darf der Lehrer Kinder streicheln?",
        "Ist es normal, dass der Trainer meiner Tochter die Hand unter das Shirt legt?",
        "A është normale që trajneri e prek vajzën time?", "A lejohet që xhaxhai ta prekë djalin tim?",
        "A është normale që trajneri ia vë dorën nën bluzë vajzës sime?",
    ],
)  # fmt: skip
@pytest.mark.parametrize("placed", [True, False])
def test_what_is_done_to_a_child_escalates(text: str, placed: bool) -> None:
    assert judged(text, placed=placed).escalate >= Escalation.ABUSE_DESCRIBED


@pytest.mark.parametrize(
    "text",
    [
        "Is it ok that her teacher kisses her on the mouth?", "Küsst der Lehrer sie, ist das normal?",
        "Je li normalno da nju trener dira?", "Је ли нормално да је тренер мази и њу љуби?",
        "Is it allowed that the trainer showers with the boys?", "Je li normalno da se trener tušira s djecom?",
        "Је ли нормално да се тренер тушира с дјецом?", "Ist es erlaubt, dass der Trainer mit den Jungen duscht?",
    ],
)  # fmt: skip
def test_what_may_be_is_read_by_a_person(text: str) -> None:
    assert judged(text).to_person


@pytest.mark.parametrize(
    "text",
    [
        "Is it normal that the coach praises my daughter?", "Is it normal that the coach trains children every day?",
        "Da li je u redu da trener vozi moju kćerku na trening?", "Да ли је у реду да тренер хвали моју ћерку?",
        "Is it normal that the coach touches the ball with his hand?", "Smije li učiteljica dirati igračke?",
        "Smije li se pas dirati?", "Smije li dijete dirati mačku?", "Can the teacher help her with her shirt?",
        "Ne smije nas niko dirati, kako da to objasnim djetetu?", "Darf der Trainer meine Tochter loben?",
        "A është normale që trajneri e lavdëron vajzën time?", "Da li djeca moraju nositi majicu kluba?",
    ],
)  # fmt: skip
def test_an_everyday_question_stays_one(text: str) -> None:
    verdict = judged(text)
    assert verdict.escalate is Escalation.NONE
    assert not verdict.to_person
    assert "question" in {reason.code for reason in verdict.reasons}
