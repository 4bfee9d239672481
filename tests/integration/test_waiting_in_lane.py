"""Since when a case waits in its lane: since the report that put it there, not since a harmless one before it."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.desk import moves, queue
from pipeline.verify import verify
from tests.desk import NOW, SUSPECT_TEXT, Desk, made
from tests.factories import BOTH_STORES
from triage.clocks import Lane
from triage.lifecycle import Status

pytest_plugins = ("tests.stores",)
ADDRESS = "https://lanes.example/one"
HARMLESS_AT, SUSPECT_AT, DANGER_AT = (NOW - timedelta(hours=hours) for hours in (3, 2, 1))


def _row(name: str, at: datetime, text: str = "", **more: str) -> dict[str, str]:
    return {"id": name, "location": ADDRESS, "description": text, "received_at": at.isoformat()} | more


HARMLESS = _row("w-1", HARMLESS_AT, "Something strange here")
SUSPECT = _row("w-2", SUSPECT_AT, SUSPECT_TEXT)
DANGER = _row("w-3", DANGER_AT, "He is hurting the child right now, they are in the next room")


def _waits(desk: Desk, case_id: int) -> tuple[Lane | None, datetime | None]:
    facts = desk.facts(case_id)
    return facts.lane, facts.waiting_since


@pytest.mark.parametrize(
    "batches",
    [
        [[HARMLESS, SUSPECT, DANGER]],
        [[HARMLESS], [SUSPECT], [DANGER]],
        [[DANGER], [HARMLESS], [SUSPECT]],
        [[SUSPECT, DANGER], [HARMLESS]],
    ],
)
def test_the_clock_of_a_lane_begins_with_the_report_that_put_the_case_there(
    desk: Desk, batches: list[list[dict[str, str]]]
) -> None:
    for number, rows in enumerate(batches):
        desk.bring(f"lanes-{number}", *rows)
    case = desk.case_of("w-3")
    assert _waits(desk, case) == (Lane.DANGER_NOW, DANGER_AT)
    assert desk.facts(case).first_received == HARMLESS_AT
    (lane,) = [one for one in queue.today(desk.app, desk.one, DANGER_AT).lanes if one.lane is Lane.DANGER_NOW]
    assert (lane.count, lane.overdue, lane.due) == (1, 0, DANGER_AT + timedelta(minutes=15))
    assert verify(desk.app).findings == ()


def test_an_earlier_report_that_carries_the_same_moves_the_clock_back(desk: Desk) -> None:
    desk.bring("late", _row("w-4", DANGER_AT, SUSPECT_TEXT))
    desk.bring("early", HARMLESS, SUSPECT)
    assert _waits(desk, desk.case_of("w-4")) == (Lane.SUSPECTS, SUSPECT_AT)


def test_danger_for_a_decided_case_waits_since_it_came(desk: Desk) -> None:
    desk.bring("calm", HARMLESS)
    case = desk.case_of("w-1")
    desk.close(case)
    desk.bring("again", SUSPECT, DANGER)
    assert desk.facts(case).status is Status.RETURNED
    assert _waits(desk, case) == (Lane.DANGER_NOW, DANGER_AT)


@BOTH_STORES
def test_cases_nobody_decided_wait_by_their_own_reports_after_a_move(tmp_path: Path, store_url: str) -> None:
    desk = made(tmp_path, store_url)
    desk.bring("before", HARMLESS | {"id": "w-0"})
    other = "https://elsewhere.example/two"
    desk.bring("two", HARMLESS, DANGER | {"location": other})
    calm, danger = desk.case_of("w-1"), desk.case_of("w-3")
    moves.join(desk.app, desk.one, calm, danger, NOW)
    assert _waits(desk, calm) == (Lane.DANGER_NOW, DANGER_AT)
    new = moves.split(desk.app, desk.one, calm, [desk.item(calm, "/two")], [], NOW, desk.vault())
    assert _waits(desk, new) == (Lane.DANGER_NOW, DANGER_AT)
    lane, since = _waits(desk, calm)
    assert (lane is not Lane.DANGER_NOW, since) == (True, HARMLESS_AT)
    assert verify(desk.app).findings == ()
