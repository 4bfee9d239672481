"""Ways to reach somebody: mail, web and IP addresses, handles; also made harmless, also in Cyrillic sentences."""

from __future__ import annotations

import pytest

from tests.redactors import masked


@pytest.mark.parametrize(
    "written",
    [
        "ime.prezime@posta.example",
        "ime(at)posta.example",
        "ime [at] posta [dot] example",
        "ime @ posta.example",
        "ime.prezime at posta dot com",
        "ime et posta tačka com",
        "ime dot prezime at posta dot example",
        "ime tačka drugo tačka prezime at posta tačka example",
        "ime donja crta prezime at posta dot kutija dot example",
        "име тачка презиме ет пошта тачка example",
        "vorname punkt nachname at post punkt example",
        "IME@POSTA.EXAMPLE",
        "ime@\u200bposta.example",
        "mailto:ime@posta.example",
        "ime+oznaka@posta.co.example",
    ],
)
def test_mail_is_masked_in_every_dress(written: str) -> None:
    for before, after in (("pišite na ", " molim"), ("пишите на ", ", хвала."), ("(", ")")):
        shown = masked(before + written + after)
        assert shown == before + "[EMAIL]" + after


@pytest.mark.parametrize(
    "written",
    [
        "https://host.example/a?b=1#c",
        "http://host.example",
        "hxxps://host[.]example/a",
        "host[.]example/a",
        "www.host.example",
        "WWW . host.example",
        "host.com",
        "sub.host.co.ba/put",
        "t.me/neko_ime",
        "tg://resolve?domain=neko",
        "ftp://host.example/x",
        "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrstuvwx.onion",
        "host . com",
        "host dot com",
    ],
)
def test_web_addresses_are_masked_in_every_dress(written: str) -> None:
    for before, after in (("vidio sam na ", " juče"), ("видео сам на ", ", јуче"), ("«", "»")):
        shown = masked(before + written + after)
        assert shown == before + "[URL]" + after


@pytest.mark.parametrize(
    "written", ["192.0.2.15", "192[.]0[.]2[.]15", "192.0.2.15:8080", "2001:db8::1", "2001:0db8:0:0:0:0:0:1", "fe80::1"]
)
def test_ip_addresses_are_masked(written: str) -> None:
    shown = masked(f"server {written} radi")
    assert shown in ("server [IP] radi", "server [URL] radi")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("piše joj @neko.ime na mreži", "piše joj [HANDLE] na mreži"),
        ("snapchat: neko.ime", "snapchat: [HANDLE]"),
        ("korisnik xx_neko_07 šalje", "korisnik [HANDLE] šalje"),
        ("user neko99 writes", "user [HANDLE] writes"),
        ('profil "Crni Vuk 88" objavljuje', 'profil "[HANDLE]" objavljuje'),
        ("username: neko", "username: [HANDLE]"),
        ("корисник neko_77 пише", "корисник [HANDLE] пише"),
        ("das Profil neko88 schreibt", "das Profil [HANDLE] schreibt"),
        ("përdoruesi neko_ime shkruan", "përdoruesi [HANDLE] shkruan"),
    ],
)
def test_names_on_platforms_are_masked(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "profil objavljuje slike svaki dan",
        "korisnik je obrisao profil",
        "d.o.o. i tako dalje",
        "u 12:30:45 sati",
        "To je kraj.Sutra zovem.",
        "npr. u školi",
        "video mp3 i 4K",
        "the user posts pictures",
        "odnos 3:2, i/ili",
    ],
)
def test_ordinary_words_stay(written: str) -> None:
    assert masked(written) == written


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write to a.b@mail.example. On Monday", "write to [EMAIL]. On Monday"),
        ("pišite na ime@posta.example. Onda je", "pišite na [EMAIL]. Onda je"),
        ("ime (at) posta (dot) com. It was", "[EMAIL]. It was"),
        ("see www.host.example. On Monday", "see [URL]. On Monday"),
        ("see host.example/a. On Monday", "see [URL]. On Monday"),
        ("https://host.example/a. On Monday", "[URL]. On Monday"),
        ("to ne radi. Info na stranici", "to ne radi. Info na stranici"),
    ],
)
def test_the_next_sentence_is_no_part_of_an_address(text: str, shown: str) -> None:
    assert masked(text) == shown
