"""Telephone numbers, plates, dates of birth and long numbers are masked; other dates and amounts stay."""

from __future__ import annotations

import pytest

from tests.redactors import masked


@pytest.mark.parametrize(
    "written",
    [
        "061 123-456",
        "061/123-456",
        "061123456",
        "062/123 456",
        "+387 33 123-456",
        "+38761123456",
        "0038761123456",
        "00387 61 123 456",
        "(061) 123 456",
        "+387 (0)61 123 456",
        "061.123.456",
        "061\u00a0123\u00a0456",
        "061\u2011123\u2011456",
        "061 \u2013 123 \u2013 456",
        "0 6 1 1 2 3 4 5 6",
        "+385 91 123 4567",
        "+381 64 123 4567",
        "+49 151 23456789",
        "+355 69 123 4567",
        "38761123456",
        "06112\u200b3456",
        "٠٦١ ١٢٣ ٤٥٦",
    ],
)
def test_telephone_numbers_are_masked_in_every_dress(written: str) -> None:
    for before, after in (("zove me ", " svaki dan"), ("зове ме ", ", ево"), ("(", ")")):
        assert masked(before + written + after) == before + "[PHONE]" + after


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("061123456,062123457", "[PHONE],[PHONE]"),
        ("tel. 123-456", "tel. [PHONE]"),
        ("piše 061,123,456 tu", "piše [PHONE] tu"),
        ("piše [061] 123 456 tu", "piše [[PHONE] tu"),
        ("piše 061|123|456 tu", "piše [PHONE] tu"),
        ("nazovi 12345", "nazovi [PHONE]"),
        ("my number is 61 123 456", "my number is [PHONE]"),
        ("šifra 987654321012345678901", "šifra [NUMBER]"),
    ],
)
def test_what_a_word_names_and_what_is_long_is_masked(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "dana 12.03.2021. u 18 sati",
        "2021-03-12",
        "12/03/2021",
        "od 2019. do 2021.",
        "2019-2021",
        "2019/2020",
        "1.234.567 KM",
        "12.345.678 stanovnika",
        "2 500 000 eura",
        "300.000",
        "3,14",
        "u 10:30",
        "od 01:30, 02:45 i 03:15 do 04:00, 05:00",
        "omjer 0:3, 1:2, 0:1",
        "123 slike",
        "15 000 ljudi",
    ],
)
def test_dates_and_amounts_stay(written: str) -> None:
    assert masked(written) == written


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("rođen 12.3.2010. u gradu", "rođen [BIRTH_DATE]. u gradu"),
        ("rodjena 12. marta 2010", "rodjena [BIRTH_DATE]"),
        ("рођена 12.03.2010", "рођена [BIRTH_DATE]"),
        ("datum rođenja: 2010-03-12", "datum rođenja: [BIRTH_DATE]"),
        ("DOB 12/03/2010", "DOB [BIRTH_DATE]"),
        ("born on March 12, 2010", "born on [BIRTH_DATE]"),
        ("geboren am 12. März 2010", "geboren am [BIRTH_DATE]"),
        ("lindur më 12.03.2010", "lindur më [BIRTH_DATE]"),
        ("rođen 2010", "rođen [BIRTH_DATE]"),
        ("rođen je 3. maja, godina 2011, u gradu", "rođen je [BIRTH_DATE], u gradu"),
        ("rođena 2011. godine, 3. maja, ide u školu", "rođena [BIRTH_DATE], ide u školu"),
        ("rođena 3.5. godine 2011", "rođena [BIRTH_DATE]"),
        ("born on the 4th of July, 2010 in the city", "born on the [BIRTH_DATE] in the city"),
        ("born on 4 July of the year 2010", "born on [BIRTH_DATE]"),
        ("e lindur me 3 maj, viti 2011", "e lindur me [BIRTH_DATE]"),
        ("rođen 2011. 3 slike je poslao", "rođen [BIRTH_DATE]. 3 slike je poslao"),
        ("12.03.2010. rođena", "[BIRTH_DATE]. rođena"),
    ],
)
def test_dates_of_birth_are_masked(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "plate",
    [
        "A12-B-345",
        "a12-b-345",
        "E34-K-567",
        "123-A-456",
        "ZG 1234-AB",
        "BG 123-AB",
        "NS-123-CD",
        "PG AB123",
        "AA 123 BB",
        "B-AB 1234",
    ],
)
def test_plates_are_masked(plate: str) -> None:
    assert masked(f"vozi auto {plate} svaki dan") == "vozi auto [PLATE] svaki dan"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("registracija bg 123 ab", "registracija [PLATE]"),
        ("tablice su zg1234ab", "tablice su [PLATE]"),
        ("Kennzeichen m ab 123", "Kennzeichen [PLATE]"),
    ],
)
def test_a_naming_word_masks_a_plate_in_small_letters(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize("written", ["ni 300 km dalje", "su 200 KM platili", "avion F-16", "igra PUBG 2", "grupa B-12"])
def test_what_only_resembles_a_plate_stays(written: str) -> None:
    assert masked(written) == written


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("zovi 061, 123, 456 odmah", "zovi [PHONE] odmah"),
        ("061 l23 456", "[PHONE]"),
        ("O6I 123 456", "[PHONE]"),
        ("061\u3164123\u2800456", "[PHONE]"),
        ("mira(a)mail.example", "[EMAIL]"),
        ("mira((at))mail((dot))example", "[EMAIL]"),
        ("mira <at> mail <dot> example", "[EMAIL]"),
        ('"mira k"@mail.example', "[EMAIL]"),
        ("piše losi#1234 djeci", "piše [HANDLE] djeci"),
        ("O1O199O15OOO8", "[ID]"),
        ("broj prijave 2025/118, broj 061 123 456", "broj prijave 2025/118, broj [PHONE]"),
        ("prijava 2025/118 061 123 456", "prijava [PHONE]"),
        ("prijava 2025/118, telefon 12345", "prijava 2025/118, telefon [PHONE]"),
    ],
)
def test_what_is_written_to_slip_through_is_masked(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "written",
    ["Ooo lol oIl, ma daj", "soba #1234", "prvi (a) i drugi (b) dio", "10, 200, 300 slika", "Broj prijave 2025/118 je"],
)
def test_what_only_looks_so_stays(written: str) -> None:
    assert masked(written) == written
