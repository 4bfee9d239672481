"""Plates without separators, postcodes behind places, digits in circles, names in a hashtag, initials, said dates."""

from __future__ import annotations

import pytest

from tests.redactors import redactor

_KNOWN = {"Lejla": "name", "Zenica": "place"}


def _shown(text: str) -> str:
    return redactor(_KNOWN).redact(text).text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("covjek vozi auto a12k345 i slika", "covjek vozi auto [PLATE] i slika"),
        ("živi tamo, Zenica 72000, i slika", "živi tamo, [ADDRESS], i slika"),
        ("broj mu je ➏➊➋➌➍➎➏➐ i slika", "broj mu je [PHONE] i slika"),
        ("Lejla ide. Piše #LejlinaSkola i SkolaLejle", "[NAME] ide. Piše #[NAME] i [NAME]"),
        ("potpisuje se kao M.H. i ode", "potpisuje se kao [NAME]. i ode"),
        ("inicijali: nema, potpisuje se kao m. h. k., eto", "inicijali: nema, potpisuje se kao [NAME]., eto"),
        ("Rođendan joj je petog šestog. Neko", "Rođendan joj je [BIRTH_DATE]. Neko"),
        ("rodjendan joj je dvadeset petog dvanaestog, slika", "rodjendan joj je [BIRTH_DATE], slika"),
    ],
)
def test_rare_shapes_are_masked(text: str, shown: str) -> None:
    assert _shown(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "album a12b345, a12k345x i x/a12k345", "72000 puta", "Lejle nema, YouTube i OnlyFans",
        "potpisuje se kao trener", "inicijali su mu na d.o.o.",
        "petog šestog je bilo kasno", "slika ➊ i slika ➋",
    ],
)  # fmt: skip
def test_what_only_looks_so_stays(text: str) -> None:
    assert _shown(text) == text


def test_a_number_counted_behind_a_place_is_no_postcode() -> None:
    assert _shown("Zenica 72000 stanovnika") == "[PLACE] 72000 stanovnika"
