"""Answers by a real mail server on loopback: TLS verified or nothing, no guess about what arrived, nothing repeated."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipeline.cli.main import answer
from tests.desk import Desk
from tests.iccam_certificates import Certificates, make_certificates
from tests.letters import LATER, ROWS, SENDER, decided, outbox, shown_and_sent, states, text_of
from tests.mail_server import PASSWORD, USER, MailServer
from triage.errors import BadConfiguration, KeyProblem, RuleBroken, ServiceFailed

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.letter_workspace",)
_opened: list[str] = []
_watching: list[bool] = []


def _watch(event: str, _details: tuple[object, ...]) -> None:
    if _watching and event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname"):
        _opened.append(event)


sys.addaudithook(_watch)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made anew for these tests."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(autouse=True)
def password(letters: Desk) -> None:
    """The password file is there; the server is set by `_use`."""
    path = letters.app.workspace.root / "smtp.password"
    path.touch(mode=0o600)
    path.write_text(f"{PASSWORD}\n", encoding="utf-8")


def _use(monkeypatch: pytest.MonkeyPatch, port: int, certificates: Certificates, **more: str) -> None:
    given = {
        "host": "127.0.0.1", "port": str(port), "user": USER, "password_file": "smtp.password",
        "ca_file": str(certificates.ca),
    } | more  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(f"HOTLINE_ANSWERS_SMTP_{name.upper()}", value)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_letter_goes_over_tls_and_arrives_whole(
    letters: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, tls: str
) -> None:
    case_id = decided(letters, "l-1")
    with MailServer(certificates, tls) as server:
        _use(monkeypatch, server.port, certificates, tls=tls)
        assert shown_and_sent(letters, case_id) == ["sent"]
        with pytest.raises(RuleBroken, match="--again"):
            shown_and_sent(letters, case_id)
    (mail,) = server.received.mails
    assert server.received.under_tls == [True]
    assert (server.received.senders, server.received.readers) == ([SENDER], ["one@mail.example"])
    assert set(server.received.names) == {"letters.example"}, "the machine's own name stays here"
    assert (mail["From"], mail["To"], mail["Subject"]) == (SENDER, "one@mail.example", "Reply to a message")
    assert text_of(mail).startswith("Hello Ana-Marija,")
    assert outbox(letters) == []


def test_no_line_is_opened_unless_a_server_is_set(letters: Desk) -> None:
    case_id = decided(letters, "l-1")
    _opened.clear()
    _watching.append(True)
    try:
        assert shown_and_sent(letters, case_id) == ["sent"]
    finally:
        _watching.clear()
    assert _opened == []
    assert len(outbox(letters)) == 1


@pytest.mark.parametrize("way", ["no tls", "stranger", "wrong host", "wrong password", "nobody there"])
def test_where_the_line_is_not_sure_nothing_is_sent_and_nothing_in_doubt(
    letters: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    case_id = decided(letters, "l-1")
    with MailServer(certificates, "none" if way == "no tls" else "starttls") as server:
        more = {"stranger": {"ca_file": str(certificates.stranger_ca)}, "wrong host": {"host": "localhost"},
                "wrong password": {"user": "another"}}.get(way, {})  # fmt: skip
        _use(monkeypatch, 1 if way == "nobody there" else server.port, certificates, **more)
        with pytest.raises(ServiceFailed, match="nothing was sent") as caught:
            shown_and_sent(letters, case_id)
    assert server.received.mails == []
    assert states(letters) == {}
    assert "one@" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


def test_a_reader_the_server_refuses_is_not_in_doubt_and_its_words_are_not_repeated(
    letters: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    case_id = decided(letters, "l-1")
    with MailServer(certificates) as server:
        _use(monkeypatch, server.port, certificates)
        server.received.refuse = "one@"
        workspace = str(letters.app.workspace.root)
        assert answer(["--workspace", workspace, "answers", "show", f"C{case_id}"]) == 0
        assert answer(["--workspace", workspace, "answers", "send", f"C{case_id}"]) == 3
        assert states(letters)[letters.report_of("l-1")][1] == "refused"
        server.received.refuse = ""
        assert shown_and_sent(letters, case_id) == ["sent"]
    said = capfd.readouterr()
    assert "1 refused" in said.out
    assert "one@" not in said.out + said.err


def test_an_answer_of_the_server_that_is_lost_leaves_the_letter_in_doubt_and_it_does_not_go_again(
    letters: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = decided(letters, "l-1")
    with MailServer(certificates) as server:
        _use(monkeypatch, server.port, certificates)
        server.received.lose = True
        assert shown_and_sent(letters, case_id) == ["in_doubt"]
        assert states(letters)[letters.report_of("l-1")][1] == "claimed"
        server.received.lose = False
        with pytest.raises(RuleBroken, match="--again"):
            shown_and_sent(letters, case_id)
        assert len(server.received.mails) == 1
        assert shown_and_sent(letters, case_id, again=True, now=LATER) == ["sent"]
    first, second = server.received.mails
    assert first["Message-ID"] == second["Message-ID"]


def test_many_go_over_one_line_and_one_that_is_refused_stops_no_other(
    letters: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from pipeline.desk.answer_sending import send_standing
    from tests.desk import NOW
    from tests.letters import VAGUE, bring

    rows = [ROWS[0] | {"id": f"v-{n}", "contact_email": f"s{n}@mail.example", "description": f"{VAGUE}, no. {n}"}
            for n in range(5)]  # fmt: skip
    bring(letters.app, tmp_path / "several.csv", *rows)
    monkeypatch.setenv("HOTLINE_ANSWERS_STANDING", "needs_address")
    with MailServer(certificates) as server:
        _use(monkeypatch, server.port, certificates)
        server.received.refuse = "s2@"
        done = {one.report_id: one.result for one in send_standing(letters.app, letters.one, NOW)}
        assert done[letters.report_of("v-2")] == "refused"
        assert list(done.values()).count("sent") == 5
        assert len(server.received.names) == 2, "one line: a greeting before TLS and one under it"
        server.received.refuse = ""
        assert [one.result for one in send_standing(letters.app, letters.one, NOW)] == ["sent"]


@pytest.mark.parametrize(("mode", "content"), [(0o644, PASSWORD), (0o600, ""), (0o600, None)])
def test_a_password_open_to_others_empty_or_missing_stops_before_anything(
    letters: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, mode: int, content: str | None
) -> None:
    path = letters.app.workspace.root / "smtp.password"
    path.chmod(mode)
    if content is None:
        path.unlink()
    else:
        path.write_text(content, encoding="utf-8")
    _use(monkeypatch, 1, certificates)
    with pytest.raises(KeyProblem, match="answers_smtp_password_file"):
        shown_and_sent(letters, decided(letters, "l-1"))
    assert states(letters) == {}


def test_authorities_that_cannot_be_read_stop_before_anything(
    letters: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    _use(monkeypatch, 1, certificates, ca_file="smtp.password")
    with pytest.raises(BadConfiguration, match="answers_smtp_ca_file"):
        shown_and_sent(letters, decided(letters, "l-1"))
