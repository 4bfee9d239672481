"""Which addresses hosts are to be told of: one letter per abuse contact, and why the others wait. Sends nothing.

An address goes if a person disposed its case `notice`, a person who viewed it assessed it as unlawful, no police
hold stands, and a contact for its host is known. Reading addresses needs the vault's private key; `today` counts cases
without it (`pipeline/desk/notices_today.py`), by the same grounds.
"""

from __future__ import annotations

import hmac
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import Connection, or_, select

from exporters.notice import LETTER_FILE, NoticeExporter
from exporters.package import CaseView, Package
from pipeline.bootstrap import App, url_rules
from pipeline.desk.case_moves import moves_in
from pipeline.desk.caseview import CaseFacts, case_facts_in
from pipeline.desk.lea_holds import holds_in
from pipeline.desk.letterhead import letterhead_of
from pipeline.desk.notice_contacts import Contact, contact_for, contacts_in, hosts_in, recipients_in
from pipeline.desk.notice_grounds import changed_since, ground, no_offence_in, words_on
from pipeline.desk.notice_past import Letter, doubtful_in, past_letters
from pipeline.desk.outside import outside_view
from pipeline.desk.references import external_reference
from pipeline.desk.times import clocks
from pipeline.desk.vaultroom import Vaultroom
from pipeline.resources import text
from pipeline.routes import routes
from pipeline.store.schema import case_record, disposition
from triage.assessment import GRAVE, Assessment, word_on
from triage.disposition import Disposition, Kind
from triage.errors import BadConfiguration
from triage.lea_hold import Hold
from triage.lifecycle import Status
from triage.notices import NoticeProtocol, Standing, gathered_at, host_of, next_moment, reminder_due
from triage.share_tokens import without_share_tokens

HOST = "host"
_PURPOSE = b"hotline notice shown 1"
_DIGEST_HEX_DIGITS = 32
_GONE = "content_removed"
"""The reason of a closing after which nobody needs to be told any more."""


@dataclass(frozen=True, slots=True)
class Place:
    """One address and where it stands. `host` is in clear and shown nowhere but defanged; `letters` are those that
    went about it to this contact, oldest first; `turn` is the place of the next one."""

    case_id: int
    locator_id: int
    disposition_id: int
    recipient: str
    decided_at: datetime
    contact_id: int | None
    standing: Standing
    said: Assessment | None
    version: int
    """Of its case when it was read."""
    letters: tuple[Letter, ...] = ()
    turn: int = 0
    holds: tuple[Hold, ...] = ()
    changed: Standing | None = None
    """What came since it was decided, if a person must decide again for it."""
    host: str | None = field(default=None, repr=False)
    address: str = field(default="", repr=False)
    """As it leaves: without share tokens."""
    tells: bool = False
    """Whether it holds a contact of a reporter (`telling.py`): then it is told to no host."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything about notices as it is now. `cases` are the facts read, by number."""

    contacts: Mapping[int, Contact]
    places: tuple[Place, ...]
    cases: Mapping[int, CaseFacts] = field(repr=False)
    doubtful: Mapping[int, int]
    """Letters in doubt, and how many addresses each names."""

    def of(self, contact_id: int) -> list[Place]:
        """What goes, went or waits at one contact."""
        return [one for one in self.places if one.contact_id == contact_id]


@cache
def protocol() -> NoticeProtocol:
    """When letters go, in this installation."""
    return NoticeProtocol.from_toml(text("notices/protocol.toml"))


@cache
def exporter() -> NoticeExporter:
    """What makes the letters."""
    return NoticeExporter({name: text(name) for name in NoticeExporter.needs})


def looked_at(app: App, connection: Connection, now: datetime, case_ids: Collection[int] | None = None) -> Desk:
    """Read every case disposed `notice` (or those of `case_ids` among them). Raises KeyProblem without the vault."""
    routing, vault = routes(), Vaultroom(app)
    ids = decided_in(connection, case_ids)
    cases = {case_id: case_facts_in(connection, case_id, vault, routing) for case_id in ids}
    contacts = {one.contact_id: one for one in contacts_in(connection)}
    known, held = hosts_in(connection), holds_in(connection, ids, now)
    numbers = {one.locator_id for case in cases.values() for one in case.locators}
    past = past_letters(connection, numbers)
    own = {one.recipient: one.contact_id for one in contacts.values() if one.recipient != HOST}
    whose = recipients_in(connection)
    unsure = {(whose[to], item): to for (to, item), letters in past.items()
              if letters[-1].standing is Standing.IN_DOUBT}  # fmt: skip
    moves, places = moves_in(connection), []
    no_offence = no_offence_in(connection, ids, moves)
    for case in cases.values():
        joined = moves.joined_at(case.case_id)
        for place in _places(app, case, known, own):
            to = unsure.get((place.recipient, place.locator_id), place.contact_id)
            letters = past.get((to, place.locator_id), ()) if to is not None else ()
            more = replace(
                place, contact_id=to, letters=letters, holds=held[case.case_id],
                changed=changed_since(
                    _decided(place, case), joined, case.new_facts, no_offence.get(case.case_id)
                ),
            )
            places.append(_standing(more, case))
    return Desk(contacts, tuple(places), cases, doubtful_in(connection))


def decided_in(connection: Connection, case_ids: Collection[int] | None = None) -> list[int]:
    """Cases disposed `notice` that are still cases of their own and whose content is not known to be gone."""
    gone = select(disposition.c.case_id).where(
        disposition.c.kind == str(Kind.CLOSE), disposition.c.reason == _GONE
    )  # fmt: skip
    query = (
        select(disposition.c.case_id).distinct()
        .join(case_record, case_record.c.case_id == disposition.c.case_id)
        .where(
            disposition.c.kind == str(Kind.NOTICE), case_record.c.joined_into.is_(None),
            case_record.c.status != str(Status.REMOVED),
            or_(case_record.c.status != str(Status.CLOSED), disposition.c.case_id.not_in(gone)),
        ).order_by(disposition.c.case_id)
    )  # fmt: skip
    return [one for one in connection.execute(query).scalars() if case_ids is None or one in case_ids]


def ready(desk: Desk, contact_id: int) -> list[Place]:
    """What the next letter to a contact names: the gravest and oldest decisions first, as many as one letter holds."""
    waiting = [one for one in desk.of(contact_id) if one.standing is Standing.READY]
    return _some(waiting)


def reminders(desk: Desk, contact_id: int, now: datetime) -> list[Place]:
    """Addresses the contact is reminded of now."""
    due = [one for one in desk.of(contact_id) if (at := reminder_at(one)) is not None and at <= now]
    return _some([one for one in due if _may_be_repeated(one, desk)])


def reminder_at(place: Place) -> datetime | None:
    """When the next letter about an address is due; None while none went, and where a person decides."""
    if place.standing is not Standing.SENT:
        return None
    last = place.letters[-1]
    return reminder_due(last.made_at, last.reminder + 1, protocol())


def in_doubt(desk: Desk, contact_id: int) -> list[Place]:
    """What the oldest letter to a contact names of which nobody knows whether it arrived.

    A letter goes again whole or not at all: what may not be told any more keeps the rest of its letter back.
    """
    for number, addresses in sorted(desk.doubtful.items()):
        named = [one for one in desk.of(contact_id) if one.standing is Standing.IN_DOUBT
                 and one.letters[-1].notice_id == number]  # fmt: skip
        if named and len(named) == addresses and all(_may_be_repeated(one, desk) for one in named):
            return named
    return []


def may_go_at(desk: Desk, contact_id: int, places: Collection[Place], now: datetime) -> datetime:
    """When a first letter with these addresses may go: gathered, apart from the last one, on a day letters go."""
    last = max((one.letters[-1].made_at for one in desk.of(contact_id) if one.letters), default=None)
    gathered = gathered_at([one.decided_at for one in places], last, protocol())
    return open_at(max(now, gathered))


def open_at(now: datetime) -> datetime:
    """`now` where letters go, else when they go again."""
    return next_moment(now, protocol(), clocks().zone, clocks().holidays)


def package_of(app: App, desk: Desk, places: Collection[Place], now: datetime, reminder: int) -> Package:
    """The letter's package. Raises BadConfiguration while nobody said who sends notices."""
    if not app.settings.notices_from or not app.settings.hotline_name:
        raise BadConfiguration("set notices_from and hotline_name: a host must know who writes and how to answer")
    first = next(iter(places))
    contact = desk.contacts[first.contact_id or 0]
    recipient = routes().recipients[contact.recipient]
    by_case: defaultdict[int, list[Place]] = defaultdict(list)
    for one in places:
        by_case[one.case_id].append(one)
    views = [_view(app, desk.cases[case_id], some, contact) for case_id, some in by_case.items()]
    return Package(
        exporter().kind, recipient.code, now.replace(microsecond=0), recipient.basis, "remove_content",
        tuple(sorted(views, key=lambda view: view.reference)), language=contact.language,
        letterhead=letterhead_of(app), sender=app.settings.notices_from, reminder=reminder,
    )  # fmt: skip


def digest_of(app: App, contact: Contact, places: Iterable[Place], files: Mapping[str, bytes]) -> str:
    """Keyed, over what a person was shown: to whom, which addresses under which assessments, and the letter's words."""
    about = sorted(
        [one.locator_id, one.case_id, one.disposition_id, one.turn, *_assessed(one.said), one.address]
        for one in places
    )
    told = [contact.contact_id, contact.mail, about, files[LETTER_FILE].decode()]
    return hmac.digest(app.store.index_key, _PURPOSE + json.dumps(told).encode(), "sha256").hex()[:_DIGEST_HEX_DIGITS]


def _places(app: App, case: CaseFacts, known: dict[bytes, int], own: Mapping[str, int]) -> Iterable[Place]:
    """Each address with the last decision for each recipient of notices, and the contact it would go to."""
    said = words_on(case.assessments)
    last = {
        one.made.recipient or HOST: one for one in case.dispositions if one.made.kind is Kind.NOTICE
    }
    for recipient, decided in last.items():
        for item in case.locators:
            address = without_share_tokens(item.canonical, url_rules())
            host = host_of(address)
            contact = own.get(recipient) if recipient != HOST else contact_for(app, known, host) if host else None
            yield Place(
                case.case_id, item.locator_id, decided.disposition_id, recipient, decided.made.at,
                None if host is None else contact, Standing.READY, word_on(said, item.locator_id),
                case.version, host=host, address=address, tells=item.tells,
            )  # fmt: skip


def _standing(place: Place, case: CaseFacts) -> Place:
    """The place with its standing and turn worked out."""
    turn = place.letters[-1].turn + 1 if place.letters else 0
    return replace(place, turn=turn, standing=_stands(place, case))


def _stands(place: Place, case: CaseFacts) -> Standing:
    if place.letters and not place.letters[-1].over(place.decided_at):
        return place.letters[-1].standing
    if place.host is None:
        return Standing.NO_HOST
    if (wrong := _ground(place, case)) is not None:
        return wrong
    if place.tells:
        return Standing.TELLS
    if place.holds:
        return Standing.HELD
    return Standing.NO_CONTACT if place.contact_id is None else Standing.READY


def _may_be_repeated(place: Place, desk: Desk) -> bool:
    """Whether an address that was told of may be told of again: nothing that would stop a first letter stops it."""
    return not place.holds and not place.tells and _ground(place, desk.cases[place.case_id]) is None


def _ground(place: Place, case: CaseFacts) -> Standing | None:
    return ground(place.said, _decided(place, case), case.assessments, place.locator_id, changed=place.changed)


def _decided(place: Place, case: CaseFacts) -> Disposition:
    (decided,) = [one.made for one in case.dispositions if one.disposition_id == place.disposition_id]
    return decided


def _view(app: App, case: CaseFacts, places: Collection[Place], contact: Contact) -> CaseView:
    """The case as this contact may see it, with its own addresses only and a reference of its own."""
    chosen = {one.locator_id for one in places}
    some = replace(case, locators=tuple(one for one in case.locators if one.locator_id in chosen), files=())
    name = contact.recipient if contact.recipient != HOST else f"{HOST}\x1f{contact.contact_id}"
    reference = external_reference(app.store.index_key, routes().home_country, name, case.case_id)
    return outside_view(some, reference, exporter().recipient_kind, contact.recipient)


def _some(places: Collection[Place]) -> list[Place]:
    return sorted(places, key=_order)[: protocol().most_items]


def _order(place: Place) -> tuple[bool, datetime, int]:
    grave = place.said is not None and place.said.classification in GRAVE
    return not grave, place.decided_at, place.locator_id


def _assessed(said: Assessment | None) -> tuple[str, int, int]:
    return ("", 0, 0) if said is None else (str(said.classification), said.by, int(said.at.astimezone(UTC).timestamp()))
