"""The shadow of a text and the way back to the text as written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.shadow import offsets, shadow, spellings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Njegoš", "njegos"),
        ("Његош", "njegos"),
        ("Ђорђе", "djordje"),
        ("Đorđe", "djordje"),
        ("џеп", "dzep"),
        ("džep", "dzep"),
        ("ćčžš", "cczs"),
        ("c\u030cas", "cas"),
        ("fëmijë", "femije"),
        ("Straße", "strasse"),
        ("Mädchen", "madchen"),
        ("di\u200bjete", "dijete"),
        ("\uff23hild", "child"),
    ],
)
def test_both_scripts_and_hasty_typing_cast_the_same_shadow(text: str, expected: str) -> None:
    assert shadow(text) == expected


def test_what_is_folded_folds_to_itself_so_letters_may_be_folded_in_any_order() -> None:
    letters = "".join(map(chr, (*range(0x32000), *range(0xE0000, 0xE0200))))  # beyond, Unicode has no letter yet
    folded = set(shadow(letters))
    assert all(shadow(one) == one for one in folded)


def test_a_text_of_very_many_letters_is_folded_like_its_letters_one_by_one() -> None:
    text = "".join(map(chr, range(0x80, 0x2000)))
    assert shadow(text) == "".join(map(shadow, text))
    assert shadow(text[:50] + "AB" + text[:50]) == shadow(text[:50]) + "ab" + shadow(text[:50])


def test_a_place_in_the_shadow_leads_back_to_the_letter_it_came_from() -> None:
    text = "Ђак и његова школа"
    place = shadow(text).index("skola")
    back = offsets(text)
    assert text[back[place] : back[place + len("skola") - 1] + 1] == "школа"


@given(st.text(st.characters()))
def test_every_place_of_the_shadow_has_a_place_in_the_text(text: str) -> None:
    folded = shadow(text)
    back = list(offsets(text))
    assert len(back) == len(folded) + 1
    assert back == sorted(back)
    assert all(0 <= place <= len(text) for place in back)


@given(st.text(st.characters()))
def test_the_shadow_of_a_shadow_is_itself(text: str) -> None:
    assert shadow(shadow(text)) == shadow(text)


def test_a_listed_word_is_found_in_all_its_spellings() -> None:
    assert spellings("đak") == {"djak", "dak"}
    assert spellings("mädchen") == {"madchen", "maedchen"}
