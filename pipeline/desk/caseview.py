"""All about one case: what came in, why it stands together, what people said and decided. Codes, never report text.

`case_facts` is what screens, rules and exports read; its addresses are in clear and need the vault's private key.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from pipeline.bootstrap import App
from pipeline.desk import records
from pipeline.desk.consent import consenting
from pipeline.desk.iccam_taken import assigned_to_us, taken_by_iccam
from pipeline.desk.links import (
    Ints,
    LinkedReport,
    all_links,
    by_number,
    channels_in,
    links_of,
    opinions_in,
    reports_in,
)
from pipeline.desk.since_release import addresses_since, ways_of
from pipeline.desk.telling import with_telling
from pipeline.desk.told_agencies import told_agencies
from pipeline.desk.urgent_calls import called_about
from pipeline.desk.vaultroom import Vaultroom
from pipeline.routes import routes
from pipeline.store import bulk
from pipeline.store.engine import reading
from pipeline.store.item_tables import content_item, signal
from pipeline.store.schema import case_record, counter
from triage.assessment import GRAVE, Assessment, Classification, in_force
from triage.clocks import Lane
from triage.errors import UsageError
from triage.grouping import LANES, NewFact
from triage.lifecycle import Status
from triage.redaction import DIGEST_CHARS
from triage.report import Fact
from triage.routing import Facts, Routes, Suggestion
from triage.signals.base import WHOLE
from triage.verdict import Escalation, Label

_TEXT, _ATTACHMENT, _ASSIGNED = map(int, (Fact.HAS_TEXT, Fact.HAS_ATTACHMENT, Fact.ASSIGNED))
"""As plain numbers: a case may have a thousand reports, and operations on flags are slow."""


@dataclass(frozen=True, slots=True)
class Item:
    """One place content is, in clear: number, kind, what to fetch, and the named steps that led to this case.

    `reports` are those that named it, oldest first. `tells`: its form without share tokens holds a contact of a
    reporter of the case; `tells_police`: it holds itself that of one who did not allow police (`telling.py`).
    """

    locator_id: int
    kind: str
    canonical: str
    rules: str
    reports: tuple[int, ...] = ()
    tells: bool = False
    tells_police: bool = False

    def __repr__(self) -> str:
        return f"Item(L{self.locator_id})"


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case. Times are UTC; `area` is as it may leave (`BA-RS-Banja Luka`): of reports that differ the unit they
    share, "" if they share none or say none; `areas` is what each names, most often named first.

    `reports` counts distinct reports, `report_ids` names them, oldest first; `category` is what most of them say.
    `assessments` is every one ever made, oldest first: `triage.assessment.in_force` picks those that count.
    `suggestions` says who should get it and by which rule. `files` are the digests of each distinct attachment, as
    `type:hex`. None of it is redacted yet.
    """

    case_id: int
    status: Status
    lane: Lane | None
    version: int
    label: Label
    escalate: Escalation
    question: bool
    assigned: bool
    new_facts: NewFact
    reason_codes: tuple[str, ...]
    category: str | None
    area: str
    channels: tuple[str, ...]
    reporter_groups: frozenset[str]
    languages: frozenset[str]
    report_flags: Fact
    attachments: int
    reports: int
    report_ids: tuple[int, ...]
    first_received: datetime
    last_received: datetime
    waiting_since: datetime | None
    held_by: int | None
    held_until: datetime | None
    joined_into: int | None
    locators: tuple[Item, ...]
    primary_locator: int | None
    assessments: tuple[Assessment, ...]
    dispositions: tuple[records.StoredDisposition, ...]
    suggestions: tuple[Suggestion, ...]
    files: tuple[tuple[str, ...], ...] = ()
    first_reported_here: datetime | None = None
    """As `first_received`, without reports INHOPE assigned: their time is when they were assigned. None: only such."""
    areas: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    """What each reporter ticked, most often ticked first; more than one where they differ."""
    allow_police: tuple[int, ...] = ()
    """Reports whose reporter left a contact and allowed police to use it."""
    doubts: tuple[str, ...] = ()
    """Rules that left a doubt about what was written (reason `text_doubt`)."""
    called: frozenset[str] = frozenset()
    """Agencies an urgent call was made to, about this case or one that was joined into it."""
    told: Mapping[str, bool] | None = None
    """Where something came to the case or left it: who was told of what it holds now, and whether of all of it."""
    contents: tuple[tuple[int, int], ...] = ()
    """Addresses INHOPE assigned to us and ICCAM's number of each: they get an answer there, no report of ours."""
    at_iccam: bool = False
    """Whether ICCAM has what was sent of it; a package made for ICCAM alone is none of that."""
    with_text: tuple[int, ...] = ()
    """Reports that say something in words of their own, by their place in `report_ids`, from 1."""
    since_release: Mapping[str, int] = field(default_factory=dict)
    """Agencies to how many addresses the case got after its last release for them; read by `case_facts` alone."""


def case_facts(app: App, case_id: int, vault: Vaultroom | None = None) -> CaseFacts:
    """Read one case. Raises UsageError if there is none, KeyProblem without the vault's private key."""
    vault = vault or Vaultroom(app)
    with reading(app.store.engine) as connection:
        facts = case_facts_in(connection, case_id, vault, routes())
        late = addresses_since(connection, ways_of(case_id, facts.dispositions))
        return replace(facts, since_release={recipient: count for (_, recipient), count in late.items()})


def case_facts_in(connection: Connection, case_id: int, vault: Vaultroom, routing: Routes) -> CaseFacts:
    """`case_facts`, inside a transaction the caller holds."""
    row = record_of(connection, case_id)
    links = all_links(links_of(connection, case_id))
    reports = reports_in(connection, links[:, 0].tolist())
    opinions = opinions_in(connection, (one.verdict_id for one in reports))
    codes = tuple(sorted({reason[0] for one in opinions.values() for reason in one.reasons}))
    places = vault.locators_in(connection, sorted({number for number in links[:, 1].tolist() if number}))
    doubts = {rule for one in opinions.values() for code, rule, _ in one.reasons if code == "text_doubt"}
    naming = _naming(links, reports)
    named = tuple(Item(number, *place, tuple(naming[number])) for number, place in places.items())
    items = with_telling(connection, vault, named, [one.report_id for one in reports])
    primary = next((int(link[1]) for link in links if link[2] == 0 and link[1]), items[0].locator_id if items else None)
    said = records.assessments_of(connection, case_id)
    channels = channels_in(connection, (one.source_no for one in reports))
    areas = routing.areas_named(one.area or "" for one in reports)
    categories, area = by_number(one.category for one in reports), routing.area_of_all(areas)
    category = next(iter(categories), None)
    kinds = {one.locator_id: one.kind for one in items}
    groups = frozenset(one.reporter_group for one in reports if one.reporter_group)
    facts = replace(
        _routing_facts(row, codes, category, area, channels, kinds, primary, said), reporter_groups=groups
    )
    return CaseFacts(
        **_of_record(row), reason_codes=codes, category=category, area=area, areas=areas, channels=channels,
        categories=categories, reporter_groups=groups, doubts=tuple(sorted(doubts)),
        languages=frozenset(one.language for one in reports if one.language),
        report_flags=_flags(reports), attachments=_attachments(connection, reports),
        reports=len(reports), report_ids=tuple(one.report_id for one in reports),
        locators=items, primary_locator=primary, assessments=said,
        dispositions=records.dispositions_of(connection, case_id), suggestions=routing.suggest(facts),
        files=files_of(connection, reports),
        first_reported_here=when(
            min((one.received_at for one in reports if not one.facts & _ASSIGNED), default=None)
        ),
        allow_police=consenting(connection, (one.report_id for one in reports)),
        called=called_about(connection, case_id), told=told_agencies(connection, case_id),
        at_iccam=taken_by_iccam(connection, case_id),
        contents=assigned_to_us(connection, case_id) if _flags(reports) & Fact.ASSIGNED else (),
        with_text=tuple(place for place, one in enumerate(reports, 1) if one.facts & _TEXT),
    )  # fmt: skip


def record_of(connection: Connection, case_id: int) -> Row[Any]:
    """The case's own row. Raises UsageError if there is no such case."""
    row = connection.execute(select(case_record).where(case_record.c.case_id == case_id)).one_or_none()
    if row is None:
        raise UsageError(_no_case(connection, case_id))
    return row


def _no_case(connection: Connection, case_id: int) -> str:
    """Numbers are taken in blocks, so some stay unused: who misses one shall not think that a case is lost."""
    beyond = connection.execute(select(counter.c.next_value).where(counter.c.name == "case")).scalar_one_or_none()
    said = "there is no case with this number: see `hotline cases list`"
    if beyond is None or not 0 < case_id < beyond:
        return said
    return f"{said}; this number was left out, as some are: no case is missing (`hotline verify` proves it)"


def records_of(connection: Connection, cases: Sequence[int]) -> dict[int, Row[Any]]:
    """The rows of these cases, by number."""
    found: dict[int, Row[Any]] = {}
    for start in range(0, len(cases), bulk.LISTED_KEYS):
        some = case_record.c.case_id.in_(cases[start : start + bulk.LISTED_KEYS])
        found |= {row.case_id: row for row in connection.execute(select(case_record).where(some))}
    return found


def when(seconds: int | None) -> datetime | None:
    """A stored time as UTC."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _naming(links: Ints, reports: list[LinkedReport]) -> dict[int, list[int]]:
    """Address to the reports that named it, in the order of `reports`."""
    named: defaultdict[int, set[int]] = defaultdict(set)
    for report_id, locator, _ in links.tolist():
        named[locator].add(report_id)
    place = {one.report_id: at for at, one in enumerate(reports)}
    return {locator: sorted(ids, key=lambda one: place[one]) for locator, ids in named.items()}


def _of_record(row: Row[Any]) -> dict[str, Any]:
    return {
        "case_id": row.case_id, "status": Status(row.status), "lane": None if row.lane is None else LANES[row.lane],
        "version": row.version, "label": Label(row.label), "escalate": Escalation(row.escalate),
        "question": bool(row.question), "assigned": bool(row.assigned), "new_facts": NewFact(row.new_facts),
        "first_received": when(row.first_received or 0), "last_received": when(row.last_received or 0),
        "waiting_since": when(row.waiting_since), "held_by": row.held_by, "held_until": when(row.held_until),
        "joined_into": row.joined_into,
    }  # fmt: skip


def _routing_facts(
    row: Row[Any], codes: tuple[str, ...], category: str | None, area: str, channels: tuple[str, ...],
    kinds: dict[int, str], primary: int | None, said: tuple[Assessment, ...],
) -> Facts:  # fmt: skip
    counted = in_force(said)
    gravest = max((one.classification for one in counted), key=list(Classification).index, default="")
    hosted = [one for one in counted if one.hosting_country]
    grave = [one for one in hosted if one.classification in GRAVE]
    hosting = (grave or hosted)[0].hosting_country if hosted else ""
    return Facts(
        area=area, hosting_country=hosting or "", locator_kind=kinds.get(primary or 0, ""), category=category or "",
        channel="sos" if "sos" in channels else channels[0] if channels else "", label=str(Label(row.label)),
        escalate=str(Escalation(row.escalate)), classification=str(gravest), reason_codes=frozenset(codes),
    )  # fmt: skip


def _attachments(connection: Connection, reports: list[LinkedReport]) -> int:
    """How many attachments came with the reports."""
    with_any = sorted(one.report_id for one in reports if one.facts & _ATTACHMENT)
    return len(bulk.lookup(connection, content_item, "report_id", with_any, ("position",)))


def files_of(connection: Connection, reports: Iterable[LinkedReport]) -> tuple[tuple[str, ...], ...]:
    """Digests of every distinct attachment; of a picture's values only that of the whole picture."""
    return tuple(sorted({tuple(sorted(digests)) for digests in digests_in(connection, reports).values()}))


def digests_in(connection: Connection, reports: Iterable[LinkedReport]) -> dict[tuple[int, int], set[str]]:
    """Report and place of every attachment with digests, to those."""
    with_any = sorted(one.report_id for one in reports if one.facts & _ATTACHMENT)
    found: dict[tuple[int, int], set[str]] = {}
    for report_id, position, kind, form, value in bulk.lookup(
        connection, signal, "report_id", with_any, ("position", "type", "form", "value")
    ):
        if kind in DIGEST_CHARS and form == WHOLE:
            found.setdefault((report_id, position), set()).add(f"{kind}:{bytes(value).hex()}")
    return found


def _flags(reports: list[LinkedReport]) -> Fact:
    flags = 0
    for one in reports:
        flags |= one.facts
    return Fact(flags)
