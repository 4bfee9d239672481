"""A notice police saw no offence in is named as one until somebody decides again."""

from __future__ import annotations

import pytest

from pipeline.cli.main import answer
from pipeline.store.delivery_tables import police_feedback
from pipeline.store.engine import writing
from tests.desk import NOW, Desk
from tests.noticing import LATER, contact, decided, police_told
from triage.disposition import Kind

pytest_plugins = ("tests.notice_workspace",)


def _listed(desk: Desk) -> int:
    return answer(["--workspace", str(desk.app.workspace.root), "notices", "list"])


def _said_unsigned(desk: Desk, case_id: int) -> None:
    with writing(desk.app.store.engine) as connection:
        connection.execute(police_feedback.insert().values(
            case_id=case_id, recipient="police-rs", state="no_offence", said_at=int(LATER.timestamp()), signed=False,
            file_sha256="0" * 64, person_id=1, imported_at=int(LATER.timestamp()),
        ))  # fmt: skip


def test_of_what_police_saw_no_offence_in_the_list_says_so(noticing: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    police_told(noticing, case_id, at=NOW)
    _said_unsigned(noticing, case_id)
    assert _listed(noticing) == 0
    assert "police saw no offence since" in capsys.readouterr().out
    noticing.dispose(case_id, Kind.NOTICE, "host", reason="hosted_here", now=LATER, by=noticing.two)
    assert _listed(noticing) == 0
    assert "police saw no offence since" not in capsys.readouterr().out
