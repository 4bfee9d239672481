"""A school class by its sign points to a child: for police alone, and never the writer's."""

from __future__ import annotations

import pytest

from tests.redactors import Model, masked, redactor


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("Djevojčica iz 3c šalje slike nepoznatom.", "3c"),
        ("Djevojčica koja ide u V-2 dobija poruke.", "V-2"),
        ("Dječak ide u klasu 5-1 u našoj školi.", "5-1"),
        ("dječak iz 8c i cura iz 7 b dijele slike", "8c"),
        ("Moj sin ide u 2. c razred.", "2. c"),
        ("Das Mädchen aus der 7a bekommt Nachrichten.", "7a"),
        ("The girl in class 4b gets messages.", "4b"),
        ("Vajza nga klasa 6a merr mesazhe.", "6a"),
    ],
)
def test_a_childs_class_is_for_police_alone(text: str, sign: str) -> None:
    assert redactor().redact(text, recipient="police").text == text
    assert sign not in redactor().redact(text, recipient="helpline").text
    assert "[ORGANISATION]" in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ja sam iz {} i čovjek mi piše.",
        "Idem u {} i neko mi šalje slike.",
        "Ja sam djevojčica iz {} i čovjek mi piše.",
        "Djevojčica iz {} ovdje, čovjek me snima.",
        "Nastavnica sam u {} i vidjela sam sliku.",
        "U mom razredu je djevojčica iz {}.",
        "I am a girl from {} and a man writes to me.",
        "Ich bin ein Mädchen aus der {} und ein Mann schreibt mir.",
        "Ona pohađa {} i dobija poruke.",
    ],
)
def test_the_writers_class_and_one_in_doubt_is_masked_for_police_too(text: str) -> None:
    shown = redactor().redact(text.format("7b"), recipient="police").text
    assert shown == text.format("[ORGANISATION]")


def test_a_class_right_behind_a_name_is_that_childs_and_no_name() -> None:
    lana = redactor(model=Model("Lana ide u V-2"))
    assert lana.redact("Znam da Lana ide u V-2 i dobija slike.", recipient="helpline").text.startswith("Znam da [NAME]")
    names = redactor({"V-2": "place", "Lana": "name"})
    text = "Znam da Lana ide u V-2 i dobija slike."
    assert names.redact(text, recipient="police").text == "Znam da [NAME] ide u V-2 i dobija slike."
    assert names.redact(text).text == "Znam da [NAME] ide u [ORGANISATION] i dobija slike."


@pytest.mark.parametrize(
    "text",
    [
        "Gledao sam film u 3d i na 4g mreži u 10h.",
        "Stranica je pala u 5 a onda u 7 opet radi.",
        "Vidio sam verziju iz 2b na slici.",
        "Utakmica je završila 5-1, slika je iz 2024.",
        "Dijete ima 7 ili 8 godina.",
        "Djevojčica na slici 3b nije ista.",
    ],
)
def test_signs_that_are_no_class_stay(text: str) -> None:
    assert masked(text) == text


def test_a_childs_school_is_for_police_and_the_writers_is_not() -> None:
    listed = redactor({"Kolibri": "organisation"})
    theirs = "Djevojčica u Kolibri dobija ružne slike."
    assert listed.redact(theirs, recipient="police").text == theirs
    assert listed.redact(theirs).text == "Djevojčica u [ORGANISATION] dobija ružne slike."
    ours = "Djevojčica u Kolibri ovdje, čovjek me snima."
    assert "Kolibri" not in listed.redact(ours, recipient="police").text


@pytest.mark.parametrize(("word", "shown"), [("marko", "ana i [NAME] iz [ORGANISATION] šalju"), ("", None)])
def test_a_sign_behind_small_letters_is_a_class_only_behind_a_name(word: str, shown: str | None) -> None:
    text = "ana i marko iz 8b šalju"
    assert redactor(model=Model(word)).redact(text).text == (shown or text)
