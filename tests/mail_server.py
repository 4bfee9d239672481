"""A mail server on loopback (aiosmtpd) with TLS and an account, that can refuse, hang up, or lose its answer."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from tests.iccam_certificates import Certificates

USER, PASSWORD = "letters", "0123 a password"


@dataclass
class Received:
    """What came in, and what goes wrong: `refuse` a reader with 550, `lose` the answer to a text that was taken."""

    mails: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    readers: list[str] = field(default_factory=list)
    under_tls: list[bool] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    refuse: str = ""
    lose: bool = False

    async def handle_EHLO(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Remember how the client calls itself."""
        del server, envelope
        session.host_name = hostname
        self.names.append(hostname)
        return responses

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a reader or refuse, quoting the address as servers do."""
        del server, session, options
        if self.refuse and self.refuse in address:
            return f"550 no such reader: {address}"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the mail."""
        content = envelope.content
        if not isinstance(content, bytes):
            raise TypeError("the server was set up to keep bytes")
        self.mails.append(message_from_bytes(content, policy=policy.default))
        self.senders.append(envelope.mail_from or "")
        self.readers += envelope.rcpt_tos
        self.under_tls.append(session.ssl is not None or server.transport.get_extra_info("sslcontext") is not None)
        if self.lose:
            server.transport.abort()
        return "250 kept"


class MailServer:
    """A running server; a context manager. `tls`: from the first byte (`tls`), asked for (`starttls`), or `none`."""

    def __init__(self, certificates: Certificates, tls: str = "starttls") -> None:
        self.received = Received()
        with socket.create_server(("127.0.0.1", 0)) as found:
            self.port: int = found.getsockname()[1]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.server, certificates.server_key)
        options: dict[str, Any] = {"authenticator": _known, "auth_require_tls": tls == "starttls"}
        if tls == "starttls":
            options |= {"tls_context": context, "require_starttls": True}
        self._controller = Controller(
            self.received, "127.0.0.1", self.port, ssl_context=context if tls == "tls" else None, **options
        )

    def __enter__(self) -> MailServer:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()


def _known(server: Any, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    del server, session, envelope, mechanism
    known = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)
