"""The written table: every recipient, every role, every kind; and the digest that only one recipient can compare."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from pipeline.redacting_setup import redactor as shipped_redactor
from tests.redactors import Model, redactor
from triage.redacting.digests import digest, normal
from triage.redacting.roles_table import ACTIONS, DIGEST, KEEP, MASK, TABLE, action
from triage.redacting.spans import KINDS, ROLES
from triage.redaction import RECIPIENT_KINDS

KEPT = {
    ("police", "suspect", "handle"),
    ("police", "suspect", "url"),
    ("police", "suspect", "phone"),
    ("police", "child", "name"),
    ("police", "child", "organisation"),
}
COMPARED = {
    *(("police", "suspect", kind) for kind in ("email", "account", "card", "ip", "plate")),
    *product(("helpline", "partner"), ("suspect",), ("handle", "phone", "email")),
}
KEY, OTHER_KEY = b"k" * 32, b"l" * 32


@pytest.mark.parametrize(("recipient", "role", "kind"), list(product(RECIPIENT_KINDS, ROLES, KINDS)))
def test_only_what_is_written_here_is_kept_or_compared(recipient: str, role: str, kind: str) -> None:
    cell = (recipient, role, kind)
    assert action(recipient, role, kind) == (KEEP if cell in KEPT else DIGEST if cell in COMPARED else MASK)


def test_the_table_speaks_of_known_things_only() -> None:
    assert set(TABLE) == set(RECIPIENT_KINDS)
    for roles in TABLE.values():
        assert set(roles) <= set(ROLES)
        for kinds in roles.values():
            assert set(kinds) <= set(KINDS)
            assert set(kinds.values()) <= set(ACTIONS)


def test_nobody_gets_the_reporter_or_what_is_of_unknown_owner() -> None:
    for recipient, kind in product((*RECIPIENT_KINDS, None), KINDS):
        assert action(recipient, "reporter", kind) == action(recipient, "unknown", kind) == MASK


def test_an_unknown_recipient_is_wrong_use() -> None:
    with pytest.raises(ValueError, match="recipient"):
        action("everybody", "suspect", "phone")
    with pytest.raises(ValueError, match="recipient"):
        redactor().redact("text", recipient="everybody")


TEXT = (
    "Mojoj kćerki Emini piše muškarac s profilom @neko.77, a čovjek zove s broja 061 123 456. "
    "Zovem se Amra, moj broj je 062 123 457. Vidjela sam i 063 123 458."
)


def test_police_see_the_suspect_and_the_child_but_never_the_reporter() -> None:
    shown = redactor().redact(TEXT, recipient="police")
    assert shown.text == (
        "Mojoj kćerki Emini piše muškarac s profilom @neko.77, a čovjek zove s broja 061 123 456. "
        "Zovem se [NAME], moj broj je [PHONE]. Vidjela sam i [PHONE]."
    )
    assert [(span.kind, span.role) for span in shown.spans] == [
        ("name", "reporter"), ("phone", "reporter"), ("phone", "unknown"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "On piše djeci i koristi nadimak @neko.77.", "Користи надимак @neko.77.",
        "Korisnik piše. Koristi ime @neko.77.",
        "He uses the nickname @neko.77.", "Er benutzt den Spitznamen @neko.77.", "Ai përdor nofkën @neko.77.",
    ],
)  # fmt: skip
def test_police_see_the_name_somebody_uses_who_is_only_called_he(text: str) -> None:
    assert redactor().redact(text, recipient="police").text == text
    assert "@neko.77" not in redactor().redact(text).text


@pytest.mark.parametrize(
    "text",
    [
        "Koristim nadimak @neko.77.", "Unë përdor nofkën @neko.77.", "Koristi nadimak @neko.77, to sam ja.",
        "Moja kćerka ima 12 godina, koristi nadimak @neko.77.", "Moja kćerka je tužna. Koristi nadimak @neko.77.",
        "Učenica 5. razreda koristi nadimak @neko.77.", "Zovem se Amra. Koristi nadimak @neko.77.",
        "The pupil uses the nickname @neko.77.", "Mein Sohn benutzt den Spitznamen @neko.77.",
    ],
)  # fmt: skip
def test_the_name_a_child_or_the_reporter_uses_is_shown_to_nobody(text: str) -> None:
    assert "@neko.77" not in redactor().redact(text, recipient="police").text


SUSPECTS = [
    "On Snapchat the man writes as @neko.77 to my daughter.", "A man with the username @neko.77 sends pictures.",
    "The predator goes by @neko.77 online.", "His profile is @neko.77 and he writes to my daughter.",
    "A stranger writes to my daughter. His profile is @neko.77.",
    "Čovjek se na Snapchatu zove @neko.77.", "Човјек се на Снапчату зове @neko.77.",
    "Predator se predstavlja kao @neko.77.",
    "Napasnik piše sa broja 061 123 456 mojoj kćerki.", "Нападач пише са броја 061 123 456 дјетету.",
    "Manijak se javlja s broja 061 123 456.", "On me stalno zove. Njegov broj je 061 123 456.",
    "Његов профил је @neko.77 и пише дјеци.",
    "Der Täter schreibt als @neko.77.", "Ein Mann mit dem Benutzernamen @neko.77 schreibt Kindern.",
    "Sein Profil ist @neko.77 und er schreibt Kindern.", "Der Mann ruft von der Nummer 0151 23456789 an.",
    "Agresori shkruan nga numri 069 123 4567.", "Burri shkruan si @neko.77.",
    "Profili i tij është @neko.77 dhe u shkruan fëmijëve.",
    "Čovjek s profila @neko.77 šalje slike. To je prijavio i moj komšija.",
]  # fmt: skip


@pytest.mark.parametrize("text", SUSPECTS)
def test_police_see_what_a_suspect_goes_by(text: str) -> None:
    assert redactor().redact(text, recipient="police").text == text
    assert redactor().redact(text).text != text


@pytest.mark.parametrize(
    "text",
    [
        "Moj profil je @neko.77 i on mi piše.", "My daughter's profile is @neko.77.",
        "Drug iz razreda ima profil @neko.77.",
        "My son is sad. A stranger writes to him. His profile is @neko.77.",
        "His profile is @neko.77, I am his mother.",
        "Njegov profil je @neko.77, ima 13 godina.", "Profili i tij është @neko.77, ai është nipi im.",
        "Sein Profil ist @neko.77, er geht in die Klasse meiner Tochter.",
        "A man wrote to my daughter. The principal told me, his number is @neko.77.",
        "A man with the username @neko.77 reported this page to you.", "Ja sam čovjek sa korisničkim imenom @neko.77.",
        "Der Mann schreibt ihm an @neko.77.", "Čovjek piše na @neko.77 svaki dan.", "Manijak piše djevojčici @neko.77.",
        "The man writes as me: @neko.77.", "A man wrote to me as @neko.77, that is my old name.",
        "Djevojčica se na Snapchatu zove @neko.77.", "Na Snapchatu se zovem @neko.77.",
        "Čovjek s profila @neko.77 šalje slike. To je zapravo moj stari profil.",
        "Čovjek s profila @neko.77 šalje slike, to je u stvari moj nekadašnji nalog.",
        "Човјек с профила @neko.77 шаље слике. Тај профил је некад био мој.",
        "The man uses the account @neko.77. It was once my account.", "A man writes as @neko.77. It used to be mine.",
        "Der Mann schreibt als @neko.77, das ist eigentlich mein altes Konto.",
        "Čovjek piše djeci, profil joj je @neko.77.",
        "The victim of the predator has the account @neko.77.", "A man helped us, his profile is @neko.77.",
    ],
)  # fmt: skip
def test_what_a_child_a_witness_or_the_reporter_goes_by_is_shown_to_nobody(text: str) -> None:
    assert "@neko.77" not in redactor().redact(text, recipient="police").text


@pytest.mark.parametrize(
    "text",
    [
        "Ovaj čovjek mi prijeti. Ja koristim profil @neko.77.", "Taj tip mi prijeti, ja imam profil @neko.77.",
        "Онај човек ми прети, ја користим налог @neko.77.", "Čovjek mi prijeti i zna da koristim profil @neko.77.",
        "Taj tip mi prijeti, nadimak mi je @neko.77.", "Čovjek piše, a profil @neko.77 je profil koji koristim.",
        "The man writes to my daughter, I use the profile @neko.77.",
        "A man threatens me, I have the account @neko.77.",
        "Der Täter schreibt meiner Tochter, ich benutze das Profil @neko.77.",
        "Der Mann droht, ich habe den Benutzernamen @neko.77.", "Burri kërcënon, unë përdor profilin @neko.77.",
    ],
)  # fmt: skip
def test_what_the_writer_says_to_use_or_have_is_shown_to_nobody_whoever_was_named(text: str) -> None:
    assert "@neko.77" not in redactor().redact(text, recipient="police").text


@pytest.mark.parametrize(
    "text",
    [
        "Imam snimke profila @neko.77 koji šalje slike.", "I have screenshots from the profile @neko.77.",
        "Koristim telegram i čovjek s profila @neko.77 šalje slike.",
        "Ich habe Bilder: der Mann schreibt als @neko.77.",
    ],
)  # fmt: skip
def test_what_the_writer_has_of_a_suspect_hides_no_suspect(text: str) -> None:
    assert redactor().redact(text, recipient="police").text == text


@pytest.mark.parametrize(
    "text", ["Napasnik zove 061 123 456.", "The man calls 061 123 456.", "Čovjek piše na 061 123 456."]
)
def test_the_telephone_somebody_calls_is_not_the_callers(text: str) -> None:
    assert "061" not in redactor().redact(text, recipient="police").text


@pytest.mark.parametrize(
    "text", ["Emina's profile is @neko.77.", "Emina has the account @neko.77.", "Emina ima profil @neko.77."]
)
def test_a_profile_right_behind_a_name_is_that_ones(text: str) -> None:
    assert "@neko.77" not in redactor({"Emina": "name"}).redact(text, recipient="police").text


@pytest.mark.parametrize(
    ("word", "read"),
    [("Snapchatu", "Snapchatu"), ("Снапчату", "Snapčatu"), ("Manijak", "Manijak"), ("Agresori", "Agresori"),
     ("hakovao", "hakovao"), ("uhodi", "uhodi"), ("уходио", "uhodio")],
)
def test_a_platform_or_a_word_for_an_offender_is_no_name_whatever_the_model_says(word: str, read: str) -> None:
    text = f"Ovdje stoji {word} u rečenici."
    assert redactor(model=Model(read)).redact(text).text == text


@pytest.mark.parametrize("recipient", ["iccam", "host", "statistics", "clearing_house", "police_hashes", None])
def test_the_others_see_nothing_of_anybody(recipient: str | None) -> None:
    shown = redactor().redact(TEXT, recipient=recipient, key=KEY).text
    assert not {"Emini", "@neko.77", "061", "062", "063", "Amra"} & set(shown.replace(",", " ").split())
    assert "[PHONE:" not in shown


def test_a_digest_is_the_same_for_one_recipient_and_another_for_the_next() -> None:
    text = "muškarac s broja {}"
    ways = ("061 123-456", "+387 61 123 456", "0038761123456", "061/123456", "+387 (0)61 123456")
    shown = {redactor().redact(text.format(way), recipient="helpline", key=KEY).text for way in ways}
    assert len(shown) == 1
    (one,) = shown
    assert one.startswith("muškarac s broja [PHONE:")
    assert one != redactor().redact(text.format(ways[0]), recipient="helpline", key=OTHER_KEY).text
    assert redactor().redact(text.format(ways[0]), recipient="helpline").text == "muškarac s broja [PHONE]"


def test_a_number_without_a_country_is_of_the_hotlines_own_in_its_digest() -> None:
    abroad = replace(redactor(), country="370")
    text = "muškarac s broja {}"
    ways = ("061 123 456", "+370 61 123 456")
    shown = [abroad.redact(text.format(way), recipient="helpline", key=KEY).text for way in ways]
    assert shown[0] == shown[1]


def test_values_are_brought_to_one_form_before_the_digest() -> None:
    assert normal("email", "Ime(at)Posta.example") == "ime@posta.example"
    assert normal("handle", "@Neko.Ime") == normal("handle", "neko.ime")
    assert normal("plate", "A12-B-345") == normal("plate", "a12 b 345")
    assert digest("phone", "061 123 456", KEY) != digest("handle", "061 123 456", KEY)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        digest("phone", "061 123 456", b"short")


@pytest.mark.parametrize(
    "text",
    [
        "Pišem vam s profila zz_amra9, vidjela sam slike.", "Пишем вам с профила zz_amra9, видела сам слике.",
        "Prijavljujem sa naloga zz_amra9 korisnika vuk_88.", "Korisnik zz_amra9 sam ja.",
        "I write from the account zz_amra9.", "Ich schreibe vom Konto zz_amra9.",
        "Burri më shkruan te llogaria zz_amra9.", "Osumnjičeni je pisao profilu zz_amra9, iza kojeg sam ja.",
        "Moja drugarica Amra iz Zenice ima profil zz_amra9.",
    ],
)
def test_police_never_see_what_the_writer_or_a_child_goes_by(text: str) -> None:
    shown = shipped_redactor().redact(text, recipient="police")
    assert "amra9" not in shown.text
    assert ("vuk_88" in shown.text) == ("vuk_88" in text)
