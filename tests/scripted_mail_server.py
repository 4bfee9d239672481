"""A mail server on loopback that answers by a script: TLS from the first byte, or a greeting without end."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import IO

from tests.iccam_certificates import Certificates

Script = Callable[[str, int], bytes | None]
"""Verb (`END` after a text) and how often it was said on this line, to a reply; b"" the usual one, None hangs up."""
_PATIENCE_SECONDS = 5
ENDLESS = b"220-still\r\n" * 100
PAUSE_SECONDS = 0.01
"""Between two pieces of an endless greeting, so that the processor is there for who reads it."""
_USUAL = {
    "EHLO": b"250-letters.example\r\n250 AUTH PLAIN LOGIN\r\n", "AUTH": b"235 ok\r\n", "DATA": b"354 go\r\n",
    "QUIT": b"221 bye\r\n", "END": b"250 kept\r\n",
}  # fmt: skip


class ScriptedMailServer:
    """A running server; a context manager. `script` may be changed while it runs; `lines` counts connections."""

    def __init__(self, certificates: Certificates, script: Script, *, endless: bool = False) -> None:
        self.script, self.endless, self.lines, self.taken = script, endless, 0, 0
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificates.server, certificates.server_key)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> ScriptedMailServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(10)

    def _accept(self) -> None:
        """One line after the other: the client has one at a time."""
        while True:
            try:
                plain, _ = self._listening.accept()
            except OSError:
                return
            self.lines += 1
            plain.settimeout(_PATIENCE_SECONDS)
            try:
                with plain, self._tls.wrap_socket(plain, server_side=True) as line, line.makefile("rwb") as both:
                    self._talk(both)
            except OSError:
                continue

    def _talk(self, line: IO[bytes]) -> None:
        while self.endless:
            line.write(ENDLESS)
            line.flush()
            time.sleep(PAUSE_SECONDS)
        line.write(b"220 hello\r\n")
        line.flush()
        said: Counter[str] = Counter()
        while words := line.readline().split():
            verb = words[0].decode().upper()
            if not self._answered(line, verb, said):
                return
            if verb == "DATA" and self._asked:
                while line.readline() not in (b".\r\n", b""):
                    pass
                self.taken += 1
                if not self._answered(line, "END", said):
                    return

    def _answered(self, line: IO[bytes], verb: str, said: Counter[str]) -> bool:
        said[verb] += 1
        reply = self.script(verb, said[verb])
        if reply is None:
            return False
        reply = reply or _USUAL.get(verb, b"250 ok\r\n")
        self._asked = reply.startswith(b"354")
        line.write(reply)
        line.flush()
        return True
