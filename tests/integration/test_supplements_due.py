"""`hotline today` names police agencies whose package of a decided case was overtaken; nobody else would look there."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.cli.main import answer
from pipeline.desk import acts, moves
from pipeline.desk import supplements_due as supplements
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.supplements_due import Lack, supplements_due
from pipeline.store.engine import reading
from tests.agencies import pin_agency
from tests.desk import NOW, Desk, copied, made
from triage.disposition import Kind
from triage.lifecycle import Status
from triage.verdict import Escalation

FIRST, OTHER = "police-rs", "police-fbih"
DANGER_TEXT = "somebody threatens to publish her pictures"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace of which two agencies have one case, without danger."""
    desk = made(tmp_path_factory.mktemp("due"))
    for code in (FIRST, OTHER):
        pin_agency(desk.app, code, NOW)
        _decide(desk, desk.case_of("s-1"), code, 0)
    _send(desk, 5)
    return desk


@pytest.fixture
def desk(template: Desk, tmp_path: Path) -> Desk:
    """A copy of it."""
    return copied(template, tmp_path)


def _decide(desk: Desk, case_id: int, code: str, minutes: int, *, assess: bool = True) -> None:
    at = NOW + timedelta(minutes=minutes)
    if assess:
        desk.assess(case_id, now=at)
    desk.dispose(case_id, Kind.POLICE, code, "hosted_here", now=at)
    acts.release(desk.app, desk.two, case_id, at)


def _send(desk: Desk, minutes: int, *, again: bool = False) -> None:
    for code in (FIRST, OTHER):
        order = Order("lea", recipient=code, again=again)
        make_packages(desk.app, order, desk.two, NOW + timedelta(minutes=minutes))


def _due(desk: Desk) -> list[tuple[int, str, tuple[Lack, ...]]]:
    with reading(desk.app.store.engine) as connection:
        return [(one.case_id, one.recipient, one.lacks) for one in supplements_due(connection)]


def _graver(desk: Desk) -> int:
    """A report that tells of danger came and the case went to one agency alone."""
    case_id = desk.case_of("s-1")
    desk.bring("more", {"id": "s-9", "location": "https://bad.example/a", "description": DANGER_TEXT})
    assert desk.case_of("s-9") == case_id
    _decide(desk, case_id, FIRST, 10, assess=False)
    return case_id


def test_what_both_agencies_were_told_of_is_due_to_nobody(desk: Desk) -> None:
    assert _due(desk) == []


def test_the_agency_that_was_not_told_of_graver_danger_is_named_until_it_is(desk: Desk) -> None:
    case_id = _graver(desk)
    assert desk.facts(case_id).escalate > Escalation.NONE
    assert _due(desk) == [(case_id, OTHER, (Lack.GRAVER_DANGER,))]  # the decision for the other waits elsewhere
    _send(desk, 15)
    assert _due(desk) == [(case_id, OTHER, (Lack.GRAVER_DANGER, Lack.MORE_REPORTS))]
    _decide(desk, case_id, OTHER, 20, assess=False)
    assert _due(desk) == []
    _send(desk, 25)
    assert _due(desk) == []


def test_a_case_back_in_the_queue_or_closed_is_left_to_who_reads_it(desk: Desk) -> None:
    case_id = desk.case_of("s-1")
    desk.bring("more", {"id": "s-9", "location": "https://bad.example/a", "description": DANGER_TEXT})
    assert desk.record(case_id).status == Status.RETURNED
    assert _due(desk) == []
    _decide(desk, case_id, FIRST, 10, assess=False)
    assert _due(desk) != []
    desk.set(case_id, status=str(Status.CLOSED))
    assert _due(desk) == []


def test_an_assessment_since_is_due_to_who_did_not_get_it(desk: Desk) -> None:
    case_id = desk.case_of("s-1")
    _decide(desk, case_id, FIRST, 10)
    _send(desk, 15)
    assert _due(desk) == [(case_id, OTHER, (Lack.NEW_ASSESSMENT,))]


def test_a_bare_repeat_nobody_was_told_of_is_due_to_nobody(desk: Desk) -> None:
    desk.bring("more", {"id": "s-9", "location": "https://bad.example/a"})
    assert desk.record(desk.case_of("s-1")).lane is None
    assert _due(desk) == []


def test_danger_that_came_by_a_joining_counts(desk: Desk) -> None:
    case_id, danger = desk.case_of("s-1"), desk.case_of("d-1")
    moves.join(desk.app, desk.one, case_id, danger, NOW + timedelta(minutes=8))
    _decide(desk, case_id, FIRST, 10, assess=False)
    _send(desk, 15)
    assert [(one, code, lacks[0]) for one, code, lacks in _due(desk)] == [(case_id, OTHER, Lack.GRAVER_DANGER)]


def test_what_was_told_under_a_joined_cases_number_was_told(desk: Desk) -> None:
    case_id, danger = desk.case_of("s-1"), desk.case_of("d-1")
    for code in (FIRST, OTHER):
        _decide(desk, danger, code, 8)
    _send(desk, 9)
    moves.join(desk.app, desk.one, case_id, danger, NOW + timedelta(minutes=10))
    _decide(desk, case_id, FIRST, 12, assess=False)
    _send(desk, 15)
    assert _due(desk) == []


@pytest.mark.parametrize("most", [0, supplements.MOST_NAMED])
def test_the_store_leaves_out_the_history_of_other_cases_and_the_answer_is_the_same(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(supplements, "MOST_NAMED", most)
    other = desk.case_of("o-1")
    _decide(desk, other, FIRST, 6)
    _send(desk, 7)
    desk.set(other, status=str(Status.CLOSED))
    case_id = _graver(desk)
    assert _due(desk) == [(case_id, OTHER, (Lack.GRAVER_DANGER,))]
    with reading(desk.app.store.engine) as connection:
        read = {row.subject for row in supplements._events(connection, {f"C{case_id}"})}
    assert read == ({f"C{case_id}"} if most else {f"C{case_id}", f"C{other}"})


def test_what_left_with_another_case_is_due_there_and_no_more_where_it_lay_meanwhile(desk: Desk) -> None:
    into, danger = desk.case_of("s-1"), desk.case_of("d-1")
    desk.bring("alone", {"id": "a-1", "location": "https://alone.example/a"})
    told = desk.case_of("a-1")
    for case_id in (told, danger):
        _decide(desk, case_id, OTHER, 8)
    _send(desk, 9)
    for number, case_id in enumerate((told, danger)):
        moves.join(desk.app, desk.one, into, case_id, NOW + timedelta(minutes=10 + number))
    items = [desk.item(into, "alone.example/a")], [desk.item(into, "third.example/c")]
    new, other = (moves.split(desk.app, desk.one, into, each, (), NOW + timedelta(minutes=15), desk.vault())
                  for each in items)  # fmt: skip
    desk.bring("more", {"id": "a-9", "location": "https://alone.example/a", "description": DANGER_TEXT},
               {"id": "s-9", "location": "https://bad.example/a", "description": DANGER_TEXT})  # fmt: skip
    assert desk.case_of("a-9") == new
    for case_id in (new, into):
        _decide(desk, case_id, FIRST, 20, assess=case_id == new)
    due = {(case_id, code): lacks for case_id, code, lacks in _due(desk)}
    assert due[new, OTHER] == (Lack.GRAVER_DANGER, Lack.NEW_ASSESSMENT)
    assert due[into, OTHER][0] is Lack.GRAVER_DANGER, "the danger it was told of lies in a case of its own"
    assert other not in {case_id for case_id, _ in due}


def test_the_screen_of_the_day_names_case_and_agency_and_no_text(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    case_id = _graver(desk)
    words = ["--workspace", str(desk.folder / "workspace"), "today"]
    assert answer(words) == 0
    said = capsys.readouterr().out
    (line,) = [one for one in said.splitlines() if "supplement due" in one]
    assert line.endswith(f"C{case_id} {OTHER} (graver danger)")
    assert DANGER_TEXT not in said
    assert answer([*words, "--json"]) == 0
    (due,) = json.loads(capsys.readouterr().out)["supplements_due"]
    assert due == {"case": f"C{case_id}", "agency": OTHER, "lacks": ["graver_danger"]}
