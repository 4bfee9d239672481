"""Mail to the hotline: single messages (.eml) and mailboxes (.mbox).

A mail is one report, except that each `URL;REFERER;NOTE` line is one (`<message-id>#1`, `#2` …, SCART's import mail).
Its sender is the reporter's contact, and so is where answers are asked to go (`Reply-To`, kept with the telephone); but
`contact_is_safe` stays unsaid: someone else may read that mailbox. The message itself travels in `raw`, with the first
of its reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

from pipeline.attachments import MOST_PER_REPORT, TOO_MANY, Attached
from pipeline.channels._collect import RowCollector
from pipeline.channels._encoding import is_binary
from pipeline.channels._mail_body import reports_in
from pipeline.channels._mail_parts import has_endless_header, header, parse, parts_of, replies_to, sender, sent_at
from pipeline.channels._mail_split import MailBytes, is_mailbox, messages_of, unquoted
from pipeline.channels._rejects import OUR_MISTAKES, RAW_MESSAGE
from pipeline.channels.base import HEAD_BYTES, Channel, Cut, RawRows, RowReject

_SUFFIXES = frozenset({".eml", ".mbox", ".mbx"})
_HEADER = re.compile(
    rb"^(?:received|return-path|message-id|from|to|date|subject|mime-version|delivered-to|reply-to|content-type|"
    rb"x-[a-z-]+|dkim-signature|authentication-results):",
    re.IGNORECASE | re.MULTILINE,
)
_KEPT_OF_LARGER_BYTES = 64 * 1024
_Row = tuple[dict[str, str], dict[str, str], bytes | None]


class EmailMessage(Channel):
    """Reports that came by mail, read from files a mail program or server saved."""

    name = "email"
    rank = 0

    def recognises(self, path: Path, head: bytes) -> bool:
        """By the file name, a mailbox's first line, or mail headers at the beginning."""
        if is_binary(head):
            return False
        if path.suffix.lower() in _SUFFIXES or is_mailbox(head):
            return True
        top = head.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]
        return bool(_HEADER.match(top)) and len({name.lower() for name in _HEADER.findall(top)}) >= 3

    def read(self, path: Path) -> Iterator[RawRows]:
        """Rows numbered through all messages of the file. Raises OSError."""
        gathered = RowCollector()
        rows = count(1)
        mailbox = _is_mailbox(path)
        for mail in messages_of(path, mailbox):
            for found in _reports(mail, mailbox):
                if isinstance(found, str):
                    kept = mail.data[: _KEPT_OF_LARGER_BYTES if mail.too_large else None]
                    gathered.reject(next(rows), found, {"raw": kept.decode("latin-1")})
                else:
                    fields, extra, raw = found
                    gathered.add(next(rows), fields, extra, raw)
                if gathered.full:
                    yield from gathered.take()
        yield from gathered.take()

    def attached(self, path: Path, cut: Cut | None = None) -> Iterator[Attached]:
        """The parts of every mail that are no text, with the first of its reports. Raises OSError."""
        del cut
        row = 1
        mailbox = _is_mailbox(path)
        for mail in messages_of(path, mailbox):
            found = _reports(mail, mailbox)
            if found and not isinstance(found[0], str):
                yield from parts_attached(row, unquoted(mail.data) if mailbox else mail.data)
            row += len(found)

    def attached_to(self, path: Path, reject: RowReject) -> Iterator[Attached]:
        """The parts of the mail a reject keeps whole, where it could be read. Raises OSError."""
        if RAW_MESSAGE in reject.values and reject.values.get("attachments"):
            data = reject.values[RAW_MESSAGE].encode("latin-1")
            yield from parts_attached(reject.row, unquoted(data) if _is_mailbox(path) else data)


def parts_attached(row: int, data: bytes) -> Iterator[Attached]:
    """The parts of a mail that are no text, of a mail that was read before."""
    contents = parts_of(parse(data)).contents
    for position, content in enumerate(contents[:MOST_PER_REPORT]):
        yield Attached(row, position, content)
    if len(contents) > MOST_PER_REPORT:
        yield Attached(row, MOST_PER_REPORT, problem=TOO_MANY)


def _is_mailbox(path: Path) -> bool:
    with path.open("rb") as file:
        return is_mailbox(file.read(HEAD_BYTES))


def _reports(mail: MailBytes, mailbox: bool) -> Sequence[_Row | str]:
    """The mail's reports, or one reason why there are none."""
    if mail.too_large:
        return ["mail_too_large"]
    if has_endless_header(mail.data):
        return ["mail_header_too_long"]
    try:
        return _read(mail.data, unquoted(mail.data) if mailbox else mail.data)
    except RecursionError:
        return ["mail_too_nested"]
    except OUR_MISTAKES:  # strangers write mails: one this program fails at must not hold back all others
        return ["mail_not_understood"]


def _read(raw: bytes, data: bytes) -> list[_Row]:
    message = parse(data)
    parts = parts_of(message)
    text = "\n\n".join(piece.strip("\r\n") for piece in parts.texts)
    reports = reports_in(header(message, "Subject"), text)
    name, address = sender(message)
    of_mail = {"received_at": sent_at(message) or "", "contact_name": name, "contact_email": address}
    replies = replies_to(message, address)
    message_id = header(message, "Message-ID").strip("<> ")
    rows: list[_Row] = []
    for number, (fields, extra) in enumerate(reports, start=1):
        own_id = f"{message_id}#{number}" if message_id and len(reports) > 1 else message_id
        found = {**of_mail, "id": own_id, **{key: value for key, value in fields.items() if value}}
        found["contact_phone"] = ", ".join(filter(None, (found.get("contact_phone"), replies)))
        if number == 1:
            found["attachments"] = found.get("attachments") or parts.attachments_json
            extra = {**extra, "charset_problem": ",".join(sorted(parts.problems))}
        rows.append((_said(found), _said(extra), raw if number == 1 else None))
    return rows


def _said(values: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in values.items() if text}
