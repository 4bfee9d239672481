"""What people do while `hotline iccam push` runs: a case they change before its turn does not go as it was read."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.cli.main import answer
from pipeline.desk import moves
from pipeline.desk.acts import Said
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.returning import reopen
from pipeline.store.delivery_tables import iccam_case
from pipeline.store.engine import reading
from tests.desk import NOW, Desk
from tests.iccam_cases import HOME
from tests.iccam_desk import Listing, answered, exported, run
from tests.iccam_server import FakeIccam
from triage.assessment import Classification, Viewed
from triage.disposition import Kind

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.stores", "tests.iccam_fixtures")
ABROAD = "2026-02-01T06:00:00Z"


class Interrupted(Listing):
    """An ICCAM during whose first answer to a new report, or an assessment, people do something here."""

    def __init__(self, act: Callable[[], object]) -> None:
        super().__init__(HOME)
        self.acts = [act]

    def interrupt(self) -> None:
        """Once."""
        while self.acts:
            self.acts.pop()()

    def take_report(self, body: dict[str, Any]) -> int:
        """As the real one, after what people did."""
        self.interrupt()
        return super().take_report(body)

    def assess(self, content_id: int, body: dict[str, Any]) -> None:
        """So too."""
        self.interrupt()
        super().assess(content_id, body)


def _now() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


def _assess(desk: Desk, case_id: int) -> None:
    said = Said(Classification.NOT_ILLEGAL, None, Viewed.CONTENT, "adult_content")
    desk.assess(case_id, said, now=_now())


def _join(desk: Desk, case_id: int) -> None:
    moves.join(desk.app, desk.one, case_id, desk.case_of("n-1"), _now())


def _split(desk: Desk, case_id: int) -> None:
    item = desk.item(case_id, "/c")
    moves.split(desk.app, desk.one, case_id, [item], [], _now(), desk.vault())


def _export(desk: Desk, case_id: int) -> None:
    make_packages(desk.app, Order("iccam", case_id=case_id, again=True), desk.two, _now())


def _three(desk: Desk) -> list[int]:
    """Three exported cases in the order they are sent in; of the second an address can be split off."""
    desk.bring("third", {"id": "e-1", "location": "https://fifth.example/e"})
    names = {desk.case_of(name): (name, ending) for name, ending in (("s-1", "/a"), ("o-1", "/b"), ("e-1", "/e"))}
    order = sorted(names)
    moves.join(desk.app, desk.one, order[1], desk.case_of("d-1"), NOW)
    for case_id in order:
        exported(desk, *names[case_id])
    return order


@pytest.mark.parametrize(
    ("act", "why"),
    [(_assess, "assessed_since"), (_join, "joined"), (_split, "split"), (_export, "decided_meanwhile")],
)
def test_a_case_changed_while_the_push_runs_is_left_out_and_the_others_go(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str], act: Callable[[Desk, int], None], why: str
) -> None:
    first, second, third = _three(line)
    server.iccam = Interrupted(lambda: act(line, second))

    said = answered(line, capsys, "push")
    assert [(one["case"], one["why"]) for one in said["left_out"]] == [(f"C{second}", why)]
    assert (said["later"], said["in_doubt"]) == ([], [])
    sent = [one["case"] for one in said["notes"] if one["happened"] == "accepted"]
    assert sent == [f"C{first}", f"C{third}"]
    assert server.calls("POST") == ["POST rest/reports"] * 2
    assert "iccam_sending" not in [event for _, event in line.events(f"C{second}")]
    with reading(line.app.store.engine) as connection:
        assert second not in connection.execute(select(iccam_case.c.case_id)).scalars().all()
    again = answered(line, capsys, "push")  # the next push says the same, or sends what was exported meanwhile
    assert [one["why"] for one in again["left_out"]] == ([] if act is _export else [why])
    assert len(server.iccam.reports) == (3 if act is _export else 2)


def test_closing_again_while_a_case_is_exported_stops_nothing(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    _, second, _ = _three(line)
    server.iccam = Interrupted(lambda: line.dispose(second, Kind.CLOSE, reason="with_iccam", now=_now()))
    assert answered(line, capsys, "push")["left_out"] == []
    assert len(server.iccam.reports) == 3


def _two_closed(desk: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]) -> list[int]:
    """Two contents INHOPE assigned, closed here as not illegal, in the order they are answered in."""
    addresses = [f"https://abroad.example/{name}" for name in ("x", "y")]
    numbers = [server.iccam.report_from_abroad(ABROAD, [(one, "XK", HOME, ABROAD)])[0] for one in addresses]
    assert run(desk, "iccam", "pull") == 0
    assert answer(shlex.split(capsys.readouterr().out.splitlines()[-1])[1:]) == 0
    cases = sorted(desk.case_of(str(number)) for number in numbers)
    for case_id in cases:
        item = desk.facts(case_id).locators[0].locator_id
        desk.assess(case_id, Said(Classification.NOT_ILLEGAL, item, Viewed.CONTENT, "images_too_small"))
        desk.dispose(case_id, Kind.CLOSE, reason="not_illegal")
    return cases


@pytest.mark.parametrize("meanwhile", [True, False])
def test_an_answer_whose_closing_was_taken_back_does_not_go(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str], meanwhile: bool
) -> None:
    server.iccam = interrupted = Interrupted(lambda: None)
    first, second = _two_closed(line, server, capsys)

    def take_back() -> None:
        reopen(line.app, line.one, second, "closed_by_mistake", _now())

    if meanwhile:
        interrupted.acts.append(take_back)
    else:
        take_back()
    said = answered(line, capsys, "push")
    assert [(one["case"], one["why"]) for one in said["left_out"]] == [(f"C{second}", "undecided")]
    assert {one["case"] for one in said["notes"]} == {f"C{first}"}
    assert len([one for one in server.iccam.contents.values() if one.assessments]) == 1
