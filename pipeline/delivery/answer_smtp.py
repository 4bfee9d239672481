"""Mails by the operator's mail server: TLS verified or nothing, an account, and no guess about what arrived.

Off unless `answers_smtp_host` is set. Nothing a server says is repeated: it may quote an address.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from pathlib import Path
from threading import Timer
from types import TracebackType

from pipeline.delivery.answer_mail import Delivery, Mailer, Outbox, as_bytes, domain_of
from pipeline.settings import Settings
from pipeline.workspace import Workspace
from triage.errors import BadConfiguration, KeyProblem, ServiceFailed

TIMEOUT_SECONDS = 60
"""For one piece of an answer."""
LIMIT_SECONDS = 180
"""For opening the line, and for each mail: a server that talks without end is cut off."""
_OPEN_TO_OTHERS = 0o077
_OK, _TEMPORARY, _PERMANENT = range(200, 300), range(400, 500), range(500, 600)
"""Reply codes (RFC 5321, section 4.2.1)."""
_CLOSING = 421
_UNREACHABLE = (
    "the mail server could not be used (address, TLS, certificate, user or password): check the settings"
    " answers_smtp_…; nothing was sent"
)


class SmtpLine(Mailer):
    """One line to the mail server, open for as many mails as one command sends."""

    way = "smtp"

    def __init__(self, workspace: Workspace, settings: Settings, sender: str = "") -> None:
        """`sender`: the address mails come from, else `answers_from`; its domain is how we greet the server."""
        self._settings = settings
        self._own = domain_of(sender or settings.answers_from)
        self._password = _password(workspace.root / settings.answers_smtp_password_file)
        authorities = settings.answers_smtp_ca_file
        try:
            self._tls = ssl.create_default_context(cafile=str(workspace.root / authorities) if authorities else None)
        except (OSError, ValueError):
            raise BadConfiguration("setting answers_smtp_ca_file names no PEM file that can be read") from None
        self._line: _Line | None = None

    def __enter__(self) -> SmtpLine:
        self._line = self._opened()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def deliver(self, mail: EmailMessage) -> Delivery:
        """Send one mail. A line lost before its text went is opened once more: some servers close after each mail.

        Once the text is on the way, only a real answer of the server is a refusal; all else leaves it in doubt.
        """
        text = as_bytes(mail)
        for _ in range(2):
            try:
                self._line = self._line or self._opened()
                with self._line.limited():
                    code = self._line.named(str(mail["From"]), str(mail["To"]))
                    result = self._line.given(text) if code in _OK else _not_sent(code)
                    usable = result is Delivery.SENT or (result is Delivery.REFUSED and self._line.cleared())
            except (OSError, ServiceFailed):
                self._close()
                continue
            if not usable:
                self._close()
            self.lost = result is Delivery.IN_DOUBT
            return result
        self.lost = True
        return Delivery.NOT_NOW

    def _opened(self) -> _Line:
        """Connected, under TLS and logged in. Raises ServiceFailed."""
        host, port, at_once = self._settings.answers_smtp_host, self._settings.answers_smtp_port, self._tls
        by_command = self._settings.answers_smtp_tls != "tls"
        line = None
        try:
            line = _Line(host, port, self._own, None if by_command else at_once)
            with line.limited():
                if by_command:
                    line.starttls(context=self._tls)
                line.login(self._settings.answers_smtp_user, self._password)
        except (OSError, ValueError):
            if line is not None:
                line.close()
            raise ServiceFailed(_UNREACHABLE) from None
        return line

    def _close(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        with suppress(OSError), line.limited():
            line.quit()
        line.close()


class _Line(smtplib.SMTP):
    """A connection that a timer can cut: the timeout alone begins anew with every byte, so it ends no endless greeting.

    `local_hostname` is the sender's domain, so the machine's own name stays here.
    """

    def __init__(self, host: str, port: int, own: str, at_once: ssl.SSLContext | None) -> None:
        """Connect, under TLS from the first byte with `at_once`. Raises OSError, ValueError."""
        self._at_once = at_once
        self._twin: socket.socket | None = None
        try:
            with self.limited():
                super().__init__(host, port, local_hostname=own, timeout=TIMEOUT_SECONDS)
        except (OSError, ValueError):
            self.close()  # a line cut off in its greeting would stay open, and the server busy with it
            raise

    @contextmanager
    def limited(self) -> Iterator[None]:
        """Cut the connection if the block takes longer than `LIMIT_SECONDS`; what waits in it gets an OSError."""
        timer = Timer(LIMIT_SECONDS, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def named(self, sender: str, reader: str) -> int:
        """Name both: the first code that is no yes, else the last. Raises OSError, also where the server hangs up."""
        code, _ = self.mail(sender)
        if code in _OK:
            code, _ = self.rcpt(reader)
        if code == _CLOSING:
            raise smtplib.SMTPServerDisconnected
        return code

    def given(self, text: bytes) -> Delivery:
        """Hand the text over."""
        try:
            code, _ = self.data(text)
        except smtplib.SMTPDataError as error:  # asked for the text it said no
            return _not_sent(error.smtp_code)
        except OSError:
            return Delivery.IN_DOUBT
        if code in _OK:
            return Delivery.SENT
        return _not_sent(code) if code in (*_TEMPORARY, *_PERMANENT) else Delivery.IN_DOUBT

    def cleared(self) -> bool:
        """Whether the next mail can go over this line after one was refused."""
        try:
            return self.rset()[0] in _OK
        except OSError:
            return False

    def close(self) -> None:
        """Close it for good."""
        try:
            super().close()
        finally:
            if self._twin is not None:
                self._twin.close()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """The standard class asks this for its connection; the twin stays ours when TLS takes the first one over."""
        plain = socket.create_connection((host, port), timeout)
        self._twin = plain.dup()
        if self._at_once is None:
            return plain
        try:
            return self._at_once.wrap_socket(plain, server_hostname=host)
        except (OSError, ValueError):
            plain.close()
            self._twin.close()
            raise

    def _cut(self) -> None:
        if self._twin is not None:
            with suppress(OSError):
                self._twin.shutdown(socket.SHUT_RDWR)


def _not_sent(code: int) -> Delivery:
    """What a code means while nothing left us."""
    return Delivery.REFUSED if code in _PERMANENT else Delivery.NOT_NOW


def mail_line(workspace: Workspace, settings: Settings, sender: str) -> Mailer:
    """Where mails from `sender` go: by the server in the settings, or into the folder `outbox`. Opened with `with`."""
    return SmtpLine(workspace, settings, sender) if settings.answers_smtp_host else Outbox(workspace)


def _password(path: Path) -> str:
    """The password alone. Raises KeyProblem, naming the setting, if its file is missing, empty or open to others."""
    try:
        if stat.S_IMODE(path.stat().st_mode) & _OPEN_TO_OTHERS:
            raise KeyProblem("the file of setting answers_smtp_password_file is open to others: chmod 600")
        said = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise KeyProblem("the file of setting answers_smtp_password_file cannot be read") from None
    if not said:
        raise KeyProblem("the file of setting answers_smtp_password_file is empty")
    return said
