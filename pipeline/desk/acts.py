"""What people decide: assess, dispose, release. Each act is one short transaction with its line in the audit chain.

The rules themselves are `triage`'s (assessment, disposition, lifecycle, people); here they meet the stored case: nobody
else holds it, it did not change since the person looked, and it was not joined into another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, update

from pipeline.bootstrap import App
from pipeline.desk.answers import check_answered_here
from pipeline.desk.caseview import record_of
from pipeline.desk.closing import check_was_seen
from pipeline.desk.holding import check_free, check_here, check_seen
from pipeline.desk.links import links_of
from pipeline.desk.people import actor
from pipeline.desk.records import (
    StoredDisposition,
    assessment_digests,
    assessment_values,
    assessments_of,
    disposition_values,
    dispositions_of,
)
from pipeline.desk.repeated import refuse_assessed_again, refuse_disposed_again
from pipeline.desk.since_release import addresses_since, waits_for_release, ways_of
from pipeline.store.engine import writing
from pipeline.store.schema import assessment, case_record, disposition
from triage import assessment as assessing
from triage import disposition as disposing
from triage.assessment import Assessment, Classification, IccamAnswers, IllegalKind, Viewed
from triage.disposition import Disposition, Kind
from triage.errors import RuleBroken
from triage.grouping import LANES, NewFact, Standing
from triage.lifecycle import Event, Status, move
from triage.people import Act, Person, require
from triage.routing import Routes
from triage.verdict import Escalation, Label

UNKNOWN_COUNTRY = "none"
"""As a hosting country: it is not known any more."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says in an assessment; the fields are those of `triage.assessment.Assessment`.

    A hosting country that is not said (None) stays what it was; UNKNOWN_COUNTRY says that nobody knows it any more.
    """

    classification: Classification
    locator_id: int | None = None
    viewed: Viewed = Viewed.NO
    reason: str | None = None
    kind: IllegalKind | None = None
    hosting_country: str | None = None
    hosting_source: str | None = None
    iccam: IccamAnswers | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Where a case stands after an act; `hosting_kept` is the country an assessment took from the one before it."""

    case_id: int
    status: Status
    version: int
    hosting_kept: str | None = None


def assess(app: App, by: Person, case_id: int, said: Said, now: datetime, version: int | None = None) -> Done:
    """Write down one person's classification of a case or of one item of it. Raises RuleBroken, CaseTaken.

    A release given before, of a package not yet made, is void: who released it had read another assessment. Where the
    content lies is a fact about the place and no judgement, so a hosting country nobody speaks of is kept.
    """
    require(by, Act.ASSESS)
    if said.classification is Classification.UNSET:
        raise RuleBroken("unset is no assessment: leave the case as it is, or say not_assessed with a reason")
    given = Assessment(
        case_id, said.locator_id, said.classification, by.person_id, now, said.viewed, said.reason, said.kind,
        None if said.hosting_country == UNKNOWN_COUNTRY else said.hosting_country, said.hosting_source, said.iccam,
    )  # fmt: skip
    assessing.check(given)
    with writing(app.store.engine) as connection:
        row = row_to_act_on(connection, by, case_id, now, version)
        if said.locator_id is not None and not _has_item(connection, case_id, said.locator_id):
            raise RuleBroken(f"this item does not belong to C{case_id}: see `hotline cases show C{case_id}`")
        kept = None if said.hosting_country is not None else _hosting_before(connection, given)
        if kept is not None:
            given = replace(given, hosting_country=kept.hosting_country, hosting_source=kept.hosting_source)
        refuse_assessed_again(connection, row, given)
        values = assessment_values(given)
        connection.execute(assessment.insert().values(values))
        connection.execute(
            update(disposition)
            .where(disposition.c.case_id == case_id, disposition.c.package_id.is_(None))
            .values(released_by=None, released_at=None)
        )
        details = {"classification": str(said.classification), "viewed": str(said.viewed)}
        if said.locator_id is not None:
            details["item"] = f"L{said.locator_id}"
        if given.hosting_country is not None:
            details["hosting_country"] = given.hosting_country
        (details["says"],) = assessment_digests([values], app.store.index_key)
        app.store.record(connection, now, actor(by), "case_assessed", f"C{case_id}", details)
        done = _settle(connection, row, Event.ASSESSED, now)
    return done if kept is None else replace(done, hosting_kept=kept.hosting_country)


def dispose(
    app: App, by: Person, case_id: int, kind: Kind, recipient: str | None, reason: str, now: datetime,
    routes: Routes, version: int | None = None,
) -> Done:  # fmt: skip
    """Decide what shall happen to a case. Raises RuleBroken naming the rule, CaseTaken."""
    require(by, Act.DISPOSE)
    made = Disposition(case_id, kind, _recipient(kind, recipient, routes), by.person_id, now, reason)
    with writing(app.store.engine) as connection:
        row = row_to_act_on(connection, by, case_id, now, version)
        details = {"kind": str(kind), "reason": reason, "recipient": made.recipient or ""}
        refuse_disposed_again(connection, row, by, details)
        event = Event.CLOSED if kind is Kind.CLOSE else Event.DISPOSED
        move(Status(row.status), event)
        disposing.check(made, assessments_of(connection, case_id))
        if kind is Kind.CLOSE:
            check_was_seen(connection, row, by)
        if kind is Kind.ANSWER:
            check_answered_here(connection, case_id)
        connection.execute(disposition.insert().values(disposition_values(made)))
        app.store.record(connection, now, actor(by), "case_disposed", f"C{case_id}", details)
        return _settle(connection, row, event, now)


def release(app: App, by: Person, case_id: int, now: datetime, version: int | None = None) -> tuple[int, ...]:
    """Let every police package of a case go that waits for it; answers the dispositions' numbers.

    Raises RuleBroken unless another person assessed it (four eyes), or if nothing waits.
    """
    require(by, Act.RELEASE)
    with writing(app.store.engine) as connection:
        row_to_act_on(connection, by, case_id, now, version)
        return release_in(app, connection, by, case_id, now)


def release_in(
    app: App, connection: Connection, by: Person, case_id: int, now: datetime, recipient: str | None = None
) -> tuple[int, ...]:
    """`release` inside a writing transaction, of a case `row_to_act_on` answered; with `recipient`, of its packages."""
    require(by, Act.RELEASE)
    if NewFact(record_of(connection, case_id).new_facts) & NewFact.JOINED:
        raise RuleBroken(f"C{case_id} was joined with another case since it was decided: assess and dispose again")
    waiting = [one for one in to_release(connection, case_id) if recipient in (None, one.made.recipient)]
    if not waiting:
        raise RuleBroken(f"nothing on C{case_id} waits for release")
    said = assessments_of(connection, case_id)
    for one in waiting:
        disposing.check_release(one.made, by.person_id, said)
    waiting = _still_fitting(waiting, said)
    numbers = tuple(one.disposition_id for one in waiting)
    connection.execute(
        update(disposition).where(disposition.c.disposition_id.in_(numbers))
        .values(released_by=by.person_id, released_at=int(now.timestamp()))
    )  # fmt: skip
    connection.execute(
        update(case_record).where(case_record.c.case_id == case_id).values(version=case_record.c.version + 1)
    )
    to = sorted({str(one.made.recipient) for one in waiting})
    details = {"kind": str(Kind.POLICE), "count": len(numbers), "recipients": to}
    app.store.record(connection, now, actor(by), "case_released", f"C{case_id}", details)
    return numbers


def row_to_act_on(connection: Connection, by: Person, case_id: int, now: datetime, version: int | None) -> Row[Any]:
    """The case's row, if this person may act on it now. Raises RuleBroken, CaseTaken."""
    row = record_of(connection, case_id)
    check_here(row)
    check_free(row, by, now)
    check_seen(row, by, now, version)
    return row


def _has_item(connection: Connection, case_id: int, locator_id: int) -> bool:
    return any((links[:, 1] == locator_id).any() for links in links_of(connection, case_id).values())


def _hosting_before(connection: Connection, given: Assessment) -> Assessment | None:
    """The assessment in force of the same item, or the whole case, if it names a hosting country."""
    mine = (one for one in assessments_of(connection, given.case_no) if one.locator_no == given.locator_no)
    return next((one for one in assessing.in_force(mine) if one.hosting_country is not None), None)


def to_release(connection: Connection, case_id: int) -> list[StoredDisposition]:
    """What a second person must still let go, or again: the case got addresses since."""
    made = dispositions_of(connection, case_id)
    late = addresses_since(connection, ways_of(case_id, made))
    return [one for one in made if waits_for_release(one, late)]


def _still_fitting(waiting: Iterable[StoredDisposition], said: Collection[Assessment]) -> list[StoredDisposition]:
    """Those for units whose last decision still fits what was assessed. Raises RuleBroken if there is none."""
    by_unit: dict[str | None, list[StoredDisposition]] = {}
    for one in waiting:
        by_unit.setdefault(one.made.recipient, []).append(one)
    fitting: list[StoredDisposition] = []
    for mine in by_unit.values():
        try:
            disposing.check_still_fits(mine[-1].made, said)
        except RuleBroken as broken:
            wrong = broken
        else:
            fitting += mine
    if not fitting:
        raise wrong
    return fitting


def _recipient(kind: Kind, given: str | None, routes: Routes) -> str | None:
    """The recipient's code: the one given if it takes such cases, or the only one that does."""
    fitting = sorted(code for code, one in routes.recipients.items() if one.kind is kind)
    if kind in (Kind.ANSWER, Kind.CLOSE) or given in fitting:
        return given
    main = [code for code in fitting if routes.recipients[code].redacted_as == str(kind)] or fitting
    if given is None and len(main) == 1:
        return main[0]
    raise RuleBroken(f"{kind} goes to one of: {', '.join(fitting) or 'nobody yet (add a recipient to data/routes)'}")


def _settle(connection: Connection, row: Row[Any], event: Event, now: datetime) -> Done:
    """Move the case and say where it waits now. A decision ends the hold and answers the new facts."""
    status = move(Status(row.status), event)
    decided = event is not Event.ASSESSED
    facts = NewFact(0) if decided else NewFact(row.new_facts)
    standing = Standing(
        status, status, Label(row.label), Escalation(row.escalate), bool(row.assigned), bool(row.question), facts,
        bool(row.unread),
    )  # fmt: skip
    values: dict[str, Any] = {
        "status": str(status), "status_before": str(status), "new_facts": int(facts), "version": row.version + 1,
        "lane": None if standing.lane is None else LANES.index(standing.lane),
    }  # fmt: skip
    if row.lane is None and standing.lane is not None:
        values["waiting_since"] = int(now.timestamp())
    if decided:
        values |= {"held_by": None, "held_until": None}
    connection.execute(update(case_record).where(case_record.c.case_id == row.case_id).values(values))
    return Done(row.case_id, status, row.version + 1)
