"""A mail server that accepts and never answers: given up once for all letters, told plainly, and nothing is doubled."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from pipeline.cli.main import answer
from pipeline.delivery import answer_smtp
from tests.desk import Desk
from tests.iccam_certificates import Certificates, make_certificates
from tests.letters import bring, decided, shown_and_sent, states
from tests.scripted_mail_server import ScriptedMailServer

pytestmark = pytest.mark.thorough

pytest_plugins = ("tests.letter_workspace",)
TEXTS = ("first words", "other words", "third words")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """Made anew for these tests."""
    return make_certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def case_id(letters: Desk, tmp_path: Path) -> int:
    """Three reporters of one place to be written to, whose letters somebody looked at."""
    place = {"location": "https://several.example/a", "contact_is_safe": "yes", "language": "en"}
    bring(letters.app, tmp_path / "several.csv", *(
        place | {"id": f"h-{number}", "contact_email": f"h{number}@mail.example", "description": text}
        for number, text in enumerate(TEXTS)
    ))  # fmt: skip
    path = letters.app.workspace.root / "smtp.password"
    path.touch(mode=0o600)
    path.write_text("word\n", encoding="utf-8")
    found = decided(letters, "h-0")
    assert answer([*_words(letters), "show", f"C{found}"]) == 0
    return found


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Seconds instead of minutes."""
    begun = time.monotonic()
    monkeypatch.setattr(answer_smtp, "TIMEOUT_SECONDS", 0.4)
    monkeypatch.setattr(answer_smtp, "LIMIT_SECONDS", 2)
    yield
    assert time.monotonic() - begun < 15


def _words(desk: Desk) -> list[str]:
    return ["--workspace", str(desk.app.workspace.root), "answers"]


def _use(monkeypatch: pytest.MonkeyPatch, port: int, certificates: Certificates) -> None:
    given = {"host": "127.0.0.1", "port": str(port), "user": "u", "password_file": "smtp.password", "tls": "tls",
             "ca_file": str(certificates.ca)}  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(f"HOTLINE_ANSWERS_SMTP_{name.upper()}", value)


@pytest.mark.parametrize(("verb", "first"), [("MAIL", "refused"), ("END", "in doubt")])
@pytest.mark.usefixtures("impatient")
def test_what_comes_after_a_server_that_hung_is_not_tried_and_goes_later_once(
    letters: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, case_id: int,
    capsys: pytest.CaptureFixture[str], verb: str, first: str,
) -> None:  # fmt: skip
    hung = Event()
    with ScriptedMailServer(certificates, lambda said, _: None if said == verb and hung.wait(3) else b"") as server:
        _use(monkeypatch, server.port, certificates)
        capsys.readouterr()
        assert answer([*_words(letters), "send", f"C{case_id}"]) == 3
        said = capsys.readouterr().out
        assert f"1 {first}" in said
        assert "2 not tried" in said
        assert "The mail server stopped answering" in said
        assert len(states(letters)) == 1, "what was not tried was not claimed, and no contact was opened for it"
        hung.set()
        server.script = lambda _said, _count: b""
        before = server.taken
        results = shown_and_sent(letters, case_id)
        assert sorted(results) == ["left_to_another", "sent", "sent"] if first == "in doubt" else ["sent"] * 3
        assert server.taken - before == results.count("sent")


@pytest.mark.usefixtures("impatient")
def test_a_server_that_does_not_even_greet_leaves_every_letter_as_it_was(
    letters: Desk, certificates: Certificates, monkeypatch: pytest.MonkeyPatch, case_id: int,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    with socket.create_server(("127.0.0.1", 0)) as listening:
        _use(monkeypatch, listening.getsockname()[1], certificates)
        assert answer([*_words(letters), "send", f"C{case_id}"]) == 3
    assert "nothing was sent" in capsys.readouterr().err
    assert states(letters) == {}
