"""Cries with few words by those it is done to: they may not tell, are visited, watched, not let out."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from tests.ruled import RULES
from triage.verdict import Escalation, Verdict

NOWHERE = frozenset({"no_locator"})


def judged(text: str) -> Verdict:
    return RULES.decide(Said(category="other", description=text, locator_problems=NOWHERE))


@pytest.mark.parametrize(
    "text",
    [
        "upomoc on je opet u sobi", "help he is in my room again", "hilfe er ist wieder in meinem zimmer",
        "ndihmë ai është përsëri në dhomën time",
        "on mi dolazi u sobu nocu", "Долази ми у собу сваке ноћи", "he comes into my room every night",
        "er kommt nachts in mein Zimmer", "natën vjen në dhomën time",
        "bojim se kad ostanemo sami", "I am afraid to be alone with him", "ich habe Angst wenn wir allein sind",
        "kam frikë kur mbetemi vetëm",
        "ne da mi da izađem", "не пушта ме да изађем", "ne pušta me van", "he won't let me leave",
        "er lässt mich nicht raus", "nuk më lë të dal",
        "skida me", "he takes my clothes off", "er zieht mich aus", "më zhvesh",
        "gleda me dok se tuširam", "он ме гледа док се купам", "he watches me in the shower",
        "er schaut mir beim duschen zu", "më shikon në dush",
        "molim vas dođite brzo", "please come quickly", "bitte kommt schnell", "ejani shpejt ju lutem",
        "ne mogu vikati", "tjera me da spavam s njim",
        "zaključana sam u sobi", "I am locked in my room", "jam e mbyllur në dhomë",
        "pomozite mi molim vas", "помозите ми молим вас", "ne želim da budem sama s ujakom",
        "opet je pijan, bojim se", "he is drunk again I am scared", "er ist wieder betrunken ich habe angst",
        "është përsëri i dehur kam frikë",
        "slomio mi je ruku", "he broke my arm", "er hat mir den arm gebrochen", "ma theu krahun",
        "skrivam se u kupatilu", "ich verstecke mich im bad", "jam fshehur në banjo",
        "on me slika kad spavam", "he takes pictures of me when I sleep", "er fotografiert mich wenn ich schlafe",
        "më fotografon kur fle",
        "moja kćerka nije došla kući", "моја ћерка није дошла кући", "my daughter did not come home",
        "meine Tochter ist nicht nach Hause gekommen",
    ],
)  # fmt: skip
def test_a_cry_is_danger_now(text: str) -> None:
    assert judged(text).escalate is Escalation.DANGER_NOW


@pytest.mark.parametrize(
    "text",
    [
        "ne smijem reci sta mi radi", "не смијем рећи шта ми ради", "ne smijem nikome reći šta mi radi",
        "zabranio mi je da kažem šta mi radi", "niko ne zna šta mi radi", "I can't tell anyone what he does to me",
        "I am not allowed to say what he does to me", "ich darf nicht sagen was er mit mir macht",
        "nuk guxoj të them çfarë më bën", "on mi radi ružne stvari",
        "ne želim više da mi to radi", "I don't want what he does to me", "he kisses me and I don't want it",
        "he does things to me", "er macht Sachen mit mir",
    ],
)  # fmt: skip
def test_who_may_not_tell_is_heard(text: str) -> None:
    assert judged(text).escalate is Escalation.ABUSE_DESCRIBED


@pytest.mark.parametrize("text", ["rekao je da će me ubiti ako kažem", "he said he will kill me if I tell"])
def test_a_threat_for_telling_is_a_risk_to_life(text: str) -> None:
    assert judged(text).escalate is Escalation.RISK_TO_LIFE


@pytest.mark.parametrize(
    "text",
    [
        "mama mi ne da van s društvom", "Mama lässt mich nicht raus", "my mom won't let me go out",
        "bojim se mraka kad sam sama", "ne želim ići kod njega", "I don't want to go to his house",
        "opet je pijan i viče", "on čita moje poruke, ne zovite", "ich bin eingesperrt",
        "recite mu da prestane", "make him stop", "er soll aufhören",
    ],
)  # fmt: skip
def test_what_may_be_everyday_or_a_cry_is_read_by_a_person(text: str) -> None:
    verdict = judged(text)
    assert verdict.escalate is Escalation.NONE
    assert verdict.to_person


@pytest.mark.parametrize(
    "text",
    [
        "ne da mi se izaći van", "mačka mi dolazi u krevet svaku noć", "my cat comes into my bed every night",
        "dostava dolazi brzo", "Das Paket kommt schnell", "please answer quickly", "gledam film u sobi",
        "on dolazi sutra popraviti ormar u sobi", "gleda me čudno u školi", "skidam aplikaciju", "skini me s liste",
        "don't tell me what to do", "stranica ne radi, nisam rekla kolegi", "ne mogu zvati broj sa stranice",
        "I can't tell what this site does", "Ich sage nicht, was mir die Seite macht", "ova igrica me ubi",
        "gledam TV u sobi s mamom", "Wir sind allein auf der Seite", "the page lets me in but not out",
        "ich habe mir den Arm gebrochen", "I broke my arm at football", "slomila sam ruku na treningu",
        "my phone broke, please help me", "slomio mi se mobitel", "molim vas pomozite mi oko prijave",
        "sakrila sam poklon u sobi", "slikam mačku dok spava", "I am locked out of my account",
        "stranica nije došla na red", "the package did not come home", "make the page stop", "I don't want the page",
        "my son broke the lamp in my room", "Ich bin auf der Seite gesperrt",
    ],
)  # fmt: skip
def test_neighbours_of_cries_raise_no_alarm(text: str) -> None:
    assert judged(text).escalate is Escalation.NONE
