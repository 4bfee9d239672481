"""The call sheet fits one page in every language, its addresses can be dictated, and none can be opened from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from classifiers.base import KNOWN_REASONS
from exporters.call_sheet import MOST_ADDRESS_CHARS, PAGE_CHARS, PAGE_LINES, call_sheet, spelled
from exporters.cover import cover_lines
from exporters.package import (
    FILE_KIND,
    MAX_HOTLINE_NAME_CHARS,
    MAX_HOTLINE_PHONE_CHARS,
    ItemView,
    Letterhead,
    Package,
    item_facts,
    view_case,
)
from exporters.report_pdf import Style, report_data
from exporters.withheld import Withheld
from exporters.wording import LANGUAGES, Words, words_file
from pipeline.delivery.pdf import glyphs
from pipeline.resources import text
from triage.assessment import AgeGroup, Assessment, Classification, Gender, IccamAnswers, Viewed
from triage.errors import RuleBroken
from triage.urgent_call import CallReason

WORDS = {language: Words.from_toml(language, text(words_file(language))) for language in LANGUAGES}
AT = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
REFERENCE = "BA-7F3K-9QWX-2MTC"
SHEET = CallReason.MEETING_SOON
SEEN = Assessment(1, None, Classification.BASELINE, by=1, at=AT, viewed=Viewed.CONTENT,
                  iccam=IccamAnswers(gender=Gender.BOTH, age_group=AgeGroup.PRE_PUBESCENT, virtual=True))  # fmt: skip
UNSEEN = ItemView({"kind": FILE_KIND, "classification": "not_illegal", "viewed": "no"})
EVERYBODY = ("iccam", "police-fbih", "police-brcko", "police-canton-7", "police-canton-9", "helpline")
LETTERHEAD = Letterhead("name " * (MAX_HOTLINE_NAME_CHARS // 5 - 1) + "named", "1 " * (MAX_HOTLINE_PHONE_CHARS // 2))
"""As long as allowed."""


def _package(
    language: str, *addresses: str, reasons: tuple[str, ...] = ("child_blackmailed",), told: tuple[str, ...] = (),
    referred: tuple[str, ...] = (),
) -> Package:
    facts = {
        "label": "csam_suspect", "escalate": "child_blackmailed", "reason_codes": reasons, "area": "BA-RS-Banja Luka",
        "reports": 2, "first_received": AT, "last_received": AT, "received_assumed": True, "concerns_own_child": True,
        "reporter_can_be_asked": True, "also_sent_to": told, "also_sent_part_to": told,
        "also_released_to": told, "referred_for": referred,
        "description": "canary words of a reporter", "contact_name": "canary name",
    }  # fmt: skip
    items = [item_facts(address, "url", SEEN) for address in addresses]
    case = replace(view_case(REFERENCE, facts, items, "police"), withheld=(Withheld("not_released", (1, 2)),))
    return Package("call_sheet", "police-rs", AT, "duty_to_report_crime", "safeguard_child", (case,), language=language,
                   letterhead=LETTERHEAD)  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "address", ["", *("https://bad.example/" + part * 400 for part in ("Q?", "\u0430%", ".", "\U000e0001"))],
    ids=["none", "capitals", "foreign letters", "dots", "invisible"],
)  # fmt: skip
def test_the_fullest_sheet_is_one_page_with_room_to_write(language: str, address: str) -> None:
    addresses = [address] * 12 if address else []
    package = _package(language, *addresses, reasons=tuple(sorted(KNOWN_REASONS))[:8], told=EVERYBODY,
                       referred=("victim_may_be_here", "urgent_danger"))  # fmt: skip
    (case,) = package.cases
    case = replace(case, items=(*case.items, UNSEEN), kept_back=12)
    package = replace(package, name="package-20260304-1A2B3C4D", cases=(case,), elsewhere=123)
    assert WORDS[language].said("cover", "unviewed", count=1) in cover_lines(package, WORDS[language])[2].body
    lines = call_sheet(package, SHEET, WORDS[language]).splitlines()
    further = WORDS[language].said("call", "elsewhere", count=123)
    assert further in lines
    assert further.partition(":")[0] not in call_sheet(replace(package, elsewhere=0), SHEET, WORDS[language])
    assert len(lines) == PAGE_LINES
    assert max(map(len, lines)) <= PAGE_CHARS
    assert lines[-2:] == ["_" * PAGE_CHARS] * 2


NO_ALL_CLEAR = dict.fromkeys(LANGUAGES, "što ne znači da opasnosti nema") | {
    "sr-Cyrl": "што не значи да опасности нема", "en": "which is no all-clear",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", CallReason)
def test_the_first_line_is_the_callers_reason_and_no_silence_is_an_all_clear(language: str, reason: CallReason) -> None:
    words, package = WORDS[language], _package(language)
    (case,) = package.cases
    package = replace(package, cases=(replace(case, facts=dict(case.facts) | {"escalate": "none"}),))
    first = " ".join(call_sheet(package, reason, words).partition("\n1 ")[2].partition("\n2 ")[0].split())
    assert first.lower().startswith(f"{words.said('cover', 'urgency')}: {words.code('call_reason', reason)}: ".lower())
    assert NO_ALL_CLEAR[language] in first


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("count", "numbers"), [(1, "1"), (3, "1–3")])
def test_reports_have_the_numbers_the_package_will_give_them(language: str, count: int, numbers: str) -> None:
    package = _package(language)
    (case,) = package.cases
    package = replace(package, cases=(replace(case, facts=dict(case.facts) | {"reports": count}),))
    said = " ".join(call_sheet(package, SHEET, WORDS[language]).split())
    assert WORDS[language].said("call", "reports", numbers=numbers) in said
    assert f" {numbers}, " in said


def test_no_address_on_a_sheet_can_be_opened_and_long_ones_are_cut() -> None:
    address = "https://bad.example/" + "x" * MOST_ADDRESS_CHARS
    said = call_sheet(_package("en", address), SHEET, WORDS["en"])
    assert "https://" not in said
    assert "bad.example" not in said
    assert "cut here" in said
    assert "canary" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_reports_name_what_leads_nowhere_the_sheet_says_to_ask_for_it(language: str) -> None:
    words, reasons = WORDS[language], ("child_blackmailed", "unusable_locator")
    said = " ".join(call_sheet(_package(language, reasons=reasons), SHEET, words).split())
    assert words.said("call", "unusable_address") in said
    assert words.said("call", "no_address") not in said
    without = call_sheet(_package(language), SHEET, words)
    assert words.said("call", "no_address") in without


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_that_stays_here_is_not_said_to_be_unknown(language: str) -> None:
    words, reasons = WORDS[language], ("child_blackmailed", "unusable_locator")
    package = _package(language, reasons=reasons)
    package = replace(package, cases=(replace(package.cases[0], kept_back=2),))
    counted = words.said("cover", "kept_back", count=2)
    said = " ".join(call_sheet(package, SHEET, words).split())
    assert said.count(words.said("call", "kept_back")) == said.count(counted) == 1
    assert not any(words.said("call", each) in said for each in ("no_address", "unusable_address"))
    given = _package(language, "https://bad.example/1")
    beside = replace(given, cases=(replace(given.cases[0], kept_back=2),))
    said = " ".join(call_sheet(beside, SHEET, words).split())
    assert counted in said
    assert words.said("call", "kept_back") not in said
    assert counted not in " ".join(call_sheet(given, SHEET, words).split())
    assert report_data(replace(package, kind="lea"), Style(words, glyphs()))["cases"][0]["kept_back"] == counted


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_address_that_can_be_used_is_worth_more_than_two_cut_short(language: str) -> None:
    words, path = WORDS[language], "/album/44a.php?id=53&page=2"
    package = _package(language, *(f"https://www.place-{number}.example{path}" for number in "12345"), told=EVERYBODY,
                       reasons=tuple(sorted(KNOWN_REASONS))[:8], referred=("victim_may_be_here",))  # fmt: skip
    said = call_sheet(package, SHEET, words)
    assert words.said("call", "cut") not in " ".join(said.split())
    assert spelled(path, words) in " ".join(said.split())
    assert words.said("call", "more", count=4) in said
    assert words.said("call", "more", count=3) in call_sheet(_package(language, *"abcde"), SHEET, words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_person_sent_it_is_not_said_of_a_program(language: str) -> None:
    words = WORDS[language]
    said, why = call_sheet(_package(language, referred=("victim_may_be_here",)), SHEET, words), "victim_may_be_here"
    first = said.partition("\n1 ")[2].partition("\n2 ")[0]
    assert words.code("referred_for", why) not in " ".join(first.split())
    assert f"{words.field('referred_for')}: {words.code('referred_for', why)}" in " ".join(said.split())


LISTED = {
    "bs": "policija; INHOPE (ICCAM); pružalac smještaja", "hr": "policija; INHOPE (ICCAM); pružatelj smještaja",
    "sr-Latn": "policija; mreža INHOPE (ICCAM); pružalac smještaja",
    "sr-Cyrl": "полиција; мрежа INHOPE (ICCAM); пружалац смјештаја", "en": "police; INHOPE (ICCAM); host or provider",
}  # fmt: skip
"""In the nominative, as names stand after a colon, and apart from names that have commas."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_else_was_told_is_named_in_the_nominative(language: str) -> None:
    words = WORDS[language]
    told = ("police", "iccam", "notice", "police-rs")
    said = f"{words.field('also_sent_to')}: {LISTED[language]}; {words.code('recipient', 'police-rs')}"
    assert said in " ".join(call_sheet(_package(language, told=told), SHEET, words).split())


def test_a_spelled_address_says_every_character() -> None:
    words = WORDS["en"]
    assert spelled("https://a-b.example/Q_1?x=2", words) == (
        "https (colon) (slash) (slash) a (hyphen) b (dot) example (slash) (capital) Q (underscore) 1 (question mark)"
        " x (equals) 2"
    )
    assert spelled("\u0430\u202e!", words) == "(U+0430) (U+202E) (U+0021)"
    assert spelled("", words) == ""


def test_letters_and_digits_never_share_a_group() -> None:
    assert spelled("ab12cd345678", WORDS["en"]) == "ab 12 cd 34567 8"


def test_a_word_is_spelled_in_one_piece_and_its_capital_stays_with_it() -> None:
    assert spelled("chatroom.Waterfall", WORDS["en"]) == "chatroom (dot) (capital) Waterfall"
    assert spelled("aBC", WORDS["en"]) == "a (capital) B (capital) C"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_a_sheet_ends_inside_a_word(language: str) -> None:
    path = ["waterfall", "mountainside", "neighbourhood", "lighthouse", "blackboard", "butterfly", "strawberry"]
    lines = call_sheet(_package(language, f"https://bad.example/{'/'.join(path)}"), SHEET, WORDS[language]).splitlines()
    said = [part for line in lines if "[.]" not in line and "hxxps" not in line for part in line.split()]
    assert [part for part in said if part in path] == path
    assert max(map(len, lines)) <= PAGE_CHARS


def test_a_sheet_is_about_one_case() -> None:
    package = _package("en")
    two = replace(package, cases=(*package.cases, replace(package.cases[0], reference="BA-2")))
    with pytest.raises(RuleBroken, match="one case"):
        call_sheet(two, SHEET, WORDS["en"])


def test_a_sheet_does_not_speak_of_a_package_that_is_not_made() -> None:
    assert "Package made" not in call_sheet(_package("en"), SHEET, WORDS["en"])


def test_a_sheet_says_whose_call_it_is_and_that_what_reporters_wrote_is_not_on_it() -> None:
    there = Letterhead("Hotline of Somewhere", "+387 33 000 000", timezone(timedelta(hours=1)))
    said = call_sheet(replace(_package("en"), letterhead=there), SHEET, WORDS["en"])
    assert "From:           Hotline of Somewhere, +387 33 000 000\n" in said
    assert "Made:           2026-03-04 11:00:00 (UTC+1)\n" in said
    assert "(UTC)" not in said
    assert "  What reporters wrote themselves is not on this sheet: ask us.\n" in said
    assert "not released" not in said
    assert "From:" not in call_sheet(replace(_package("en"), letterhead=Letterhead()), SHEET, WORDS["en"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("known", [{"reason_codes": ("child_identified",)}, {"escalate": "child_identified"}])
def test_it_is_not_said_that_nothing_is_known_of_whom_where_a_report_seems_to_tell(
    language: str, known: dict[str, object]
) -> None:
    words, unknown = WORDS[language], {"reports": 1, "escalate": "danger_now", "reason_codes": ("danger_now",)}
    package = _package(language)

    def who(facts: dict[str, object]) -> str:
        case = view_case(REFERENCE, facts, [], "police")
        sheet = call_sheet(replace(package, cases=(case,)), SHEET, words)
        return " ".join(sheet.partition("\n2 ")[2].partition("\n3 ")[0].split())

    assert who(unknown).endswith(words.said("cover", "not_known"))
    assert who(unknown | known).endswith(f"{REFERENCE}: {words.code('escalate', 'child_identified')}.")
