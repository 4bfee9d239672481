"""What fails for a moment is no end: a server that says "later" or hangs up, a full disk, one alert that breaks."""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import time
from datetime import timedelta
from threading import Event

import pytest
from sqlalchemy import Update, update

from pipeline.cli.main import answer
from pipeline.delivery import answer_mail, answer_smtp
from pipeline.delivery.answer_mail import Outbox
from pipeline.desk import alert_answers, alert_sending
from pipeline.desk.alert_sending import Outcome, tick
from pipeline.desk.alerts import alerts
from pipeline.desk.references import alert_reference
from pipeline.desk.times import clocks
from pipeline.desk.told_times import told_time
from pipeline.durable import machine
from pipeline.store.alert_tables import alert, alert_told
from pipeline.store.engine import reading, writing
from pipeline.store.schema import meta
from pipeline.verify.everything import verify
from tests.agencies import AGENCY
from tests.alarms import PARTNERS, data_in, outbox, pin_partners, take, take_in, write_call
from tests.desk import NOW, Desk, copied
from tests.iccam_certificates import Certificates, make_certificates
from tests.mail_server import PASSWORD, USER
from tests.scripted_mail_server import ScriptedMailServer
from triage.alerting import Move
from triage.errors import ServiceFailed

pytestmark = pytest.mark.thorough

MINUTE = timedelta(minutes=1)
FULL = OSError(errno.ENOSPC, "full")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made anew for these tests."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def desk_template(desk_template: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The organisations have keys; nobody may change it."""
    desk = copied(desk_template, tmp_path_factory.mktemp("pinned"))
    pin_partners(desk.app, *PARTNERS)
    return desk


def _calls(desk: Desk, count: int = 1) -> None:
    for number in range(count):
        take_in(desk.app, f"c{number}", write_call(desk.folder, f"SOS-2026-000{number}"))


def _by_mail(desk: Desk, monkeypatch: pytest.MonkeyPatch, certificates: Certificates, port: int) -> None:
    password = desk.app.workspace.root / "smtp.password"
    password.touch(mode=0o600)
    password.write_text(f"{PASSWORD}\n", encoding="utf-8")
    monkeypatch.setenv("HOTLINE_ALERTS_FROM", "letters@letters.example")
    monkeypatch.setenv("HOTLINE_ALERTS_TO", ",".join(f"{code}=duty@{code}.example" for code in PARTNERS))
    for name, value in (("HOST", "127.0.0.1"), ("PORT", str(port)), ("USER", USER), ("TLS", "tls"),
                        ("PASSWORD_FILE", "smtp.password"), ("CA_FILE", str(certificates.ca))):  # fmt: skip
        monkeypatch.setenv(f"HOTLINE_ANSWERS_SMTP_{name}", value)


def _results(sent: tuple[Outcome, ...]) -> list[tuple[str, str]]:
    return [(one.partner, one.result) for one in sent]


def test_a_server_that_says_later_is_asked_again_and_then_the_next_in_line_is_told(
    desk: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    _calls(desk, 2)
    with ScriptedMailServer(certificates, lambda verb, _: b"450 greylisted\r\n" if verb == "RCPT" else b"") as server:
        _by_mail(desk, monkeypatch, certificates, server.port)
        first = tick(desk.app, NOW)
        assert _results(first.sent) == [("sos-rs", "not_now")] * 2
        assert [one.step.partner for one in first.standing] == ["sos-rs", "sos-rs"]
        assert _results(tick(desk.app, NOW + 9 * MINUTE).sent) == [("sos-rs", "not_now")] * 2
        after = tick(desk.app, NOW + 11 * MINUTE)
        assert _results(after.sent) == [("sos-partner", "not_now")] * 2
        last = tick(desk.app, NOW + 60 * MINUTE)
        assert _results(last.sent)[:2] == [("sos-fbih", "not_now"), ("sos-fbih", "not_now")]
        nobody = tick(desk.app, NOW + 120 * MINUTE)
        assert _results(nobody.sent)[:3] == [(code, "not_now") for code in PARTNERS]
        assert [one.alert_id for one in nobody.for_a_person] == [2, 1]
        server.script = lambda _verb, _count: b""
        assert _results(tick(desk.app, NOW + 121 * MINUTE).sent) == [("sos-rs", "sent")] * 2
    (one, _) = alerts(desk.app, desk.one, NOW + 122 * MINUTE)
    assert (one.step.move, one.alert.told[0].due) == (Move.WAIT, NOW + 131 * MINUTE)
    assert verify(desk.app).findings == ()


@pytest.mark.parametrize(("verb", "first"), [("MAIL", "not_now"), ("END", "in_doubt")])
def test_after_a_server_that_hung_the_other_calls_wait_for_the_next_look(
    desk: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, verb: str, first: str
) -> None:
    _calls(desk, 4)
    monkeypatch.setattr(answer_smtp, "TIMEOUT_SECONDS", 0.3)
    hung = Event()
    with ScriptedMailServer(certificates, lambda said, _: None if said == verb and hung.wait(3) else b"") as server:
        _by_mail(desk, monkeypatch, certificates, server.port)
        begun = time.monotonic()
        assert _results(tick(desk.app, NOW).sent) == [("sos-rs", first), *[("sos-rs", "not_now")] * 3]
        assert time.monotonic() - begun < 3
        assert server.lines <= 2, "the one that hung was tried, the others were not"
        hung.set()
        server.script = lambda _verb, _count: b""
        left = 4 if first == "not_now" else 3
        assert _results(tick(desk.app, NOW + MINUTE).sent) == [("sos-rs", "sent")] * left
    assert verify(desk.app).findings == ()


def test_a_server_that_closes_after_each_mail_gets_every_mail(
    desk: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    _calls(desk, 3)
    hangs_up = lambda verb, count: None if (verb, count) == ("MAIL", 2) else b""  # noqa: E731
    with ScriptedMailServer(certificates, hangs_up) as server:
        _by_mail(desk, monkeypatch, certificates, server.port)
        assert _results(tick(desk.app, NOW).sent) == [("sos-rs", "sent")] * 3
    assert (server.lines, server.taken) == (3, 3)


@pytest.mark.parametrize(
    ("reply", "result"),
    [(b"OK kept it\r\n", "in_doubt"), (b"\r\n", "in_doubt"), (b"354 hm\r\n", "in_doubt"), (b"552 no\r\n", "refused"),
     (b"451 later\r\n", "not_now")],
)  # fmt: skip
def test_only_a_real_no_after_the_text_is_a_refusal(
    desk: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, reply: bytes, result: str
) -> None:
    _calls(desk)
    with ScriptedMailServer(certificates, lambda verb, _: reply if verb == "END" else b"") as server:
        _by_mail(desk, monkeypatch, certificates, server.port)
        assert _results(tick(desk.app, NOW).sent)[0] == ("sos-rs", result)


def test_a_greeting_without_end_is_cut_off(
    desk: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    _calls(desk)
    with ScriptedMailServer(certificates, lambda _verb, _count: b"", endless=True) as server:
        _by_mail(desk, monkeypatch, certificates, server.port)
        begun = time.monotonic()
        with monkeypatch.context() as patched:
            patched.setattr(answer_smtp, "LIMIT_SECONDS", 1)
            cut_off = tick(desk.app, NOW)
        assert (_results(cut_off.sent), "nothing was sent" in cut_off.problem) == ([("sos-rs", "not_now")], True)
        assert time.monotonic() - begun < 20
        server.endless = False
        assert _results(tick(desk.app, NOW).sent) == [("sos-rs", "sent")]


@pytest.mark.parametrize("spoilt", ["server down", "no password"])
def test_a_mail_server_that_cannot_be_used_lets_the_minutes_run_until_a_person_is_called(
    desk: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    spoilt: str,
) -> None:  # fmt: skip
    _calls(desk, 2)
    with ScriptedMailServer(certificates, lambda _verb, _count: b"") as server:
        port = server.port
    _by_mail(desk, monkeypatch, certificates, port)
    if spoilt == "no password":
        (desk.app.workspace.root / "smtp.password").unlink()
    for minutes, code in ((0, "sos-rs"), (11, "sos-partner"), (60, "sos-fbih")):
        looked = tick(desk.app, NOW + minutes * MINUTE)
        assert _results(looked.sent)[:2] == [(code, "not_now")] * 2
        assert ("answers_smtp" in looked.problem, looked.for_a_person) == (True, ())
    assert [one.alert_id for one in tick(desk.app, NOW + 120 * MINUTE).for_a_person] == [2, 1]
    assert answer(["--workspace", str(desk.folder / "workspace"), "alerts", "tick"]) == 3
    assert "answers_smtp" in capsys.readouterr().err
    assert answer(["--workspace", str(desk.folder / "workspace"), "today"]) == 0
    first, line, *_ = capsys.readouterr().out.splitlines()[4:]
    assert first == "SOS: 2 alerts nobody acknowledged"
    assert "NOBODY KNOWS OF IT YET; NOBODY IS LEFT TO BE TOLD: act now" in line
    assert verify(desk.app).findings == ()


def test_a_person_who_sends_again_hears_that_the_server_is_away_and_nothing_changes(
    desk: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    _calls(desk)
    tick(desk.app, NOW)
    with ScriptedMailServer(certificates, lambda _verb, _count: b"") as server:
        port = server.port
    _by_mail(desk, monkeypatch, certificates, port)
    with pytest.raises(ServiceFailed, match="nothing was sent"):
        alert_sending.send_again(desk.app, desk.one, 1, "sos-rs", NOW + MINUTE)
    (one,) = alerts(desk.app, desk.one, NOW + MINUTE)
    assert [each.state for each in one.alert.told] == ["sent"]


@pytest.mark.parametrize("addressed", [False, True])
def test_a_full_disk_is_tried_again_when_there_is_room(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, addressed: bool
) -> None:
    _calls(desk)
    if addressed:
        monkeypatch.setenv("HOTLINE_ALERTS_FROM", "letters@letters.example")
        monkeypatch.setenv("HOTLINE_ALERTS_TO", "sos-rs=duty@partner.example")

    def full(*_: object) -> None:
        raise FULL

    with monkeypatch.context() as patched:
        patched.setattr(answer_mail, "write_file", full)
        assert _results(tick(desk.app, NOW).sent) == [("sos-rs", "not_now")]
    assert _results(tick(desk.app, NOW + MINUTE).sent) == [("sos-rs", "sent")]
    assert len(outbox(desk.app)) == 1
    assert verify(desk.app).findings == ()


def test_one_alert_that_breaks_stops_no_other_and_is_tried_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _calls(desk, 3)
    seal, claim = alert_sending.sealed_alert, alert_sending._claimed

    def breaks(app: object, one: object, *more: object) -> object:
        if getattr(one, "alert_id", 0) == 1:
            raise FULL
        return seal(app, one, *more)  # type: ignore[arg-type]

    def fails(post: object, alert_id: int, *more: object) -> object:
        if alert_id == 2:
            raise ServiceFailed("the disk of the store is full")
        return claim(post, alert_id, *more)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(alert_sending, "sealed_alert", breaks)
        patched.setattr(alert_sending, "_claimed", fails)
        sent = tick(desk.app, NOW).sent
    assert sent == (Outcome(1, "sos-rs", "not_now"), Outcome(2, "nobody", "broke"), Outcome(3, "sos-rs", "sent"))
    assert _results(tick(desk.app, NOW + MINUTE).sent) == [("sos-rs", "sent")] * 2
    assert verify(desk.app).findings == ()


def test_each_alert_has_its_own_time_however_slow_the_server_is(
    desk: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    _calls(desk, 2)
    with ScriptedMailServer(certificates, lambda verb, _: time.sleep(1.2) or b"" if verb == "END" else b"") as server:
        _by_mail(desk, monkeypatch, certificates, server.port)
        second, first = (one.alert.told[0].told_at for one in tick(desk.app, NOW).standing)
    assert second - first >= timedelta(seconds=1)


def test_who_leaves_the_outbox_takes_no_others_half_written_file_along(desk: Desk) -> None:
    with Outbox(desk.app.workspace) as box:
        marks = [f"{pid}.{machine()}" for pid in (os.getppid(), os.getpid(), 2**30)] + [f"{2**30}.0f0f0f0f"]
        here = [box.folder / f".tmp-{mark}-x.eml" for mark in marks]
        for path in here:
            path.touch()
    assert [path.exists() for path in here] == [True, False, False, True], "of another machine nobody can say"


@pytest.mark.parametrize(
    "damage",
    [{"at": "maloprije"}, {"at": "1772600000"}, {"at": "1970-01-01T00:00:00Z"}, {"at": "2026-03-05T12:00:00+01:00"}],
    ids=["words", "seconds", "1970", "tomorrow"],
)
def test_a_call_without_a_time_that_makes_sense_is_told_all_the_same(desk: Desk, damage: dict[str, str]) -> None:
    alarmed = take(desk.app, write_call(desk.folder, **damage))
    assert alarmed.as_object()["sent"] == 1
    said = data_in(outbox(desk.app)[0])
    assert (said["received_assumed"], said["area"]) == (True, "BA-RS-Banja Luka")
    assert said["first_received"] == "2026-03-04T11:00:00+01:00"
    assert verify(desk.app).findings == ()


def test_a_call_with_bytes_that_are_no_text_is_told_all_the_same(desk: Desk) -> None:
    path = write_call(desk.folder, note="zq")
    path.write_bytes(path.read_bytes().replace(b"zq", b"\xff").replace(b"BA-RS-Banja Luka", b"\\u0000"))
    assert take(desk.app, path).as_object()["sent"] == 1
    assert "area" not in data_in(outbox(desk.app)[0])


def test_a_call_nobody_can_read_is_the_first_thing_of_the_day_until_it_is_mended(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = ["--workspace", str(desk.folder / "workspace")]
    (desk.folder / "torn.sos.json").write_text('{"alert": "sos", "place": ', encoding="utf-8")
    (desk.folder / "empty.sos.json").touch()
    assert answer([*workspace, "alerts", "take", *map(str, desk.folder.glob("*.sos.json"))]) == 1
    capsys.readouterr()
    assert answer([*workspace, "today"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[4].startswith("SOS: 2 CALLS NOBODY COULD READ")
    assert answer([*workspace, "today", "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)["unread_calls"]
    assert f"`hotline rejects mend {first} --set area=BA-RS` and `hotline alerts tick`" in shown[6]
    assert answer([*workspace, "rejects", "mend", first, "--set", "area=BA-RS"]) == 0
    assert answer([*workspace, "rejects", "close", second, "--reason", "unreadable"]) == 0
    assert _results(tick(desk.app, NOW).sent) == [("sos-rs", "sent")]
    assert data_in(outbox(desk.app)[0])["area"] == "BA-RS"
    capsys.readouterr()
    assert answer([*workspace, "today"]) == 0
    assert "NOBODY COULD READ" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "sent",
    [
        b"\xff\xd8\xff\xe0" + bytes(300), b'{"alert": "sos", "note": "\0', b"\xff{\x01",
        b'{"alert": "sos"}'[:-1] + b", \0\0",
    ],
    ids=["a picture", "a NUL", "no text", "cut before NULs"],
)  # fmt: skip
def test_a_call_of_bytes_that_are_no_text_is_mended_as_the_day_says_and_raises_its_alert(
    desk: Desk, sent: bytes
) -> None:
    (desk.folder / "odd.sos.json").write_bytes(sent)
    workspace = ["--workspace", str(desk.folder / "workspace")]
    assert answer([*workspace, "alerts", "take", str(desk.folder / "odd.sos.json")]) == 1
    assert answer([*workspace, "rejects", "mend", "J1", "--set", "area=BA-RS"]) == 0
    assert _results(tick(desk.app, NOW).sent) == [("sos-rs", "sent")]
    assert data_in(outbox(desk.app)[0])["area"] == "BA-RS"


def test_garbage_behind_a_call_is_mended_without_losing_the_call(desk: Desk) -> None:
    path = write_call(desk.folder)
    path.write_bytes(path.read_bytes() + b" \x01\xff\xfe tail\0")
    assert (take(desk.app, path).unread, len(outbox(desk.app))) == (1, 1)
    workspace = ["--workspace", str(desk.folder / "workspace")]
    assert answer([*workspace, "rejects", "mend", "J1", "--set", "area=BA-RS"]) == 0
    assert _results(tick(desk.app, NOW).sent) == [("sos-rs", "sent")]


@pytest.mark.parametrize(
    "change",
    [update(alert).values(called_at=alert.c.called_at + 9), update(alert_told).values(turn=4)], ids=["called", "turn"],
)  # fmt: skip
def test_verify_finds_a_changed_time_of_the_call_and_a_changed_turn(desk: Desk, change: Update) -> None:
    _calls(desk)
    tick(desk.app, NOW)
    with writing(desk.app.store.engine) as connection:
        connection.execute(change)
    assert {one.code for one in verify(desk.app).findings} == {"alert"}


@pytest.mark.parametrize("before", [0, 1], ids=["no alert yet", "after an alert"])
def test_no_word_in_the_store_ends_all_alerts(desk: Desk, before: int) -> None:
    _calls(desk, before)
    tick(desk.app, NOW)
    with writing(desk.app.store.engine) as connection:
        connection.execute(update(meta).where(meta.c.name == alert_sending.AFTER_RUN).values(value="99999"))
    assert take(desk.app, write_call(desk.folder, "SOS-2026-0009"), name="later").as_object()["sent"] == 1
    assert [(one.code, one.subject) for one in verify(desk.app).findings] == [("alert", alert_sending.AFTER_RUN)]


def test_an_hour_that_clocks_leave_out_is_refused_by_the_name_of_its_field(desk: Desk) -> None:
    _calls(desk)
    tick(desk.app, NOW)
    reference = alert_reference(desk.app.store.index_key, "BA", "sos-rs", 1)
    body = json.dumps([{"reference": reference, "state": "acknowledged", "at": "2026-03-29T02:30"}]).encode()
    later = NOW + timedelta(days=30)
    taken = alert_answers.take_in(desk.app, desk.one, "sos-rs", body, AGENCY.signature(body), later)
    assert (taken.new, [one.field for one in taken.bad]) == ((), ["at"])
    zone = clocks().zone
    assert told_time("2026-03-29T02:30+02:00", zone) == told_time("2026-03-29 01:30", zone)
    assert told_time("2026-10-25 02:30", zone) == told_time("2026-10-25T02:30+02:00", zone)


def test_a_store_that_cannot_be_opened_for_want_of_room_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL

    def connect(*_: object, **__: object) -> object:
        raise full

    monkeypatch.setattr("sqlite3.dbapi2.connect", connect)
    with pytest.raises(ServiceFailed, match="disk of the store is full: make room"), reading(desk.app.store.engine):
        pass
