"""Defanging for screens, refanging for finding: one undoes the other, and places lead back to the original text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.defang import defang, harmless
from triage.refang import refang


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://host.example/a.b?c=d", "hxxps://host[.]example/a.b?c=d"),
        ("http://www.host.example", "hxxp://www[.]host[.]example"),
        ("ftp://host.example/x", "fxp://host[.]example/x"),
        ("https://name:word@host.example/", "hxxps://name:word[@]host[.]example/"),
        ("https://host.example/x?u=https://other.example/", "hxxps://host[.]example/x?u=https[://]other.example/"),
        ("host.example", "host[.]example"),
        ("hxxps://host[.]example/a.b", "hxxps://host[.]example/a.b"),
        ("host[.]example", "host[.]example"),
        ("host(.)other{.}example.test", "host(.)other{.}example[.]test"),
        ("https://host[.example/", "hxxps://host[[.]example/"),
        ("tel:+38761123456", "tel:+38761123456"),
        ("https://xn--hst-sed.example/x", "hxxps://xn--hst-sed[.]example/x (h\u043est[.]example)"),
        ("https://xn--999999999b.example/x", "hxxps://xn--999999999b[.]example/x (xn--999999999b[.]example)"),
    ],
)
def test_a_shown_address_cannot_be_clicked(address: str, shown: str) -> None:
    assert defang(address) == shown


def test_characters_that_turn_a_line_around_are_shown_as_escapes() -> None:
    assert defang("https://a.example/\u202egpj.exe\x1b[2J") == "hxxps://a[.]example/\\u202egpj.exe\\x1b[2J"


def test_cyrillic_stays_readable() -> None:
    assert defang("https://пример.example/страница") == "hxxps://пример[.]example/страница"


@given(st.text(max_size=80))
def test_nothing_shown_holds_a_control_or_bidirectional_character(text: str) -> None:
    assert not any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in defang(text))


@given(st.from_regex(r"https?://([a-z]{1,8}\.){1,3}example(:[1-9][0-9]{3})?(/[a-z0-9._-]{1,9}){0,3}", fullmatch=True))
def test_refanging_undoes_defanging(address: str) -> None:
    assert refang(defang(address)).text == address


@pytest.mark.parametrize(
    "written",
    [
        "hxxps://host[.]example/a", "hXXps://host[.]example/a", "h**ps://host.example/a", "https[:]//host.example/a",
        "https[://]host.example/a", "https://host(.)example/a", "https://host{.}example/a",
         "https://host<.>example/a",
        "https://host [.] example/a", "https://host[dot]example/a", "https://host (dot) example/a",
        "https://host(tačka)example/a", "https://host[точка]example/a", "https://host[.example/a",
        "https://host.example[/]a", "https://ho\u200bst.exa\u00admple/a", "https://host。example/a",
        "https:// host.example/a", "https://host dot example/a",
    ],
)  # fmt: skip
def test_every_usual_way_of_defanging_is_undone(written: str) -> None:
    assert refang(written).text == "https://host.example/a"


def test_marks_in_a_path_are_undone_only_when_the_host_was_defanged_too() -> None:
    assert refang("hxxp://host[.]example/file[.]html").text == "http://host.example/file.html"
    assert refang("http://host.example/file[.]html").text == "http://host.example/file[.]html"


@pytest.mark.parametrize("written", ["host dot example", "host tačka example", "host точка example", "host tacka ba"])
def test_a_spoken_dot_before_a_top_level_domain_is_a_dot(written: str) -> None:
    assert refang(written).text == ".".join(written.split()[::2])


@pytest.mark.parametrize(
    "text",
    ["To je prva tačka dnevnog reda.", "The dot was red.", "Ovo (je) [tekst] {bez} adrese...", "x (1.) y",
     "a < b. c > d"],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert refang(text).text == text


def test_a_top_level_domain_that_is_a_word_needs_more_than_a_spoken_dot() -> None:
    assert refang("prva tačka to je", frozenset({"to"})).text == "prva tačka to je"
    assert refang("host tačka to").text == "host.to"


def test_places_lead_back_to_what_was_written() -> None:
    text = "vidi hxxps://host[.]example/a i host (dot) example/b sad"
    clean = refang(text)
    for address, written in (("https://host.example/a", text[5:29]), ("host.example/b", text[32:52])):
        start = clean.text.index(address)
        first, last = clean.span(start, start + len(address))
        assert text[first:last] == written


@given(st.lists(st.sampled_from(["[.]", "hxxp://", " ", "a", "host", " dot ", "example", "\u200b", "(", "/", "č"])))
def test_every_place_lies_in_the_original_and_places_never_run_backwards(parts: list[str]) -> None:
    text = "".join(parts)
    clean = refang(text)
    places = [clean.origin(place) for place in range(len(clean.text))]
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)
    assert all(clean.text[i] == text[place] for i, place in enumerate(places) if clean.text[i] in "ač")


@pytest.mark.parametrize(
    "unit",
    ["[.]", "a[.]", "hxxp", " dot ", "a dot ", "((", "[[.", "\u200b", "a\u200b", "。", ":/ "],
)  # fmt: skip
def test_attack_strings_come_through(unit: str) -> None:
    assert len(refang(unit * 20_000).text) <= len(unit) * 20_000


@given(st.text(alphabet="htps:/.@[]()ax www"))
def test_what_is_harmless_already_is_not_made_so_again(text: str) -> None:
    assert harmless(harmless(f"see https://a.b/{text}")) == harmless(f"see https://a.b/{text}")


def test_an_address_that_came_in_defanged_is_shown_as_it_came() -> None:
    for text in ("see hxxp://a[.]test/x, ok", "see hxxps[:]//a[.]test", "mail me[@]a[.]test", "hxxp://a[.]b[.]test"):
        assert harmless(text) == text
    assert harmless("see http://a[.]test and https://b.test") == "see hxxp://a[.]test and hxxps://b[.]test"


@pytest.mark.parametrize("before", ["(", "[", "link:", "url=", "-", "č", "/", ""])
def test_an_address_in_a_text_is_harmless_whatever_stands_before_it(before: str) -> None:
    assert harmless(f"vidi {before}https://host.example/a molim") == f"vidi {before}hxxps://host[.]example/a molim"


def test_a_host_with_a_path_is_harmless_without_a_scheme_too_and_other_slashes_stay() -> None:
    assert harmless("see profil-mreza.example/jos-6 and a.b.example:80/x") == (
        "see profil-mreza[.]example/jos-6 and a[.]b[.]example:80/x"
    )
    for text in ("and/or", "24.12/25.12", "km/h. Then", "profil-mreza[.]example/jos-6"):
        assert harmless(text) == text
