"""Make packages for recipients out of what people decided. Nothing leaves that DESIGN §1's table does not let leave.

Each disposition is exported once; `again` repeats it on purpose. The gates are checked here a second time, on what
the store says now: a police package needs a release by somebody who did not assess, ICCAM an item a person viewed and
assessed, every other recipient one person's disposition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from exporters.base import Exporter
from exporters.package import CaseView, Package
from exporters.registry import all_exporters
from pipeline.bootstrap import App
from pipeline.delivery.packing import Agency
from pipeline.desk.case_moves import moves_in
from pipeline.desk.caseview import CaseFacts, case_facts_in
from pipeline.desk.exported_texts import with_sent_before, with_texts
from pipeline.desk.iccam_past import ICCAM
from pipeline.desk.iccam_twice import SentBefore
from pipeline.desk.letterhead import letterhead_of
from pipeline.desk.outside import asked_for, marked_new, outside_view
from pipeline.desk.package_folder import Made, Sending, store_package, tidy
from pipeline.desk.police_package import Leaving, agency_of, check_key_still, leaving, package_name
from pipeline.desk.records import StoredDisposition
from pipeline.desk.references import external_reference
from pipeline.desk.referred import HELPLINE, beside_referral
from pipeline.desk.shared_reports import counted_once, named_elsewhere
from pipeline.desk.since_release import (
    addresses_since,
    check_joined_before,
    check_released_last,
    released_since_assessed,
)  # fmt: skip
from pipeline.desk.supplements import SENT_AGAIN, Past
from pipeline.desk.telling import left_out
from pipeline.desk.text_release import TextDesk, desk_of
from pipeline.desk.their_numbers import numbers_said
from pipeline.desk.times import local, utc
from pipeline.desk.told_reasons import stated_to
from pipeline.resources import text
from pipeline.routes import routes
from pipeline.store.engine import reading
from pipeline.store.schema import case_record, disposition
from pipeline.store.schema import package as packed
from triage import disposition as rules
from triage.disposition import Kind
from triage.errors import KeyProblem, RuleBroken, ServiceFailed, UsageError
from triage.grouping import NewFact
from triage.people import Act, Person, require
from triage.redaction import sees_only_digests
from triage.routing import Recipient, Routes

_NOBODY_ASKED = "no disposition of this case asks for such an export: run `hotline dispose`"
_OTHERWISE = "it went as {} on {}: `hotline export {} --case C{} --again` makes this kind of it too"


Say = Callable[[Made], None]
"""Hears of each package as soon as it is made: what comes after it may fail."""
Tell = Callable[[str, str], None]
"""Hears a recipient's code and the passphrase its package is about to be locked with."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asks for: an exporter's kind, and optionally one recipient, one case, or a repetition."""

    kind: str
    recipient: str | None = None
    case_id: int | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A case that may not go to this recipient now, and why; the reason names the rule and holds no input."""

    case_id: int
    recipient: str
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was made and what was left out; `textless` are cases that went, but without the texts somebody expects,
    `placeless` such without an address that tells who reported it (`telling.py`). Where nothing was made, `otherwise`
    are cases another kind of export took for the same recipient."""

    made: tuple[Made, ...]
    skipped: tuple[Skipped, ...]
    textless: tuple[Skipped, ...] = ()
    placeless: tuple[Skipped, ...] = ()
    otherwise: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class _Chosen:
    """One case that may go: the facts read, the dispositions it goes by, and how the recipient will see it."""

    facts: CaseFacts
    by: tuple[StoredDisposition, ...]
    view: CaseView
    textless: str | None
    """Why texts were left out, where they are expected."""
    supplement: str | None
    """The first package this recipient got about the case, if it is not this one."""
    under: frozenset[int] = frozenset()
    """The cases that package told it in."""
    placeless: str | None = None
    """Why addresses were left out, and which."""


def exporter_of(kind: str) -> Exporter:
    """The exporter of a kind. Raises UsageError listing the kinds `hotline export` makes."""
    known = all_exporters(text)
    if kind not in known:
        made = [name for name, one in known.items() if one.command == Exporter.command]
        raise UsageError(f"there is no such kind of export; there are: {', '.join(made)}")
    return known[kind]


def make_packages(
    app: App, order: Order, by: Person, now: datetime, desk: TextDesk | None = None, tell: Tell | None = None,
    say: Say | None = None,
) -> Outcome:  # fmt: skip
    """One package for every recipient something waits for; `desk` where another redactor than ours shall be used.

    `tell(recipient, passphrase)` hears of a passphrase before its package is made: told to nobody, it would be lost.

    Raises UsageError for a recipient this kind does not know, RuleBroken where the person may not, or where the one
    case asked for may not go.
    """
    require(by, Act.EXPORT)
    exporter, routing, desk = exporter_of(order.kind), routes(), desk or desk_of(app)
    if exporter.command != Exporter.command:
        raise UsageError(f"this kind leaves by a command of its own: see `hotline {exporter.command} --help`")
    tidy(app)
    made: list[Made] = []
    skipped: list[Skipped] = []
    textless: list[Skipped] = []
    placeless: list[Skipped] = []
    for recipient in _recipients(exporter, routing, order.recipient):
        chosen, left = _choose(app, exporter, recipient, order, routing, desk, now)
        skipped += left
        if not chosen:
            continue
        try:
            agency = agency_of(app, recipient, now) if recipient.kind is Kind.POLICE else None
        except KeyProblem as problem:
            skipped += [Skipped(one.facts.case_id, recipient.code, str(problem)) for one in chosen]
            continue
        textless += [Skipped(one.facts.case_id, recipient.code, one.textless) for one in chosen if one.textless]
        placeless += [Skipped(one.facts.case_id, recipient.code, one.placeless) for one in chosen if one.placeless]
        if isinstance(agency, str):
            if tell is None:
                raise RuleBroken("a passphrase needs somebody who hears it: export on a terminal")
            tell(recipient.code, agency)
        for some in _by_first(chosen):
            made.append(_make(app, exporter, recipient, some, order, by, now, agency))
            if say is not None:
                say(made[-1])
    among = () if made or order.again else _recipients(exporter, routing, order.recipient)
    otherwise = _taken_otherwise(app, exporter, among, order)
    if order.case_id is not None and not made:
        raise RuleBroken(next((one.why for one in (*otherwise, *skipped)), _NOBODY_ASKED))
    return Outcome(tuple(made), tuple(skipped), tuple(textless), tuple(placeless), otherwise)


def _taken_otherwise(
    app: App, exporter: Exporter, recipients: Iterable[Recipient], order: Order
) -> tuple[Skipped, ...]:
    """Cases that went to these recipients as another kind of package (ICCAM's version 2, say), and how to make this."""
    query = (
        select(disposition.c.case_id, disposition.c.recipient, packed.c.kind, packed.c.made_at)
        .join(packed, packed.c.package_id == disposition.c.package_id)
        .where(disposition.c.recipient.in_([one.code for one in recipients]), packed.c.kind != exporter.kind)
        .order_by(disposition.c.case_id)
    )
    with reading(app.store.engine) as connection:
        rows = connection.execute(query).all()
    return tuple(
        Skipped(row.case_id, row.recipient, _OTHERWISE.format(
            row.kind, local(utc(row.made_at)), exporter.kind, row.case_id
        ))
        for row in rows if order.case_id in (None, row.case_id)
    )  # fmt: skip


def _recipients(exporter: Exporter, routing: Routes, only: str | None) -> list[Recipient]:
    fitting = [one for one in routing.recipients.values() if one.redacted_as == exporter.recipient_kind]
    if only is not None:
        named = [one for one in fitting if one.code == only]
        if not named:
            known = ", ".join(one.code for one in fitting) or "none"
            raise UsageError(f"this kind of export does not go to that recipient; it goes to: {known}")
        return named
    return fitting


def _choose(
    app: App, exporter: Exporter, recipient: Recipient, order: Order, routing: Routes, desk: TextDesk, now: datetime
) -> tuple[list[_Chosen], list[Skipped]]:
    chosen: list[_Chosen] = []
    skipped: list[Skipped] = []
    with reading(app.store.engine) as connection:
        police = recipient.kind is Kind.POLICE
        past = Past(app, connection, recipient.code, routing.home_country) if police else None
        moves = moves_in(connection)
        waiting = _waiting(connection, recipient, order)
        before = SentBefore(app, connection) if exporter.recipient_kind == ICCAM else None
        late = addresses_since(connection, {(one, recipient.code) for one in waiting}) if police else {}
        beside = beside_referral(connection, waiting) if exporter.recipient_kind == HELPLINE else {}
        for case_id in waiting:
            facts = case_facts_in(connection, case_id, desk.vault, routing)
            reference = external_reference(app.store.index_key, routing.home_country, recipient.code, case_id)
            more = beside.get(case_id, {})
            view = outside_view(facts, reference, exporter.recipient_kind, recipient.code, more)
            staying = left_out(facts.locators, exporter.recipient_kind)
            try:
                by = _allowed(facts, recipient, again=order.again)
                check_joined_before(by, moves.joined_at(case_id))
                check_released_last(case_id, by, late)
                if before is not None and not (order.again and order.case_id == case_id):
                    before.check(case_id, view, exporter.kind)
                view, textless = with_texts(desk, connection, view, facts, recipient)
                if police:
                    view = replace(view, stated=stated_to(app, connection, case_id, recipient.code))
                exporter.files(_package(exporter, recipient, (view,), (facts,), now))
            except RuleBroken as broken:
                why = str(broken) if staying is None else f"{broken}; {staying}"
                skipped.append(Skipped(case_id, recipient.code, why))
            else:
                chosen.append(replace(_chosen(facts, by, view, textless, past), placeless=staying))
    return chosen, skipped


def _chosen(
    facts: CaseFacts, by: tuple[StoredDisposition, ...], view: CaseView, textless: str | None, past: Past | None
) -> _Chosen:
    adds = None if past is None else past.supplement(
        facts.case_id, facts.report_ids, texts=len(view.texts), escalate=facts.escalate, stated=bool(view.stated)
    )
    if adds is None:
        return _Chosen(facts, by, view, textless, None)
    view = with_sent_before(view, facts, adds.texts_had)
    items = marked_new(facts, view, adds.late, moved=adds.moved)
    return _Chosen(facts, by, replace(view, news=adds.news, items=items), textless, adds.first, adds.under)


def _by_first(chosen: Iterable[_Chosen]) -> list[list[_Chosen]]:
    """New cases together; what supplements an earlier package apart, since it names that one."""
    groups: dict[str, list[_Chosen]] = {}
    for one in chosen:
        groups.setdefault(one.supplement or "", []).append(one)
    return [groups[name] for name in sorted(groups)]


def _waiting(connection: Connection, recipient: Recipient, order: Order) -> list[int]:
    """Cases with a disposition for this recipient that no package has taken yet (with `again`, or named: any)."""
    wanted = select(disposition.c.case_id).distinct().where(
        disposition.c.kind == str(recipient.kind), disposition.c.recipient == recipient.code
    )  # fmt: skip
    if order.case_id is not None:
        wanted = wanted.where(disposition.c.case_id == order.case_id)
    elif not order.again:
        wanted = wanted.where(disposition.c.package_id.is_(None))
    return list(connection.execute(wanted.order_by(disposition.c.case_id)).scalars())


def _allowed(facts: CaseFacts, recipient: Recipient, *, again: bool) -> tuple[StoredDisposition, ...]:
    """The dispositions the case goes by. Raises RuleBroken, naming the rule, if it may not go."""
    if facts.joined_into is not None:
        raise RuleBroken("this case was joined into another one: decide and export that one")
    if facts.new_facts & NewFact.JOINED:
        raise RuleBroken("this case was joined with another one since it was decided: assess and dispose it again")
    wanted = (recipient.kind, recipient.code)
    mine = [one for one in facts.dispositions if (one.made.kind, one.made.recipient) == wanted]
    new = [one for one in mine if again or one.package_id is None]
    if not new:
        raise RuleBroken("this case was exported to this recipient already: use --again to repeat it")
    by = released_since_assessed(new, facts.assessments) if rules.needs_release(recipient.kind) else tuple(new)
    for one in by:
        rules.check(one.made, facts.assessments)
        if one.released_by is not None:
            rules.check_release(one.made, one.released_by, facts.assessments)
    rules.check_still_fits(by[-1].made, facts.assessments)
    return by


def _package(
    exporter: Exporter, recipient: Recipient, views: tuple[CaseView, ...], facts: Iterable[CaseFacts], now: datetime
) -> Package:
    stated = [said.reason for view in views for said in view.stated]
    asked = asked_for(recipient.kind, tuple(facts), stated)
    return Package(
        exporter.kind, recipient.code, now.replace(microsecond=0), recipient.basis, asked, views,
        language=recipient.language,
    )  # fmt: skip


def _make(
    app: App, exporter: Exporter, recipient: Recipient, chosen: list[_Chosen], order: Order, by: Person, now: datetime,
    agency: Agency | str | None,
) -> Made:  # fmt: skip
    ordered = sorted(chosen, key=lambda one: one.view.reference)
    views = counted_once([(one.view, one.facts.report_ids) for one in ordered])
    package = _package(exporter, recipient, views, (one.facts for one in chosen), now)
    package = replace(package, letterhead=letterhead_of(app))
    named = {one.facts.case_id: one.view.reference for one in chosen}
    if recipient.kind is Kind.POLICE:
        theirs = _theirs(app, recipient, chosen)
        package = replace(package, elsewhere=_elsewhere(app, recipient, chosen), their_numbers=theirs)
        name = None if agency is None else package_name(app.store.index_key, package, named)
        package = replace(package, name=name, supplement=chosen[0].supplement)
        whole = leaving(app, package, exporter.files(package), named, agency)
    else:
        whole = Leaving(exporter.files(package))
    cases = tuple(one.facts.case_id for one in chosen)
    versions = {one.facts.case_id: one.facts.version for one in chosen}
    taken = {each.disposition_id: each.package_id for one in chosen for each in one.by}

    def claim(connection: Connection, package_id: int) -> None:
        if recipient.kind is Kind.POLICE:
            check_key_still(connection, recipient.code, agency)
        _claim(connection, package_id, versions, taken)

    texts = {one.facts.case_id: len(one.view.texts) for one in chosen if one.view.texts}
    told = [one.facts for one in chosen] if recipient.kind is Kind.POLICE else []
    dangers, reports = {one.case_id: one.escalate for one in told}, {one.case_id: one.reports for one in told}
    sending = Sending(
        exporter.kind, recipient.code, whole.files, cases, order.again, texts, whole.name, whole.bag_digest,
        isinstance(agency, str), dangers, reports, _repeated(app, recipient, chosen, sealed=agency is not None),
        announced=True,
        unstamped=whole.unstamped,
    )  # fmt: skip
    return replace(store_package(app, sending, by, now, claim), supplement=chosen[0].supplement)


def _repeated(app: App, recipient: Recipient, chosen: Iterable[_Chosen], *, sealed: bool) -> frozenset[int]:
    """Cases this package tells nothing new of to who has them; a demonstration's readable ones count for each other,
    so that making them again does not begin a hold anew.
    """
    if sealed or recipient.kind is not Kind.POLICE:
        return frozenset(one.facts.case_id for one in chosen if one.view.news == (SENT_AGAIN,))
    with reading(app.store.engine) as connection:
        past = Past(app, connection, recipient.code, routes().home_country, unsealed=True)
        added = {
            one.facts.case_id: past.supplement(
                one.facts.case_id, one.facts.report_ids, texts=len(one.view.texts), escalate=one.facts.escalate,
                stated=bool(one.view.stated),
            ) for one in chosen
        }  # fmt: skip
    return frozenset(case_id for case_id, adds in added.items() if adds is not None and adds.news == (SENT_AGAIN,))


def _theirs(app: App, recipient: Recipient, chosen: Iterable[_Chosen]) -> tuple[str, ...]:
    """Under which numbers the agency keeps what the package named as the first told it."""
    under = frozenset[int]().union(*(one.under for one in chosen))
    if not under:
        return ()
    with reading(app.store.engine) as connection:
        return numbers_said(connection, recipient.code, under)


def _elsewhere(app: App, recipient: Recipient, chosen: Iterable[_Chosen]) -> int:
    """How many addresses the reports of these cases name in others; who only compares digests gets no address."""
    if sees_only_digests(recipient.redacted_as):
        return 0
    cases = {one.facts.case_id: one.facts.report_ids for one in chosen}
    with reading(app.store.engine) as connection:
        found = named_elsewhere(connection, cases, (one for each in cases.values() for one in each))
    return sum(found.values())


def _claim(
    connection: Connection, package_id: int, versions: Mapping[int, int], taken: Mapping[int, int | None]
) -> None:
    """Mark the dispositions as sent; refuse if a person changed one of the cases since they were read."""
    for case_id, version in versions.items():
        now_version = connection.execute(
            select(case_record.c.version).where(case_record.c.case_id == case_id)
        ).scalar_one_or_none()
        if now_version != version:
            raise ServiceFailed("somebody worked on one of these cases while the package was made: try again")
    for disposition_id, before in taken.items():
        marked = connection.execute(
            update(disposition).values(package_id=package_id).where(
                disposition.c.disposition_id == disposition_id, disposition.c.package_id.is_not_distinct_from(before)
            )
        )  # fmt: skip
        if marked.rowcount != 1:
            raise ServiceFailed("another package took one of these cases while this one was made: try again")
