"""One letter as a mail (RFC 5322), and the outbox folder it lies in until the operator's own mail program takes it.

The Message-ID is a keyed digest of report and template: the same answer has it again, so whoever gets it twice can
tell. It and the file's name give nothing away without the index key. Only the file holds the reporter's address.
"""

from __future__ import annotations

import hmac
from contextlib import AbstractContextManager
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Protocol

from pipeline.durable import TEMPORARY_MARK, is_abandoned, is_ours, write_file
from pipeline.workspace import Workspace, make_private
from triage.answer_letters import Letter

OUTBOX = "outbox"
"""Folder of the workspace."""
SUFFIX = ".eml"
_PURPOSE = b"hotline answer 1"
_ID_HEX_DIGITS = 32


class Delivery(StrEnum):
    """What became of one mail. Not now: nothing left, the same may work later. In doubt: perhaps it arrived."""

    SENT = "sent"
    REFUSED = "refused"
    NOT_NOW = "not_now"
    IN_DOUBT = "in_doubt"

    @property
    def settled(self) -> Delivery:
        """The same for a letter that nobody but a person sends again: not now is a refusal."""
        return Delivery.REFUSED if self is Delivery.NOT_NOW else self


class Mailer(AbstractContextManager["Mailer"], Protocol):
    """Where mails go; opened with `with`. Opening raises ServiceFailed or BadConfiguration; nothing was sent then."""

    lost: bool = False
    """The line stopped answering: each further letter would wait for it, or be in doubt."""

    @property
    def way(self) -> str:
        """A code for the audit chain."""

    def deliver(self, mail: EmailMessage) -> Delivery:
        """Send one mail."""


class Outbox(Mailer):
    """Writes every mail as one file, whole or not at all."""

    way = "outbox"

    def __init__(self, workspace: Workspace) -> None:
        self.folder = workspace.root / OUTBOX

    def __enter__(self) -> Outbox:
        make_private(self.folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tidy(self.folder)

    def deliver(self, mail: EmailMessage) -> Delivery:
        """Write the file; a full disk may have room later."""
        return laid_down(self.folder / file_name(mail), as_bytes(mail))


def laid_down(path: Path, body: bytes) -> Delivery:
    """Write one file of the outbox, whole or not at all."""
    there = path.exists()
    try:
        write_file(path, body)
    except OSError:
        return Delivery.IN_DOUBT if there or path.exists() else Delivery.NOT_NOW
    return Delivery.SENT


def tidy(folder: Path) -> None:
    """Remove what killed processes left half-written, and what this one could not finish; never another's work."""
    for leftover in folder.glob(f"{TEMPORARY_MARK}*"):
        if is_ours(leftover) or is_abandoned(leftover):
            leftover.unlink(missing_ok=True)


def mail_of(letter: Letter, sender: str, to: str, message_id: str, now: datetime) -> EmailMessage:
    """The mail. `sender` and `to` are plain addresses as of `answer_contact.usable_address`; `now` has an offset."""
    mail = EmailMessage(policy=SMTP)
    mail.set_content(letter.text, charset="utf-8", cte="quoted-printable")
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(now.replace(microsecond=0))
    mail["Message-ID"] = f"<{message_id}@{domain_of(sender)}>"
    mail["Content-Language"] = letter.language
    mail["Auto-Submitted"] = "auto-generated"
    return mail


def message_id(index_key: bytes, report_id: int, template: str) -> str:
    """The part before the @ of an answer's Message-ID."""
    return hmac.digest(index_key, _PURPOSE + report_id.to_bytes(8, "big") + template.encode(), "sha256").hex()[
        :_ID_HEX_DIGITS
    ]


def file_name(mail: EmailMessage) -> str:
    """The name of a mail's file: its Message-ID, nothing of its reader."""
    return str(mail["Message-ID"]).strip("<> ").partition("@")[0] + SUFFIX


def as_bytes(mail: EmailMessage) -> bytes:
    """The mail as it travels: seven bits, CRLF."""
    return mail.as_bytes(policy=SMTP)


def domain_of(sender: str) -> str:
    """The part after the @."""
    return sender.rpartition("@")[2]
