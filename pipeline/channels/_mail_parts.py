"""What a mail says: its headers, its text from all parts and forwarded mails, and which attachments it has.

Attachments are suspect bytes: they are digested in memory and never written anywhere; their names are dropped,
because names can tell who a child is. The old `compat32` policy is used on purpose: the newer header parser raises
errors of many kinds on hostile headers and takes quadratic time on long ones.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parseaddr, parsedate_to_datetime

from pipeline.channels._mail_charset import decode_mail_bytes
from pipeline.channels._mail_html import html_text
from pipeline.channels._mail_transfer import BAD_TRANSFER, unpacked

_LONGEST_HEADER_CHARS = 5_000
_LONGEST_CONTENT_HEADER_BYTES = 50_000
_DEEPEST_PART = 60
_MOST_REPLIES_TO = 5
_TEXTS = ("text/plain", "text/html")
_CONTENT_HEADER = re.compile(rb"^content-(?:type|disposition)[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class MailParts:
    """Filled while the parts are walked; `problems` are codes of `decode_mail_bytes` and `unpacked`."""

    texts: list[str] = field(default_factory=list)
    attachments: list[dict[str, str | int]] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list, repr=False)
    """Bytes of each attachment, for digests while the mail is in memory."""
    problems: set[str] = field(default_factory=set)

    @property
    def attachments_json(self) -> str:
        """The attachments as the field `attachments` holds them; "" if there are none."""
        return json.dumps(self.attachments, separators=(",", ":")) if self.attachments else ""


def has_endless_header(data: bytes) -> bool:
    """Whether a content header is so long that the standard library's parameter splitter takes quadratic time."""
    return any(len(found.group()) > _LONGEST_CONTENT_HEADER_BYTES for found in _CONTENT_HEADER.finditer(data))


def parse(data: bytes) -> Message:
    """The mail's structure. Raises RecursionError if parts nest too deeply; never anything else."""
    return message_from_bytes(data, policy=policy.compat32)


def header(message: Message, name: str) -> str:
    """A header as readable text on one line, or ""."""
    value = _raw_header(message, name)
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError):
        return " ".join(value.split())
    words = (decode_mail_bytes(piece, charset)[0] if isinstance(piece, bytes) else piece for piece, charset in pieces)
    return " ".join("".join(words).replace("\0", " ").split())


def sender(message: Message) -> tuple[str, str]:
    """Name and address of who wrote the mail; "" for what it does not say."""
    try:
        name, address = parseaddr(header(message, "From"))
    except RecursionError:  # thousands of brackets; the header itself stays in the raw message
        return "", ""
    return name, address if "@" in address else ""


def replies_to(message: Message, address: str) -> str:
    """The addresses answers are asked to go to beside `address`, the sender's own; "" for none."""
    try:
        said = getaddresses([header(message, "Reply-To")])
    except RecursionError:
        return ""
    others = dict.fromkeys(one for _, one in said if "@" in one and one.lower() != address.lower())
    return ", ".join(list(others)[:_MOST_REPLIES_TO])


def sent_at(message: Message) -> str | None:
    """The mail's date as ISO 8601 with offset, or None if it has none that can be read."""
    try:
        moment = parsedate_to_datetime(_raw_header(message, "Date"))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    except (ValueError, TypeError, IndexError, OverflowError, RecursionError):
        return None


def parts_of(message: Message) -> MailParts:
    """All text in reading order and all attachments, those of forwarded mails included.

    Raises RecursionError for more than `_DEEPEST_PART` parts inside each other.
    """
    found = MailParts()
    _walk(message, found, 0)
    return found


def _walk(part: Message, found: MailParts, depth: int) -> None:
    if depth > _DEEPEST_PART:
        raise RecursionError("a mail's parts nest too deeply")
    kind = part.get_content_type()
    payload = part.get_payload() if part.is_multipart() else None
    if isinstance(payload, list):
        children = [child for child in payload if isinstance(child, Message)]
        if kind == "message/rfc822":
            found.texts += [_forwarded_heading(child) for child in children]
        for child in _best(children) if kind == "multipart/alternative" else children:
            _walk(child, found, depth + 1)
        return
    if kind in _TEXTS and part.get_content_disposition() != "attachment":
        _say(part, kind, found)
        return
    data = _payload(part)
    if data is None:
        found.problems.add(BAD_TRANSFER)
    _attach(data or b"", kind, found)


def _best(children: list[Message]) -> Iterator[Message]:
    """Of alternatives the plain text if it says something, else the HTML; both where the plain text is in doubt."""
    plain = [child for child in children if child.get_content_type() == "text/plain" and _says(child)]
    if plain and unpacked(plain[0]).doubtful:
        plain = []
    for child in children:
        if child.get_content_type() in _TEXTS and plain and child is not plain[0]:
            continue
        yield child


def _says(part: Message) -> bool:
    return any(reading.strip() for reading in unpacked(part).readings)


def _say(part: Message, kind: str, found: MailParts) -> None:
    """The part's text, in both readings where nobody can say how it was packed."""
    readings, packed_wrong = unpacked(part)
    for data in readings:
        text, problem = decode_mail_bytes(data, _charset(part))
        found.problems |= {one for one in (problem, packed_wrong) if one}
        found.texts.append(html_text(text) if kind == "text/html" else text)


def _attach(data: bytes, kind: str, found: MailParts) -> None:
    found.contents.append(data)
    found.attachments.append({"type": kind[:100], "size": len(data), "sha256": hashlib.sha256(data).hexdigest()})


def _payload(part: Message) -> bytes | None:
    """The part's bytes as they were before transport, or None if its transfer encoding is damaged beyond reading."""
    try:
        data = part.get_payload(decode=True)
    except (ValueError, IndexError):
        return None
    return data if isinstance(data, bytes) else b""


def _charset(part: Message) -> str:
    try:
        value = part.get_param("charset")
    except (ValueError, LookupError):
        return "unreadable"
    return value[2] if isinstance(value, tuple) else str(value or "")


def _forwarded_heading(message: Message) -> str:
    return f"----- {header(message, 'Subject')} -----"


def _raw_header(message: Message, name: str) -> str:
    """The header as it stands, its bytes beyond ASCII read as text, at most `_LONGEST_HEADER_CHARS` long."""
    for key, value in message.raw_items():
        if key.lower() == name.lower():
            written = str(value)[:_LONGEST_HEADER_CHARS]
            if written.isascii():
                return written
            return decode_mail_bytes(written.encode("utf-8", "surrogateescape"), None)[0]
    return ""
