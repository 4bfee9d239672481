"""Areas stand with their names in papers for people, in the paper's language and script; programs get the codes."""

from __future__ import annotations

import pytest

from exporters.area_names import area_name
from exporters.wording import LANGUAGES
from pipeline.delivery.pdf import words_in
from pipeline.resources import text
from pipeline.routes import routes


@pytest.mark.parametrize(
    ("language", "area", "named"),
    [
        ("en", "BA-RS", "Republika Srpska"), ("en", "BA-FBiH", "Federation of Bosnia and Herzegovina"),
        ("bs", "BA-RS-Banja Luka", "Banja Luka (Republika Srpska)"), ("hr", "BA-BD-Brčko", "Brčko (Brčko distrikt)"),
        ("bs", "BA-FBiH-Foča-Ustikolina", "Foča-Ustikolina (Federacija Bosne i Hercegovine)"),
        ("sr-Cyrl", "BA-RS-Mrkonjić Grad", "Мркоњић Град (Република Српска)"), ("sr-Cyrl", "BA-BD", "Брчко дистрикт"),
        ("sr-Cyrl", "BA-FBiH-Ljubuški", "Љубушки (Федерација Босне и Херцеговине)"),
        ("en", "AT-W-Wien", "AT-W-Wien"),
    ],
)  # fmt: skip
def test_an_area_is_shown_by_its_name(language: str, area: str, named: str) -> None:
    words = words_in(language)
    assert words.value("area", area) == named
    assert words.value("areas", (area, "BA-RS")) == f"{named}, {words.value('area', 'BA-RS')}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_unit_has_a_name_in_every_language(language: str) -> None:
    assert "BA-RS" in text("routes/areas.toml")
    for place in ("Tuzla", "Banja Luka", "Brčko"):
        area = routes().area_named(place)
        assert not words_in(language).area(area).startswith("BA-")


def test_other_fields_and_codes_nobody_named_stay_as_they_are() -> None:
    assert words_in("en").value("category", "BA-RS") == "BA-RS"
    assert area_name("BA-RS-Doboj", {}) == "BA-RS-Doboj"
