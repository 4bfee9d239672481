"""Whose a profile is where something is done to somebody, and whose name stands behind a child's word: for police."""

from __future__ import annotations

from functools import cache

import pytest

from pipeline.redacting_setup import redactor as shipped_redactor
from triage.redacting.redactor import Redactor


@cache
def _shipped() -> Redactor:
    return shipped_redactor()


def _police(text: str) -> str:
    return _shipped().redact(text, recipient="police").text


@pytest.mark.parametrize(
    "text",
    [
        "on me prati na instagramu, profil iva.mostar07, stalno lajka",
        "он ме прати на инстаграму, профил iva.mostar07, стално лајка",
        "on me prati na instagramu profil iva.mostar07", "On me prati na mreži. Profil iva.mostar07.",
        "he follows me on insta, profile iva.mostar07", "er folgt mir auf Instagram, Profil iva.mostar07",
        "ai me ndjek ne instagram, profili iva.mostar07", "covjek mi je ukrao nalog, korisnik iva.mostar07",
        "on mi je hakovao instagram, profil iva.mostar07", "he stole the account iva.mostar07",
        "tip me stalno zove, profil iva.mostar07 morala sam ugasiti", "on prati moju kćerku, profil iva.mostar07",
        "he stalks my daughter, profile iva.mostar07", "on joj piše, profil iva.mostar07",
        "on prati moju kćerku Lanu, profil iva.mostar07", "mojoj kćeri piše na profil iva.mostar07",
        "moja kćerka piše s profila iva.mostar07", "drug mojoj kceri prijeti iva.mostar07",
        "A man writes to my daughter on the account iva.mostar07",
        "someone in the class blackmails her profile iva.mostar07",
        "she is being stalked, profile iva.mostar07",
        "učenik iz razreda mog sina piše s profila iva.mostar07", "učenik piše mom sinu s profila iva.mostar07",
        "čovjek piše mom sinu na profil iva.mostar07", "čovjek piše mom sinu, profil iva.mostar07",
        "čovjek piše mom sinu koji ima profil iva.mostar07",
    ],
)  # fmt: skip
def test_a_profile_that_may_be_the_victims_is_shown_to_nobody(text: str) -> None:
    assert "iva.mostar07" not in _police(text)


@pytest.mark.parametrize(
    "text",
    [
        "mojoj kceri prijeti zeka_peka77", "mojoj kceri pise profil zeka_peka77",
        "Mojoj kćeri Lani prijeti zeka_peka77",
        "Covjek koji pise mojoj kceri ima broj +387 62 987 654", "otmičar koristi viber +38762987654",
        "Meine Tochter Lena bekam Nachrichten von @onkel_max", "Moja kćerka Lana dobija poruke od zeka_peka77",
        "The man who writes to my daughter uses the account zeka_peka77", "prati me korisnik zeka_peka77",
        "on me prati s profila zeka_peka77", "covjek me prati, njegov profil je zeka_peka77",
        "Jedan čovjek piše mom sinu s profila zeka_peka77", "Један човјек пише мом сину с профила zeka_peka77",
        "neko stalno pise mojoj kceri s profila zeka_peka77", "On prijeti mom sinu sa naloga zeka_peka77",
        "mojoj kcerki pise covjek s broja 062 987 654", "my daughter is threatened by zeka_peka77",
    ],
)  # fmt: skip
def test_police_see_who_threatens_or_writes(text: str) -> None:
    assert _police(text) == text


def test_a_profile_said_to_be_hers_is_not_that_of_who_writes() -> None:
    assert "ena_ples11" not in _police("mojoj kćeri piše ena_ples11, to je njen profil")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Sin Marko ovdje, pišem umjesto mame", "Marko"), ("pise vam sin Haris, tata me bije", "Haris"),
        ("kćerka Ajla piše: otac me snima", "Ajla"), ("ovdje kćer Lara, tata ne smije znati", "Lara"),
        ("Dijete Tarik vam se javlja", "Tarik"), ("dječak Emir, ja pišem jer me trener dira", "Emir"),
        ("ћерка Јована овде, отац ме снима", "Јована"), ("daughter Anna writing here", "Anna"),
        ("son Alen here please help", "Alen"), ("kid Tim writing: my dad films me", "Tim"),
        ("hier ist Tochter Lena, mein Vater filmt mich", "Lena"), ("Kćerka Ajla, otac me snima", "Ajla"),
    ],
)  # fmt: skip
def test_a_child_that_writes_is_the_reporter_and_named_to_nobody(text: str, name: str) -> None:
    assert name not in _police(text)


@pytest.mark.parametrize(
    "text", ["dijete Amre Hodžić je na slici", "djevojčica, kći Zorana Marića", "sin Jasne Marić je na slikama"]
)
def test_a_parent_in_the_genitive_is_no_child(text: str) -> None:
    assert not {"Amre", "Hodžić", "Zorana", "Jasne"} & set(_police(text).replace(",", " ").split())


@pytest.mark.parametrize(
    "text",
    [
        "Moja kćerka Emina piše s nepoznatim čovjekom", "Mojoj kćerki Emini piše muškarac",
        "Moj sin Haris mi je rekao da ga trener snima", "Dijete Tarik je na slici",
        "Djevojčica Lana je na slikama, pišem jer sam zabrinuta", "dijete Lana Hodžić je na slici",
        "Slike djevojčice Lane su na stranici", "Sin Ante je na slikama", "Sin Luka je na slikama",
    ],
)  # fmt: skip
def test_police_see_the_name_of_a_child_somebody_else_tells_of(text: str) -> None:
    assert _police(text) == text
