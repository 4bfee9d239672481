"""The label a report with an address gets from its own words, in every language and both scripts."""

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


SUSPECT = [
    "Na ovoj stranici se nalaze neprimjerene slike djeteta.",
    "Stranica prikazuje seksualno zlostavljanje djece",
    "seksualno iskoristavanje maloljetnika na ovom linku",
    "Naišao sam na video u kojem se zlostavlja maloljetna osoba.",
    "Нашао сам слике дјеце које нису законите.",
    "Na sajtu se prodaju snimci maloletnica",
    "Grupa na Telegramu u kojoj razmjenjuju fotografije djece",
    "Odrasli muškarac traži intimne slike od djevojčice od 12 godina",
    "profil koji vrbuje djecu",
    "Slike djevojčice napravljene vještačkom inteligencijom, seksualizirane",
    "Umjetno generirane slike djeteta u neprimjerenom kontekstu",
    "Sumnjam da se radi o materijalu seksualnog zlostavljanja djece.",
    "sadržaj seksualne prirode s djecom",
    "video sa djevojčicom od oko 10 godina, nezakonit sadržaj",
    "Dečak od oko 8 godina na nezakonitim fotografijama",
    "Mislim da je ovo dječja zlostava, slike su strašne",
    "Link vodi na fotografije djece koje su očigledno nezakonite. Molim da reagujete.",
    "На страници су видео снимци злостављања деце",
    "stranica sa zabranjenim sadrzajem na kojem su djeca",
    "uploadovali su sliku maloljetnika bez pristanka, slika je intimna",
    "This site contains illegal pictures of children",
    "I found images of a minor being abused",
    "The channel is selling videos of underage girls",
    "child sexual abuse material on this page",
    "An adult is asking a 12-year-old for intimate photos",
    "sexual exploitation of minors",
    "AI generated imagery of a child",
    "The pictures show a boy of about 10 in a sexual situation",
    "Inappropriate photos of children on this forum",
    "I think this is CSAM",
    "Faqja përmban fotografi ilegale të fëmijëve",
    "abuzim seksual i fëmijëve",
    "Diese Seite zeigt illegale Bilder von Kindern",
    "sexueller Missbrauch von Kindern auf dieser Seite",
    "Dok sam pretraživala naišla sam na stranicu gdje su djeca prikazana na nedoličan način.",
    "Profil dijeli snimke na kojima se vide malodobne osobe u seksualnom kontekstu",
    "Postavljaju linkove ka materijalima na kojima su zlostavljana djeca",
    "Ovaj nalog nudi prodaju snimaka djece",
    "Zatvorena grupa, razmjena sadržaja s maloljetnicima",
    "dijete na slici izgleda kao da ima 7 godina, scena je seksualna",
    "Vidio sam kako odrasla osoba u chatu traži od djevojčice da pošalje fotografije",
    "Mislim da ovaj sajt sadrži nedozvoljen materijal o djeci",
    "Forum s uputama kako namamiti djecu",
    "stranica objavljuje sumnjive fotografije male djece, molim provjeru",
    "Čini mi se da su djevojčice na ovim videima maloljetne i zlostavljane",
    "Албум са сексуализованим фотографијама деце",
    "сајт дели забрањене снимке малолетница",
    "na tik toku starac salje djevojcicama poruke i trazi slike",
    "the user shares sexualised pictures of kids",
    "This account offers a collection of photos of young children for sale",
    "Someone in this chat is pressuring my daughter for pictures",
    "The page hosts abuse material involving children",
    "Looks like a child under 12 in an abusive video",
    "A grown man grooms teenagers in this group",
    "they trade pictures of minors here",
    "illegal content with minors",
    "website with manual how to lure children",
    "Kinder werden auf diesem Video missbraucht",
    "Auf der Seite werden Bilder von Minderjährigen getauscht",
    "në këtë faqe shkëmbehen foto të fëmijëve",
    "Materiali tregon abuzim të një të mituri",
]
COMPLETE = [
    ("Lažni profil koristi moje slike i ime.", "account_misuse"),
    ("Neko je napravio lažni profil moje kćerke i objavljuje njene slike", "account_misuse"),
    ("Nepoznat čovjek šalje neprimjerene poruke mojoj kćerki.", "inappropriate_communication"),
    ("Vrijeđaju mog sina u komentarima", "violence"),
    ("Govor mržnje prema povratnicima", "hate_speech"),
    ("Prevara, uzeli su mi novac preko lažne stranice", "fraud"),
    ("Somebody hacked my account and writes to my friends", "account_misuse"),
    ("A stranger sends rude messages to my son", "inappropriate_communication"),
    ("Nepoznata osoba piše djetetu i pita gdje živi", "inappropriate_communication"),
    ("ukrali su mi instagram i objavljuju gluposti", "account_misuse"),
    ("Лажни профил са мојим сликама", "account_misuse"),
    ("komentari ispod slike su uvredljivi", None),
    ("Jemand hat ein gefälschtes Profil von mir erstellt", "account_misuse"),
    ("Dikush ka hapur një profil të rremë me emrin tim", "account_misuse"),
    ("", "fraud"),
    ("Na snimku nema djece, ali je sadržaj uvredljiv", None),
    ("These are adults, no children, but the account was stolen", None),
    ("Moje dijete je slučajno vidjelo neprimjeren sadržaj, reklama za odrasle", "other"),
    ("Učenici su napravili stranicu na kojoj ismijavaju nastavnicu", "violence"),
    ("Netko se predstavlja kao ja na Instagramu i šalje zahtjeve mojim prijateljima.", "account_misuse"),
    ("Ukraden mi je profil, neko piše u moje ime.", "account_misuse"),
    ("Nepoznat profil mi šalje neugodne poruke", "inappropriate_communication"),
    ("Profil uznemirava djevojčice neprimjerenim komentarima", "inappropriate_communication"),
    ("Prijavljujem lažni nalog koji koristi fotografije moje kćerke", "account_misuse"),
    ("Neko je preuzeo moj nalog i mijenjao lozinku.", "account_misuse"),
    ("The account uses my photos without permission", "account_misuse"),
    ("Someone pretends to be my 15 year old son", "account_misuse"),
    ("Neko je otvorio profil sa imenom mog sina (13 godina)", "account_misuse"),
    ("This user keeps sending inappropriate comments to students", "inappropriate_communication"),
    ("Stranica prodaje lažne patike", "fraud"),
    ("Profil širi mržnju", "hate_speech"),
    ("У коментарима вријеђају нашу наставницу", "violence"),
    ("Ima neprimjerenih poruka u grupi odjeljenja", "inappropriate_communication"),
    ("Непознат човек шаље чудне поруке мом детету.", "inappropriate_communication"),
    ("Nepoznata osoba šalje poruke neprimjerenog sadržaja mojoj kćerki od 14 godina", "inappropriate_communication"),
    ("Čovjek traži broj telefona od mog sina", "inappropriate_communication"),
    ("Ein fremdes Profil schreibt meiner Tochter", "inappropriate_communication"),
]
NOT_A_REPORT = [
    ("Da li je ova igra sigurna za dijete od 9 godina?", None),
    ("Kako da podesim roditeljski nadzor na telefonu?", "question"),
    ("Zanima me koliko dugo djeca smiju biti na internetu", "question"),
    ("Poštovani, imam pitanje u vezi postavki privatnosti", None),
    ("Kako razgovarati sa djecom o seksualnom zlostavljanju na internetu?", "question"),
    ("Molim savjet kako zaštititi dijete od vrbovanja", "question"),
    ("Gdje mogu naći edukativne materijale za djecu?", "question"),
    ("How can I protect my children online?", "question"),
    ("Is this app safe for a 10 year old?", None),
    ("Где могу пронаћи брошуре за родитеље?", "question"),
    ("Htjela bih informaciju o predavanju u školi, možemo li se sastati sutra", "question"),
    ("Wie kann ich mein Kind im Internet schützen?", "question"),
    ("Si mund ta mbroj fëmijën në internet?", "question"),
    ("Koja je minimalna dob za TikTok", None),
    ("Novinarka sam, pišem članak o zlostavljanju djece na internetu i trebam statistiku", "question"),
    ("Radim diplomski rad o sigurnosti djece na internetu, imate li podatke", "other"),
    ("Test", None),
    ("ovo je samo test, molim ignorišite", None),
    ("asdf asdf", None),
    ("this is a test of the form", None),
    ("Veliki popust na patike, naručite odmah, besplatna dostava", None),
    ("Buy now! Best offer, free delivery, limited discount", "other"),
    ("SEO optimizacija za vaš sajt, povoljne cijene", None),
    ("Тест", None),
    ("проба система", None),
    ("imam misli o djeci i treba mi pomoć", None),
    ("I have thoughts about children and need help", None),
    ("privlače me maloljetnici, trebam pomoć", None),
    ("Moje dijete igra igricu https://igra.example, je li to u redu?", None),
    ("Trebam preporuku za aplikaciju za roditeljsku kontrolu", None),
    ("Od koliko godina dijete može imati svoj profil?", None),
    ("Imate li materijale za nastavnike o sigurnosti na internetu?", None),
    ("Pitanje: kako prepoznati vrbovanje?", "question"),
    ("Kako funkcioniše vaša služba i da li je prijava anonimna?", None),
    ("Interesuje me da li održavate radionice u školama", None),
    ("What are the age limits for social networks?", None),
    ("Could you send us leaflets for our school?", None),
    ("Да ли је ова апликација безбедна за децу?", None),
    ("Колико времена дете треба да проводи пред екраном?", "question"),
    ("Koje postavke da uključim da moje dijete ne vidi neprimjeren sadržaj?", "question"),
    ("Gibt es Einstellungen zum Jugendschutz für diese Seite?", None),
    ("A është i sigurt ky aplikacion për fëmijë?", None),
    ("Možete li mi objasniti šta je phishing", "question"),
    ("Pročitala sam vijest o zlostavljanju djece i zanima me šta mogu uraditi kao roditelj", "question"),
    ("Nudimo izradu web stranica po najpovoljnijim cijenama, kontaktirajte nas", None),
    ("Zaradite od kuće 500 eura dnevno, kliknite ovdje", None),
    ("Kupite originalne parfeme uz 50% popusta", None),
    ("Get rich with crypto, click here", None),
    ("testiram da li ovo radi", None),
    ("Probna poruka", None),
    ("test test 123", None),
    ("Тест пријаве", None),
    ("Kaufen Sie jetzt, 30 Prozent Rabatt, kostenlos", None),
    ("Provo sistemin, test", None),
    ("Bojim se vlastitih misli o djeci, kome da se obratim", None),
]


@pytest.mark.parametrize("text", SUSPECT)
def test_words_that_point_at_abuse_make_a_suspect_without_any_category(text: str) -> None:
    verdict = at_an_address(text)
    assert verdict.label is Label.CSAM_SUSPECT
    assert "text_signal" in {reason.code for reason in verdict.reasons}


@pytest.mark.parametrize(("text", "category"), COMPLETE)
def test_other_misdeeds_with_an_address_are_complete(text: str, category: str | None) -> None:
    assert at_an_address(text, category).label is Label.COMPLETE


@pytest.mark.parametrize(("text", "category"), NOT_A_REPORT)
def test_questions_advertising_and_tests_are_incomplete_though_they_name_a_place(
    text: str, category: str | None
) -> None:
    verdict = at_an_address(text, category)
    assert verdict.label is Label.INCOMPLETE
    assert verdict.escalate is Escalation.NONE


@pytest.mark.parametrize("text", SUSPECT)
def test_typing_without_diacritics_changes_nothing(text: str) -> None:
    bare = text.translate(str.maketrans("čćžšČĆŽŠ", "cczsCCZS")).replace("đ", "dj").lower()
    assert at_an_address(bare).label is Label.CSAM_SUSPECT


@pytest.mark.parametrize("text", SUSPECT)
def test_the_same_words_in_cyrillic_change_nothing(text: str) -> None:
    latin = at_an_address(text)
    if any(reason.rule.startswith("phrases.bs_hr_sr:") and reason.code == "text_signal" for reason in latin.reasons):
        cyrillic = at_an_address(_cyrillic(text))
        assert (cyrillic.label, cyrillic.escalate) == (latin.label, latin.escalate)


def _cyrillic(text: str) -> str:
    for latin, cyrillic in (("lj", "љ"), ("nj", "њ"), ("dž", "џ")):
        text = text.lower().replace(latin, cyrillic)
    return text.translate(str.maketrans("abcčćdđefghijklmnoprsštuvzž", "абцчћдђефгхијклмнопрсштувзж"))
