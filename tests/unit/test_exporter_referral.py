"""The referral list: codes for a helpline, no address and no text."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from exporters import plain_csv
from exporters.package import Letterhead, Package, item_facts, view_case
from exporters.redacted_texts import RedactedText
from exporters.referral import PAGE, ReferralExporter
from exporters.wording import LANGUAGES
from pipeline.delivery.pdf import words_in
from tests.filled import filled
from triage.helpline_feedback import HelplineState
from triage.redacting.redactor import Redacted

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_a_question_is_handed_over_in_codes_without_address_or_text() -> None:
    raw = {"label": "incomplete", "reason_codes": ("question",), "first_received": AT, "reporter_group": "parent",
           "description": "words of a parent", "contact_phone": "0000"}  # fmt: skip
    case = view_case("HL-1", raw, [item_facts("https://host.example/a", "url", None)], "helpline")
    package = Package("referral", "helpline", AT, "referral_agreement", "offer_help", (case,))

    files = ReferralExporter({name: filled(name) for name in ReferralExporter.needs}).files(package)

    row = plain_csv.read(files["referral.csv"])[0]
    assert (row["reference"], row["reason_codes"], row["first_received"]) == ("HL-1", "question", "2026-03-02")
    assert row["reporter_group"] == "parent"
    assert json.loads(files["referral.json"])["cases"] == [
        {"reference": "HL-1", "label": "incomplete", "reason_codes": ["question"], "first_received": "2026-03-02",
         "reporter_group": "parent"}
    ]  # fmt: skip
    assert not any(secret in body for body in files.values() for secret in (b"host.example", b"words", b"0000"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_tells_a_person_what_waits_how_to_answer_and_whom_to_ring(language: str) -> None:
    exporter = ReferralExporter({name: filled(name) for name in ReferralExporter.needs})
    paper = Letterhead("Hotline (sample)", "+387 33 000 000")
    example = replace(exporter.examples()[0], language=language, letterhead=paper)
    page = exporter.files(example)[PAGE].decode()
    paragraphs = [one for one in page.split("\n\n") if one.startswith("HL-")]
    assert [one.partition(".")[0] for one in paragraphs] == ["HL-18", "HL-17"]
    assert "Hotline (sample), +387 33 000 000" in page
    assert "reference,state,at\n  HL-17,taken_up,2026-03-02T09:30+00:00\n" in page
    assert all(f"  {state}: " in page for state in HelplineState)
    assert not any(code in page for code in ("abuse_described", "offer_help", "csam_suspect", "first_received"))
    assert max(map(len, page.splitlines())) <= 96


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_helpline_advises_and_nobody_expects_it_to_reach_the_person(language: str) -> None:
    exporter, words = ReferralExporter({name: filled(name) for name in ReferralExporter.needs}), words_in(language)
    page = exporter.files(replace(exporter.examples()[0], language=language))[PAGE].decode()
    told = words.time(datetime(2026, 3, 1, tzinfo=UTC).date()).rstrip(".")
    below = {one.partition(".")[0]: one.splitlines()[-2:] for one in page.split("\n\n") if one.startswith("HL-")}
    advice, police = words.field("advice_can_be_passed_on"), words.field("police_told")
    yes, no = words.code("yes_no", "yes"), words.code("yes_no", "no")
    assert below == {
        "HL-17": [f"  {advice}: {yes}.", f"  {police}: {no}."],
        "HL-18": [f"  {advice}: {no}.", f"  {police}: {yes}, {told}."],
    }  # fmt: skip


def test_no_word_asks_the_helpline_to_reach_anybody() -> None:
    said = words_in("en")
    assert "nobody expects you to reach them" in said.said("referral", "reporter")
    assert said.code("helpline_state", HelplineState.NOT_REACHED) == "nobody got in touch with you about it"


def test_the_row_to_answer_with_has_the_time_of_the_heading() -> None:
    exporter = ReferralExporter({name: filled(name) for name in ReferralExporter.needs})
    paper = Letterhead(zone=timezone(timedelta(hours=1)))
    page = exporter.files(replace(exporter.examples()[0], language="en", letterhead=paper))[PAGE].decode()
    assert "10:30:00 (UTC+1)" in page
    assert "reference,state,at\n  HL-17,taken_up,2026-03-02T10:30+01:00\n" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_named_on_the_page_and_headed_in_the_packages_language(language: str) -> None:
    exporter = ReferralExporter({name: filled(name) for name in ReferralExporter.needs})
    example = exporter.examples()[0]
    text = RedactedText(1, "bcs", "helpline", Redacted("words", ()))
    with_text = replace(example, cases=(replace(example.cases[0], texts=(text,)),), language=language)
    files, words = exporter.files(with_text), words_in(language)
    assert f"texts.txt: {words.code('files', 'texts.txt')}" in " ".join(files[PAGE].decode().split())
    assert "texts.txt" not in exporter.files(replace(example, language=language))[PAGE].decode()
    head, note, _, case, *_ = files["texts.txt"].decode().split("\n")
    assert head.startswith(words.said("document", "texts"))
    assert note == words.said("document", "text_note")
    assert case == f"HL-17, {words.said('document', 'report').lower()} 1, {words.code('text_language', 'bcs')}"


def test_the_page_says_the_codes_in_words() -> None:
    exporter = ReferralExporter({name: filled(name) for name in ReferralExporter.needs})
    page = " ".join(exporter.files(replace(exporter.examples()[0], language="en"))[PAGE].decode().split())
    assert "Why we refer it to you: a parent or teacher is worried about a child; The program suspects:" in page
    assert "Why: it reads like a question; Ticked by the reporter: question; Reports: 1;" in page
    assert "Who reported: a parent; Reporter's own child: yes; Asked: Please offer help." in page
    told = "abuse is described; The program suspects: it cannot tell (no usable address, or a question);"
    told += " Area: Republika Srpska;"
    assert f"HL-18. Sign of danger: {told}" in page
    assert page.index("HL-18. ") < page.index("HL-17. "), "danger first"
