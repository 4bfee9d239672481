"""What the fonts of the report can show, and texts made fit for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.glyphs import ZERO_WIDTH_SPACE, Glyphs, breakable, characters_of, starts_right_to_left
from pipeline.delivery.pdf import BOLD, FONTS, MONO, SANS, glyphs
from pipeline.resources import resource
from triage.errors import BadConfiguration

GLYPHS = glyphs()


@pytest.mark.parametrize("name", [SANS, BOLD, MONO])
def test_every_font_has_the_letters_of_our_languages(name: str) -> None:
    known = characters_of(resource(f"{FONTS}/{name}").read_bytes())
    assert set(map(ord, "ABCXYZabcxyz0189čćžšđČĆŽŠĐљњџђћЉЊЏЂЋ[.]<>«»–")) <= known


@pytest.mark.parametrize(
    ("char", "shown"),
    [("中", "<U+4E2D>"), ("\u202e", "<U+202E>"), ("\x00", "<U+0000>"), ("\u200b", "<U+200B>"), ("\ud800", "<U+D800>"),
     ("\U000e0041", "<U+E0041>"), ("\u2800", "<U+2800>"), ("\ufe0f", "<U+FE0F>"), ("\u00a0", "<U+00A0>"),
     ("\n", "<U+000A>"), ("\uf000", "<U+F000>"), ("č", "č"), ("م", "م"), ("😀", "😀"), (" ", " ")],
)  # fmt: skip
def test_what_nobody_would_see_is_written_as_its_number(char: str, shown: str) -> None:
    assert GLYPHS.visible(f"a{char}b") == f"a{shown}b"


def test_marks_cannot_be_heaped_over_the_line_above() -> None:
    assert GLYPHS.visible("e" + "\u0301" * 6) == "e" + "\u0301" * 3 + "<U+0301>" * 3


@given(st.text(max_size=200))
def test_whatever_comes_in_only_characters_of_the_fonts_come_out(said: str) -> None:
    shown = GLYPHS.visible(said)
    assert shown.isprintable()
    assert set(map(ord, shown)) <= GLYPHS.sans


@given(st.text(max_size=300), st.integers(min_value=8, max_value=60))
def test_the_lines_of_an_address_hold_all_of_it_in_order_and_none_is_too_long(said: str, columns: int) -> None:
    shown = GLYPHS.visible(said)
    lines = GLYPHS.lines(shown, columns)
    assert "".join(part for line in lines for part, _ in line) == shown
    for line in lines:
        assert 0 < sum(1 if ord(char) in GLYPHS.mono else 2 for part, _ in line for char in part) <= columns


def test_a_line_is_cut_after_a_mark_where_one_is_near() -> None:
    first, second = GLYPHS.lines("abcdefgh/ijklmn", 11)
    assert first == [("abcdefgh/", False)]
    assert second == [("ijklmn", False)]


def test_stretches_written_from_right_to_left_are_told_apart() -> None:
    assert GLYPHS.lines("host/مثال/abc/مثال", 40) == [
        [("host/", False), ("مثال", True), ("/abc/", False), ("مثال", True)]
    ]
    assert starts_right_to_left("12 مثال abc")
    assert not starts_right_to_left("[NAME] مثال")


@given(st.text(alphabet=st.characters(exclude_characters=ZERO_WIDTH_SPACE), max_size=200))
def test_a_long_word_can_be_broken_and_nothing_else_changes(said: str) -> None:
    broken = breakable(said, 10)
    assert broken.replace(ZERO_WIDTH_SPACE, "") == said
    assert max(map(len, broken.replace(ZERO_WIDTH_SPACE, " ").split(" "))) <= 10


@pytest.mark.parametrize("bytes_of_no_font", [b"", b"no font", b"\x00\x01\x00\x00\xff\xff" + bytes(40)])
def test_bytes_that_are_no_font_are_refused(bytes_of_no_font: bytes) -> None:
    with pytest.raises(BadConfiguration, match="damaged"):
        Glyphs.of_fonts(bytes_of_no_font, bytes_of_no_font)
