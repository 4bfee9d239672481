"""Danger told without its word: a rope that is ready, a farewell beside pills, death as the way out; its neighbours."""

from __future__ import annotations

import pytest

from tests.ruled import judged
from triage.verdict import Escalation

RISKS = [
    "Spremio sam konopac.", "Имам већ спремљене лекове, опростите ми.", "Kam mbledhur tabletat.",
    "Pripremila sam žilete.", "Tablete su spremne.", "Скупила сам таблете.", "I have the rope ready.",
    "I have collected enough pills.", "Die Tabletten liegen bereit.", "Ich habe den Strick schon vorbereitet.",
    "Litarin e kam gati.", "Oprostite mi svi, tablete su pored mene.", "Sorry everyone, the pills are ready.",
    "Verzeiht mir, ich habe genug Tabletten gesammelt.", "Më mirë të mos isha.", "Më mirë të mos ekzistoja.",
    "Bolje da ne postojim.", "Боље да нисам више овде.", "It would be better if I wasn't here.", "Better not to be.",
    "Es wäre besser, wenn ich nicht hier wäre.", "Smrt je jedini izlaz.", "Смрт је једино решење.",
    "Death is the only way out.", "Der Tod ist der einzige Ausweg.", "Vdekja është e vetmja rrugëdalje.",
]  # fmt: skip
HELP = [
    "Ich brauche Hilfe, mir ist etwas Schlimmes passiert.", "Desilo mi se nešto strašno.", "Десило ми се нешто лоше.",
    "Trebam pomoć, desilo mi se nešto.", "Something bad happened to me, please help.", "Më ka ndodhur diçka e keqe.",
]  # fmt: skip
NEIGHBOURS = [
    "Kupio sam konopac za brod", "I collected the tablets from the school computers", "the game's only exit is death",
    "Spremio sam konopac za šator.", "Spremila sam lijekove za mamu.", "I have the rope ready for the boat trip.",
    "Die Tabletten für Oma liegen bereit.", "Oprostite, imate li lijekove za djecu?", "Konopac na sajtu je skup.",
    "Ljekarna prodaje tablete bez recepta.", "Bolje da nisam kupila ovu igru.", "Më mirë të mos ishte ky film.",
    "It would be better if the ads were not here.", "Better not to be late for school.",
    "Es wäre besser, wenn die Seite nicht hier wäre.", "U filmu je smrt jedini izlaz.", "Izlaz iz zgrade je zatvoren.",
    "Desilo mi se nešto loše s mobitelom.", "Something bad happened to my account.",
    "Mir ist etwas Schlimmes mit dem Auto passiert.", "Šta se desilo s vašom stranicom?", "Spremio sam dokumente.",
    "Skupila sam sličice.", "Ich bin bereit für die Prüfung.", "Jam gati për provimin.",
]  # fmt: skip


@pytest.mark.parametrize("placed", [True, False])
@pytest.mark.parametrize("text", RISKS)
def test_what_is_ready_or_wished_is_a_risk_to_life(text: str, placed: bool) -> None:
    assert judged(text, placed=placed).escalate is Escalation.RISK_TO_LIFE


@pytest.mark.parametrize("text", HELP)
def test_something_bad_that_happened_to_who_writes_is_abuse_described(text: str) -> None:
    assert judged(text).escalate is Escalation.ABUSE_DESCRIBED


ALONE = ["Kupio sam konopac.", "I have a rope.", "Ich habe einen Strick.", "Купила сам жилете."]


FEW = [
    "Lijekove sam već složila na stol.", "Ich hab die Tabletten schon gezählt.", "My pills are here with me.",
    "Samo smrt mi može pomoći.",
    "There is no other way than death.", "Lijekovi su mi na stolu.", "Лекови су ми на столу.",
]  # fmt: skip
EVERYDAY = [
    "Imam novi tablet.", "Moj tablet je pokvaren.", "My pills are too expensive, can you advise?",
    "Kupila sam lijekove za baku.", "Die Tabletten sind in der Apotheke.",
    "Moja igra: smrt na kraju.",
]  # fmt: skip


@pytest.mark.parametrize("text", FEW)
def test_a_few_words_of_pills_or_death_are_read_by_a_person(text: str) -> None:
    assert judged(text).to_person


@pytest.mark.parametrize("text", EVERYDAY)
def test_a_tablet_and_a_pharmacy_are_not(text: str) -> None:
    assert not judged(text).to_person


@pytest.mark.parametrize("text", ALONE)
def test_means_and_nothing_more_are_read_by_a_person(text: str) -> None:
    assert judged(text).to_person


@pytest.mark.parametrize("text", NEIGHBOURS)
def test_a_rope_for_a_boat_is_no_danger(text: str) -> None:
    assert judged(text).escalate is Escalation.NONE
