"""A case more than one agency may be concerned with: every area its reports name is told, and who else was told."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from exporters import plain_csv
from exporters.call_sheet import call_sheet
from exporters.package import Package
from exporters.report_pdf import Style, report_data
from exporters.wording import LANGUAGES
from pipeline.cli.case_screen import as_json, missing, screen
from pipeline.delivery.pdf import glyphs, words_in
from pipeline.desk import acts
from pipeline.desk.call_log import CallNote
from pipeline.desk.outside import outside_view
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.urgent import log_call, make_call
from pipeline.routes import routes
from tests.desk import NOW, Desk, copied, made
from triage.assessment import Classification, IllegalKind, Viewed
from triage.disposition import Kind
from triage.routing import PERSON_DECIDES
from triage.urgent_call import CallReason

pytestmark = pytest.mark.thorough

RS, FBIH = "police-rs", "police-fbih"
BANJA_LUKA, TUZLA = "BA-RS-Banja Luka", "BA-FBiH-Tuzla"
DANGER = "somebody threatens to publish her pictures"


@dataclass(frozen=True)
class Case:
    """A case of a desk."""

    desk: Desk
    number: int

    def release_for(self, *agencies: str, minutes: int = 0) -> None:
        """Decide it for these agencies; a second person lets it go."""
        at = NOW + timedelta(minutes=minutes)
        for agency in agencies:
            self.desk.dispose(self.number, Kind.POLICE, agency, "hosted_here", now=at)
            acts.release(self.desk.app, self.desk.two, self.number, at)

    def told(self, recipient: str, field: str = "also_sent_to") -> object:
        """Who else that agency is told has the case, or (`also_released_to`) gets it."""
        return outside_view(self.desk.facts(self.number), "BA-1", "police", recipient).facts[field]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Three reports of one place, from two units; assessed."""
    desk = made(tmp_path_factory.mktemp("agencies"))
    place = {"location": "https://shared.example/s", "description": DANGER}
    areas = ("Banja Luka", "Tuzla", "Banja Luka")
    desk.bring("areas", *({"id": f"a-{number}", "area": area} | place for number, area in enumerate(areas)))
    found = Case(desk, desk.case_of("a-0"))
    desk.assess(found.number)
    return found


@pytest.fixture
def case(template: Case, tmp_path: Path) -> Case:
    """The same for one test to change."""
    return Case(copied(template.desk, tmp_path), template.number)


def test_areas_that_differ_are_on_the_screen_and_a_person_decides_whose_police(case: Case) -> None:
    facts = case.desk.facts(case.number)
    lines = screen(facts, routes(), NOW, addresses=True)
    assert (facts.area, facts.areas) == ("", (BANJA_LUKA, TUZLA))
    assert any(line.split()[:1] == ["Area"] and f"{BANJA_LUKA}, {TUZLA}" in line for line in lines)
    assert "the area (it tells whose police)" not in missing(facts)
    assert any("which of the areas" in part for part in missing(facts))
    assert as_json(facts, NOW, addresses=True)["areas"] == [BANJA_LUKA, TUZLA]
    assert facts.suggestions[0].recipient == PERSON_DECIDES


def test_areas_of_one_unit_are_suggested_to_its_police(case: Case) -> None:
    case.desk.bring("one-unit", *(
        {"id": f"u-{number}", "location": "https://unit.example/u", "description": DANGER, "area": area}
        for number, area in enumerate(("Doboj", "Banja Luka"))
    ))  # fmt: skip
    facts = case.desk.facts(case.desk.case_of("u-0"))
    assert (facts.area, facts.areas) == ("BA-RS", (BANJA_LUKA, "BA-RS-Doboj"))
    assert facts.suggestions[0].recipient == RS


def test_police_read_every_area_wherever_they_look(case: Case) -> None:
    case.release_for(RS)
    (package,) = make_packages(case.desk.app, Order("lea"), case.desk.two, NOW).made
    told = json.loads((package.folder / "case.json").read_text())["cases"][0]["facts"]
    assert "area" not in told
    assert told["areas"] == [BANJA_LUKA, TUZLA]
    assert plain_csv.read((package.folder / "reports.csv").read_bytes())[0]["areas"] == f"{BANJA_LUKA}; {TUZLA}"
    named = "Бања Лука (Република Српска), Тузла (Федерација Босне и Херцеговине)"
    assert named in (package.folder / "cover.txt").read_text().replace("\n", " ")


def test_agencies_exported_to_by_one_command_are_told_of_each_other(case: Case) -> None:
    case.release_for(RS, FBIH)
    first, second = make_packages(case.desk.app, Order("lea"), case.desk.two, NOW).made
    assert (first.recipient, second.recipient) == (FBIH, RS)
    told = [json.loads((one.folder / "case.json").read_text())["cases"][0]["facts"] for one in (first, second)]
    assert [(one["also_sent_to"], one["also_released_to"]) for one in told] == [([], [RS]), ([FBIH], [])]
    assert plain_csv.read((first.folder / "reports.csv").read_bytes())[0]["also_released_to"] == RS
    graph = (first.folder / "case.jsonld").read_text()
    assert "also decided for, not known to be sent when this was made: police-rs" in graph


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_tells_what_was_sent_from_what_was_only_released(case: Case, language: str) -> None:
    case.release_for(RS, FBIH)
    view = outside_view(case.desk.facts(case.number), "BA-1", "police", RS)
    package = Package("lea", RS, NOW, "duty_to_report_crime", "investigate", (view,), language=language)
    words = words_in(language)
    said = dict(report_data(package, Style(words, glyphs()))["cases"][0]["facts"])
    assert words.recipient(FBIH) in said[words.field("also_released_to")]
    assert words.field("also_sent_to") not in said
    sheet = call_sheet(package, CallReason.CHILD_IN_DANGER_NOW, words)
    assert f"{words.field('also_released_to')}: {words.recipient(FBIH)}" in " ".join(sheet.split())


def test_police_read_who_else_it_was_decided_for_and_what_can_go_there(case: Case) -> None:
    case.desk.dispose(case.number, Kind.HELPLINE, "helpline", "worried_parent")
    case.desk.dispose(case.number, Kind.ANSWER, reason="question")
    assert case.told(RS, "also_released_to") == ("helpline",), "what we send; answers are not for police"
    said = acts.Said(Classification.NATIONAL, case.desk.item(case.number, "/s"), Viewed.CONTENT)
    case.desk.assess(case.number, said)
    case.desk.dispose(case.number, Kind.ICCAM, "iccam")
    case.desk.dispose(case.number, Kind.NOTICE, "host", "hosted_here")
    assert case.told(RS, "also_released_to") == ("helpline", "iccam", "notice")
    case.desk.assess(case.number, replace(said, classification=Classification.NOT_ILLEGAL, reason="adult_content"))
    assert case.told(RS, "also_released_to") == ("helpline",)
    case.desk.dispose(case.number, Kind.HELPLINE, "helpline", "worried_parent", now=NOW + timedelta(minutes=1))
    make_packages(case.desk.app, Order("referral"), case.desk.two, NOW + timedelta(minutes=2))
    assert (case.told(RS), case.told(RS, "also_released_to")) == (("helpline",), ())


@pytest.mark.parametrize("language", LANGUAGES)
def test_police_read_regulator_and_clearing_house_and_not_host_and_inhope(case: Case, language: str) -> None:
    item = case.desk.item(case.number, "/s")
    said = acts.Said(Classification.ILLEGAL_OTHER, item, Viewed.CONTENT, kind=IllegalKind.THREAT)
    case.desk.assess(case.number, said)
    case.desk.dispose(case.number, Kind.NOTICE, "regulator", "hosted_here")
    view = outside_view(case.desk.facts(case.number), "BA-1", "police", RS)
    assert view.facts["also_released_to"] == ("regulator",)
    package = Package("lea", RS, NOW, "duty_to_report_crime", "investigate", (view,), language=language)
    words = words_in(language)
    sheet = " ".join(call_sheet(package, CallReason.CHILD_IN_DANGER_NOW, words).split())
    assert f"{words.field('also_released_to')}: {words.code('also_sent_to', 'regulator')}" in sheet
    assert words.code("also_sent_to", "notice") not in sheet
    case.desk.assess(case.number, replace(said, classification=Classification.NATIONAL, kind=None))
    case.desk.dispose(case.number, Kind.ICCAM, "clearing-house")
    assert case.told(RS, "also_released_to") == ("clearing-house", "regulator")


def test_police_read_of_a_file_for_iccam_that_lies_here_that_it_is_not_known_to_be_sent(case: Case) -> None:
    case.release_for(RS)
    said = acts.Said(Classification.NATIONAL, case.desk.item(case.number, "/s"), Viewed.CONTENT)
    case.desk.assess(case.number, said)
    case.desk.dispose(case.number, Kind.ICCAM, "iccam")
    make_packages(case.desk.app, Order("iccam"), case.desk.two, NOW)
    assert (case.told(RS), case.told(RS, "also_released_to")) == ((), ("iccam",))


def test_what_waits_for_its_release_again_is_not_told_as_sent(case: Case) -> None:
    case.desk.dispose(case.number, Kind.POLICE, FBIH, "hosted_here")
    assert case.told(RS) == ()
    acts.release(case.desk.app, case.desk.two, case.number, NOW)
    assert (case.told(RS), case.told(RS, "also_released_to")) == ((), ("police-fbih",))
    case.desk.assess(case.number, now=NOW + timedelta(minutes=1))
    assert case.told(RS, "also_released_to") == ()


def test_a_call_sheet_names_the_agency_a_call_reached_before(case: Case) -> None:
    desk, reason = case.desk, CallReason.CHILD_IN_DANGER_NOW
    words = words_in(routes().recipients[RS].language)
    for reached in (None, False):
        _called(desk, case.number, reached)
        _, sheet = make_call(desk.app, desk.one, case.number, RS, reason, NOW, again=True)
        assert words.field("also_sent_to") not in sheet, "a sheet, or a call that reached nobody, told nobody"
    _called(desk, case.number, True)
    _, sheet = make_call(desk.app, desk.one, case.number, RS, reason, NOW, again=True)
    assert f"{words.field('also_sent_to')}: {words.recipient(FBIH)}" in sheet
    assert (case.told(RS), case.told("police-brcko")) == (("police-fbih",), ("police-fbih",))


def _called(desk: Desk, case_id: int, reached: bool | None) -> None:
    """A sheet for police of the Federation; with `reached` its log too."""
    call, _ = make_call(desk.app, desk.one, case_id, FBIH, CallReason.CHILD_IN_DANGER_NOW, NOW, again=True)
    if reached is not None:
        log_call(desk.app, desk.one, case_id, call.call_id, NOW, CallNote("Duty desk", "Told."), NOW, reached=reached)


def test_categories_that_differ_are_named_on_the_screen_and_none_as_agreed_in_a_package(case: Case) -> None:
    desk = case.desk
    for name, ticked in (("t", ("fraud", "csam", "csam")), ("v", ("csam", "", "csam"))):
        place = {"location": f"https://{name}.example/t", "description": DANGER, "area": "Banja Luka"}
        desk.bring(name, *(
            place | {"id": f"{name}-{number}", "category": one} for number, one in enumerate(ticked)
        ))  # fmt: skip
    facts, agreed = desk.facts(desk.case_of("t-0")), desk.facts(desk.case_of("v-0"))
    assert (facts.categories, agreed.categories) == (("csam", "fraud"), ("csam",))
    (line,) = [one for one in screen(facts, routes(), NOW, addresses=True) if one.split()[:1] == ["Category"]]
    assert line.endswith("csam, fraud: reports differ")
    (line,) = [one for one in screen(agreed, routes(), NOW, addresses=True) if one.split()[:1] == ["Category"]]
    assert line.endswith("csam")
    assert as_json(facts, NOW, addresses=True)["categories"] == ["csam", "fraud"]
    told = {}
    for one in (facts, agreed):
        desk.assess(one.case_id)
        Case(desk, one.case_id).release_for(RS)
    (package,) = make_packages(desk.app, Order("lea"), desk.two, NOW).made
    for said in json.loads((package.folder / "case.json").read_text())["cases"]:
        told[said["facts"].get("category")] = said
    assert set(told) == {None, "csam"}
