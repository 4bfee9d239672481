"""A case closed by mistake comes back before a person, by a person's word that stays in its history; on both stores."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from pipeline.cli.main import answer
from pipeline.desk import decision_file, holding, moves, returning
from pipeline.desk.decision_file import Row
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.desk.words import Desk as Acting
from pipeline.routes import routes
from pipeline.store.engine import writing
from pipeline.store.schema import audit, case_record
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk, made
from triage.clocks import Lane
from triage.disposition import Kind
from triage.errors import CaseTaken, RuleBroken
from triage.grouping import NewFact
from triage.lifecycle import Status
from triage.verdict import Escalation

pytest_plugins = ("tests.stores",)
LATER = NOW + timedelta(days=2)
MISTAKE = "closed_by_mistake"


@pytest.fixture
def either(tmp_path: Path, store_url: str) -> Desk:
    """A workspace on one of the two engines."""
    return made(tmp_path, store_url)


def test_a_danger_case_closed_by_mistake_waits_again_and_goes_to_police(either: Desk) -> None:
    app, case_id = either.app, either.case_of("d-1")
    before = either.facts(case_id)
    either.close(case_id)
    for refused in (lambda: either.assess(case_id), lambda: either.dispose(case_id, Kind.POLICE, "police-rs"),
                    lambda: holding.take(app, either.one, case_id, NOW)):  # fmt: skip
        with pytest.raises(RuleBroken, match="`hotline reopen` brings it back"):
            refused()
    assert returning.reopen(app, either.two, case_id, MISTAKE, LATER) is Status.RETURNED
    after = either.facts(case_id)
    assert (after.status, after.lane, after.waiting_since) == (Status.RETURNED, before.lane, LATER)
    assert after.escalate is before.escalate is not Escalation.NONE
    assert after.new_facts == NewFact.REOPENED
    assert _findings(either) == []
    either.assess(case_id, now=LATER)
    either.dispose(case_id, Kind.POLICE, "police-rs", now=LATER)
    assert [one.made.kind for one in either.facts(case_id).dispositions] == [Kind.CLOSE, Kind.POLICE]
    assert [event for _, event in either.events(f"C{case_id}")][1:3] == ["case_disposed", "case_reopened"]
    assert _findings(either) == []


def test_it_may_be_closed_and_reopened_once_more(either: Desk) -> None:
    case_id = either.case_of("o-1")
    for day in range(2):
        either.close(case_id)
        returning.reopen(either.app, either.one, case_id, MISTAKE, LATER + timedelta(days=day))
    assert either.facts(case_id).lane is Lane.NEW_FACTS
    either.close(case_id)
    assert _findings(either) == []


def test_a_reopened_case_that_is_joined_into_another_leaves_a_sound_store(either: Desk) -> None:
    case_id, other = either.case_of("o-1"), either.case_of("s-1")
    either.close(case_id)
    returning.reopen(either.app, either.one, case_id, MISTAKE, NOW)
    moves.join(either.app, either.one, case_id, other, NOW)
    assert _findings(either) == []
    gone = case_id if either.record(case_id).joined_into else other
    with pytest.raises(RuleBroken, match="decide there"):
        returning.reopen(either.app, either.one, gone, MISTAKE, NOW)


def test_only_a_closed_free_case_is_reopened_for_a_known_reason_by_who_may_close(either: Desk) -> None:
    app, case_id = either.app, either.case_of("o-1")
    with pytest.raises(RuleBroken, match="is not closed"):
        returning.reopen(app, either.one, case_id, MISTAKE, NOW)
    either.close(case_id)
    with pytest.raises(RuleBroken, match="one of these reasons"):
        returning.reopen(app, either.one, case_id, "because", NOW)
    with pytest.raises(RuleBroken, match="may not reopen a case"):
        returning.reopen(app, either.person("sample-auditor"), case_id, MISTAKE, NOW)
    with pytest.raises(RuleBroken, match="changed since you looked"):
        returning.reopen(app, either.one, case_id, MISTAKE, NOW, version=0)
    either.hold(case_id, either.two)
    with pytest.raises(CaseTaken):
        returning.reopen(app, either.one, case_id, MISTAKE, NOW)
    assert either.record(case_id).status == Status.CLOSED


def test_verify_finds_a_closing_put_back_and_a_reopening_of_what_nobody_closed(either: Desk) -> None:
    case_id, other = either.case_of("o-1"), either.case_of("s-1")
    either.close(case_id)
    returning.reopen(either.app, either.one, case_id, MISTAKE, NOW)
    with writing(either.app.store.engine) as connection:
        closed = {"status": "closed", "status_before": "closed", "lane": None}
        connection.execute(update(case_record).where(case_record.c.case_id == case_id).values(closed))
    assert _findings(either) == ["case_status"]
    returned = {"status": "returned", "status_before": "returned"}
    either.set(case_id, **returned)
    with writing(either.app.store.engine) as connection:
        mine = (audit.c.event == "case_reopened") & (audit.c.subject == f"C{case_id}")
        connection.execute(update(audit).where(mine).values(subject=f"C{other}"))
    assert "case_reopened" in _findings(either)


def test_on_the_command_line_and_from_a_file(
    either: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    case_id = either.case_of("o-1")
    either.close(case_id)
    place = ("--workspace", str(either.folder / "workspace"))
    assert answer(["reopen", f"C{case_id}", "--reason", MISTAKE, *place]) == 0
    assert f"C{case_id}: returned\n" in capsys.readouterr().out
    assert answer(["cases", "show", f"C{case_id}", *place]) == 0
    assert "took its closing back" in capsys.readouterr().out
    either.close(case_id)
    desk = Acting(either.app, either.one, NOW, routes())
    done = decision_file.apply_file(desk, [Row(2, {"case": f"C{case_id}", "reason": "on_request"})], "reopen")
    assert [one.status for one in done.applied] == ["returned"]


def _findings(desk: Desk) -> list[str]:
    return [one.code for one in verify(desk.app).findings]


def test_a_call_sheet_says_that_no_package_follows_before_the_case_is_reopened(
    either: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    case_id = either.case_of("d-1")
    words = ["--workspace", str(either.app.workspace.root), "urgent", f"C{case_id}", "--agency=police-rs"]
    assert answer([*words, "--reason=meeting_soon"]) == 0
    assert "reopened" not in capsys.readouterr().out
    either.close(case_id)
    assert answer([*words, "--reason=meeting_soon", "--again"]) == 0
    assert f"C{case_id} is closed: it must be reopened first for a package" in capsys.readouterr().out
