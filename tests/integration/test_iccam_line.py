"""The line to ICCAM against a server on loopback: TLS both ways, tokens, which failures are final."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from pipeline.delivery.iccam import line as line_module
from pipeline.delivery.iccam.line import Refused, StrictAdapter
from tests.iccam_cases import line_to, loaded
from tests.iccam_certificates import Certificates, make_certificates
from tests.iccam_server import FakeIccam
from triage.errors import BadConfiguration, ServiceFailed


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("iccam"))


@pytest.fixture
def server(certificates: Certificates) -> Iterator[FakeIccam]:
    with FakeIccam(certificates) as running:
        yield running


def _ask(line: line_module.Line) -> object:
    return line.call("GET", "rest/Content/unassessed", {"maxResults": 5})


def test_it_logs_in_asks_and_logs_out(server: FakeIccam, tmp_path: Path, certificates: Certificates) -> None:
    with line_to(loaded(tmp_path, server.url, certificates)) as line:
        assert _ask(line) == []
    assert [one.path for one in server.asked] == ["Authentication", "rest/Content/unassessed", "Authentication/logout"]
    assert server.tokens.valid == {}


def test_a_line_that_is_not_used_opens_no_socket(tmp_path: Path, certificates: Certificates) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        with line_to(loaded(tmp_path, f"https://127.0.0.1:{listening.getsockname()[1]}/", certificates)):
            pass
        with pytest.raises(TimeoutError):
            listening.accept()


@pytest.mark.parametrize("weak", [False, None, "", 0])
def test_tls_cannot_be_switched_off_even_in_the_session(
    server: FakeIccam, tmp_path: Path, certificates: Certificates, weak: object
) -> None:
    with line_to(loaded(tmp_path, server.url, certificates)) as line:
        line._session.verify = weak  # type: ignore[assignment]
        with pytest.raises(BadConfiguration, match="cannot be switched off"):
            _ask(line)
    assert server.asked == []


def test_the_environment_cannot_weaken_the_line(
    server: FakeIccam, tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(certificates.ca))
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with line_to(loaded(tmp_path, server.url, certificates)) as line:
        assert _ask(line) == []
    stranger = loaded(tmp_path, server.url, certificates, ca_file=str(certificates.stranger_ca))
    with line_to(stranger) as line, pytest.raises(BadConfiguration, match="certificate"):
        _ask(line)


def test_plain_http_has_no_way_out(tmp_path: Path, certificates: Certificates) -> None:
    with line_to(loaded(tmp_path, "https://127.0.0.1:9/", certificates)) as line:
        assert list(line._session.adapters) == ["https://"]
    plain = requests.Request("GET", "http://127.0.0.1:9/").prepare()
    with pytest.raises(BadConfiguration):
        StrictAdapter().send(plain)


def test_the_product_nowhere_says_that_tls_is_not_verified() -> None:
    weak = re.compile(r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False|_create_unverified")
    folder = Path(line_module.__file__).parent
    assert [path.name for path in folder.glob("*.py") if weak.search(path.read_text(encoding="utf-8"))] == []


def test_a_server_nobody_vouches_for_gets_nothing(
    server: FakeIccam, tmp_path: Path, certificates: Certificates
) -> None:
    for ca_file in (str(certificates.stranger_ca), ""):
        settings = loaded(tmp_path, server.url, certificates, ca_file=ca_file)
        with line_to(settings) as line, pytest.raises(BadConfiguration, match="check url and ca_file"):
            _ask(line)
    assert server.asked == []


def test_a_server_under_another_name_gets_nothing(
    server: FakeIccam, tmp_path: Path, certificates: Certificates
) -> None:
    settings = loaded(tmp_path, server.url.replace("127.0.0.1", "localhost"), certificates)
    with line_to(settings) as line, pytest.raises(BadConfiguration, match="check url and ca_file"):
        _ask(line)
    assert server.asked == []


def test_without_our_certificate_the_server_does_not_answer(
    server: FakeIccam, tmp_path: Path, certificates: Certificates
) -> None:
    wrong = {"certificate_file": str(certificates.stranger), "key_file": str(certificates.stranger_key)}
    settings = loaded(tmp_path, server.url, certificates, **wrong)
    with line_to(settings) as line, pytest.raises(BadConfiguration, match="refuses our certificate"):
        _ask(line)
    assert server.asked == []


def test_a_line_that_worked_and_breaks_is_for_later(
    server: FakeIccam, tmp_path: Path, certificates: Certificates
) -> None:
    class Breaking(StrictAdapter):
        def send(self, *_: object, **__: object) -> requests.Response:
            raise requests.exceptions.SSLError("EOF occurred in violation of protocol")

    with line_to(loaded(tmp_path, server.url, certificates)) as line:
        assert _ask(line) == []
        line._session.mount("https://", Breaking())
        with pytest.raises(ServiceFailed):
            _ask(line)


def test_a_token_about_to_end_is_refreshed_and_one_forgotten_is_got_anew(
    server: FakeIccam, tmp_path: Path, certificates: Certificates
) -> None:
    now = [0.0]
    with line_to(loaded(tmp_path, server.url, certificates), clock=lambda: now[0]) as line:
        _ask(line)
        now[0] = 1745.0
        _ask(line)
        assert [one.path for one in server.asked if one.method == "POST"][-1] == "Authentication/refresh"
        server.forget_tokens()
        assert _ask(line) == []
        now[0] = 99_999.0
        server.forget_tokens()
        assert _ask(line) == []
    logins = [one.path for one in server.asked if one.path in ("Authentication", "Authentication/refresh")]
    assert logins == ["Authentication", "Authentication/refresh", "Authentication", "Authentication/refresh",
                      "Authentication"]  # fmt: skip


def test_a_wrong_password_is_a_mistake_to_mend_and_not_to_repeat(
    server: FakeIccam, tmp_path: Path, certificates: Certificates
) -> None:
    settings = loaded(tmp_path, server.url, certificates)
    Path(settings.password_file).write_text("wrong", encoding="utf-8")
    with line_to(settings) as line, pytest.raises(BadConfiguration, match="user or password"):
        _ask(line)
    assert len(server.asked) == 1


def test_a_4xx_with_errors_is_final_and_names_fields_only(
    server: FakeIccam, tmp_path: Path, certificates: Certificates
) -> None:
    body = b'{"errors": {"urls[3].urlString": ["https://secret.example/x"], "Ana from next door": ["x"]}, "title": "t"}'
    server.fail("unassessed", status=422, body=body)
    with line_to(loaded(tmp_path, server.url, certificates)) as line, pytest.raises(Refused) as no:
        _ask(line)
    assert (no.value.status, no.value.fields) == (422, ("urlstring",))
    assert "secret" not in str(no.value) + repr(no.value)
    assert "Ana" not in str(no.value) + repr(no.value)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b""), (403, b"<html>"), (422, b'{"errors": []}'), (400, b'{"errors": {}}'), (400, b"cut {"),
        (400, b'{"errors": "urls"}'), (409, b'{"title": "urls"}'),
    ],
)  # fmt: skip
def test_a_4xx_without_errors_is_final_too(
    server: FakeIccam, tmp_path: Path, certificates: Certificates, status: int, body: bytes
) -> None:
    server.fail("unassessed", status=status, body=body)
    with line_to(loaded(tmp_path, server.url, certificates)) as line, pytest.raises(Refused) as no:
        _ask(line)
    assert (no.value.status, no.value.fields) == (status, ())


def test_too_many_log_ins_are_no_wrong_password(
    server: FakeIccam, tmp_path: Path, certificates: Certificates
) -> None:
    server.fail("Authentication$", status=429)
    with line_to(loaded(tmp_path, server.url, certificates)) as line, pytest.raises(ServiceFailed):
        _ask(line)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (500, b'{"errors": {"urls": ["x"]}}'), (502, b"<html>"), (429, b"{}"), (408, b'{"errors": {"urls": ["x"]}}'),
        (302, b""), (301, b'{"errors": 1}'),
    ],
)  # fmt: skip
def test_every_other_answer_is_for_later_and_says_its_status(
    server: FakeIccam, tmp_path: Path, certificates: Certificates, status: int, body: bytes
) -> None:
    server.fail("unassessed", status=status, body=body)
    with line_to(loaded(tmp_path, server.url, certificates)) as line, pytest.raises(ServiceFailed) as later:
        _ask(line)
    assert later.value.exit_code == 3
    assert f"ICCAM answered {status}" in str(later.value)
    assert not any("elsewhere" in one.path for one in server.asked)


def test_a_lost_answer_is_for_later_and_the_call_is_not_repeated(
    server: FakeIccam, tmp_path: Path, certificates: Certificates
) -> None:
    server.lose("unassessed")
    with line_to(loaded(tmp_path, server.url, certificates)) as line, pytest.raises(ServiceFailed):
        _ask(line)
    assert server.calls("GET") == ["GET rest/Content/unassessed"]


def test_no_server_is_for_later(tmp_path: Path, certificates: Certificates) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"https://127.0.0.1:{taken.getsockname()[1]}/"
    with line_to(loaded(tmp_path, url, certificates)) as line, pytest.raises(ServiceFailed) as later:
        _ask(line)
    assert "127.0.0.1" not in str(later.value)


def test_an_answer_without_end_is_cut_off(
    server: FakeIccam, tmp_path: Path, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_module, "LARGEST_ANSWER_BYTES", 100_000)
    server.fail("unassessed", status=200, body=b"[" + b" " * 200_000 + b"]")
    with line_to(loaded(tmp_path, server.url, certificates)) as line, pytest.raises(ServiceFailed, match="too large"):
        _ask(line)


def test_pauses_are_kept_between_calls(server: FakeIccam, tmp_path: Path, certificates: Certificates) -> None:
    waited: list[float] = []
    settings = loaded(tmp_path, server.url, certificates, pause_ms=1000, after_login_ms=2000)
    with line_module.Line(settings, wait=waited.append, clock=lambda: 0.0) as line:
        _ask(line)
        _ask(line)
    assert waited == [2.0, 1.0, 1.0]
