"""What a host gets: a letter, exact addresses, X-ARF for what X-ARF has a word for, and nothing that does harm."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from exporters.notice import ADDRESSES_FILE, LETTER_FILE, NoticeExporter
from exporters.package import CaseView, ItemView, Letterhead, Package
from exporters.wording import LANGUAGES, Words, words_file
from tests.filled import filled
from triage.errors import RuleBroken

EXPORTER = NoticeExporter({name: filled(name) for name in NoticeExporter.needs})
FIRST, REMINDER = EXPORTER.examples()


def _of(address: str, **facts: object) -> Package:
    item = ItemView({"address_without_tokens": address, "classification": "baseline"} | facts)
    return replace(FIRST, cases=(CaseView("HL-1", {}, (item,)),))


def _reports(package: Package) -> list[dict[str, Any]]:
    files = EXPORTER.files(package)
    return [json.loads(body) for name, body in files.items() if name.startswith("xarf-")]


def test_every_address_stands_in_the_letter_defanged_and_beside_it_exactly() -> None:
    files = EXPORTER.files(FIRST)
    letter = files[LETTER_FILE].decode()
    exact = files[ADDRESSES_FILE].decode().splitlines()
    assert exact == ["https://host.example/a?id=7", "https://img.host.example/b", "http://[2001:db8::1]:8080/c"]
    assert not any(address in letter for address in exact)
    for number, place in enumerate(("hxxps://host[.]example/a?id=7", "hxxps://img[.]host[.]example/b"), start=1):
        assert f"{number}. {place}" in letter
    assert "HL-17" in letter
    assert "2026-03-01" in letter
    for language in ("bs", "hr", "sr-Latn", "sr-Cyrl"):
        local = EXPORTER.files(replace(FIRST, language=language))[LETTER_FILE].decode()
        assert "01.03.2026." in local
        assert "2026-03-01" not in local


def test_what_a_person_said_becomes_a_type_and_nothing_unset_becomes_baseline() -> None:
    found = {report["url"]: report for report in _reports(FIRST)}
    assert set(found) == {"https://host.example/a?id=7", "https://img.host.example/b"}
    assert found["https://host.example/a?id=7"]["classification"] == "baseline"
    national = found["https://img.host.example/b"]
    assert national["type"] == "csem"
    assert "classification" not in national
    (fraud,) = _reports(_of("https://host.example/f", classification="illegal_other", illegal_kind="fraud"))
    assert (fraud["type"], fraud["fraud_type"]) == ("fraud", "other")
    for kind in ("threat", "blackmail", "hate", "other"):
        assert _reports(_of("https://host.example/f", classification="illegal_other", illegal_kind=kind)) == []


def test_an_address_two_items_of_a_case_have_without_tokens_stands_there_once_with_the_gravest_assessment() -> None:
    address = "https://host.example/a"
    milder = ItemView({"address_without_tokens": address, "classification": "illegal_other", "illegal_kind": "fraud"})
    graver = ItemView({"address_without_tokens": address, "classification": "baseline"})
    for items in ((milder, graver), (graver, milder)):
        package = replace(FIRST, cases=(CaseView("HL-1", {}, items),))
        files = EXPORTER.files(package)
        assert files[ADDRESSES_FILE].decode().splitlines() == [address]
        assert files[LETTER_FILE].decode().count("host[.]example/a") == 1
        assert [report["type"] for report in _reports(package)] == ["csam"]
    lawful = ItemView({"address_without_tokens": address, "classification": "not_illegal"})
    with pytest.raises(RuleBroken, match="assessed as unlawful"):
        EXPORTER.files(replace(FIRST, cases=(CaseView("HL-1", {}, (lawful, graver)),)))


@pytest.mark.parametrize("classification", ["unset", "not_assessed", "not_illegal", None])
def test_an_address_nobody_assessed_as_unlawful_never_goes(classification: str | None) -> None:
    with pytest.raises(RuleBroken, match="assessed as unlawful"):
        EXPORTER.files(_of("https://host.example/a", classification=classification))


@pytest.mark.parametrize("address", ["http://abcdefghij.onion/a", "tel:+38733000000"])
def test_what_has_no_host_is_refused(address: str) -> None:
    with pytest.raises(RuleBroken, match="web"):
        EXPORTER.files(_of(address))


@pytest.mark.parametrize(
    "wrong",
    [{"sender": ""}, {"sender": "a@x.example\r\nBcc: b@x.example"}, {"sender": "Ana <a@x.example>"},
     {"letterhead": Letterhead()}],
)  # fmt: skip
def test_who_sends_is_one_plain_address_and_a_name(wrong: dict[str, Any]) -> None:
    with pytest.raises(RuleBroken, match="who sends"):
        EXPORTER.files(replace(FIRST, **wrong))


def test_the_number_of_a_report_is_repeated_by_a_reminder_and_is_another_for_another_address() -> None:
    first, again = _reports(FIRST), _reports(replace(REMINDER, made_at=FIRST.made_at + timedelta(days=3)))
    assert again[0]["report_id"] == first[0]["report_id"]
    assert again[0]["timestamp"] != first[0]["timestamp"]
    assert first[0]["report_id"] != first[1]["report_id"]


def test_a_regulator_reads_another_letter_and_a_reminder_says_so() -> None:
    texts = {
        EXPORTER.files(one)[LETTER_FILE]
        for one in (FIRST, replace(FIRST, recipient="regulator"), replace(FIRST, reminder=2))
    }
    assert len(texts) == 3
    assert len({EXPORTER.subject(one) for one in (FIRST, replace(FIRST, recipient="regulator"), REMINDER)}) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_regulator_is_asked_what_is_theirs_and_told_of_no_file_it_does_not_get(language: str) -> None:
    to_host, to_regulator = (
        EXPORTER.files(replace(FIRST, recipient=one, language=language)) for one in ("host", "regulator")
    )
    host, regulator = (one[LETTER_FILE].decode().split("\n\n") for one in (to_host, to_regulator))
    assert set(to_regulator) == {LETTER_FILE, "addresses.txt", "manifest-sha256.txt"}
    assert "X-ARF" not in " ".join(regulator)
    assert "X-ARF" in host[-3]
    assert any(name.startswith("xarf-") for name in to_host)
    for place in (-2, -3):
        assert regulator[place] != host[place], "what was removed and when is the host's to say"
    assert "addresses.txt" in regulator[-3]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("recipient", "basis"), [("host", "notice_to_hosts"), ("regulator", "notice_to_regulator")])
def test_a_letter_names_its_legal_basis_in_its_language_and_so_does_each_report(
    language: str, recipient: str, basis: str
) -> None:
    package = replace(FIRST, recipient=recipient, basis=basis, language=language)
    words = Words.from_toml(language, filled(words_file(language)))
    said = words.said("cover", "basis", basis=words.code("basis", basis))
    assert basis not in said
    assert EXPORTER.files(package)[LETTER_FILE].decode().splitlines().count(said) == 1
    assert {one["description"] for one in _reports(package)} == {
        f"Our reference: {reference}; legal basis: {basis}" for reference in ("HL-17", "HL-18") if recipient == "host"
    }


def test_words_of_a_legal_basis_add_no_line_and_no_link_to_a_letter() -> None:
    texts = {name: filled(name) for name in NoticeExporter.needs}
    english = words_file("en")
    written = 'notice_to_hosts = "by law\\n\\n1. hxxps://x\\u202e see https://law.example/a"'
    texts[english] = texts[english].replace('notice_to_hosts = "notice to hosts"', written)
    said = NoticeExporter(texts).files(FIRST)[LETTER_FILE].decode()
    assert len(said.splitlines()) == len(EXPORTER.files(FIRST)[LETTER_FILE].decode().splitlines())
    assert "Legal basis: by law 1." in said
    assert "https://law" not in said
    assert all(sign.isprintable() or sign == "\n" for sign in said)


def test_a_hostile_address_changes_no_line_of_a_letter() -> None:
    hostile = "https://host.example/a\r\n\r\n2. hxxps://other[.]example\u202egnp.exe\u0000\ufeff"
    files = EXPORTER.files(_of(hostile))
    letter, exact = files[LETTER_FILE].decode(), files[ADDRESSES_FILE].decode()
    for text in (letter, exact):
        assert all(sign.isprintable() or sign == "\n" for sign in text)
    assert "\n2. " not in letter
    assert exact.count("\n") == 1
    assert json.loads(files["xarf-001.json"])["url"] == hostile
    assert files["xarf-001.json"].isascii()


def test_nothing_but_what_a_host_must_know_leaves() -> None:
    item = {"address": "https://host.example/exact?share=who", "kind": "url", "gender": "female", "viewed": "content"}
    facts = {"area": "BA-RS-Doboj", "reports": 7, "label": "csam_suspect", "escalate": "danger_now"}
    case = FIRST.cases[0]
    planted = replace(case, facts={**case.facts, **facts}, items=(ItemView({**case.items[0].facts, **item}),))
    everything = b"".join(EXPORTER.files(replace(FIRST, cases=(planted,))).values())
    for leak in (b"share=who", b"female", b"Doboj", b"danger", b"suspect"):
        assert leak not in everything
