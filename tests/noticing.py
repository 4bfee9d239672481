"""A workspace with content hosts are to be told of: who decided what, whom police were told, and short ways to send."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

from sqlalchemy import select

from pipeline.desk import notice_contacts, notice_sending
from pipeline.desk.acts import Said
from pipeline.desk.notice_contacts import Contact, NewContact
from pipeline.desk.notice_sending import Order, Outcome, Which
from pipeline.store.engine import reading, writing
from pipeline.store.notice_tables import notice
from pipeline.store.schema import disposition, package
from tests.desk import NOW, Desk
from triage.assessment import Classification, IllegalKind, Viewed
from triage.disposition import Kind
from triage.people import Person

SENDER = "notices@reports.example"
HOTLINE = "Sample Hotline"
LATER = NOW + timedelta(hours=2)
"""Wednesday noon in UTC, 13:00 in the hotline's zone: gathered, and letters go."""
SETTLED = LATER + timedelta(minutes=10)
"""Nobody can have what was begun at `LATER` on the line any more."""
GRAVE = Said(Classification.BASELINE, viewed=Viewed.CONTENT, hosting_country="NL", hosting_source="whois")
"""Hosted abroad: what is grave and hosted here waits until police were told."""


def supervisor(desk: Desk) -> Person:
    """Who keeps the register."""
    return desk.person("sample-supervisor")


def contact(desk: Desk, *hosts: str, language: str = "en", mail: str = "abuse@provider.example") -> Contact:
    """A registered contact that answers for these hosts."""
    new = NewContact("Example Hosting", mail, language, "whois")
    made = notice_contacts.add(desk.app, supervisor(desk), new, NOW)
    if hosts:
        notice_contacts.assign(desk.app, desk.one, made.contact_id, hosts, NOW)
    return made


def assessed(desk: Desk, external_id: str, now: datetime = NOW, **more: object) -> int:
    """The case of a report, every address of it assessed as baseline by one person."""
    case_id = desk.case_of(external_id)
    for item in desk.facts(case_id).locators:
        said = replace(GRAVE, locator_id=item.locator_id)
        desk.assess(case_id, said, now=now, **more)
    return case_id


def decided(desk: Desk, external_id: str, recipient: str = "host", now: datetime = NOW) -> int:
    """The case of a report, assessed and disposed `notice`."""
    case_id = assessed(desk, external_id, now)
    desk.dispose(case_id, Kind.NOTICE, recipient, reason="hosted_here", now=now)
    return case_id


def otherwise_unlawful(desk: Desk, external_id: str, kind: IllegalKind = IllegalKind.HATE) -> int:
    """The case of a report, assessed as otherwise unlawful and disposed to the regulator."""
    case_id = desk.case_of(external_id)
    desk.assess(case_id, Said(Classification.ILLEGAL_OTHER, viewed=Viewed.CONTENT, kind=kind))
    desk.dispose(case_id, Kind.NOTICE, "regulator", reason="hosted_here")
    return case_id


def police_told(desk: Desk, case_id: int, agency: str = "police-rs", at: datetime | None = None) -> None:
    """Disposed to police; with `at`, its package went then."""
    desk.dispose(case_id, Kind.POLICE, agency, reason="hosted_here")
    if at is not None:
        package_went(desk, case_id, at, agency)


def package_went(desk: Desk, case_id: int, at: datetime, agency: str = "police-rs") -> None:
    """The package of what was disposed to police went then."""
    with writing(desk.app.store.engine) as connection:
        number = connection.execute(
            package.insert()
            .values(kind="lea", recipient=agency, manifest_digest="0" * 64, person_id=1, made_at=int(at.timestamp()))
            .returning(package.c.package_id)
        ).scalar_one()
        mine = (disposition.c.case_id == case_id) & (disposition.c.recipient == agency)
        connection.execute(disposition.update().where(mine).values(package_id=number))


def sent(
    desk: Desk, to: Contact, which: Which = Which.FIRST, now: datetime = LATER, by: Person | None = None
) -> Outcome:
    """Look at the letter to a contact, then send it."""
    person = by or desk.one
    notice_sending.show(desk.app, person, to.contact_id, which, now)
    return notice_sending.send(desk.app, person, to.contact_id, Order(which, checked=True), now)


def outbox(desk: Desk) -> list[EmailMessage]:
    """The mails that lie in the outbox."""
    folder = desk.app.workspace.root / "outbox"
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(folder.glob("*.eml"))]


def letter(mail: EmailMessage) -> str:
    """What a person at the host reads."""
    body = mail.get_body(("plain",))
    return "" if body is None else str(body.get_content()).replace("\r\n", "\n")


def states(desk: Desk) -> list[str]:
    """Of every letter, oldest first."""
    with reading(desk.app.store.engine) as connection:
        return list(connection.execute(select(notice.c.state).order_by(notice.c.notice_id)).scalars())
