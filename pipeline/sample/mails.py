"""Writes the sample's mails: two mailboxes and four single messages with the odd charsets and nestings."""

from __future__ import annotations

import html
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from pipeline.sample.history import SampleReport
from pipeline.sample.mime import Part, attached_bytes, attached_message, header_text, mail, multipart, text_part
from pipeline.sample.rows import Key, Written, fields, of_way, own_id
from pipeline.sample.tables import BOSNIAN_HEADINGS
from pipeline.sample.texts import Texts

_TRANSFERS = ("8bit", "base64", "quoted-printable")
_LINES_PER_MAIL = 3
_PARTNER = "linija@partner.example"
_SAID_ELSEWHERE = frozenset({"received_at", "contact_email", "source", "attachments"})
"""Fields of a `key: value` mail that its headers or parts say already."""
_SHAPES = ("plain", "plain", "plain", "plain", "plain", "inline", "nested", "html")


def mails(rng: Random, reports: Sequence[SampleReport], texts: Texts) -> Written:
    """All files of this module."""
    return _Mailbag(rng, texts).filled(reports)


@dataclass(slots=True)
class _Mailbag:
    """Holds the messages of each mailbox until all are written."""

    rng: Random
    texts: Texts
    written: Written = field(default_factory=Written)
    boxes: dict[str, list[tuple[SampleReport, bytes]]] = field(default_factory=dict)

    def filled(self, reports: Sequence[SampleReport]) -> Written:
        self._single_messages(of_way(reports, "mail_free"))
        for report in of_way(reports, "mail_free"):
            if report.number not in self.written.keys:
                self._post(report, self._free(report, self.rng.choice(_SHAPES)), _message_id(report))
        for report in of_way(reports, "mail_keys"):
            self._post(report, self._keyed(report), own_id(report))
        self._lists(of_way(reports, "mail_list"))
        for name, messages in self.boxes.items():
            messages.sort(key=lambda item: item[0].number)
            self.written.files[name] = b"".join(_boxed(report, message) for report, message in messages)
        return self.written

    def _post(self, report: SampleReport, message: bytes, given_id: str) -> None:
        name = _box(report)
        self.boxes.setdefault(name, []).append((report, message))
        self.written.keys[report.number] = Key("email", "", given_id, name)

    def _single_messages(self, reports: Sequence[SampleReport]) -> None:
        """Windows-1250, a charset nobody knows, and a nested mail, each in a file. LookupError if no report fits."""
        incomplete = [report for report in reports if report.label == "incomplete"]
        western = _first(incomplete, lambda report: _is_windows_1250(report.description))
        unknown = _first(incomplete, lambda report: report is not western and not report.description.isascii())
        nested = _first(reports, lambda report: report.label == "csam_suspect" and not report.attachments)
        old = text_part(_body(western), "windows-1250", "8bit")
        odd = text_part(_body(unknown), "utf-8", "8bit", charset="x-nepoznat-8")
        for report, name, message in (
            (western, "mail-windows-1250.eml", self._sent(western, old)),
            (unknown, "mail-unknown-charset.eml", self._sent(unknown, odd)),
            (nested, "mail-nested.eml", self._free(nested, "nested")),
        ):
            self.written.files[name] = message
            self.written.keys[report.number] = Key("email", "", _message_id(report), name)

    def _free(self, report: SampleReport, shape: str) -> bytes:
        """A mail in the reporter's own words, plain, as HTML, or passed on by somebody."""
        body, transfer = _body(report), _TRANSFERS[report.number % 3]
        if shape == "inline":
            body = f"Prosljeđujem.\n\n-----Original Message-----\nFrom: prijatelj@mail.example\nSubject: Re\n\n{body}"
        if shape == "nested":
            inner = mail(
                text_part(body, "utf-8", transfer), sender="prijatelj@mail.example", subject="Fwd",
                when=report.received_at, message_id=_message_id(report, "inner"),
            )  # fmt: skip
            outer = text_part("Prosljeđujem poruku.\n", "utf-8", "8bit")
            return self._sent(report, multipart("mixed", f"granica-{report.number}", [outer, attached_message(inner)]))
        part = text_part(body, "utf-8", transfer)
        if shape == "html":
            page = f"<html><body><p>{html.escape(body).replace(chr(10), '<br>')}</p></body></html>\n"
            part = text_part(page, "utf-8", transfer, subtype="html")
        if report.attachments:
            extra = attached_bytes(f"sample attachment {report.number}".encode(), "prilog.png")
            part = multipart("mixed", f"granica-{report.number}", [part, extra])
        return self._sent(report, part)

    def _keyed(self, report: SampleReport) -> bytes:
        """A mail a form wrote: `key: value` lines, with English or Bosnian keys."""
        values = fields(report, "", self.texts.slots["category_words"])
        headings = {name: heading for heading, name in BOSNIAN_HEADINGS.items()} if report.number % 2 else {}
        lines = [
            f"{headings.get(name, name)}: {' , '.join(value.split(chr(10)))}\n"
            for name, value in values.items()
            if name not in _SAID_ELSEWHERE
        ]
        return self._sent(report, text_part("".join(lines), "utf-8", _TRANSFERS[report.number % 3]))

    def _lists(self, reports: Sequence[SampleReport]) -> None:
        """Mails of a partner with one `URL;REFERER;NOTE` line per report; the last of them is a file of its own."""
        mails_needed = max(1, len(reports) // _LINES_PER_MAIL)
        for place in range(mails_needed):
            last = place == mails_needed - 1
            members = reports[place * _LINES_PER_MAIL : None if last else (place + 1) * _LINES_PER_MAIL]
            name = "mail-list.eml" if last else _box(members[-1])
            body = "".join(f"{report.location};;{report.description}\n" for report in members)
            message = mail(
                text_part(body, "utf-8", "8bit"), sender=_PARTNER, subject="URL", when=members[-1].received_at,
                message_id=_message_id(members[-1]),
            )  # fmt: skip
            if last:
                self.written.files[name] = message
            else:
                self.boxes.setdefault(name, []).append((members[-1], message))
            for line, report in enumerate(members, start=1):
                self.written.keys[report.number] = Key("email", "", f"{_message_id(members[-1])}#{line}", name)

    def _sent(self, report: SampleReport, part: Part) -> bytes:
        subject = self.texts.pick_slot(self.rng, "subjects", report.language)
        sender = "nepoznato@mail.example"
        if report.contact:
            sender = f"{header_text(report.contact.name)} <{report.contact.email}>"
        return mail(part, sender=sender, subject=subject, when=report.received_at, message_id=_message_id(report))


def _body(report: SampleReport) -> str:
    return "\n\n".join(text for text in (report.description, report.location) if text) + "\n"


def _message_id(report: SampleReport, suffix: str = "") -> str:
    return f"s{report.number:04d}{suffix}@mail.example"


def _box(report: SampleReport) -> str:
    return "mail-2026.mbox" if report.received_at.year >= 2026 else "mail-2024-2025.mbox"


def _boxed(report: SampleReport, message: bytes) -> bytes:
    stamp = time.asctime(report.received_at.timetuple())
    return f"From prijava@hotline.example {stamp}\n".encode() + message.replace(b"\nFrom ", b"\n>From ") + b"\n"


def _is_windows_1250(text: str) -> bool:
    return not text.isascii() and text.encode("cp1250", "ignore").decode("cp1250") == text


def _first(reports: Sequence[SampleReport], fits: Callable[[SampleReport], bool]) -> SampleReport:
    for report in reports:
        if fits(report):
            return report
    raise LookupError("the sample has no report for one of its single mails; use another seed")
