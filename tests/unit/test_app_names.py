"""Names on platforms without an `@` or a colon are places content is; words, files and the writer's own are none."""

from __future__ import annotations

import time

import pytest

from pipeline.bootstrap import url_rules
from triage.locators import find


def _keys(text: str) -> list[str]:
    return [place.case_key for place in find(text, url_rules())]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("on je ig zli_lik i šalje slike djeci", "handle:instagram/zli_lik"),
        ("Prijavljujem ig zli_lik zbog slika djece", "handle:instagram/zli_lik"),
        ("snap zli_lik99 traži slike", "handle:snapchat/zli_lik99"),
        ("na instagramu zli_lik traži slike", "handle:instagram/zli_lik"),
        ("zli_lik na instagramu šalje slike", "handle:instagram/zli_lik"),
        ("tiktok profil zli.lik99 dijeli slike", "handle:tiktok/zli.lik99"),
        ("tg bad_one sells pictures of children", "handle:telegram/bad_one"),
        ("he uses telegram name bad_one", "handle:telegram/bad_one"),
        ("on je na snapu lovac77", "handle:snapchat/lovac77"),
        ("my daughter gets messages from snap bad_one9", "handle:snapchat/bad_one9"),
        ("moj sin je dobio slike od ig zli_lik", "handle:instagram/zli_lik"),
        ("telegram kanal slike_djece_1 ima sve", "handle:telegram/slike_djece_1"),
        ("Gole slike djece, zli_lik na Instagramu.", "handle:instagram/zli_lik"),
        ("Gole slike djece. Korisnik zli_lik na Instagramu", "handle:instagram/zli_lik"),
        ("Голе слике деце. Корисник zli_lik на Инстаграму!", "handle:instagram/zli_lik"),
        ("Slike djece. Profil je zli_lik na Snapchatu.", "handle:snapchat/zli_lik"),
        ("Slike djece. Na Snapchatu je zli_lik.", "handle:snapchat/zli_lik"),
        ("He sells pictures. He is bad_one on Snapchat.", "handle:snapchat/bad_one"),
        ("Njegov nick je zli_lik, Snapchat.", "handle:snapchat/zli_lik"),
        ("Gole slike djece na Instagramu, profil zli_lik.", "handle:instagram/zli_lik"),
        ("Nackte Kinder, Nutzer zli_lik bei Instagram.", "handle:instagram/zli_lik"),
        ("Verbotene Kinderbilder, Telegram Kanal zli_lik.", "handle:telegram/zli_lik"),
        ("Foto fëmijësh në Instagram, profili zli_lik.", "handle:instagram/zli_lik"),
    ],
)
def test_a_chosen_name_behind_or_before_an_app_is_a_place(text: str, key: str) -> None:
    assert _keys(text) == [key]
    (place,) = find(text, url_rules())
    assert text[place.start : place.end] == key.rpartition("/")[2]


@pytest.mark.parametrize(
    "text",
    [
        "moj ig lana_99",
        "javite mi se na ig lana_99",
        "Vidjela sam to. Možete me naći na ig lana_99.",
        "Hvala, Amra, ig lana_99",
        "Amra, lana_99 na telegramu",
        "Text me on snap lana_99",
        "I use snap lana_99",
        "lana_99 na instagramu je moj profil",
        "za pitanja ig lana_99",
        "ich bin auf insta lana_99",
        "Moj profil je lana_99 na Snapchatu.",
        "Moj nick je lana_99, Snapchat.",
        "Amra, Instagram lana_99.",
        "Hvala. Korisnik lana_99 na Instagramu.",
        "Javite se. Profil lana_99 na Instagramu.",
        "Unë jam lana_99 në Instagram.",
    ],
)
def test_what_may_be_the_writers_own_is_left_to_a_person(text: str) -> None:
    assert _keys(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "ig je mreža a tiktok 2024 ima slike",
        "stara snap 2.0 verzija i ig story_2024",
        "on fejs video_12 dijeli i slike na ig 2024_godina",
        "neko viber poruke šalje djeci",
        "Vidio sam to na Instagramu. Ne znam ime.",
        "Moja kćerka je na Instagramu. Ima 12 godina.",
        "I saw it on Instagram. Please help.",
        "Vijesti o covid19 na Facebooku.",
        "Euro2024 na Facebooku.",
        "Slika_2024 na Instagramu.",
        "On Instagram he is known as a singer.",
        "Snapchat. Viber. Telegram.",
        "On TikTok is video_2024.",
        "big zli_lik i zig zli_lik ovdje",
    ],
)
def test_words_years_and_files_are_no_names(text: str) -> None:
    assert _keys(text) == []


def test_a_name_is_found_once_however_it_is_marked() -> None:
    assert _keys("ig: zli_lik, snap zli_lik99 dijeli slike") == [
        "handle:instagram/zli_lik",
        "handle:snapchat/zli_lik99",
    ]
    assert _keys("@zli_lik na instagramu traži slike") == ["handle:instagram/zli_lik"]
    assert _keys("https://host.example/a_b na instagramu dijele") == ["url:host.example/a_b"]


def test_hostile_texts_take_no_time() -> None:
    started = time.perf_counter()
    for piece in ("ig a_", "snap ", "a_b na ", "_" * 50 + " ig ", "ig a.b.c.d_"):
        _keys(piece * 3_000)
    assert time.perf_counter() - started < 10
