"""A notice as a mail (RFC 5322): the letter, the exact addresses and the X-ARF reports as attachments.

The Message-ID is a keyed digest of the letter's number: the same letter sent once more has it again.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from exporters.manifest import MANIFEST
from exporters.notice import LETTER_FILE
from pipeline.delivery.answer_mail import domain_of

_PURPOSE = b"hotline notice 1"
_ID_HEX_DIGITS = 32


def mail_of(
    files: Mapping[str, bytes], subject: str, sender: str, to: str, message_id: str, language: str, now: datetime
) -> EmailMessage:  # fmt: skip
    """The mail. `files` are those of the exporter; `sender` and `to` are plain addresses; `now` has an offset."""
    mail = EmailMessage(policy=SMTP)
    mail.set_content(files[LETTER_FILE].decode(), charset="utf-8", cte="quoted-printable")
    for name, body in files.items():
        if name in (LETTER_FILE, MANIFEST):
            continue
        if name.endswith(".json"):
            mail.add_attachment(body, maintype="application", subtype="json", filename=name)
        else:
            mail.add_attachment(body.decode(), filename=name, cte="quoted-printable")
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now.replace(microsecond=0))
    mail["Message-ID"] = f"<{message_id}@{domain_of(sender)}>"
    mail["Content-Language"] = language
    mail.set_boundary(f"=_{hmac.digest(message_id.encode(), _PURPOSE, 'sha256').hex()[:_ID_HEX_DIGITS]}")
    return mail


def message_id(index_key: bytes, notice_id: int) -> str:
    """The part before the @ of a notice's Message-ID."""
    return hmac.digest(index_key, _PURPOSE + notice_id.to_bytes(8, "big"), "sha256").hex()[:_ID_HEX_DIGITS]
