"""Releasing a reporter's contact to police: another person lets it go, and it leaves sealed or not at all.

In order: write down who releases it and that the contact is opened, in one transaction; open it, in memory; seal it;
then package and mark, in one transaction (`package_folder.store_package`). What breaks before that last one leaves the
disclosure *in doubt*: the contact was opened and nobody knows more, so it goes only where a person says so (`again`).
No readable byte of it reaches a disk, a screen or a log.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from sqlalchemy import ColumnElement, Connection, func, select, update

from exporters.disclosure import KIND, Disclosure, Reachable, disclosure_files
from pipeline.bootstrap import App
from pipeline.delivery.packing import Agency
from pipeline.delivery.pdf import words_in
from pipeline.desk.caseview import record_of
from pipeline.desk.consent import consenting
from pipeline.desk.disclosures import Asked, called_about, check_told, named, of_case
from pipeline.desk.holding import check_here
from pipeline.desk.letterhead import letterhead_of
from pipeline.desk.links import reports_in
from pipeline.desk.package_folder import Made, Sending, store_package, tidy
from pipeline.desk.packages import Tell
from pipeline.desk.people import actor
from pipeline.desk.police_package import Leaving, agency_of, check_key_still, leaving
from pipeline.desk.references import external_reference
from pipeline.desk.sent_packages import check_agency, sent_to
from pipeline.desk.told_now import cases_now
from pipeline.desk.told_reports import numbers_told, reports_of
from pipeline.desk.vaultroom import Vaultroom
from pipeline.routes import routes
from pipeline.store.disclosure_tables import disclosure
from pipeline.store.engine import reading, writing
from triage.disclosure import UNDER_WAY, DisclosureState, check_released_by_another
from triage.errors import Damage, HotlineError, KeyProblem, RuleBroken, ServiceFailed
from triage.people import Act, Person, require
from triage.report import Fact
from triage.routing import Recipient

OPENED, MADE, NOT_MADE = "contact_opened", "disclosure_made", "disclosure_not_made"
"""Audit events; their subject is the case, their details numbers and codes."""
PURPOSE = "disclosure"
"""What `contact_opened` says it was for."""
_NAME_PURPOSE = b"hotline disclosure name 1"
_NAME_BYTES = 4
_NEVER_OPEN = "a contact leaves sealed or not at all, also in a demonstration: see `hotline recipients add-key`"


@dataclass(frozen=True, slots=True)
class _Release:
    """One command: who lets what go to whom, and when (whole seconds, as the store keeps them).
    """

    app: App
    by: Person
    case_id: int
    recipient: Recipient
    now: datetime
    chosen: tuple[Asked, ...]


def release(
    app: App, by: Person, case_id: int, recipient: str, now: datetime, *, again: bool = False, tell: Tell | None = None
) -> Made:
    """Seal the contacts that wait for this case and agency into one package; with `again` also what is in doubt.

    `tell(recipient, passphrase)` hears of a passphrase before anything is made, where the agency has no OpenPGP.

    Raises RuleBroken naming the rule, UsageError, KeyProblem for the agency's, our or the vault's key, ServiceFailed.
    """
    require(by, Act.RELEASE, "release who a reporter is")
    check_agency(recipient)
    tidy(app)
    to = routes().recipients[recipient]
    agency = agency_of(app, to, now)
    if agency is None:
        raise KeyProblem(_NEVER_OPEN)
    if isinstance(agency, str) and tell is None:
        raise RuleBroken("a passphrase needs somebody who hears it: release on a terminal")
    one = _claimed(app, by, case_id, to, now.replace(microsecond=0), again=again)
    try:
        whole = _sealed(one, agency)
        if isinstance(agency, str) and tell is not None:
            tell(recipient, agency)
        by_passphrase = isinstance(agency, str)
        sending = Sending(KIND, recipient, whole.files, (), again, {}, whole.name, whole.bag_digest, by_passphrase,
                          unstamped=whole.unstamped)  # fmt: skip

        def claim(connection: Connection, number: int) -> None:
            check_key_still(connection, recipient, agency)
            _mark(one, connection, number, whole.name)

        return store_package(app, sending, by, one.now, claim)
    except (HotlineError, OSError):
        _let_go(one)
        raise


def _claimed(app: App, by: Person, case_id: int, to: Recipient, now: datetime, *, again: bool) -> _Release:
    """Check every rule on what the store says now, then write down release and opening."""
    with writing(app.store.engine) as connection:
        check_here(record_of(connection, case_id))
        going = UNDER_WAY if again else {DisclosureState.ASKED}
        there = of_case(connection, case_id, to.code)
        chosen = tuple(one for one in there if one.state in going)
        if not chosen:
            doubt = any(one.state is DisclosureState.OPENED for one in there)
            why = "this may have gone: --again makes it once more" if doubt else "nothing waits for its release here"
            raise RuleBroken(f"{why}; see `hotline disclose list`")
        _check_reports(connection, case_id, to.code, chosen)
        for one in chosen:
            check_released_by_another(one.asked_by, by.person_id)
        values = {
            "state": str(DisclosureState.OPENED), "released_by": by.person_id, "released_at": int(now.timestamp()),
        }  # fmt: skip
        for one in chosen:
            mine = disclosure.c.disclosure_id == one.disclosure_id
            connection.execute(update(disclosure).where(mine).values(values))
            said = named(one) | {"for": PURPOSE, "again": one.state is DisclosureState.OPENED}
            app.store.record(connection, now, actor(by), OPENED, f"C{case_id}", said)
    return _Release(app, by, case_id, to, now, chosen)


def _check_reports(connection: Connection, case_id: int, recipient: str, chosen: Sequence[Asked]) -> None:
    """Raises RuleBroken unless every report may go: still in the case, not erased, and the agency told of it."""
    wanted = {one.report_id for one in chosen}
    if not wanted <= set(reports_of(connection, case_id)):
        raise RuleBroken(f"a report moved away from C{case_id} since it was asked for: withdraw this and ask anew")
    if wanted != set(consenting(connection, wanted)):
        raise RuleBroken(
            "a report was erased, or its reporter wants no contact any more: withdraw this and ask anew for the others"
        )
    check_told(connection, case_id, recipient, wanted)


def _sealed(one: _Release, agency: Agency | str) -> Leaving:
    """Open the contacts and seal them; everything in memory. Raises KeyProblem, Damage."""
    vault = Vaultroom(one.app)
    with reading(one.app.store.engine) as connection:
        ids = [each.report_id for each in one.chosen]
        found = {each.report_id: each for each in reports_in(connection, ids)}
        told = numbers_told(connection, one.case_id, one.recipient.code)
        references = _references(one, connection)
    contacts = []
    for report_id, each in found.items():
        said = vault.contact_for_police(report_id, each.facts)
        if not said:
            raise Damage("a contact is missing from the store: run `hotline verify`")
        is_safe, at = bool(each.facts & Fact.CONTACT_IS_SAFE), datetime.fromtimestamp(each.received_at, UTC)
        contacts.append(Reachable(said, is_safe, at, told.numbers.get(report_id)))
    to = one.recipient
    given = Disclosure(
        to.code, to.basis, to.language, one.now, references, tuple(contacts), letterhead_of(one.app), told.package
    )
    files = disclosure_files(given, words_in(to.language))
    return leaving(one.app, replace(given.package, name=_name(one, given.letterhead.zone)), files, {}, agency)


def _references(one: _Release, connection: Connection) -> tuple[str, ...]:
    """Every reference under which this agency was told of what is this case today; if none yet, the one it will get."""
    known = {sent.case_id for sent in sent_to(one.app, connection, one.recipient.code)}
    known |= set(called_about(connection, one.recipient.code))
    now = cases_now(connection, [(case_id, one.recipient.code) for case_id in known])
    cases = sorted(case_id for (case_id, _), there in now.items() if one.case_id in there) or [one.case_id]
    country, key = routes().home_country, one.app.store.index_key
    return tuple(external_reference(key, country, one.recipient.code, case_id) for case_id in cases)


def _name(one: _Release, zone: tzinfo) -> str:
    """What the package is called outside: like every other, so that nobody sees by its name what is in it."""
    numbers = map(str, (each.disclosure_id for each in one.chosen))
    said = "\x1f".join((one.recipient.code, one.now.isoformat(), *numbers)).encode()
    digits = hmac.digest(one.app.store.index_key, _NAME_PURPOSE + said, "sha256")[:_NAME_BYTES].hex().upper()
    return f"package-{one.now.astimezone(zone):%Y%m%d}-{digits}"


def _mark(one: _Release, connection: Connection, package_id: int, name: str | None) -> None:
    """In the transaction that writes the package, after the same checks as before the contacts were opened.

    Raises ServiceFailed if somebody else released it meanwhile, RuleBroken if it may no longer go.
    """
    marked = connection.execute(
        update(disclosure).where(_mine(one)).values(state=str(DisclosureState.MADE), package_id=package_id)
    )
    if marked.rowcount != len(one.chosen):
        raise ServiceFailed("another command released this meanwhile: see `hotline disclose list`")
    _check_reports(connection, one.case_id, one.recipient.code, one.chosen)
    for each in one.chosen:
        said = named(each) | {"package": package_id, "name": name}
        one.app.store.record(connection, one.now, actor(one.by), MADE, f"C{one.case_id}", said)


def _let_go(one: _Release) -> None:
    """Nothing was made and that is known: it waits again. The chain keeps that the contact was opened."""
    with writing(one.app.store.engine) as connection:
        still = connection.execute(select(func.count()).select_from(disclosure).where(_mine(one))).scalar_one()
        if still != len(one.chosen):
            return
        for each in one.chosen:
            values: dict[str, str | None] = {"state": str(each.state)}
            if each.state is DisclosureState.ASKED:
                values |= {"released_by": None, "released_at": None}
            mine = disclosure.c.disclosure_id == each.disclosure_id
            connection.execute(update(disclosure).where(mine).values(values))
            one.app.store.record(connection, one.now, actor(one.by), NOT_MADE, f"C{one.case_id}", named(each))


def _mine(one: _Release) -> ColumnElement[bool]:
    """The rows this command claimed."""
    numbers = [each.disclosure_id for each in one.chosen]
    return (
        disclosure.c.disclosure_id.in_(numbers)
        & (disclosure.c.state == str(DisclosureState.OPENED))
        & (disclosure.c.released_by == one.by.person_id)
        & (disclosure.c.released_at == int(one.now.timestamp()))
    )
