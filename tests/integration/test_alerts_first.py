"""SOS calls among a batch's files: taken in and told before the batch begins, counted with it, and by every command."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.alerts_first import NO_LIVE_ALARM
from pipeline.cli.main import answer
from pipeline.desk.alerts import alerts
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.nightly import night
from pipeline.store.engine import reading
from pipeline.store.schema import audit, run
from pipeline.verify.everything import verify
from tests.alarms import PARTNERS, data_in, opened, outbox, pin_partners, sealed_in, write_call
from tests.desk import NOW, Desk
from tests.factories import bland_reports, write_csv
from tests.iccam_certificates import Certificates, make_certificates
from tests.mail_server import PASSWORD, USER, MailServer

ROWS = "id,description\nb-1,I have a question: how can I protect my child?\nb-2,another question about my child\n"
TODAY = date(2026, 11, 2)
BIRDS = ("zqnote", "zqname", "zqmail", "zqphone", "zqorg", "zqextra")


def _drop(desk: Desk, *calls: str) -> Path:
    folder = desk.folder / "drop"
    folder.mkdir(exist_ok=True)
    (folder / "a.csv").write_text(ROWS, encoding="utf-8")
    for name in calls:
        write_call(folder, name)
    return folder


def _hotline(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.folder / "workspace"), *words])


def _said(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    read = json.loads(capsys.readouterr().out)
    assert isinstance(read, dict)
    return read


def test_calls_are_told_before_the_batch_begins_and_counted_with_it(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    pin_partners(desk.app, *PARTNERS)
    folder = _drop(desk, "SOS-2026-0001", "SOS-2026-0002")
    assert _hotline(desk, "run", str(folder), "--batch", "mixed", "--json") == 0
    shown = capsys.readouterr()
    summary = json.loads(shown.out)
    counted = (summary["run"], summary["read"], summary["accepted"], summary["calls_first"])
    assert counted == ("mixed", 4, 4, "mixed-sos")
    assert summary["escalated"]["danger_now"] == 2
    lying = summary["alerts"].pop("in_outbox")
    assert summary["alerts"] == {"sent": 2, "for_a_person": [], "problem": "", "unread": 0, "not_sent": [],
                                 "needs_somebody": False, "judged_by": ""}  # fmt: skip
    assert lying == sorted(f"outbox/{path.name}" for path in outbox(desk.app))
    assert all(f"NOT TOLD YET, it lies in the outbox: carry it there now, then delete it: {name}" in shown.err
               for name in lying)  # fmt: skip
    assert NO_LIVE_ALARM in shown.err
    written = json.loads((desk.app.workspace.run("mixed") / "summary.json").read_text(encoding="utf-8"))
    assert written["accepted"] == 4
    with reading(desk.app.store.engine) as connection:
        events = connection.execute(select(audit.c.event, audit.c.subject).order_by(audit.c.seq)).all()
    went = [place for place, row in enumerate(events) if row.event == "alert_sent"]
    batch = [place for place, row in enumerate(events) if row.subject == "mixed"]
    assert max(went) < min(batch)
    assert verify(desk.app).findings == ()


def test_the_same_command_again_goes_on_where_it_stopped(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    folder = _drop(desk, "SOS-2026-0001")
    files = [str(path) for path in sorted(folder.iterdir())]
    for again in (["--after-ingest", "seal"], []):
        assert _hotline(desk, "run", *files, "--batch", "mixed", *again, "--json") == 0
        summary = _said(capsys)
        assert (summary["read"], summary["accepted"], summary["already_known"]) == (3, 3, 0)
    assert len(alerts(desk.app, desk.one, NOW)) == 1
    assert not any(Path(file).exists() for file in files)
    with reading(desk.app.store.engine) as connection:
        ids = list(connection.execute(select(run.c.run_id).order_by(run.c.run_no)).scalars())
    assert ids == ["first", "mixed-sos", "mixed"]


def test_a_batch_of_calls_alone_is_one_run_and_says_who_could_not_be_told(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _hotline(desk, "run", str(write_call(desk.folder)), "--batch", "calls") == 0
    assert "NOBODY CAN BE TOLD OF A1" in capsys.readouterr().err
    assert _hotline(desk, "today") == 0
    assert capsys.readouterr().out.splitlines()[4].startswith("SOS: 1 alert nobody acknowledged")
    assert _hotline(desk, "today", "--json") == 0
    (one,) = _said(capsys)["alerts"]  # type: ignore[misc]
    assert (one["alert"], one["needs"]) == ("A1", "person")


def test_take_leaves_every_other_file_and_every_command_speaks_json(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pin_partners(desk.app, *PARTNERS)
    folder = _drop(desk, "SOS-2026-0001")
    assert _hotline(desk, "alerts", "take", str(folder), "--after-ingest", "seal", "--json") == 0
    assert _said(capsys)["sent"] == 1
    assert [path.name for path in folder.iterdir()] == ["a.csv"]
    assert _hotline(desk, "alerts", "take", str(folder)) == 2
    assert "SOS call" in capsys.readouterr().err
    code = str(data_in(outbox(desk.app)[0])["acknowledge_code"])
    assert _hotline(desk, "alerts", "list", "--json") == 0
    (one,) = _said(capsys)["alerts"]  # type: ignore[misc]
    assert (one["needs"], one["told"][0]["partner"]) == ("wait", "sos-rs")
    assert _hotline(desk, "alerts", "tick", "--json") == 0
    assert _said(capsys)["sent"] == []
    assert _hotline(desk, "alerts", "acknowledge", "A1", "--by-code", code, "--json") == 0
    acknowledged = {"alert": "A1", "partner": "sos-rs", "first": True, "late": False, "call_off": [], "delete": []}
    assert _said(capsys)["acknowledged"] == [acknowledged]
    assert _hotline(desk, "alerts", "acknowledge", "A1") == 2
    assert _hotline(desk, "alerts", "end", "A1", "--reason", "twice") == 2
    assert "over already" in capsys.readouterr().err
    assert _hotline(desk, "alerts", "drill", "--area", "BA-FBiH", "--json") == 0
    drilled = _said(capsys)
    (sent,) = drilled["sent"]  # type: ignore[misc]
    assert (drilled["alert"], sent["alert"], sent["partner"], sent["result"]) == ("A2", "A2", "sos-fbih", "sent")
    assert sent["outbox"] == f"outbox/{outbox(desk.app)[-1].name}"
    assert _hotline(desk, "alerts", "send", "A2", "--to", "sos-partner", "--json") == 0
    assert _said(capsys)["result"] == "sent"
    assert _hotline(desk, "alerts", "partners", "--json") == 0
    assert {one["problem"] for one in _said(capsys)["partners"]} == {None}  # type: ignore[attr-defined]
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    assert _hotline(desk, "cases", "show", one["case"], "--json") == 0
    assert [each["acknowledged_by"] for each in _said(capsys)["alerts"]] == ["sos-rs"]  # type: ignore[attr-defined]
    assert _hotline(desk, "cases", "show", one["case"]) == 0
    assert "acknowledged by sos-rs" in capsys.readouterr().out
    assert verify(desk.app).findings == ()


def test_a_night_tells_of_calls_first_and_goes_on_with_the_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    pin_partners(desk.app, *PARTNERS)
    monkeypatch.setenv("HOTLINE_AFTER_INGEST", "seal")
    monkeypatch.setenv("HOTLINE_DROP_FOLDER", str(_drop(desk, "SOS-2026-0001")))
    done = night(desk.app, TODAY, NOW, 1)
    assert done.taken_in is not None
    assert (done.taken_in["run"], done.taken_in["read"], done.alerts["sent"]) == ("nightly-2026-11-02", 3, 1)
    assert done.verified.findings == ()
    again = night(desk.app, TODAY, datetime.now(UTC), 1)
    assert (again.taken_in, again.alerts["sent"]) == (None, 1)


def test_a_call_nobody_can_read_is_said_aloud_and_the_others_go(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    pin_partners(desk.app, *PARTNERS)
    (desk.folder / "torn.sos.json").write_text('{"alert": "sos", "place": ', encoding="utf-8")
    calls = [str(write_call(desk.folder)), str(desk.folder / "torn.sos.json")]
    assert _hotline(desk, "alerts", "take", *calls) == 1
    said = capsys.readouterr().out
    assert "SOS: alerts sent: 0, TO BE CARRIED THERE BY HAND: 1;" in said
    assert "SOS: CALLS NOBODY COULD READ: 1" in said


@pytest.mark.parametrize("others", [True, False])
def test_a_batch_with_a_call_nobody_can_read_ends_1_and_says_so(
    desk: Desk, capsys: pytest.CaptureFixture[str], others: bool
) -> None:
    (desk.folder / "torn.sos.json").write_text('{"alert": "sos", "place": ', encoding="utf-8")
    given = [str(desk.folder / "torn.sos.json")]
    given += [str(write_csv(desk.folder / "others.csv", bland_reports(1, 2)))] if others else []
    assert _hotline(desk, "run", *given, "--batch", "torn", "--after-ingest", "keep", "--json") == 1
    said = capsys.readouterr()
    assert "SOS: CALLS NOBODY COULD READ: 1" in said.err
    assert json.loads(said.out)["alerts"]["unread"] == 1
    assert _hotline(desk, "run", *given[1:] or [str(write_call(desk.folder))], "--batch", "well") == 0


def test_a_call_that_is_no_text_is_a_reject_like_any_other_call_nobody_can_read(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk.folder / "photo.sos.json").write_bytes(b"\xff\xd8\xff\xe0" + bytes(300))
    assert _hotline(desk, "alerts", "take", str(desk.folder / "photo.sos.json")) == 1
    assert "SOS: CALLS NOBODY COULD READ: 1" in capsys.readouterr().out
    assert _hotline(desk, "today") == 0
    assert "SOS: 1 CALL NOBODY COULD READ, AND NOBODY IS TOLD OF: J1" in capsys.readouterr().out
    assert _hotline(desk, "rejects", "list") == 0
    assert "telephone the sender" in capsys.readouterr().out


def _canaries(desk: Desk) -> Path:
    """A call that says in every place what must not leave."""
    said = {
        "note": "zqnote and +387 61 zqphone, zqmail@mail.example, https://zqnote.example/x", "name": "zqname",
        "contact_name": "zqname", "contact_phone": "zqphone", "contact_email": "zqmail@mail.example",
        "place": "zqname street 5", "organisation": "zqorg zqname", "extra": "zqextra", "id": "+387 61 123 456 zqphone",
    }  # fmt: skip
    return write_call(desk.folder, "canary", **said)


def _is_clean(content: bytes) -> bool:
    lowered = content.lower()
    plain = [bird for bird in BIRDS if bird.encode() in lowered or bird.encode().hex().encode() in lowered]
    coded = [
        bird for bird in BIRDS for at, skipped in enumerate((0, 2, 3))
        if base64.b64encode(b"x" * at + bird.encode())[skipped : (at + len(bird)) * 8 // 6] in content
    ]  # fmt: skip
    return not plain + coded


def test_nothing_a_call_says_of_anybody_leaves_or_is_shown(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pin_partners(desk.app, *PARTNERS)
    monkeypatch.setenv("HOTLINE_ALERTS_FROM", "letters@letters.example")
    monkeypatch.setenv("HOTLINE_ALERTS_TO", "sos-partner=duty@partner.example")
    assert _hotline(desk, "alerts", "take", str(_canaries(desk)), "--after-ingest", "delete") == 0
    (path,) = outbox(desk.app)
    files = opened(sealed_in(path))
    assert set(files) >= {"0-alert.txt", "alert.json"}
    assert data_in(path).get("their_reference") is None
    with reading(desk.app.store.engine) as connection:
        chain = " ".join(str(row) for row in connection.execute(select(audit)).all())
    for words in (["alerts", "list", "--all"], ["alerts", "list", "--json"], ["today"], ["alerts", "partners"]):
        assert _hotline(desk, *words) == 0
    shown = capsys.readouterr()
    for content in (*files.values(), path.read_bytes(), path.name.encode(), chain.encode(), shown.out.encode(),
                    shown.err.encode()):  # fmt: skip
        assert _is_clean(content)
    assert "duty@" not in chain + shown.out + shown.err
    assert not _is_clean(b"... zqnote ...")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made anew for these tests."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def test_an_alert_goes_by_the_mail_server_over_tls_and_says_nothing_outside_its_seal(
    desk: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pin_partners(desk.app, *PARTNERS)
    password = desk.app.workspace.root / "smtp.password"
    password.touch(mode=0o600)
    password.write_text(f"{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("HOTLINE_ALERTS_FROM", "letters@letters.example")
    monkeypatch.setenv("HOTLINE_ALERTS_TO", "sos-rs=duty@partner.example,sos-fbih=lost@partner.example")
    with MailServer(certificates) as server:
        for name, value in (("HOST", "127.0.0.1"), ("PORT", str(server.port)), ("USER", USER),
                            ("PASSWORD_FILE", "smtp.password"), ("CA_FILE", str(certificates.ca))):  # fmt: skip
            monkeypatch.setenv(f"HOTLINE_ANSWERS_SMTP_{name}", value)
        assert _hotline(desk, "alerts", "drill", "--area", "BA-RS") == 0
        server.received.lose = True
        assert _hotline(desk, "alerts", "drill", "--area", "BA-FBiH") == 3
        assert "sos-fbih: in doubt" in capsys.readouterr().out
        assert _hotline(desk, "alerts", "tick") == 0
        first = server.received.mails[0]
    assert server.received.under_tls[0]
    assert set(server.received.names) == {"letters.example"}
    assert (first["To"], first["From"]) == ("duty@partner.example", "letters@letters.example")
    assert "drill" not in str(first["Subject"]).lower()
    (attached,) = first.iter_attachments()
    assert str(attached.get_filename()).startswith("BA-")
    assert b"VJE" in opened(bytes(attached.get_content()))["0-alert.txt"]
    assert _hotline(desk, "alerts", "partners") == 1
    assert "PASSED OVER sos-partner: setting alerts_to names no address" in capsys.readouterr().out
    assert outbox(desk.app) == []
    assert len(server.received.mails) == 2
    assert _hotline(desk, "alerts", "drill", "--area", "BA-RS") == 3
    assert "nothing was sent" in capsys.readouterr().err
    assert verify(desk.app).findings == ()
