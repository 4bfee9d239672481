"""A workspace with reporters to answer: who left which contact, in which language, and what about."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import select, update

from pipeline.bootstrap import App
from pipeline.desk import answer_sending, packages
from pipeline.entering import give_receipt
from pipeline.store.answer_tables import answer_sent
from pipeline.store.engine import reading, writing
from pipeline.store.schema import report
from tests.desk import NOW, Desk, made
from tests.factories import take_in
from triage.answering import Template
from triage.disposition import Kind
from triage.receipts import code_of
from triage.report import Fact, ReportId

SENDER = "office@letters.example"
COLUMNS = (
    "id", "received_at", "category", "location", "description", "language", "contact_name", "contact_email",
    "contact_phone", "contact_is_safe", "name_to_use", "best_time",
)  # fmt: skip
VAGUE = "Somebody insulted people in a group"
ROWS: tuple[dict[str, str], ...] = (
    {"id": "l-1", "description": VAGUE, "language": "en", "contact_email": "one@mail.example",
     "contact_is_safe": "yes", "name_to_use": "Ana-Marija", "contact_name": "Canary Nameson"},
    {"id": "l-2", "description": f"{VAGUE} too", "contact_email": "two@mail.example"},
    {"id": "l-3", "description": f"{VAGUE} as well"},
    {"id": "l-4", "description": f"{VAGUE} there", "contact_phone": "+387 61 123 456", "contact_is_safe": "yes"},
    {"id": "l-5", "description": "I have a question: how can I protect my child online?", "language": "sr-Cyrl",
     "contact_email": "five@mail.example", "contact_is_safe": "yes"},
    {"id": "l-6", "description": "I am attracted to minors and want help", "language": "en",
     "contact_email": "six@mail.example", "contact_is_safe": "yes"},
    {"id": "l-7", "location": "https://place.example/a", "description": "illegal pictures of a child on this page",
     "contact_email": "seven@mail.example", "contact_is_safe": "yes", "language": "de"},
)  # fmt: skip


def lettered(folder: Path, *rows: dict[str, str]) -> Desk:
    """A demo workspace with these reports (ROWS if none are given) beside the desk's own."""
    desk = made(folder)
    bring(desk.app, folder / "letters.csv", *(rows or ROWS))
    return desk


def bring(app: App, path: Path, *rows: dict[str, str]) -> None:
    """Take reports in, received a day ago."""
    write(path, *rows)
    take_in(app, path.stem, path)


@contextmanager
def as_of_an_older_store(desk: Desk, name: str) -> Iterator[None]:
    """Meanwhile a report is as intake left it when any `@` counted as a mail address."""
    mine, no_email = update(report).where(report.c.report_id == desk.report_of(name)), int(Fact.NO_EMAIL)
    with writing(desk.app.store.engine) as connection:
        connection.execute(mine.values(facts=report.c.facts - no_email))
    yield
    with writing(desk.app.store.engine) as connection:
        connection.execute(mine.values(facts=report.c.facts + no_email))


def write(path: Path, *rows: dict[str, str]) -> None:
    """A file of such reports."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows({"received_at": "2026-03-03T10:00:00+01:00"} | row for row in rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")


def decided(desk: Desk, external_id: str, reason: str = "needs_address") -> int:
    """The case of a report, disposed `answer`."""
    case_id = desk.case_of(external_id)
    desk.dispose(case_id, Kind.ANSWER, reason=reason)
    return case_id


def referred(desk: Desk) -> None:
    """Every referral that waits is exported."""
    packages.make_packages(desk.app, packages.Order("referral"), desk.two, NOW)


def receipt_for(desk: Desk, external_id: str) -> str:
    """A code as `hotline new` hands it out, for a report that came by file."""
    app, report_id = desk.app, desk.report_of(external_id)
    code = code_of(report_id.to_bytes(16, "big"))
    with writing(app.store.engine) as connection:
        give_receipt(app, connection, desk.one, ReportId.unpack(report_id), code, "phone", NOW)
    return code


def shown_and_sent(
    desk: Desk, case_id: int, template: Template | None = None, *, reports: Iterable[int] = (), now: datetime = NOW,
    **more: bool,
) -> list[str]:  # fmt: skip
    """Look at the letters about a case, then send them; what became of each."""
    answer_sending.show(desk.app, desk.one, case_id, template, now)
    order = answer_sending.Order(template, more.get("reviewed", False), more.get("again", False), frozenset(reports))
    return [one.result for one in answer_sending.send(desk.app, desk.one, case_id, order, now)]


LATER = NOW + timedelta(minutes=11)
"""When a letter begun at NOW is no more taken for one that is being sent."""


def outbox(desk: Desk) -> list[EmailMessage]:
    """The mails that lie in the outbox."""
    folder = desk.app.workspace.root / "outbox"
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]


def states(desk: Desk) -> dict[int, tuple[str, str]]:
    """Report to template and state."""
    with reading(desk.app.store.engine) as connection:
        rows = connection.execute(select(answer_sent)).all()
    return {row.report_id: (row.template, row.state) for row in rows}


def text_of(mail: EmailMessage) -> str:
    """What a mail says, with plain line ends."""
    return str(mail.get_content()).replace("\r\n", "\n")


@contextmanager
def erased(letters: Desk, report_id: ReportId) -> Iterator[None]:
    """Within it the report's salt is gone, as after an erasure; no act of anybody tells of one, so it comes back."""
    its = report.c.report_id == report_id
    with writing(letters.app.store.engine) as connection:
        salt = connection.execute(select(report.c.salt).where(its)).scalar_one()
        connection.execute(update(report).where(its).values(salt=None))
    yield
    with writing(letters.app.store.engine) as connection:
        connection.execute(update(report).where(its).values(salt=salt))
