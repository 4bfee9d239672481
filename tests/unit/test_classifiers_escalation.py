"""Every kind of danger is heard in every language and both scripts, with or without an address."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from tests.ruled import RULES
from triage.verdict import Escalation, Label, Verdict

URL = frozenset({"url"})


def at_an_address(text: str, category: str | None = None) -> Verdict:
    return RULES.decide(
        Said(description=text, category=category, location="https://host.example/a", locator_kinds=URL)
    )


DANGER_NOW = [
    "Sastaje se s njim sutra poslije škole",
    "Sutra treba da se nađe sa čovjekom kojeg je upoznala na internetu",
    "Сутра се састаје са њим",
    "traži da se nađu večeras",
    "she is going to meet a man she met online tomorrow",
    "Očuh je udara",
    "očuh zlostavlja dijete",
    "Her stepfather hurts her",
    "Njen otac je tuče svaki dan",
    "Dijete je u neposrednoj opasnosti",
    "The child is in danger right now",
    "Dete je u opasnosti",
    "Der Stiefvater schlägt das Kind",
    "Njerku e rreh vajzën",
    "Er trifft ihn morgen",
    "Nesër do të takohet me një të panjohur",
    "Dogovorila je sastanak sa starijim muškarcem u subotu",
    "momak od 30 godina dolazi po nju večeras",
    "želi da ga upozna uživo sutra",
    "Tata me tuče",
    "živi sa čovjekom koji je zlostavlja",
    "Dedu se plašim, dira me",
    "mom's boyfriend touches me",
    "they are meeting on Saturday at the mall",
    "my uncle hits me every day",
]
RISK_TO_LIFE = [
    "Kaže da će se ubiti",
    "kaze da vise ne zeli zivjeti",
    "Želi sebi nauditi",
    "Хоће себи да одузме живот",
    "Razmišlja o samoubistvu",
    "želi okončati svoj život",
    "He wants to end his life",
    "she says she will kill herself",
    "does not want to live any more",
    "Sie will nicht mehr leben",
    "mendon për vetëvrasje",
    "Er denkt an Suizid",
    "prijatelj je rekao da mu život nema smisla",
    "reže se po rukama",
    "piše da bi bilo bolje da je nema i da će sebi nešto uraditi",
    "ne želim više živjeti",
    "не жели више да живи",
    "prijetila je samoubojstvom",
    "ubiću se",
    "I don't want to be alive anymore",
    "she cuts herself",
]
BLACKMAILED = [
    "Prijeti da će objaviti njene slike ako ne pošalje još",
    "Ucjenjuju mog sina",
    "Uceni dete slikama",
    "Уцјењују моју кћерку",
    "someone threatens to publish her pictures",
    "he is blackmailing my daughter",
    "Er erpresst meine Tochter",
    "Po shantazhojnë vajzën time",
    "traži novac ili će poslati slike prijateljima, sin ima 15 godina",
    "Neko me ucjenjuje mojim slikama, imam 14 godina",
    "kaže da će poslati moj video svima u razredu ako mu ne platim",
    "Прети да ће послати слике мојим родитељима",
    "he says he will send my photos to my school if I don't pay",
    "Kërcënon se do t'i publikojë fotot e saj",
    "Er droht, ihre Bilder zu veröffentlichen",
]
IDENTIFIED = [
    "neko je objavio intimne snimke učenice iz naše škole",
    "Poznajem dijete sa slike",
    "Prepoznala sam djevojčicu na slikama",
    "Na slikama je učenica naše škole",
    "I know the child in the pictures",
    "Препознао сам дјечака на снимку",
    "dijete ide u osnovnu školu u našem mjestu",
    "Ich kenne das Kind auf dem Bild",
    "To je djevojčica iz moje ulice, poznajem je",
    "dijete sa snimka pohađa istu školu kao moj sin",
    "The girl is a pupil at our school",
    "Das Mädchen geht in unsere Schule",
    "Ово је дете из нашег комшилука",
]
EXPECTED = [
    (text, kind)
    for kind, texts in (
        (Escalation.DANGER_NOW, DANGER_NOW),
        (Escalation.RISK_TO_LIFE, RISK_TO_LIFE),
        (Escalation.CHILD_BLACKMAILED, BLACKMAILED),
    )
    for text in texts
]


@pytest.mark.parametrize(("text", "kind"), EXPECTED)
def test_danger_is_heard_with_and_without_an_address(text: str, kind: Escalation) -> None:
    assert at_an_address(text).escalate is kind
    homeless = RULES.decide(Said(description=text))
    assert homeless.escalate is kind
    assert homeless.label is Label.INCOMPLETE


@pytest.mark.parametrize("text", IDENTIFIED)
def test_a_suspect_report_about_a_child_somebody_knows_says_so(text: str) -> None:
    verdict = at_an_address(text, "csam")
    assert verdict.label is Label.CSAM_SUSPECT
    assert verdict.escalate is Escalation.CHILD_IDENTIFIED


@pytest.mark.parametrize(
    "text",
    [
        "Stranica prikazuje seksualno zlostavljanje djece",
        "На страници су незаконите слике дјеце",
        "This page shows abuse of a minor",
        "Sexueller Missbrauch von Kindern",
        "abuzim i fëmijëve",
    ],
)
def test_abuse_described_without_an_address_goes_to_people_first(text: str) -> None:
    verdict = RULES.decide(Said(description=text))
    assert verdict.label is Label.INCOMPLETE
    assert verdict.escalate is Escalation.ABUSE_DESCRIBED


@pytest.mark.parametrize(
    "text",
    [
        "Ne poznajem dijete na slikama",
        "Na snimku nema djece",
        "Predavanje o zlostavljanju djece je bilo korisno",
        "There is no child in the picture",
        "An article about abuse of children",
        "Sastanak roditelja je sutra u školi",
    ],
)
def test_denials_articles_and_lessons_raise_no_alarm(text: str) -> None:
    assert at_an_address(text).escalate is Escalation.NONE
    assert at_an_address(text).label is not Label.CSAM_SUSPECT


def test_a_child_in_danger_is_heard_though_an_article_is_mentioned() -> None:
    text = "Pročitala sam članak, a moje dijete tuče očuh"
    assert at_an_address(text).escalate is Escalation.DANGER_NOW


def test_blackmail_of_a_child_who_writes_itself_is_heard() -> None:
    said = Said(description="Neko me ucjenjuje.", reporter_group="child", locator_kinds=frozenset({"handle"}))
    verdict = RULES.decide(said)
    assert (verdict.label, verdict.escalate) == (Label.CSAM_SUSPECT, Escalation.CHILD_BLACKMAILED)


def test_blackmail_among_adults_is_no_child_in_danger() -> None:
    assert at_an_address("Bivši suprug me ucjenjuje slikama").escalate is Escalation.NONE


def test_a_threat_to_tell_the_parents_is_no_parents_evening() -> None:
    assert at_an_address("Prijeti da će objaviti slike na profilu mojih roditelja").escalate is (
        Escalation.CHILD_BLACKMAILED
    )
    assert at_an_address("He threatens to send my pictures to my parents").escalate is Escalation.CHILD_BLACKMAILED
