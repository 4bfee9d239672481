"""Missing parts are named exactly, and nobody is asked for what is there or would be no use."""

from __future__ import annotations

import itertools

import pytest

from classifiers.base import KNOWN_REASONS
from pipeline.resources import text
from triage.answers import Answers
from triage.completeness import PLACE_REASONS, Part, missing_parts, tells_when

BEGINS = Answers.from_toml(text("answers/missing.toml")).time_begins


@pytest.mark.parametrize(
    ("codes", "missing"),
    [
        ({"no_locator"}, (Part.ADDRESS,)),
        ({"bare_platform"}, (Part.POST_OR_PROFILE,)),
        ({"unusable_locator"}, (Part.USABLE_ADDRESS,)),
        ({"no_locator", "missing_attachment"}, (Part.ADDRESS, Part.ATTACHMENT)),
        ({"locator"}, ()),
        ({"attachment"}, ()),
        ({"locator", "missing_attachment"}, ()),
        ({"locator", "no_locator"}, ()),
    ],
)
def test_a_part_is_missing_where_nothing_leads_to_content(codes: set[str], missing: tuple[Part, ...]) -> None:
    assert missing_parts(codes, told=True) == missing


def test_a_name_without_its_platform_asks_for_the_platform_only() -> None:
    assert missing_parts({"unusable_locator"}, told=True, problems={"unknown_platform"}) == (Part.PLATFORM,)
    both = missing_parts({"unusable_locator"}, told=True, problems={"unknown_platform", "file_path"})
    assert both == (Part.USABLE_ADDRESS,)


@pytest.mark.parametrize("code", ["question", "spam", "test", "seeks_material", "seeks_help_for_self", "alert"])
def test_what_is_no_report_is_asked_for_nothing(code: str) -> None:
    assert missing_parts({code, "no_locator"}, told=False, dated=False) == ()


def test_a_question_about_a_misdeed_is_a_report_all_the_same() -> None:
    assert missing_parts({"question", "text_signal", "no_locator"}, told=True) == (Part.ADDRESS,)


def test_what_inhope_assigned_is_not_sent_back() -> None:
    assert missing_parts({"assigned_by_inhope", "unusable_locator"}, told=False) == ()


def test_an_address_alone_leaves_open_what_was_seen() -> None:
    assert missing_parts({"locator"}, told=False) == (Part.WHAT_WAS_SEEN,)
    assert missing_parts({"locator"}, told=False, category="other") == (Part.WHAT_WAS_SEEN,)
    assert missing_parts({"locator"}, told=False, category="fraud") == ()
    assert missing_parts({"locator", "reporter_category"}, told=False, category="csam") == ()
    assert missing_parts({"locator"}, told=True) == ()


def test_when_is_asked_only_beside_a_missing_place() -> None:
    assert missing_parts({"no_locator"}, told=True, dated=False) == (Part.ADDRESS, Part.WHEN)
    assert missing_parts({"no_locator"}, told=False, dated=False) == (Part.ADDRESS, Part.WHAT_WAS_SEEN)
    assert missing_parts({"locator"}, told=True, dated=False) == ()


def test_every_outcome_is_a_closed_code_once_and_in_the_order_of_asking() -> None:
    order = list(Part)
    for codes in itertools.combinations(sorted(KNOWN_REASONS), 2):
        for told, dated in itertools.product((True, False), repeat=2):
            parts = missing_parts(codes, told=told, dated=dated, problems={"unknown_platform"})
            places = [order.index(part) for part in parts]
            assert places == sorted(set(places))
            assert not parts or set(codes) & PLACE_REASONS or parts == (Part.WHAT_WAS_SEEN,)


@pytest.mark.parametrize(
    "told",
    [
        "Vidjela sam to jučer.", "Video sam sinoć, oko ponoći", "Видео сам јуче", "u ponedjeljak", "12.3. na mreži",
        "at 14:05", "I saw it yesterday", "gestern Abend", "e pashë dje në rrjet", "prije tri dana", "godine 2026",
    ],
)  # fmt: skip
def test_a_time_is_recognised_in_every_language(told: str) -> None:
    assert tells_when(told, BEGINS)


@pytest.mark.parametrize(
    "told",
    ["Neko objavljuje slike djeteta.", "There are pictures of a child.", "https://host.example/1234", "13 godina", ""],
)
def test_no_time_is_read_into_a_text_without_one(told: str) -> None:
    assert not tells_when(told, BEGINS)
