"""An address in which a reporter's own contact stands is known, however it is coded; any other is not."""

from __future__ import annotations

import base64
import time

import pytest

from pipeline.bootstrap import url_rules
from triage.own_contact import contact_keys
from triage.own_in_address import telling, tells
from triage.redacting.own import named_keys

MAIL, PHONE = "petra.maric77@mail.example", "+387 61 778 899"
SOUGHT = telling(contact_keys([MAIL, PHONE]))
RAW = MAIL.encode()
INSIDE = base64.b64encode(b'{"id":4,"u":"' + RAW + b'"}').decode()


@pytest.mark.parametrize(
    "rest",
    [
        "view/petra.maric77%40mail.example/9", "view/petra.maric77%2540mail.example/9", "u/petra.maric77/album/3",
        "a#petra.maric77@mail.example", "a#PETRA.Maric77", "p?phone=38761778899&id=4", "p/061-778-899",
        "p?t=%2B387%2061%20778%20899", f"p?id=8&u={base64.b64encode(RAW).decode()}",
        f"p?id=8&u={base64.b64encode(RAW).decode().replace('=', '%3D')}", f"p?token=x.{INSIDE}.y",
        f"ab/{base64.urlsafe_b64encode(RAW).decode().rstrip('=')}/9", f"abc/{RAW.hex()}/x", f"0{RAW.hex().upper()}",
        f"p?u={base64.b64encode(base64.b64encode(RAW)).decode()}", f"p?u={base64.b64encode(b'38761778899').decode()}",
    ],
)  # fmt: skip
def test_a_contact_is_known_in_every_coding(rest: str) -> None:
    assert tells(f"https://page.example/{rest}", SOUGHT, url_rules())


@pytest.mark.parametrize(
    "address",
    [
        "https://page.example/view/9", "https://page.example/?id=1234567890123456", "https://page.example/p/61778898",
        "https://page.example/petra/maric/77", "https://page.example/u/petra.maric7/album",
        "https://page.example/p?u=" + base64.b64encode(b"somebody.else@mail.example").decode(),
    ],
)  # fmt: skip
def test_what_is_no_contact_of_theirs_stays(address: str) -> None:
    assert not tells(address, SOUGHT, url_rules())


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("amra@mail.example", "https://page.example/u/amra/"), ("778899", "https://page.example/?id=778899"),
        ("somebody@mail.example", "https://page.example/somebody"), ("@amra_1", "https://page.example/amra_1"),
    ],
)  # fmt: skip
def test_what_may_stand_there_by_chance_is_not_looked_for(contact: str, address: str) -> None:
    assert not tells(address, telling(contact_keys([contact])), url_rules())


def test_a_whole_mail_address_is_looked_for_however_plain_and_so_is_a_chosen_name_given_as_contact() -> None:
    assert tells("https://page.example/?x=amra@mail.example", telling(contact_keys(["amra@mail.example"])), url_rules())
    assert tells("https://page.example/amra_uzorak9", telling(contact_keys(["@amra_uzorak9"])), url_rules())
    plus = telling(contact_keys(["petra.maric77+x@mail.example"]))
    assert tells("https://page.example/petra.maric77", plus, url_rules())


@pytest.mark.parametrize("rest", ["a1B2" * 15_000, "6162" * 15_000, "%25" * 20_000, "%41" * 20_000, "1-" * 30_000])
def test_an_address_made_to_be_slow_is_read_in_time(rest: str) -> None:
    started = time.process_time()
    assert not tells("https://page.example/" + rest, SOUGHT, url_rules())
    assert time.process_time() - started < 2


PROFILES = [
    "https://instagram.com/amra_k", "https://www.instagram.com/Amra_K/", "https://t.me/amra_k", "instagram.com/amra_k/",
    "https://www.tiktok.com/@amra_k", "https://www.snapchat.com/add/amra_k",
]
OTHERS = [
    "https://instagram.com/amra_k2", "https://instagram.com/p/amra_k/", "https://page.example/amra_k",
    "https://page.example/?u=amra_k", "https://t.me/amra", "https://instagram.com/xamra_k",
]


@pytest.mark.parametrize("address", PROFILES)
def test_a_profile_whose_whole_name_is_the_contact_is_theirs_however_short(address: str) -> None:
    assert tells(address, telling(contact_keys(["@amra_k"])), url_rules())


@pytest.mark.parametrize("address", OTHERS)
def test_a_short_name_that_is_no_whole_profile_may_be_anybodys(address: str) -> None:
    assert not tells(address, telling(contact_keys(["@amra_k"])), url_rules())


def test_a_mail_address_makes_no_profile_of_a_short_name_theirs() -> None:
    assert not tells("https://instagram.com/amra", telling(contact_keys(["amra@mail.example"])), url_rules())


NAME = telling(named_keys({"contact_name": "Anđa Horvat-Đurić"}))


@pytest.mark.parametrize(
    "rest",
    [
        "p?user=An%C4%91a.Horvat", "p?user=horvat_andja&id=1", "p?u=AndaHorvat", "p?u=anda+horvat", "p?u=anda%20horvat",
        "p#user=horvat.anda", f"p?u={base64.b64encode(b'name=anda.horvat;').decode()}", "p?u=djuric.andja88",
    ],
)  # fmt: skip
def test_their_whole_name_among_the_parameters_tells_of_them(rest: str) -> None:
    assert tells(f"https://page.example/{rest}", NAME, url_rules())


@pytest.mark.parametrize(
    "address",
    [
        "page.example/u/anda.horvat?id=1", "page.example/An%C4%91a-Horvat", "page.example/horvat_andja/album/3",
        "page.example/andahorvat", "anda-horvat.page.example", "horvatanda.page.example/x",
        "horvat.djuric.page.example/",
    ],
)  # fmt: skip
def test_their_whole_name_in_a_path_or_a_host_tells_of_them(address: str) -> None:
    assert tells(f"https://{address}", NAME, url_rules())


@pytest.mark.parametrize(
    "rest",
    [
        "p?user=anda", "p?u=horvat", "anda/horvat", "p?u=randahorvat", "p?u=anda&n=horvat", "anda/x?u=horvat",
        "anda-marija-horvat", "u/anda.horvatic", "horvat",
    ],
)  # fmt: skip
def test_one_word_of_a_name_or_both_apart_do_not(rest: str) -> None:
    assert not tells(f"https://page.example/{rest}", NAME, url_rules())
    assert not tells("https://anda.page.example/horvat", NAME, url_rules())


def test_a_very_short_name_is_not_looked_for() -> None:
    assert not named_keys({"contact_name": "Iva Luk"})
    assert not named_keys({"contact_name": "Anđa"})
