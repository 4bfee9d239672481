"""Show and send notices: the letter a person was shown, to the host that was looked at again, once.

For each letter: claim it and its addresses in one transaction, in which the police hold and the cases are looked at
again; send; mark it. Whatever stops between claim and mark leaves the letter in doubt, and what is in doubt goes again
only where a person says so, once nobody can be sending it any more. Each sending marks its own claim and no other.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from time import monotonic
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select, update

from exporters.package import Package
from pipeline.bootstrap import App
from pipeline.delivery.answer_mail import Delivery
from pipeline.delivery.answer_smtp import mail_line
from pipeline.delivery.host_check import Resolver, SystemResolver
from pipeline.delivery.notice_mail import mail_of, message_id
from pipeline.desk import notices
from pipeline.desk.holding import check_free
from pipeline.desk.lea_holds import holds_in
from pipeline.desk.notice_contacts import Contact, contact_in
from pipeline.desk.notice_past import CLAIMED, REFUSED, SENT
from pipeline.desk.notices import Desk, Place
from pipeline.desk.on_the_line import SENDING
from pipeline.desk.package_folder import Sending, note_package
from pipeline.desk.people import actor
from pipeline.desk.times import local
from pipeline.identity import text_digests
from pipeline.store.engine import reading, writing
from pipeline.store.notice_tables import notice, notice_item
from pipeline.store.schema import audit, case_record, disposition
from triage.disposition import Kind
from triage.errors import RuleBroken, ServiceFailed
from triage.notices import Standing
from triage.people import Act, Person, require

SHOWN, CLAIM, WENT, NOT_SENT, OVERTAKEN, MOVED = (
    "notice_shown", "notice_claimed", "notice_sent", "notice_not_sent", "notice_overtaken", "notice_host_changed",
)  # fmt: skip
"""Audit events. Those of a letter have the subject `contact:…`; `notice_sent`, `notice_not_sent` and `notice_overtaken`
(what became of a sending after another one had claimed its letter) stand in the history of every case it names."""
DNS, PERSON = "dns", "person"
"""Who looked at the host just before: the code in the claim."""
_SEEN_HEX_DIGITS = 16
_SEEN_MARK = "notice seen\x1f"


class Which(StrEnum):
    """Which letter to a contact is meant."""

    FIRST = "first"
    REMINDER = "reminder"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Draft:
    """One letter as it would go now: to whom, about what, its files, and when it may go."""

    contact: Contact
    which: Which
    places: tuple[Place, ...]
    package: Package
    files: Mapping[str, bytes]
    digest: str
    may_go_at: datetime
    is_later: bool = False
    """Whether a letter went to this contact before."""

    @property
    def subject(self) -> str:
        """The subject of its mail."""
        return notices.exporter().subject(self.package)


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks for: which letter; `checked`: they looked just now that it is there and still that host's."""

    which: Which = Which.FIRST
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a letter: its number, `sent`, `refused` or `in_doubt`, and how many addresses it names."""

    notice_id: int
    result: str
    places: int


class _Claim(NamedTuple):
    """One sending's claim on a letter. No two claims on a letter have the same time."""

    notice_id: int
    made_at: int


def show(
    app: App, by: Person, contact_id: int, which: Which, now: datetime, resolver: Resolver | None = None
) -> Draft:
    """The next letter to a contact as it would go; that it was shown is written down. Raises RuleBroken, UsageError."""
    require(by, Act.DISPOSE, "show a letter to a host")
    with reading(app.store.engine) as connection:
        draft = _draft(app, connection, contact_id, which, now)
    said: dict[str, object] = {"digest": draft.digest, "addresses": len(draft.places), "which": str(which)}
    if app.settings.notices_recheck == DNS:
        said["seen"] = _seen(app, draft.places, resolver or SystemResolver())
    with writing(app.store.engine) as connection:
        app.store.record(connection, now, actor(by), SHOWN, f"contact:{contact_id}", said)
    return draft


def send(
    app: App, by: Person, contact_id: int, order: Order, now: datetime, resolver: Resolver | None = None
) -> Outcome:
    """Send the letter to a contact that a person was shown just as it is now.

    Raises RuleBroken naming the rule, CaseTaken, BadConfiguration, ServiceFailed; then nothing was claimed or sent.
    """
    require(by, Act.DISPOSE, "send a letter to a host")
    begun = monotonic()
    with reading(app.store.engine) as connection:
        draft = _draft(app, connection, contact_id, order.which, now)
        shown = _check_shown(connection, draft)
        _check_cases(connection, draft, by, now)
    if draft.may_go_at > now:
        go = "letters to {} go again" if draft.is_later else "the letter to {} goes"
        why = ": somebody may be sending it just now" if order.which is Which.AGAIN else ""
        raise RuleBroken(f"{go.format(draft.contact.shown)} from {local(draft.may_go_at, now)} on{why}")
    looked = _checked(app, by, draft, order, shown, now, resolver)
    with mail_line(app.workspace, app.settings, app.settings.notices_from) as line:
        claim = _claimed(app, by, draft, looked, now + timedelta(seconds=monotonic() - begun))
        key = message_id(app.store.index_key, claim.notice_id)
        mail = mail_of(
            draft.files, draft.subject, draft.package.sender, draft.contact.mail, key, draft.contact.language, now
        )
        result = line.deliver(mail).settled
        if result is not Delivery.IN_DOUBT:
            _mark(app, by, draft, claim, str(result), line.way, now + timedelta(seconds=monotonic() - begun))
    return Outcome(claim.notice_id, str(result), len(draft.places))


def _draft(app: App, connection: Connection, contact_id: int, which: Which, now: datetime) -> Draft:
    contact = contact_in(connection, contact_id)
    desk = notices.looked_at(app, connection, now)
    places = _chosen(desk, contact_id, which, now)
    if not places:
        raise RuleBroken(_why_nothing(desk, contact, which))
    reminder = _reminder(places, which)
    package = notices.package_of(app, desk, places, now, reminder)
    files = notices.exporter().files(package)
    digest = notices.digest_of(app, contact, places, files)
    is_later = any(one.letters for one in desk.of(contact_id))
    return Draft(contact, which, tuple(places), package, files, digest, _may_go_at(desk, places, which, now), is_later)


def _may_go_at(desk: Desk, places: Collection[Place], which: Which, now: datetime) -> datetime:
    """From when on it may go: what is in doubt, once nobody can have it on the line any more."""
    first = next(iter(places))
    if which is Which.FIRST:
        return notices.may_go_at(desk, first.contact_id or 0, places, now)
    settled = first.letters[-1].made_at + SENDING if which is Which.AGAIN else now
    return notices.open_at(max(now, settled))


def _chosen(desk: Desk, contact_id: int, which: Which, now: datetime) -> list[Place]:
    if which is Which.REMINDER:
        return notices.reminders(desk, contact_id, now)
    return notices.in_doubt(desk, contact_id) if which is Which.AGAIN else notices.ready(desk, contact_id)


def _reminder(places: Collection[Place], which: Which) -> int:
    """How many letters went before this one about what it names."""
    if which is Which.FIRST:
        return 0
    last = max(one.letters[-1].reminder for one in places)
    return last + 1 if which is Which.REMINDER else last


def _why_nothing(desk: Desk, contact: Contact, which: Which) -> str:
    stand = Counter(one.standing for one in desk.of(contact.contact_id))
    if which is Which.REMINDER:
        return f"no reminder to {contact.shown} is due: see `hotline notices reminders`"
    if which is Which.AGAIN:
        return f"no letter to {contact.shown} is in doubt, or not all of it may go any more: see `hotline notices list`"
    if stand[Standing.HELD]:
        return f"what waits for {contact.shown} is held for police: see `hotline notices list`"
    if stand[Standing.NOT_VIEWED]:
        return f"nobody viewed what waits for {contact.shown}: look and assess it again with `--viewed content`"
    if stand[Standing.IN_DOUBT]:
        return f"a letter to {contact.shown} may have arrived: --again sends it once more"
    return f"nothing waits for {contact.shown}: see `hotline notices list`"


def _check_shown(connection: Connection, draft: Draft) -> dict[str, Any]:
    """What stands in the chain of the last time this very letter was shown. Raises RuleBroken if it never was."""
    query = (
        select(audit.c.details).where(audit.c.event == SHOWN, audit.c.subject == f"contact:{draft.contact.contact_id}")
        .order_by(audit.c.seq.desc())
    )  # fmt: skip
    for details in connection.execute(query).scalars():
        said: dict[str, Any] = json.loads(details)
        if said.get("digest") == draft.digest:
            return said
    option = "" if draft.which is Which.FIRST else f" --{draft.which}"
    raise RuleBroken(f"look at the letter as it is now first: `hotline notices show {draft.contact.shown}{option}`")


def _check_cases(connection: Connection, draft: Draft, by: Person, now: datetime) -> None:
    rows = connection.execute(
        select(case_record).where(case_record.c.case_id.in_({one.case_id for one in draft.places}))
    )
    for row in rows:
        check_free(row, by, now)


def _checked(
    app: App, by: Person, draft: Draft, order: Order, shown: Mapping[str, Any], now: datetime,
    resolver: Resolver | None,
) -> str:  # fmt: skip
    """Who looked at the hosts just before. Raises RuleBroken where nobody did, or one is elsewhere than when shown."""
    if app.settings.notices_recheck != DNS:
        if not order.checked:
            raise RuleBroken("look now whether these hosts still are this contact's, then send with --checked")
        return PERSON
    before = shown.get("seen", {})
    now_seen = _seen(app, draft.places, resolver or SystemResolver())
    moved = [name for name, found in now_seen.items() if not found or not set(found) <= set(before.get(name, ()))]
    if moved:
        with writing(app.store.engine) as connection:
            said = {"items": sorted(moved)}
            app.store.record(connection, now, actor(by), MOVED, f"contact:{draft.contact.contact_id}", said)
        raise RuleBroken(
            f"{len(moved)} of these hosts answer elsewhere than when the letter was shown, or nowhere: look up who"
            f" hosts them now ({', '.join(sorted(moved))}), then show the letter again"
        )
    return DNS


def _seen(app: App, places: Collection[Place], resolver: Resolver) -> dict[str, list[str]]:
    """By item, keyed digests of where its host answers: enough to see a change, not to tell where."""
    answers = {host: resolver.addresses(host) for host in {one.host for one in places if one.host}}
    found = {}
    for one in places:
        marked = [f"{_SEEN_MARK}{address}" for address in sorted(answers.get(one.host or "", ()))]
        digests = text_digests(marked, app.store.index_key)
        found[f"L{one.locator_id}"] = [digest.hex()[:_SEEN_HEX_DIGITS] for digest in digests]
    return found


def _claimed(app: App, by: Person, draft: Draft, looked: str, now: datetime) -> _Claim:
    """Write down that this letter is about to go.

    Raises RuleBroken, ServiceFailed where another command, a decision or police were quicker.
    """
    with writing(app.store.engine) as connection:
        _check_unchanged(connection, draft, now)
        number = _notice_row(connection, by, draft, now)
        made_at = connection.execute(select(notice.c.made_at).where(notice.c.notice_id == number)).scalar_one()
        items = [] if draft.which is Which.AGAIN else sorted(
            [one.locator_id, one.turn, one.case_id, one.disposition_id] for one in draft.places
        )
        said = {
            "notice": number, "digest": draft.digest, "addresses": len(draft.places), "checked": looked,
            "reminder": draft.package.reminder, "again": draft.which is Which.AGAIN, "made_at": made_at, "items": items,
        }  # fmt: skip
        app.store.record(connection, now, actor(by), CLAIM, f"contact:{draft.contact.contact_id}", said)
    return _Claim(number, made_at)


def _check_unchanged(connection: Connection, draft: Draft, now: datetime) -> None:
    cases = {one.case_id for one in draft.places}
    if any(holds_in(connection, cases, now).values()):
        raise RuleBroken("police asked to wait, or were told of one of these cases meanwhile: look again")
    known = {one.case_id: one.version for one in draft.places}
    for row in connection.execute(select(case_record).where(case_record.c.case_id.in_(cases))):
        if row.version != known[row.case_id]:
            raise ServiceFailed("somebody worked on one of these cases meanwhile: look at the letter again")
    contact_in(connection, draft.contact.contact_id)
    for one in draft.places:
        mine = (notice_item.c.contact_id == one.contact_id) & (notice_item.c.locator_id == one.locator_id)
        last = connection.execute(select(func.max(notice_item.c.turn)).where(mine)).scalar_one_or_none()
        if (-1 if last is None else last) != one.turn - 1:
            raise ServiceFailed("another command sent this letter meanwhile: see `hotline notices list`")
        if draft.which is Which.AGAIN and _state(connection, one.letters[-1].notice_id) != CLAIMED:
            raise ServiceFailed("another command sent this letter meanwhile: see `hotline notices list`")


def _state(connection: Connection, number: int) -> str:
    return str(connection.execute(select(notice.c.state).where(notice.c.notice_id == number)).scalar_one())


def _notice_row(connection: Connection, by: Person, draft: Draft, now: datetime) -> int:
    values = {
        "contact_id": draft.contact.contact_id, "reminder": draft.package.reminder, "digest": draft.digest,
        "person_id": by.person_id, "made_at": int(now.timestamp()), "state": CLAIMED,
    }  # fmt: skip
    if draft.which is Which.AGAIN:
        return _claimed_again(connection, draft, values)
    number = int(connection.execute(notice.insert().values(values).returning(notice.c.notice_id)).scalar_one())
    connection.execute(
        notice_item.insert(),
        [{"contact_id": one.contact_id, "locator_id": one.locator_id, "turn": one.turn, "notice_id": number,
          "case_id": one.case_id, "disposition_id": one.disposition_id} for one in draft.places],
    )  # fmt: skip
    return number


def _claimed_again(connection: Connection, draft: Draft, values: dict[str, Any]) -> int:
    """The same letter once more. Its time always rises, so that of two commands at once one finds it changed."""
    last = draft.places[0].letters[-1]
    before = int(last.made_at.timestamp())
    mine = (notice.c.notice_id == last.notice_id) & (notice.c.state == CLAIMED) & (notice.c.made_at == before)
    rising = values | {"made_at": max(values["made_at"], before + 1)}
    if connection.execute(update(notice).where(mine).values(rising)).rowcount != 1:
        raise ServiceFailed("another command sent this letter meanwhile: see `hotline notices list`")
    return last.notice_id


def _mark(app: App, by: Person, draft: Draft, claim: _Claim, result: str, way: str, now: datetime) -> None:
    """What became of a letter. One refused before anything left frees its addresses, unless it may be there already.

    A letter another sending claimed meanwhile stays as that one left it: what it wrote down may be that it went.
    """
    went, again = result == Delivery.SENT, draft.which is Which.AGAIN
    state = SENT if went else CLAIMED if again else REFUSED
    mine = (notice.c.notice_id == claim.notice_id) & (notice.c.state == CLAIMED) & (notice.c.made_at == claim.made_at)
    with writing(app.store.engine) as connection:
        is_mine = connection.execute(update(notice).where(mine).values(state=state)).rowcount == 1
        if is_mine and state == REFUSED:
            connection.execute(delete(notice_item).where(notice_item.c.notice_id == claim.notice_id))
        event = (WENT if went else NOT_SENT) if is_mine else OVERTAKEN
        said: dict[str, object] = {
            "notice": claim.notice_id, "contact": draft.contact.shown, "by": way, "result": result
        }  # fmt: skip
        for case_id, count in sorted(Counter(one.case_id for one in draft.places).items()):
            app.store.record(connection, now, actor(by), event, f"C{case_id}", said | {"addresses": count})
        if is_mine and went and not draft.package.reminder:
            _note(app, connection, by, draft, now)


def _note(app: App, connection: Connection, by: Person, draft: Draft, now: datetime) -> None:
    """A letter that went counts as a package, so that others are told of it and the decision is carried out."""
    cases = tuple(sorted({one.case_id for one in draft.places}))
    sending = Sending(draft.package.kind, draft.package.recipient, draft.files, cases)
    package_id = note_package(app, connection, sending, by, now)
    connection.execute(
        update(disposition)
        .where(
            disposition.c.case_id.in_(cases), disposition.c.kind == str(Kind.NOTICE),
            disposition.c.recipient == draft.package.recipient, disposition.c.package_id.is_(None),
        ).values(package_id=package_id)
    )  # fmt: skip
