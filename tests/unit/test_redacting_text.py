"""A text read for redaction: its Latin form, and the way back to what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.redacting.casing import is_uncased, recased
from triage.redacting.spans import DIGEST_PLACEHOLDER, KINDS, PLACEHOLDER, PLACEHOLDERS
from triage.redacting.text import read


@pytest.mark.parametrize(
    ("written", "latin"),
    [
        ("Ђорђе и Љиља", "Đorđe i Ljilja"),
        ("ЉИЉА ЊЕГА ЏАК", "LJILJA NJEGA DŽAK"),
        ("c\u030cas\u030ca", "čaša"),
        ("061\u00a0123\u2009456", "061 123 456"),
        ("0\u200b61", "061"),
        ("０６１", "061"),
        ("٠٦١", "061"),
        ("jedan\u2028dva\x00", "jedan\ndva"),
        ("Straße Ëmma", "Straße Ëmma"),
        ("plain", "plain"),
        ("jedan\r\ndva\rtri &amp; pet", "jedan\ndva\ntri & pet"),
    ],
)
def test_latin_keeps_case_and_diacritics_and_nothing_invisible(written: str, latin: str) -> None:
    assert read(written).latin == latin


def test_a_stretch_of_either_form_leads_back_to_what_was_written() -> None:
    text = read("Зове се Љи\u200bља, c\u030cita")
    start = text.latin.index("Ljilja")
    span = text.from_latin(start, start + len("Ljilja"), "name", "test")
    assert text.original[span.start : span.end] == "Љи\u200bља"
    start = text.shadow.index("cita")
    span = text.from_shadow(start, start + 1, "name", "test")
    assert text.original[span.start : span.end] == "c\u030c"
    assert text.latin[text.latin_place(start)] == "č"


@given(st.text(st.characters() | st.sampled_from("\r\n&;")))
def test_every_place_has_a_way_back(written: str) -> None:
    text = read(written)
    for form, back in ((text.latin, text.latin_back), (text.shadow, text.back)):
        assert len(back) == len(form) + 1
        assert list(back) == sorted(back)
        assert back[len(form)] == len(written)
    if text.latin:
        span = text.from_latin(0, len(text.latin), "name", "test")
        assert 0 <= span.start < span.end <= len(written)


@pytest.mark.parametrize(
    ("written", "uncased"),
    [
        ("zovem se amra i ne znam sta da radim", True),
        ("ZOVEM SE AMRA I NE ZNAM", True),
        ("Vidjela sam sliku. bojim se za dijete", True),
        ("vidjela sam JMBG na slici", True),
        ("Vidjela sam sliku na stranici.", False),
        ("Zove se Amra. ne znam", False),
        ("видела сам слику", True),
        ("pogledajte https://Host.example/A", True),
        ("", False),
        ("061 123", False),
    ],
)
def test_a_text_without_telling_capitals_is_known(written: str, uncased: bool) -> None:
    assert is_uncased(written) is uncased


@given(st.text(st.characters()))
def test_a_recased_text_keeps_every_place(written: str) -> None:
    text = read(written)
    again = recased(text)
    assert len(again.original) == len(text.original)
    assert len(again.latin) == len(text.latin)


def test_every_kind_has_a_placeholder_that_is_recognised() -> None:
    assert set(PLACEHOLDERS) == set(KINDS)
    for shown in PLACEHOLDERS.values():
        assert PLACEHOLDER.fullmatch(shown)
        assert DIGEST_PLACEHOLDER.fullmatch(f"{shown[:-1]}:0a1b2c3d]")
    assert PLACEHOLDER.search("[SECRET] [NAME:xyz]") is None
