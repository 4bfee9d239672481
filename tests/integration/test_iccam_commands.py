"""`hotline iccam push` over a real store against a fake ICCAM: nothing twice, nothing without a trace."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipeline.desk import iccam as desk_iccam
from pipeline.desk import moves
from pipeline.desk.acts import Said
from pipeline.desk.iccam import push_cases
from pipeline.desk.iccam_cases import Left
from pipeline.desk.iccam_packages import Unusable
from pipeline.desk.outside import outside_view
from pipeline.desk.packages import Order, make_packages
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.store.delivery_tables import iccam_case
from pipeline.store.engine import reading
from pipeline.store.schema import audit
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk, made
from tests.iccam_cases import HOME, write_settings
from tests.iccam_certificates import Certificates
from tests.iccam_desk import Listing, answered, decide, exported, minutes_go_by, run
from tests.iccam_server import FakeIccam
from triage.assessment import Classification, Viewed
from triage.disposition import Kind
from triage.errors import RuleBroken, ServiceFailed

pytest_plugins = ("tests.stores", "tests.iccam_fixtures")
LATER = timedelta(minutes=7)
MISUSED = b'{"errors": {"hotlineReference": ["https://secret.example/never-repeat-this"]}}'


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


def _row(desk: Desk, case_id: int) -> Any:
    with reading(desk.app.store.engine) as connection:
        return connection.execute(select(iccam_case).where(iccam_case.c.case_id == case_id)).one()


def test_a_decided_case_arrives_once_and_then_rests(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = exported(line)
    assert run(line, "iccam", "push") == 0
    out = capsys.readouterr().out
    [sent] = server.iccam.reports.values()
    assert f"C{case_id}  BA-" in out
    assert f"report accepted {sent.report_id}" in out
    assert sent.body["hotlineReceivedDate"] == f"{NOW - timedelta(hours=30):%Y-%m-%dT%H:%M:%SZ}"
    assert (_row(line, case_id).report_id, _row(line, case_id).refused) == (sent.report_id, None)
    server.iccam.settle()
    assert run(line, "iccam", "push") == 0
    assert "ICCAM has everything" in capsys.readouterr().out
    before = len(server.asked)
    assert run(line, "iccam", "push") == 0
    assert len(server.asked) == before  # what is settled costs ICCAM no call
    assert server.calls("POST", "PUT") == ["POST rest/reports"]


@pytest.mark.parametrize("refuses", [False, True])
def test_police_read_that_inhope_has_it_only_once_iccam_took_it(line: Desk, server: FakeIccam, refuses: bool) -> None:
    case_id = exported(line)
    names = ("also_sent_to", "also_released_to")

    def told() -> list[object]:
        facts = outside_view(line.facts(case_id), "BA-1", "police", "police-rs").facts
        return [facts[name] for name in names]

    assert told() == [(), ("iccam",)], "a file that lies here was sent to nobody"
    if refuses:
        server.fail("POST rest/reports", status=400, body=MISUSED)
    assert run(line, "iccam", "push") == 0
    assert told() == ([(), ("iccam",)] if refuses else [("iccam",), ()])


def test_every_sending_is_in_the_chain_by_person_and_without_an_address(line: Desk, server: FakeIccam) -> None:
    case_id = exported(line)
    assert run(line, "iccam", "push") == 0
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
    case_id = exported(line)
    server.lose("POST rest/reports")
    assert run(line, "iccam", "push") == 3
    said = capsys.readouterr()
    assert "no answer, the next push goes on" in said.out
    assert "run this again later" in said.err
    assert _row(line, case_id).report_id is None
    assert len(json.loads(_row(line, case_id).attempted)) == 1
    assert run(line, "iccam", "push") == 0
    [number] = server.iccam.reports
    assert _row(line, case_id).report_id == number
    assert server.calls("POST", "PUT") == ["POST rest/reports"]
    assert line.events(f"C{case_id}")[-1][1] == "iccam_found"


def test_in_doubt_nothing_is_sent_and_a_person_is_told(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    exported(line)
    server.lose("POST rest/reports")
    run(line, "iccam", "push")
    server.knows_references = False
    assert run(line, "iccam", "push") == 0
    assert "in doubt" in capsys.readouterr().out
    assert run(line, "iccam", "reconcile") == 1
    assert "in_doubt" in capsys.readouterr().out
    assert server.calls("POST") == ["POST rest/reports"]


def test_a_case_exported_again_is_looked_for_under_its_old_reference_too(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = decide(line)
    make_packages(line.app, Order("iccam"), line.two, NOW)
    server.lose("POST rest/reports")
    assert run(line, "iccam", "push") == 3
    make_packages(line.app, Order("iccam", again=True), line.two, NOW + timedelta(minutes=7))
    assert run(line, "iccam", "push") == 0
    assert server.calls("POST") == ["POST rest/reports"]
    assert _row(line, case_id).report_id == next(iter(server.iccam.reports))
    assert run(line, "iccam", "reconcile") == 0  # an earlier package's reference is no difference
    assert "no difference" in capsys.readouterr().out


def test_a_server_that_is_down_means_try_again_and_later_it_goes_on(line: Desk, server: FakeIccam) -> None:
    exported(line)
    exported(line, "o-1", "/b")
    server.fail("rest/", times=99, status=503)
    assert run(line, "iccam", "push") == 3
    server.faults.clear()
    minutes_go_by(line)
    assert run(line, "iccam", "push") == 0
    assert len(server.iccam.reports) == 2


def test_nobody_listening_is_the_same(line: Desk, server: FakeIccam, certificates: Certificates) -> None:
    exported(line)
    write_settings(line.folder / "workspace", "https://127.0.0.1:1/api/", certificates)
    for command in ("push", "pull", "reconcile"):
        assert run(line, "iccam", command) == 3
    assert server.asked == []


def test_a_refusal_is_final_until_the_case_is_exported_again(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = exported(line)
    server.fail("POST rest/reports", status=400, body=MISUSED)
    assert run(line, "iccam", "push") == 0
    out = capsys.readouterr().out
    assert "report refused, status 400: hotlinereference" in out
    assert "secret" not in out
    row = _row(line, case_id)
    assert (row.report_id, json.loads(row.attempted)) == (None, [])
    assert {name: json.loads(row.refused)[name] for name in ("call", "status", "fields")} == {
        "call": "report", "status": 400, "fields": ["hotlinereference"],
    }  # fmt: skip
    assert [one["why"] for one in answered(line, capsys, "push")["left_out"]] == ["refused"]
    assert server.calls("POST") == ["POST rest/reports"]
    assert run(line, "export", "iccam", "--again") == 0
    assert run(line, "iccam", "push") == 0
    assert len(server.iccam.reports) == 1
    assert _row(line, case_id).refused is None


def test_what_was_assessed_again_does_not_go_as_it_was(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = exported(line)
    line.assess(case_id, Said(Classification.NOT_ILLEGAL, line.item(case_id, "/a"), Viewed.CONTENT, "adult_content"))
    assert [one["why"] for one in answered(line, capsys, "push")["left_out"]] == ["assessed_since"]
    assert server.asked == []


def test_an_address_that_was_split_off_since_does_not_go_with_its_former_case(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    into, other = line.case_of("s-1"), line.case_of("o-1")
    moves.join(line.app, line.one, into, other, NOW)
    for number, ending in enumerate(("/a", "/b"), start=1):
        said = Said(Classification.NATIONAL, line.item(into, ending), Viewed.CONTENT)
        line.assess(into, said, now=NOW + timedelta(minutes=number))
    line.dispose(into, Kind.ICCAM, "iccam", "hosted_here", now=NOW + timedelta(minutes=3))
    make_packages(line.app, Order("iccam"), line.two, NOW + timedelta(minutes=4))
    item = line.item(into, "/b")
    apart = moves.split(line.app, line.one, into, [item], [], NOW + timedelta(minutes=5), line.vault())
    line.assess(apart, Said(Classification.NOT_ILLEGAL, item, Viewed.CONTENT, "adult_content"), now=NOW + LATER)

    assert [one["why"] for one in answered(line, capsys, "push")["left_out"]] == ["split"]
    assert server.calls("POST") == []
    make_packages(line.app, Order("iccam", again=True), line.two, NOW + LATER)
    assert run(line, "iccam", "push") == 0
    posted = [json.dumps(one.body) for one in server.asked if one.method == "POST" and one.path.endswith("reports")]
    assert [("/a" in body, "/b" in body) for body in posted] == [(True, False)]


def test_a_package_somebody_changed_or_took_away_does_not_go(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    exported(line)
    [path] = (line.folder / "workspace" / "exports").glob("iccam-*/iccam-*.json")
    path.write_bytes(path.read_bytes().replace(b"bad.example", b"own.example"))
    assert [one["why"] for one in answered(line, capsys, "push")["left_out"]] == ["package_changed"]
    path.parent.rename(line.folder / "elsewhere")
    assert [one["why"] for one in answered(line, capsys, "push")["left_out"]] == ["package_gone"]
    assert server.asked == []


def test_what_was_packed_as_version_2_only_is_named_until_it_went(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = decide(line)
    assert run(line, "today") == 0
    assert f"to be exported (`hotline export`): iccam C{case_id}\n" in capsys.readouterr().out
    assert run(line, "export", "iccam-v2") == 0
    capsys.readouterr()
    assert run(line, "export", "iccam") == 0
    said, again = capsys.readouterr().out, f"`hotline export iccam --case C{case_id} --again` makes this kind of it too"
    assert f"made before  C{case_id} for iccam: it went as iccam-v2 on " in said
    assert again in said
    assert "nothing was made: no case waits for this kind of export" in said
    assert run(line, "export", "iccam", "--case", f"C{case_id}") == 2
    assert again in capsys.readouterr().err
    send = f"send it with `hotline export iccam --again --case C{case_id}`"
    for command, code in (("push", 0), ("reconcile", 1)):
        assert run(line, "iccam", command) == code
        assert f"packed as version 2 and not sent; {send}" in capsys.readouterr().out
    assert server.calls("POST") == []
    assert run(line, "export", "iccam", "--again", "--case", f"C{case_id}") == 0
    assert run(line, "iccam", "push") == 0
    assert "version 2" not in capsys.readouterr().out
    assert len(server.iccam.reports) == 1


def test_that_police_were_told_goes_as_an_action_where_it_is_hosted_here(line: Desk, server: FakeIccam) -> None:
    case_id = decide(line)
    line.dispose(case_id, Kind.POLICE, "police-rs", "hosted_here")
    assert run(line, "release", f"C{case_id}") == 0
    assert run(line, "export", "lea") == 0
    assert run(line, "export", "iccam") == 0
    assert run(line, "iccam", "push") == 0
    server.iccam.settle()
    assert run(line, "iccam", "push") == 0
    assert [one["actionType"] for one in server.iccam.contents[9000].actions] == [1]
    assert run(line, "iccam", "reconcile") == 0


@pytest.mark.parametrize("command", ["push", "pull", "reconcile"])
def test_without_settings_iccam_is_off_and_no_line_is_opened(
    line: Desk, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    exported(line)
    (line.folder / "workspace" / "iccam.toml").unlink()
    monkeypatch.setattr(desk_iccam, "Line", NoLine)
    assert run(line, "iccam", command) == 2
    assert "ICCAM is off" in capsys.readouterr().err


def test_a_demonstration_talks_to_no_real_iccam(
    line: Desk, certificates: Certificates, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_settings(line.folder / "workspace", "https://iccam.example/api/", certificates)
    monkeypatch.setattr(desk_iccam, "Line", NoLine)
    assert run(line, "iccam", "push") == 2
    assert "demo workspace" in capsys.readouterr().err


def test_every_reason_something_is_left_out_stands_in_the_documents() -> None:
    page = (Path(__file__).parents[2] / "docs" / "iccam.md").read_text(encoding="utf-8")
    table = page.split("| left out |", 1)[1].split("\n\n", 1)[0]
    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == sorted([*Left, *Unusable])


@pytest.mark.parametrize("command", ["push", "pull", "reconcile"])
def test_who_may_not_export_sends_and_fetches_nothing(
    line: Desk, server: FakeIccam, command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    assert run(line, "iccam", command) == 2
    assert "may not export" in capsys.readouterr().err
    assert server.asked == []


def test_two_pushes_at_once_send_nothing_twice(
    line: Desk, server: FakeIccam, capsys: pytest.CaptureFixture[str]
) -> None:
    case_id = exported(line)
    server.iccam = waiting = Waiting()
    codes: list[int] = []
    first = threading.Thread(target=lambda: codes.append(run(line, "iccam", "push")))
    first.start()
    assert waiting.arrived.wait(30)
    assert len(json.loads(_row(line, case_id).attempted)) == 1  # noted before it goes
    assert run(line, "iccam", "push") == 3
    assert "another push" in capsys.readouterr().err
    waiting.go_on.set()
    first.join(30)
    assert codes == [0]
    assert run(line, "iccam", "push") == 0
    assert server.calls("POST") == ["POST rest/reports"]


@pytest.mark.pg
def test_a_push_goes_its_way_on_both_stores(
    tmp_path: Path, store_url: str, server: FakeIccam, certificates: Certificates
) -> None:
    desk = made(tmp_path, store_url)
    write_settings(desk.folder / "workspace", server.url, certificates)
    decide(desk)
    make_packages(desk.app, Order("iccam"), desk.two, NOW)
    server.lose("POST rest/reports")
    assert len(push_cases(desk.app, desk.two, lambda: NOW).pushed.later) == 1
    found = push_cases(desk.app, desk.two, lambda: NOW)
    assert [str(one.happened) for one in found.pushed.notes] == ["found"]
    assert len(server.iccam.reports) == 1
    with pytest.raises(RuleBroken):
        push_cases(desk.app, desk.one)
    with desk_iccam._alone(desk.app), pytest.raises(ServiceFailed, match="another push"):
        push_cases(desk.app, desk.two)
    push_cases(desk.app, desk.two, lambda: NOW)
    assert datetime.fromtimestamp(_row(desk, desk.case_of("s-1")).last_at, UTC) == NOW


@pytest.mark.parametrize("wrong", ["authority", "name", "client"])
def test_a_certificate_that_does_not_fit_stops_at_once_and_loses_nothing(
    line: Desk, server: FakeIccam, certificates: Certificates, capsys: pytest.CaptureFixture[str], wrong: str
) -> None:
    workspace = line.folder / "workspace"
    changed: dict[str, dict[str, object]] = {
        "authority": {"ca_file": str(certificates.stranger_ca)},
        "name": {"url": server.url.replace("127.0.0.1", "localhost")},
        "client": {"certificate_file": str(certificates.stranger), "key_file": str(certificates.stranger_key)},
    }
    exported(line)
    write_settings(workspace, server.url, certificates, **changed[wrong])
    for command in ("push", "pull", "reconcile"):
        assert run(line, "iccam", command) == 2
        said = capsys.readouterr()
        assert "TLS" in said.err
        assert "certificate_file" in said.err or "ca_file" in said.err
        assert "no answer" not in said.out + said.err
    assert server.asked == []
    write_settings(workspace, server.url, certificates)
    minutes_go_by(line)
    assert run(line, "iccam", "push") == 0
    assert len(server.iccam.reports) == 1
