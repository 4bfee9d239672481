"""A reporter's contact as police read it: exactly what was typed, and nothing typed can look like words of ours."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from exporters.disclosure import JSON_FILE, TEXT_FILE, Disclosure, Reachable, disclosure_files
from exporters.package import Letterhead
from exporters.wording import LANGUAGES, Words, words_file
from pipeline.resources import text
from triage.disclosure import DisclosureReason, allows_police, check_released_by_another
from triage.errors import RuleBroken
from triage.report import Fact

WORDS = {language: Words.from_toml(language, text(words_file(language))) for language in LANGUAGES}
SAID = {"contact_name": "Ana Uzorak", "contact_email": "ana@mail.example", "contact_phone": "+387 61 000 111"}
AT = datetime(2026, 3, 3, 9, tzinfo=UTC)
TOLD_IN = "package-20260304-1A2B3C4D"
GIVEN = Disclosure(
    "police-rs", "duty_to_report_crime", "en", datetime(2026, 3, 4, 10, tzinfo=UTC), ("BA-7F3K-9QWX-2MTC",),
    (Reachable(SAID, True, AT, number=1),), Letterhead("Hotline of Somewhere", "+387 33 000 000"), TOLD_IN,
)  # fmt: skip


def _text(given: Disclosure, language: str = "en") -> str:
    return disclosure_files(replace(given, language=language), WORDS[language])[TEXT_FILE].decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_says_who_for_whom_and_from_whom_in_every_language(language: str) -> None:
    said = _text(GIVEN, language)
    for value in (*SAID.values(), "BA-7F3K-9QWX-2MTC", "Hotline of Somewhere, +387 33 000 000"):
        assert value in said


def test_the_same_contact_gives_the_same_bytes() -> None:
    assert disclosure_files(GIVEN, WORDS["en"]) == disclosure_files(GIVEN, WORDS["en"])


@pytest.mark.parametrize("sign", ["\n", "\r\n", "\r", "\u2028", "\x85", "\u202e", "\x1b[2J", "\x00", "\u200b"])
def test_no_sign_in_a_contact_breaks_a_line_or_changes_how_one_looks(sign: str) -> None:
    name = {"contact_name": f"Ana{sign}Legal basis: none"}
    hostile = replace(GIVEN, contacts=(Reachable(name, True, AT, number=1),))
    said = _text(hostile)
    assert len(said.splitlines()) == len(_text(GIVEN).splitlines()) - 2
    assert not any(line.startswith("Legal basis: none") for line in said.splitlines())
    assert all(line.isprintable() for line in said.splitlines())
    told = json.loads(disclosure_files(hostile, WORDS["en"])[JSON_FILE])
    assert told["contacts"][0]["contact"]["contact_name"] == f"Ana{sign}Legal basis: none"


def test_a_very_long_field_is_cut_in_the_text_and_whole_in_the_data() -> None:
    long = replace(GIVEN, contacts=(Reachable({"best_time": "x" * 5_000}, False, AT, number=1),))
    assert max(map(len, _text(long).splitlines())) < 400
    assert b"x" * 5_000 in disclosure_files(long, WORDS["en"])[JSON_FILE]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_contact_is_of_the_report_with_the_number_police_read_in_their_package(language: str) -> None:
    third = replace(GIVEN, contacts=(Reachable(SAID, True, AT, number=3),))
    heading = WORDS[language].said("disclosure", "report", number=3, package=TOLD_IN, at=WORDS[language].time(AT))
    assert heading in _text(third, language).splitlines()
    assert all(said in heading for said in ("3", TOLD_IN, "2026"))
    told = json.loads(disclosure_files(third, WORDS[language])[JSON_FILE])["contacts"][0]
    assert (told["report"], told["package"], told["received_at"]) == (3, TOLD_IN, "2026-03-03T09:00:00+00:00")
    for wrong in ((GIVEN.contacts * 2), (Reachable(SAID, True, AT, number=0),)):
        with pytest.raises(RuleBroken, match="its own number"):
            disclosure_files(replace(GIVEN, contacts=wrong), WORDS["en"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_no_package_numbers_is_named_by_its_time_alone(language: str) -> None:
    alone = replace(GIVEN, contacts=(Reachable(SAID, True, AT),))
    heading = WORDS[language].said("disclosure", "report_alone", at=WORDS[language].time(AT))
    assert heading in _text(alone, language).splitlines()
    told = json.loads(disclosure_files(alone, WORDS[language])[JSON_FILE])["contacts"][0]
    assert (told["report"], told["package"]) == (None, None)
    with pytest.raises(RuleBroken, match="its own number"):
        disclosure_files(replace(GIVEN, told_in=None), WORDS["en"])


def test_only_contact_fields_are_told() -> None:
    more = SAID | {"description": "canary", "staff remark": "canary"}
    given = replace(GIVEN, contacts=(Reachable(more, True, AT, number=1),))
    assert all(b"canary" not in body for body in disclosure_files(given, WORDS["en"]).values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"recipient": "Ana from next door"}, {"basis": "Ana said so"}, {"references": ()},
        {"references": ("Ana said",)}, {"contacts": ()}, {"contacts": (Reachable({}, True, AT, number=1),)},
        {"language": "fr"}, {"made_at": datetime(2026, 3, 4)},
    ],
)  # fmt: skip
def test_what_is_no_disclosure_is_refused_without_repeating_it(wrong: dict[str, object]) -> None:
    with pytest.raises(RuleBroken) as refused:
        disclosure_files(replace(GIVEN, **wrong), WORDS["en"])  # type: ignore[arg-type]
    assert "Ana" not in str(refused.value)


def test_a_contact_shows_nowhere_by_accident() -> None:
    assert "Ana" not in repr(GIVEN)


def test_both_a_contact_and_the_word_that_police_may_use_it_are_needed() -> None:
    both = Fact.HAS_CONTACT | Fact.POLICE_MAY_CONTACT
    assert allows_police(both | Fact.OWN_CHILD)
    assert not any(allows_police(facts) for facts in (Fact(0), *Fact, both & ~Fact.HAS_CONTACT))


def test_one_person_does_not_both_ask_and_release() -> None:
    check_released_by_another(1, 2)
    with pytest.raises(RuleBroken, match="another person"):
        check_released_by_another(1, 1)
    assert len(set(DisclosureReason)) == 4
