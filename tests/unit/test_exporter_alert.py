"""The page of an SOS call: readable at night in every language, times with their offset, a drill that says so."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from exporters.alert import DATA, PAGE, WORDS_FILE, AlertExporter, words_of
from exporters.package import CaseView, Letterhead, Package, view_case
from exporters.wording import LANGUAGES
from pipeline.desk.packages import exporter_of
from pipeline.desk.references import acknowledge_code, alert_reference, external_reference
from tests.filled import filled
from triage.errors import BadConfiguration, RuleBroken
from triage.redaction import redact

EXPORTER = AlertExporter({name: filled(name) for name in AlertExporter.needs})
KNOWN, BARE, DRILL = EXPORTER.examples()
AT = datetime(2026, 7, 1, 23, 5, tzinfo=timezone(timedelta(hours=2)))
KEY = b"k" * 32


def _page(package: Package) -> list[str]:
    return EXPORTER.files(package)[PAGE].decode().splitlines()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_everything_in_every_language_and_fits_on_one_screen(language: str) -> None:
    (case,) = KNOWN.cases
    facts = {**case.facts, "first_received": AT, "acknowledge_by": AT + timedelta(minutes=10)}
    lines = _page(replace(KNOWN, cases=(replace(case, facts=facts),), language=language))
    text = "\n".join(lines)
    area = "Бања Лука (Република Српска)" if language == "sr-Cyrl" else "Banja Luka (Republika Srpska)"
    for said in ("01.07.2026 23:05 UTC+02:00", "23:15 UTC+02:00", area, "SOS-2026-0842", "7F3K9Q",
                 case.reference):  # fmt: skip
        assert said in text
    assert len(lines) < 24
    assert max(map(len, lines)) < 140


def test_a_drill_says_so_first_and_last_and_in_its_data() -> None:
    lines = _page(DRILL)
    assert lines[0] == lines[-1] == "DRILL. No child is in danger. Acknowledge as if it were real."
    assert json.loads(EXPORTER.files(DRILL)[DATA])["drill"] is True
    assert "may be in danger" not in " ".join(lines)
    assert "read from a file" not in " ".join(lines), "a drill is no call"
    assert "drill" not in " ".join(_page(KNOWN)).lower()
    assert json.loads(EXPORTER.files(KNOWN)[DATA])["drill"] is False


def test_what_is_not_known_is_said_not_to_be() -> None:
    text = "\n".join(_page(BARE))
    assert "nepoznato" in text
    assert "nije naveden" in text
    assert "Vrijeme poziva nije poznato" in text
    assert "area" not in json.loads(EXPORTER.files(BARE)[DATA])


@pytest.mark.parametrize("hostile", ["Ana", "+38761123456", "061123456", "a b-1", "SOS-2026-1\nBcc: x", "x" * 6 + "1",
                                     "https://a.example/1", "A-123456789"])  # fmt: skip
def test_nothing_but_a_number_of_a_call_travels_as_one(hostile: str) -> None:
    kept, removed = redact({"their_reference": hostile, "acknowledge_code": hostile, "drill": hostile}, "partner")
    assert kept == {}
    assert set(removed) == {"their_reference", "acknowledge_code", "drill"}
    assert redact({"their_reference": "SOS-2026-0842"}, "helpline")[0] == {}


def test_an_alert_is_about_one_call_alone() -> None:
    two = (CaseView("BA-1", {}), CaseView("BA-2", {}))
    with pytest.raises(RuleBroken, match="one call"):
        EXPORTER.files(replace(KNOWN, cases=two))


def test_words_that_do_not_fit_stop_before_anything_is_sent() -> None:
    shipped = filled(WORDS_FILE)
    for damaged in (shipped.replace("[en]", "[xx]"), shipped.replace("drill =", "dril =", 1), "=", ""):
        with pytest.raises(BadConfiguration, match="words"):
            words_of(damaged)


def test_it_leaves_by_its_own_command() -> None:
    assert exporter_of("alert").command == "alerts"


def test_references_and_codes_are_others_for_every_organisation_alert_and_case() -> None:
    made = {alert_reference(KEY, "BA", partner, number) for partner in ("a", "b") for number in (1, 2)}
    made |= {external_reference(KEY, "BA", partner, number) for partner in ("a", "b") for number in (1, 2)}
    assert len(made) == 8
    codes = {acknowledge_code(KEY, partner, number) for partner in ("a", "b") for number in (1, 2)}
    assert len(codes) == 4
    assert {len(code) for code in codes} == {6}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_whom_to_ring_and_who_was_told_before(language: str) -> None:
    paper = Letterhead("Hotline (sample)", "+387 33 000 000")
    text = "\n".join(_page(replace(KNOWN, language=language, letterhead=paper, told_before=("One house", "Another"))))
    assert "Hotline (sample)" in text
    assert text.count("+387 33 000 000") == 2
    assert "One house, Another" in text
    perhaps = _page(replace(KNOWN, language=language, letterhead=paper, told_before=(), perhaps_before=("One house",)))
    assert "One house" in "\n".join(perhaps)
    assert EXPORTER._words[language]["perhaps"] in "\n".join(perhaps)
    assert EXPORTER._words[language]["nobody_before"] + "\n" not in "\n".join(perhaps)
    assert f"reference,state,at\n  {KNOWN.cases[0].reference},acknowledged," in text
    assert "\nTold before you:          nobody\n" in "\n".join(_page(DRILL))


@pytest.mark.parametrize(
    ("hours", "said"),
    [(0, "(0 min ago)"), (0.5, "(30 min ago)"), (23, "(23 h ago)"), (24, "(24 h ago)"), (25, "(25 h ago)"),
     (48, "(2 days ago)"), (720 * 24, "(720 days ago)"), (-1, "(0 min ago)")],
)  # fmt: skip
def test_a_page_says_how_long_ago_the_call_was_made_and_heads_an_old_one_as_late(hours: float, said: str) -> None:
    package = replace(KNOWN, language="en", made_at=KNOWN.made_at + timedelta(hours=hours))
    lines = _page(package)
    assert said in "\n".join(lines)
    assert lines[0] == ("SOS CALL, LATE" if hours > 24 else "SOS CALL")
    assert ("may be in danger now" in lines[2]) == (hours <= 24)


@pytest.mark.parametrize(("days", "said"), [(2, "2 dana"), (21, "21 dan"), (111, "111 dana"), (720, "720 dana")])
def test_days_are_counted_as_the_language_does(days: int, said: str) -> None:
    lines = _page(replace(KNOWN, language="bs", made_at=KNOWN.made_at + timedelta(days=days)))
    assert lines[2].startswith(f"Zakašnjeli poziv: dijete je možda bilo u opasnosti u vrijeme poziva, prije {said}.")


@pytest.mark.parametrize(
    "given",
    [
        "tel-061-234567", "TEL-061234567", "TEL-061-234567", "T-061-23-45", "Ana-1990-05-12", "ANA-1990-05-12",
        "ANA-120590", "ANA-2011-05-12", "061234567", "SOS-2026-084212", "SOS 2026-0842",
        "123456", "ana-maja-1", "tuzla-5", "Ana_5", "ana@mail.example", "+38761",
        "061/123/456", "2011-05", "ANA-2011-05", "12/05/2011", "2026-05-12", "s--1", "-1", "s-1-2", "7٧", "СОС-1",
        "00000000-0000-0000-0000-038761123456", "06112345-abcd-abcd-abcd-abcdefabcdef",
        "abcdefab-0611-2345-6789-abcdefabcdef", "7f1c2c1e5b1a4c559a530d2a3c5b6e77", "s-1 ",
    ],
)  # fmt: skip
def test_a_telephone_or_a_birth_date_does_not_leave_as_somebodys_number(given: str) -> None:
    assert redact({"their_reference": given}, "partner")[0] == {}


@pytest.mark.parametrize(
    "given",
    [
        "SOS-2026-0842", "SOS-842", "CALL-2026-12345", "S-1", "s-1", "sos_12", "77", "CALL_12", "2026/842",
        "SOS/2026/842", "7f1c2c1e-5b1a-4c55-9a53-0d2a3c5b6e77", "7F1C2C1E-5B1A-4C55-9A53-0D2A3C5B6E77",
    ],
)  # fmt: skip
def test_a_number_of_a_call_leaves(given: str) -> None:
    assert redact({"their_reference": given}, "partner")[0] == {"their_reference": given}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_that_may_be_something_else_is_said_to_be_left_out(language: str) -> None:
    (case,) = KNOWN.cases
    given = dict(case.facts) | {"their_reference": "061123456"}
    page = _page(replace(KNOWN, cases=(view_case(case.reference, given, (), "partner"),), language=language))
    words = EXPORTER._words[language]
    (line,) = [one for one in page if one.startswith(f"{words['their_reference']}:")]
    assert line.endswith(words["left_out"])
    assert words["left_out"] != words["none"]
    assert "061123456" not in "".join(page)
