"""The word of the criminal codes is known in every language, the English terms within each; so are places of offenders.

And where pictures "are" or "are seen" nobody is met.
"""

from __future__ import annotations

import pytest

from classifiers.base import Said
from pipeline.bootstrap import decider
from tests.ruled import RULES
from triage.verdict import Escalation, Label

_URL = frozenset({"url"})


@pytest.mark.parametrize(
    "text",
    [
        "Prijavljujem stranicu sa dječjom pornografijom.", "Дечја порнографија на овој страници.",
        "I want to report child pornography", "Kinder auf dieser Seite, Pornografie",
        "Pornografi me fëmijë në këtë faqe",
    ],
)  # fmt: skip
def test_the_statutory_word_beside_a_child_makes_a_suspect(text: str) -> None:
    assert decider().decide(Said(description=text, locator_kinds=_URL)).label is Label.CSAM_SUSPECT


def test_of_adults_alone_it_makes_none() -> None:
    said = Said(description="This site shows pornography of adults", locator_kinds=_URL)
    assert decider().decide(said).label is Label.COMPLETE


@pytest.mark.parametrize(
    "text",
    [
        "Na stranici je child pornography", "На страници је child pornography", "ovdje je child sexual abuse material",
        "Auf der Seite ist child pornography", "Auf der Seite ist child abuse material",
        "Në faqe ka child sexual abuse material", "Kinderpornografie auf dieser Seite", "CP grupa",
        "На страници се дијели CP",
        "Ovo je pedofilski sajt", "Ово је педофилска група", "grupa pedofila", "pedofilski sadržaj",
        "This is a paedophile site", "Eine Gruppe von Pädophilen", "Pädophilengruppe", "Faqe pedofilësh",
    ],
)  # fmt: skip
def test_english_terms_in_other_languages_and_places_of_offenders_make_a_suspect(text: str) -> None:
    assert RULES.decide(Said(description=text, locator_kinds=_URL)).label is Label.CSAM_SUSPECT


@pytest.mark.parametrize(
    "text",
    [
        "Na stranici nema child pornography", "no child pornography here",
        "Auf der Seite ist kein child abuse material",
        "News article about child pornography", "Članak o grupi pedofila koja je uhapšena.",
        "News article about a paedophile group.", "Zeitung schreibt über eine Gruppe von Pädophilen.",
        "Ti si pedofil!", "Komšija je pedofil.", "Ovaj profil me naziva pedofilom, to je uvreda.",
        "This page says that I am a paedophile.", "Er hat mich einen Pädophilen genannt.", "Më quajti pedofil.",
        "CP plus leasing company",
    ],
)  # fmt: skip
def test_denials_news_and_insults_make_none(text: str) -> None:
    assert RULES.decide(Said(description=text, locator_kinds=_URL)).label is not Label.CSAM_SUSPECT


@pytest.mark.parametrize(
    "text",
    [
        "Slike djece se nalaze u tajnoj grupi.", "Slike djece i odraslih se nalaze na ovoj stranici.",
        "Slika djeteta i odraslog se nalazi na ovoj stranici.", "Slike djece i odraslih možete vidjeti na stranici.",
        "Danas smo vidjeli nezakonite slike djece.", "Може да се види дете и одрасли на слици, данас.",
        "Na snimku se mogu vidjeti djeca i odrasli.", "Na slici se vide djeca i odrasli.",
    ],
)  # fmt: skip
def test_where_pictures_are_found_nobody_is_met(text: str) -> None:
    assert RULES.decide(Said(description=text, locator_kinds=_URL)).escalate is not Escalation.DANGER_NOW


@pytest.mark.parametrize(
    "text",
    [
        "Djevojčica će se vidjeti s njim sutra.", "Дечак ће се видети са непознатим мушкарцем у суботу.",
        "Traži dijete da se vide u parku.", "Djevojčica se nalazi s nepoznatim muškarcem.",
        "Želi vidjeti dijete uživo sutra.", "Dijete želi da se vidi s nepoznatim muškarcem.",
    ],
)  # fmt: skip
def test_who_sees_a_child_in_person_is_a_danger(text: str) -> None:
    assert RULES.decide(Said(description=text, locator_kinds=_URL)).escalate is Escalation.DANGER_NOW


@pytest.mark.parametrize("text", ["nezakonite slike", "Незаконите слике!", "illegal images", "illegale Bilder"])
def test_illegal_pictures_and_no_more_words_are_a_suspect(text: str) -> None:
    assert decider().decide(Said(description=text, locator_kinds=_URL)).label is Label.CSAM_SUSPECT


@pytest.mark.parametrize("text", ["Slike.", "Zakonite slike"])
def test_other_few_words_are_none(text: str) -> None:
    assert decider().decide(Said(description=text, locator_kinds=_URL)).label is not Label.CSAM_SUSPECT


@pytest.mark.parametrize(
    "text",
    ["Pomoć!", "Помоћ", "help me", "Hilfe", "Ndihmë!", "upomoć", "spasite me", "Спасите", "Rettet", "SOS",
     "oteli su mi kćer"],
)  # fmt: skip
@pytest.mark.parametrize("kinds", [_URL, frozenset()])
def test_a_cry_for_help_and_no_more_is_danger_now(text: str, kinds: frozenset[str]) -> None:
    assert decider().decide(Said(description=text, locator_kinds=kinds)).escalate is Escalation.DANGER_NOW


@pytest.mark.parametrize(
    "text",
    ["help?", "pomoć oko prijave stranice", "Hilfe zu dieser Seite", "Hvala na pomoći", "Хвала на помоћи",
     "pravna pomoć", "Faleminderit për ndihmën", "help with form", "Hilfe beim Login"],
)  # fmt: skip
def test_help_with_something_is_none(text: str) -> None:
    assert decider().decide(Said(description=text)).escalate is not Escalation.DANGER_NOW


@pytest.mark.parametrize(
    "text",
    ["silovana sam", "silovali su me", "силована сам", "zlostavljaju me", "I was raped", "ich wurde vergewaltigt",
     "më kanë përdhunuar", "dirao me je profesor", "doktor me je dirao"],
)  # fmt: skip
def test_who_was_hurt_and_writes_no_more_is_heard(text: str) -> None:
    assert decider().decide(Said(description=text)).escalate >= Escalation.ABUSE_DESCRIBED


@pytest.mark.parametrize("text", ["Zlostavljanje?", "nije zlostavljanje", "Kako prijaviti zlostavljanje"])
def test_a_word_asked_or_denied_is_no_abuse_described(text: str) -> None:
    assert decider().decide(Said(description=text)).escalate is Escalation.NONE


@pytest.mark.parametrize(
    "text",
    ["Da li je ovo legalno? Na slikama su djeca.", "Is this legal? Girls about 12 in underwear",
     "Да ли је ово дозвољено? Деца без одеће"],
)  # fmt: skip
def test_who_asks_whether_an_address_is_legal_reports_it_and_without_one_asks(text: str) -> None:
    assert decider().decide(Said(description=text, locator_kinds=_URL)).label is not Label.INCOMPLETE
