"""Danger told in haste or without the word for it, offers that look like adverts, calm texts that look like danger."""

from __future__ import annotations

import pytest

from classifiers.base import Said
from pipeline.bootstrap import decider
from tests.ruled import RULES
from triage.verdict import Escalation, Label

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


@pytest.mark.parametrize(
    "text",
    [
        "my coach put his hand on my knee",
        "my uncle puts his hand under the blanket on me",
        "my stepdad puts his hand in my pants",
        "my uncle pulls down my pants",
        "he takes off my clothes when mum is away, my uncle",
        "der Trainer legt mir die Hand aufs Knie",
        "mein Onkel steckt mir die Hand in die Hose",
        "mein Onkel legt mir die Hand unter die Decke",
        "mein Onkel zieht mir die Hose runter",
        "er zieht mich aus, wenn Mama weg ist",
        "trajneri ma vuri dorën në gju",
        "daja më fut dorën në brekë",
        "xhaxhi më heq brekët",
        "he locked me in",
        "he kidnapped me",
        "er hat mich eingesperrt",
        "er hat mich entführt",
        "më mbylli në dhomë",
        "më rrëmbeu",
        "ich bin eingesperrt und komme nicht raus",
        "zaključana sam u sobi ne mogu izaći",
        "jam mbyllur në dhomë, nuk dal dot",
        "my friend's dad shows us films for adults",
        "der Vater meines Freundes zeigt uns Filme für Erwachsene",
        "babai i shokut na tregon filma për të rritur",
        "a man came to the hotel with a child without documents",
        "ein Mann kam mit einem Kind ohne Papiere ins Hotel",
        "një burrë erdhi në hotel me një fëmijë pa dokumente",
        "a pupil told me about being touched by a cousin",
        "тетак ми ставља руку испод деке",
        "tata me svlači",
        "tetak mi stavlja ruku ispod deke",
        "kum mi stavlja ruku u gaćice",
        "moj rođak mi skida gaće",
        "nastavnik mi stavlja ruku na koljeno",
        "trener mi stavio ruku u šorc",
        "xhaxhi me fut doren nen batanije",
        "skida me kad mame nema",
        "zakljucao me",
        "oteo me",
        "locked in a room cant get out",
        "drugov tata nam pokazuje filmove za odrasle",
        "učenik mi se povjerio o dodirima rođaka",
        "muskarac dosao s djetetom bez dokumenata u hotel",
    ],
)
def test_touching_and_being_held_are_danger_now_whatever_the_words(text: str) -> None:
    assert heard(text) is Escalation.DANGER_NOW


@pytest.mark.parametrize(
    "text",
    [
        "I swallowed a lot of them, I feel dizzy",
        "I swallowed something and feel dizzy",
        "ich habe viel geschluckt",
        "ich habe etwas geschluckt und mir ist schwindlig",
        "piva diçka, më merren mendtë",
        "kam gëlltitur shumë",
        "there is no way out for me",
        "es gibt keinen Ausweg für mich",
        "nuk ka shpëtim për mua",
        "ne mogu više, svi su vidjeli",
        "popila sam nesto vrti mi se",
        "popila sam svašta",
        "progutala sam puno toga",
        "svi su vidjeli sliku, nema mi spasa",
        "ich kann nicht mehr, alle haben es gesehen",
    ],
)
def test_what_was_swallowed_and_no_way_out_are_a_risk_to_life(text: str) -> None:
    assert heard(text) is Escalation.RISK_TO_LIFE


@pytest.mark.parametrize(
    "text",
    [
        "Mama mi je kupila nove gaće i deku",
        "Trener mi je pokazao vježbu za koljeno",
        "Ljekar mi je stavio gips na ruku",
        "Stranica mi skida viruse na telefon",
        "Brat mi skida igricu",
        "Skida mi pare s računa",
        "Skidaju me s liste čekanja",
        "Popila sam puno vode",
        "Popio sam nešto hladno na moru i slikao",
        "Popila sam kafu i čitam vašu stranicu",
        "I drank a lot of coffee",
        "Ich habe viel Kaffee getrunken",
        "piva shumë ujë",
        "Zaključao mi se profil",
        "Zaključali su mi nalog",
        "I'm locked out of my account and can't get in",
        "My phone locked me out",
        "Ich bin aus meinem Konto ausgesperrt",
        "Oteo mi je mobitel",
        "Banka mi je otela pare",
        "Ne mogu više gledati sve te reklame",
        "Svi su vidjeli film, nema mi mjesta u kinu",
        "Nema mi smisla ova stranica",
        "There is no way to open the page for me",
        "Es gibt keinen Ausweg aus dem Vertrag für mich",
        "Tata nam pokazuje slike s mora",
        "Putovanje s djetetom, koje dokumente trebam",
        "Traveling with my child without passport, what documents do I need?",
        "My mum put a blanket on me",
        "Oma legt mir eine Decke hin",
        "Ekran osjetljiv na dodir ne radi",
        "Mama mi stavlja ruku na čelo",
        "Kupila sam hlače i stavila na profil",
        "Hlače po povoljnoj cijeni, stavite ruku na srce",
        "My coach gave me new shorts",
        "Mein Trainer hat mir eine neue Hose gegeben",
        "Voda curi",
        "nestao mi je pas",
    ],
)
def test_clothes_drinks_and_locked_accounts_raise_no_alarm(text: str) -> None:
    assert heard(text) is Escalation.NONE


@pytest.mark.parametrize(
    "text",
    [
        "Is it legal? naked kids",
        "Ist das erlaubt? nackte Kinder",
        "A është e ligjshme? fëmijë lakuriq",
        "Да ли је ово дозвољено, гола деца?",
        "Da li je ovo dozvoljeno? Na stranici su gola djeca.",
        "jel ovo legalno, curica izgleda 10 god i nema nista na sebi",
        "test da li ova stranica s golom djecom jos radi",
        "imam pitanje jel smije ovo, mali goli",
        "Is this allowed? A girl of 10 wearing nothing",
        "Ist das legal? Mädchen, 10, trägt nichts",
        "testing whether this page with naked children still works",
    ],
)
def test_asking_whether_an_address_is_legal_hides_no_suspicion(text: str) -> None:
    assert RULES.decide(Said(description=text, locator_kinds=URL)).label is Label.CSAM_SUSPECT


def test_without_an_address_asking_whether_it_is_legal_stays_a_question_a_person_sees() -> None:
    verdict = RULES.decide(Said(description="Is it legal? naked kids"))
    assert (verdict.label, verdict.escalate, verdict.to_person) == (Label.INCOMPLETE, Escalation.NONE, True)


@pytest.mark.parametrize(
    "text",
    [
        "Mali goli pas, kineska kresta",
        "Gola mala mačka na stranici",
        "Kupio sam malu golu statuu, stranica je lažna",
        "Djeca ne rade ništa za sebe",
        "There is nothing on this page about my child",
        "My child has nothing to wear to school",
        "Djeca slave sa golom Džeke",
        "Je li dozvoljeno fotografisati djecu u školi?",
        "Roditelji s djecom na izletu",
        "Das kleine Kino zeigt Filme",
        "Mali oglasi na stranici su lažni",
    ],
)
def test_neighbours_of_what_is_asked_are_not_suspect(text: str) -> None:
    assert RULES.decide(Said(description=text, locator_kinds=URL)).label is not Label.CSAM_SUSPECT


@pytest.mark.parametrize(
    "text",
    [
        "slike beba s odraslima",
        "stranica sa bebama i odraslim muškarcima, muka mi je",
        "starac i curica",
        "old man and little girl",
        "Bilder von Babys mit Erwachsenen",
        "plak dhe vajzë",
    ],
)
def test_children_beside_adults_go_to_a_person(text: str) -> None:
    verdict = RULES.decide(Said(description=text, locator_kinds=URL))
    assert verdict.to_person or verdict.label is Label.CSAM_SUSPECT
    assert verdict.escalate is Escalation.NONE


@pytest.mark.parametrize(
    "text",
    [
        "sin razbio ekran tableta", "brat i sestra se svađaju oko tableta", "Син разбио екран таблета",
        "sin od 15 puši", "Mein Sohn hat sein Handy verloren", "My son broke his tablet", "voda curi iz stana iznad",
        "susjed ima jaku muziku do 3 ujutro", "internet pada svaku vecer", "my neighbour plays loud music every night",
        "muz ne placa alimentaciju za dvoje djece",
    ],
)  # fmt: skip
def test_things_habits_and_a_noisy_house_are_no_danger(text: str) -> None:
    verdict = decider().decide(Said(description=text, locator_kinds=URL))
    assert (verdict.escalate, verdict.label) == (Escalation.NONE, Label.COMPLETE)


@pytest.mark.parametrize(
    "text",
    [
        "tata me tuče kad pusti muziku", "sin puši i kaže da će se ubiti", "popila sam tablete, sin razbio ekran",
        "my neighbour beats his child, loud music every night", "Mein Sohn hat sein Handy verloren, er will sterben",
    ],
)
def test_danger_beside_things_and_noise_is_heard(text: str) -> None:
    assert decider().decide(Said(description=text, locator_kinds=URL)).escalate >= Escalation.RISK_TO_LIFE
