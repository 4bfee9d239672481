"""The police report as PDF: what an officer reads, what must not be in it, and that hostile values are only shown."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from pypdf import PdfReader
from pypdf.generic import StreamObject

from exporters import report_pdf as report
from exporters.cover import cover_lines
from exporters.package import CaseView, ItemView, Letterhead, New, Package, file_facts, item_facts, view_case
from exporters.redacted_texts import RedactedText
from exporters.report_pdf import CustodyLine, Style, report_data
from exporters.stated import Stated
from exporters.wording import LANGUAGES
from pipeline.delivery.pdf import glyphs, report_pdf, words_in
from triage.assessment import Assessment, Classification, Viewed
from triage.errors import RuleBroken
from triage.redacting.redactor import Redacted
from triage.redacting.spans import Span
from triage.report import FIELDS
from triage.urgent_call import CallReason

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FACTS = {
    "label": "csam_suspect", "escalate": "child_blackmailed", "reason_codes": ("child_blackmailed", "text_signal"),
    "category": "child_blackmail", "channel": "webform", "area": "BA-BD-Brčko", "reports": 3,
    "first_received": AT - timedelta(days=1), "last_received": AT, "victim_sex": "female",
}  # fmt: skip
SEEN = Assessment(1, 1, Classification.BASELINE, by=1, at=AT, viewed=Viewed.CONTENT)
HOSTILE = (
    "#panic()", "#import \"x\": *", "$x$ *b* _i_ `c` <l> @ref \\ //", "]] #read(\"/etc/passwd\")", "a\u202eb\u2066c",
    "nul\x00bell\x07esc\x1b[2J", "\ud800lone", "中文/عربي/😀🏳️", "e" + "\u0301" * 40,
    "{0.__class__}{x}%s", "'\"</script>",
)  # fmt: skip


def _case(*items: Mapping[str, object], reference: str = "PB-2026-0017", **facts: object) -> CaseView:
    return view_case(reference, FACTS | facts, items, "police")


def _address(address: str, said: Assessment | None = None) -> dict[str, object]:
    return item_facts(address, "url", said)


def _package(*cases: CaseView, language: str = "en") -> Package:
    return Package("lea", "police-brcko", AT, "duty_to_report_crime", "safeguard_child", cases, language=language)


def _text(number: int, said: str) -> RedactedText:
    return RedactedText(number, "bcs", "police", Redacted(said, (Span(0, 1, "name", "test"),)))


def _read(pdf: bytes) -> str:
    """All text of the PDF with blanks as one blank; line ends and zero-width spaces count as nothing special."""
    whole = "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return _plain(whole)


def _plain(said: str) -> str:
    return re.sub(r"\s+", " ", said.replace("\u200b", ""))


def _squeezed(said: str) -> str:
    return re.sub(r"[\s\u200b]+", "", said)


def _data(package: Package, **more: object) -> dict[str, object]:
    return report_data(package, Style(words_in(package.language), glyphs()), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_holds_the_five_lines_and_nothing_is_left_in_codes(language: str) -> None:
    package = _package(_case(_address("https://host.example/a", SEEN)), language=language)
    reader = PdfReader(BytesIO(report_pdf(package)))
    first = _squeezed(reader.pages[0].extract_text())
    for number, line in enumerate(cover_lines(package, words_in(language)), start=1):
        assert _squeezed(f"{number}. {line.heading}") in first
        assert _squeezed(line.body) in first
    for code in ("child_blackmailed", "text_signal", "csam_suspect", "duty_to_report", "police-brcko"):
        assert code not in _read(report_pdf(package))
    assert reader.trailer["/Root"]["/Lang"] == language.partition("-")[0]  # type: ignore[index]


def test_the_same_package_gives_the_same_bytes() -> None:
    package = _package(_case(_address("https://host.example/a"), _address("https://host.example/b", SEEN)))
    assert report_pdf(package) == report_pdf(replace(package))
    assert report_pdf(package) != report_pdf(replace(package, made_at=AT + timedelta(seconds=1)))


def test_it_says_that_it_is_pdf_a_3a_and_pdf_ua_and_is_tagged() -> None:
    reader = PdfReader(BytesIO(report_pdf(_package(_case()))))
    root = reader.trailer["/Root"]
    marks = root["/Metadata"].get_data().decode()  # type: ignore[index]
    assert "<pdfaid:part>3</pdfaid:part>" in marks
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in marks
    assert "<pdfuaid:part>1</pdfuaid:part>" in marks
    assert bool(root["/MarkInfo"]["/Marked"])  # type: ignore[index]
    assert "/StructTreeRoot" in root  # type: ignore[operator]
    fonts = {str(name) for page in reader.pages for name in _font_names(page)}
    assert fonts
    assert all("DejaVu" in name for name in fonts)


def test_its_metadata_name_nobody_and_no_place_on_our_disk() -> None:
    pdf = report_pdf(_package(_case()))
    reader = PdfReader(BytesIO(pdf))
    assert set(reader.metadata or {}) <= {"/Title", "/Creator", "/CreationDate", "/ModDate", "/Producer"}
    assert reader.metadata is not None
    assert reader.metadata.title == "Report to police"
    assert reader.metadata.creation_date == AT
    everything = _everything(pdf)
    assert not re.search(rb"(?i)/home|/work|/tmp|site-packages|\.typ\b|hotline-triage|root@", everything)


def test_a_supplement_names_the_first_package_on_the_cover() -> None:
    pdf = report_pdf(replace(_package(_case()), supplement="package-20260227-1A2B3C4D"))
    first = _plain(PdfReader(BytesIO(pdf)).pages[0].extract_text())
    assert "Supplement to package package-20260227-1A2B3C4D" in first
    assert "Supplement" not in _read(report_pdf(_package(_case())))
    with pytest.raises(RuleBroken, match="supplement"):
        report_pdf(replace(_package(_case()), supplement="some words"))


def test_a_supplement_says_on_the_cover_and_with_each_case_what_is_new() -> None:
    news = (New("new_report", 3), New("joined", reference="PB-2026-0009"))
    package = replace(_package(replace(_case(), news=news), _case(reference="PB-2")), supplement="package-1")
    first, *others = (_plain(page.extract_text()) for page in PdfReader(BytesIO(report_pdf(package))).pages)
    said = "new reports: 3; joined with another case (PB-2026-0009)"
    assert f"New since the last package PB-2026-0017: {said}." in first
    assert " ".join(others).count(f"New since the last package {said}") == 1


def test_every_page_names_the_package_and_whose_it_is() -> None:
    letterhead = Letterhead("Hotline of Somewhere", "+387 33 000 000")
    package = replace(_package(_case()), name="package-20260302-1A2B3C4D", letterhead=letterhead)
    pages = [_plain(page.extract_text()) for page in PdfReader(BytesIO(report_pdf(package))).pages]
    assert len(pages) > 1
    for page in pages:
        assert "package-20260302-1A2B3C4D" in page
        assert "Hotline of Somewhere, +387 33 000 000" in page
    assert "Package package-20260302-1A2B3C4D From Hotline of Somewhere, +387 33 000 000" in pages[0]


def test_the_name_of_a_package_is_copied_from_paper_as_it_is() -> None:
    name, first = "package-20260302-1A2B3C4D", "package-20260227-5E6F7A8B"
    pages = PdfReader(BytesIO(report_pdf(replace(_package(_case()), name=name, supplement=first)))).pages
    said = [page.extract_text() for page in pages]
    assert all(name in page for page in said)
    assert first in said[0]
    assert not any("\u200b" in page for page in said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cover_counts_further_addresses_of_its_reports_that_are_not_in_it(language: str) -> None:
    package, words = _package(_case(_address("https://host.example/a")), language=language), words_in(language)
    said = _squeezed(words.said("cover", "elsewhere", count=3))
    assert said in _squeezed(PdfReader(BytesIO(report_pdf(replace(package, elsewhere=3)))).pages[0].extract_text())
    assert report_pdf(replace(package, elsewhere=3)) == report_pdf(replace(package, elsewhere=3))
    without = _squeezed(words.said("cover", "elsewhere", count=0)).partition("0")[0]
    assert without not in _squeezed(_read(report_pdf(package)))


def test_times_are_the_hotlines_own_with_their_offset() -> None:
    there = timezone(timedelta(hours=1))
    shown = _read(report_pdf(replace(_package(_case()), letterhead=Letterhead(zone=there))))
    assert "Last received 2026-03-02 10:30:00 (UTC+1)" in shown
    assert "Package made 2026-03-02 10:30:00 (UTC+1)." in shown
    assert "(UTC)" not in shown


def test_what_a_person_saw_is_told_from_what_nobody_viewed() -> None:
    shown = _read(report_pdf(_package(_case(_address("https://host.example/a", SEEN), _address("@b")))))
    assert "Assessment child sexual abuse material, illegal everywhere (baseline)" in shown
    assert "What a person saw the content" in shown
    assert shown.count("Nobody here viewed or assessed it: suspicion only.") == 1


def test_addresses_are_defanged_and_files_shown_by_their_digests() -> None:
    package = _package(_case(_address("https://host.example/a?x=1"), file_facts((f"sha256:{'ab' * 32}",), None)))
    shown = _read(report_pdf(package))
    assert "hxxps://host[.]example/a?x=1" in shown
    assert "https://host" not in shown
    assert f"sha256:{'ab' * 32}" in shown
    assert "addresses: 1; files: 1." in shown


def test_what_people_stated_of_a_case_makes_it_urgent_and_the_cover_stays_short() -> None:
    reasons = (CallReason.CHILD_MISSING, CallReason.LIFE_AT_RISK, CallReason.MEETING_SOON, CallReason.ABUSE_GOING_ON)
    stated = tuple(Stated(one, "PB-2026-0017", AT, reached=True) for one in reasons)
    package = _package(replace(_case(escalate="none"), stated=stated))
    data: Any = _data(package)
    assert (data["urgent"], data["cases"][0]["urgent"]) == (True, True)
    plain: Any = _data(_package(_case(escalate="none")))
    assert (plain["urgent"], plain["cases"][0]["urgent"]) == (False, False)
    said = _plain(data["lines"][0]["body"])
    assert said.startswith("A child is missing: a person says so, not a program. We told you by telephone, 2026-03-02")
    assert "Further urgent calls to you: 1, see the cases. A program says: no sign of present danger" in said
    assert said.count("a person says so") == 3
    assert sum(row[0] == "Why now" for row in data["cases"][0]["facts"]) == 4
    first = PdfReader(BytesIO(report_pdf(package))).pages[0].extract_text()
    assert words_in("en").said("cover", "asked") in first


def test_custody_names_the_case_where_there_are_several() -> None:
    cases = (_case(), replace(_case(), reference="LEA-2026-0002"))
    for count, shown in ((1, False), (2, True)):
        custody = (CustodyLine(AT, "text_read", 3, "analyst", "LEA-2026-0009"),)
        assert ("LEA-2026-0009" in _read(report_pdf(_package(*cases[:count]), custody))) is shown
    with pytest.raises(RuleBroken, match="by a reference"):
        CustodyLine(AT, "text_read", 3, "analyst", "some words")
    with pytest.raises(RuleBroken, match="called outside"):
        CustodyLine(AT, "exported", 3, "analyst", package="lea-police-rs-2026-03-02-1")


def test_custody_is_roles_counts_and_times_only() -> None:
    custody = (CustodyLine(AT, "text_read", 3, "analyst"), CustodyLine(AT, "something_new", 1))
    zone = timezone(timedelta(hours=1))
    shown = _read(report_pdf(replace(_package(_case()), letterhead=Letterhead(zone=zone)), custody))
    assert "2026-03-02 10:30:00 (UTC+1) 2026-03-02 09:30:00 (UTC) text of a report read (analyst) 3" in shown
    assert "something_new 1" in shown
    for wrong in ({"what": "Ana read it"}, {"role": "Ana B."}, {"count": -1}, {"at": datetime(2026, 3, 2)}):
        with pytest.raises(RuleBroken):
            replace(custody[0], **wrong)


def test_redacted_texts_are_in_it_with_what_was_taken_out() -> None:
    case = replace(_case(), texts=(_text(1, "Zove se [NAME].\nVidi www.bad.example/a"), _text(3, "رسالة [NAME]")))
    shown = _read(report_pdf(_package(case)))
    assert "Report 1, Bosnian, Croatian or Serbian (Taken out: name: 1)" in shown
    assert "Zove se [NAME]." in shown
    assert "www[.]bad[.]example/a" in shown
    assert "Report 3" in shown


def test_a_text_for_another_kind_of_recipient_is_refused() -> None:
    other = RedactedText(1, "bcs", "helpline", Redacted("words", ()))
    with pytest.raises(RuleBroken):
        report_pdf(_package(replace(_case(), texts=(other,))))


def test_what_was_left_out_is_named() -> None:
    case = view_case("A-1", {"description": "words", "contact_phone": "123", "odd": "x"}, [], "police")
    case = replace(case, removed=(*case.removed, "reporter_group"))
    shown = _read(report_pdf(_package(case)))
    assert "reporter's telephone, what the reporter wrote, who reported, a field we do not know" in shown


def test_a_thousand_canaries_stay_out() -> None:
    canaries = [f"Kanarinac{number:04}zuti" for number in range(1_000)]
    hidden = [*FIELDS, "note", "memo", "name", "by", "person_id", "odd_field", "address_without_tokens", "digests",
              "hosting_source", "hosting_country", "site_type", "label_extra"]  # fmt: skip
    cases, left = [], iter(canaries)
    for number in range(1_000 // (2 * len(hidden)) + 1):
        facts = {name: f"{next(left, canaries[0])} x" for name in hidden}
        item = {name: f"{next(left, canaries[0])} x" for name in hidden}
        cases.append(CaseView(f"A-{number}", facts, (ItemView(item | {"address": f"https://h{number}.example/"}),)))
    assert next(left, None) is None
    pdf = report_pdf(_package(*cases))
    shown, everything = _squeezed(_read(pdf)), _everything(pdf)
    for canary in canaries:
        assert canary not in shown
        assert not any(form in everything for form in _forms(canary))
    assert "h3[.]example" in shown


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_values_are_shown_and_nothing_else_happens(hostile: str) -> None:
    case = replace(_case(_address(f"https://host.example/{hostile}/end")), texts=(_text(1, hostile),))
    shown = _squeezed(_read(report_pdf(_package(case))))
    assert "hxxps://host[.]example/" in shown
    assert not re.search("[\x00-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    if hostile.isascii() and hostile.isprintable() and "/" not in hostile and "\\" not in hostile:
        assert shown.count(_squeezed(hostile)) == 2


def test_every_character_the_fonts_have_can_be_set() -> None:
    known = "".join(map(chr, sorted(glyphs().sans)))
    shown = glyphs().visible(known)
    cases = [_case(_address(shown[at : at + 900]), reference=f"A-{at}") for at in range(0, len(shown), 900)]
    with_texts = [replace(case, texts=(_text(1, str(case.items[0].facts["address"])),)) for case in cases]
    assert len(PdfReader(BytesIO(report_pdf(_package(*with_texts)))).pages) > 1


def test_a_very_long_address_is_cut_and_says_where_the_whole_is() -> None:
    pdf = report_pdf(_package(_case(_address("https://host.example/" + "a" * 65_000))))
    assert len(PdfReader(BytesIO(pdf)).pages) == 2
    assert "Cut here: 65021 characters in all. The whole address is in addresses.txt." in _read(pdf)


def test_a_very_long_text_is_cut_and_says_where_the_whole_is() -> None:
    pdf = report_pdf(_package(replace(_case(), texts=(_text(1, "word " * 20_000), _text(2, "a\n" * 900)))))
    assert _read(pdf).count("The whole text is in texts.txt.") == 2
    assert len(PdfReader(BytesIO(pdf)).pages) < 15


def test_one_case_has_a_cover_and_a_page_and_many_have_an_overview() -> None:
    assert len(PdfReader(BytesIO(report_pdf(_package(_case())))).pages) == 2
    many = [_case(_address("https://host.example/a"), reference=f"A-{number}") for number in range(40)]
    shown = _read(report_pdf(_package(*many)))
    assert "All cases" in shown
    assert shown.count("A-39") == 2


@pytest.mark.parametrize("viewed", Viewed)
def test_the_overview_says_of_what_content_is_called_whether_somebody_viewed_it(viewed: Viewed) -> None:
    said = Assessment(1, 1, Classification.NOT_ILLEGAL, by=1, at=AT, reason="adult_content", viewed=viewed)
    case = _case(_address("https://host.example/a", said), _address("https://host.example/b"))
    data: Any = _data(_package(case, _case(reference="A-2")))
    told = "not illegal" + ("" if viewed is Viewed.CONTENT else " (content not viewed)")
    assert [row[3] for row in data["overview"]["tables"][0]] == [told, ""]
    assert data["cases"][0]["addresses"][0]["assessed"][0] == ["Assessment", told]


def test_the_gravest_case_comes_first() -> None:
    cases = [_case(reference="A-1", escalate="none"), _case(reference="A-2", escalate="danger_now")]
    shown = _read(report_pdf(_package(*cases)))
    assert shown.index("Case A-2 Sign of danger") < shown.index("Case A-1 Sign of danger")
    assert "A child may be in danger now." in shown
    assert "Cases with a sign of danger: 1 of 2." in shown


def test_what_is_too_much_for_paper_is_left_to_the_tables_and_said() -> None:
    case = _case(*[_address(f"https://host.example/{number}") for number in range(250)])
    many = [replace(case, reference=f"A-{number}") for number in range(40)]
    data = _data(_package(*many))
    cases = data["cases"]
    assert isinstance(cases, list)
    assert len(cases) == report.MAX_WEIGHT_IN_DETAIL // report.MAX_ADDRESSES_PER_CASE
    assert len(cases[0]["addresses"]) == report.MAX_ADDRESSES_PER_CASE
    assert "files of this case: 50." in cases[0]["more_addresses"]
    assert f"the {len(cases)} gravest cases" in str(data["more_cases"])


def test_ten_thousand_cases_are_a_table_and_the_gravest_in_detail() -> None:
    data = _data(_package(*[replace(_case(), reference=f"A-{number}") for number in range(10_050)]))
    overview, cases = data["overview"], data["cases"]
    assert isinstance(overview, dict)
    assert isinstance(cases, list)
    assert sum(map(len, overview["tables"])) == report.MAX_CASES
    assert "10000 gravest cases" in overview["more"]
    assert len(cases) == report.MAX_CASES_IN_DETAIL


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hyphen_where_a_line_ends_is_not_written_twice(language: str) -> None:
    cases = [_case(reference=f"PB-2026-00{'1' * number}", area="BA-RS-Banja Luka") for number in range(1, 12)]
    assert "--" not in _squeezed(_read(report_pdf(_package(*cases, language=language))))


def test_a_package_without_cases_makes_no_report() -> None:
    with pytest.raises(RuleBroken, match="case"):
        report_pdf(_package())


def _font_names(page: object) -> list[object]:
    fonts = page["/Resources"].get("/Font", {})  # type: ignore[index]
    return [font.get_object()["/BaseFont"] for font in fonts.values()]


def _everything(pdf: bytes) -> bytes:
    """The file and every stream in it unpacked: what a search tool or a curious reader may find."""
    reader = PdfReader(BytesIO(pdf))
    streams = (reader.get_object(number) for number in range(1, int(reader.trailer["/Size"])))  # type: ignore[call-overload]
    return pdf + b"\n".join(one.get_data() for one in streams if isinstance(one, StreamObject))


def _forms(canary: str) -> tuple[bytes, ...]:
    plain = canary.encode()
    wide = canary.encode("utf-16-be")
    return (plain, wide, plain.hex().encode(), plain.hex().upper().encode(), wide.hex().encode(),
            base64.b64encode(plain).rstrip(b"="), quote(canary).encode())  # fmt: skip
