"""The same letter goes once: crashes, a refusal, the mail server; and the host that moved."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.cli.main import answer
from pipeline.delivery.answer_mail import Delivery, Outbox
from pipeline.delivery.host_check import Resolver
from pipeline.desk import lea_holds, notice_answers, notice_contacts, notice_sending, notices
from pipeline.desk.notice_contacts import Contact
from pipeline.desk.notice_sending import Order, Which
from pipeline.desk.notices_today import notices_today
from pipeline.desk.people import DEMO_PERSON_VARIABLE
from pipeline.durable import temporary_for
from pipeline.store.engine import reading
from pipeline.verify.everything import verify
from tests.desk import NOW, Desk, made
from tests.iccam_certificates import Certificates, make_certificates
from tests.mail_server import PASSWORD, USER, MailServer
from tests.noticing import HOTLINE, LATER, SENDER, SETTLED, contact, decided, letter, outbox, sent, states, supervisor
from triage.errors import RuleBroken
from triage.lea_hold import WordKind
from triage.notices import HostSaid, Standing

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.notice_workspace", "tests.stores")


class Somewhere(Resolver):
    """A resolver that says what a test wants; `asked` are the hosts it was asked about."""

    def __init__(self, *addresses: str) -> None:
        self.addresses_told = frozenset(addresses)
        self.asked: list[str] = []

    def addresses(self, host: str) -> frozenset[str]:
        """The same for every host."""
        self.asked.append(host)
        return self.addresses_told


def test_a_letter_goes_once(noticing: Desk) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    sent(noticing, host)
    with pytest.raises(RuleBroken, match="nothing waits"):
        sent(noticing, host, now=LATER + timedelta(days=1))
    with pytest.raises(RuleBroken, match="in doubt"):
        sent(noticing, host, Which.AGAIN)
    assert len(outbox(noticing)) == 1


def test_a_power_cut_between_sending_and_marking_sends_nothing_twice(
    noticing: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(notice_sending, "_mark", cut)
        with pytest.raises(KeyboardInterrupt):
            sent(noticing, host)
    (first,) = outbox(noticing)
    assert states(noticing) == ["claimed"]
    assert verify(noticing.app).findings == ()
    with pytest.raises(RuleBroken, match="--again"):
        sent(noticing, host)
    with pytest.raises(RuleBroken, match="no reminder"):
        sent(noticing, host, Which.REMINDER, now=LATER + timedelta(days=30))
    assert sent(noticing, host, Which.AGAIN, now=SETTLED).result == "sent"
    (second,) = outbox(noticing)
    assert first["Message-ID"] == second["Message-ID"]
    assert states(noticing) == ["sent"]
    assert verify(noticing.app).findings == ()


def _in_doubt(desk: Desk, host: Contact, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "deliver", lambda *_: Delivery.IN_DOUBT)
        assert sent(desk, host).result == "in_doubt"


def test_a_letter_in_doubt_goes_again_whole_or_not_at_all(noticing: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    host = contact(noticing, "bad.example", "other.example")
    decided(noticing, "s-1")
    other = decided(noticing, "o-1")
    _in_doubt(noticing, host, monkeypatch)
    lea_holds.write_word(noticing.app, noticing.one, other, WordKind.HOLD, "police-rs", "telephone", LATER)
    with pytest.raises(RuleBroken, match="not all of it"):
        sent(noticing, host, Which.AGAIN)
    assert (states(noticing), outbox(noticing)) == (["claimed"], [])
    lea_holds.write_word(noticing.app, noticing.one, other, WordKind.RELEASE, "police-rs", "telephone", LATER)
    assert sent(noticing, host, Which.AGAIN, now=SETTLED).places == 3
    assert states(noticing) == ["sent"]
    assert verify(noticing.app).findings == ()


def test_what_police_hold_is_said_where_a_letter_in_doubt_or_a_reminder_would_go(
    noticing: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def said(command: str) -> list[str]:
        assert answer(["--workspace", str(noticing.app.workspace.root), "notices", command]) == 0
        return capsys.readouterr().out.splitlines()

    def word(kind: WordKind, minutes_ago: int) -> None:
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        lea_holds.write_word(noticing.app, noticing.one, other, kind, "police-rs", "telephone", at)

    host = contact(noticing, "bad.example", "other.example")
    first, other = decided(noticing, "s-1"), decided(noticing, "o-1")
    _in_doubt(noticing, host, monkeypatch)
    assert sum("(--again sends once more)" in line for line in said("list")) == 3
    word(WordKind.HOLD, 2)
    shown = said("list")
    assert sum("(--again only once police let it go)" in line for line in shown) == 3, "a letter goes whole or not"
    assert sum("asked to wait" in line for line in shown) == len(noticing.facts(other).locators)
    word(WordKind.RELEASE, 1)
    assert sent(noticing, host, Which.AGAIN, now=SETTLED).result == "sent"
    word(WordKind.HOLD, 0)
    shown = said("reminders")
    assert {line.split()[1] for line in shown if line.endswith(" DUE")} == {f"C{first}"}
    assert {line.split()[1] for line in shown if line.endswith(" due, held for police")} == {f"C{other}"}
    assert sum(f"C{other} is held: " in line and "asked to wait" in line for line in shown) == 1


@pytest.mark.parametrize("retired", [True, False])
def test_what_may_have_arrived_does_not_go_afresh_to_another_contact(
    noticing: Desk, monkeypatch: pytest.MonkeyPatch, retired: bool
) -> None:
    old = contact(noticing, "bad.example")
    case_id = decided(noticing, "s-1")
    _in_doubt(noticing, old, monkeypatch)
    if retired:
        notice_contacts.retire(noticing.app, supervisor(noticing), old.contact_id, LATER)
    new = contact(noticing, "bad.example", mail="abuse@new.example")
    with pytest.raises(RuleBroken, match="nothing waits"):
        sent(noticing, new)
    with reading(noticing.app.store.engine) as connection:
        places = notices.looked_at(noticing.app, connection, LATER).places
        assert notices_today(connection, LATER).doubtful == (old.contact_id,)
    assert {(one.contact_id, one.standing) for one in places} == {(old.contact_id, Standing.IN_DOUBT)}
    when = LATER + timedelta(hours=1)
    notice_answers.note(noticing.app, noticing.one, case_id, HostSaid.REFUSED, when, when)
    assert sent(noticing, new, now=when).result == "sent", "a person settled what became of the first"
    assert verify(noticing.app).findings == ()


def test_a_refused_letter_can_simply_be_sent_again(noticing: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "deliver", lambda *_: Delivery.REFUSED)
        assert sent(noticing, host).result == "refused"
    assert verify(noticing.app).findings == ()
    assert sent(noticing, host).result == "sent"
    assert states(noticing) == ["refused", "sent"]
    assert verify(noticing.app).findings == ()


def test_a_host_that_answers_elsewhere_than_when_shown_is_not_written_to(
    noticing: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_NOTICES_RECHECK", "dns")
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    here, elsewhere, nowhere = Somewhere("192.0.2.1", "192.0.2.2"), Somewhere("198.51.100.9"), Somewhere()
    app, by, number = noticing.app, noticing.one, host.contact_id
    notice_sending.show(app, by, number, Which.FIRST, LATER, here)
    assert set(here.asked) == {"bad.example", "www.bad.example"}
    for moved in (elsewhere, nowhere):
        with pytest.raises(RuleBroken, match="answer elsewhere") as refused:
            notice_sending.send(app, by, number, Order(checked=True), LATER, moved)
        assert "bad.example" not in str(refused.value)
    assert outbox(noticing) == []
    assert ("person:1", "notice_host_changed") in noticing.events(f"contact:{number}")
    one_more = Somewhere("192.0.2.2", "203.0.113.5")
    with pytest.raises(RuleBroken, match="answer elsewhere"):
        notice_sending.send(app, by, number, Order(checked=True), LATER, one_more)
    one_of_them = Somewhere("192.0.2.2")
    assert notice_sending.send(app, by, number, Order(), LATER, one_of_them).result == "sent"


def test_with_the_look_up_off_no_socket_opens(noticing: Desk) -> None:
    opened: list[str] = []
    watching = [True]

    def watch(event: str, _details: tuple[object, ...]) -> None:
        if watching and event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
            opened.append(event)

    sys.addaudithook(watch)
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    try:
        assert sent(noticing, host).result == "sent"
    finally:
        watching.clear()
    assert opened == []


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made anew for these tests."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


def _use(desk: Desk, monkeypatch: pytest.MonkeyPatch, port: int, certificates: Certificates) -> None:
    path = desk.app.workspace.root / "smtp.password"
    path.touch(mode=0o600)
    path.write_text(f"{PASSWORD}\n", encoding="utf-8")
    given = {"host": "127.0.0.1", "port": str(port), "user": USER, "password_file": "smtp.password",
             "ca_file": str(certificates.ca)}  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(f"HOTLINE_ANSWERS_SMTP_{name.upper()}", value)


def test_a_letter_goes_by_the_mail_server_over_tls_and_arrives_whole(
    noticing: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = contact(noticing, "bad.example", language="sr-Cyrl")
    decided(noticing, "s-1")
    with MailServer(certificates) as server:
        _use(noticing, monkeypatch, server.port, certificates)
        server.received.refuse = "abuse@"
        assert sent(noticing, host).result == "refused"
        server.received.refuse = ""
        assert sent(noticing, host).result == "sent"
    (mail,) = server.received.mails
    assert (server.received.senders, server.received.readers) == ([SENDER], [host.mail])
    assert set(server.received.names) == {"reports.example"}
    assert server.received.under_tls == [True]
    assert "Поштовани" in letter(mail)
    assert [part.get_filename() for part in mail.iter_attachments()] == [
        "addresses.txt", "xarf-001.json", "xarf-002.json",
    ]  # fmt: skip
    assert outbox(noticing) == []


def test_an_answer_of_the_server_that_is_lost_leaves_the_letter_in_doubt(
    noticing: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    with MailServer(certificates) as server:
        _use(noticing, monkeypatch, server.port, certificates)
        server.received.lose = True
        assert sent(noticing, host).result == "in_doubt"
        server.received.lose = False
        with pytest.raises(RuleBroken, match="--again"):
            sent(noticing, host)
        assert len(server.received.mails) == 1
        assert sent(noticing, host, Which.AGAIN, now=SETTLED).result == "sent"
    first, second = server.received.mails
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_process_never_makes_a_second_letter(noticing: Desk, moment: str) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1")
    script = (
        "import os, signal, sys\n"
        "from datetime import datetime\n"
        "from pathlib import Path\n"
        "from pipeline.delivery.answer_mail import Outbox\n"
        "plain = Outbox.deliver\n"
        "def deadly(self, mail):\n"
        f"    {'plain(self, mail)' if moment == 'after' else 'pass'}\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "Outbox.deliver = deadly\n"
        "from tests.desk import Desk\n"
        "from tests.noticing import LATER, contact\n"
        "from pipeline.desk import notice_sending as n\n"
        "desk, number = Desk(Path(sys.argv[1])), int(sys.argv[2])\n"
        "n.show(desk.app, desk.one, number, n.Which.FIRST, LATER)\n"
        "n.send(desk.app, desk.one, number, n.Order(checked=True), LATER)\n"
    )
    environment = {
        **os.environ, DEMO_PERSON_VARIABLE: "sample-analyst", "HOTLINE_NOTICES_FROM": SENDER,
        "HOTLINE_HOTLINE_NAME": HOTLINE, "PYTHONPATH": str(Path(__file__).parents[2]),
    }  # fmt: skip
    command = [sys.executable, "-c", script, str(noticing.folder), str(host.contact_id)]
    died = subprocess.run(command, capture_output=True, env=environment, timeout=60, check=False)
    assert died.returncode == -9, died.stderr[-500:]
    assert len(outbox(noticing)) == (moment == "after")
    assert states(noticing) == ["claimed"]
    with pytest.raises(RuleBroken, match="--again"):
        sent(noticing, host)
    assert sent(noticing, host, Which.AGAIN, now=SETTLED).result == "sent"
    assert len(outbox(noticing)) == 1


def test_a_full_disk_refuses_and_leaves_nothing(noticing: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    host = contact(noticing, "bad.example")
    decided(noticing, "s-1", now=NOW)

    def full(path: Path, content: bytes) -> None:
        temporary_for(path).write_bytes(content[:9])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("pipeline.delivery.answer_mail.write_file", full)
        assert sent(noticing, host).result == "refused"
    assert list((noticing.app.workspace.root / "outbox").iterdir()) == []
    assert sent(noticing, host).result == "sent"


def test_a_letter_names_no_more_addresses_than_one_holds(noticing: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from pipeline.desk import notices

    small = replace(notices.protocol(), most_items=2)
    monkeypatch.setattr(notices, "protocol", lambda: small)
    host = contact(noticing, "bad.example", "other.example")
    decided(noticing, "s-1")
    decided(noticing, "o-1")
    assert sent(noticing, host).places == 2
    assert sent(noticing, host, now=LATER + timedelta(days=1)).places == 1


def test_on_either_store_a_letter_goes_once(
    tmp_path: Path, store_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTLINE_NOTICES_FROM", SENDER)
    monkeypatch.setenv("HOTLINE_HOTLINE_NAME", HOTLINE)
    desk = made(tmp_path, store_url)
    host = contact(desk, "bad.example")
    case_id = decided(desk, "s-1")
    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "deliver", lambda *_: Delivery.IN_DOUBT)
        assert sent(desk, host).result == "in_doubt"
    assert sent(desk, host, Which.AGAIN, now=SETTLED).result == "sent"
    assert sent(desk, host, Which.REMINDER, now=LATER + timedelta(days=5)).result == "sent"
    now = LATER + timedelta(days=6)
    assert notice_answers.note(desk.app, desk.one, case_id, HostSaid.REMOVED, now, now).removed
    assert verify(desk.app).findings == ()
