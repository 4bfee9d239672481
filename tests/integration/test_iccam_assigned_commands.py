"""`hotline iccam pull` and `reconcile`: assigned content in its own lane with its own clock, and differences named."""

from __future__ import annotations

import json
import shlex
import stat
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from exporters.iccam_items import SLOT
from pipeline.cli.main import answer
from pipeline.desk.acts import Said
from pipeline.desk.caseview import when
from pipeline.desk.outside import outside_view
from pipeline.store.engine import reading
from pipeline.store.schema import report
from pipeline.verify.everything import verify
from tests.desk import NOW, SUSPECT_TEXT, Desk
from tests.iccam_cases import HOME
from tests.iccam_desk import answered, exported, run
from tests.iccam_server import FakeIccam
from triage.assessment import Classification, Viewed
from triage.clocks import Lane
from triage.grouping import LANES

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.iccam_fixtures",)
RECEIVED_ABROAD, ASSIGNED_AT = "2026-02-01T06:00:00Z", "2026-02-20T08:00:00Z"
ADDRESS_ABROAD = "https://abroad.example/assigned"


def _assign(server: FakeIccam, *addresses: str, **source: Any) -> list[int]:
    urls = [(address, "XK", HOME, ASSIGNED_AT) for address in addresses]
    return server.iccam.report_from_abroad(RECEIVED_ABROAD, urls, **source)


def _taken_in(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Pull, and type the command it says."""
    assert run(desk, "iccam", "pull") == 0
    words = shlex.split(capsys.readouterr().out.splitlines()[-1])
    assert words[0] == "hotline"
    path = Path(words[-1])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert answer(words[1:]) == 0
    capsys.readouterr()


def test_pulled_content_waits_in_its_own_lane_by_its_own_clock(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    [number] = _assign(server, ADDRESS_ABROAD)
    _taken_in(line, capsys)
    case_id = line.case_of(str(number))
    record = line.record(case_id)
    assert record.assigned
    assert LANES[record.lane] is Lane.ASSIGNED_BY_INHOPE
    with reading(line.app.store.engine) as connection:
        received = connection.execute(select(report.c.received_at).where(report.c.case_id == case_id)).scalar_one()
    assert when(received) == datetime.fromisoformat(ASSIGNED_AT)
    assert run(line, "iccam", "pull") == 0
    assert "nothing new" in capsys.readouterr().out


def test_pull_writes_where_it_is_told(line: Desk, server: FakeIccam, tmp_path: Path) -> None:
    _assign(server, ADDRESS_ABROAD)
    out = tmp_path / "drop"
    assert run(line, "iccam", "pull", "--out", str(out)) == 0
    [path] = out.iterdir()
    assert path.name.endswith(".iccam.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_date_of_assignment_is_never_told_as_when_the_public_reported(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    [number] = _assign(server, ADDRESS_ABROAD)
    _taken_in(line, capsys)
    case_id = line.case_of(str(number))
    assert outside_view(line.facts(case_id), "X-1", "iccam").facts.get("first_received") is None
    assert outside_view(line.facts(case_id), "X-1", "police").facts["first_received"] == datetime.fromisoformat(
        ASSIGNED_AT
    )
    told = NOW - timedelta(hours=3)
    line.bring("public", {"id": "p-1", "location": ADDRESS_ABROAD, "description": SUSPECT_TEXT,
                          "received_at": told.isoformat()})  # fmt: skip
    assert line.case_of("p-1") == case_id
    assert outside_view(line.facts(case_id), "X-1", "iccam").facts["first_received"] == told


def test_assigned_content_gets_our_answer_and_no_second_report(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    grave, harmless, waiting = _assign(
        server, ADDRESS_ABROAD, "https://abroad.example/other", "https://abroad.example/waits",
        site_type=6, commerciality=3, payment=[9],
    )  # fmt: skip
    server.iccam.contents[waiting].assessments.append({"classification": 4})  # lets the report be complete
    _taken_in(line, capsys)
    exported(line, str(grave), "/assigned", "XK")
    closed = line.case_of(str(harmless))
    said = Said(Classification.NOT_ILLEGAL, line.item(closed, "/other"), Viewed.CONTENT, "images_too_small")
    line.assess(closed, said)
    assert not line.facts(line.case_of(str(grave))).at_iccam
    assert run(line, "iccam", "push") == 0
    assert line.facts(line.case_of(str(grave))).at_iccam, "INHOPE has our answer: police may read so"
    assert [one["classification"] for one in server.iccam.contents[grave].assessments] == [2]
    assert server.iccam.contents[harmless].assessments == []  # nobody closed it yet
    line.close(closed)
    for _ in range(3):
        assert run(line, "iccam", "push") == 0
    content = server.iccam.contents[harmless]
    assert [one["classification"] for one in content.assessments] == [4]
    assert [(one["actionType"], one["reasonId"]) for one in content.actions] == [(6, 17)]
    assert server.iccam.contents[grave].actions == []
    assert str(content.reference).endswith(f"_{harmless}")
    assert "POST rest/reports" not in server.calls("POST")
    done = [one for one in server.calls("POST", "PUT") if not one.endswith("reference")]
    assert sorted(done) == sorted(
        [f"PUT rest/Content/{grave}/assessment", f"PUT rest/Content/{harmless}/assessment",
         f"POST rest/Content/{harmless}/actions"]
    )  # fmt: skip
    assert verify(line.app, deep=True).findings == ()


def test_a_package_holds_the_answer_to_assigned_content_and_no_second_report(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    mine, beside = _assign(server, ADDRESS_ABROAD, "https://abroad.example/beside")
    _taken_in(line, capsys)
    for number, ending in ((mine, "/assigned"), (beside, "/beside")):
        exported(line, str(number), ending, "XK")
    folders = sorted((line.folder / "workspace" / "exports").glob("iccam-*"))
    names = {path.name for folder in folders for path in folder.glob("*.json")}
    assert names == {f"content-{number}-assessment.json" for number in (mine, beside)}
    assert run(line, "export", "iccam-v2", "--again", "--case", f"C{line.case_of(str(mine))}") == 2
    capsys.readouterr()
    assert answered(line, capsys, "push")["left_out"] == []
    made = {
        number: json.loads(path.read_text())
        for folder in folders for number in (mine, beside) for path in folder.glob(f"content-{number}-*.json")
    }  # fmt: skip
    for number, body in made.items():
        (sent,) = server.iccam.contents[number].assessments
        assert body.pop(SLOT) == {"labels": [], "schema_version": None}
        assert {name: sent.get(name) for name in body} == body, "the file is what a push sends"
    assert "POST rest/reports" not in server.calls("POST")


def test_an_assessment_goes_to_no_content_with_another_address(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    [number] = _assign(server, ADDRESS_ABROAD)
    _taken_in(line, capsys)
    exported(line, str(number), "/assigned", "XK")
    server.iccam.contents[number].url["urlString"] = "https://abroad.example/moved"
    assert [one["why"] for one in answered(line, capsys, "push")["left_out"]] == ["other_address"]
    assert server.iccam.contents[number].assessments == []


def test_a_planted_difference_is_found_and_named(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = exported(line)
    run(line, "iccam", "push")
    assert run(line, "iccam", "reconcile") == 0
    server.iccam.contents[9000].assessments[0]["genderCategorization"] = 3
    unknown = _assign(server, ADDRESS_ABROAD)[0]
    capsys.readouterr()
    before = len(server.calls("POST", "PUT"))
    assert run(line, "iccam", "reconcile") == 1
    out = capsys.readouterr().out
    assert "assessment (gender)" in out
    assert f"C{case_id}  BA-" in out
    assert f"content {unknown}: not_here" in out
    said = answered(line, capsys, "reconcile")
    assert [one["kind"] for one in said["differences"]] == ["assessment", "not_here"]
    assert len(server.calls("POST", "PUT")) == before
    assert "example" not in out
