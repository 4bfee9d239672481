"""Asking that police be told who a reporter is, taking that back, and what waits. Opens no contact.

Only for a report whose reporter allowed it, only for an agency told of that report (`pipeline/desk/told_reports.py`),
and once for each of the two unless somebody asks anew on purpose. What is asked for waits for another person, who
releases it (`pipeline/desk/disclosing.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from pipeline.bootstrap import App
from pipeline.desk.caseview import record_of
from pipeline.desk.consent import consenting, withdrawn_among
from pipeline.desk.holding import check_here
from pipeline.desk.listing import case_now
from pipeline.desk.numbers import shown_report
from pipeline.desk.people import actor
from pipeline.desk.sent_packages import check_agency
from pipeline.desk.told_reports import reports_of, reports_told
from pipeline.store.delivery_tables import urgent_call
from pipeline.store.disclosure_tables import disclosure
from pipeline.store.engine import reading, writing
from pipeline.store.schema import case_record
from triage.disclosure import UNDER_WAY, DisclosureReason, DisclosureState
from triage.errors import RuleBroken
from triage.people import Act, Person, require

ASKED, WITHDRAWN = "disclosure_asked", "disclosure_withdrawn"
"""Audit events; their subject is the case, their details numbers and codes."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One disclosure as it stands. `case_id` is the case today; `package_id` the package it is in, once it is made;
    `unwanted`: its reporter wants no contact any more."""

    disclosure_id: int
    report_id: int
    case_id: int
    recipient: str
    reason: DisclosureReason
    asked_by: int
    asked_at: datetime
    state: DisclosureState
    package_id: int | None
    unwanted: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asks for: a case, an agency, why; one report of the case instead of all; anew what went before."""

    case_id: int
    recipient: str
    reason: DisclosureReason
    report_id: int | None = None
    again: bool = False


def ask(app: App, by: Person, wish: Wish, now: datetime) -> tuple[Asked, ...]:
    """Ask for the contacts of a case's reporters who allowed it; one row a report.

    Raises RuleBroken naming the rule, UsageError for an agency nobody knows; then nothing was written.
    """
    require(by, Act.ASK_DISCLOSURE)
    check_agency(wish.recipient)
    with writing(app.store.engine) as connection:
        check_here(record_of(connection, wish.case_id))
        chosen = _chosen(connection, wish)
        return tuple(_insert(app, connection, by, wish, report_id, now) for report_id in chosen)


def withdraw(app: App, by: Person, case_id: int, recipient: str, now: datetime) -> int:
    """Take back what waits for this case and agency, or is in doubt; answers how many. Raises RuleBroken if nothing."""
    require(by, Act.ASK_DISCLOSURE)
    check_agency(recipient)
    with writing(app.store.engine) as connection:
        under_way = [one for one in of_case(connection, case_id, recipient) if one.state in UNDER_WAY]
        if not under_way:
            raise RuleBroken(f"nothing that was asked for about C{case_id} waits for its release")
        for one in under_way:
            mine = disclosure.c.disclosure_id == one.disclosure_id
            connection.execute(update(disclosure).where(mine).values(state=str(DisclosureState.WITHDRAWN)))
            app.store.record(connection, now, actor(by), WITHDRAWN, f"C{case_id}", named(one))
    return len(under_way)


def waiting(app: App, by: Person, *, all_of_them: bool = False) -> tuple[Asked, ...]:
    """What waits for a release or is in doubt, oldest first; or everything ever asked for."""
    require(by, Act.SEE_QUEUE)
    with reading(app.store.engine) as connection:
        return disclosures_in(connection, all_of_them=all_of_them)


def disclosures_in(connection: Connection, *, all_of_them: bool = False) -> tuple[Asked, ...]:
    """`waiting`, inside a transaction the caller holds."""
    query = select(disclosure).order_by(disclosure.c.disclosure_id)
    if not all_of_them:
        query = query.where(disclosure.c.state.in_([str(one) for one in UNDER_WAY]))
    return tuple(_asked(connection, row) for row in connection.execute(query).all())


def of_case(connection: Connection, case_id: int, recipient: str | None = None) -> tuple[Asked, ...]:
    """Every disclosure about what is this case today, oldest first."""
    query = select(disclosure).where(disclosure.c.case_id.in_(_became(connection, case_id)))
    if recipient is not None:
        query = query.where(disclosure.c.recipient == recipient)
    rows = connection.execute(query.order_by(disclosure.c.disclosure_id)).all()
    return tuple(_asked(connection, row) for row in rows)


def check_told(connection: Connection, case_id: int, recipient: str, report_ids: Iterable[int]) -> None:
    """Raises RuleBroken unless this agency was told of all these reports with their case, or is: released for it."""
    if not set(report_ids) <= reports_told(connection, case_id, recipient):
        raise _not_told(case_id)


def called_about(connection: Connection, recipient: str) -> list[int]:
    """Cases this agency was reached about by an urgent call, as they were numbered then."""
    told = (urgent_call.c.recipient == recipient) & urgent_call.c.reached.is_(True)
    query = select(urgent_call.c.case_id).distinct().where(told)
    return list(connection.execute(query.order_by(urgent_call.c.case_id)).scalars())


def named(one: Asked) -> dict[str, object]:
    """How audit events name a disclosure."""
    return {"disclosure": one.disclosure_id, "report": shown_report(one.report_id), "recipient": one.recipient}


def _became(connection: Connection, case_id: int) -> list[int]:
    """The case, and every one that was joined into it."""
    found, last = [case_id], [case_id]
    while last:
        joined = select(case_record.c.case_id).where(case_record.c.joined_into.in_(last))
        last = [one for one in connection.execute(joined).scalars() if one not in found]
        found += last
    return found


def _chosen(connection: Connection, wish: Wish) -> tuple[int, ...]:
    reports = reports_of(connection, wish.case_id)
    if wish.report_id is not None and wish.report_id not in reports:
        raise RuleBroken(f"this report does not belong to C{wish.case_id}: see `hotline cases show C{wish.case_id}`")
    allowed = consenting(connection, reports if wish.report_id is None else (wish.report_id,))
    if not allowed:
        raise RuleBroken(
            "no reporter here left a contact and allowed police to use it: nobody may tell police who they are"
        )
    told = reports_told(connection, wish.case_id, wish.recipient)
    allowed = tuple(number for number in allowed if number in told)
    if not allowed:
        raise _not_told(wish.case_id)
    before = _asked_before(connection, wish.recipient, allowed)
    if under_way := [one for one in before if one.state in UNDER_WAY]:
        raise RuleBroken(f"this waits already, or is in doubt: see `hotline disclose list`, C{under_way[0].case_id}")
    made = {one.report_id for one in before if one.state is DisclosureState.MADE}
    chosen = tuple(number for number in allowed if wish.again or number not in made)
    if not chosen:
        raise RuleBroken("this agency was told already: --again asks anew")
    return chosen


def _asked_before(connection: Connection, recipient: str, report_ids: Collection[int]) -> list[Asked]:
    """Whatever was asked about these reports for this agency, in whichever case they lay then."""
    mine = select(disclosure).where(disclosure.c.recipient == recipient).order_by(disclosure.c.disclosure_id)
    return [_asked(connection, row) for row in connection.execute(mine) if row.report_id in report_ids]


def _not_told(case_id: int) -> RuleBroken:
    return RuleBroken(
        f"C{case_id} neither went to this agency nor was released for it with these reports: a contact goes only where"
        " its report goes (after a join, or with new reports, decide and release the case again)"
    )


def _insert(app: App, connection: Connection, by: Person, wish: Wish, report_id: int, now: datetime) -> Asked:
    values = {
        "report_id": report_id, "case_id": wish.case_id, "recipient": wish.recipient, "reason": str(wish.reason),
        "asked_by": by.person_id, "asked_at": int(now.timestamp()), "state": str(DisclosureState.ASKED),
    }  # fmt: skip
    row = connection.execute(disclosure.insert().values(values).returning(disclosure)).one()
    one = _asked(connection, row)
    said = named(one) | {"reason": str(wish.reason)}
    app.store.record(connection, now, actor(by), ASKED, f"C{wish.case_id}", said)
    return one


def _asked(connection: Connection, row: Row[Any]) -> Asked:
    return Asked(
        row.disclosure_id, row.report_id, case_now(connection, row.case_id), row.recipient,
        DisclosureReason(row.reason), row.asked_by, datetime.fromtimestamp(row.asked_at, UTC),
        DisclosureState(row.state), row.package_id, bool(withdrawn_among(connection, [row.report_id])),
    )  # fmt: skip


def grouped(found: Iterable[Asked]) -> dict[tuple[int, str, DisclosureState, bool], list[Asked]]:
    """By case, agency, state and `unwanted`: what one line of a screen is about."""
    lines: dict[tuple[int, str, DisclosureState, bool], list[Asked]] = {}
    for one in found:
        lines.setdefault((one.case_id, one.recipient, one.state, one.unwanted), []).append(one)
    return lines
