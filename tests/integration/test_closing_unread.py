"""A case that may be a child in danger is not put away before anybody read it."""

from __future__ import annotations

import pytest

from pipeline.cli.main import answer
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from tests.desk import Desk
from triage.disposition import Kind
from triage.errors import RuleBroken

DANGER = {"id": "x-1", "location": "https://danger.example/1", "description": "A child says a neighbour hurts her now"}
PLAIN = {"id": "x-2", "location": "https://plain.example/1", "description": "A shop that sells nothing"}


def test_it_is_read_or_assessed_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.bring("danger", DANGER, PLAIN)
    case_id = desk.case_of("x-1")
    assert desk.record(case_id).escalate
    with pytest.raises(RuleBroken, match="nobody has read it"):
        desk.dispose(case_id, Kind.CLOSE, reason="spam")
    assert "case_disposed" not in [event for _, event in desk.events(f"C{case_id}")]
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    assert answer(["cases", "show", f"C{case_id}", "--text", "--workspace", str(desk.folder / "workspace")]) == 0
    desk.dispose(case_id, Kind.CLOSE, reason="spam")
    assert "case_disposed" in [event for _, event in desk.events(f"C{case_id}")]


def test_an_assessed_one_and_one_in_no_danger_may_be_closed(desk: Desk) -> None:
    desk.bring("danger", DANGER, PLAIN)
    case_id = desk.case_of("x-1")
    desk.assess(case_id)
    desk.dispose(case_id, Kind.CLOSE, reason="not_illegal")
    desk.dispose(desk.case_of("x-2"), Kind.CLOSE, reason="spam")
