"""`hotline iccam` over a real store against a fake ICCAM: nothing twice, nothing without a trace, two clocks apart."""

from __future__ import annotations

import json
import shlex
import stat
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.cli.main import answer
from pipeline.desk import iccam as desk_iccam
from pipeline.desk.acts import Said
from pipeline.desk.caseview import when
from pipeline.desk.iccam import push_cases
from pipeline.desk.outside import outside_view
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.store.delivery_tables import iccam_case
from pipeline.store.engine import reading
from pipeline.store.schema import audit, report
from pipeline.verify.everything import verify
from tests.desk import NOW, SUSPECT_TEXT, Desk, made
from tests.iccam_cases import ANSWERED, write_settings
from tests.iccam_certificates import Certificates, make_certificates
from tests.iccam_rules import Iccam
from tests.iccam_server import FakeIccam
from triage.assessment import Classification, Viewed
from triage.clocks import Lane
from triage.disposition import Kind
from triage.errors import RuleBroken
from triage.grouping import LANES

pytest_plugins = ("tests.stores",)
HOME = "BA"
RECEIVED_ABROAD, ASSIGNED_AT = "2026-02-01T06:00:00Z", "2026-02-20T08:00:00Z"
ADDRESS_ABROAD = "https://abroad.example/assigned"
MISUSED = b'{"errors": {"hotlineReference": ["https://secret.example/never-repeat-this"]}}'


class Listing(Iccam):
    """An ICCAM that also has the two work lists that are about other hotlines' duties: they are empty."""

    def work_list(self, name: str, since: str | None, most: int) -> list[dict[str, Any]]:
        """As the real one."""
        return [] if name in ("unassigned-to-hotline", "orphaned") else super().work_list(name, since, most)


class Waiting(Listing):
    """An ICCAM that takes a report only once it is told to."""

    def __init__(self) -> None:
        super().__init__(HOME)
        self.arrived, self.go_on = threading.Event(), threading.Event()

    def take_report(self, body: dict[str, Any]) -> int:
        """Wait, then take it."""
        self.arrived.set()
        self.go_on.wait(30)
        return super().take_report(body)


class NoLine:
    """What opens a line in a test that allows none."""

    def __init__(self, *_: object) -> None:
        raise AssertionError("a line to ICCAM was opened")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("iccam"))


@pytest.fixture
def server(certificates: Certificates) -> Iterator[FakeIccam]:
    with FakeIccam(certificates) as running:
        running.iccam = Listing(HOME)
        yield running


@pytest.fixture
def line(desk: Desk, server: FakeIccam, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The desk with ICCAM switched on; commands act as a person who may export."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-second")
    write_settings(desk.folder / "workspace", server.url, certificates)
    return desk


def _run(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.folder / "workspace"), *words])


def _decide(desk: Desk, report_id: str = "s-1", ending: str = "/a", country: str = HOME) -> int:
    """A case assessed and disposed for ICCAM."""
    case_id = desk.case_of(report_id)
    said = Said(
        Classification.NATIONAL, desk.item(case_id, ending), Viewed.CONTENT, hosting_country=country,
        hosting_source="analyst", iccam=ANSWERED,
    )  # fmt: skip
    desk.assess(case_id, said)
    desk.dispose(case_id, Kind.ICCAM, "iccam", "hosted_here")
    return case_id


def _exported(desk: Desk, report_id: str = "s-1", ending: str = "/a", country: str = HOME) -> int:
    case_id = _decide(desk, report_id, ending, country)
    assert _run(desk, "export", "iccam", "--case", f"C{case_id}") == 0
    return case_id


def _assign(server: FakeIccam, *addresses: str, **source: Any) -> list[int]:
    urls = [(address, "XK", HOME, ASSIGNED_AT) for address in addresses]
    return server.iccam.report_from_abroad(RECEIVED_ABROAD, urls, **source)


def _taken_in(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Pull, and type the command it says."""
    assert _run(desk, "iccam", "pull") == 0
    words = shlex.split(capsys.readouterr().out.splitlines()[-1])
    assert words[0] == "hotline"
    path = Path(words[-1])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert answer(words[1:]) == 0
    capsys.readouterr()


def _row(desk: Desk, case_id: int) -> Any:
    with reading(desk.app.store.engine) as connection:
        return connection.execute(select(iccam_case).where(iccam_case.c.case_id == case_id)).one()


def _said(desk: Desk, capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    _run(desk, "iccam", *words, "--json")
    return dict(json.loads(capsys.readouterr().out))


def test_a_decided_case_arrives_once_and_then_rests(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = _exported(line)
    assert _run(line, "iccam", "push") == 0
    out = capsys.readouterr().out
    [sent] = server.iccam.reports.values()
    assert f"C{case_id}  BA-" in out
    assert f"report accepted {sent.report_id}" in out
    assert sent.body["hotlineReceivedDate"] == f"{NOW - timedelta(hours=30):%Y-%m-%dT%H:%M:%SZ}"
    assert (_row(line, case_id).report_id, _row(line, case_id).refused) == (sent.report_id, None)
    server.iccam.settle()
    assert _run(line, "iccam", "push") == 0
    assert "ICCAM has everything" in capsys.readouterr().out
    before = len(server.asked)
    assert _run(line, "iccam", "push") == 0
    assert len(server.asked) == before  # what is settled costs ICCAM no call
    assert server.calls("POST", "PUT") == ["POST rest/reports"]


def test_every_sending_is_in_the_chain_by_person_and_without_an_address(line: Desk, server: FakeIccam) -> None:
    case_id = _exported(line)
    assert _run(line, "iccam", "push") == 0
    assert server.calls("POST") == ["POST rest/reports"]
    two = f"person:{line.two.person_id}"
    assert line.events(f"C{case_id}")[-2:] == [(two, "iccam_sending"), (two, "iccam_accepted")]
    with reading(line.app.store.engine) as connection:
        told = " ".join(row.details for row in connection.execute(select(audit)))
        kept = repr(connection.execute(select(iccam_case)).all())
    assert "example" not in told + kept
    assert verify(line.app, deep=True).findings == ()


def test_an_answer_lost_after_acceptance_doubles_nothing(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = _exported(line)
    server.lose("POST rest/reports")
    assert _run(line, "iccam", "push") == 3
    said = capsys.readouterr()
    assert "no answer, the next push goes on" in said.out
    assert "run this again later" in said.err
    assert _row(line, case_id).report_id is None
    assert len(json.loads(_row(line, case_id).attempted)) == 1
    assert _run(line, "iccam", "push") == 0
    [number] = server.iccam.reports
    assert _row(line, case_id).report_id == number
    assert server.calls("POST", "PUT") == ["POST rest/reports"]
    assert line.events(f"C{case_id}")[-1][1] == "iccam_found"


def test_in_doubt_nothing_is_sent_and_a_person_is_told(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    _exported(line)
    server.lose("POST rest/reports")
    _run(line, "iccam", "push")
    server.knows_references = False
    assert _run(line, "iccam", "push") == 0
    assert "in doubt" in capsys.readouterr().out
    assert _run(line, "iccam", "reconcile") == 1
    assert "in_doubt" in capsys.readouterr().out
    assert server.calls("POST") == ["POST rest/reports"]


def test_a_case_exported_again_is_looked_for_under_its_old_reference_too(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = _decide(line)
    make_packages(line.app, Order("iccam"), line.two, NOW)
    server.lose("POST rest/reports")
    assert _run(line, "iccam", "push") == 3
    make_packages(line.app, Order("iccam", again=True), line.two, NOW + timedelta(minutes=7))
    assert _run(line, "iccam", "push") == 0
    assert server.calls("POST") == ["POST rest/reports"]
    assert _row(line, case_id).report_id == next(iter(server.iccam.reports))
    assert _run(line, "iccam", "reconcile") == 0  # an earlier package's reference is no difference
    assert "no difference" in capsys.readouterr().out


def test_a_server_that_is_down_means_try_again_and_later_it_goes_on(line: Desk, server: FakeIccam) -> None:
    _exported(line)
    _exported(line, "o-1", "/b")
    server.fail("rest/", times=99, status=503)
    assert _run(line, "iccam", "push") == 3
    server.faults.clear()
    assert _run(line, "iccam", "push") == 0
    assert len(server.iccam.reports) == 2


def test_nobody_listening_is_the_same(line: Desk, server: FakeIccam, certificates: Certificates) -> None:
    _exported(line)
    write_settings(line.folder / "workspace", "https://127.0.0.1:1/api/", certificates)
    for command in ("push", "pull", "reconcile"):
        assert _run(line, "iccam", command) == 3
    assert server.asked == []


def test_a_refusal_is_final_until_the_case_is_exported_again(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = _exported(line)
    server.fail("POST rest/reports", status=400, body=MISUSED)
    assert _run(line, "iccam", "push") == 0
    out = capsys.readouterr().out
    assert "report refused, status 400: hotlinereference" in out
    assert "secret" not in out
    row = _row(line, case_id)
    assert (row.report_id, json.loads(row.attempted)) == (None, [])
    assert {name: json.loads(row.refused)[name] for name in ("call", "status", "fields")} == {
        "call": "report", "status": 400, "fields": ["hotlinereference"],
    }  # fmt: skip
    assert [one["why"] for one in _said(line, capsys, "push")["left_out"]] == ["refused"]
    assert server.calls("POST") == ["POST rest/reports"]
    assert _run(line, "export", "iccam", "--again") == 0
    assert _run(line, "iccam", "push") == 0
    assert len(server.iccam.reports) == 1
    assert _row(line, case_id).refused is None


def test_what_was_assessed_again_does_not_go_as_it_was(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = _exported(line)
    line.assess(case_id, Said(Classification.NOT_ILLEGAL, line.item(case_id, "/a"), Viewed.CONTENT, "adult_content"))
    assert [one["why"] for one in _said(line, capsys, "push")["left_out"]] == ["assessed_since"]
    assert server.asked == []


def test_a_package_somebody_changed_or_took_away_does_not_go(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    _exported(line)
    [path] = (line.folder / "workspace" / "exports").glob("iccam-*/iccam-*.json")
    path.write_bytes(path.read_bytes().replace(b"bad.example", b"own.example"))
    assert [one["why"] for one in _said(line, capsys, "push")["left_out"]] == ["package_changed"]
    path.parent.rename(path.parent.with_name("elsewhere"))
    assert [one["why"] for one in _said(line, capsys, "push")["left_out"]] == ["package_gone"]
    assert server.asked == []


def test_that_police_were_told_goes_as_an_action_where_it_is_hosted_here(line: Desk, server: FakeIccam) -> None:
    case_id = _decide(line)
    line.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
    assert _run(line, "release", f"C{case_id}") == 0
    assert _run(line, "export", "lea") == 0
    assert _run(line, "export", "iccam") == 0
    assert _run(line, "iccam", "push") == 0
    server.iccam.settle()
    assert _run(line, "iccam", "push") == 0
    assert [one["actionType"] for one in server.iccam.contents[9000].actions] == [1]
    assert _run(line, "iccam", "reconcile") == 0


@pytest.mark.parametrize("command", ["push", "pull", "reconcile"])
def test_without_settings_iccam_is_off_and_no_line_is_opened(
    line: Desk, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _exported(line)
    (line.folder / "workspace" / "iccam.toml").unlink()
    monkeypatch.setattr(desk_iccam, "Line", NoLine)
    assert _run(line, "iccam", command) == 2
    assert "ICCAM is off" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["push", "pull", "reconcile"])
def test_who_may_not_export_sends_and_fetches_nothing(
    line: Desk, server: FakeIccam, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    assert _run(line, "iccam", command) == 2
    assert "may not export" in capsys.readouterr().err
    assert server.asked == []


def test_two_pushes_at_once_send_nothing_twice(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    _exported(line)
    server.iccam = waiting = Waiting()
    codes: list[int] = []
    first = threading.Thread(target=lambda: codes.append(_run(line, "iccam", "push")))
    first.start()
    assert waiting.arrived.wait(30)
    assert _run(line, "iccam", "push") == 3
    assert "another push" in capsys.readouterr().err
    waiting.go_on.set()
    first.join(30)
    assert codes == [0]
    assert _run(line, "iccam", "push") == 0
    assert server.calls("POST") == ["POST rest/reports"]


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
    assert _run(line, "iccam", "pull") == 0
    assert "nothing new" in capsys.readouterr().out


def test_pull_writes_where_it_is_told(line: Desk, server: FakeIccam, tmp_path: Path) -> None:
    _assign(server, ADDRESS_ABROAD)
    out = tmp_path / "drop"
    assert _run(line, "iccam", "pull", "--out", str(out)) == 0
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
    _exported(line, str(grave), "/assigned", "XK")
    closed = line.case_of(str(harmless))
    said = Said(Classification.NOT_ILLEGAL, line.item(closed, "/other"), Viewed.CONTENT, "images_too_small")
    line.assess(closed, said)
    assert _run(line, "iccam", "push") == 0
    assert [one["classification"] for one in server.iccam.contents[grave].assessments] == [2]
    assert server.iccam.contents[harmless].assessments == []  # nobody closed it yet
    line.close(closed)
    for _ in range(3):
        assert _run(line, "iccam", "push") == 0
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


def test_an_assessment_goes_to_no_content_with_another_address(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    [number] = _assign(server, ADDRESS_ABROAD)
    _taken_in(line, capsys)
    _exported(line, str(number), "/assigned", "XK")
    server.iccam.contents[number].url["urlString"] = "https://abroad.example/moved"
    assert [one["why"] for one in _said(line, capsys, "push")["left_out"]] == ["other_address"]
    assert server.iccam.contents[number].assessments == []


def test_a_planted_difference_is_found_and_named(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = _exported(line)
    _run(line, "iccam", "push")
    assert _run(line, "iccam", "reconcile") == 0
    server.iccam.contents[9000].assessments[0]["genderCategorization"] = 3
    unknown = _assign(server, ADDRESS_ABROAD)[0]
    capsys.readouterr()
    before = len(server.calls("POST", "PUT"))
    assert _run(line, "iccam", "reconcile") == 1
    out = capsys.readouterr().out
    assert "assessment (gender)" in out
    assert f"C{case_id}  BA-" in out
    assert f"content {unknown}: not_here" in out
    said = _said(line, capsys, "reconcile")
    assert [one["kind"] for one in said["differences"]] == ["assessment", "not_here"]
    assert len(server.calls("POST", "PUT")) == before
    assert "example" not in out


@pytest.mark.pg
def test_a_push_goes_its_way_on_both_stores(
    tmp_path: Path, store_url: str, server: FakeIccam, certificates: Certificates
) -> None:
    desk = made(tmp_path, store_url)
    write_settings(desk.folder / "workspace", server.url, certificates)
    _decide(desk)
    make_packages(desk.app, Order("iccam"), desk.two, NOW)
    server.lose("POST rest/reports")
    assert len(push_cases(desk.app, desk.two, lambda: NOW).pushed.later) == 1
    found = push_cases(desk.app, desk.two, lambda: NOW)
    assert [str(one.happened) for one in found.pushed.notes] == ["found"]
    assert len(server.iccam.reports) == 1
    with pytest.raises(RuleBroken):
        push_cases(desk.app, desk.one)
    assert datetime.fromtimestamp(_row(desk, desk.case_of("s-1")).last_at, UTC) == NOW
