"""A time-stamping authority on this machine: `openssl ts` behind a web server of its own."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the program openssl")
Answer = Callable[[bytes], tuple[int, bytes]]
"""A request's body to status and body of the answer."""
_CONFIGURATION = """
[tsa]
default_tsa = here
[here]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


class Authority:
    """Makes its keys in a folder and answers requests as `openssl ts -reply` does; `ca` is its root certificate."""

    def __init__(self, folder: Path) -> None:
        self._folder, self.ca = folder, folder / "ca.pem"
        (folder / "tsa.cnf").write_text(_CONFIGURATION, encoding="utf-8")
        (folder / "ext").write_text("extendedKeyUsage=critical,timeStamping\nkeyUsage=critical,digitalSignature\n")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
        self.openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Root")
        self.openssl("req", *key, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Stamps")
        self.openssl(
            "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30",
            "-out", "tsa.pem", "-extfile", "ext",
        )  # fmt: skip
        (folder / "serial").write_text("01\n")

    def openssl(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[bytes]:
        """Run openssl in the authority's folder."""
        return subprocess.run(["openssl", *arguments], cwd=self._folder, capture_output=True, check=check)

    def reply(self, request: bytes, *more: str) -> bytes:
        """The answer to a request; `more` are further options of `openssl ts -reply`."""
        (self._folder / "asked.tsq").write_bytes(request)
        self.openssl(
            "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "asked.tsq", "-signer", "tsa.pem", "-inkey", "tsa.key",
            "-out", "answer.tsr", *more,
        )  # fmt: skip
        return (self._folder / "answer.tsr").read_bytes()

    def verifies(self, data: bytes, answer: bytes) -> bool:
        """Whether `openssl ts -verify` accepts a stamp over these bytes."""
        (self._folder / "data").write_bytes(data)
        (self._folder / "given.tsr").write_bytes(answer)
        run = self.openssl(
            "ts", "-verify", "-data", "data", "-in", "given.tsr", "-CAfile", "ca.pem", check=False
        )  # fmt: skip
        return run.returncode == 0


@contextmanager
def served(answer: Answer) -> Iterator[tuple[str, list[bytes]]]:
    """A web server on loopback; its address, and the bodies it was sent so far."""
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            status, body = answer(asked[-1])
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/stamp", asked
        finally:
            server.shutdown()
            thread.join()
