"""A number is masked whatever stands between its digits; lists, dates and prices stay as they are."""

from __future__ import annotations

import pytest

from tests.redactors import masked
from triage.redacting.evened import evened, without_entities

SIGNS = (" ", "-", " , ", "..", "|", " | ", "+", " + ", " / ", "/", "~", "&nbsp;", "&#x2d;", "&#45;", "&amp;#x20;")
NUMBERS = (
    (("061", "123", "456"), "[PHONE]"),
    (("00387", "61", "123", "456"), "[PHONE]"),
    (("0101", "006", "500", "006"), "[ID]"),
    (("BA39", "1290", "0794", "0102", "8494"), "[ACCOUNT]"),
    (("4111", "1111", "1111", "1111"), "[CARD]"),
)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(("groups", "shown"), NUMBERS)
def test_a_number_is_masked_whatever_is_between_its_digits(groups: tuple[str, ...], shown: str, sign: str) -> None:
    assert masked(f"Slao je {sign.join(groups)} uz slike djece.") == f"Slao je {shown} uz slike djece."


@pytest.mark.parametrize("sign", [".", " , ", "..", "|", "+", " / ", " | ", "&#46;", "&#x2d;"])
def test_a_date_of_birth_is_masked_whatever_is_between(sign: str) -> None:
    assert masked(f"Dijete je rođeno {sign.join(('01', '02', '2011'))}.") == "Dijete je rođeno [BIRTH_DATE]."


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Zovu sa 061, 123, 456 zbog slika", "Zovu sa [PHONE] zbog slika"),
        ("Zovu sa 387|61|123|456 zbog slika", "Zovu sa [PHONE] zbog slika"),
        ("Zovu sa 061|123|456, 5 puta dnevno", "Zovu sa [PHONE], 5 puta dnevno"),
        ("Zovu sa &#48;&#54;&#49;123456 zbog slika", "Zovu sa [PHONE] zbog slika"),
        ("Dijete 0101, 006, 500, 006 je na slici", "Dijete [ID] je na slici"),
        ("Piše ime&#64;posta.example djeci", "Piše [EMAIL] djeci"),
        ("Zove se Mar&#107;o Mari&#263;", "Zove se [NAME]"),
    ],
)
def test_what_a_list_would_not_be_and_what_entities_hide_is_masked(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "Rezultati su 5, 10, 15 na testu",
        "Broj bodova: broj 5, 10, 15 i 20",
        "Bodovi su 0, 1, 2, 3, 4, 5, 6, 7, 8, 9",
        "Djeca imaju 12, 13, 14 godina",
        "Imaju 7 | 8 | 9 | 10 | 11 godina",
        "Slike su iz 2010, 2011, 2012, 2013",
        "Slike su od 01.02.2023 - 05.02.2023",
        "Slike su od 01 / 02 / 2023 do 05 / 02 / 2023",
        "Traži 2500, 3000, 3500, 4000 KM",
        "Traži 100, 200, 300, 500 KM",
        "Slike košta 1.234,56 KM ili 12,50 KM",
        "Brojao sam 1250, 1399, 2450, 3999 slika",
        "Tabela 12|5|2023|10|3|44 je na stranici",
        "Objavljeno u 08:00, 09:30, 11:15",
        "Tom & Co; 5&6; i &nema;",
    ],
)
def test_lists_dates_and_prices_stay(written: str) -> None:
    assert masked(written) == written


def test_evening_moves_no_offset_and_entities_lead_back() -> None:
    text = "na 061 , 123|456 i 01|02|2011"
    assert evened(text) == "na 061   123 456 i 01.02.2011"
    decoded = without_entities("a&#48;b")
    assert decoded == ("a0b", [0, 1, 6, 7])
    assert without_entities("a & b;") is None
