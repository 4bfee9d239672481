"""An alert nobody was told of yet makes every automatic command say so: the tick of cron, a night, a night of Luigi."""

from __future__ import annotations

import json
from datetime import date

import luigi
import pytest

from pipeline.bootstrap import WORKSPACE_VARIABLE
from pipeline.cli.main import answer
from pipeline.desk.alerts import alert_number
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.tasks import Nightly
from pipeline.tasks.base import _app
from tests.alarms import PARTNERS, outbox, pin_partners, take_in, write_call
from tests.desk import Desk
from triage.errors import UsageError

pytestmark = pytest.mark.thorough

TODAY = date(2026, 11, 2)
LIES = "1 letter lies in the outbox: carry it now"


@pytest.fixture(autouse=True)
def called(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """One call whose organisations have keys; commands are an analyst's."""
    monkeypatch.setenv(DEMO_PERSON_VARIABLE, "sample-analyst")
    monkeypatch.setenv(WORKSPACE_VARIABLE, str(desk.app.workspace.root))
    pin_partners(desk.app, *PARTNERS)
    take_in(desk.app, "calls", write_call(desk.folder))


def _by_a_server_that_is_away(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    password = desk.app.workspace.root / "smtp.password"
    password.touch(mode=0o600)
    password.write_text("made up\n", encoding="utf-8")
    monkeypatch.setenv("HOTLINE_ANSWERS_SMTP_USER", "letters")
    monkeypatch.setenv("HOTLINE_ANSWERS_SMTP_PASSWORD_FILE", "smtp.password")
    monkeypatch.setenv("HOTLINE_ALERTS_FROM", "letters@letters.example")
    monkeypatch.setenv("HOTLINE_ALERTS_TO", ",".join(f"{code}=duty@{code}.example" for code in PARTNERS))
    monkeypatch.setenv("HOTLINE_ANSWERS_SMTP_HOST", "127.0.0.1")
    monkeypatch.setenv("HOTLINE_ANSWERS_SMTP_PORT", "1")


def _hotline(desk: Desk, *words: str) -> int:
    return answer(["--workspace", str(desk.app.workspace.root), *words])


def _luigi() -> bool:
    """Whether a night of Luigi went well, in a process of its own as far as settings go; what failed is not retried."""
    _app.cache_clear()
    configuration = luigi.configuration.get_config()
    tries = configuration.get("scheduler", "retry_count", "3")
    configuration.set("scheduler", "retry_count", "1")
    try:
        return bool(luigi.build([Nightly(date=TODAY)], local_scheduler=True, log_level="CRITICAL"))
    finally:
        configuration.set("scheduler", "retry_count", tries)


def test_where_the_outbox_is_the_way_alerts_leave_it_is_said_and_is_no_failure(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["alerts", "tick"], ["nightly"]):
        assert _hotline(desk, *words) == 0
        assert LIES in capsys.readouterr().out
    assert _hotline(desk, "alerts", "tick", "--json") == 0
    assert json.loads(capsys.readouterr().out)["in_outbox"] == 1
    assert _luigi()
    written = desk.app.workspace.root / "nightly" / "2026-11-02-NightlyAlerts.json"
    said = json.loads(written.read_text(encoding="utf-8"))
    assert (len(said["in_outbox"]), said["needs_somebody"]) == (1, False)
    assert f"SOS: {LIES}" in said["lines"]
    outbox(desk.app)[0].unlink()
    assert _hotline(desk, "alerts", "tick") == 0
    assert "outbox" not in capsys.readouterr().out


def test_what_still_lies_in_the_outbox_once_a_mail_server_is_set_waits_for_a_person(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _hotline(desk, "alerts", "tick") == 0
    _by_a_server_that_is_away(desk, monkeypatch)
    for words in (["alerts", "tick"], ["nightly"]):
        assert _hotline(desk, *words) == 1
        assert LIES in capsys.readouterr().out
    assert not _luigi()
    outbox(desk.app)[0].unlink()
    assert _hotline(desk, "alerts", "tick") == 0
    assert _luigi()


def test_an_alert_that_could_not_be_sent_makes_a_night_say_so(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _by_a_server_that_is_away(desk, monkeypatch)
    assert _hotline(desk, "alerts", "tick") == 3
    assert not _luigi()
    verified = desk.app.workspace.root / "nightly" / "2026-11-02-NightlyVerify.json"
    assert verified.exists(), "the rest of the night is done all the same"
    capsys.readouterr()
    assert _hotline(desk, "nightly", "--json") == 1
    said = json.loads(capsys.readouterr().out)["alerts"]
    assert (said["sent"], said["needs_somebody"]) == (0, True)


def test_a_full_disk_makes_a_night_say_which_alert_could_not_be_sent(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.delivery import alert_mail
    from pipeline.delivery.answer_mail import Delivery

    monkeypatch.setattr(alert_mail, "laid_down", lambda *_: Delivery.NOT_NOW)
    assert _hotline(desk, "nightly") == 1
    assert "A1 TO sos-rs: NOT NOW" in capsys.readouterr().out


def test_a_call_nobody_could_read_keeps_every_night_from_looking_good(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    (desk.folder / "torn.sos.json").write_bytes(b"\xff\xd8\xff\xe0" + bytes(300))
    assert _hotline(desk, "alerts", "take", str(desk.folder / "torn.sos.json")) == 1
    capsys.readouterr()
    assert _hotline(desk, "nightly") == 1
    assert "CALLS NOBODY COULD READ: 1" in capsys.readouterr().out
    assert not _luigi()
    assert _hotline(desk, "rejects", "close", "J1", "--reason", "unreadable") == 0
    assert _hotline(desk, "nightly") == 0
    assert _luigi()


@pytest.mark.parametrize("given", ["A1", "a1", "1"])
def test_an_alert_is_named_as_a_person_writes_it(desk: Desk, given: str) -> None:
    assert _hotline(desk, "alerts", "end", given, "--reason", "called_police") == 2, "it is no alert before a tick"
    assert _hotline(desk, "alerts", "tick") == 0
    assert _hotline(desk, "alerts", "end", given, "--reason", "called_police") == 0


def test_what_names_no_alert_is_told_what_does() -> None:
    with pytest.raises(UsageError, match="A12 or 12"):
        alert_number("first")
