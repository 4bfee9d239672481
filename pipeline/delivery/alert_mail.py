"""A sealed alert on its way: as an attachment of a mail that says nothing, or as a file in the workspace's `outbox`.

The mail server is the one answers go by. Where none is set, the mails are files for the operator's own mail program;
where the organisation has no address either, the sealed file itself lies there and is carried over by hand.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from types import TracebackType

from pipeline.bootstrap import App
from pipeline.delivery.answer_mail import OUTBOX, Delivery, Mailer, Outbox, domain_of, laid_down, tidy
from pipeline.delivery.answer_smtp import SmtpLine, mail_line
from pipeline.delivery.packing import Sealed
from pipeline.workspace import make_private
from triage.errors import BadConfiguration, KeyProblem, ServiceFailed

_PURPOSE = b"hotline alert 1"
_ID_HEX_DIGITS = 32
_NO_FOLDER = "the folder outbox cannot be written: see `hotline doctor`"


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands outside the seal: subject and text in the organisation's language, and the mail's own number."""

    subject: str
    text: str
    language: str
    message_id: str


class AlertLine:
    """One line for as many alerts as one command sends; a context manager.

    Opening raises ServiceFailed, BadConfiguration, KeyProblem or OSError where mails cannot leave; nothing was sent
    then. With `puts_off` it does not: then `problem` says why, and every mail is put off, so that the minutes of each
    alert run and the next in line, at last a person, gets its turn. So is what comes after a server that hung: each
    further mail would wait as long for it, and calls behind it too.
    """

    def __init__(self, app: App, *, puts_off: bool = False) -> None:
        self._app, self._puts_off = app, puts_off
        self._settings = app.settings
        self._folder = app.workspace.root / OUTBOX
        self._addresses = addresses(app)
        self._mailer: Mailer = _Shut(app)
        self.problem = ""

    def __enter__(self) -> AlertLine:
        sender = self._settings.alerts_from
        try:
            mailer = mail_line(self._app.workspace, self._settings, sender) if sender else Outbox(self._app.workspace)
            self._mailer = mailer.__enter__()
        except (ServiceFailed, BadConfiguration, KeyProblem, OSError) as error:
            if not self._puts_off:
                raise
            self.problem = _NO_FOLDER if isinstance(error, OSError) else str(error)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._mailer.__exit__(kind, error, trace)
        tidy(self._folder)

    @property
    def way(self) -> str:
        """A code for the audit chain: `smtp` or `outbox`."""
        return self._mailer.way

    def deliver(self, partner: str, sealed: Sealed, cover: Cover, now: datetime) -> Delivery:
        """Send one sealed alert to an organisation (a code of data/routes)."""
        address = self._addresses.get(partner)
        if address is None or not self._settings.alerts_from:
            return self._laid_down(sealed)
        if self._mailer.lost:
            return Delivery.NOT_NOW
        return self._mailer.deliver(_mail(sealed, cover, self._settings.alerts_from, address, now))

    def _laid_down(self, sealed: Sealed) -> Delivery:
        """The sealed file alone, whole or not at all; a full disk may have room later, a link be moved away."""
        try:
            make_private(self._folder)
        except (OSError, BadConfiguration):
            return Delivery.NOT_NOW
        return laid_down(self._folder / sealed.name, sealed.body)


class _Shut(Mailer):
    """In place of a mail server that cannot be used, or an outbox: nothing leaves, all of it may later."""

    def __init__(self, app: App) -> None:
        self._way = SmtpLine.way if by_server(app) else Outbox.way

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing was opened."""

    @property
    def way(self) -> str:
        """Of the line it stands for."""
        return self._way

    def deliver(self, mail: EmailMessage) -> Delivery:  # noqa: ARG002
        """Put it off."""
        return Delivery.NOT_NOW


def by_server(app: App) -> bool:
    """Whether alerts leave by a mail server; else `outbox` is where they are meant to lie until somebody takes them."""
    return bool(app.settings.alerts_from and app.settings.answers_smtp_host)


def addresses(app: App) -> dict[str, str]:
    """Where each organisation takes alerts, by its code, as the settings have it."""
    pairs = (entry.partition("=") for entry in app.settings.alerts_to)
    return {code: address for code, _, address in pairs}


def message_id(index_key: bytes, partner: str, alert_id: int) -> str:
    """The part before the @ of an alert's Message-ID: the same each time one alert goes to one organisation."""
    said = b"\x1f".join((_PURPOSE, partner.encode(), str(alert_id).encode()))
    return hmac.digest(index_key, said, "sha256").hex()[:_ID_HEX_DIGITS]


def _mail(sealed: Sealed, cover: Cover, sender: str, to: str, now: datetime) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = cover.subject
    mail["Date"] = format_datetime(now.replace(microsecond=0))
    mail["Message-ID"] = f"<{cover.message_id}@{domain_of(sender)}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(cover.text, charset="utf-8", cte="quoted-printable")
    mail.add_attachment(sealed.body, maintype="application", subtype="octet-stream", filename=sealed.name)
    return mail
