"""Danger told in haste or without the word for it, offers that look like adverts, calm texts that look like danger."""

from __future__ import annotations

from pathlib import Path

import pytest

from classifiers.base import Said
from classifiers.decide import build
from pipeline.bootstrap import decider
from triage.verdict import Escalation, Label

DATA = Path(__file__).parents[2] / "data"
RULES = build(
    {path.stem: path.read_text("utf-8") for path in (DATA / "phrases").glob("*.toml")},
    (DATA / "categories.toml").read_text("utf-8"),
)
URL = frozenset({"url"})


def heard(text: str) -> Escalation:
    return RULES.decide(Said(description=text, locator_kinds=URL)).escalate


@pytest.mark.parametrize(
    "text",
    [
        "otc me udra", "Отц ме удра", "tata me tce svaki dan", "molm vas pomzite", "my fathr beats me",
        "mein Vatr schlägt mich", "zovite policiju", "pozovite policiju", "Зовите полицију", "call the police",
        "bitte die Polizei rufen", "thirrni policinë", "hitno policija",
    ],
)  # fmt: skip
def test_a_cry_in_haste_is_danger_now(text: str) -> None:
    assert heard(text) is Escalation.DANGER_NOW


@pytest.mark.parametrize("text", ["prjeti mi sa slkama", "ucjnjuje me sa fotkama", "ucjenkuje me slikama"])
def test_blackmail_is_heard_misspelt(text: str) -> None:
    assert heard(text) is Escalation.CHILD_BLACKMAILED


@pytest.mark.parametrize(
    "text",
    [
        "stojim na mostu", "Стојим на мосту", "sjedim na ivici krova", "nikome ne bih falila", "bolje da me nema",
        "oprosti mama, ne mogu više", "ne mogu više", "zbogom svima", "I am standing on a bridge", "I'm on the roof",
        "sorry mum, I can't go on", "nobody would miss me", "ich stehe auf der Brücke", "ich kann nicht mehr",
        "niemand würde mich vermissen", "jam mbi urë", "më mirë pa mua", "më fal mami, nuk mundem më",
    ],
)  # fmt: skip
def test_a_risk_to_life_is_heard_where_the_word_is_not_said(text: str) -> None:
    assert heard(text) is Escalation.RISK_TO_LIFE


@pytest.mark.parametrize(
    "text",
    [
        "Da li da pozovem policiju?", "Policija je objavila saopćenje o prevarama", "Pozovite nas za najbolju ponudu",
        "Prijavio sam već policiji, ali stranica i dalje radi", "Call the shop for more information",
        "Die Polizei war schon da", "Policia njoftoi për mashtrime", "Stojim iza svoje prijave, stranica je lažna",
        "Slikao sam most, stojim na mostu u Mostaru", "Ne mogu više otvoriti stranicu", "I can't go on holiday",
        "sorry, my mum says I cannot use this form", "Ich kann nicht mehr auf die Seite zugreifen",
        "Wir vermissen unseren Hund", "Nuk mundem të hap faqen", "Primetila sam lažan profil",
        "Poredite dvije slike na stranici", "Vrsta sadržaja nije navedena", "Based on the list, bet on this site",
        "The treatment of animals on this page is bad", "Kako da pomognem sinu oko učenja",
    ],
)  # fmt: skip
def test_neighbours_of_cries_raise_no_alarm(text: str) -> None:
    assert heard(text) is Escalation.NONE


@pytest.mark.parametrize(
    "text",
    [
        "13yo pics", "pics of 12 yo", "13yo photos on this page", "14y videos here", "paketi 5-12 godina",
        "djeca 6-9, pisati na Telegram", "Деца 6-9, писати на Телеграм", "Paketi od 5 do 12 godina, pisati na Viber",
        "ages 5-12 packs, write on Telegram", "kids 6-9, dm on telegram", "Kinder 6-9, auf Telegram schreiben",
        "Pakete 5-12 Jahre, Preis auf Anfrage", "fëmijë 6-9, shkruani në Telegram", "prodajem paket 8-13 god",
    ],
)  # fmt: skip
def test_ages_beside_pictures_packs_or_a_messenger_are_suspect(text: str) -> None:
    assert RULES.decide(Said(description=text, locator_kinds=URL)).label is Label.CSAM_SUSPECT


@pytest.mark.parametrize(
    "text",
    [
        "Radionica za djecu 6-9 godina, prijave na Viber", "Kurs engleskog za djecu 6-9, pišite na Telegram",
        "Prodajem odjeću za djecu 5-12 godina", "Paketi odjeće 5-12 godina, povoljno", "Paketi 5-12 kg, dostava",
        "Igračke za djecu 5-12 godina, akcija", "Ljetni kamp, djeca 6-12 godina, javite se na Viber",
        "Paketi 5-12 eura", "Dostava paketa 5-12 dana", "Toys for ages 5-12, best offer",
        "football club, kids 6-9, enrol on WhatsApp", "Kinderkurs für Kinder 6-9, Anmeldung per WhatsApp",
        "Kurs për fëmijë 6-9, regjistrim në Viber", "My 13yo daughter has a new phone", "Radno vrijeme 8-16, paketi",
    ],
)  # fmt: skip
def test_goods_and_lessons_for_children_are_not_suspect(text: str) -> None:
    assert RULES.decide(Said(description=text, locator_kinds=URL)).label is not Label.CSAM_SUSPECT


@pytest.mark.parametrize("kinds", [URL, frozenset()])
@pytest.mark.parametrize(
    "text",
    [
        "Djeca u razredu se ne igraju s mojom kćeri", "Sin ne želi da uči", "Син не жели да учи",
        "Moj sin od 13 godina ne želi da uči", "My son does not want to study", "Mein Sohn will nicht lernen",
        "Die Kinder in der Klasse spielen nicht mit meiner Tochter", "Djali im nuk do të mësojë",
    ],
)  # fmt: skip
def test_a_calm_parent_waits_for_a_person_in_no_lane_of_danger(text: str, kinds: frozenset[str]) -> None:
    verdict = decider().decide(Said(description=text, locator_kinds=kinds))
    assert (verdict.escalate, verdict.to_person) == (Escalation.NONE, True)


@pytest.mark.parametrize(
    "text",
    [
        "Sin ne želi da uči i kaže da će se ubiti", "Kćerka neće da ide u školu, tamo je tuku",
        "Mein Sohn will nicht lernen, er will sterben", "My son does not want to study, he wants to die",
    ],
)
def test_danger_beside_an_everyday_worry_is_heard(text: str) -> None:
    assert decider().decide(Said(description=text, locator_kinds=URL)).escalate >= Escalation.RISK_TO_LIFE


@pytest.mark.parametrize(
    "text", ["Prodaju za 50 eura, plaćanje kriptom", "they sell it for 20 euros, payment in crypto"]
)
def test_words_of_money_take_no_ticked_category_its_label(text: str) -> None:
    verdict = decider().decide(Said(description=text, category="csam", locator_kinds=URL))
    assert (verdict.label, verdict.to_person) == (Label.CSAM_SUSPECT, True)


def test_fraud_under_a_ticked_category_stays_a_doubt() -> None:
    text = "Prevara, platio sam 50 eura i nisam dobio robu"
    verdict = decider().decide(Said(description=text, category="csam", locator_kinds=URL))
    assert (verdict.label, verdict.to_person) == (Label.COMPLETE, True)
