"""What of ours goes to ICCAM: cases exported as kind `iccam`, and answers to content INHOPE assigned to us.

A case of ours is a new report, exactly as its last package holds it. Content INHOPE assigned is in ICCAM already: it
gets a person's assessment, made of the same redacted facts, and no second report. The gates are checked again on what
the store says now: nobody assessed the case after it was decided, and it was neither joined nor split.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, select

from exporters.iccam_codes import CODES_FILE, Codes, read_codes
from exporters.iccam_payloads import SOURCE_ANSWERS, action, assessment, closing_action
from pipeline.bootstrap import App
from pipeline.delivery.iccam.settings import IccamSettings
from pipeline.delivery.iccam.state import Body, OurCase, OurItem, case_of_report
from pipeline.desk.case_moves import moves_in
from pipeline.desk.caseview import CaseFacts, case_facts_in
from pipeline.desk.iccam_notes import Known, Subject, arrived, known_cases
from pipeline.desk.iccam_packages import Shelf, Unusable
from pipeline.desk.iccam_past import ICCAM, Assigned, Past, assigned_contents, past_since, pasts
from pipeline.desk.iccam_twice import Earlier, SentBefore
from pipeline.desk.lea_holds import first_told
from pipeline.desk.outside import outside_view
from pipeline.desk.records import grave_among
from pipeline.desk.references import external_reference
from pipeline.desk.vaultroom import Vaultroom
from pipeline.resources import text
from pipeline.routes import routes
from pipeline.store.engine import reading
from pipeline.store.schema import case_record, package
from triage.assessment import GRAVE
from triage.errors import RuleBroken
from triage.grouping import NewFact
from triage.share_tokens import without_share_tokens


class Left(StrEnum):
    """Why a case or content does not go now; a code of docs/iccam.md."""

    ASSESSED_SINCE = "assessed_since"
    JOINED = "joined"
    SPLIT = "split"
    SENT_BEFORE = "sent_before"
    DECIDED_MEANWHILE = "decided_meanwhile"
    REFUSED = "refused"
    UNDECIDED = "undecided"
    NO_NUMBER = "no_number"
    OTHER_ADDRESS = "other_address"
    PACKED_AS_VERSION_2 = "packed_as_version_2"


@dataclass(frozen=True, slots=True)
class Ours:
    """One case or assigned content as the client takes it; `left` if it must not be sent now.

    `state` says what the case stands on, to know later whether anything changed. `place` is the canonical address of
    assigned content: an assessment goes only to content with that address. `last_at`: when it was last tried,
    `arrived_at` when ICCAM took its report, in seconds (0: never).
    """

    about: Subject
    case: OurCase
    state: str
    left: Left | None = None
    place: str | None = field(default=None, repr=False)
    last_at: int = 0
    earlier: Earlier | None = None
    arrived_at: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that does not go, named by our case and its reference; `earlier`: whose report held its address."""

    case_id: int
    reference: str
    why: Left | Unusable
    earlier: Earlier | None = None


@dataclass(frozen=True, slots=True)
class Everything:
    """All that goes to ICCAM or did; and what cannot: packages nobody can read back, cases packed as version 2 only."""

    cases: tuple[Ours, ...]
    unsendable: tuple[LeftOut, ...]


def iccam_codes() -> Codes:
    """ICCAM's numbers for our words."""
    return read_codes(text(CODES_FILE))


def content_reference(index_key: bytes, case_id: int, content_id: int) -> str:
    """Our reference of content INHOPE assigned: the case's, and ICCAM's own number, so that it is unique."""
    return f"{external_reference(index_key, routes().home_country, ICCAM, case_id)}_{content_id}"


def everything(app: App, settings: IccamSettings, *, settled: bool) -> Everything:
    """Read what goes to ICCAM; with `settled` also cases for which nothing was left to send.

    Raises KeyProblem where content INHOPE assigned is to be answered without the vault's private key.
    """
    with reading(app.store.engine) as connection:
        return _Reader(app, connection, settings).read(settled)


def left_meanwhile(connection: Connection, about: Subject) -> Left | None:
    """Why what was read a while ago must not go any more, as people changed the case since; None if nobody did."""
    past = past_since(connection, about.case_id, about.decided)
    if about.decided in (past.exported, past.closed):
        return _changed(connection, about.case_id, past, about.decided)
    return Left.DECIDED_MEANWHILE if max(past.exported, past.closed) else Left.UNDECIDED


def _changed(connection: Connection, case_id: int, past: Past, decided: int) -> Left | None:
    row: Row[Any] = connection.execute(select(case_record).where(case_record.c.case_id == case_id)).one()
    if row.joined_into is not None or NewFact(row.new_facts) & NewFact.JOINED:
        return Left.JOINED
    if not decided or past.assessed > decided:
        return Left.ASSESSED_SINCE if decided else Left.UNDECIDED
    return Left.SPLIT if past.split > decided else None  # its package holds what is another case's now


class _Reader:
    """One look at the store and the packages."""

    def __init__(self, app: App, connection: Connection, settings: IccamSettings) -> None:
        self._app, self._connection, self._settings = app, connection, settings
        self._codes, self._routing = iccam_codes(), routes()
        self._pasts, self._known, self._arrived = pasts(connection), known_cases(connection), arrived(connection)
        self._packages = {row.package_id: row for row in connection.execute(select(package))}
        self._shelf, self._before = Shelf(app.workspace.exports), SentBefore(app, connection)
        self._vault: Vaultroom | None = None
        self._moves = moves_in(connection)
        self._cases: list[Ours] = []
        self._unsendable: list[LeftOut] = []

    def read(self, settled: bool) -> Everything:
        assigned: dict[int, list[Assigned]] = {}
        for one in assigned_contents(self._connection):
            if one.locator_id is not None:
                assigned.setdefault(one.case_id, []).append(one)
        exported = {case_id for case_id, past in self._pasts.items() if past.package_id is not None}
        for case_id in sorted(exported | assigned.keys()):
            contents = assigned.get(case_id, [])
            past = self._pasts.get(case_id, Past())
            state = f"{past.last}/{len(contents)}"
            if settled or self._known.get(case_id, Known()).settled != state:
                addresses = self._answers(case_id, past, contents, state) if contents else set()
                if past.package_id is not None:
                    self._report(case_id, past, addresses, state)
        return Everything(tuple(self._cases), (*self._unsendable, *self._as_version_2()))

    def _as_version_2(self) -> list[LeftOut]:
        """Cases a package of the older form took, which ICCAM will never hear of by itself."""
        packed = [case_id for case_id, past in self._pasts.items() if past.as_version_2 and past.package_id is None]
        return [
            LeftOut(case_id, self._reference(case_id, ICCAM), Left.PACKED_AS_VERSION_2)
            for case_id in sorted(grave_among(self._connection, packed))
        ]

    def _report(self, case_id: int, past: Past, answered: set[str], state: str) -> None:
        """The case's own report, unless all of it is content ICCAM has from another hotline."""
        known, made = self._known.get(case_id, Known()), self._packages[past.package_id]
        reference = self._reference(case_id, made.recipient)
        body = self._shelf.body(made.manifest_digest, reference)
        if body is None:
            return
        if isinstance(body, Unusable):
            self._unsendable.append(LeftOut(case_id, reference, body))
            return
        case = case_of_report(
            reference, body, report_id=known.report_id, attempted=known.attempted,
            actions=self._told_police(case_id, body, past),
        )
        if known.report_id is None and not known.attempted and {item.url for item in case.items} <= answered:
            return
        about = Subject(case_id, past.exported, case.sent_as)
        left = self._left(case_id, past, past.exported, known)
        # who exported it again on purpose was told of the earlier report
        asked = left is not None or past.again
        earlier = None if asked else self._before.earlier(case_id, {item.url for item in case.items})
        left = left if earlier is None else Left.SENT_BEFORE
        arrived_at = self._arrived.get(case_id, 0)
        self._cases.append(Ours(about, case, state, left, None, known.last_at, earlier, arrived_at))

    def _left(self, case_id: int, past: Past, decided: int, known: Known) -> Left | None:
        left = _changed(self._connection, case_id, past, decided)
        return left or (Left.REFUSED if known.refused_at == decided else None)

    def _told_police(self, case_id: int, body: Body, past: Past) -> dict[int, list[Body]]:
        """The action that police were told, for what is hosted here: other content another hotline acts on."""
        urls = body.get("urls")
        if past.police_package is None or not isinstance(urls, list):
            return {}
        told = self._police_action(case_id, past)
        home = self._routing.home_country
        return {place: told for place, url in enumerate(urls, start=1) if url.get("hostingCountryCode") == home}

    def _police_action(self, case_id: int, past: Past) -> list[Body]:
        """None where police were not told of all the case holds: of no address it is said that they have it."""
        if past.police_package is None or (self._moves.moved(case_id) and self._untold(case_id)):
            return []
        at = datetime.fromtimestamp(self._packages[past.police_package].made_at, UTC)
        return [action("reported_to_lea", self._settings.analyst_alias, at, self._codes)]

    def _untold(self, case_id: int) -> bool:
        return first_told(self._connection, [case_id])[case_id] is None

    def _answers(self, case_id: int, past: Past, contents: list[Assigned], state: str) -> set[str]:
        """Answers to assigned content of a case; the addresses (as they leave) they are about."""
        self._vault = self._vault or Vaultroom(self._app)
        facts = case_facts_in(self._connection, case_id, self._vault, self._routing)
        said = _said_of_places(facts)
        places = {item.locator_id: item.canonical for item in facts.locators}
        answered = set()
        for one in contents:
            place = places.get(one.locator_id or 0)
            if place is not None:
                address = without_share_tokens(place, self._app.url_rules)
                answered.add(address)
                name = content_reference(self._app.store.index_key, case_id, one.content_id)
                answer = self._answer(one, name, address, said.get(address, {}), past)
                last_at = self._known.get(case_id, Known()).last_at
                self._cases.append(replace(answer, state=state, place=place, last_at=last_at))
        return answered

    def _answer(self, one: Assigned, name: str, address: str, facts: Mapping[str, object], past: Past) -> Ours:
        """One content with its assessment and actions; it goes once a person decided it: exported, or closed."""
        alias, codes = self._settings.analyst_alias, self._codes
        decided = past.exported if facts.get("classification") in GRAVE else past.closed
        left = self._left(one.case_id, past, decided, self._known.get(one.case_id, Known()))
        item, source = OurItem(address, one.content_id), dict[str, object]()
        try:
            body, closing = assessment(facts, alias, codes), closing_action(facts, alias, codes)
            actions = self._police_action(one.case_id, past) if closing is None else [closing]
            item, source = replace(item, assessment=body, actions=tuple(actions)), _source_of(facts, codes)
        except RuleBroken:
            left = left or Left.NO_NUMBER
        about = Subject(one.case_id, decided, None)
        return Ours(about, OurCase(name, (item,), source=source), "", left)

    def _reference(self, case_id: int, recipient: str) -> str:
        return external_reference(self._app.store.index_key, self._routing.home_country, recipient, case_id)


def _said_of_places(facts: CaseFacts) -> dict[str, Mapping[str, object]]:
    """What was said of each address, redacted for ICCAM; INHOPE has it, so also of one that tells who reported it."""
    known = replace(facts, locators=tuple(replace(one, tells=False) for one in facts.locators))
    items = outside_view(known, ICCAM, ICCAM).items
    named = ((item.facts.get("address_without_tokens"), item.facts) for item in items)
    return {str(address): said for address, said in named if address is not None}


def _source_of(facts: Mapping[str, object], codes: Codes) -> dict[str, object]:
    """Answers about the source as ICCAM's numbers; unset ones are absent."""
    found: dict[str, object] = {}
    for name in SOURCE_ANSWERS:
        given = facts.get(name)
        said = codes.numbers(name, given) if isinstance(given, tuple | list) else codes.number(name, given)
        if said not in (None, []):
            found[name] = said
    return found
