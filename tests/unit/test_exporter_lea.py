"""What an officer reads in a law-enforcement package."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters import plain_csv
from exporters.cover import cover_facts, cover_lines
from exporters.lea import LawEnforcementExporter
from exporters.package import CaseView, ItemView, Letterhead, New, Package, item_facts, view_case
from exporters.redacted_texts import RedactedText
from exporters.withheld import Withheld
from exporters.wording import LANGUAGES, Words, words_file
from pipeline.resources import text
from triage.assessment import AgeGroup, Assessment, Classification, Gender, IccamAnswers, IllegalKind, Viewed
from triage.errors import RuleBroken
from triage.redacting.redactor import Redacted

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
EXPORTER = LawEnforcementExporter({name: text(name) for name in LawEnforcementExporter.needs})


def _package(*cases: CaseView) -> Package:
    return Package("lea", "police-rs", AT, "duty_to_report_crime", "investigate", cases)


def _files(*cases: CaseView) -> dict[str, bytes]:
    return dict(EXPORTER.files(_package(*cases)))


def _cover(*cases: CaseView) -> list[str]:
    return _files(*cases)["cover.txt"].decode().splitlines()


def test_the_cover_has_five_lines_in_their_order() -> None:
    lines = _cover(CaseView("A-1", {"escalate": "none"}))
    assert [line.split(":")[0] for line in lines] == [
        "1 Urgency", "2 Who may be in danger", "3 Known and suspected", "4 Facts", "5 Asked",
    ]  # fmt: skip


def test_the_cover_speaks_of_the_gravest_case_and_why() -> None:
    urgency = _cover(
        CaseView("A-1", {"escalate": "abuse_described"}),
        CaseView("A-2", {"escalate": "danger_now", "reason_codes": ("danger_now", "reporter_category")}),
    )[0]
    assert "may be in danger now" in urgency
    assert "A-2" in urgency
    assert "the reporter chose that category" in urgency
    assert "Cases with a sign of danger: 2 of 2." in urgency


def test_what_was_given_and_how_is_no_reason_of_urgency() -> None:
    given = ("own_contact", "locator", "attachment", "report_described")
    for reasons, said in (((*given, "danger_now"), True), (given, False)):
        urgency = _cover(CaseView("LEA-2026-0001", {"escalate": "danger_now", "reason_codes": reasons}))[0]
        assert not any(word in urgency for word in ("contact", "address", "file", "describes something"))
        assert ("Why: " in urgency) is said


@pytest.mark.parametrize("language", LANGUAGES)
def test_line_one_says_why_people_sent_the_case_before_what_a_program_found(language: str) -> None:
    words = Words.from_toml(language, text(words_file(language)))
    sent = CaseView("A-1", {"escalate": "none", "referred_for": ("victim_may_be_here", "hosted_here")})
    why = f"{words.field('referred_for')}: {words.value('referred_for', ('victim_may_be_here', 'hosted_here'))}."
    assert cover_lines(_package(sent), words)[0].body.startswith(f"{why} ")
    assert words.code("referred_for", "victim_may_be_here") in why


def test_of_several_cases_line_one_names_each_and_none_where_nothing_is_known() -> None:
    sent = CaseView("A-1", {"escalate": "none", "referred_for": ("victim_may_be_here",)})
    bare = CaseView("A-2", {"escalate": "none"})
    assert "A-1: the victim may be in your area." in _cover(sent, bare)[0]
    assert "A-2" not in _cover(sent, bare)[0]
    assert "refer" not in _cover(bare)[0]
    many = [replace(sent, reference=f"A-{number}") for number in range(200)]
    assert "Further cases with such facts: 195" in _cover(*many)[0]


def test_the_cover_tells_what_a_person_saw_from_what_is_suspected() -> None:
    seen = Assessment(1, 1, Classification.BASELINE, by=1, at=AT, viewed=Viewed.CONTENT)
    items = [item_facts("https://host.example/a", "url", seen), item_facts("https://host.example/b", "url", None)]
    known = _cover(view_case("A-1", {"label": "csam_suspect"}, items, "police"))[2]
    assert "whose content a person viewed: 1 of 2; assessed as child sexual abuse material: 1" in known
    assert "Only suspected: everything else" in known


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("viewed", [Viewed.NO, Viewed.ADDRESS_ONLY])
def test_what_was_assessed_without_viewing_stands_apart_and_is_not_established(language: str, viewed: Viewed) -> None:
    unseen = Assessment(1, 1, Classification.ILLEGAL_OTHER, by=1, at=AT, viewed=viewed, kind=IllegalKind.THREAT)
    unread = Assessment(1, 2, Classification.NOT_ASSESSED, by=1, at=AT, reason="unable_to_access")
    words = Words.from_toml(language, text(words_file(language)))
    seen = replace(unseen, viewed=Viewed.CONTENT)
    for said, unviewed in (((unseen,), 1), ((unseen, seen, unread), 1), ((unread,), 0)):
        items = [item_facts(f"https://host.example/{number}", "url", one) for number, one in enumerate(said)]
        package, viewed = _package(view_case("A-1", {}, items, "police")), said.count(seen)
        facts, known = cover_facts(package), cover_lines(package, words)[2].body
        assert (facts.illegal_other, facts.unviewed) == (viewed, unviewed)
        assert (words.said("cover", "unviewed", count=1) in known) is bool(unviewed)
        assert words.said("cover", "seen", seen=viewed, items=len(said), grave=0, other=viewed, lawful=0) in known


def test_the_cover_of_many_cases_stays_short() -> None:
    cases = [CaseView(f"A-{number}", {"area": "BA-RS", "escalate": "none"}) for number in range(200)]
    who = _cover(*cases)[1]
    assert "Further cases with such facts: 195" in who
    assert len(who) < 400


def test_the_cover_says_where_the_reports_own_words_are() -> None:
    told = CaseView("A-1", {}, withheld=(Withheld("not_released", (1, 2)),))
    given = CaseView("A-2", {}, texts=tuple(_text(number) for number in (1, 2, 3)))
    some = replace(given, withheld=(Withheld("unknown_language", (4,)),))
    wrote = "What reporters wrote themselves, perhaps also on time and place"
    assert f"{wrote}, is in texts.txt, redacted." in _cover(given)[3]
    assert "Not given here: w" + wrote[1:] + " (not released). Ask us." in _cover(told)[3]
    assert f"{wrote}: texts of 3 of 4 reports are in texts.txt, redacted." in _cover(some)[3]
    assert "Not given: report no. 4: language not known. Ask us." in _cover(some)[3]
    assert "of 3 of 6 reports" in (both := _cover(told, some)[3])
    assert "Not given: A-1: not released; A-2: report no. 4: language not known. Ask us." in both
    assert "wrote" not in _cover(CaseView("A-3", {}))[3]


def test_the_tables_say_why_a_text_is_missing_and_of_which_report() -> None:
    kept = (Withheld("unknown_language", (2, 4)), Withheld("uncertain_language", (5,)))
    cases = (
        CaseView("A-1", {}, removed=("description", "reporter_group"), texts=(_text(1), _text(3)), withheld=kept),
        CaseView("A-2", {}, removed=("description",), withheld=(Withheld("switched_off", (1, 2)),)),
    )
    files = _files(*cases)
    assert [(row["field"], row["why"]) for row in plain_csv.read(files["redaction.csv"])] == [
        ("description", "unknown language: report 2, 4"), ("description", "uncertain language: report 5"),
        ("reporter_group", "not allowed for this recipient"), ("description", "switched off: every text"),
    ]  # fmt: skip
    assert [row["texts_left_out"] for row in plain_csv.read(files["reports.csv"])] == [
        "unknown language: report 2, 4; uncertain language: report 5", "switched off: every text",
    ]  # fmt: skip
    told = [case.get("withheld") for case in json.loads(files["case.json"])["cases"]]
    assert told[1] == [{"why": "switched_off", "reports": [1, 2]}]


def test_the_tables_count_the_addresses_that_would_tell_who_reported() -> None:
    files = _files(CaseView("A-1", {}, removed=("address",), kept_back=2), CaseView("A-2", {}, removed=("address",)))
    assert [row["why"] for row in plain_csv.read(files["redaction.csv"])] == [
        "would tell who reported: 2", "not allowed for this recipient",
    ]  # fmt: skip
    told = [case.get("addresses_kept_back") for case in json.loads(files["case.json"])["cases"]]
    assert told == [2, None]
    assert "neither given nor counted here, since they would tell who reported: 2." in files["cover.txt"].decode()


def _text(number: int) -> RedactedText:
    return RedactedText(number, "bcs", "police", Redacted("words", ()))


@pytest.mark.parametrize(("why", "numbers"), [("a word", (1,)), ("not_released", ()), ("not_released", (0,))])
def test_a_missing_text_is_named_by_codes_only(why: str, numbers: tuple[int, ...]) -> None:
    with pytest.raises(RuleBroken):
        Withheld(why, numbers)


def test_line_two_tells_whom_a_person_saw_and_no_more_than_was_assessed() -> None:
    answered = IccamAnswers(gender=Gender.FEMALE, age_group=AgeGroup.PRE_PUBESCENT)
    seen = Assessment(1, 1, Classification.BASELINE, by=1, at=AT, viewed=Viewed.CONTENT, iccam=answered)
    who = _who(seen, replace(seen, iccam=IccamAnswers(gender=Gender.MALE, age_group=AgeGroup.NOT_DETERMINED)))
    assert who == (
        "2 Who may be in danger: A-1: viewed and assessed by a person (sex of the children shown: girls,"
        " boys, age of the youngest child: before puberty)."
    )
    drawn = replace(seen, iccam=replace(answered, virtual=True))
    assert "drawn or generated: yes" in _who(drawn)
    assert "drawn" not in _who(drawn, seen)


@pytest.mark.parametrize("said", [
    Assessment(1, 1, Classification.BASELINE, by=1, at=AT, viewed=Viewed.CONTENT),
    Assessment(1, 1, Classification.BASELINE, by=1, at=AT, viewed=Viewed.CONTENT,
               iccam=IccamAnswers(gender=Gender.NOT_DETERMINED, virtual=True)),
    Assessment(1, 1, Classification.NOT_ILLEGAL, by=1, at=AT, viewed=Viewed.CONTENT, reason="adult_content",
               iccam=IccamAnswers(gender=Gender.FEMALE)),
])  # fmt: skip
def test_what_nobody_assessed_of_a_child_is_not_said(said: Assessment) -> None:
    assert _who(said) == "2 Who may be in danger: Not known to us."


def _who(*said: Assessment) -> str:
    items = [item_facts(f"https://host.example/{number}", "url", one) for number, one in enumerate(said)]
    return _cover(view_case("A-1", {}, items, "police"))[1]


def test_the_head_of_the_cover_names_package_hotline_and_what_it_adds_to() -> None:
    cases = tuple(CaseView(f"A-{number}", {}, news=(New("new_report", 2),)) for number in range(7))
    package = Package("lea", "police-rs", AT, "duty_to_report_crime", "investigate", cases, name="package-2",
                      supplement="package-1", letterhead=Letterhead("Hotline", "+387 33 000 000"))  # fmt: skip
    lines = EXPORTER.files(package)["cover.txt"].decode().splitlines()
    assert lines[:3] == ["Package: package-2", "From: Hotline, +387 33 000 000", "Supplement to package: package-1"]
    assert lines[3].startswith("New since the last package: A-0: new reports: 2. A-1: new reports: 2.")
    assert lines[3].endswith("A-4: new reports: 2. Further cases with something new: 2.")


def test_who_else_was_told_stands_in_codes_with_their_names_beside() -> None:
    told = json.loads(_files(CaseView("A-1", {"also_sent_to": ("iccam", "police-brcko")}))["case.json"])
    assert told["cases"][0]["facts"]["also_sent_to"] == ["iccam", "police-brcko"]
    assert told["names"] == {
        "iccam": "INHOPE (ICCAM)", "police-brcko": "Police, Brčko District", "police-rs": "Police, Republika Srpska",
    }  # fmt: skip


def test_the_cover_gives_exact_times() -> None:
    later = datetime(2026, 3, 4, 11, 0, tzinfo=UTC)
    facts = _cover(CaseView("A-1", {"reports": 3, "first_received": AT, "last_received": later}))[3]
    assert "reports: 3" in facts
    assert "First report 2026-03-02 09:30:00 (UTC), last report 2026-03-04 11:00:00 (UTC)." in facts


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_cover_speaks_the_language_of_the_package(language: str) -> None:
    package = Package("lea", "police-rs", AT, "duty_to_report_crime", "safeguard_child",
                      (CaseView("A-1", {"escalate": "danger_now"}),), language=language)  # fmt: skip
    lines = EXPORTER.files(package)["cover.txt"].decode().splitlines()
    assert len(lines) == 5
    urgent = {"en": "A child may be in danger now", "sr-Cyrl": "Дијете је можда управо сада у опасности"}
    assert urgent.get(language, "Dijete je možda upravo sada u opasnosti") in lines[0]


def test_a_package_in_a_language_we_have_no_words_in_is_refused() -> None:
    with pytest.raises(RuleBroken, match="sr-Cyrl"):
        EXPORTER.files(Package("lea", "police-rs", AT, "duty_to_report_crime", "investigate", (CaseView("A-1", {}),),
                               language="../en"))  # fmt: skip


def test_exact_addresses_stand_one_per_line_once_each_and_elsewhere_they_are_defanged() -> None:
    address = "https://host.example/A%2Fb?x=1&y=2"
    files = _files(CaseView("A-1", {}, (ItemView({"address": address}),)),
                   CaseView("A-2", {}, (ItemView({"address": address}),)))  # fmt: skip
    assert files["addresses.txt"].decode().splitlines() == [address]
    assert {row["address_defanged"] for row in plain_csv.read(files["reports.csv"])} == {
        "hxxps://host[.]example/A%2Fb?x=1&y=2"
    }
    assert json.loads(files["case.json"])["cases"][0]["items"][0]["address"] == address
    assert not any(b"https://" in body for name, body in files.items() if name not in ("addresses.txt", "case.json"))


@given(st.text(min_size=1, max_size=30))
def test_no_address_can_break_or_disguise_a_line_and_json_keeps_it_exactly(address: str) -> None:
    files = _files(CaseView("A-1", {}, (ItemView({"address": address}),)))
    shown = files["addresses.txt"].decode()
    assert shown.endswith("\n")
    assert shown[:-1].isprintable()
    assert json.loads(files["case.json"])["cases"][0]["items"][0]["address"] == address
    assert len(plain_csv.read(files["reports.csv"])) == 1


def test_the_redaction_list_names_what_was_taken_out() -> None:
    case = view_case("A-1", {"location": "words", "description": "more words"}, [], "police")
    rows = plain_csv.read(_files(case)["redaction.csv"])
    assert [(row["reference"], row["field"]) for row in rows] == [("A-1", "description"), ("A-1", "location")]


def test_each_recipient_sees_its_own_reference_and_nothing_internal() -> None:
    facts = {"case_no": 904_112, "escalate": "none"}
    bodies = b"".join(_files(view_case("PRS-8", facts, [], "police")).values())
    assert b"904112" not in bodies
    assert b"PRS-8" in bodies


def test_an_address_nobody_assessed_says_that_nobody_viewed_it() -> None:
    case = view_case("A-1", {}, [item_facts("https://host.example/b", "url", None)], "police")
    row = plain_csv.read(_files(case)["reports.csv"])[0]
    assert (row["classification"], row["viewed"]) == ("unset", "no")
