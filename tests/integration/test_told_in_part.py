"""Who else was told of a case that was joined or split: of all it holds now, of a part, or of nothing of it."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from exporters import plain_csv
from exporters.call_sheet import call_sheet
from exporters.package import Package
from exporters.report_pdf import Style, report_data
from exporters.wording import LANGUAGES
from pipeline.delivery.pdf import glyphs, words_in
from pipeline.desk import acts, moves
from pipeline.desk.call_log import CallNote
from pipeline.desk.outside import outside_view
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.urgent import log_call, make_call
from tests.desk import NOW, Desk, copied, made
from triage.disposition import Kind
from triage.urgent_call import CallReason

pytestmark = pytest.mark.thorough

RS, FBIH, BRCKO = "police-rs", "police-fbih", "police-brcko"
Told = tuple[tuple[str, ...], tuple[str, ...]]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Police of the Federation got one case."""
    desk = made(tmp_path_factory.mktemp("part"))
    _sent(desk, desk.case_of("d-1"), FBIH)
    return desk


@pytest.fixture
def desk(template: Desk, tmp_path: Path) -> Desk:
    """A copy of it."""
    return copied(template, tmp_path)


def _sent(desk: Desk, case_id: int, agency: str, minutes: int = 0) -> Path:
    at = NOW + timedelta(minutes=minutes)
    desk.assess(case_id, now=at)
    desk.dispose(case_id, Kind.POLICE, agency, "hosted_here", now=at)
    acts.release(desk.app, desk.two, case_id, at)
    (done,) = make_packages(desk.app, Order("lea", recipient=agency), desk.two, at).made
    return done.folder


def _joined(desk: Desk, into: int, other: int, minutes: int = 20) -> None:
    moves.join(desk.app, desk.one, into, other, NOW + timedelta(minutes=minutes))


def _split(desk: Desk, case_id: int, ending: str, minutes: int = 15) -> int:
    item = desk.item(case_id, ending)
    return moves.split(desk.app, desk.one, case_id, (item,), (), NOW + timedelta(minutes=minutes), desk.vault())


def _told(desk: Desk, case_id: int, recipient: str = RS) -> Told:
    """Who else this agency reads was sent all of the case, and who a part of it."""
    facts = outside_view(desk.facts(case_id), "BA-1", "police", recipient).facts
    return tuple(facts.get(name, ()) for name in ("also_sent_to", "also_sent_part_to"))  # type: ignore[return-value]


def test_who_heard_of_one_of_two_joined_cases_was_told_a_part(desk: Desk) -> None:
    into, other = desk.case_of("o-1"), desk.case_of("d-1")
    assert (_told(desk, other), _told(desk, into)) == (((FBIH,), ()), ((), ()))
    _joined(desk, into, other)
    assert _told(desk, into) == ((), (FBIH,))
    assert _told(desk, into, FBIH) == ((), ()), "its own package is not told to it as another's"


def test_who_heard_of_both_was_told_all(desk: Desk) -> None:
    into, other = desk.case_of("o-1"), desk.case_of("d-1")
    _sent(desk, into, FBIH, 5)
    _joined(desk, into, other)
    assert _told(desk, into) == ((FBIH,), ())


def test_a_call_about_one_of_two_joined_cases_told_a_part(desk: Desk) -> None:
    into, other = desk.case_of("o-1"), desk.case_of("s-1")
    call, _ = make_call(desk.app, desk.one, other, BRCKO, CallReason.CHILD_IN_DANGER_NOW, NOW)
    log_call(desk.app, desk.one, other, call.call_id, NOW, CallNote("Duty desk", "Told."), NOW, reached=True)
    assert _told(desk, other) == ((BRCKO,), ())
    _joined(desk, into, other)
    assert _told(desk, into) == ((), (BRCKO,))


def test_who_was_sent_the_whole_case_was_told_all_of_what_was_split_off_and_of_what_stayed(desk: Desk) -> None:
    case = desk.case_of("o-1")
    _joined(desk, case, desk.case_of("s-1"), 5)
    _sent(desk, case, FBIH, 10)
    new = _split(desk, case, "/b")
    assert _told(desk, new) == _told(desk, case) == ((FBIH,), ())


def test_what_came_later_and_left_again_was_told_to_nobody(desk: Desk) -> None:
    case = desk.case_of("d-1")
    _joined(desk, case, desk.case_of("o-1"), 5)
    assert _told(desk, case) == ((), (FBIH,))
    new = _split(desk, case, "/b")
    assert (_told(desk, new), _told(desk, case)) == (((), ()), ((FBIH,), ()))


def test_what_an_agency_was_sent_may_all_have_left(desk: Desk) -> None:
    case = desk.case_of("d-1")
    _joined(desk, case, desk.case_of("o-1"), 5)
    new = _split(desk, case, "/c")
    assert (_told(desk, new), _told(desk, case)) == (((FBIH,), ()), ((), ()))


def test_a_helpline_that_got_one_of_two_joined_cases_was_sent_a_part(desk: Desk) -> None:
    into, other = desk.case_of("o-1"), desk.case_of("q-1")
    desk.dispose(other, Kind.HELPLINE, "helpline", "worried_parent")
    make_packages(desk.app, Order("referral"), desk.two, NOW)
    assert _told(desk, other) == (("helpline",), ())
    _joined(desk, into, other)
    assert _told(desk, into) == ((), ("helpline",))


def test_every_file_of_the_package_says_it(desk: Desk) -> None:
    into, other = desk.case_of("o-1"), desk.case_of("d-1")
    _joined(desk, into, other)
    folder = _sent(desk, into, RS, 30)
    facts = json.loads((folder / "case.json").read_text())["cases"][0]["facts"]
    assert (facts["also_sent_to"], facts["also_sent_part_to"]) == ([], [FBIH])
    assert {row["also_sent_part_to"] for row in plain_csv.read((folder / "reports.csv").read_bytes())} == {FBIH}
    assert f"a part of it also sent to: {FBIH}" in (folder / "case.jsonld").read_text()


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_says_it_in_every_language(desk: Desk, language: str) -> None:
    into, other = desk.case_of("o-1"), desk.case_of("d-1")
    _joined(desk, into, other)
    view = outside_view(desk.facts(into), "BA-1", "police", RS)
    package = Package("lea", RS, NOW, "duty_to_report_crime", "investigate", (view,), language=language)
    words = words_in(language)
    said = dict(report_data(package, Style(words, glyphs()))["cases"][0]["facts"])
    assert words.recipient(FBIH) in said[words.field("also_sent_part_to")]
    assert words.field("also_sent_to") not in said
    sheet = call_sheet(package, CallReason.CHILD_IN_DANGER_NOW, words)
    assert f"{words.field('also_sent_part_to')}: {words.recipient(FBIH)}" in " ".join(sheet.split())
