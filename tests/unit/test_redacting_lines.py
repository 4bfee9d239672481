"""Masks keep the lines of a text and the numbers of its points; nothing more is shown for it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.redactors import Model, masked, redactor
from triage.redacting.lines import in_lines, within_lines
from triage.redacting.spans import Span


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1. moj tel 061 123 456\n2. Zovem se Amra Begić", "1. moj tel [PHONE]\n2. Zovem se [NAME]"),
        ("Evo:\n3. 061 123 456\n4. hvala", "Evo:\n3. [PHONE]\n4. hvala"),
        ("tel:\n061 123 456\n065 222 333\nhvala", "tel:\n[PHONE]\n[PHONE]\nhvala"),
        ("račun 1234567890\n3) hvala", "račun [ACCOUNT]\n3) hvala"),
        ("zovite 061 222 333\n7 djece je vidjelo", "zovite [PHONE]\n7 djece je vidjelo"),
        ("Ulica Maršala Tita 5\n71000 Sarajevo\nhvala", "[ADDRESS]\n[ADDRESS]\nhvala"),
        ("JMBG 0101990150008\r\n2. hvala", "JMBG [ID]\r\n2. hvala"),
    ],
)
def test_lines_and_the_numbers_of_points_stay(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Moj broj je 061 123\n456 nazovite me", "Moj broj je [PHONE]\n[PHONE] nazovite me"),
        ("Moj broj je 061 123\n45. Zovite", "Moj broj je [PHONE]\n[PHONE]. Zovite"),
        ("Moj broj je 06. 112 23 33, zovite", "Moj broj je [PHONE], zovite"),
    ],
)
def test_a_number_broken_over_lines_is_masked_whole(written: str, shown: str) -> None:
    assert masked(written) == shown


def test_a_name_over_two_lines_is_masked_on_both_and_a_break_behind_it_stays() -> None:
    assert redactor(model=Model("Marko\nMarko")).redact("Vidio sam da je Marko\nMarko tamo").text == (
        "Vidio sam da je [NAME]\n[NAME] tamo"
    )
    assert redactor(model=Model("Lana\n")).redact("Tamo je i Lana\nsvi su vidjeli").text == (
        "Tamo je i [NAME]\nsvi su vidjeli"
    )


def test_a_digest_stands_on_the_first_line_alone() -> None:
    assert in_lines("061 123\r\n456", "[PHONE:1a2b]", "[PHONE]") == "[PHONE:1a2b]\r\n[PHONE]"
    assert in_lines("-\n-", "[OTHER]", "[OTHER]") == "[OTHER]\n"


@given(st.text(alphabet="a1 .\n\r)-", min_size=1, max_size=30), st.sampled_from(["phone", "number", "name"]))
def test_no_span_reaches_further_and_none_is_lost(text: str, kind: str) -> None:
    row = list(within_lines(text, [Span(0, len(text), kind, "x")]))
    assert row or text.isspace()
    assert all(0 <= span.start < span.end <= len(text) for span in row)
    assert list(within_lines(text, row)) == row


@given(st.text(alphabet="a \n\r\u2028", max_size=30))
def test_what_is_shown_has_the_breaks_of_what_was_written(text: str) -> None:
    assert [sign for sign in in_lines(text, "x", "x") if sign in "\n\r\u2028"] == [s for s in text if s in "\n\r\u2028"]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize(
    "written",
    [
        "Ulica Maršala Tita 5\n71000 Sarajevo\nhvala", "broj\n061\n234\n567.",
        "Moj broj je 061 123\n456, zovem se\nAmra Begić",
    ],
)  # fmt: skip
def test_a_line_end_of_two_signs_is_read_as_one_and_stays(written: str, end: str) -> None:
    assert masked(written.replace("\n", end)) == masked(written).replace("\n", end)


def test_a_line_end_alone_is_never_masked() -> None:
    spans = [Span(7, 9, "name", "model:PER"), Span(9, 13, "name", "model:PER")]
    assert list(within_lines("godina,\r\nAjla", spans)) == spans[1:]
