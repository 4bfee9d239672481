"""In the location field a link to a telephone number is that number; a number of no known country is none."""

from __future__ import annotations

import pytest

from pipeline.bootstrap import url_rules
from triage.locators import find
from triage.phones import phones

_RULES = url_rules()
_NUMBER = "tel:+38761123456"


def _field(text: str) -> list[tuple[str, str]]:
    return [(place.kind, place.case_key) for place in find(text, _RULES, whole_field=True)]


@pytest.mark.parametrize(
    "text",
    [
        "tel:+38761123456", "tel:38761123456", "tel:0038761123456", "tel:061123456", "TEL:+387-61-123-456",
        "tel:+387(0)61123456", "tel:(061)123-456", "tel:%2B38761123456", "tel://+38761123456", "tel:+387 61 123 456",
        "tel:061123456;phone-context=+387", "sms:+38761123456", "sms:061123456?body=x", "smsto:061123456",
        "callto:+38761123456", "<a href=\"tel:+38761123456\">", "pozovi tel:061123456 2024",
    ],
)  # fmt: skip
def test_a_link_to_a_number_is_that_number(text: str) -> None:
    assert _field(text) == [("phone", _NUMBER)]


def test_a_link_stands_beside_other_places() -> None:
    assert _field("a.example, tel:+38761123456 sms:+38762123456") == [
        ("url", "url:a.example"), ("phone", _NUMBER), ("phone", "tel:+38762123456"),
    ]  # fmt: skip


def test_the_place_is_the_whole_link() -> None:
    text = "x tel:(061)123-456 y"
    (place,) = find(text, _RULES, whole_field=True)
    assert text[place.start : place.end] == "tel:(061)123-456"


@pytest.mark.parametrize(
    "text", ["tel:112", "callto:4915112345678", "tel:+38761123456789012345", "hotel:38761123456", "callto:someone"]
)
def test_what_names_no_certain_number_is_none(text: str) -> None:
    assert [kind for kind, _ in _field(text) if kind == "phone"] == []


def test_a_link_inside_an_address_belongs_to_it() -> None:
    assert [kind for kind, _ in _field("https://a.example/x?call=tel:+38761123456")] == ["url"]


def test_running_text_is_read_as_before() -> None:
    assert find("id sms:38761123456", _RULES) == ()


@pytest.mark.parametrize("text", ["061123456", "tel:061123456", "37061123456", "sms:37061123456", "+370 61 123 456"])
def test_a_number_without_a_country_is_of_the_hotlines_own(text: str) -> None:
    rules = _RULES.in_country("370")
    (place,) = find(text, rules, whole_field=True)
    assert place.case_key == "tel:+37061123456"
    assert rules.version == f"{_RULES.version}+370"
    assert rules.in_country("371").version == f"{_RULES.version}+371"
    assert _RULES.in_country(_RULES.country) is _RULES


def test_numbers_of_another_country_keep_it() -> None:
    (place,) = find("tel:+38761123456", _RULES.in_country("370"), whole_field=True)
    assert place.case_key == _NUMBER


@pytest.mark.parametrize(
    ("text", "country", "number"),
    [
        ("zovite 091 234 5678", "387", "tel:0912345678"), ("zovite 091 234 5678", "385", "tel:+385912345678"),
        ("број је 064 123 4567", "387", "tel:+387641234567"), ("број је 064 123 4567", "381", "tel:+381641234567"),
        ("zovi 061 123 456", "387", "tel:+38761123456"), ("zovi 033 221-100", "387", "tel:+38733221100"),
    ],
)  # fmt: skip
def test_a_number_the_hotlines_country_does_not_have_gets_no_country(text: str, country: str, number: str) -> None:
    assert [canonical for _, _, canonical in phones(text, country=country)] == [number]


@pytest.mark.parametrize(
    ("national", "whole"),
    [
        ("060 000 006", "+387 60 000 006"), ("060/000-006", "00387 60 000 006"), ("060 000 006", "+387 (0)60 000-006"),
        ("061 123 456", "+387 61 123 456"), ("033/000-000", "+387 33 000 000"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("whole_field", [True, False])
def test_a_number_is_one_case_with_and_without_its_country(national: str, whole: str, *, whole_field: bool) -> None:
    (one,), (other,) = (find(text, _RULES, whole_field=whole_field) for text in (national, whole))
    assert one.case_key == other.case_key
