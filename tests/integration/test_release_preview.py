"""Who releases a police package sees every address it lets out first, defanged, and what stays here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from exporters.wording import LANGUAGES
from pipeline.cli import release_screen
from pipeline.cli.main import answer
from pipeline.delivery.pdf import words_in
from pipeline.desk import acts
from pipeline.desk.acts import Said
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from tests.desk import NOW, Desk
from triage.assessment import Classification, Viewed
from triage.defang import defang
from triage.disposition import Kind

Screen = pytest.CaptureFixture[str]
OWN = "https://bad.example/u/me.myself@mail.example"


def _said(desk: Desk, screen: Screen, *words: str) -> str:
    assert answer([*words, "--workspace", str(desk.folder / "workspace")]) == 0, screen.readouterr().err
    return screen.readouterr().out


def _read(desk: Desk, screen: Screen) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_said(desk, screen, "release", "--json"))
    return found


def _waits(desk: Desk, external_id: str, recipient: str = "police-rs") -> int:
    """A case decided for police, by one person."""
    case_id = desk.case_of(external_id)
    for item in desk.facts(case_id).locators:
        desk.assess(case_id, Said(Classification.NATIONAL, locator_id=item.locator_id, viewed=Viewed.CONTENT))
    desk.dispose(case_id, Kind.POLICE, recipient, reason="hosted_here")
    return case_id


def test_every_address_that_would_go_out_is_named_with_its_number(desk: Desk, capsys: Screen) -> None:
    case_id = _waits(desk, "s-1")
    facts = desk.facts(case_id)
    numbers = sorted((one.locator_id for one in facts.locators), key=lambda one: one != facts.primary_locator)
    forms = {one.locator_id: defang(one.canonical) for one in facts.locators}
    said = _said(desk, capsys, "release")
    assert f"C{case_id} waits for a second person\n  to police-rs: 2 addresses\n" in said
    assert "".join(f"    {f'L{one}':<8}{forms[one]}\n" for one in numbers) in said
    assert "https://" not in said
    assert "none may be the reporter's own" in said
    assert set(forms.values()) == {"hxxps://bad[.]example/a?utm_source=x", "hxxps://www[.]bad[.]example/a"}
    assert _read(desk, capsys)["packages"] == [{
        "case": f"C{case_id}", "recipient": "police-rs", "digests_only": False, "staying": None, "elsewhere": {},
        "area_police": None,
        "addresses": [{"item": f"L{one}", "address": forms[one]} for one in numbers],
    }]  # fmt: skip


def test_who_releases_to_another_agency_than_the_areas_is_told(desk: Desk, capsys: Screen) -> None:
    desk.bring("areas", {"id": "a-1", "location": "https://area.example/a", "area": "Banja Luka"})
    case_id = _waits(desk, "a-1", "police-fbih")
    said = "    the area's police is police-rs, and the case goes to another\n"
    assert said in _said(desk, capsys, "release")
    assert _read(desk, capsys)["packages"][0]["area_police"] == "police-rs"
    desk.dispose(case_id, Kind.POLICE, "police-rs", reason="hosted_here")
    assert said not in _said(desk, capsys, "release")


def test_an_address_that_tells_who_reported_it_is_said_to_stay(desk: Desk, capsys: Screen) -> None:
    desk.bring("own", {"id": "own-1", "location": OWN, "contact_email": "me.myself@mail.example"})
    case_id = _waits(desk, "own-1")
    said = _said(desk, capsys, "release")
    assert f"C{case_id} waits for a second person\n  to police-rs: no address\n    stays here: L" in said
    assert "me.myself" not in said


def test_further_addresses_of_its_reports_are_named_by_their_cases_and_counted_in_the_package(
    desk: Desk, capsys: Screen
) -> None:
    said = "illegal pictures of a child on this page. Na viberu je 061 234 567"
    desk.bring("both", {"id": "both-1", "location": "https://page.example/x", "description": said})
    case_id = _waits(desk, "both-1")
    (other,) = _read(desk, capsys)["packages"][0]["elsewhere"]
    assert other != f"C{case_id}"
    said = f"    not in it: 1 further address named in the same reports, see {other}\n"
    assert said in _said(desk, capsys, "release")
    acts.release(desk.app, desk.two, case_id, NOW)
    (made,) = make_packages(desk.app, Order("lea"), desk.two, NOW).made
    for name in ("cover.txt", "README.txt"):
        paper = (made.folder / name).read_text()
        assert other not in paper
        assert any(words_in(one).said("cover", "elsewhere", count=1) in " ".join(paper.split()) for one in LANGUAGES)


def test_who_compares_digests_gets_no_address(desk: Desk, capsys: Screen) -> None:
    _waits(desk, "s-1", "police-hashes")
    assert "  to police-hashes: digests of files, no address\n" in _said(desk, capsys, "release")


def test_without_the_key_or_the_right_the_cases_are_named_and_no_address(
    desk: Desk, capsys: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = _waits(desk, "s-1")
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-liaison")
    said = _said(desk, capsys, "release")
    assert said.endswith(f"C{case_id} waits for a second person\n\n{release_screen.NOT_YOURS}\n")
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    for key in Path(desk.folder / "workspace" / "keys").glob("*.key"):
        if len(key.stem) == 16:
            key.rename(key.with_suffix(".away"))
    said = _said(desk, capsys, "release")
    assert said.endswith(f"C{case_id} waits for a second person\n\n{release_screen.NO_KEY}\n")
    assert _read(desk, capsys)["waiting"] == [f"C{case_id}"]
