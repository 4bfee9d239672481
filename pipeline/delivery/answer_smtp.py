"""Mails by the operator's mail server: TLS verified or nothing, an account, and no guess about what arrived.

Off unless `answers_smtp_host` is set. Nothing a server says is repeated: it may quote an address.
"""

from __future__ import annotations

import smtplib
import ssl
import stat
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType

from pipeline.delivery.answer_mail import Delivery, Mailer, Outbox, as_bytes, domain_of
from pipeline.settings import Settings
from pipeline.workspace import Workspace
from triage.errors import BadConfiguration, KeyProblem, ServiceFailed

TIMEOUT_SECONDS = 60
_OPEN_TO_OTHERS = 0o077
_OK = range(200, 300)
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
        self._line: smtplib.SMTP | None = None

    def __enter__(self) -> SmtpLine:
        try:
            self._line = self._opened()
            self._line.login(self._settings.answers_smtp_user, self._password)
        except (OSError, ValueError):
            self._close()
            raise ServiceFailed(_UNREACHABLE) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def deliver(self, mail: EmailMessage) -> Delivery:
        """Send one mail; whatever breaks once its text is on the way leaves it in doubt."""
        if self._line is None:
            return Delivery.REFUSED
        try:
            taken = all(
                code in _OK for code, _ in (self._line.mail(str(mail["From"])), self._line.rcpt(str(mail["To"])))
            )
            if not taken:
                self._line.rset()
                return Delivery.REFUSED
        except OSError:
            return Delivery.REFUSED
        try:
            code, _ = self._line.data(as_bytes(mail))
        except smtplib.SMTPDataError:
            return Delivery.REFUSED
        except OSError:
            return Delivery.IN_DOUBT
        return Delivery.SENT if code in _OK else Delivery.REFUSED

    def _opened(self) -> smtplib.SMTP:
        """Connected and under TLS. `local_hostname` is the sender's domain, so the machine's own name stays here."""
        host, port, own = self._settings.answers_smtp_host, self._settings.answers_smtp_port, self._own
        if self._settings.answers_smtp_tls == "tls":
            return smtplib.SMTP_SSL(host, port, local_hostname=own, timeout=TIMEOUT_SECONDS, context=self._tls)
        line = smtplib.SMTP(host, port, local_hostname=own, timeout=TIMEOUT_SECONDS)
        self._line = line
        line.starttls(context=self._tls)
        return line

    def _close(self) -> None:
        line, self._line = self._line, None
        if line is None:
            return
        try:
            line.quit()
        except OSError:
            line.close()


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
