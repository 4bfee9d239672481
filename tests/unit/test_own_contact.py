"""The reporter's own telephone, mail address or chosen name is no place; everybody else's stays one."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from classifiers.base import Said
from classifiers.locators import Locators
from pipeline.bootstrap import find_all, url_rules
from pipeline.channels.base import RawRows
from pipeline.cli import plain_words
from pipeline.identity import own_digests, text_digests
from pipeline.intake import check
from pipeline.keys import PublicKey
from pipeline.redacting_setup import own_words
from pipeline.sealing import Sealer
from pipeline.stages.ingest import FileFacts, rows_table
from pipeline.stages.locate import links_of, locate, places_of
from triage.completeness import Part, missing_parts
from triage.locators import OWN_CONTACT, find
from triage.own_contact import MOST_JUDGED, contact_keys, keys_said_own, personal_key
from triage.verdict import Label

KEY = b"k" * 32
OWN = [
    "call me on 061 123-456", "moj broj je 061 123-456", "Vidjela sam to. Moj broj telefona: +387 61 123 456",
    "kontaktirajte me na 061/123-456", "javite mi se na ime@host.example", "nazovite me 061 123 456",
    "zovite me na broj 061 123-456, hvala", "moj mejl je ime@host.example", "my number is +387 61 123 456",
    "reach me at ime@host.example", "you can contact me at +387 61 123 456 or 062 123 457",
    "meine Nummer ist +49 170 1234567", "rufen Sie mich an unter +49 170 1234567", "numri im është +383 44 123 456",
    "më telefononi në 061 123-456", "my handle is @moje_ime", "my instagram: moje_ime", "Мој број је 061 123-456",
    "Našla sam to jučer na stranici. LP, Amra Test, tel. 061 123-456", "061 123-456 je moj broj",
    "I saw pictures there yesterday.\nKind regards\nAmra Test\nTel: +387 61 123 456\nMail: ime@host.example",
    "+387 61 123 456 (my number)", "javite se na moj broj 061 123-456", "wa.me/38761123456 is my whatsapp",
    "pisala sam vam već, nazovite me na 061 123-456", "možete me dobiti na 061 123-456",
    "Našla sam to jučer. Hvala, Amra, mob 061 123-456", "moj nalog je @moje_ime",
    "Pozovite me na 061 123 456", "Pozovi me na 061 123 456", "Позовите ме на 061 123 456", "позови ме на 061 123 456",
    "мој телефон 061 123 456", "Moj telefon 061 123 456", "Мој број 061 123 456", "Moj telefon je 061 123 456",
    "tel. 061 123 456, Amra Uzorak.", "Vidjela sam slike na stranici, tel. 061 123 456, Amra Uzorak.",
    "Vidjela sam slike na stranici. Tel: 061 123 456, Amra Uzorak", "tel. 061 123 456, John Sample.",
    "Za više informacija 061 123 456", "За више информација: 061 123 456", "Za kontakt 061 123 456",
    "За контакт: 061 123 456", "Kontakt telefon: 061 123 456", "Za više informacija pozovite 061 123 456",
    "Molim da me pozovete na 061 123 456", "možete me zvati na 061 123 456", "na raspolaganju sam na 061 123 456",
    "For more information 061 123 456", "for further information: 061 123 456", "please phone me on 061 123 456",
    "Für weitere Informationen +49 170 1234567", "Für Rückfragen: +49 170 1234567", "mein Telefon +49 170 1234567",
    "Sie erreichen mich unter +49 170 1234567", "Për më shumë informacion +383 44 123 456",
    "Ovaj čovjek mi prijeti. Ja koristim profil @moje_ime.", "онај човек ми прети, ја користим налог @moje_ime",
    "The page is illegal, I use the account @my_name", "ich benutze das Konto @mein_name",
    "për kontakt +383 44 123 456", "Mund të më telefononi në +383 44 123 456", "telefoni im: +383 44 123 456",
]  # fmt: skip
NOT_OWN = [
    "061 123-456", "piše joj čovjek s broja 061 123-456", "rekao joj je: nazovi me na 061 123-456",
    "he wrote call me on 061 123-456", 'poruka "nazovi me na 061 123-456"', "šalje slike na broj 061 123-456",
    "broj koji mi je dao je 061 123-456", "na moj broj je zvao 061 123-456", "na moj viber 061 123-456 šalje slike",
    "I got a call from 061 123-456", "my daughter got it from 061 123-456", "moj sin ima poruke s 061 123-456",
    "on my phone he wrote from 061 123-456", "Pozdrav, broj 061 123-456 šalje slike", "nazovite ga na 061 123-456",
    "Lijep pozdrav, dobio sam poruku od 061 123-456 jučer", "his number is 061 123-456", "his telegram is @neko_ime",
    "instagram: neko_ime", "moj brat je vidio da 061 123-456 šalje", "moja kćerka ima broj 061 123-456",
    "Poslao mi je poruku nazovi me na 061 123-456", "moj profil https://www.instagram.com/moje_ime/",
    "I want to report it. Thanks @neko_ime", "To je sve što znam. Hvala. Broj 061 123-456",
    "na moj mail ime@host.example", "zovite policiju, broj je 061 123-456", "ja sam dobio poruku od @neko_ime",
    "call 061 123-456", "she said my number is 061 123-456", "he asked her to contact @neko_ime",
    "šalje slike s broja 061 123 456", "zovu dijete s 061 123 456", "шаље слике с броја 061 123 456",
    "pozovite ga na 061 123 456", "pozovite policiju, broj je 061 123 456", "rekao joj je: pozovi me na 061 123 456",
    "u poruci stoji pozovite 061 123 456", "Neko šalje slike djeci, tel. 061 123 456",
    "Neko šalje slike djeci, tel. 061 123 456, Marko Uzorak", "Šalje slike. Tel. 061 123 456, Marko Uzorak.",
    "Upoznala sam ga na mreži. Tel. 061 123 456, Marko Uzorak.", "tel. 061 123 456 šalje slike djeci",
    "u oglasu piše za više informacija 061 123 456", "Prodajem slike. Za više informacija 061 123 456",
    "koristim telegram @neko_ime", "I use the channel @neko_ime", "imam profil @neko_ime",
    "I have the number 061 123 456", "rekao je koristim profil @neko_ime",
    "The ad says I use the account @neko_ime", "koristi profil @neko_ime",
    "nudi slike, za kontakt 061 123 456", "The ad says for more information 061 123 456",
    "auf der Seite steht: für weitere Informationen +49 170 1234567",
    "faqja thotë për më shumë informacion +383 44 123 456",
]  # fmt: skip

INTRODUCED = [
    "Vidjela sam stranicu. Zovem se Amra Uzorak, 061 222 333.", "This is John Sample, teacher, 061 222 555.",
    "I saw a page there. This is John Sample, teacher, 061 222 555.",
    "My name is John Sample and my phone is 061 222 555",
    "zovem se amra uzorak 061 222 333", "ovdje amra uzorak, tel 061 222 333", "this is john sample, 061 222 555",
    "Moje ime je Amra Uzorak, nastavnica, tel. 061 222 333", "Zovem se dr. Amra Uzorak iz Zenice. Tel. 061 222 333.",
    "Ja sam Amra Uzorak, psihologinja, 061 222 333.", "Zovem se Amra Uzorak. Broj telefona: 061 222 333.",
    "Ovdje Amra Uzorak, 061 222 333, želim prijaviti stranicu.", "I am John Sample, john@host.example",
    "Dobar dan, ovdje Amra Uzorak, Sarajevo, 061 222 333. Neko šalje slike.", "My name is John, @john_sample",
    "Zovem se Amra Uzorak, 061 222 333, neko šalje slike mojoj kćerki.", "I'm John Sample from London, 061 222 555",
    "Ich heiße Anna Muster, Lehrerin, +49 170 1234567.", "Mein Name ist Anna Muster, Tel. +49 170 1234567",
    "Ich bin Anna Muster, anna@host.example", "Quhem Arta Shembull, mësuese, +383 44 222 333.",
    "Unë jam Arta Shembull, +383 44 222 333", "Зовем се Амра Узорак, 061 222 333.", "зовем се амра узорак 061 222 333",
    "Овдје Амра Узорак, наставница, 061 222 333.", "Ја сам Амра Узорак, тел. 061 222 333",
    "ich heisse anna muster 061 222 333",
    "Zovem se Amra Uzorak, 061 222 333, amra@host.example",
    "Zovem se Amra Uzorak, 061 222 333 i želim prijaviti stranicu",
    "Vidjela sam to na stranici. Lijep pozdrav, 061 222 333, Amra Uzorak",
    "zovem se amra uzorak nastavnica 061 222 333",
    "Vidjela sam to na stranici. Hvala, 061 222 333, Amra Uzorak",
    "Quhem Arta Shembull dhe numri im është +383 44 222 333",
]  # fmt: skip
NOT_INTRODUCED = [
    "Zovem se Amra, njegov broj je 061 222 333", "My name is John. The man's number is 061 222 555",
    "Zovem se Amra Uzorak, ovaj broj šalje slike 061 222 333", "Zovem se Amra Uzorak, 061 222 333 šalje slike djeci",
    "Zovem se Amra Uzorak. Broj 061 222 333 šalje slike.", "My name is John Sample, 061 222 555 sends pictures",
    "zovem se amra prijavljujem broj 061 222 333", "my name is john i saw 061 222 555",
    "Zovem se Amra, profil @neko_ime",
    "Rekao je: zovem se Marko Uzorak, 061 222 333", "He said my name is John Sample, 061 222 555",
    "Zovem se Amra Uzorak, 061 222 333 mi prijeti", "Ovdje broj 061 222 333 šalje slike", "ovdje je profil @neko_ime",
    "This is the man, John Sample, 061 222 555", "I know that this is John Sample, 061 222 555",
    "This is Instagram @neko_ime",
    "Zovem se Amra Uzorak. Instagram: @neko_ime", "Zovem se Amra Uzorak. Marko: 061 222 333",
    "i am scared, 061 222 555",
    "ja sam uplašena, 061 222 333", "ja sam vidjela 061 222 333", "Зовем се Амра, његов број је 061 222 333",
    "Зовем се Амра Узорак, 061 222 333 шаље слике", "Ich heiße Anna Muster, seine Nummer ist +49 170 1234567",
    "Mein Name ist Anna Muster, der Mann +49 170 1234567", "Ich heiße Anna Muster, Profil @neko_ime",
    "Quhem Arta Shembull, numri i tij është +383 44 222 333", "Quhem Arta Shembull, ai +383 44 222 333",
    "Zovem se Amra Uzorak, čovjek 061 222 333", "My name is John Sample, the number of him is 061 222 555",
    "Zovem se Amra Uzorak. 061 222 333. Šalje slike djeci.", 'Poruka: "Zovem se Marko Uzorak, 061 222 333"',
    "My name is John Sample, 061 222 555, who sends pictures", "Zovem se Amra Uzorak, kćerka 061 222 333",
    "Zovem se Amra Uzorak i prijavljujem broj 061 222 333", "My name is John and I want to report 061 222 555",
]  # fmt: skip


def _said_own(text: str) -> tuple[list[str], frozenset[str]]:
    found = find(text, url_rules())
    keys = [key for place in found if (key := personal_key(place, text)) is not None]
    return keys, keys_said_own(text, found, own_words())


def test_of_very_many_names_those_that_are_not_judged_count_as_own() -> None:
    judged = " ".join(f"@lik_{number}" for number in range(MOST_JUDGED))
    keys, own = _said_own(f"{judged} @kasnije_1 @lik_0 moj broj je 061 222 333")
    assert len(keys) == MOST_JUDGED + 3
    assert own == {"handle:kasnije_1", "phone:61222333"}


@pytest.mark.parametrize("text", [*OWN, *INTRODUCED])
def test_what_the_text_gives_as_its_writers_own_is_known(text: str) -> None:
    keys, own = _said_own(text)
    assert keys
    assert own == set(keys)


@pytest.mark.parametrize("text", [*NOT_OWN, *NOT_INTRODUCED])
def test_in_doubt_it_stays_a_place(text: str) -> None:
    assert _said_own(text)[1] == frozenset()


@pytest.mark.parametrize(
    "spelling", ["+387 61 123 456", "0038761123456", "061/123-456", "061123456", "38761123456", "(061) 123 456",
                 "+387 (0)61 123-456", "Viber 061 123 456", "062 999 999 / 061 123 456", "062 999 999 061 123 456"]
)  # fmt: skip
def test_every_spelling_of_a_number_is_one_number(spelling: str) -> None:
    assert "phone:61123456" in contact_keys([spelling])


def test_mail_and_names_are_compared_without_case() -> None:
    assert contact_keys(["Ime.Prezime@Host.Example", "@Moje.Ime"]) == {"email:ime.prezime@host.example",
                                                                     "handle:moje.ime"}  # fmt: skip


def _located(
    *rows: tuple[str | None, str | None, tuple[str, ...]],
) -> tuple[list[list[str]], list[str], list[str]]:
    """Places of every row, its problems, and all locators kept, from (location, description, contact values)."""
    own = [b"".join(own_digests(sorted(contact_keys(values)), KEY)) or None for _, _, values in rows]
    table = pa.table({
        "location": pa.array([row[0] for row in rows], pa.large_string()),
        "description": pa.array([row[1] for row in rows], pa.large_string()),
        "own": pa.array(own, pa.binary()),
    })
    found = locate({0: table}, find_all, own_words, KEY)
    kept = found["locators"]["canonical"].to_pylist()
    places: list[list[str]] = [[] for _ in rows]
    for row, locator in zip(*(found[links_of(0)][name].to_pylist() for name in ("row", "locator")), strict=True):
        places[row].append(kept[locator])
    return places, found[places_of(0)]["problems"].to_pylist(), kept


def test_a_number_of_the_rows_own_contact_is_no_place_of_that_row_but_of_another_row() -> None:
    text = "there is a number 061 123-456 on the page"
    places, problems, kept = _located(
        (None, text, ("+387 61 123 456",)), (None, text, ("062 999 999",)), (None, text, ())
    )
    assert places == [[], ["tel:+38761123456"], ["tel:+38761123456"]]
    assert problems == [OWN_CONTACT, "", ""]
    assert kept == ["tel:+38761123456"]


def test_nothing_is_kept_of_a_place_no_row_links() -> None:
    _, _, kept = _located(
        ("https://host.example/a", "number 061 123-456", ("061123456",)), (None, "call me on 061 765-432", ())
    )
    assert kept == ["https://host.example/a"]


def test_a_value_that_is_own_in_one_field_is_own_in_the_other() -> None:
    places, problems, _ = _located(
        ("061 123-456", "moj broj je +387 61 123 456", ()), ("moj broj je +387 61 123 456", "061 123-456", ()),
        ("061 123-456", None, ()),
    )  # fmt: skip
    assert places == [[], [], ["tel:+38761123456"]]
    assert problems == [OWN_CONTACT, OWN_CONTACT, ""]


def test_a_web_address_in_the_location_stays_a_place_whatever_the_description_calls_it() -> None:
    places, problems, _ = _located(
        ("https://social.example/me", "I am worried. My account is https://social.example/me", ()),
        (None, "I am worried. My account is https://social.example/me", ()),
    )
    assert places == [["https://social.example/me"], []]
    assert problems == ["", OWN_CONTACT]


def test_own_names_and_mail_are_no_places_and_web_addresses_stay() -> None:
    places, problems, _ = _located(
        ("instagram: Moje.Ime", "see https://host.example/moje.ime", ("@moje.ime", "https://host.example/moje.ime")),
        (None, "mail: IME@host.example", ("ime@host.example",)),
        ("https://wa.me/38761123456", None, ("061 123 456",)),
    )
    assert places == [["https://host.example/moje.ime"], [], []]
    assert problems == [OWN_CONTACT] * 3


def test_the_rows_carry_digests_of_the_contact_and_nothing_of_it_in_clear() -> None:
    said = RawRows(range(1, 4), {
        "location": ["https://host.example/a"] * 3, "contact_phone": ["+387 61 123-456", None, "061/123 456"],
        "contact_email": ["Ime@host.example", None, None],
    })  # fmt: skip
    sealer = Sealer(PublicKey("0" * 16, X25519PrivateKey.generate().public_key()))
    accepted = check(said, "csv", datetime(2026, 11, 2, tzinfo=UTC))
    rows, _ = rows_table(accepted, FileFacts(0, "0" * 64, "csv"), 1, 0, 0, sealer, KEY)
    first, second, third = rows["own"].to_pylist()
    assert first == b"".join(own_digests(["email:ime@host.example", "phone:61123456"], KEY))
    assert second is None
    assert third == own_digests(["phone:61123456"], KEY)[0]
    assert not any(word in str(rows.to_pydict()).lower() for word in ("61123", "123-456", "123 456", "ime@"))


@pytest.mark.parametrize("hostile", ["0" * 100_000, "a@" * 50_000, "1 " * 50_000, "@a" * 50_000, "1/ " * 30_000])
def test_a_contact_field_of_any_length_costs_little(hostile: str) -> None:
    before = time.process_time()
    assert len(contact_keys([hostile])) < 1_000
    assert time.process_time() - before < 1


@pytest.mark.parametrize("unit", ["hvala @abcd ", "moj broj je 061 123-456 ", "me mi se na za me @abcd ",
                                  "zovem se Amra, tel @abcd "])
def test_a_text_of_nothing_but_names_and_numbers_takes_time_in_step_with_its_length(unit: str) -> None:
    before = time.process_time()
    _said_own(unit * 1_000)
    assert time.process_time() - before < 5


def test_digests_of_own_values_are_not_those_of_places() -> None:
    said = ["tel:+38761123456"]
    assert own_digests(said, KEY) == own_digests(said, KEY) != text_digests(said, KEY)
    assert own_digests(said, KEY) != own_digests(said, KEY[:-1] + b"x")


def test_a_report_with_nothing_but_an_own_number_names_no_address_and_says_why() -> None:
    verdict = Locators().judge(Said(description="x", locator_problems=frozenset({OWN_CONTACT})))
    assert verdict is not None
    assert verdict.label is Label.INCOMPLETE
    assert {reason.code for reason in verdict.reasons} == {"no_locator", OWN_CONTACT}
    assert plain_words.reason(OWN_CONTACT) != OWN_CONTACT.replace("_", " ")
    codes = {reason.code for reason in verdict.reasons}
    assert missing_parts(codes, told=True, problems={OWN_CONTACT}) == (Part.ADDRESS,)


def test_beside_a_real_address_it_is_still_said() -> None:
    said = Said(locator_kinds=frozenset({"url"}), locator_problems=frozenset({OWN_CONTACT}))
    verdict = Locators().judge(said)
    assert verdict is not None
    assert verdict.label is Label.COMPLETE
    assert {reason.code for reason in verdict.reasons} == {"locator", OWN_CONTACT}
