"""A later police package, and the screen of the case, after cases an agency had were joined or split."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.cli.case_screen import older_block, older_json
from pipeline.cli.main import answer
from pipeline.desk import acts, moves
from pipeline.desk.older_packages import Older, older_packages
from pipeline.desk.outside import marked_new, outside_view
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.supplements import Past
from pipeline.store.engine import reading
from tests.agencies import pin_agency
from tests.desk import NOW, Desk, copied, made
from triage.disposition import Kind

pytestmark = pytest.mark.thorough

AGENCY_CODE = "police-rs"
DANGER_TEXT = "somebody threatens to publish her pictures"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace whose agency got two cases, one after the other; the second tells of danger."""
    desk = made(tmp_path_factory.mktemp("moved"))
    pin_agency(desk.app, AGENCY_CODE, NOW)
    for number, name in enumerate(("s-1", "d-1")):
        _sent(desk, desk.case_of(name), 5 * number)
    return desk


@pytest.fixture
def desk(template: Desk, tmp_path: Path) -> Desk:
    """A copy of it."""
    return copied(template, tmp_path)


def _sent(desk: Desk, case_id: int, minutes: int) -> None:
    at = NOW + timedelta(minutes=minutes)
    desk.assess(case_id, now=at)
    desk.dispose(case_id, Kind.POLICE, AGENCY_CODE, "hosted_here", now=at)
    acts.release(desk.app, desk.two, case_id, at)
    make_packages(desk.app, Order("lea", recipient=AGENCY_CODE), desk.two, at)


def _joined(desk: Desk, into: int, other: int, minutes: int = 20) -> None:
    moves.join(desk.app, desk.one, into, other, NOW + timedelta(minutes=minutes))


def _older(desk: Desk, case_id: int) -> tuple[Older, ...]:
    with reading(desk.app.store.engine) as connection:
        return older_packages(connection, desk.facts(case_id))


def _news(desk: Desk, case_id: int) -> list[str]:
    facts = desk.facts(case_id)
    with reading(desk.app.store.engine) as connection:
        past = Past(desk.app, connection, AGENCY_CODE, "BA")
        found = past.supplement(case_id, facts.report_ids, texts=0, escalate=facts.escalate)
    return [] if found is None else [one.code for one in found.news]


def test_danger_the_agency_was_told_of_in_the_joined_cases_package_is_no_graver_one(desk: Desk) -> None:
    into, other = desk.case_of("s-1"), desk.case_of("d-1")
    _joined(desk, into, other)
    assert desk.facts(into).escalate > 0
    assert _news(desk, into) == ["joined"]


def test_danger_of_a_joined_case_the_agency_was_not_told_of_is_graver(desk: Desk) -> None:
    into, other = desk.case_of("s-1"), desk.case_of("o-1")
    _sent(desk, other, 10)
    desk.bring("worse", {"id": "o-2", "location": "https://other.example/b", "description": DANGER_TEXT})
    _joined(desk, into, other)
    assert "graver_danger" in _news(desk, into)


def test_the_case_names_the_older_packages_of_both_cases_that_were_joined(desk: Desk) -> None:
    into, other = desk.case_of("s-1"), desk.case_of("d-1")
    _joined(desk, into, other)
    desk.assess(into, now=NOW + timedelta(minutes=30))
    (older,) = _older(desk, into)
    assert (len(set(older.names)), older.new_reports, older.new_assessments) == (2, 0, 1)
    said = " ".join(older_block(into, [older], NOW))
    assert all(name in said for name in older.names)
    assert older_json([older])[0]["packages"] == list(older.names)


def _marked(desk: Desk, case_id: int) -> tuple[frozenset[int], dict[str, object]]:
    facts = desk.facts(case_id)
    with reading(desk.app.store.engine) as connection:
        past = Past(desk.app, connection, AGENCY_CODE, "BA")
        adds = past.supplement(case_id, facts.report_ids, texts=0, escalate=facts.escalate)
    assert adds is not None
    view = outside_view(facts, "REF", "police", AGENCY_CODE)
    marked = marked_new(facts, view, adds.late, moved=adds.moved)
    return adds.late, {str(one.facts["address"]): one.facts.get("is_new") for one in marked}


def _split(desk: Desk, case_id: int, ending: str) -> int:
    item = desk.item(case_id, ending)
    return moves.split(desk.app, desk.one, case_id, (item,), (), NOW + timedelta(minutes=15), desk.vault())


def test_who_had_the_case_another_was_split_off_lacks_what_was_found_out_of_that_one_since(desk: Desk) -> None:
    known = desk.case_of("s-1")
    desk.bring("late", {"id": "late-1", "location": "https://bad.example/a?utm_campaign=z"})
    new, late = _split(desk, known, "www.bad.example/a"), _split(desk, known, "utm_campaign=z")
    assert _older(desk, new) == ()
    for case_id in (new, late):
        desk.assess(case_id, now=NOW + timedelta(minutes=20))
    (older,) = _older(desk, new)
    assert (older.recipient, older.new_reports, older.new_assessments) == (AGENCY_CODE, 0, 1)
    assert older.reason == "hosted_here", "why the case it was split off went there"
    assert _older(desk, late) == (), "its address lay in no package"


def test_what_a_join_brought_is_counted_and_its_addresses_are_new(desk: Desk) -> None:
    known, other = desk.case_of("s-1"), desk.case_of("o-1")
    _joined(desk, known, other, 20)
    assert _news(desk, known) == ["new_report", "joined"]
    late, marks = _marked(desk, known)
    assert len(late) == 1
    assert marks.pop("https://other.example/b") is True
    assert set(marks.values()) == {None}, "nobody says of the others that they are known"
    _sent(desk, known, 30)
    assert _news(desk, known) == ["sent_again"]
    assert _marked(desk, known)[0] == frozenset()


def test_what_was_joined_in_after_a_package_and_split_off_again_was_in_none(desk: Desk) -> None:
    known, other = desk.case_of("s-1"), desk.case_of("o-1")
    _joined(desk, known, other, 20)
    new = _split(desk, known, "other.example/b")
    desk.assess(new, now=NOW + timedelta(minutes=40))
    assert _news(desk, new) == []
    assert _older(desk, new) == ()
    assert _news(desk, known)[-1] == "split"
    assert "new_report" not in _news(desk, known)


def test_what_an_agency_had_in_another_case_stays_told_through_join_and_split(desk: Desk) -> None:
    into, other = desk.case_of("o-1"), desk.case_of("d-1")
    item = desk.facts(other).locators[0].locator_id
    _joined(desk, into, other, 20)
    new = moves.split(desk.app, desk.one, into, (item,), (), NOW + timedelta(minutes=30), desk.vault())
    assert "new_report" not in _news(desk, new)
    assert "split_off" in _news(desk, new)
    assert _news(desk, into) == [], "what it had lay in the other case alone"


def test_what_a_case_lost_before_it_was_joined_to_another_is_said(desk: Desk) -> None:
    known, into = desk.case_of("s-1"), desk.case_of("o-1")
    _split(desk, known, "www.bad.example/a")
    _joined(desk, into, known)
    assert _news(desk, into) == ["new_report", "split", "joined"]
    other = desk.case_of("d-1")
    _joined(desk, other, into)
    assert _news(desk, other) == ["new_report", "split", "joined"]


def test_the_commands_the_screen_gives_for_a_supplement_work_as_they_stand(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id, place = desk.case_of("s-1"), ("--workspace", str(desk.app.workspace.root))
    desk.bring("second", {"id": "s-3", "location": "https://bad.example/a"})
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    assert answer([*place, "cases", "show", f"C{case_id}"]) == 0
    (line,) = [one for one in capsys.readouterr().out.splitlines() if "a supplement: " in one]
    dispose, release, export = (one.split()[1:] for one in line.split("`")[1::2])
    assert dispose[-2:] == ["--reason", "hosted_here"], "what it went there for"
    assert answer([*place, *dispose]) == 0
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-supervisor")
    assert answer([*place, *release]) == 0
    assert answer([*place, *export]) == 0
    assert _older(desk, case_id) == ()
