"""README.txt of a police package: every file in every language; the liaison's guide says the same in English."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from exporters.package import CaseView, Letterhead, Package
from exporters.readme import HASH_LIST, WIDTH_CHARS, readme
from exporters.vics import CASES_FILE, MEDIA_FILE, VicsExporter
from exporters.wording import LANGUAGES
from pipeline.delivery.pdf import words_in
from triage.errors import RuleBroken

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
PACKAGE = Package("lea", "police-rs", AT, "duty_to_report_crime", "investigate", (CaseView("A-1", {}),),
                  name="package-20260302-1A2B3C4D")  # fmt: skip
GUIDE = Path(__file__).parents[2] / "docs" / "liaison_guide.md"
in_every_language = pytest.mark.parametrize("language", LANGUAGES)


@in_every_language
def test_the_readme_describes_every_file_on_narrow_lines(language: str) -> None:
    words = words_in(language)
    files = list(words.tables["files"])
    lines = readme(PACKAGE, reversed(files), words).decode().splitlines()
    assert lines[0] == f"{words.said('document', 'package')}: package-20260302-1A2B3C4D"
    assert [line for line in lines if line in files] == sorted(files)
    assert max(map(len, lines)) <= WIDTH_CHARS
    said = " ".join(" ".join(lines).split())
    assert all(f"{name} {what}" in said for name, what in words.tables["files"].items())


def test_a_file_nobody_described_is_named_all_the_same() -> None:
    said = readme(PACKAGE, ["new.bin", "cover.txt"], words_in("en")).decode()
    assert said.endswith("    The first page of the report as plain text.\nnew.bin\n")


@in_every_language
def test_a_hash_list_says_what_it_is_and_speaks_of_no_report(language: str) -> None:
    words, package = words_in(language), replace(PACKAGE, kind=HASH_LIST, recipient="police-hashes")
    said = " ".join(readme(package, [MEDIA_FILE, CASES_FILE], words).decode().split())
    assert words.said("document", "hash_list_note") in said
    assert all(f"{name} {words.code('files', name)}" in said for name in (MEDIA_FILE, CASES_FILE))
    assert "0-read-first" not in said
    assert VicsExporter.kind == HASH_LIST


def test_the_same_package_gives_the_same_bytes() -> None:
    first = readme(PACKAGE, ["cover.txt"], words_in("bs"))
    assert first == readme(replace(PACKAGE), iter(["cover.txt"]), words_in("bs"))
    assert first != readme(replace(PACKAGE, supplement="package-1"), ["cover.txt"], words_in("bs"))


def test_the_liaisons_guide_says_what_each_file_is_in_the_same_words() -> None:
    guide = " ".join(GUIDE.read_text(encoding="utf-8").split())
    for name, what in words_in("en").tables["files"].items():
        assert f"- `{name}`: {what}" in guide


@pytest.mark.parametrize("wrong", [
    {"name": "two\nlines"}, {"name": " blank"}, {"name": "n" * 61}, {"phone": "call us"}, {"phone": "1" * 31},
])  # fmt: skip
def test_a_letterhead_is_one_short_line_and_a_number(wrong: dict[str, str]) -> None:
    with pytest.raises(RuleBroken, match="hotline's"):
        Letterhead(**wrong)  # type: ignore[arg-type]
