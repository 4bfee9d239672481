"""Names, places, addresses by the words before them, and whose they are; every name here is invented."""

from __future__ import annotations

import re

import pytest

from pipeline import resources
from tests.redactors import masked, rules_alone
from triage.errors import BadConfiguration
from triage.redacting.context import Context
from triage.redacting.own_words import OwnWords
from triage.redacting.roles import Roles


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Zovem se Amra Begić i pišem vam", "Zovem se [NAME] i pišem vam"),
        ("zovem se amra begic i pisem vam", "zovem se [NAME] i pisem vam"),
        ("зовем се амра бегић и живим у мостару", "зовем се [NAME] и живим у [PLACE]"),
        ("ZOVEM SE AMRA BEGIĆ I ŽIVIM U MOSTARU", "ZOVEM SE [NAME] I ŽIVIM U [PLACE]"),
        ("ime joj je lejla i ima 12 godina", "ime joj je [NAME] i ima 12 godina"),
        ("zove se marko i trenira djecu", "zove se [NAME] i trenira djecu"),
        ("čovjek po imenu Senad Mehić-Horo piše", "čovjek po imenu [NAME] piše"),
        ("My name is Jane Roe and I saw it", "My name is [NAME] and I saw it"),
        ("a man called peter pike wrote", "a man called [NAME] wrote"),
        ("Ich heiße Petra Muster und schreibe", "Ich heiße [NAME] und schreibe"),
        ("unë quhem arben hoxha dhe shkruaj", "unë quhem [NAME] dhe shkruaj"),
        ("nastavnik Damir Hodo iz Bihaća", "nastavnik [NAME] iz [PLACE]"),
        ("Gospođa Ana K. i dr. Ivan Horo", "Gospođa [NAME]. i dr. [NAME]"),
        ("Frau Muster und Herr Beispiel", "Frau [NAME] und Herr [NAME]"),
        ("otac djeteta Mirza ga tuče", "otac djeteta [NAME] ga tuče"),
    ],
)
def test_a_name_is_masked_by_the_words_before_it(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "ja sam zabrinuta majka i ne znam šta da radim",
        "ne znam kako se zove i gdje živi",
        "živi u strahu od njega",
        "korisnik objavljuje slike djece",
        "a so-called photographer wrote",
        "slike na adresi prikazuju djecu",
        "My name is not important",
        "a group called and asked",
        "zove se isto kao i prije",
        "nastavnik je rekao da je to u redu",
        "iz straha nisam rekla",
        "Profil je obrisan",
        "Ich heiße nicht so",
    ],
)
def test_ordinary_words_after_the_same_words_stay(written: str) -> None:
    assert masked(written) == written


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("živi u ulici Lipova 12, sprat 3", "živi u [ADDRESS], sprat [ADDRESS]"),
        ("ulica lipova 12 a", "[ADDRESS]"),
        ("ul. Zelenih polja br. 5/2", "[ADDRESS]"),
        ("улица Липова 12", "[ADDRESS]"),
        ("Bulevar starih lipa bb", "[ADDRESS]"),
        ("Adresa: Lipova 12, 71000 Sarajevo", "Adresa: [ADDRESS], [ADDRESS]"),
        ("in der Lindenstraße 5, 10115 Berlin", "in der [ADDRESS], [ADDRESS]"),
        ("at 12 Linden Street", "at [ADDRESS]"),
        ("rruga e Blirit 12", "[ADDRESS]"),
        ("u gradu, Lipovačka 26, treći ulaz", "u gradu, [ADDRESS], treći ulaz"),
        ("kućni broj 14", "kućni broj [ADDRESS]"),
        ("stan br. 7", "stan br. [ADDRESS]"),
        ("Titova 5, stan 12, u gradu", "[ADDRESS], stan [ADDRESS], u gradu"),
        ("imam stan 12 godina", "imam stan 12 godina"),
        ("stan 40 eura po danu", "stan 40 eura po danu"),
        ("Adresa mu je Ilica 45", "Adresa mu je [ADDRESS]"),
        ("Stanuju u Zmaja od Bosne 8", "Stanuju u [ADDRESS]"),
        ("živi u Cara Dušana 77, treći sprat", "živi u [ADDRESS], treći sprat"),
        ("живи у Кнеза Милоша 12", "живи у [ADDRESS]"),
        ("zivi u vukovarskoj 12", "zivi u [ADDRESS]"),
        ("Am Markt 3, 04109 Leipzig", "[ADDRESS], [ADDRESS]"),
        ("Neubaugasse 12/4", "[ADDRESS]"),
        ("die familie in der bachgasse filmt", "die familie in der [ADDRESS] filmt"),
        ("at 5 Mill Lane, LS1 4AP Leeds", "at [ADDRESS], [ADDRESS] Leeds"),
    ],
)
def test_addresses_are_masked(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "na ulici je bilo djece",
        "adresa stranice je u prilogu",
        "2004 Sarajevo",
        "10000 ljudi",
        "put u školu traje 10 minuta",
        "živi s bratom već 12 godina",
        "živi ovdje skoro 5 mjeseci",
        "adresa stranice je pod brojem 12.30",
        "Ich lebe allein seit 3 Jahren",
    ],
)
def test_streets_without_a_name_stay(written: str) -> None:
    assert masked(written) == written


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("ide u Drugu osnovnu školu, razred 4a", "ide u [ORGANISATION], razred [ORGANISATION]"),
        ("ide u drugu osnovnu skolu, 4-a razred", "ide u [ORGANISATION], [ORGANISATION] razred"),
        ("goes to Second Primary School", "goes to [ORGANISATION]"),
        ("in der Goethe-Schule", "in der [ORGANISATION]"),
        ("osnovna škola je blizu, a razred 4 puta veći", "osnovna škola je blizu, a razred 4 puta veći"),
    ],
)
def test_a_school_called_by_a_number_or_a_name_and_a_class_are_masked(written: str, shown: str) -> None:
    assert masked(written) == shown


def _roles_of(text: str) -> list[tuple[str, str]]:
    (spans,) = rules_alone().spans_of([text])
    return [(span.kind, span.role) for span in spans]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Zovem se Amra Begić", [("name", "reporter")]),
        ("moj broj je 061 123 456", [("phone", "reporter")]),
        ("kontaktirajte me na 061 123 456", [("phone", "reporter")]),
        ("mojoj kćerki Emini piše korisnik neko_77", [("name", "child"), ("handle", "suspect")]),
        ("muškarac s profilom @neko.77 piše", [("handle", "suspect")]),
        ("Meiner Tochter Lena schreibt der Benutzer neko_77", [("name", "child"), ("handle", "suspect")]),
        ("my son Adam is contacted by a man from +387 61 123 456", [("name", "child"), ("phone", "suspect")]),
        ("čovjek zove s broja 061 123 456", [("phone", "suspect")]),
        ("čovjek me zove na 061 123 456", [("phone", "unknown")]),
        ("pisao mi je na profil @neko_77", [("handle", "reporter")]),
        ("njen profil je @neko_77", [("handle", "unknown")]),
        ("my daughter's account @neko_77", [("handle", "unknown")]),
        ("bojim se za kćerku, Amra Begić", []),
        ("bojim se za kćerku\nAmra Begić", [("name", "unknown")]),
        ("Zovem se Amra Begić a kćerka Lejla Begić plače", [("name", "reporter"), ("name", "unknown")]),
        ("moj broj je 061 123 456. Čovjek zove s broja 061/123-456", [("phone", "reporter"), ("phone", "unknown")]),
        ("Prijavljuje učenica Amra Begić", [("name", "reporter")]),
        ("Učenica Amra Begić, peti razred", [("name", "unknown")]),
        ("piše učenici Emini", [("name", "child")]),
        ("kćerka moje prijateljice Ane", [("name", "unknown")]),
        ("otac djeteta Mirza", [("name", "other")]),
        ("profil mog sina: neko_77", [("handle", "unknown")]),
        ("moj profil: neko_77", [("handle", "unknown")]),
        ("trener je tu. Broj 061 123 456", [("phone", "unknown")]),
        ("na stranici stoji 061 123 456", [("phone", "unknown")]),
        ("Man's number: 061 111 222 / 061 333 444 (reporter)", [("phone", "unknown")]),
        ("predator koristi profil @moj_profil1, to je moj ukradeni profil", [("handle", "unknown")]),
        ("Predator koristi broj 061 333 444 koji je ranije bio moj", [("phone", "unknown")]),
        ("Djevojčica Mirsada (to sam ja) je na slici", [("name", "unknown")]),
        ("čovjek ima profil @neko_77 (mine)", [("handle", "unknown")]),
        ("čovjek s profilom @neko_77 piše mojoj kćerki Emini", [("handle", "suspect"), ("name", "child")]),
        ("čovjek ima profil @neko_77, moj broj je 061 123 456", [("handle", "suspect"), ("phone", "reporter")]),
        ("Prijavio sam kao korisnik marko_m88, a to je on", [("handle", "unknown")]),
        ("As user marko_m88 I report this page", [("handle", "reporter")]),
        ("prijavio ga je moj brat Ante", [("name", "unknown")]),
        ("prijavila je kćerka Lejla", [("name", "unknown")]),
        ("moja sestra Mirela vam je već pisala", [("name", "unknown")]),
        ("moja sestra Mirela (12) plače", [("name", "child")]),
        ("moja sestra Mirela, 24, to zna", [("name", "unknown")]),
        ("moja mlađa sestra Mirela plače", [("name", "child")]),
        ("моја млађа сестра Мирела плаче", [("name", "child")]),
        ("moj sin Haris je advokat", [("name", "unknown")]),
        ("moj sin Adnan (31) je našao stranicu", [("name", "unknown")]),
        ("moj sin Adnan (11) ima profil", [("name", "child")]),
        ("my son Adam found the page", [("name", "unknown")]),
        ("slike učenice Tijane su tamo", [("name", "child")]),
        ("moja učenica Tijana Savić plače", [("name", "child")]),
    ],
)
def test_whose_it_is_follows_the_words_just_before_and_doubt_is_unknown(text: str, said: list[tuple[str, str]]) -> None:
    assert _roles_of(text) == said


def test_wrong_rule_files_are_refused() -> None:
    with pytest.raises(BadConfiguration):
        Context.from_toml('[rule.x]\nphrases = ["a"]\nkind = "secret"', "[words]\nen = []")
    with pytest.raises(BadConfiguration):
        Context.from_toml('[rule.x]\nphrases = ["a"]\nkind = "name"\nrole = "friend"', "[words]\nen = []")
    with pytest.raises(BadConfiguration):
        Roles.from_toml('[roles]\nfriend = ["x"]')
    words = resources.text("redaction/roles.toml")
    for missing in ("[kin]", "[adult]", "[mine]", "[witness]", "[owner]", "[toward]", "[nobody]", "[own_contact]"):
        with pytest.raises(BadConfiguration, match=re.escape(missing)):
            Roles.from_toml(words.replace(missing, "[another]"))
    for missing in ("[introduced]", "[own_page]", "[told_contact]"):
        with pytest.raises(BadConfiguration, match=re.escape(missing)):
            OwnWords.from_toml(words.replace(missing, "[another]"), "")
    with pytest.raises(BadConfiguration, match=re.escape("needs [own_contact] invitations")):
        OwnWords.from_toml(words.replace("\ninvitations =", "\nnone =", 1), "")
