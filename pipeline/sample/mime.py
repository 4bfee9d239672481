"""Just enough MIME to write sample mails whose bytes are the same under every Python version.

The standard library's generator changes its folding between releases and draws boundaries at random.
"""

from __future__ import annotations

import quopri
from base64 import b64encode, encodebytes
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime


@dataclass(frozen=True, slots=True)
class Part:
    """A body with its headers, lines ending in LF."""

    headers: tuple[tuple[str, str], ...]
    body: bytes

    def bytes(self, *before: tuple[str, str]) -> bytes:
        """Headers (those given first), an empty line, and the body."""
        lines = [f"{name}: {value}\n" for name, value in (*before, *self.headers)]
        return "".join(lines).encode() + b"\n" + self.body


def text_part(text: str, encoding: str, transfer: str, *, subtype: str = "plain", charset: str | None = None) -> Part:
    """A text part; `charset` is what the header claims where that differs from `encoding`.

    `transfer` is 8bit, base64 or quoted-printable. Raises UnicodeEncodeError if `encoding` lacks a character.
    """
    raw = text.encode(encoding)
    if transfer == "base64":
        body = encodebytes(raw)
    elif transfer == "quoted-printable":
        body = quopri.encodestring(raw)
    else:
        body = raw
    kind = f'text/{subtype}; charset="{charset or encoding}"'
    return Part((("Content-Type", kind), ("Content-Transfer-Encoding", transfer)), body.rstrip(b"\n") + b"\n")


def multipart(subtype: str, boundary: str, parts: list[Part]) -> Part:
    """Several parts behind one another."""
    body = b"".join(f"--{boundary}\n".encode() + part.bytes() for part in parts) + f"--{boundary}--\n".encode()
    return Part((("Content-Type", f'multipart/{subtype}; boundary="{boundary}"'),), body)


def attached_message(message: bytes) -> Part:
    """A whole mail as a part."""
    return Part((("Content-Type", "message/rfc822"), ("Content-Disposition", "attachment")), message)


def attached_bytes(content: bytes, name: str) -> Part:
    """An attachment of no particular type."""
    kind = (("Content-Type", "application/octet-stream"), ("Content-Transfer-Encoding", "base64"))
    return Part((*kind, ("Content-Disposition", f'attachment; filename="{name}"')), encodebytes(content))


def mail(part: Part, *, sender: str, subject: str, when: datetime, message_id: str) -> bytes:
    """A complete mail to the hotline. `sender` is a finished address field in ASCII, `message_id` without brackets."""
    return part.bytes(
        ("From", sender),
        ("To", "prijava@hotline.example"),
        ("Subject", header_text(subject)),
        ("Date", format_datetime(when)),
        ("Message-ID", f"<{message_id}>"),
        ("MIME-Version", "1.0"),
    )


def header_text(text: str) -> str:
    """A header value, as one encoded word if it is not ASCII; for short texts only (75 characters)."""
    return text if text.isascii() else f"=?utf-8?B?{b64encode(text.encode()).decode()}?="
