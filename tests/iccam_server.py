"""A fake ICCAM on loopback: TLS with a client certificate, tokens that end, the order of `iccam_rules`, and faults.

It can lose answers after it did what was asked, answer 500, cut or garble bodies, forget tokens, and not know the
look-up by reference. Everything it was asked stands in `asked`.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.iccam_certificates import Certificates
from tests.iccam_rules import Iccam, No

USER, PASSWORD = "hotline-api", "0123 a password"


@dataclass
class Fault:
    """What goes wrong with the next `times` calls whose `METHOD path` fits: before it is done, or after (`lose`)."""

    fits: re.Pattern[str]
    times: int
    lose: bool = False
    status: int = 500
    body: bytes = b"{}"


@dataclass
class Asked:
    """One call as it came in."""

    method: str
    path: str
    query: dict[str, str]
    body: Any = None


@dataclass
class Tokens:
    """Bearer tokens handed out; `seconds` is how long it says they last."""

    seconds: int = 1800
    valid: dict[str, str] = field(default_factory=dict)
    given: int = 0

    def make(self) -> dict[str, Any]:
        """A new pair."""
        self.given += 1
        bearer, refresh = f"bearer-{self.given}", f"refresh-{self.given}"
        self.valid[bearer] = refresh
        return {"bearerToken": bearer, "refreshToken": refresh, "bearerTokenExpiresIn": self.seconds}


class FakeIccam:
    """A running server; a context manager. `iccam` is what it knows, `knows_references` whether it can look them up."""

    def __init__(self, certificates: Certificates, home: str = "BA") -> None:
        self.iccam, self.tokens = Iccam(home), Tokens()
        self.asked: list[Asked] = []
        self.faults: list[Fault] = []
        self.knows_references = True
        self.lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_for(self))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.server, certificates.server_key)
        context.load_verify_locations(certificates.ca)
        context.verify_mode = ssl.CERT_REQUIRED
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> FakeIccam:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self._server.server_address[1]}/api/"

    def fail(self, fits: str, times: int = 1, status: int = 500, body: bytes = b"{}") -> None:
        """Answer `status` instead of doing what is asked."""
        self.faults.append(Fault(re.compile(fits), times, status=status, body=body))

    def lose(self, fits: str, times: int = 1) -> None:
        """Do what is asked and hang up without an answer."""
        self.faults.append(Fault(re.compile(fits), times, lose=True))

    def forget_tokens(self) -> None:
        """Every token handed out is invalid from now on."""
        self.tokens.valid.clear()

    def calls(self, *methods: str) -> list[str]:
        """`METHOD path` of what was asked with these methods, authentication left out."""
        return [f"{one.method} {one.path}" for one in self.asked
                if one.method in methods and not one.path.startswith("Authentication")]  # fmt: skip

    def fault_for(self, asked: Asked) -> Fault | None:
        """The fault this call meets, used up by one."""
        for fault in self.faults:
            if fault.times and fault.fits.search(f"{asked.method} {asked.path}"):
                fault.times -= 1
                return fault
        return None

    def answer(self, asked: Asked, bearer: str) -> tuple[int, Any]:
        """Status and JSON value for a call."""
        if asked.path.startswith("Authentication"):
            return self._authenticate(asked, bearer)
        if bearer not in self.tokens.valid:
            return 401, {"errors": {"token": ["not valid"]}}
        try:
            for pattern, act in _ROUTES:
                match = pattern.fullmatch(f"{asked.method} {asked.path}".lower())
                if match:
                    return 200, act(self, asked, *map(int, match.groups()))
        except No as no:
            return 400, {"errors": {no.about: ["not in this order: https://secret.example/never-repeat-this"]}}
        return 404, None

    def _authenticate(self, asked: Asked, bearer: str) -> tuple[int, Any]:
        if asked.path == "Authentication/logout":
            self.tokens.valid.pop(bearer, None)
            return 200, None
        if asked.path == "Authentication/refresh":
            if self.tokens.valid.get(asked.body["bearerToken"]) != asked.body["refreshToken"]:
                return 400, {"errors": {"refreshToken": ["not valid"]}}
            del self.tokens.valid[asked.body["bearerToken"]]
            return 200, self.tokens.make()
        if asked.body != {"username": USER, "password": PASSWORD}:
            return 401, {"errors": {"password": ["wrong"]}}
        return 200, self.tokens.make()

    def find(self, asked: Asked) -> Any:
        """`GET rest/Reports?hotlineReference=`."""
        wanted = asked.query.get("hotlineReference")
        found = [one for one in self.iccam.reports.values() if one.body.get("hotlineReference") == wanted]
        return [{"reportId": one.report_id, "hotlineReference": wanted} for one in found]


def _report(server: FakeIccam, _asked: Asked, number: int) -> Any:
    iccam = server.iccam
    if number not in iccam.reports:
        raise No("reference")
    return iccam.reports[number].said(iccam.contents)


def _content(server: FakeIccam, _asked: Asked, number: int) -> Any:
    if number not in server.iccam.contents:
        raise No("reference")
    return server.iccam.contents[number].said()


def _set(name: str, query: str | None) -> Callable[[FakeIccam, Asked, int], Any]:
    def act(server: FakeIccam, asked: Asked, number: int) -> Any:
        server.iccam.set_source(number, name, asked.body if query is None else int(asked.query[query]))

    return act


def _list(server: FakeIccam, asked: Asked) -> Any:
    name = asked.path.rpartition("/")[2]
    since = asked.query.get("countryAssignmentStartDate")
    return server.iccam.work_list(name, since, int(asked.query["maxResults"]))


_Act = Callable[..., Any]
_ROUTES: list[tuple[re.Pattern[str], _Act]] = [
    (re.compile(pattern), act)
    for pattern, act in (
        (r"post rest/reports", lambda server, asked: server.iccam.take_report(asked.body)),
        (r"get rest/reports", lambda server, asked: server.find(asked) if server.knows_references else _unknown()),
        (r"get rest/reports/(\d+)", _report),
        (r"get rest/content/(\d+)", _content),
        (r"put rest/reports/(\d+)/source-url/site-type", _set("sourceUrlSiteType", "siteType")),
        (r"put rest/reports/(\d+)/source-url/commerciality", _set("sourceUrlCommerciality", "commerciality")),
        (r"put rest/reports/(\d+)/source-url/payment-methods", _set("sourceUrlPaymentMethods", None)),
        (r"put rest/content/(\d+)/assessment", lambda server, asked, n: server.iccam.assess(n, asked.body)),
        (r"post rest/content/(\d+)/actions", lambda server, asked, n: server.iccam.act(n, asked.body)),
        (r"put rest/content/(\d+)/hotline-reference",
         lambda server, asked, n: server.iccam.set_reference(n, asked.query["reference"])),
        (r"get rest/content/[a-z-]+", _list),
    )
]  # fmt: skip


def _unknown() -> Any:
    raise No("reference")


def _handler_for(server: FakeIccam) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_one(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            said = self.rfile.read(length) if length else b""
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            path = parts.path.removeprefix("/api/")
            asked = Asked(self.command, path, query, json.loads(said) if said else None)
            bearer = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
            with server.lock:
                server.asked.append(asked)
                fault = server.fault_for(asked)
                status, value = (0, None) if fault and not fault.lose else server.answer(asked, bearer)
            if fault and fault.lose:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            body = fault.body if fault else b"" if value is None else json.dumps(value).encode()
            self.send_response(fault.status if fault else status)
            self.send_header("Content-Type", "application/json")
            if fault and 300 <= fault.status < 400:
                self.send_header("Location", server.url + "elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = handle_one  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Silence: test output is for failures."""

    return Handler
